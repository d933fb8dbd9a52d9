// SPDX-License-Identifier: MIT
#include "spectra/spectra.hpp"

#include "common/paper_setting.hpp"

namespace reproduce {

template <int Context>
incontext::Spectra spectra_of_tasks(std::uint32_t seed, int count) {
    constexpr incontext::Dimensions dimensions{.input = sizes.input, .output = sizes.output, .context = Context};
    return incontext::Spectra::of_tasks<dimensions>({}, seed, count);
}

template incontext::Spectra spectra_of_tasks<10>(std::uint32_t, int);
template incontext::Spectra spectra_of_tasks<25>(std::uint32_t, int);
template incontext::Spectra spectra_of_tasks<50>(std::uint32_t, int);
template incontext::Spectra spectra_of_tasks<100>(std::uint32_t, int);

}  // namespace reproduce

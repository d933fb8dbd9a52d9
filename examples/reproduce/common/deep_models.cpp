// SPDX-License-Identifier: MIT
#include "common/deep_models.hpp"

#include "incontext/experiment/fitted_rates.hpp"

template class incontext::Training<reproduce::sizes, reproduce::Looped<2, reproduce::Layer>>;
template class incontext::Training<reproduce::sizes, reproduce::Looped<5, reproduce::Layer>>;
template class incontext::Training<reproduce::sizes, reproduce::Own<5, reproduce::Layer>>;

namespace reproduce {

incontext::StepRates plus_plus_rates_by_spectra(int layers, std::uint32_t seed) {
    using namespace incontext;
    constexpr int contexts = 4000;
    return fit_rates(Spectra::of_tasks<sizes>({}, seed, contexts), layers, Rule::gradient_descent_plus_plus, Rates::shared)
        .steps.front();
}

}  // namespace reproduce

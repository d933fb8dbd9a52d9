// SPDX-License-Identifier: MIT
#include "incontext/experiment/fitted_rates.hpp"
#include "spectra/spectra.hpp"

namespace reproduce {

incontext::StepRates shared_plus_plus_rates(incontext::Spectra const& spectra, int layers) {
    using namespace incontext;
    return fit_rates(spectra, layers, Rule::gradient_descent_plus_plus, Rates::shared).steps.front();
}

}  // namespace reproduce

// SPDX-License-Identifier: MIT
// Fitted rates: one step against the exact optimum, more steps as minima.
#include "incontext/experiment/fitted_rates.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>

#include "catch.hpp"
#include "incontext/experiment/exact_optimum.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 5, .output = 1, .context = 8};
constexpr int count = 4000;

}  // namespace

TEST_CASE("one fitted step is the exact optimum") {
    auto const spectra = Spectra::of_tasks<sizes>({}, 21, count);
    constexpr auto exact = one_step_optimum(uniform_inputs(), sizes.input, sizes.context);
    for (Rates const rates : {Rates::shared, Rates::per_step}) {
        FittedRates const fit = fit_rates(spectra, 1, Rule::gradient_descent, rates);
        // The fit is to `count` sampled contexts; the relative spread of tr (X X^T)^2 per context is below 1, so the
        // relative error of both is below 5 / sqrt(count) with more than 5 standard errors to spare.
        double const tolerance = 5 / std::sqrt(count);
        CHECK(fit.steps[0].learning_rate == Approx(static_cast<double>(exact.learning_rate)).epsilon(tolerance));
        CHECK(fit.expected_loss == Approx(static_cast<double>(exact.loss)).epsilon(tolerance));
    }
}

TEST_CASE("fitted rates are a minimum, and more freedom never fits worse") {
    auto const spectra = Spectra::of_tasks<sizes>({}, 21, 500);
    for (int const depth : {2, 3}) {
        double last = std::numeric_limits<double>::infinity();
        for (Rule const rule : {Rule::gradient_descent, Rule::gradient_descent_plus_plus}) {
            FittedRates const shared = fit_rates(spectra, depth, rule, Rates::shared);
            FittedRates const own = fit_rates(spectra, depth, rule, Rates::per_step);
            CHECK(own.expected_loss < shared.expected_loss);
            CHECK(shared.expected_loss < last);
            last = shared.expected_loss;
            CHECK(spectra.expected_loss(shared.steps) == Approx(shared.expected_loss).epsilon(1e-12));
            CHECK(spectra.expected_loss(own.steps) == Approx(own.expected_loss).epsilon(1e-12));
            for (double const factor : {0.98, 1.02}) {
                auto moved = shared.steps;
                for (StepRates& step : moved) {
                    step.learning_rate *= factor;
                }
                CHECK(spectra.expected_loss(moved) > shared.expected_loss);
                for (std::size_t k = 0; k < own.steps.size(); ++k) {
                    auto own_moved = own.steps;
                    own_moved[k].learning_rate *= factor;
                    CHECK(spectra.expected_loss(own_moved) > own.expected_loss);
                }
                if (rule == Rule::gradient_descent) {
                    continue;
                }
                moved = shared.steps;
                for (StepRates& step : moved) {
                    step.gamma *= factor;
                }
                CHECK(spectra.expected_loss(moved) > shared.expected_loss);
                for (std::size_t k = 0; k + 1 < own.steps.size(); ++k) {
                    CAPTURE(k, own.steps[k].gamma);
                    auto own_moved = own.steps;
                    own_moved[k].gamma *= factor;
                    CHECK(spectra.expected_loss(own_moved) > own.expected_loss);
                }
            }
            for (std::size_t k = 0; k < own.steps.size(); ++k) {
                bool const has_effect = rule == Rule::gradient_descent_plus_plus && k + 1 < own.steps.size();
                CHECK((own.steps[k].gamma != 0) == has_effect);
                CHECK((shared.steps[k].gamma != 0) == (rule == Rule::gradient_descent_plus_plus));
            }
        }
    }
}

TEST_CASE("the gamma of the only step is 0") {
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
        auto const spectra = Spectra::of_tasks<sizes>({}, seed, 50);
        for (Rates const rates : {Rates::shared, Rates::per_step}) {
            CHECK(fit_rates(spectra, 1, Rule::gradient_descent_plus_plus, rates).steps.front().gamma == 0);
        }
    }
}

TEST_CASE("impossible fits are refused") {
    CHECK_THROWS_AS(fit_rates(Spectra::of_tasks<sizes>({}, 0, 3), 0, Rule::gradient_descent, Rates::shared),
                    std::invalid_argument);
}

// SPDX-License-Identifier: MIT
/// @file
/// Adam with decoupled weight decay, and clipping by the global norm, over any Hana struct of parameters.
///
///     m <- b1 m + (1 - b1) g          v <- b2 v + (1 - b2) g^2
///     w <- w - rate (m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + epsilon) + decay w)
///
/// Source: [Kingma2015], [Loshchilov2019], with the semantics of optax.adamw and optax.clip_by_global_norm, which the
/// reference uses.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "incontext/matrix/eigen.hpp"
#include "incontext/matrix/set_zero.hpp"
#include "incontext/number/lanes.hpp"
#include "incontext/support/failure.hpp"
#include "incontext/support/parameters.hpp"

namespace incontext {

/// The constants of Adam. The defaults are the reference's for transformers: b2 is .98, not the usual .999.
/// Learning rate, epsilon and decay of weights are finite and from 0 on, b1 and b2 from 0 to below 1.
struct AdamOptions {
    float learning_rate = 1e-3f;
    float first_moment_decay = 0.9f;    // b1
    float second_moment_decay = 0.98f;  // b2
    float epsilon = 1e-8f;
    float weight_decay = 0;
};

namespace optimiser {

/// The numbers of a parameter, one after the other. Loops over them are compiled once for all shapes, and in less time than
/// Eigen's expressions.
template <class Leaf>
auto* numbers_of(Leaf& leaf) {
    if constexpr (AnyMatrix<Leaf>) {
        return leaf.data();
    } else {
        return &leaf;
    }
}
template <class Leaf>
inline constexpr int count_of = 1;
template <AnyMatrix Leaf>
inline constexpr int count_of<Leaf> = rows_of<Leaf>* cols_of<Leaf>;

/// Whether no |number| of so many exceeds the limit; a NaN does not. By registers: compilers vectorise no maximum of floats.
template <class Number>
[[nodiscard]] bool none_exceeds(Number const* numbers, int count, Number limit) {
    Number most(0);
    int i = 0;
    if constexpr (sizeof(Number) <= sizeof(double)) {
        using Register = Lanes<Number, native_lanes<Number>>;
        Register largest(0);
        for (; i + Register::lane_count <= count; i += Register::lane_count) {
            Register loaded;
            std::memcpy(&loaded.pack, numbers + i, sizeof loaded.pack);
            largest = larger(largest, larger(loaded, -loaded));
        }
        Register const limits(limit);
        if (sum_of_lanes(larger(largest, limits) - limits) > 0) {  // by how much they exceed it
            return false;
        }
    }
    for (; i < count; ++i) {
        most = std::max(most, std::abs(numbers[i]));
    }
    return most <= limit;
}

/// The norm in units of the largest entry, where squares of double overflow or underflow.
template <class Parameters>
[[gnu::noinline, gnu::cold]] double norm_in_units_of_the_largest(Parameters const& parameters) {
    double largest = 0;
    double sum = 0;
    auto const for_all = [&](auto const& act) {
        for_each_parameter(
            [&](char const*, auto const& parameter) {
                auto const* const numbers = numbers_of(parameter);
                for (int i = 0; i < count_of<std::remove_cvref_t<decltype(parameter)>>; ++i) {
                    act(static_cast<double>(numbers[i]));
                }
            },
            parameters);
    };
    for_all([&](double number) { largest = std::max(largest, std::abs(number)); });
    if (largest == 0 || largest > std::numeric_limits<double>::max()) {
        return largest;
    }
    for_all([&](double number) { sum += number / largest * (number / largest); });
    return largest * std::sqrt(sum);
}

}  // namespace optimiser

/// sqrt of the sum of squares of all entries of all parameters.
/// Exactness: summed in double; where the squares leave its range, in units of the largest entry. Infinite only where an entry or the
/// norm itself is. Test: tests/unit/adam.cpp.
template <class Parameters>
[[nodiscard]] double global_norm(Parameters const& parameters) {
    double sum = 0;
    for_each_parameter(
        [&](char const*, auto const& parameter) {
            if constexpr (AnyMatrix<decltype(parameter)>) {
                sum += parameter.template cast<double>().squaredNorm();
            } else {
                sum += static_cast<double>(parameter) * static_cast<double>(parameter);
            }
        },
        parameters);
    // From 2^-968 on, squares below the normal numbers are too small to matter.
    if (sum < 0x1p-968 || sum > std::numeric_limits<double>::max()) [[unlikely]] {
        return optimiser::norm_in_units_of_the_largest(parameters);
    }
    return std::sqrt(sum);
}

/// Scales the gradient to norm `largest` if it is longer. Returns the norm before.
/// Exactness: two roundings per entry, three where the factor is below the normal numbers. Errors: a non-finite norm leaves a
/// gradient of NaN. Test: tests/unit/adam.cpp.
template <class Parameters>
double clip_by_global_norm(Parameters& gradient, double largest) {
    require_changeable<Parameters>();
    double const norm = global_norm(gradient);
    bool const is_finite = norm <= std::numeric_limits<double>::max();
    if (is_finite && norm <= largest) {
        return norm;
    }
    using Number = typename Parameters::Scalar;
    auto const factor = is_finite ? static_cast<Number>(largest / norm) : std::numeric_limits<Number>::quiet_NaN();
    bool const is_below_the_normal_numbers = std::abs(factor) < std::numeric_limits<Number>::min();
    for_each_parameter(
        [&](char const*, auto& parameter) {
            if (!is_below_the_normal_numbers) {
                parameter *= factor;
            } else {
                auto* const numbers = optimiser::numbers_of(parameter);
                for (int i = 0; i < optimiser::count_of<std::remove_cvref_t<decltype(parameter)>>; ++i) {
                    numbers[i] = static_cast<std::remove_reference_t<decltype(numbers[i])>>(
                        static_cast<double>(numbers[i]) / norm * largest);
                }
            }
        },
        gradient);
    return norm;
}

/// What the optimiser remembers: with it and the parameters a run continues with the same bits.
/// An entry of the second moment that its number cannot hold, as gradients above 9e18 in float make it, and with a small epsilon those
/// whose square is below the normal numbers, is remembered by its root, below zero: -sqrt(v).
template <class Parameters>
struct AdamState {
    long steps = 0;
    Parameters first_moment{};
    Parameters second_moment{};

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"steps", "first_moment", "second_moment">, &AdamState::steps,
                                &AdamState::first_moment, &AdamState::second_moment> {};
};

/// Throws std::invalid_argument where a constant is none of Adam's. Test: tests/unit/adam.cpp.
inline void require_constants_of_adam(AdamOptions const& options) {
    auto const is_from_0_on = [](float constant) {
        return constant >= 0 && constant <= std::numeric_limits<float>::max();
    };
    auto const is_decay_of_moments = [](float decay) { return decay >= 0 && decay < 1; };
    if (!is_from_0_on(options.learning_rate) || !is_from_0_on(options.epsilon) || !is_from_0_on(options.weight_decay)) {
        fail<std::invalid_argument>(
            "Adam: the learning rate, epsilon and the decay of weights must be finite numbers from 0 on");
    }
    if (!is_decay_of_moments(options.first_moment_decay) || !is_decay_of_moments(options.second_moment_decay)) {
        fail<std::invalid_argument>("Adam: the decays of the moments, b1 and b2, must be from 0 to below 1");
    }
}

/// Test: tests/compile_fail/adam_of_other_numbers.cpp.
template <class Parameters, class OfParameters, class OfGradient>
struct an_optimiser_moves_parameters_by_a_gradient_of_their_type {
    static_assert(
        never<Parameters>,
        "Adam<Parameters> moves Parameters by a gradient of the same type: compare Parameters, then the types "
        "of what it was given, in this message; converted<float>(gradient) has other numbers");
    static constexpr bool value = true;
};

/// The optimiser's memory for parameters of one kind.
///
/// Exactness: arithmetic of the parameters' numbers, constants in float, the same for any number of threads; matrices and numbers
/// alike over the whole range, where squares of gradients overflow or underflow, too. Where v = 0 and epsilon = 0, a
/// step is 0/0, or infinite where b2 is 0, too. Cost: a dozen operations per parameter, no heap; some ten times that
/// while a v is remembered by its root. Errors: const parameters do not compile; constants that are none of Adam's
/// throw std::invalid_argument. Test: tests/unit/adam.cpp (known values of optax's formulas, worked by hand).
template <class Parameters>
class Adam {
    static_assert(is_changeable<Parameters>, "see the first error");

  public:
    explicit Adam(AdamOptions const& options = {}) : options_(options) {
        require_constants_of_adam(options);
        set_zero(state_);
    }

    /// Moves the parameters by one step; those of a frozen layer stay, whatever the decay.
    void update(Parameters& parameters, Parameters const& gradient) {
        ++state_.steps;
        float const b1 = options_.first_moment_decay;
        float const b2 = options_.second_moment_decay;
        auto const steps = static_cast<double>(state_.steps);
        auto const first_correction = static_cast<float>(1 - std::pow(static_cast<double>(b1), steps));
        auto const second_correction = static_cast<float>(1 - std::pow(static_cast<double>(b2), steps));
        bool const by_roots = std::exchange(by_roots_, false);
        for_each_learned_parameter(
            [&](char const*, auto& w, auto const& g, auto& m, auto& v) {
                constexpr int count = optimiser::count_of<std::remove_cvref_t<decltype(w)>>;
                using optimiser::numbers_of;
                if (by_roots || !squares_are_normal(numbers_of(g), numbers_of(v), count)) [[unlikely]] {
                    update_over_the_whole_range(numbers_of(w), numbers_of(g), numbers_of(m), numbers_of(v), count,
                                                first_correction, second_correction);
                } else if constexpr (AnyMatrix<decltype(w)>) {
                    m.array() = b1 * m.array() + (1 - b1) * g.array();
                    v.array() = b2 * v.array() + (1 - b2) * g.array().square();
                    w.array() -=
                        options_.learning_rate *
                        ((m.array() / first_correction) / ((v.array() / second_correction).sqrt() + options_.epsilon) +
                         options_.weight_decay * w.array());
                } else {
                    m = b1 * m + (1 - b1) * g;
                    v = b2 * v + (1 - b2) * g * g;
                    w -= options_.learning_rate *
                         ((m / first_correction) / (std::sqrt(v / second_correction) + options_.epsilon) +
                          options_.weight_decay * w);
                }
            },
            parameters, gradient, state_.first_moment, state_.second_moment);
    }

    /// Parameters that are const do not compile, with one sentence.
    template <class Changed = Parameters const>
    auto update(Parameters const&, Parameters const&) {
        require_changeable<Changed>();
    }

    /// Neither do a gradient or parameters of another type.
    template <class OfParameters, class OfGradient>
        requires(!std::same_as<std::remove_const_t<OfParameters>, Parameters> || !std::same_as<OfGradient, Parameters>)
    auto update(OfParameters&, OfGradient const&) {
        static_cast<void>(sizeof(
            an_optimiser_moves_parameters_by_a_gradient_of_their_type<Parameters, std::remove_const_t<OfParameters>,
                                                                      OfGradient>));
    }

    /// How many steps were taken.
    [[nodiscard]] long steps() const { return state_.steps; }

    /// The whole memory, and its return after an interruption. Test: tests/unit/adam.cpp.
    [[nodiscard]] AdamState<Parameters> const& state() const { return state_; }
    /// Goes on from a memory that `state` gave.
    void restore(AdamState<Parameters> const& state) {
        state_ = state;
        by_roots_ = false;
        for_each_parameter(
            [&](char const*, auto const& v) {
                for (int i = 0; i < optimiser::count_of<std::remove_cvref_t<decltype(v)>>; ++i) {
                    by_roots_ = by_roots_ || !is_plain(optimiser::numbers_of(v)[i]);
                }
            },
            state_.second_moment);
    }

  private:
    /// The largest gradient whose square is far from overflow: 2^63 in float.
    template <class Number>
    static constexpr Number largest_squared() {
        Number power(1);
        for (int i = 1; i < std::numeric_limits<Number>::max_exponent / 2; ++i) {
            power *= 2;
        }
        return power;
    }
    /// The smallest v whose root Eigen takes for sure: that of a subnormal number is 0 to its packets.
    template <class Number>
    static constexpr Number smallest_rooted = 2 * std::numeric_limits<Number>::min();

    /// Whether an entry of the second moment is v, as the plain step needs it, and not -sqrt(v).
    template <class Number>
    static bool is_plain(Number const& v) {
        return v >= 0 && v <= std::numeric_limits<Number>::max();
    }

    /// Whether the root of a v that is not 0 and below the normal numbers can be seen beside epsilon. By default it cannot.
    template <class Number>
    [[nodiscard]] bool small_squares_matter() const {
        Number const seen = static_cast<Number>(options_.epsilon) * std::numeric_limits<Number>::epsilon() / 8;
        return !(seen * seen * static_cast<Number>(1 - options_.second_moment_decay) > smallest_rooted<Number>);
    }

    /// Whether the plain step keeps to the range of numbers.
    template <class Number>
    [[nodiscard]] bool squares_are_normal(Number const* g, Number const* v, int count) const {
        bool are_normal = optimiser::none_exceeds(g, count, largest_squared<Number>());
        if (small_squares_matter<Number>()) {
            for (int i = 0; i < count; ++i) {
                are_normal &= is_large(g[i], v[i]);
            }
        }
        return are_normal;
    }

    template <class Number>
    [[nodiscard]] bool is_large(Number const& g, Number const& v) const {
        float const b2 = options_.second_moment_decay;
        return (b2 * v + (1 - b2) * g * g >= smallest_rooted<Number>) | ((g == 0) & (v == 0));
    }

    /// The step with r = sqrt(v) in place of v where v leaves the range:
    ///
    ///     r <- sqrt(b2 r^2 + (1 - b2) g^2)
    ///     w <- w - rate (m / (r + epsilon sqrt(1 - b2^t)) sqrt(1 - b2^t) / (1 - b1^t) + decay w)
    template <class Number>
    [[gnu::noinline, gnu::cold]] void update_over_the_whole_range(Number* weights, Number const* gradients,
                                                                  Number* firsts, Number* seconds, int count,
                                                                  float first_correction, float second_correction) {
        float const b1 = options_.first_moment_decay;
        float const b2 = options_.second_moment_decay;
        float const rate = options_.learning_rate;
        for (int i = 0; i < count; ++i) {
            Number const g = gradients[i];
            Number& w = weights[i];
            Number& m = firsts[i];
            Number& v = seconds[i];
            m = b1 * m + (1 - b1) * g;
            bool const has_normal_square =
                std::abs(g) <= largest_squared<Number>() && (!small_squares_matter<Number>() || is_large(g, v));
            if (is_plain(v) && has_normal_square) {
                v = b2 * v + (1 - b2) * g * g;
                w -= rate * ((m / first_correction) / (std::sqrt(v / second_correction) + options_.epsilon) +
                             options_.weight_decay * w);
                continue;
            }
            Number const before = v < 0 ? -v : std::sqrt(v);
            Number const root = std::hypot(std::sqrt(Number(b2)) * before, std::sqrt(Number(1 - b2)) * g);
            Number const correction = std::sqrt(Number(second_correction));
            w -= rate * (m / (root + options_.epsilon * correction) * (correction / first_correction) +
                         options_.weight_decay * w);
            bool const is_small = root * root < smallest_rooted<Number> && small_squares_matter<Number>();
            // v is divided by 1 - b2^t next, also after a step of its own.
            bool const is_large_when_corrected = root > largest_squared<Number>() * correction;
            v = is_large_when_corrected || (is_small && root > 0) ? -root : root * root;
            by_roots_ = by_roots_ || !is_plain(v);
        }
    }

    AdamOptions options_;
    AdamState<Parameters> state_;
    bool by_roots_ = false;  // whether an entry of the second moment is none that the plain step can go on with
};

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// Ridge regression on a memory that fades, with a penalty that does not: MesaNet.
///
///     H <- gate H + rate k k^T,     G <- gate G + rate v k^T               o = G (H + diag(penalty))^-1 q
///
/// Source: [vonOswald2025] (MesaNet). Reading: weighted ridge regression, the weights of old examples falling with
/// the gates, the penalty constant. Recursive least squares with forgetting lets its penalty fade as well: it is this
/// rule only where no gate is below 1. The system is solved exactly, or by some steps of conjugate gradients: key_dim
/// of them are exact.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <string_view>

#include "incontext/pass/range.hpp"
#include "incontext/recurrence/in_chunks.hpp"
#include "incontext/recurrence/online_rule.hpp"
#include "incontext/support/ieee_arithmetic.hpp"

namespace incontext {

/// A^-1 b by A = L D L^T.
///
/// Shapes: A [n x n], symmetric; b [n x columns]. Exactness: backward stable for a positive definite A [Higham2002]
/// ch. 10; with rows and columns of A times powers of 2 the roundings are the same. Cost: n^3/6 and n^2 columns multiplications.
/// Errors: a pivot of 0, of no positive definite A, divides by zero. Test: tests/static/online_identities.cpp.
struct ByElimination {
    static constexpr std::string_view name{};  // of ridge_memory it is the one that is meant
    static constexpr bool is_scale_invariant = true;

    template <AnyMatrix A, AnyMatrix B>
    [[nodiscard]] static constexpr auto solve(A const& symmetric, B const& b)
        -> Matrix<NumberOf<B>, rows_of<B>, cols_of<B>> {
        using Number = NumberOf<B>;
        constexpr int size = rows_of<B>;
        Matrix<Number, size, size> a = symmetric;
        Matrix<Number, size, cols_of<B>> x = b;
        for (int j = 0; j < size; ++j) {
            for (int i = j + 1; i < size; ++i) {
                Number const factor = a(i, j) / a(j, j);
                for (int l = j + 1; l <= i; ++l) {
                    a(i, l) -= factor * a(l, j);
                }
                for (int col = 0; col < cols_of<B>; ++col) {
                    x(i, col) -= factor * x(j, col);
                }
            }
        }
        for (int col = 0; col < cols_of<B>; ++col) {
            for (int i = size - 1; i >= 0; --i) {
                for (int l = i + 1; l < size; ++l) {
                    x(i, col) -= a(l, i) * x(l, col);
                }
                x(i, col) = x(i, col) / a(i, i);
            }
        }
        return x;
    }
};

/// A^-1 b by Steps of conjugate gradients from 0, for each column of b by itself.
///
/// Exactness: exact after n steps in exact numbers; in floating point the error falls with the root of A's condition.
/// Cost: n^2 columns multiplications per step. Errors: in floating point the squares |r|^2 of a residual and d^T A d of a direction
/// are made. Where one overflows, the column is NaN; a residual whose square is below the least number counts as 0, and once it is 0 it
/// stays 0. Elimination makes no such squares. -ffast-math does not compile.
/// Test: tests/static/online_identities.cpp (n steps are exact, n - 1 are not), tests/unit/online_rules.cpp (nothing left to do),
/// tests/unit/online_conjugate_gradients.cpp (units).
template <int Steps>
struct ByConjugateGradients {
    /// " by conjugate gradients, steps: " and the number in 10 digits.
    static constexpr auto spelled = [] {
        std::array<char, 42> text{};
        std::copy_n(" by conjugate gradients, steps: ", 32, text.begin());
        for (int digit = 41, rest = Steps; digit >= 32; --digit, rest /= 10) {
            text[static_cast<std::size_t>(digit)] = static_cast<char>('0' + rest % 10);
        }
        return text;
    }();
    static constexpr std::string_view name{spelled.data(), spelled.size()};

    template <AnyMatrix A, AnyMatrix B>
    [[nodiscard]] static constexpr auto solve(A const& symmetric, B const& b)
        -> Matrix<NumberOf<B>, rows_of<B>, cols_of<B>> {
        using Number = NumberOf<B>;
        using Column = Matrix<Number, rows_of<B>, 1>;
        Matrix<Number, rows_of<B>, cols_of<B>> result;
        for (int col = 0; col < cols_of<B>; ++col) {
            auto x = zero<Number, rows_of<B>, 1>();
            Column residual = generate<Number, rows_of<B>, 1>([&](int row, int) -> Number { return b(row, col); });
            Column direction = residual;
            Number square = inner_product(residual, residual);
            for (int step = 0; step < Steps; ++step) {
                Column const along = product(symmetric, direction);
                Number const length = square / not_zero(inner_product(direction, along));
                x += length * direction;
                if (step + 1 < Steps) {
                    residual -= length * along;
                    Number const next = inner_product(residual, residual);
                    Number const factor = next / not_zero(square);
                    Column const turned = residual + factor * direction;
                    direction = turned;
                    square = next;
                }
            }
            for (int row = 0; row < rows_of<B>; ++row) {
                result(row, col) = x(row, 0);
            }
        }
        return result;
    }

    /// A divisor that is 0 only together with what it divides: there the least normal number stands in its place, lane by lane, and no
    /// other divisor is touched, however small. NaN where it overflowed: a step of 0 would look solved. Exact numbers are left alone: there
    /// 0 / 0 is told.
    template <class Number>
    static constexpr Number not_zero(Number const& divisor) {
        if constexpr (has_limited_range<Number>) {
            require_ieee_arithmetic<Number>();
            Number const least(std::numeric_limits<Number>::min());
            Number const finite = divisor - divisor * Number(0);  // by one instruction, beside the comparison
            if constexpr (is_lanes<Number>) {
                return Number(divisor.pack == typename Number::Pack{} ? least.pack : finite.pack);
            } else {
                return divisor == Number(0) ? least : finite;
            }
        } else {
            return divisor;
        }
    }
};

/// Whether a solver rounds (D A D)^-1 (D b) as it rounds A^-1 b, for diagonal D of powers of 2. A solver says so: is_scale_invariant.
template <class Solver>
inline constexpr bool rounds_alike_at_every_scale = requires {
    requires Solver::is_scale_invariant;
};

/// Test: tests/compile_fail/regressor_of_a_solver_without_name.cpp.
template <class Solver, bool HasName>
struct a_solver_has_a_name {
    static_assert(HasName,
                  "a ridge memory that is saved says by which solver it answers: give the solver (in this message) a "
                  "name of its own, static constexpr std::string_view name");
    static constexpr std::string_view value{};
};

/// "ridge_memory" and the solver's name: bytes that were saved with one solver are not answered from by another.
/// Test: tests/unit/streaming_saved_bytes.cpp.
template <class Solver>
inline constexpr auto name_of_ridge_memory = [] {
    constexpr std::string_view beginning = "ridge_memory";
    constexpr std::string_view solver = [] {
        if constexpr (requires { std::string_view(Solver::name); }) {
            return std::string_view(Solver::name);
        } else {
            return a_solver_has_a_name<Solver, false>::value;
        }
    }();
    std::array<char, beginning.size() + solver.size()> text{};
    // By hand: under its sanitizers g++ 12 compares the address of a constant with null in no constant expression, as std::copy of its
    // debug mode does.
    for (std::size_t i = 0; i < text.size(); ++i) {
        text[i] = i < beginning.size() ? beginning[i] : solver[i - beginning.size()];
    }
    return text;
}();

/// G [value_dim x key_dim] and H [key_dim x key_dim], symmetric.
template <MemoryShape Shape, class Number>
struct RidgeState {
    template <class Other>
    using with_number = RidgeState<Shape, Other>;

    Placed<the_gram_matrix_G, Number, Shape.value_dim, Shape.key_dim> G{};
    Placed<the_gram_matrix_H_of_the_keys, Number, Shape.key_dim, Shape.key_dim> H{};

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"G", "H">, &RidgeState::G, &RidgeState::H> {
    };
};

struct the_penalty_of_a_ridge_memory;

/// As above. The rule holds its penalty, one number for each channel of the key; a rule begins with the penalty 1.
///
/// Units: penalty in (key unit)^2. Exactness: one rounding per operation, and the solver's. Cost: (3 key_dim + 2
/// value_dim) key_dim + value_dim multiplications per example; the solver's and value_dim key_dim per query. Errors: the solver's.
/// Derivatives: of everything but the penalty, as of an exact solution. Test: tests/static/online_identities.cpp,
/// tests/static/online_gradients_other.cpp.
template <MemoryShape Shape, class Number, class Solver = ByElimination>
struct RidgeMemoryRule {
    static constexpr MemoryShape shape = Shape;
    using Scalar = Number;
    template <class Other>
    using with_number = RidgeMemoryRule<Shape, Other, Solver>;
    using RuleOfMembers = RidgeMemoryRule;  // what derives from it is told by it
    static constexpr std::string_view name{name_of_ridge_memory<Solver>.data(), name_of_ridge_memory<Solver>.size()};
    using State = RidgeState<Shape, Number>;
    using Example = GatedExample<Shape, Number>;
    using Key = typename MemoryMatrices<Shape, Number>::Key;
    using Value = typename MemoryMatrices<Shape, Number>::Value;
    using Query = typename MemoryMatrices<Shape, Number>::Query;
    using Answer = typename MemoryMatrices<Shape, Number>::Answer;

    Placed<the_penalty_of_a_ridge_memory, Number, Shape.key_dim, 1> penalty =
        Key(generate<Number, Shape.key_dim, 1>([](int, int) { return Number(1); }));

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"penalty">, &RidgeMemoryRule::penalty> {};

    /// What a drawn state has to be made to be one of this rule's: H symmetric.
    static constexpr void make_symmetric(State& state) { copy_upper_half(state.H); }

    static constexpr void observe(State& state, Example const& example) noexcept(never_throws<Number>) {
        Value const written = example.rate * example.value;
        decay_columns(state.H, example.gate);
        decay_columns(state.G, example.gate);
        add_square(state.H, example.rate, example.key);
        add_outer_product(state.G, written, example.key);
    }

    /// What two streams learned, each from nothing: H and G are sums over the examples.
    /// Test: tests/static/streaming_regressor.cpp.
    static constexpr void merge(State& state, State const& other) noexcept(never_throws<Number>) {
        state.H += other.H;
        state.G += other.G;
    }

    /// The rule with penalties that its numbers can hold: of channel i at least key_dim (key_dim + 2) epsilon H_ii, by elimination. Then no
    /// pivot of H + diag(penalty) is negative by the elimination's rounding, for any scales of the channels [Higham2002] th. 10.7.
    /// Other solvers see the condition of H as it is: every channel has at least the penalty of the largest H_ii. What sums over
    /// many examples have rounded in H itself is not covered: a pivot may be negative where H is nearly singular. For numbers
    /// with an order. Test: tests/unit/streaming_ridge.cpp.
    [[nodiscard]] constexpr RidgeMemoryRule readable(State const& state) const noexcept {
        constexpr int factor = Shape.key_dim * (Shape.key_dim + 2);
        constexpr Number relative = Number(factor) * std::numeric_limits<Number>::epsilon();
        [[maybe_unused]] Number most(0);
        if constexpr (!rounds_alike_at_every_scale<Solver>) {
            for (int i = 0; i < Shape.key_dim; ++i) {
                most = larger(most, state.H(i, i));
            }
        }
        RidgeMemoryRule rule = *this;
        for (int i = 0; i < Shape.key_dim; ++i) {
            Number const of_channel = rounds_alike_at_every_scale<Solver> ? Number(state.H(i, i)) : most;
            rule.penalty(i, 0) = larger(rule.penalty(i, 0), of_channel * relative);
        }
        return rule;
    }

    /// o = G (H + diag(penalty))^-1 q.
    [[nodiscard]] constexpr Answer read(State const& state, Query const& query) const noexcept(never_throws<Number>) {
        Query const x = Solver::solve(system(state), query);
        return product(state.G, x);
    }

    /// As ReadsAffineMemory's.
    static constexpr void pull_back_observe(State const& before, Example const& example, State& state_,
                                            Example& example_) noexcept(never_throws<Number>) {
        Key const H_k = product(state_.H, example.key);
        Key const k_H_ = product_of_transpose(state_.H, example.key);
        Value const G_k = product(state_.G, example.key);
        Key const both = H_k + k_H_;
        example_.gate += inner_product(before.H, state_.H) + inner_product(before.G, state_.G);
        example_.rate += inner_product(example.key, H_k) + inner_product(example.value, G_k);
        example_.value += example.rate * G_k;
        example_.key += example.rate * both;
        example_.key += example.rate * product_of_transpose(state_.G, example.value);
        decay_columns(state_.H, example.gate);
        decay_columns(state_.G, example.gate);
    }

    /// A x = q, o = G x: q_ = A^-1 G^T o_, and A_ = -q_ x^T.
    constexpr void pull_back_read(State const& state, Query const& query, Answer const& answer_, State& state_,
                                  Query& query_) const noexcept(never_throws<Number>) {
        auto const A = system(state);
        Query const x = Solver::solve(A, query);
        Query const x_ = product_of_transpose(state.G, answer_);
        Query const y = Solver::solve(A, x_);
        Query const minus_y = -y;
        add_product_with_transpose(state_.G, answer_, x);
        add_product_with_transpose(state_.H, minus_y, x);
        query_ += y;
    }

  private:
    constexpr auto system(State const& state) const {
        typename MemoryMatrices<Shape, Number>::KeyByKey A = state.H;
        for (int i = 0; i < Shape.key_dim; ++i) {
            A(i, i) += penalty(i, 0);
        }
        return A;
    }
};

/// The conjugate gradients of all tokens of a chunk in lockstep, by products of matrices: of directions P, a column a token,
///
///     (H_i + penalty) p_i  of all i  =  H (gamma P) + K diag(rate) (Gamma (.) K^T P) + diag(penalty) P
///
/// Cost per chunk: Steps + 1 times Length key_dim (key_dim + 2 Length) multiplications, for the answers value_dim in place of one
/// key_dim. Exactness: exact for every number of steps in exact numbers. Test: tests/static/online_identities.cpp.
template <MemoryShape Shape, class Number, int Steps, int Length, class Plan>
struct Chunk<RidgeMemoryRule<Shape, Number, ByConjugateGradients<Steps>>, Length, Plan> {
    static constexpr bool is_chunk = true;
    using Solver = ByConjugateGradients<Steps>;
    using Rule = RidgeMemoryRule<Shape, Number, Solver>;
    using Keys = Matrix<Number, Shape.key_dim, Length>;
    using Values = Matrix<Number, Shape.value_dim, Length>;

    static constexpr void run(Rule const& rule, typename Rule::State& state,
                              std::span<typename Rule::Example const> examples,
                              std::span<typename Rule::Query const> queries, std::span<typename Rule::Answer> answers) {
        std::size_t const count = examples.size();
        Keys const keys = chunks::of_examples<Keys>(examples, &Rule::Example::key);
        Keys const weighted = chunks::of_rated_examples<Keys>(examples, &Rule::Example::key);
        Values const written = chunks::of_rated_examples<Values>(examples, &Rule::Example::value);
        DecaysOfChunk<Shape, Number, Number, Length> decays;
        for (int token = 0; token < static_cast<int>(count); ++token) {
            decays.set(token, examples[static_cast<std::size_t>(token)].gate);
        }
        decays.finish();

        Values answers_of_groups[Shape.queries];  // written when all are known: they may lie where the queries do
        bool is_left = false;
        for (int group = 0; group < Shape.queries; ++group) {
            Keys residual = chunks::queries_of_group<Keys>(queries, group);
            is_left = is_left || chunks::scores_leave_range(keys, residual, decays.extent(), state.H, state.G, written);
            Keys direction = residual;
            Keys x = zero<Number, Shape.key_dim, Length>();
            for (int step = 0; step < Steps; ++step) {
                Keys along = product(weighted, decays.scores_through(keys, direction));
                Keys faded = direction;
                decays.fade_through(faded);
                add_product(along, state.H, faded);
                for (int token = 0; token < static_cast<int>(count); ++token) {
                    conjugate_step(rule, token, x, residual, direction, along);
                }
            }
            is_left = is_left || chunks::scores_leave_range(keys, x, decays.extent(), state.H, state.G, written);
            Values& o = answers_of_groups[group];
            o = product(written, decays.scores_through(keys, x));
            decays.fade_through(x);
            add_product(o, state.G, x);
        }
        if (is_left) [[unlikely]] {
            return chunks::run_in_sequence(rule, state, examples, queries, answers);
        }
        for (int group = 0; group < Shape.queries; ++group) {
            chunks::write_answers(answers, group, answers_of_groups[group]);
        }
        decays.fade_whole(state.H);
        decays.fade_whole(state.G);
        Keys faded_keys = keys;
        decays.fade_to_the_end(faded_keys);
        add_product_with_transpose(state.H, weighted, faded_keys);
        add_product_with_transpose(state.G, written, faded_keys);
    }

  private:
    static constexpr Number dot(Keys const& a, Keys const& b, int token) {
        Number sum(0);
        for (int row = 0; row < Shape.key_dim; ++row) {
            sum += a(row, token) * b(row, token);
        }
        return sum;
    }

    /// One step of one token; `along` lacks the penalty.
    static constexpr void conjugate_step(Rule const& rule, int token, Keys& x, Keys& residual, Keys& direction,
                                         Keys& along) {
        for (int row = 0; row < Shape.key_dim; ++row) {
            along(row, token) += rule.penalty(row, 0) * direction(row, token);
        }
        Number const square = dot(residual, residual, token);
        Number const length = square / Solver::not_zero(dot(direction, along, token));
        for (int row = 0; row < Shape.key_dim; ++row) {
            x(row, token) += length * direction(row, token);
            residual(row, token) -= length * along(row, token);
        }
        Number const factor = dot(residual, residual, token) / Solver::not_zero(square);
        for (int row = 0; row < Shape.key_dim; ++row) {
            direction(row, token) = residual(row, token) + factor * direction(row, token);
        }
    }
};

}  // namespace incontext

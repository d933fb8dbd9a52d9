// SPDX-License-Identifier: MIT
/// @file
/// A context that grows example by example, or by whole tables of them, in memory that is fixed while compiling.
///
///     observe(x, y)            G <- G + (x; y) (x; y)^T
///     observe(X, Y)            G <- G + (X; Y) (X; Y)^T, one example a column
///     observe_tokens(C)        G <- G + C C^T, C = (X; Y) in one table
///     predict(x)               -(y of the query token (x; -W0 x) after all layers, by the gram matrix N/n G)
///     forget(factor)           G <- factor G, n <- factor n
///     merge(other)             G <- G + G of the other, n likewise
///
/// A linear stack sees its context through G = C C^T alone (attention/gram_prompt.hpp), so the examples themselves need not be
/// kept. A model whose rates were made for contexts of N examples is given the gram matrix of N examples as large as the mean
/// of the n that were observed: gradient descent's loss is a mean, too.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>

#include "incontext/attention/gram_prompt.hpp"
#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/gradient_descent/gradient_step.hpp"
#include "incontext/gradient_descent/learning_rate.hpp"
#include "incontext/matrix/placed.hpp"
#include "incontext/number/modular.hpp"
#include "incontext/pass/range.hpp"
#include "incontext/plan/fast_form.hpp"
#include "incontext/recurrence/memory.hpp"
#include "incontext/stack/stack.hpp"
#include "incontext/streaming/fading_moments.hpp"
#include "incontext/streaming/observed_table.hpp"
#include "incontext/streaming/online_regressor.hpp"
#include "incontext/streaming/saved_bytes.hpp"
#include "incontext/streaming/token_products.hpp"
#include "incontext/support/message.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// Whether every layer of a linear stack is one for contexts of this length and tokens of this dimension.
template <class Model, int TokenDimension, int Context>
inline constexpr bool layers_have_shape = false;
template <class Model, int TokenDimension, int Context>
inline constexpr bool layers_have_shape<Model const, TokenDimension, Context> =
    layers_have_shape<Model, TokenDimension, Context>;
template <class... Layers, int TokenDimension, int Context>
inline constexpr bool layers_have_shape<LayerStack<Layers...>, TokenDimension, Context> =
    ((Layers::shape.token_dim == TokenDimension && Layers::shape.context == Context) && ...);
template <class Layer, int Depth, int TokenDimension, int Context>
inline constexpr bool layers_have_shape<LoopedStack<Layer, Depth>, TokenDimension, Context> =
    Layer::shape.token_dim == TokenDimension&& Layer::shape.context == Context;

namespace streaming_context {

/// What is asked of the query tokens by the moments of the mean example: F = N F(mean), and all else as by a gram matrix.
///
/// For N examples whose gram matrix, or what P W_V makes of it, is beyond the range of its numbers where F is not. Exactness: identical to
/// answer_by_gram of N times the moments in exact arithmetic. Cost: F of each layer, and 2 token_dim^3 + token_dim^2 query multiplications.
/// Test: tests/unit/streaming.cpp, tests/unit/range_far_apart.cpp, tests/static/streaming.cpp.
template <class Asked, int First = 0, LinearStack Stack, TokenShape Shape, class Number>
[[nodiscard]] constexpr auto answer_by_mean(Stack const& stack, GramPrompt<Shape, Number> const& mean, int examples)
    -> Answer<Asked, Shape, Number> {
    auto const after = [&](auto const& layer, GramPrompt<Shape, Number> const& before) {
        decltype(before.gram) const F = Number(examples) * fast_weights_in_range(layer, before);
        auto const moved = plus_product(before.gram, F, before.gram);
        return GramPrompt<Shape, Number>(moved + product_with_transpose(moved, F),
                                         plus_product(before.query, F, before.query));
    };
    if constexpr (requires { stack.layer; }) {
        GramPrompt<Shape, Number> seen = mean;
        for (int k = 0; k < Stack::depth; ++k) {
            seen = after(stack.layer, seen);
        }
        return asked_rows<Asked, Shape>(seen.query);
    } else if constexpr (First == Stack::depth) {
        return asked_rows<Asked, Shape>(mean.query);
    } else {
        return answer_by_mean<Asked, First + 1>(stack, after(stack.template layer_at<First>(), mean), examples);
    }
}

}  // namespace streaming_context

/// The sizes that a stack of linear layers says: Dimensions{input, output, context}.
/// Test: tests/compile_fail/streaming_deduced_without_split.cpp.
template <class Model, int Output = 0, int Input = 0>
struct sizes_of_a_streaming_context {
    static constexpr TokenShape shape = [] {
        if constexpr (LinearStack<Model>) {
            TokenShape known = shape_of_layers<Model>();
            known.input = known.input == 0 && Input + Output == known.token_dim ? Input : known.input;
            return known;
        } else {
            return TokenShape{.token_dim = 2, .context = 1, .query = 1, .input = 1};  // the class says what is wrong
        }
    }();
    static_assert(
        shape.input > 0,
        "StreamingContext context(model) reads its sizes from the model, and this one does not say how its tokens "
        "split: make it from Dimensions, give the initial weights W0 as well, or write StreamingContext<sizes, "
        "Model>");
    static constexpr int input = shape.input > 0 ? shape.input : 1;  // one error is enough
    static constexpr Dimensions value{.input = input, .output = shape.token_dim - input, .context = shape.context};
};

/// What a model has been shown, and its predictions from that.
///
/// Model: a LayerStack or LoopedStack of linear layers (a single layer is looped<1>(layer)). It is kept in the form that
/// takes the fewest multiplications. No heap, no exceptions, no run-time type information, trivially copyable; two matrices
/// [token_dim x token_dim] and W0 beside the model, two counters and a weight, whatever the number of examples
/// (tests/static/streaming_in_fixed_memory.cpp). It is an OnlineRegressor (streaming/online_regressor.hpp), and a sum, so that two can be merged.
///
/// Units: those of the model. Cost: observing one example takes token_dim (token_dim + 3) / 2 multiplications and seven additions
/// for each entry of the upper half; of a table, TokenProducts' (streaming/token_products.hpp), many times less per example. predict:
/// answer_by_gram's without its pass over the context, and token_dim^2.
/// Errors: an example that is not finite, or whose squares would carry a moment beyond a quarter of the greatest number, is
/// refused and counted, and the others are kept; of lanes an example is refused for all if it is for one. A model that is no
/// stack of linear layers, or whose layers have other dimensions than Sizes, matrices of another shape, of other numbers or
/// of dynamic size where a size must be known do not compile (tests/compile_fail/streaming_*.cpp). Nothing tells that the
/// model's learning rate is too large for the inputs, and deep stacks then diverge: largest_stable_learning_rate says up to
/// where a gradient step is stable. Predictions are finite: one that is not, of an x that is not or of a stack that diverged, is 0.
/// Where N/n times the moments leave the range, or a layer's P W_V G does (outputs y and inputs x with y/x above 1e19 in float), predictions
/// are made from the mean example. Where they are below the normal numbers, and the
/// moments are not, predictions have lost digits (FadingMoments says how many).
/// Exactness: exact in the exact family, where a number that leaves the range, or a division by zero, throws, and forget() is what brings a
/// context back of which an observation threw. In floating point the error of an entry of G hardly grows with n (streaming/moments.hpp
/// says how large it is); a plain sum of numbers up to 1 no longer changes after some 10^7 examples in float. With
/// -ffast-math and its like it does not compile (streaming/compensated_sum.hpp).
/// The moments are squares: of a token whose entries are all below 1e-19 in float (1e-154 in double) they would lose digits, and
/// below 2e-23 (1e-162) be 0. While nothing larger was observed such an example is refused as out of range, unless it is 0: scale inputs and
/// outputs before they are observed. Beside larger ones it is rounding dust, and counts.
/// Test: tests/static/streaming.cpp (identical to the stack on the same examples), tests/unit/streaming.cpp (10^7 examples),
/// tests/unit/streaming_table.cpp (tables of any length and place, within the bound).
template <Dimensions Sizes, class Model, class Number = typename Model::Scalar>
class StreamingContext {
    static_assert(LinearStack<Model>,
                  "a streaming context needs a stack of linear attention layers: of one layer, make looped<1>(layer)");
    static_assert(!LinearStack<Model> || layers_have_shape<Model, Sizes.input + Sizes.output, Sizes.context>,
                  "the layers of a streaming context's model have another token dimension or context length than its "
                  "Dimensions{input, output, context}: their rates would be scaled for the wrong number of examples");
    static_assert(shape_of_layers<GivenSizes<Sizes>, std::remove_const_t<Model>>().input > 0, "see the first error");

  public:
    using Scalar = Number;
    static constexpr int input = Sizes.input;
    static constexpr int output = Sizes.output;
    using Input = Matrix<Number, Sizes.input, 1>;
    using Output = Matrix<Number, Sizes.output, 1>;
    using Weights = Matrix<Number, Sizes.output, Sizes.input>;
    static constexpr int token_dim = Sizes.input + Sizes.output;
    static constexpr TokenShape shape = Dimensions{Sizes.input, Sizes.output, Sizes.context, 1}.tokens();
    using Gram = Matrix<Number, token_dim, token_dim>;
    using PlacedWeights = Placed<the_initial_weights_W0, Number, Sizes.output, Sizes.input>;
    using Factor = typename FadingMoments<Number, token_dim>::Factor;
    static constexpr bool is_mergeable = true;

    /// Nothing observed yet. The query token is (x; -W0 x); the paper's experiments have W0 = 0. Nobody asks whether model and W0 are finite, and
    /// whether the model in its fast form is: of one that is not restore refuses what save() wrote, predictions are 0 where they depend
    /// on what is not finite, and of NaN merge says other_settings.
    constexpr explicit StreamingContext(Model const& model,
                                        PlacedWeights const& initial_weights = PlacedWeights(
                                            zero<Number, Sizes.output, Sizes.input>())) noexcept(never_throws<Number>) {
        saved::write_numbers(form_.data(), fast_form(model));
        saved::write_entries(initial_weights_.data(), initial_weights);
        forget();
    }

    /// Without an output, for instance: one sentence.
    template <class... Arguments>
        requires(!((sizeof...(Arguments) == 2 && (AnyMatrix<Arguments> && ...)) ||
                   std::is_invocable_v<void (*)(Input const&, Output const&), Arguments const&...>))
    constexpr auto observe(Arguments const&...) { return an_example_is_an_input_and_an_output<Arguments...>(); }
    /// Of a prompt, for instance: one sentence.
    template <class... Arguments>
        requires(sizeof...(Arguments) != 1 || !(AnyMatrix<Arguments> && ...))
    constexpr auto observe_tokens(Arguments const&...) { return an_example_is_an_input_and_an_output<Arguments...>(); }

    /// Adds the example y of x.
    constexpr Observation observe(Input const& x, Output const& y) noexcept(never_throws<Number>) {
        if (!moments_.add(above(x, y))) {
            ++refused_;
            return Observation::out_of_range;
        }
        return Observation::observed;
    }

    /// Adds the examples in the columns of X [input x n] and Y [output x n]: any number, known while compiling or not.
    ///
    /// They are copied to the stack, 256 at a time. Errors: where X has more or fewer columns than Y, nothing is observed.
    template <AnyMatrix Inputs, AnyMatrix Outputs>
    constexpr Observation observe(Inputs const& X, Outputs const& Y) noexcept(never_throws<Number>) {
        if constexpr (cols_of<Inputs> == 1 && cols_of<Outputs> == 1) {
            observed_table::require_shape<observed_inputs, Number, Sizes.input, Inputs>();
            observed_table::require_shape<observed_outputs, Number, Sizes.output, Outputs>();
            return observe(Input(X), Output(Y));
        } else {
            observed_table::require_tables<Number, Sizes.input, Sizes.output, Inputs, Outputs>();
            auto const count = observed_table::columns(X);
            if (count != observed_table::columns(Y)) {
                return Observation::unlike_lengths;
            }
            return add_copies(count, [&](auto col, Number* token) {
                observed_table::write_column(X, col, token);
                observed_table::write_column(Y, col, token + Sizes.input);
            });
        }
    }

    /// Adds the examples in the columns of one table [token_dim x n], input above output. It is read in place if its
    /// columns lie one behind the other, as those of an Eigen matrix or of an Eigen::Map of recorded numbers do.
    template <AnyMatrix Tokens>
    constexpr Observation observe_tokens(Tokens const& tokens) noexcept(never_throws<Number>) {
        observed_table::require_table<observed_tokens, Number, token_dim, Tokens>();
        require_fitting_tokens<Sizes, Tokens>();
        auto const count = observed_table::columns(tokens);
        auto const write = [&](auto col, Number* token) { observed_table::write_column(tokens, col, token); };
        if constexpr (observed_table::says_how_it_lies<Tokens>) {
            if (observed_table::is_without_gaps(tokens)) {
                Products products;
                products.add(observed_table::first_entry(tokens), count);
                return add(products, count, write);
            }
        }
        return add_copies(count, write);
    }

    /// The prediction for x from all examples observed; without any, W0 x.
    [[nodiscard]] constexpr Output predict(Input const& x) const noexcept(never_throws<Number>) {
        GramPrompt<shape, Number> const seen(gram(), above(x, -product(initial_weights(), x)));
        Output answer = prediction_of(
            answer_by_gram<QueryTargets<Dimensions{Sizes.input, Sizes.output, Sizes.context, 1}>>(form(), seen));
        if constexpr (has_limited_range<Number>) {
            auto const nan = range::zero_or_nan(answer);
            if (!range::is_zero(nan)) [[unlikely]] {
                Output replaced = answer;  // so that the address of `answer` is not taken, and it may stay in registers
                replace_by_mean(nan, replaced, x);
                answer = replaced;
            }
        }
        return answer;
    }

    /// The same for an expression or another matrix of that shape; one of another shape does not compile.
    template <class Other>
    [[nodiscard]] constexpr Output predict(Other const& x) const noexcept(never_throws<Number>) {
        require_place<the_input_of_a_prediction, Number, Sizes.input, 1, Other>();
        return predict(Input(x));
    }

    /// N/n times the sum of (x; y) (x; y)^T over the n examples observed, each as heavy as it is remembered [token_dim x token_dim]; 0 without any.
    /// Infinite where N times their mean is beyond the range; predictions are then made from the mean itself.
    [[nodiscard]] constexpr Gram gram() const noexcept(never_throws<Number>) {
        return moments_.of_examples(Sizes.context);
    }

    /// How many examples were observed.
    [[nodiscard]] constexpr long long count() const noexcept { return moments_.count(); }

    /// How many were refused: they were not finite, the moments would have overflowed, or were too small to hold them.
    [[nodiscard]] constexpr long long refused() const noexcept { return refused_; }

    /// The largest learning rate at which gradient descent on the examples observed is stable; infinite without any.
    /// As largest_stable_learning_rate of a prompt (gradient_descent/learning_rate.hpp).
    /// 0 where the mean moments leave the range: those of forged bytes.
    [[nodiscard]] Number largest_stable_learning_rate() const noexcept requires std::floating_point<Number> {
        auto const of_tokens = moments_.of_examples(1);  // and not those of N, which may be beyond the range
        Number const rate = largest_stable_learning_rate_of_moments<Number, Sizes.input>(
            generate<Number, Sizes.input, Sizes.input>([&](int row, int col) { return of_tokens(row, col); }));
        return rate >= 0 ? rate : Number(0);
    }

    /// Back to nothing observed.
    constexpr void forget() noexcept {
        moments_.forget();
        refused_ = 0;
    }

    /// What was observed weighs `factor` times as much beside what comes: G <- factor G, n <- factor n. Predictions are made from the mean, and
    /// do not change by it; 0 is forget(). Examples never weigh less than 2^-64 of one together: the next one outweighs them then in every digit,
    /// and a mean of nothing is no number.
    ///
    /// Exactness: as of FadingMoments (streaming/fading_moments.hpp).
    constexpr Forgotten forget(Factor const& factor) noexcept(never_throws<Number>) {
        if (FadingMoments<Number, token_dim>::is_none(factor)) {
            refused_ = 0;
        }
        return moments_.forget(factor);
    }

    /// Adds what another one observed: the same as observing both streams, each example as heavy as it is remembered in its own.
    /// Exactness: as of tables. Test: tests/static/streaming_regressor.cpp.
    constexpr Merged merge(StreamingContext const& other) noexcept(never_throws<Number>) {
        if (!same_numbers(form_, other.form_) || !same_numbers(initial_weights_, other.initial_weights_)) {
            return Merged::other_settings;
        }
        if (!saved::is_a_count(refused_, other.refused_) || !moments_.add(other.moments_)) {
            return Merged::out_of_range;
        }
        refused_ += other.refused_;
        return Merged::all;
    }

  private:
    using Form = FastForm<Model>;
    using ExactForm = typename Form::template with_number<Modular>;
    using ExactModel = typename std::remove_const_t<Model>::template with_number<Modular>;
    static_assert(saved::all_is_listed<std::remove_const_t<Model>, ExactModel>() &&
                      saved::all_is_listed<Form, ExactForm>(),
                  "see the first error");
    static constexpr std::size_t numbers_of_form = saved::count_of_numbers(ExactForm{});
    static constexpr std::size_t numbers_of_weights = static_cast<std::size_t>(Sizes.output) * Sizes.input;
    static constexpr std::size_t numbers_of_model = numbers_of_form + numbers_of_weights;
    static constexpr std::size_t numbers = numbers_of_model + FadingMoments<Number, token_dim>::numbers;

  public:
    /// How many bytes save() writes.
    static constexpr std::size_t bytes = saved::bytes<Number, 3, numbers>;
    /// Model, W0 and moments as bytes (streaming/saved_bytes.hpp); restore takes them back if model and W0 are finite.
    /// A weight below 0 is that of moments that wait at 1/2.
    [[nodiscard]] constexpr std::array<std::byte, bytes> save() const noexcept
        requires(std::floating_point<Number>&& std::same_as<Number, typename Model::Scalar>) {
        std::array<Number, numbers> all{};
        Number* to = std::copy(form_.begin(), form_.end(), all.data());
        to = std::copy(initial_weights_.begin(), initial_weights_.end(), to);
        moments_.for_each_number([&](Number const& number) { *to++ = number; });
        return saved::written<Number, 3, numbers>(
            kind(),
            {static_cast<std::uint64_t>(count()), static_cast<std::uint64_t>(refused_),
             std::bit_cast<std::uint64_t>(moments_.saved_weight())},
            all);
    }
    /// Back to what save() wrote. Errors: whatever Restored says, nothing was changed.
    constexpr Restored restore(std::span<std::byte const> from) noexcept
        requires(std::floating_point<Number>&& std::same_as<Number, typename Model::Scalar>) {
        std::array<std::uint64_t, 3> counters{};
        std::array<Number, numbers> all{};
        Restored const status = saved::read(from, kind(), counters, all);
        if (status != Restored::all) {
            return status;
        }
        bool const possible = saved::is_a_count(counters[1]) &&
                              saved::are_at_most(all.data(), numbers_of_model, std::numeric_limits<Number>::max());
        if (!possible ||
            !moments_.restore(counters[0], std::bit_cast<double>(counters[2]), all.data() + numbers_of_model)) {
            return Restored::out_of_range;
        }
        std::copy_n(all.data(), numbers_of_form, form_.begin());
        std::copy_n(all.data() + numbers_of_form, numbers_of_weights, initial_weights_.begin());
        refused_ = static_cast<long long>(counters[1]);
        return Restored::all;
    }

    /// What an observation of one example and a prediction take, counted while compiling; comparisons and copies are not counted.
    [[nodiscard]] static constexpr Operations operations_to_observe() {
        return counted_operations::of_observing(CountedContext::counting);
    }
    /// The same of a prediction.
    [[nodiscard]] static constexpr Operations operations_to_predict() {
        return counted_operations::of_predicting(CountedContext::counting);
    }

  private:
    template <Dimensions, class, class>
    friend class StreamingContext;
    using CountedContext = StreamingContext<Sizes, typename Model::template with_number<Counted>, Counted>;

    static constexpr StreamingContext counting(Operations& tally) {
        StreamingContext result(Model{});
        for (auto& number : result.form_) {
            number = Counted(tally);
        }
        for (auto& number : result.initial_weights_) {
            number = Counted(tally);
        }
        result.moments_ = FadingMoments<Number, token_dim>::counting(tally);
        return result;
    }

    /// A prediction that is not finite, by the mean example; 0 where that leaves the range, too. Of lanes only those that are not finite.
    [[gnu::noinline, gnu::cold]] constexpr void replace_by_mean([[maybe_unused]] Number const& nan, Output& answer,
                                                                Input const& x) const {
        GramPrompt<shape, Number> const mean(moments_.of_examples(1), above(x, -product(initial_weights(), x)));
        Output const by_mean = prediction_of(
            streaming_context::answer_by_mean<QueryTargets<Dimensions{Sizes.input, Sizes.output, Sizes.context, 1}>>(
                form(), mean, Sizes.context));
        auto const or_zero = []<class Asked>(Asked const& asked) {
            return range::is_zero(range::zero_or_nan(asked)) ? asked : zero<NumberOf<Asked>, Sizes.output, 1>();
        };
        if constexpr (is_lanes<Number>) {
            for (int lane = 0; lane < Number::lane_count; ++lane) {
                if (nan[lane] != 0) {
                    range::set_lane(answer, lane, or_zero(range::lane_of(by_mean, lane)));
                }
            }
        } else {
            answer = or_zero(by_mean);
        }
    }

    static constexpr saved::Kind kind() noexcept {
        constexpr std::uint64_t hash = [] {
            Fnv1a of_structure;
            saved::add_name(of_structure, "streaming_context");
            saved::add_int(of_structure, Sizes.context);
            saved::add_int(of_structure, std::remove_const_t<Model>::depth);
            saved::add_structure(of_structure, ExactForm{});
            return of_structure.value();
        }();
        return {hash, input, output};
    }

    template <class Numbers>
    static constexpr bool same_numbers(Numbers const& a, Numbers const& b) {
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (!(a[i] == b[i])) {
                return false;
            }
        }
        return true;
    }

    constexpr Form form() const {
        Form result{};
        saved::read_numbers(form_.data(), result);
        return result;
    }
    constexpr Weights initial_weights() const {
        Weights result;
        saved::read_entries(initial_weights_.data(), result);
        return result;
    }

    using Products = TokenProducts<Number, token_dim>;

    /// Adds the products of `count` tokens; where they do not fit, token by token, so that only those are refused that do not.
    template <class WriteToken>
    constexpr Observation add(Products const& products, long long count, WriteToken const& write_token) {
        if (count == 0) {
            return Observation::observed;  // moments that wait go on waiting
        }
        auto const largest_entry = [&] { return largest_entry_of(count, write_token); };
        if (!moments_.add(products, count, largest_entry)) [[unlikely]] {
            return add_one_by_one(count, write_token);
        }
        return Observation::observed;
    }

    /// The largest absolute value in `count` tokens, lane by lane. Asked where the moments so far are below the normal
    /// numbers: of nothing but zeros, or faded.
    template <class WriteToken>
    [[gnu::noinline]] static constexpr Number largest_entry_of(long long count, WriteToken const& write_token) {
        Number largest(0);
        if constexpr (has_limited_range<Number>) {
            for (long long col = 0; col < count; ++col) {
                Number copied[token_dim]{};
                write_token(col, copied);
                for (Number const& entry : copied) {
                    largest = range::larger_magnitude(largest, entry);
                }
            }
        }
        return largest;
    }

    template <class WriteToken>
    constexpr Observation add_one_by_one(long long count, WriteToken const& write_token) {
        long long const refused_before = refused_;
        for (long long col = 0; col < count; ++col) {
            Number copied[token_dim]{};
            write_token(col, copied);
            static_cast<void>(
                observe(generate<Number, Sizes.input, 1>([&](int row, int) { return copied[row]; }),
                        generate<Number, Sizes.output, 1>([&](int row, int) { return copied[Sizes.input + row]; })));
        }
        return refused_ == refused_before ? Observation::observed : Observation::out_of_range;
    }

    /// Adds `count` tokens, each of which write_token(number, to) writes.
    template <class Index, class WriteToken>
    constexpr Observation add_copies(Index count, WriteToken const& write_token) {
        constexpr Index at_once = Products::tokens_between_corrections;
        Products products;
        for (Index first = 0; first < count; first += at_once) {
            Number copied[at_once * token_dim];
            Index const now = std::min(at_once, count - first);
            for (Index i = 0; i < now; ++i) {
                write_token(first + i, copied + i * token_dim);
            }
            products.add(copied, now);
        }
        return add(products, count, write_token);
    }

    // Numbers alone, so that a context is trivially copyable, which Eigen's matrices are not.
    std::array<typename Model::Scalar, numbers_of_form> form_{};
    std::array<Number, numbers_of_weights> initial_weights_{};
    FadingMoments<Number, token_dim> moments_;
    long long refused_ = 0;
};

/// StreamingContext context(model); StreamingContext context(model, W0): the sizes are those of the model; where it does not say
/// how its tokens split, those of W0 [output x input]. Test: tests/unit/streaming.cpp.
template <class Model>
StreamingContext(Model const&) -> StreamingContext<sizes_of_a_streaming_context<Model>::value, Model>;
template <class Model, AnyMatrix Weights>
StreamingContext(Model const&, Weights const&)
    -> StreamingContext<sizes_of_a_streaming_context<Model, rows_of<Weights>, cols_of<Weights>>::value, Model>;

}  // namespace incontext

// SPDX-License-Identifier: MIT
// Softmax attention, exact: of scores s u as power series in s, and of scores 0 and c in t = e^c. One head is the mean of the
// values plus a gradient step on centred inputs; two opposite heads are that step alone. Compiling this file is the test.
//
// All letters are free: the statements hold for every score, value, input and query of the named sizes.
#include <type_traits>

#include "incontext/theorem_nonlinear.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};
constexpr Arbitrary<sizes, Modular> any{};
constexpr int N = sizes.context;

template <int K>
using S = PowerSeries<Modular, K>;

/// s times a matrix of numbers.
template <int K, AnyMatrix M>
constexpr auto times_s(M const& matrix) {
    return generate<S<K>, rows_of<M>, cols_of<M>>(
        [&](int row, int col) { return S<K>(matrix(row, col)).times_variable(); });
}
/// A matrix of numbers as series without s.
template <int K, AnyMatrix M>
constexpr auto constant(M const& matrix) {
    return generate<S<K>, rows_of<M>, cols_of<M>>([&](int row, int col) { return S<K>(matrix(row, col)); });
}
/// The coefficients of s^order.
template <AnyMatrix M>
constexpr auto at_order(M const& matrix, int order) {
    return generate<Modular, rows_of<M>, cols_of<M>>(
        [&](int row, int col) { return matrix(row, col).coefficient(order); });
}

/// The weights of each column of scores: w(score) / sum of w(scores). w is exp, or a table of its values.
template <AnyMatrix M, class Weight>
constexpr M normalised(M const& scores, Weight const& weight) {
    auto result = zero<NumberOf<M>, rows_of<M>, cols_of<M>>();
    for (int col = 0; col < cols_of<M>; ++col) {
        NumberOf<M> sum(0);
        for (int key = 0; key < rows_of<M>; ++key) {
            result(key, col) = weight(scores(key, col));
            sum += result(key, col);
        }
        NumberOf<M> const inverse = NumberOf<M>(1) / sum;
        for (int key = 0; key < rows_of<M>; ++key) {
            result(key, col) = result(key, col) * inverse;
        }
    }
    return result;
}
template <AnyMatrix M>
constexpr M softmax(M const& scores) {
    return normalised(scores, [](auto const& score) { return exp(score); });
}

/// Every row minus its mean.
template <AnyMatrix M>
constexpr M rows_centred(M const& matrix) {
    return matrix -
           one_over_context<NumberOf<M>>(cols_of<M>) *
               product(matrix, generate<NumberOf<M>, cols_of<M>, cols_of<M>>([](int, int) { return NumberOf<M>(1); }));
}
template <AnyMatrix M>
constexpr M columns_centred(M const& matrix) {
    return transpose(rows_centred(transpose(matrix)));
}

/// Every entry is `number`.
template <AnyMatrix M>
constexpr bool is_everywhere(M const& matrix, NumberOf<M> const& number) {
    return matrix == generate<NumberOf<M>, rows_of<M>, cols_of<M>>([&](int, int) { return number; });
}

// ---------------------------------------------------------------------- softmax(s u)_i = (1/N) (1 + s (u_i - mean u) + O(s^2))

constexpr auto u = any.matrix(context_axis, query_axis, "u");  // one column of scores for each query
constexpr auto one_over_N = Modular(1) / Modular(N);

constexpr auto weights = softmax(times_s<2>(u));
static_assert(is_everywhere(at_order(weights, 0), one_over_N));
static_assert(at_order(weights, 1) == one_over_N * columns_centred(u));
// Refuted: without the mean; without 1/N. Centred over the keys and not over the queries.
static_assert(!(at_order(weights, 1) == one_over_N * u) && !(at_order(weights, 1) == columns_centred(u)));
static_assert(!(at_order(weights, 1) == one_over_N * rows_centred(u)));

// It is an identity up to s^2 only: linear attention with centred scores differs there.
static_assert(!is_everywhere(at_order(softmax(times_s<3>(u)), 2), Modular(0)));

// Adding one number to all scores changes nothing, at any order.
static_assert(softmax(times_s<4>(u)) == softmax(times_s<4>(columns_centred(u))));

// --------------------------------------------------------- one head: mean of the values, plus a step of GD on centred inputs

constexpr auto X = any.matrix(input_axis, context_axis, "x");
constexpr auto Y = any.matrix(output_axis, context_axis, "y");
constexpr auto Xq = any.matrix(input_axis, query_axis, "xq");
constexpr auto scores = product(transpose(X), Xq);

/// What the library predicts after a step of rate 1 from W0 = 0 on (inputs; Y).
template <AnyMatrix Inputs>
constexpr auto prediction_of_a_step(Inputs const& inputs) {
    GradientStep<sizes, Modular> const step{Modular(1), zero<Modular, sizes.output, sizes.input>()};
    return prediction<sizes>(as_attention(step)(embed(inputs, Y, Xq)));
}
constexpr auto one_head = product(constant<2>(Y), softmax(times_s<2>(scores)));

/// The mean of the values, for every query.
constexpr auto mean_of_values =
    one_over_N * product(Y, generate<Modular, N, sizes.query>([](int, int) { return Modular(1); }));
static_assert(at_order(one_head, 0) == mean_of_values);
static_assert(at_order(one_head, 1) == prediction_of_a_step(rows_centred(X)));
// Refuted: a step on the inputs as they are.
static_assert(!(at_order(one_head, 1) == prediction_of_a_step(X)));
// Centring the targets as well changes nothing: it is the regression with its intercept profiled out.
static_assert(product(rows_centred(Y), transpose(rows_centred(X))) == product(Y, transpose(rows_centred(X))));

// ------------------------------------------------------------------- two heads with s and -s: even orders cancel identically

constexpr auto two_heads = softmax(times_s<5>(u)) - softmax(times_s<5>(-u));
static_assert(is_everywhere(at_order(two_heads, 0), Modular(0)) && is_everywhere(at_order(two_heads, 2), Modular(0)) &&
              is_everywhere(at_order(two_heads, 4), Modular(0)));
static_assert(at_order(two_heads, 1) == Modular(2) * one_over_N * columns_centred(u));
// The relative error is of order s^2: the third order is there.
static_assert(!is_everywhere(at_order(two_heads, 3), Modular(0)));
// Refuted: with values of one sign they do not cancel; half of the difference.
static_assert(!is_everywhere(at_order(softmax(times_s<3>(u)) + softmax(times_s<3>(-u)), 2), Modular(0)));
static_assert(!(at_order(two_heads, 1) == one_over_N * columns_centred(u)));

/// The construction: W_K^T W_Q = +-(s/2) diag(I, 0) and P W_V = +-(eta/s) diag(0, -I), here multiplied by s. It moves the
/// targets of the query as a gradient step of rate eta on centred inputs does, and the next error is s^2 smaller.
constexpr bool two_heads_are_a_centred_step(Modular const& share) {
    auto const half = Modular(1) / Modular(2);
    auto const of_head = times_s<3>(share * half * scores);
    auto const eta = any.learning_rate();
    auto const moved_times_s = S<3>(-eta) * product(constant<3>(Y), softmax(of_head) - softmax(-of_head));
    return is_everywhere(at_order(moved_times_s, 0), Modular(0)) &&
           prediction_of(at_order(moved_times_s, 1)) == eta * prediction_of_a_step(rows_centred(X)) &&
           is_everywhere(at_order(moved_times_s, 2), Modular(0));
}
static_assert(two_heads_are_a_centred_step(Modular(1)));
static_assert(!two_heads_are_a_centred_step(Modular(2)));  // with s in place of s/2 it is two steps

// ------------------------------------------------------------------------ copying by softmax, exact in t = e^c: scores 0 and c

/// Keys and queries are one-hot positions; the query looks for the position that follows its own. Scores are 0 or c, so the
/// weights are e^0 = 1 and e^c = t.
constexpr Modular t = any.scalar("t");
constexpr auto V = any.matrix(output_axis, context_axis, "v");
constexpr auto next_position =
    generate<Modular, N, N>([](int key, int token) { return Modular(key == token + 1 ? 1 : 0); });
constexpr auto copied =
    product(V, normalised(next_position, [](Modular const& score) { return Modular(1) + score * (t - Modular(1)); }));
/// (t + n - 1) out = t v + n mean - v, where v is the value of the token that follows. Shift: 1, or 0 in a refutation.
constexpr bool softmax_copies(int shift) {
    for (int token = 0; token + 1 < N; ++token) {
        for (int row = 0; row < sizes.output; ++row) {
            Modular mean(0);
            for (int key = 0; key < N; ++key) {
                mean += one_over_N * V(row, key);
            }
            Modular const v = V(row, token + shift);
            if (!((t + Modular(N - 1)) * copied(row, token) == t * v + Modular(N) * mean - v)) {
                return false;
            }
        }
    }
    return true;
}
static_assert(softmax_copies(1) && !softmax_copies(0));
// The last token has no successor: it gets the mean of all values, and not its own.
static_assert(copied(0, N - 1) == V(0, N - 1) - rows_centred(V)(0, N - 1) && !(copied(0, N - 1) == V(0, N - 1)));
// Refuted: that it copies exactly, for whatever t.
static_assert(!(copied(0, 0) == V(0, 1)));

/// So the error is n / (t + n - 1) |mean - v|. It is eps at e^c = n (|mean - v| / eps - 1) + 1, and smaller beyond.
constexpr bool logit_for_an_error(int off_by_one) {
    Modular const distance = any.scalar("dist");  // mean - v
    Modular const eps = any.scalar("eps");
    Modular const n(N);
    Modular const needed = n * (distance / eps - Modular(1)) + Modular(off_by_one);
    return n / (needed + n - Modular(1)) * distance == eps;
}
static_assert(logit_for_an_error(1) && !logit_for_an_error(0));

// --------------------------------------------------------------------------------------- the same of the layer that runs

/// SoftmaxAttention of the library on series. One head: keys and queries read x, the query's scaled by s; values are y.
template <int K>
using HeadOnInputs = LinearSelfAttention<sizes.tokens(), S<K>, sizes.input, sizes.output>;
template <int K>
constexpr HeadOnInputs<K> head_on_inputs(S<K> const& scale, S<K> const& of_values) {
    auto const I = identity<S<K>, sizes.input + sizes.output>();
    auto const of_x = rows<0, sizes.input>(I);
    auto const of_y = rows<sizes.input, sizes.output>(I);
    return {.query = scale * of_x, .key = of_x, .value = of_y, .output = of_values * transpose(of_y)};
}
template <int K>
constexpr auto prompt_on_series() {
    auto const prompt = embed(X, Y, Xq);
    Matrix<Modular, sizes.input + sizes.output, N> const context = prompt.context;
    Matrix<Modular, sizes.input + sizes.output, sizes.query> const query = prompt.query;
    return PromptOf<sizes, S<K>>{.context = constant<K>(context), .query = constant<K>(query)};
}
template <int K>
constexpr auto s = S<K>::variable();

/// One head: the mean of the values, and a step on centred inputs (or, in a refutation, on the inputs as they are).
constexpr bool layer_of_one_head_is_a_centred_step(bool centred) {
    SoftmaxAttention<HeadOnInputs<2>, Exponential, 1> const layer{.layer = head_on_inputs<2>(s<2>, S<2>(1))};
    auto const moved = answer<QueryTargets<sizes>>(layer, prompt_on_series<2>());  // the query's target was 0
    return at_order(moved, 0) == mean_of_values &&
           at_order(moved, 1) == prediction_of_a_step(centred ? rows_centred(X) : X);
}
static_assert(layer_of_one_head_is_a_centred_step(true));
static_assert(!layer_of_one_head_is_a_centred_step(false));

/// Two heads with +-s/2 and values -+eta, all times s: the prediction is that of the centred step, without a constant and
/// without a next order. Opposite: -1, or 1 in a refutation.
constexpr bool layer_of_two_heads_is_a_centred_step(int opposite) {
    using Heads = MultiHeadAttention<HeadOnInputs<3>, HeadOnInputs<3>>;
    S<3> const scale = half * s<3>;
    S<3> const eta(any.learning_rate());
    Heads const both = heads(head_on_inputs<3>(scale, -eta), head_on_inputs<3>(-scale, -S<3>(opposite) * eta));
    SoftmaxAttention<Heads, Exponential, 1> const layer{.layer = both};
    auto const moved_times_s = answer<QueryTargets<sizes>>(layer, prompt_on_series<3>());
    return is_everywhere(at_order(moved_times_s, 0), Modular(0)) &&
           prediction_of(at_order(moved_times_s, 1)) == any.learning_rate() * prediction_of_a_step(rows_centred(X)) &&
           is_everywhere(at_order(moved_times_s, 2), Modular(0));
}
static_assert(layer_of_two_heads_is_a_centred_step(-1));
static_assert(!layer_of_two_heads_is_a_centred_step(1));

/// e^0 = 1 and e^c = t, as the weight function of attention whose scores are 0 and 1.
struct OneAndT {
    template <class Number>
    static constexpr ValueAndDerivative<Number> at(Number const& score) {
        return {Number(1) + score * (Number(t.residue()) - Number(1)), Number(0)};
    }
};
/// The copying head of Prop. 3 behind a softmax, on plain tokens: (t + n - 1) slot = t c(y_j) + n mean - c(y_j) with n = 2N keys,
/// where the mean is that of all contents.
constexpr bool copying_head_copies_by_softmax(int keys) {
    constexpr PlainTokenSizes plain{.content = sizes.input, .examples = 3};
    constexpr auto inputs_of_examples = any.matrix(input_axis, input_axis, "a");  // three of them
    constexpr auto targets_of_examples = any.matrix(input_axis, input_axis, "b");
    auto const copy = copying_layer<plain, Modular>().heads[0];
    using Head = std::remove_const_t<decltype(copy)>;
    SoftmaxAttention<Head, OneAndT, 1> const layer{.layer = copy};
    auto const prompt = plain_prompt(inputs_of_examples, targets_of_examples, zero<Modular, sizes.input, 1>());
    auto const slots = rows<plain.content, plain.content>(layer(prompt).context);
    for (int example = 0; example < plain.examples; ++example) {
        for (int row = 0; row < plain.content; ++row) {
            Modular sum(0);  // n times the mean
            for (int key = 0; key < plain.examples; ++key) {
                sum += inputs_of_examples(row, key) + targets_of_examples(row, key);
            }
            Modular const v = targets_of_examples(row, example);
            if (!((t + Modular(keys - 1)) * slots(row, example) == t * v + sum - v)) {
                return false;
            }
        }
    }
    return true;
}
static_assert(copying_head_copies_by_softmax(6) && !copying_head_copies_by_softmax(3));

}  // namespace

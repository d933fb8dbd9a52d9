// SPDX-License-Identifier: MIT
/// @file
/// Merged projections: the two products that a head of linear attention consists of.
///
///     W_KQ = W_K^T W_Q     W_PV = P W_V     F = W_PV (C C^T) W_KQ
///
/// Weights change once per step of training, prompts 2,048 times: a layer that keeps the products instead of the four
/// projections saves most of the work of making F. Where a token is large beside the context F itself is not worth making,
/// and tokens attend by scores (attention/linear_layer.hpp). The sizes decide, while compiling.
#pragma once

#include <concepts>
#include <cstddef>
#include <utility>

#include "incontext/attention/linear_layer.hpp"
#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/attention/two_layers.hpp"
#include "incontext/matrix/gram.hpp"
#include "incontext/support/message.hpp"
#include "incontext/support/parameters.hpp"

namespace incontext {

struct the_product_W_KQ;
struct the_product_W_PV;

/// W_KQ = W_K^T W_Q and W_PV = P W_V, both [token_dim x token_dim]. Test: tests/static/plan.cpp.
template <TokenShape Shape, class Number>
struct MergedProjections {
    using KeyQuery = Placed<the_product_W_KQ, Number, Shape.token_dim, Shape.token_dim>;
    using OutputValue = Placed<the_product_W_PV, Number, Shape.token_dim, Shape.token_dim>;
    KeyQuery key_query;
    OutputValue output_value;

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"key_query", "output_value">, &MergedProjections::key_query,
                                &MergedProjections::output_value> {};

    /// The layer with these products: query = W_KQ, value = W_PV, key = output = I.
    [[nodiscard]] constexpr LinearSelfAttention<Shape, Number> layer() const {
        auto const I = identity<Number, Shape.token_dim>();
        return {.query = key_query, .key = I, .value = output_value, .output = I};
    }

    // What a linear layer asks of a head (attention/linear_self_attention.hpp has it of four projections).

    /// d = W_KQ T.
    template <AnyMatrix Tokens>
    [[nodiscard]] constexpr auto score_direction(Tokens const& T) const {
        return product(key_query, T);
    }

    /// sum + W_PV g, the asked rows.
    template <class Asked, AnyMatrix Sum, AnyMatrix Attended>
    [[nodiscard]] constexpr auto plus_output(Sum const& sum, Attended const& g) const {
        return plus_product(sum, asked_rows<Asked, Shape>(output_value), g);
    }

    template <class Asked, AnyMatrix Attended, AnyMatrix Cotangent, class Gradient>
    [[nodiscard]] constexpr auto back_through_output(Attended const& g, Cotangent const& c, Gradient& gradient) const {
        add_to_asked_rows<Asked, Shape>(gradient.output_value, c, g);
        return product_of_transpose(asked_rows<Asked, Shape>(output_value), c);
    }

    template <class Wanted, AnyMatrix Tokens, AnyMatrix Cotangent, class Gradient, class ByTokens>
    constexpr void back_through_score_direction(Wanted, Tokens const& T, Cotangent const& h, Gradient& gradient,
                                                [[maybe_unused]] ByTokens& by_tokens) const {
        add_product_with_transpose(gradient.key_query, h, T);
        if constexpr (Wanted::prompt) {
            add_product_of_transpose(by_tokens, key_query, h);
        }
    }
};

/// The head of F^T = W_KQ^T (C C^T) W_PV^T, read in place; its gradient is that of the head.
///
/// Exactness, cost: as the head's. Errors: none. Test: tests/static/two_layers.cpp.
template <TokenShape Shape, class Number>
struct TransposedProjections {
    MergedProjections<Shape, Number> const& head;

    /// d = W_PV^T T.
    template <AnyMatrix Tokens>
    [[nodiscard]] constexpr auto score_direction(Tokens const& T) const {
        return product_of_transpose(head.output_value, T);
    }

    /// sum + W_KQ^T g.
    template <class Asked, AnyMatrix Sum, AnyMatrix Attended>
    [[nodiscard]] constexpr auto plus_output(Sum const& sum, Attended const& g) const {
        return plus_product_of_transpose(sum, head.key_query, g);
    }

    template <class Asked, AnyMatrix Attended, AnyMatrix Cotangent, class Gradient>
    [[nodiscard]] constexpr auto back_through_output(Attended const& g, Cotangent const& c, Gradient& gradient) const {
        add_product_with_transpose(gradient.key_query, g, c);
        return product(head.key_query, c);
    }

    template <class Wanted, AnyMatrix Tokens, AnyMatrix Cotangent, class Gradient, class ByTokens>
    constexpr void back_through_score_direction(Wanted, Tokens const& T, Cotangent const& h, Gradient& gradient,
                                                ByTokens& by_tokens) const {
        add_product_with_transpose(gradient.output_value, T, h);
        add_product(by_tokens, head.output_value, h);
    }
};

/// The two products of a head. Exactness: one rounding per operation. Test: tests/static/plan.cpp.
template <TokenShape Shape, class Number, int KeyDim, int ValueDim>
[[nodiscard]] constexpr MergedProjections<Shape, Number> merged(
    LinearSelfAttention<Shape, Number, KeyDim, ValueDim> const& head) {
    return {.key_query = product_of_transpose(head.key, head.query), .output_value = product(head.output, head.value)};
}

/// A layer of linear self-attention that holds the products of each head: F = sum over heads of W_PV (C C^T) W_KQ.
///
/// Exactness: identical to the layer it was made from in exact arithmetic. Cost: t (t+1)/2 n + 2 heads t^3 for F, and
/// t^2 (n + q) for its use; by scores heads (2 t^2 + 2 t n)(n + q) (t token_dim, n context, q query): the lesser of both.
/// Errors: as LinearSelfAttention. Test: tests/static/plan.cpp (identical to the definition).
template <TokenShape Shape, class Number, int Heads = 1>
struct MergedAttention {
    static constexpr TokenShape shape = Shape;
    static constexpr int head_count = Heads;
    using Scalar = Number;
    template <class Other>
    using with_number = MergedAttention<Shape, Other, Heads>;

    using AllHeads = ArrayOf<MergedProjections<Shape, Number>, static_cast<std::size_t>(Heads)>;
    AllHeads heads;

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"heads">, &MergedAttention::heads> {};

    /// F = sum over heads of W_PV (C C^T) W_KQ [token_dim x token_dim].
    template <AnyMatrix Context>
    [[nodiscard]] constexpr auto fast_weights(Context const& C) const {
        return fast_weights_of_gram(gram(C));
    }

    template <AnyMatrix Gram>
    [[nodiscard]] constexpr auto fast_weights_of_gram(Gram const& G) const -> Gram {
        return sum_over_heads([&](auto const& head) { return product(head.output_value, G, head.key_query); });
    }

    /// F = sum over heads of (W_PV C)(W_KQ^T C)^T: values and keys, as in the definition, for a context whose gram matrix, or what is
    /// made of it, leaves the range. Where keys leave it, by the merged products, ((W_PV C) C^T) W_KQ. What W_PV C or W_KQ^T C itself
    /// loses below the normal numbers is lost. Test: tests/unit/range.cpp.
    template <AnyMatrix Context>
    [[nodiscard]] constexpr auto fast_weights_by_values(Context const& C) const {
        return sum_over_heads([&](auto const& head) {
            // Transposed, C^T W_PV^T and C^T W_KQ: a product W C is that of F and the context, which compilers would then keep out
            // of the form by F.
            auto const V = product_of_transpose(C, transpose(head.output_value));
            auto F = product_of_transpose(V, product_of_transpose(C, head.key_query));
            if constexpr (std::floating_point<NumberOf<Context>>) {
                if (!range::is_zero(range::zero_or_nan(F))) {
                    F = range::product_by_entries(range::product_by_entries(transpose(V), transpose(C)),
                                                  head.key_query);
                }
            }
            return F;
        });
    }

    /// token <- token + F token, by F or by scores, whichever takes fewer multiplications; where these overflow, or lose digits below
    /// the normal numbers and the query tokens are small, by fast_weights_by_values.
    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        require_fitting_prompt<Shape, Number, Given, PromptNumber>();
        if constexpr (scores_pay<with_number<Counted>, Given>) {
            return with_scores(*this, prompt);
        } else {
            return with_fast_weights_in_range(prompt);
        }
    }

    //     forward, A = W_PV, B = W_KQ      backward, from F_
    //     G = C C^T                        A_ = F_ B^T G     B_ = (A G)^T F_
    //     F = A G B                        G_ = A^T F_ B^T   C_ += (G_ + G_^T) C

    /// G, A G of each head, and F. Made in place, member by member: a copy costs as much as a product.
    template <class PromptNumber>
    struct KeptFastWeights {
        using Square = Matrix<PromptNumber, Shape.token_dim, Shape.token_dim>;
        Square gram;
        Square output_of_gram[Heads];  // A G
        Square fast_weights;

        template <AnyMatrix Context>
        constexpr KeptFastWeights(MergedAttention const& layer, Context const& C)
            : KeptFastWeights(layer, C, std::make_integer_sequence<int, Heads>{}) {}

      private:
        template <AnyMatrix Context, int... Head>
        constexpr KeptFastWeights(MergedAttention const& layer, Context const& C, std::integer_sequence<int, Head...>)
            : gram(incontext::gram(C)),
              output_of_gram{product(layer.heads[Head].output_value, gram)...},
              fast_weights(product(output_of_gram[0], layer.heads[0].key_query)) {
            for (int head = 1; head < Heads; ++head) {
                add_product(fast_weights, output_of_gram[head], layer.heads[static_cast<std::size_t>(head)].key_query);
            }
        }
    };

    template <AnyMatrix Context>
    [[nodiscard]] constexpr auto keep_fast_weights(Context const& C) const -> KeptFastWeights<NumberOf<Context>> {
        return {*this, C};
    }

    /// Cost: 3 t^3 per head; where the context's derivative is wanted t^3 more per head and t^2 n.
    template <class Wanted, class PromptNumber, AnyMatrix Context, AnyMatrix Square, class Gradient, class ByContext>
    constexpr void back_through_fast_weights(Wanted, KeptFastWeights<PromptNumber> const& kept, Context const& C,
                                             Square const& F_, Gradient& gradient,
                                             [[maybe_unused]] ByContext& by_context) const {
        [[maybe_unused]] Square G_;
        for (std::size_t head = 0; head < heads.size(); ++head) {
            auto const F_B = product_with_transpose(F_, heads[head].key_query);
            add_product(gradient.heads[head].output_value, F_B, kept.gram);
            add_product_of_transpose(gradient.heads[head].key_query, kept.output_of_gram[head], F_);
            if constexpr (Wanted::prompt) {
                if (head == 0) {
                    G_ = product_of_transpose(heads[head].output_value, F_B);
                } else {
                    add_product_of_transpose(G_, heads[head].output_value, F_B);
                }
            }
        }
        if constexpr (Wanted::prompt) {
            add_product(by_context, Square(G_ + transpose(G_)), C);
        }
    }

    /// A gradient that is a sum of Columns products of a column and a row, kept as these.
    template <class PromptNumber, int Columns>
    struct GradientInFactors {
        using Square = SumInFactors<PromptNumber, Shape.token_dim, Shape.token_dim, Columns>;
        struct OfHead {
            Square key_query;
            Square output_value;
        };
        OfHead heads[Heads];

        template <class Gradient>
        constexpr void add_to(Gradient& gradient) const {
            for (std::size_t head = 0; head < gradient.heads.size(); ++head) {
                auto const& [key_query, output_value] = heads[head];
                add_product_with_transpose(gradient.heads[head].key_query, key_query.left, key_query.right);
                add_product_with_transpose(gradient.heads[head].output_value, output_value.left, output_value.right);
            }
        }
    };

    /// The layer of F^T.
    struct Transposed {
        static constexpr int head_count = Heads;
        struct AllTransposed {
            AllHeads const& heads;
            [[nodiscard]] constexpr TransposedProjections<Shape, Number> operator[](std::size_t head) const {
                return {heads[head]};
            }
        };
        AllTransposed heads;
    };
    /// The layer of F^T = sum over heads of W_KQ^T (C C^T) W_PV^T, which is read in place.
    [[nodiscard]] constexpr Transposed transposed() const { return {.heads = {heads}}; }

  private:
    template <class OfHead>
    [[nodiscard]] constexpr auto sum_over_heads(OfHead const& of_head) const {
        auto sum = of_head(heads[0]);
        for (std::size_t head = 1; head < heads.size(); ++head) {
            sum += of_head(heads[head]);
        }
        return sum;
    }

    /// Above 0 in lanes where F loses digits between the gram matrix, in which it is linear, and W_KQ: once for all tokens.
    template <AnyMatrix Context>
    [[nodiscard]] constexpr NumberOf<Context> digits_are_lost(Context const& C) const {
        using range::product_by_entries;
        using ContextNumber = NumberOf<Context>;
        if (range::is_zero(range::has_tiny_entry(C, ContextNumber(range::tiny_entry<ContextNumber>)))) {
            return ContextNumber(0);  // then products of two entries leave room for the weights
        }
        auto const G = product_by_entries(C, transpose(C));
        ContextNumber lost(0);
        for (std::size_t head = 0; head < heads.size(); ++head) {
            lost += range::has_lost_digits(range::of_gram(G, G, [&](auto const& g) {
                return product_by_entries(product_by_entries(heads[head].output_value, g), heads[head].key_query);
            }));
        }
        return lost;
    }

    /// A function of its own, whose local variable g++ makes in the place of the result.
    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> with_fast_weights_in_range(
        Prompt<Given, PromptNumber> const& prompt) const {
        Prompt<Given, PromptNumber> result = with_fast_weights(fast_weights(prompt.context), prompt);
        if constexpr (has_limited_range<PromptNumber>) {
            auto const has_lost_digits = [this, &prompt] { return digits_are_lost(prompt.context); };
            // What is not finite in F is not finite in F q either, so the query tokens are witness enough.
            fall_back_on(by_values, *this, prompt, result, result.query, range::AskedLater{has_lost_digits});
        }
        return result;
    }
};

/// The layer with its products in place of its projections.
///
/// Exactness: one rounding per operation. Cost: two products of token dimension per head. Test: tests/static/plan.cpp.
template <TokenShape Shape, class Number, int KeyDim, int ValueDim>
[[nodiscard]] constexpr MergedAttention<Shape, Number> merged_layer(
    LinearSelfAttention<Shape, Number, KeyDim, ValueDim> const& head) {
    return {.heads = {merged(head)}};
}
/// The same, of several heads.
template <class... Heads>
[[nodiscard]] constexpr auto merged_layer(MultiHeadAttention<Heads...> const& layer)
    -> MergedAttention<MultiHeadAttention<Heads...>::shape, typename MultiHeadAttention<Heads...>::Scalar,
                       static_cast<int>(sizeof...(Heads))> {
    MergedAttention<MultiHeadAttention<Heads...>::shape, typename MultiHeadAttention<Heads...>::Scalar,
                    static_cast<int>(sizeof...(Heads))>
        result{};
    for_each_element<sizeof...(Heads)>(
        [](auto const& head, auto& products) {
            auto const of_head = merged(head);
            products.key_query = of_head.key_query;
            products.output_value = of_head.output_value;
        },
        layer.heads, result.heads);
    return result;
}

/// Test: tests/compile_fail/merged_layer_of_softmax.cpp.
template <class Layer>
struct a_merged_layer_is_made_of_linear_attention {
    static_assert(
        never<Layer>,
        "merged_layer takes a layer of linear attention with its four projections, LinearSelfAttention or "
        "MultiHeadAttention, and not the layer in this message: stacks and parts go to fast_form, and softmax "
        "attention with merged heads is SoftmaxAttention<MergedAttention<shape, Number, heads>>");
};
/// What merged_layer of another layer would be. A type of its own, so that fast_form can ask whether there is a merged layer.
struct NoMergedLayer {};
/// Of another layer it does not compile, with one sentence.
template <class Layer>
constexpr NoMergedLayer merged_layer(Layer const&) {
    static_cast<void>(sizeof(a_merged_layer_is_made_of_linear_attention<Layer>));
    return {};
}

/// Whether a layer has a merged layer, ours or one that is found beside your kind: that one runs, and does not train
/// (pull_back_form).
template <class Layer>
concept HasMergedLayer = !std::same_as<decltype(merged_layer(std::declval<Layer const&>())), NoMergedLayer>;

}  // namespace incontext

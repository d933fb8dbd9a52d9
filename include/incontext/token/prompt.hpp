// SPDX-License-Identifier: MIT
/// @file
/// The prompt: context tokens and query tokens, and how a regression problem is written into and read from it.
///
///     context = (X; Y)            [input + output x context]
///     query   = (Xq; -W0 Xq)      [input + output x query]
///     prediction = -(output rows of the updated query)
///
/// Keeping context and query apart removes all slicing from the operators.
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/matrix/placed.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/token/dimensions.hpp"
#include "incontext/token/wrong_calls.hpp"

namespace incontext {

struct the_context_of_a_prompt;
struct the_query_of_a_prompt;

/// The place of tokens of which it is known how they split: input rows above the others.
template <class Place, int Input>
struct WithInputs;
/// The place of a prompt's matrix, with the number of inputs where it is known.
template <class Place, TokenShape Shape>
using PlaceOfTokens = std::conditional_t<Shape.input == 0, Place, WithInputs<Place, Shape.input>>;

/// Tokens as columns: the context that is attended to, and the query tokens that attend.
///
/// A prompt that was made from Dimensions knows how its tokens split. It converts to a prompt that does not, and back.
/// A member that is not given is zero in Eigen's matrices and in exact ones (Placed).
/// Errors: a matrix of another shape, a dynamic matrix or other numbers do not compile.
/// Test: tests/unit/prompt.cpp, tests/compile_fail/wrong_shape_prompt.cpp.
template <TokenShape Shape, class Number>
struct Prompt {
    static_assert(is_valid_shape<Shape>, "the sizes are listed in the first error");
    static constexpr TokenShape shape = Shape;
    using Scalar = Number;

    using Context = Placed<PlaceOfTokens<the_context_of_a_prompt, Shape>, Number, Shape.token_dim, Shape.context>;
    using Query = Placed<PlaceOfTokens<the_query_of_a_prompt, Shape>, Number, Shape.token_dim, Shape.query>;

    Context context;  // [token_dim x context]
    Query query;      // [token_dim x query]

    /// The same tokens, of which less or more is known. Exact.
    template <TokenShape Other>
        requires(Other != Shape && shapes_agree(Other, Shape))
    [[nodiscard]] constexpr operator Prompt<Other, Number>() const {
        return {.context = typename Context::Base(context), .query = typename Query::Base(query)};
    }

    friend constexpr bool operator==(Prompt const& a, Prompt const& b) {
        return a.context == b.context && a.query == b.query;
    }
};

/// Test: tests/compile_fail/comparison_of_unlike_prompts.cpp.
template <TokenShape GivenShape, class GivenNumber, TokenShape OtherShape, class OtherNumber>
struct only_prompts_of_one_shape_and_number_are_compared {
    static_assert(never<GivenNumber>,
                  "== and != compare two prompts of one shape and one type of numbers: compare {token_dim, context, "
                  "query, input}, and the numbers after each, in this message");
    static constexpr bool value = false;
};

/// The same tokens, of which one prompt knows how they split. Others do not compile, with one sentence. Test: tests/unit/prompt.cpp.
template <TokenShape Shape, class Number, TokenShape OtherShape, class OtherNumber>
    requires(Shape != OtherShape || !std::same_as<Number, OtherNumber>)
constexpr bool operator==(Prompt<Shape, Number> const& a, Prompt<OtherShape, OtherNumber> const& b) {
    if constexpr (shapes_agree(Shape, OtherShape) && std::same_as<Number, OtherNumber>) {
        return a == static_cast<Prompt<Shape, Number>>(b);
    } else {
        return only_prompts_of_one_shape_and_number_are_compared<Shape, Number, OtherShape, OtherNumber>::value;
    }
}

/// The prompt of a regression problem of these sizes: Prompt<Sizes.tokens(), Number>.
///
/// In a lambda inside a function template g++ 12 crashes on Prompt<sizes.tokens(), Number> where `sizes` is a local constant
/// of that function, and accepts PromptOf<sizes, Number>. Test: tests/static/local_dimensions.cpp.
template <Dimensions Sizes, class Number>
using PromptOf = Prompt<Sizes.tokens(), Number>;

/// The shape of the prompt that an update makes of one of shape Given: the same, unless the update says another one by a
/// member template shape_after<Given>, as an embedding into wider tokens does. Contexts keep their length.
/// Test: tests/static/token_wise.cpp.
template <class Update, TokenShape Given>
inline constexpr TokenShape shape_after = Given;
template <class Update, TokenShape Given>
    requires requires {
        TokenShape(Update::template shape_after<Given>);
    }
inline constexpr TokenShape shape_after<Update, Given> = Update::template shape_after<Given>;

/// shape_after as a class template, for the sake of g++ 12, as TokenDim.
template <class Update, TokenShape Given>
struct ShapeAfter {
    static constexpr TokenShape value = shape_after<Update, Given>;
};
/// What PromptAfter is. A class template for the sake of g++ 12, as TokenDim.
template <class Update, class APrompt>
struct PromptAfterUpdate {
    using type = Prompt<ShapeAfter<Update, APrompt::shape>::value, typename APrompt::Scalar>;
};
/// The type of prompt that an update makes of this one. Test: tests/static/token_wise.cpp.
template <class Update, class APrompt>
using PromptAfter = typename PromptAfterUpdate<Update, APrompt>::type;

/// Whether an update makes wider or narrower tokens. Test: tests/static/token_wise.cpp.
template <class Update, TokenShape Given>
inline constexpr bool changes_tokens = shape_after<Update, Given> != Given;

/// Test: tests/compile_fail/residual_of_other_tokens.cpp, loop_of_wider_tokens.cpp, identical_of_wider_tokens.cpp.
template <TokenShape Before, TokenShape After>
struct an_update_must_keep_the_dimension_of_tokens {
    static_assert(
        Before.token_dim == After.token_dim,
        "this update makes tokens wider or narrower, and must not: a residual, a damping, a clip, a norm, a loop and "
        "targets that move alone put a layer's tokens beside or in the place of those that it was given, and "
        "identical, different and agree compare such updates alone: compare {token_dim, context, query, input} "
        "before and after the update in this message");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/identical_of_shorter_contexts.cpp.
template <TokenShape Before, TokenShape After>
struct an_update_must_keep_the_number_of_tokens {
    static_assert(
        Before.context == After.context && Before.query == After.query,
        "this update makes more or fewer tokens of its context or its query, and must not: shape_after<Given> says "
        "another token_dim or input alone; compare {token_dim, context, query, input} before and after the update in "
        "this message");
    static constexpr bool value = true;
};

/// True, or does not compile, with one sentence: of tokens that are wider or narrower, or more or fewer.
template <class Update, TokenShape Given>
inline constexpr bool keeps_the_dimension_of_tokens =
    an_update_must_keep_the_dimension_of_tokens<Given, ShapeAfter<Update, Given>::value>::value&&
        an_update_must_keep_the_number_of_tokens<Given, ShapeAfter<Update, Given>::value>::value;

/// What a model's own tokens are to a task of these sizes: its predictions are their lowest `output` rows.
/// Test: tests/static/token_wise.cpp.
template <class Update, Dimensions Sizes>
inline constexpr Dimensions dimensions_after{.input = shape_after<Update, Sizes.tokens()>.token_dim - Sizes.output,
                                             .output = Sizes.output,
                                             .context = Sizes.context,
                                             .query = Sizes.query};

/// A map from prompts to prompts, mostly of the same shape: an attention layer, a gradient step, a stack, your own layer.
template <class Update, class APrompt>
concept TokenUpdate = requires(Update const& update, APrompt const& prompt) {
    { update(prompt) } -> std::same_as<PromptAfter<Update, APrompt>>;
};

/// Test: tests/compile_fail/not_a_token_update.cpp, update_that_returns_nothing.cpp, update_that_is_not_const.cpp.
template <class Update, class APrompt>
struct this_is_not_a_token_update {
    static constexpr bool value = TokenUpdate<Update, APrompt>;
    static_assert(
        value,
        "an update must be callable as a constant (operator() is const), with a Prompt of these Dimensions, and "
        "return one of the same type");
};

template <class Layer>
concept SaysItsNumbers = requires {
    typename Layer::Scalar;
    typename Layer::template with_number<typename Layer::Scalar>;
};

/// A kind that says with_number<Other> alone.
template <class Layer>
concept SaysNoScalar = !requires {
    typename Layer::Scalar;
}
&&requires {
    typename Layer::template with_number<float>;
};

/// Whether a member is that of another layer than this: of the base that it was derived from. A pointer to a member says whose it is;
/// a static member and a static function do not, and no pass knows a kind by them. A base of weights that is no layer says no with_number.
template <class Layer, class Pointer>
inline constexpr bool is_of_another_layer = false;
template <class Layer, class Member, class Owner>
inline constexpr bool is_of_another_layer<Layer, Member Owner::*> =
    (SaysItsNumbers<Owner> || SaysNoScalar<Owner>)&&!std::same_as<Owner, std::remove_const_t<Layer>>;
/// That question, as parameters::holds_of_a_member_pointer asks it.
template <class Layer>
struct IsOfAnotherLayer {
    template <class Pointer>
    static constexpr bool is_true_of = is_of_another_layer<Layer, Pointer>;
};

/// Whether a layer has inherited a member that it lists, or one by which the passes of this library know a kind: projections, heads, a
/// layer or a map. Each name is asked about, listed or not: a layer may have one of its own
/// beside an inherited one, or hide one. Test: tests/static/layer_of_its_own.cpp.
template <class Layer>
consteval bool has_the_members_of_another_layer() {
    bool has = parameters::holds_of_a_member_pointer<std::remove_const_t<Layer>, IsOfAnotherLayer<Layer>>();
    if constexpr (requires { &Layer::layer; }) {
        has = has || is_of_another_layer<Layer, decltype(&Layer::layer)>;
    }
    if constexpr (requires { &Layer::layers; }) {
        has = has || is_of_another_layer<Layer, decltype(&Layer::layers)>;
    }
    if constexpr (requires { &Layer::heads; }) {
        has = has || is_of_another_layer<Layer, decltype(&Layer::heads)>;
    }
    if constexpr (requires { &Layer::map; }) {
        has = has || is_of_another_layer<Layer, decltype(&Layer::map)>;
    }
    if constexpr (requires { &Layer::query; }) {
        has = has || is_of_another_layer<Layer, decltype(&Layer::query)>;
    }
    if constexpr (requires { &Layer::key; }) {
        has = has || is_of_another_layer<Layer, decltype(&Layer::key)>;
    }
    return has;
}

/// Whether a layer in its own numbers is itself, and its members are its own. One that inherits with_number is its base there,
/// and so is one that inherits the members to passes, which are found for a base, too. What says no with_number is not asked.
template <class Layer>
inline constexpr bool is_a_layer_of_its_own = true;
template <SaysItsNumbers Layer>
inline constexpr bool is_a_layer_of_its_own<Layer> =
    std::same_as<typename Layer::template with_number<typename Layer::Scalar>, std::remove_const_t<Layer>> &&
    !has_the_members_of_another_layer<Layer>();

/// The number of a kind that says with_number<Other> and no Scalar: that of which with_number makes the kind, or its base.
template <class Kind>
struct NumberOfKind {
    /// Found for the number of which with_number makes the kind or its base; declared only.
    template <class Number>
    static std::type_identity<Number> deduced(typename Kind::template with_number<Number> const*);
};
/// The number of a kind: Scalar, or what is deduced. No type where with_number makes the same of every number.
template <class Kind>
struct OwnNumber {};
template <class Kind>
    requires requires {
        typename Kind::Scalar;
    }
struct OwnNumber<Kind> {
    using type = typename Kind::Scalar;
};
template <class Kind>
    requires(
        !requires { typename Kind::Scalar; } &&
        requires { NumberOfKind<Kind>::deduced(static_cast<Kind const*>(nullptr)); })
struct OwnNumber<Kind> : decltype(NumberOfKind<Kind>::deduced(static_cast<Kind const*>(nullptr))) {};

/// Whether a kind without Scalar is another one, from which it was derived, in numbers of which with_number makes that one.
template <class Kind, class Number>
concept IsAnotherKindIn = std::derived_from<Kind, typename Kind::template with_number<Number>> &&
    !std::same_as<Kind, typename Kind::template with_number<Number>>;
template <SaysNoScalar Layer>
inline constexpr bool is_a_layer_of_its_own<Layer> = [] {
    using Kind = std::remove_const_t<Layer>;
    if constexpr (has_the_members_of_another_layer<Layer>()) {
        return false;
    } else if constexpr (requires { typename OwnNumber<Kind>::type; }) {
        return !IsAnotherKindIn<Kind, typename OwnNumber<Kind>::type>;
    } else {
        return !IsAnotherKindIn<Kind, float>;
    }
}();

/// Test: tests/compile_fail/layer_by_inheritance.cpp, layer_by_inheritance_of_your_own.cpp, derivative_of_another_kind.cpp.
template <class Layer>
struct a_layer_is_not_made_by_inheritance {
    static_assert(
        is_a_layer_of_its_own<Layer>,
        "this layer inherits with_number<Other> or its members from another one, whose answers and passes would run in "
        "the place of its own operator(): hold the other layer as a member, and say with_number<Other> with all "
        "arguments of this layer but its number (docs/extending.md)");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/layer_without_numbers.cpp.
template <class Layer>
struct a_layer_says_its_numbers {
    static_assert(a_layer_is_not_made_by_inheritance<Layer>::value, "see the first error");
    static_assert(
        SaysItsNumbers<Layer>,
        "a layer in a stack, a part or a training is a struct with the member types Scalar and with_number<Other> "
        "(docs/extending.md); a lambda or a prompt is none");
    static constexpr bool value = true;
};

// ------------------------------------------------------------------------------- the prompts that a layer accepts ----

/// Which prompts a layer of a given shape accepts: its own token dimension and context length, any number of queries
/// (each query token is updated by itself), and tokens that split as its own do, where both know how.
/// Test: tests/compile_fail/wrong_shape_prompt_of_layer.cpp.
template <TokenShape GivenShape, TokenShape RequiredShape>
struct a_prompt_has_other_dimensions_than_its_layer {
    static_assert(
        never<Given<GivenShape.token_dim, GivenShape.context>>,
        "a prompt has other dimensions than the layer it is given to: compare {token_dim, context, query, input} of "
        "the prompt, then of the layer, in this message (query may differ; an input of 0 fits any)");
};

/// Test: tests/compile_fail/split_of_prompt.cpp.
template <class GivenSplit, class RequiredSplit>
struct a_prompt_splits_its_tokens_otherwise_than_its_layer {
    static_assert(never<GivenSplit>,
                  "the tokens of a prompt hold another number of inputs and outputs than those that the layer was made "
                  "for: compare Split<input, output> of the prompt, then of the layer, in this message");
};

template <class PromptNumber, class LayerNumber>
struct a_prompt_has_other_numbers_than_its_layer {
    static_assert(never<PromptNumber>,
                  "a prompt holds other numbers than the layer it is given to (the prompt's, then the layer's, in this "
                  "message): convert one of them; only lanes of a number mix with that number");
};

/// What a layer says of its prompts: its shape, that of its Dimensions, of the layer in it, or {0, 0}, where it says nothing.
/// Test: tests/compile_fail/split_of_layers.cpp.
template <class Layer>
constexpr TokenShape shape_of_layer() {
    if constexpr (requires { TokenShape(Layer::shape); }) {
        return Layer::shape;
    } else if constexpr (requires { TokenShape(Layer::known_shape); }) {
        return Layer::known_shape;  // a LayerStack, of whose layers not all need to say it
    } else if constexpr (requires { TokenShape(Layer::dimensions.tokens()); }) {
        return Layer::dimensions.tokens();
    } else if constexpr (requires(Layer const& layer) { layer.layer; }) {
        return shape_of_layer<std::remove_cvref_t<decltype(std::declval<Layer const&>().layer)>>();
    } else {
        return {.token_dim = 0, .context = 0};
    }
}

template <class FirstSplit, class OtherSplit>
struct these_layers_split_their_tokens_differently {
    static_assert(
        never<FirstSplit>,
        "two layers, or a layer and Dimensions, that see the same tokens split them into other numbers of inputs and "
        "outputs: compare their Split<input, output> in this message");
};

/// Does not compile, with one sentence, where two layers that see the same tokens split them differently.
/// Returns the first shape among them that says how, or else the first.
template <class First, class... Layers>
constexpr TokenShape shape_of_layers() {
    constexpr TokenShape first = shape_of_layer<First>();
    if constexpr (sizeof...(Layers) == 0) {
        return first;
    } else if constexpr (changes_tokens<First, first>) {
        static_cast<void>(shape_of_layers<Layers...>());  // these see other tokens
        return first;
    } else {
        constexpr TokenShape rest = shape_of_layers<Layers...>();
        if constexpr (!splits_agree(first, rest)) {
            static_cast<void>(these_layers_split_their_tokens_differently<SplitOf<first>, SplitOf<rest>>{});
        }
        return first.input == 0 && rest.input != 0 ? rest : first;
    }
}

/// Stands for a layer of these sizes where the layers of a part or of a model are compared with Dimensions.
template <Dimensions Sizes>
struct GivenSizes {
    static constexpr Dimensions dimensions = Sizes;
};

/// Whether a layer of this shape and numbers can be applied to the prompt.
template <TokenShape Required, class LayerNumber, TokenShape GivenShape, class PromptNumber>
inline constexpr bool prompt_fits = GivenShape.token_dim == Required.token_dim&& GivenShape.context ==
                                        Required.context&& splits_agree(GivenShape, Required) &&
                                    acts_on<LayerNumber, PromptNumber>;

/// Does not compile, with one sentence, unless a layer of `Required` shape and numbers can be applied to the prompt.
template <TokenShape Required, class LayerNumber, TokenShape GivenShape, class PromptNumber>
constexpr auto require_fitting_prompt() {
    if constexpr (GivenShape.token_dim != Required.token_dim || GivenShape.context != Required.context) {
        static_cast<void>(a_prompt_has_other_dimensions_than_its_layer<GivenShape, Required>{});
    } else if constexpr (!splits_agree(GivenShape, Required)) {
        static_cast<void>(
            a_prompt_splits_its_tokens_otherwise_than_its_layer<SplitOf<GivenShape>, SplitOf<Required>>{});
    } else if constexpr (!acts_on<LayerNumber, PromptNumber>) {
        static_cast<void>(a_prompt_has_other_numbers_than_its_layer<PromptNumber, LayerNumber>{});
    }
}

// -------------------------------------------------------------------------- regression problems as prompts and back ----

struct tokens_in_columns;
struct the_inputs_X;
struct the_targets_Y;
struct the_query_inputs_Xq;
struct the_initial_weights_W0;

/// Test: tests/compile_fail/embed_dynamic.cpp.
template <class GivenX, class GivenY, class GivenXq>
struct embed_reads_sizes_from_types {
    static_assert(never<GivenX>,
                  "embed reads the sizes of a prompt from the types of its matrices, X, Y and Xq in this message: use "
                  "matrices of fixed size (-1 is a size that is known at run time only), or blocks such as "
                  "X.topLeftCorner<3, 7>()");
};

/// The tokens of a regression problem, whose query tokens are known.
template <Dimensions Sizes, class Inputs, class Targets, class Number, class Residuals>
[[nodiscard]] constexpr auto embedded(Inputs const& X, Targets const& Y,
                                      Placed<the_query_inputs_Xq, Number, Sizes.input, Sizes.query> const& query_inputs,
                                      Residuals const& residuals) {
    Placed<the_inputs_X, Number, Sizes.input, Sizes.context> const inputs(X);
    Placed<the_targets_Y, Number, Sizes.output, Sizes.context> const targets(Y);
    return Prompt<Sizes.tokens(), Number>{.context = above(inputs, targets), .query = above(query_inputs, residuals)};
}

/// The prompt of a regression problem: context (X; Y), query (Xq; -W0 Xq).
///
/// Source: [vonOswald2023] sec. 2 (W0 = 0 in all its experiments; the general form is that of Prop. 1's proof).
/// Shapes: X [input x context], Y [output x context], Xq [input x query], W0 [output x input]; the sizes are taken from
/// the matrices. Exactness: one product. Errors: sizes that do not fit do not compile. Test: tests/unit/prompt.cpp.
template <AnyMatrix Inputs, AnyMatrix Targets, AnyMatrix QueryInputs, class Weights>
[[nodiscard]] constexpr auto embed(Inputs const& X, Targets const& Y, QueryInputs const& Xq, Weights const& W0) {
    if constexpr (rows_of<Inputs> < 0 || cols_of<Inputs> < 0 || rows_of<Targets> < 0 || cols_of<QueryInputs> < 0) {
        static_cast<void>(embed_reads_sizes_from_types<Given<rows_of<Inputs>, cols_of<Inputs>>,
                                                       Given<rows_of<Targets>, cols_of<Targets>>,
                                                       Given<rows_of<QueryInputs>, cols_of<QueryInputs>>>{});
    } else {
        using Number = NumberOf<Inputs>;
        constexpr Dimensions sizes{rows_of<Inputs>, rows_of<Targets>, cols_of<Inputs>, cols_of<QueryInputs>};
        Placed<the_query_inputs_Xq, Number, sizes.input, sizes.query> const query_inputs(Xq);
        Placed<the_initial_weights_W0, Number, sizes.output, sizes.input> const weights(W0);
        Matrix<Number, sizes.output, sizes.query> const residuals = -product(weights, query_inputs);
        return embedded<sizes>(X, Y, query_inputs, residuals);
    }
}

/// The prompt with W0 = 0: context (X; Y), query (Xq; 0), for Xq that are infinite or NaN as well.
template <AnyMatrix Inputs, AnyMatrix Targets, AnyMatrix QueryInputs>
[[nodiscard]] constexpr auto embed(Inputs const& X, Targets const& Y, QueryInputs const& Xq) {
    if constexpr (rows_of<Inputs> < 0 || cols_of<Inputs> < 0 || rows_of<Targets> < 0 || cols_of<QueryInputs> < 0) {
        return embed(X, Y, Xq, X);  // the sentence; W0 is not looked at
    } else {
        using Number = NumberOf<Inputs>;
        constexpr Dimensions sizes{rows_of<Inputs>, rows_of<Targets>, cols_of<Inputs>, cols_of<QueryInputs>};
        Placed<the_query_inputs_Xq, Number, sizes.input, sizes.query> const query_inputs(Xq);
        return embedded<sizes>(X, Y, query_inputs, zero<Number, sizes.output, sizes.query>());
    }
}

/// Test: tests/compile_fail/wrong_tokens.cpp.
template <class GivenTokens, Dimensions Sizes>
struct these_tokens_have_another_dimension {
    static_assert(never<GivenTokens>,
                  "tokens have as many rows as input + output: compare the rows of Given<rows, cols> "
                  "with Dimensions{input, output, context, query} in this message");
};

/// Test: tests/compile_fail/split_of_prediction.cpp, split_of_query_targets.cpp.
template <class GivenSplit, class RequiredSplit>
struct these_tokens_are_split_otherwise {
    static_assert(never<GivenSplit>,
                  "these tokens were made of another number of inputs and outputs: compare Split<input, output> of the "
                  "tokens, then of the Dimensions, in this message");
};

/// The rows of the input in tokens of a prompt; 0 where nobody said how they split.
template <class Place, int Input, class Number, int Rows, int Cols>
constexpr int input_rows(Placed<WithInputs<Place, Input>, Number, Rows, Cols> const*) {
    return Input;
}
/// 0 of what does not say how its tokens split.
constexpr int input_rows(void const*) {
    return 0;
}

/// Does not compile, with one sentence, unless the tokens have input + output rows, split so.
template <Dimensions Sizes, TokenShape Shape>
constexpr auto require_tokens_of() {
    if constexpr (Shape.token_dim != Sizes.input + Sizes.output) {
        static_cast<void>(these_tokens_have_another_dimension<Given<Shape.token_dim, Shape.query>, Sizes>{});
    } else if constexpr (!splits_agree(Shape, Sizes.tokens())) {
        static_cast<void>(these_tokens_are_split_otherwise<SplitOf<Shape>, SplitOf<Sizes.tokens()>>{});
    }
}

/// The same of a whole prompt, which also has the context length of the Dimensions. The number of query tokens may differ.
template <Dimensions Sizes, TokenShape Given>
constexpr auto require_prompt_of() {
    if constexpr (Given.context != Sizes.context) {
        require_fitting_prompt<Sizes.tokens(), int, Given, int>();
    } else {
        require_tokens_of<Sizes, Given>();
    }
}

/// The same, of a matrix of tokens.
template <Dimensions Sizes, AnyMatrix Tokens>
constexpr auto require_fitting_tokens() {
    constexpr int input = input_rows(static_cast<Tokens const*>(nullptr));
    require_tokens_of<Sizes, TokenShape{rows_of<Tokens>, Sizes.context, cols_of<Tokens>, input}>();
}

/// x_j of every token [input x tokens]: the upper rows.
template <Dimensions Sizes, AnyMatrix Tokens>
[[nodiscard]] constexpr auto inputs(Tokens const& tokens) -> Matrix<NumberOf<Tokens>, Sizes.input, cols_of<Tokens>> {
    require_fitting_tokens<Sizes, Tokens>();
    return rows<0, Sizes.input>(tokens);
}

/// y_j of every token [output x tokens]: the lower rows.
template <Dimensions Sizes, AnyMatrix Tokens>
[[nodiscard]] constexpr auto targets(Tokens const& tokens) -> Matrix<NumberOf<Tokens>, Sizes.output, cols_of<Tokens>> {
    require_fitting_tokens<Sizes, Tokens>();
    return rows<Sizes.input, Sizes.output>(tokens);
}

/// Do not compile, with one sentence: a whole prompt, for instance. Test: tests/compile_fail/inputs_of_a_prompt.cpp.
template <Dimensions Sizes, class Other>
    requires(!AnyMatrix<Other>)
constexpr auto inputs(Other const&) {
    static_cast<void>(
        this_is_not_a_matrix<tokens_in_columns, Other, Required<Sizes.input + Sizes.output, Sizes.context>>{});
}
/// Of what is no matrix: one sentence.
template <Dimensions Sizes, class Other>
    requires(!AnyMatrix<Other>)
constexpr auto targets(Other const&) {
    static_cast<void>(
        this_is_not_a_matrix<tokens_in_columns, Other, Required<Sizes.input + Sizes.output, Sizes.context>>{});
}

/// The prediction that the targets of updated query tokens stand for: their negative [output x query].
///
/// A step changes y_q = -W0 x_q to -(W0 + dW) x_q. This is the one minus sign of a prediction; all code reads predictions
/// through it. Source: [vonOswald2023] sec. 3. Exactness: exact. Test: tests/static/proposition_1.cpp.
template <AnyMatrix Targets>
[[nodiscard]] constexpr auto prediction_of(Targets const& targets)
    -> Matrix<NumberOf<Targets>, rows_of<Targets>, cols_of<Targets>> {
    return -targets;
}

/// The prediction of an updated prompt: -(y part of the query tokens) [output x query]. As prediction_of.
template <Dimensions Sizes, TokenShape Given, class Number>
[[nodiscard]] constexpr auto prediction(Prompt<Given, Number> const& updated)
    -> Matrix<Number, Sizes.output, Given.query> {
    require_prompt_of<Sizes, Given>();
    return prediction_of(targets<Sizes>(updated.query));
}

}  // namespace incontext

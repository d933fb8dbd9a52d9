// SPDX-License-Identifier: MIT
/// @file
/// Updates that look at one token at a time: an embedding, an MLP, a normalisation.
///
///     TokenWise<Map>        t <- map(t)                the map may make a wider or narrower token
///
/// A map acts on tokens as the columns of one matrix, so that all tokens of a prompt are one product:
///
///     Map::input_dim, Map::output_dim                                        rows before and after
///     map(tokens)                                                            [input_dim x any] -> [output_dim x any]
///     map.keep(tokens)                                                       a struct with `result`, for the pullback
///     map.pull_back(wanted, kept, tokens, cotangent, gradient)               the tokens' cotangent; adds to the gradient
///
/// A map that says is_of_single_tokens is given context and query tokens one after the other, without a copy of them.
/// Models: Linear, MLP (token_wise/mlp.hpp), LayerNorm (token_wise/layer_norm.hpp).
#pragma once

#include <concepts>
#include <utility>

#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/pass/pass.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/token/prompt.hpp"
#include "incontext/token_wise/map.hpp"

namespace incontext {

/// Context and query tokens beside each other [token_dim x (context + query)], and taken apart again. Exact: copies.
/// Test: tests/static/token_wise.cpp.
template <TokenShape Given, class Number>
[[nodiscard]] constexpr auto tokens_of(Prompt<Given, Number> const& prompt)
    -> Matrix<Number, Given.token_dim, Given.context + Given.query> {
    return beside(as_matrix(prompt.context), as_matrix(prompt.query));
}
/// The prompt whose tokens stand side by side in a matrix: context, then query.
template <TokenShape Given, AnyMatrix Tokens>
[[nodiscard]] constexpr auto taken_apart(Tokens const& tokens) -> Prompt<Given, NumberOf<Tokens>> {
    using Number = NumberOf<Tokens>;
    return {.context = made_by([&] {
                return generate<Number, Given.token_dim, Given.context>(
                    [&](int row, int col) -> Number { return tokens(row, col); });
            }),
            .query = made_by([&] {
                return generate<Number, Given.token_dim, Given.query>(
                    [&](int row, int col) -> Number { return tokens(row, Given.context + col); });
            })};
}

/// Test: tests/compile_fail/token_wise_of_other_tokens.cpp.
template <int TokenDim, int InputDim>
struct a_map_of_tokens_has_another_input_dimension {
    static_assert(
        TokenDim == InputDim,
        "a token-wise map is given tokens of another dimension than it was made for: compare the token_dim of the "
        "prompt, then of the map, in this message");
    static constexpr bool value = true;
};

/// t <- map(t) for every token.
///
/// Source: [vonOswald2023] sec. 4 and app. A.6. Exactness, cost, errors: the map's, and tokens of another dimension do not compile.
/// Test: tests/static/token_wise.cpp (pullbacks of all maps against dual numbers, for any activation).
template <class Map>
struct TokenWise {
    static_assert(only_a_map_of_tokens_is_token_wise<Map>::value, "see the first error");

    using Scalar = typename Map::Scalar;
    template <TokenShape Given>
    static constexpr TokenShape shape_after =
        Map::input_dim == Map::output_dim
            ? Given
            : TokenShape{.token_dim = Map::output_dim, .context = Given.context, .query = Given.query};
    template <class Other>
    using with_number = TokenWise<typename Map::template with_number<Other>>;

    Map map;

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"map">, &TokenWise::map> {};

    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr auto operator()(Prompt<Given, PromptNumber> const& prompt) const
        -> PromptAfter<TokenWise, Prompt<Given, PromptNumber>> {
        require_fitting<Given, PromptNumber>();
        return {.context = made_by([&] { return map(as_matrix(prompt.context)); }),
                .query = made_by([&] { return map(as_matrix(prompt.query)); })};
    }

    /// Does not compile, with one sentence, unless the map takes the tokens of this prompt.
    template <TokenShape Given, class PromptNumber>
    static constexpr void require_fitting() {
        static_assert(a_map_of_tokens_has_another_input_dimension<Given.token_dim, Map::input_dim>::value,
                      "see the first error");
        require_fitting_prompt<Given, Scalar, Given, PromptNumber>();
    }
};

/// The update by this map.
template <class Map>
[[nodiscard]] constexpr TokenWise<Map> token_wise(Map const& map) {
    return {.map = map};
}

/// What a map keeps of all tokens, or of those that are asked for; and the answer.
template <class Asked, class Map, TokenShape Given, class Number>
struct PassOfTokenWise {
    static constexpr bool all = std::same_as<Asked, AllTokens>;
    using Tokens = Matrix<Number, Given.token_dim, all ? Given.context + Given.query : Given.query>;
    using Kept = decltype(std::declval<Map const&>().keep(std::declval<Tokens const&>()));

    Tokens tokens;
    Kept kept;
    AnswerOf<Asked, TokenWise<Map>, Given, Number> result;

    constexpr PassOfTokenWise(Map const& map, Prompt<Given, Number> const& prompt)
        : tokens(tokens_of(prompt)), kept(map.keep(tokens)), result(answer_of(kept.result)) {}

  private:
    using After = PromptAfter<TokenWise<Map>, Prompt<Given, Number>>;

    static constexpr Tokens tokens_of(Prompt<Given, Number> const& prompt) {
        if constexpr (all) {
            return incontext::tokens_of(prompt);
        } else {
            return prompt.query;
        }
    }
    template <AnyMatrix Result>
    static constexpr auto answer_of(Result const& result) {
        if constexpr (all) {
            return taken_apart<After::shape>(result);
        } else {
            return Matrix<Number, Asked::template rows<After::shape>, Given.query>(
                asked_rows<Asked, After::shape>(result));
        }
    }
};

/// A map that gains nothing by many tokens at once, such as a LayerNorm: it is given context and query where they stand.
/// Test: tests/static/token_wise.cpp, tests/static/normalised.cpp.
template <class Map>
concept MapOfSingleTokens = Map::is_of_single_tokens;

/// What such a map keeps of all tokens, and the answer.
template <MapOfSingleTokens Map, TokenShape Given, class Number>
struct PassOfTokenWise<AllTokens, Map, Given, Number> {
    template <int Count>
    using Kept = decltype(std::declval<Map const&>().keep(std::declval<Matrix<Number, Given.token_dim, Count>>()));

    Kept<Given.context> of_context;
    Kept<Given.query> of_query;
    PromptAfter<TokenWise<Map>, Prompt<Given, Number>> result;

    constexpr PassOfTokenWise(Map const& map, Prompt<Given, Number> const& prompt)
        : of_context(map.keep(as_matrix(prompt.context))),
          of_query(map.keep(as_matrix(prompt.query))),
          result{.context = of_context.result, .query = of_query.result} {}
};

/// Whether a type is TokenWise itself. What is derived from it has its own operator(), and not this pass.
template <class T>
inline constexpr bool is_token_wise = false;
template <class Map>
inline constexpr bool is_token_wise<TokenWise<Map>> = true;

/// The pass: what the map keeps of all asked tokens as one matrix.
template <class Asked, class Update, TokenShape Given, class Number>
    requires is_token_wise<Update>
[[nodiscard]] constexpr auto forward_pass(Asked, Update const& update, Prompt<Given, Number> const& prompt)
    -> PassOfTokenWise<Asked, decltype(Update::map), Given, Number> {
    Update::template require_fitting<Given, Number>();
    return {update.map, prompt};
}

/// The pullback: the map's, of all asked tokens as one matrix.
template <class Asked, class Wanted, class Update, class Map, TokenShape Given, class Number, class Gradient>
    requires is_token_wise<Update>
constexpr auto pull_back(Asked, Wanted wanted, Update const& update, Prompt<Given, Number> const& /*prompt*/,
                         PassOfTokenWise<Asked, Map, Given, Number> const& pass,
                         AnswerOf<Asked, TokenWise<Map>, Given, Number> const& cotangent, Gradient& gradient) {
    using After = PromptAfter<Update, Prompt<Given, Number>>;
    auto const of_tokens = [&] {
        if constexpr (std::same_as<Asked, AllTokens>) {
            return tokens_of(cotangent);
        } else {
            return Matrix<Number, After::shape.token_dim, Given.query>(
                Asked::template lifted_query<After::shape, Number>(cotangent));
        }
    }();
    if constexpr (Wanted::prompt) {
        auto const by_tokens = update.map.pull_back(wanted, pass.kept, pass.tokens, of_tokens, gradient.map);
        if constexpr (std::same_as<Asked, AllTokens>) {
            return taken_apart<Given>(by_tokens);
        } else {
            return Prompt<Given, Number>(QueryTokens::lifted<Given, Number>(by_tokens));
        }
    } else {
        update.map.pull_back(wanted, pass.kept, pass.tokens, of_tokens, gradient.map);
        return UnwantedPrompt{};
    }
}

/// The pullback of a map of single tokens: of the context tokens, then of the query tokens.
template <class Wanted, class Update, MapOfSingleTokens Map, TokenShape Given, class Number, class Gradient>
    requires is_token_wise<Update>
constexpr auto pull_back(AllTokens, Wanted wanted, Update const& update, Prompt<Given, Number> const& prompt,
                         PassOfTokenWise<AllTokens, Map, Given, Number> const& pass,
                         AnswerOf<AllTokens, TokenWise<Map>, Given, Number> const& cotangent, Gradient& gradient) {
    auto const of_context = [&] {
        return update.map.pull_back(wanted, pass.of_context, as_matrix(prompt.context), as_matrix(cotangent.context),
                                    gradient.map);
    };
    auto const of_query = [&] {
        return update.map.pull_back(wanted, pass.of_query, as_matrix(prompt.query), as_matrix(cotangent.query),
                                    gradient.map);
    };
    if constexpr (Wanted::prompt) {
        return Prompt<Given, Number>{.context = made_by(of_context), .query = made_by(of_query)};
    } else {
        of_context();
        of_query();
        return UnwantedPrompt{};
    }
}

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// What a map of tokens is, and the sentences for what is none: TokenWise<Map> (token_wise/token_wise.hpp) is given a prompt,
/// and the map a matrix whose columns are tokens.
#pragma once

#include "incontext/matrix/matrix.hpp"
#include "incontext/support/message.hpp"

namespace incontext {

/// Test: tests/compile_fail/map_of_a_prompt.cpp.
template <class Map, class Given>
struct a_map_of_tokens_is_given_a_matrix_of_tokens {
    static_assert(never<Map>,
                  "a map of tokens is given a matrix whose columns are tokens: the layer, which is given a prompt, is "
                  "TokenWise<Map>, or token_wise(map)");
    static constexpr bool value = false;
};

/// What TokenWise asks of a map besides its functions.
template <class Map>
concept MapOfTokens = requires {
    typename Map::Scalar;
    typename Map::template with_number<typename Map::Scalar>;
    int(Map::input_dim);
    int(Map::output_dim);
};

/// Test: tests/compile_fail/token_wise_layer.cpp.
template <class Map>
struct only_a_map_of_tokens_is_token_wise {
    static_assert(MapOfTokens<Map>,
                  "TokenWise and the norm of Normalised are made of a map of tokens, a struct with Scalar, "
                  "with_number<Other>, input_dim and output_dim, such as Linear, MLP and LayerNorm "
                  "(token_wise/token_wise.hpp); a layer, a matrix or a lambda is none");
    static constexpr bool value = true;
};

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// A layer of attention under the names and in the layout of torch.nn.MultiheadAttention.
///
///     in_proj_weight   [3 token_dim x token_dim]   the rows of W_Q, then W_K, then W_V, of all heads
///     out_proj.weight  [token_dim x token_dim]     P: head after head takes its columns
///
/// Both act on columns (W x), as everything here: nothing is transposed. Head h of H has rows h d, ..., (h + 1) d - 1, d =
/// token_dim / H, of each third. PyTorch divides scores by the root of d and takes their softmax: SoftmaxAttention does
/// the same, a layer of linear attention neither. An embedding of keys or values of its own (kdim, vdim) is stored as
/// q_proj_weight, k_proj_weight and v_proj_weight: read these by matrix_from_array.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <type_traits>
#include <vector>

#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/io/arrays.hpp"
#include "incontext/matrix/blocks.hpp"

namespace incontext {

/// The two arrays of a layer of linear attention, one head or several.
///
/// Exactness: the same bits. Errors: heads whose key_dim or value_dim is not token_dim / heads do not compile.
/// Test: tests/unit/weights.cpp (against the sum over heads as PyTorch writes it).
template <class Layer>
[[nodiscard]] std::vector<StoredArray> pytorch_attention_arrays(Layer const& layer, std::string const& prefix = "");

/// Gives a layer of linear attention the weights of prefix + in_proj_weight and prefix + out_proj.weight.
///
/// in_proj_bias and out_proj.bias may be there if they are zero: the layer has none. Exactness, errors: as
/// parameters_from_arrays and pytorch_attention_arrays; WeightsError for biases that are not zero, and the layer stays as it was.
/// Test: tests/unit/weights.cpp.
template <class Layer>
void attention_from_pytorch(std::vector<StoredArray> const& arrays, Layer& layer, std::string const& prefix = "");

// ------------------------------------------------------------------------------------------------------- details ----

namespace pytorch {

/// Test: tests/compile_fail/pytorch_of_unlike_heads.cpp.
template <class Head, int HeadCount>
struct a_head_has_its_part_of_the_token {
    static constexpr int token_dim = Head::shape.token_dim;
    static constexpr int dim = token_dim / HeadCount;
    static_assert(
        rows_of<typename Head::QueryProjection> == dim && rows_of<typename Head::ValueProjection> == dim &&
            dim * HeadCount == token_dim,
        "in PyTorch's layout key_dim and value_dim of every head are token_dim divided by the number of heads");
};

/// Errors: as numbers_of.
inline bool is_zero(StoredArray const& array) {
    std::vector<double> const numbers = numbers_of(array);
    return std::all_of(numbers.begin(), numbers.end(), [](double number) { return number == 0; });
}

/// Calls see(head, number) for every head of a layer.
template <class Layer, class See>
void for_each_head(Layer& layer, See const& see) {
    if constexpr (requires { layer.heads; }) {
        int number = 0;
        for_each_element<static_cast<std::size_t>(Layer::head_count)>([&](auto& head) { see(head, number++); },
                                                                      layer.heads);
    } else {
        see(layer, 0);
    }
}

/// Calls pair(in_proj(row, col), head's entry) and pair(out_proj(row, col), head's entry) for all entries.
template <class Layer, class InProj, class OutProj, class Pair>
void for_each_entry(Layer& layer, InProj& in_proj, OutProj& out_proj, Pair const& pair) {
    constexpr int token_dim = Layer::shape.token_dim;
    for_each_head(layer, [&](auto& head, int number) {
        using Head = std::remove_cvref_t<decltype(head)>;
        constexpr int dim = a_head_has_its_part_of_the_token<Head, Layer::head_count>::dim;
        for (int row = 0; row < dim; ++row) {
            for (int col = 0; col < token_dim; ++col) {
                int const of_head = number * dim + row;
                pair(in_proj(of_head, col), head.query(row, col));
                pair(in_proj(token_dim + of_head, col), head.key(row, col));
                pair(in_proj(2 * token_dim + of_head, col), head.value(row, col));
                pair(out_proj(col, of_head), head.output(col, row));
            }
        }
    });
}

}  // namespace pytorch

template <class Layer>
std::vector<StoredArray> pytorch_attention_arrays(Layer const& layer, std::string const& prefix) {
    using Number = typename Layer::Scalar;
    constexpr int token_dim = Layer::shape.token_dim;
    Matrix<Number, 3 * token_dim, token_dim> in_proj = zero<Number, 3 * token_dim, token_dim>();
    Matrix<Number, token_dim, token_dim> out_proj = zero<Number, token_dim>();
    pytorch::for_each_entry(layer, in_proj, out_proj, [](auto& stored, auto const& entry) { stored = entry; });
    constexpr auto layout = WeightLayout::output_by_input;
    return {array_of(in_proj, layout, prefix + "in_proj_weight"),
            array_of(out_proj, layout, prefix + "out_proj.weight")};
}

template <class Layer>
void attention_from_pytorch(std::vector<StoredArray> const& arrays, Layer& layer, std::string const& prefix) {
    require_changeable<Layer>();
    using Number = typename Layer::Scalar;
    constexpr int token_dim = Layer::shape.token_dim;
    constexpr auto layout = WeightLayout::output_by_input;
    Matrix<Number, 3 * token_dim, token_dim> in_proj = zero<Number, 3 * token_dim, token_dim>();
    Matrix<Number, token_dim, token_dim> out_proj = zero<Number, token_dim>();
    matrix_from_array(array_named(arrays, prefix + "in_proj_weight"), in_proj, layout);
    matrix_from_array(array_named(arrays, prefix + "out_proj.weight"), out_proj, layout);
    std::vector<std::string> const names{prefix + "in_proj_weight", prefix + "out_proj.weight", prefix + "in_proj_bias",
                                         prefix + "out_proj.bias"};
    stored::require_no_others(arrays, prefix, names);
    for (StoredArray const& array : arrays) {
        bool const is_bias = array.name == names[2] || array.name == names[3];
        if (is_bias && !pytorch::is_zero(array)) {
            stored::Source{"weights"}.fail(stored::in_quotes(array.name) +
                                           " is not zero, and a layer of linear attention has no biases");
        }
    }
    pytorch::for_each_entry(layer, in_proj, out_proj, [](auto const& stored, auto& entry) { entry = stored; });
}

/// In another order, or into a temporary: one sentence.
template <class First, class... Arguments>
    requires(!std::convertible_to<First, std::vector<StoredArray>>)
constexpr auto attention_from_pytorch(First&&, Arguments&&...) {
    return arrays_are_written_and_read_in_a_layout<std::remove_cvref_t<First>, std::remove_cvref_t<Arguments>...>();
}

}  // namespace incontext

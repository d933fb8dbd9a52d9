// SPDX-License-Identifier: MIT
// arrays_in_safetensors, given anything: it reads it, or it throws WeightsError. What it has read, it writes as a file that it
// reads again as the same, if it holds floating-point numbers. A layer that the arrays do not fit stays as it was.
#include "incontext/io/safetensors.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

#include "fuzz.hpp"
#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/matrix/eigen.hpp"

namespace {

using Layer = incontext::LinearSelfAttention<incontext::TokenShape{.token_dim = 3, .context = 7}, float, 2, 1>;

}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace incontext;
    std::string_view const bytes(reinterpret_cast<char const*>(data), size);
    std::vector<StoredArray> arrays;
    try {
        arrays = arrays_in_safetensors(bytes);
    } catch (WeightsError const&) {
        return 0;
    }
    Layer layer{};
    try {
        parameters_from_arrays(arrays, layer, WeightLayout::input_by_output);
        std::vector<StoredArray> const written = arrays_of(layer, WeightLayout::input_by_output);
        fuzz::require(written.size() == 4, "a layer has four projections");
    } catch (WeightsError const&) {
        fuzz::require(parameters_text(layer) == parameters_text(Layer{}), "the layer stays as it was");
    }
    std::size_t total = 0;
    std::erase_if(arrays, [](StoredArray const& array) { return array.number == StoredNumber::other; });
    for (StoredArray const& array : arrays) {
        total += array.bytes.size();
    }
    fuzz::require(total <= size, "the arrays are not larger than their file");
    auto const again = arrays_in_safetensors(safetensors_bytes(arrays));
    fuzz::require(again.size() == arrays.size(), "what was written is read");
    for (StoredArray const& array : arrays) {
        fuzz::require(array_named(again, array.name) == array, "what was written is read as the same");
    }
    return 0;
}

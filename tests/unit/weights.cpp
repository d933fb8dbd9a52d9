// SPDX-License-Identifier: MIT
// Parameters by name, in both layouts; a layer of PyTorch, and what it does.
#include <string>

#include "incontext/incontext.hpp"
#include "incontext/io/npz.hpp"
#include "incontext/io/pytorch.hpp"
#include "incontext/io/safetensors.hpp"
#include "support/largest.hpp"
#include "support/weights.hpp"

using namespace test;

namespace {

/// Projections that are not square, so that no transpose hides.
using Head = LinearSelfAttention<sizes.tokens(), float, 3, 2>;
using Model = LayerStack<Clipped<Head>, MultiHeadAttention<Head, Head>, GradientStep<sizes, float>>;

template <class Parameters>
bool are_same(Parameters const& a, Parameters const& b) {
    return parameters_text(a) == parameters_text(b);
}

std::vector<std::string> names_of(std::vector<StoredArray> const& arrays) {
    std::vector<std::string> names;
    for (StoredArray const& array : arrays) {
        names.push_back(array.name);
    }
    return names;
}

}  // namespace

TEST_CASE("a parameter is called by the members that lead to it") {
    CHECK(names_of(arrays_of(Head{}, output_by_input)) == std::vector<std::string>{"query", "key", "value", "output"});
    auto const names = names_of(arrays_of(Model{}, output_by_input, "model."));
    REQUIRE(names.size() == 14);
    CHECK(names[0] == "model.layers.0.layer.query");
    CHECK(names[4] == "model.layers.1.heads.0.query");
    CHECK(names[11] == "model.layers.1.heads.1.output");
    CHECK(names[12] == "model.layers.2.learning_rate");
    CHECK(arrays_of(Head{}, output_by_input)[1].shape == std::vector<std::uint64_t>{3, 5});
    CHECK(arrays_of(Head{}, input_by_output)[1].shape == std::vector<std::uint64_t>{5, 3});
}

TEST_CASE("both layouts and both formats hold the same model, which predicts the same") {
    auto const written = drawn_parameters<Model>(1);
    auto const prompt = drawn_prompt<sizes.tokens(), float>(50);
    for (auto const layout : {output_by_input, input_by_output}) {
        auto const arrays = arrays_of(written, layout, "model.");
        for (bool const by_numpy : {false, true}) {
            auto const stored =
                by_numpy ? arrays_in_npz(npz_bytes(arrays)) : arrays_in_safetensors(safetensors_bytes(arrays));
            auto read = drawn_parameters<Model>(20);
            REQUIRE_FALSE(are_same(read, written));
            parameters_from_arrays(stored, read, layout, "model.");
            CHECK(are_same(read, written));
            CHECK(read(prompt) == written(prompt));
        }
    }
}

TEST_CASE("a square projection in the wrong layout is another layer, and nobody can see it") {
    using Square = LinearSelfAttention<sizes.tokens(), float>;
    auto const written = drawn_parameters<Square>(1);
    Square read = written;
    parameters_from_arrays(arrays_of(written, input_by_output), read, output_by_input);
    CHECK(read.query == transpose(written.query));
    auto const prompt = drawn_prompt<sizes.tokens(), float>(50);
    CHECK_FALSE(read(prompt) == written(prompt));
}

TEST_CASE("what is missing, too much, of another shape or of other numbers is named, and changes nothing") {
    auto const good = arrays_of(drawn_parameters<Model>(3), output_by_input);
    auto const refused = [&](auto const& change, WeightLayout layout = output_by_input,
                             std::string const& prefix = "") {
        auto arrays = good;
        change(arrays);
        auto model = drawn_parameters<Model>(40);
        std::string const sentence = refusal([&] { parameters_from_arrays(arrays, model, layout, prefix); });
        CHECK(are_same(model, drawn_parameters<Model>(40)));
        return sentence;
    };
    CHECK(refused([](auto& arrays) { arrays.pop_back(); }) ==
          "weights: the file has no 'layers.2.initial_weights', but 'layers.0.layer.query', 'layers.0.layer.key', "
          "'layers.0.layer.value', 'layers.0.layer.output', 'layers.1.heads.0.query', 'layers.1.heads.0.key', "
          "'layers.1.heads.0.value', 'layers.1.heads.0.output' and more");
    CHECK(refused([](auto& arrays) { arrays.push_back({.name = "layers.3.learning_rate"}); }) ==
          "weights: the file has 'layers.3.learning_rate', which is no parameter of what is read: give the prefix of "
          "those that are");
    CHECK(refused([](auto&) {}, input_by_output) ==
          "weights: 'layers.0.layer.query' is [3 x 5], and [5 x 3] belongs there: it fits in the other WeightLayout");
    CHECK(refused([](auto& arrays) {
              arrays.back().shape = {2, 3, 1};
          }) == "weights: 'layers.2.initial_weights' is [2 x 3 x 1], and [2 x 3] belongs there");
    CHECK(refused([](auto& arrays) { arrays.back().bytes.pop_back(); }) ==
          "weights: 'layers.2.initial_weights' has 23 bytes, which is not what its shape takes");
    CHECK(refused([](auto& arrays) { arrays.back().number = StoredNumber::f64; }) ==
          "weights: 'layers.2.initial_weights' holds numbers of 64 bits, which float does not hold exactly: read them "
          "into double, or write them with .astype(numpy.float32)");
    CHECK(
        refused([](auto&) {}, output_by_input, "decoder.").starts_with("weights: the file has no 'decoder.layers.0."));
    CHECK(refused([](auto& arrays) { arrays.clear(); }).ends_with("'layers.0.layer.query', but nothing"));
}

TEST_CASE("other models in the file are passed over by their prefix") {
    auto const written = drawn_parameters<Head>(3);
    auto arrays = arrays_of(written, input_by_output, "encoder.1.");
    for (StoredArray const& other : arrays_of(drawn_parameters<Head>(9), input_by_output, "encoder.0.")) {
        arrays.push_back(other);
    }
    for (StoredArray const& other : arrays_of(drawn_parameters<Head>(8), input_by_output, "encoder.10.")) {
        arrays.push_back(other);
    }
    for (char const* const prefix : {"encoder.1.", "encoder.1"}) {
        Head read{};
        parameters_from_arrays(arrays, read, input_by_output, prefix);
        CHECK(are_same(read, written));
    }
}

namespace {

/// The layer of softmax attention whose file PyTorch wrote predicts what PyTorch wrote beside it.
template <class Layer>
void expect_what_pytorch_does(std::string const& file, Layer layer) {
    auto const arrays = arrays_in_safetensors(stored_file(file));
    attention_from_pytorch(arrays, layer, "self_attn.");
    Prompt<Layer::shape, float> prompt;
    matrix_from_array(array_named(arrays, "tokens"), prompt.context, input_by_output);  // a token is a row there
    matrix_from_array(array_named(arrays, "query"), prompt.query, input_by_output);
    Matrix<float, 6, 2> result = zero<float, 6, 2>();
    matrix_from_array(array_named(arrays, "result"), result, input_by_output);
    auto const updated = SoftmaxAttention<Layer>{.layer = layer}(prompt);
    Matrix<float, 6, 2> const attended = updated.query - prompt.query;  // PyTorch's layer has no residual
    CHECK(test::largest_entry(attended - result) < 1e-4f * result.cwiseAbs().maxCoeff());

    // The same arrays are written again, without the biases, which are zero.
    auto const written = pytorch_attention_arrays(layer, "self_attn.");
    for (StoredArray const& array : written) {
        CHECK(array == array_named(arrays, array.name));
    }
}

constexpr TokenShape of_pytorch{.token_dim = 6, .context = 7, .query = 2};

}  // namespace

TEST_CASE("a layer of PyTorch is read with one head and with two, and attends as PyTorch does") {
    expect_what_pytorch_does("pytorch_heads_1.safetensors", LinearSelfAttention<of_pytorch, float>{});
    using Half = LinearSelfAttention<of_pytorch, float, 3, 3>;
    expect_what_pytorch_does("pytorch_heads_2.safetensors", MultiHeadAttention<Half, Half>{});
}

TEST_CASE("PyTorch's biases are refused where they are not zero, and what else is there is named") {
    auto arrays = arrays_in_safetensors(stored_file("pytorch_heads_1.safetensors"));
    auto const before = drawn_parameters<LinearSelfAttention<of_pytorch, float>>(1);
    auto const refused = [&] {
        auto layer = before;
        std::string const sentence = refusal([&] { attention_from_pytorch(arrays, layer, "self_attn."); });
        CHECK((sentence == "not refused" || are_same(layer, before)));
        return sentence;
    };
    for (StoredArray& array : arrays) {
        if (array.name == "self_attn.out_proj.bias") {
            array.bytes[3] = '\x80';  // -0
            CHECK(refused() == "not refused");
            array.bytes[0] = 1;
            CHECK(refused() ==
                  "weights: 'self_attn.out_proj.bias' is not zero, and a layer of linear attention has no biases");
            array.bytes[0] = 0;
            StoredArray const whole = array;
            array.bytes = std::string("\1\1", 2);  // less than one number
            CHECK(refused() == "weights: 'self_attn.out_proj.bias' has 2 bytes, which is not what its shape takes");
            array = whole;
            array.number = StoredNumber::other;
            array.number_name = "I32";
            CHECK(refused() ==
                  "weights: 'self_attn.out_proj.bias' holds 'I32', and only floating-point numbers are read");
            array = whole;
        }
    }
    arrays.push_back({.name = "self_attn.q_proj_weight"});
    CHECK(refused().starts_with("weights: the file has 'self_attn.q_proj_weight', which is no parameter"));
}

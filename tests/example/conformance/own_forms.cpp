// SPDX-License-Identifier: MIT
// The library's own forms as someone who was given a vector: reads its .npz, computes in double (OWN_FORMS_IN_DOUBLE=1), or in float,
// and, in sequence, in half and bfloat16 (OWN_FORMS_IN_DOUBLE=0), and writes the answers for `conformance --check`.
//
//     own_forms RULE FORM FORMAT VECTOR.npz ANSWERS.npz
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "conformance/rule.hpp"
#include "incontext/io/npz.hpp"
#include "incontext/io/read_file.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/online.hpp"

namespace {

using namespace incontext;
using conformance::Exact;
using conformance::Tensor;

/// Every array: of those that stand there once for each format, the part of this one. The gates are what a kernel makes of their
/// logarithms.
std::vector<Tensor> problem_in(std::string const& file, std::size_t format) {
    std::vector<Tensor> tensors;
    for (StoredArray const& array : arrays_in_npz(read_file(file))) {
        bool const is_of_formats = array.number == StoredNumber::f64;
        std::vector<double> numbers = numbers_of(array);
        if (is_of_formats) {
            std::size_t const count = numbers.size() / conformance::formats.size();
            auto const first = numbers.begin() + static_cast<std::ptrdiff_t>(format * count);
            numbers = std::vector<double>(first, first + static_cast<std::ptrdiff_t>(count));
        }
        Tensor tensor{.name = array.name};
        for (std::size_t axis = is_of_formats ? 1 : 0; axis < array.shape.size(); ++axis) {
            tensor.shape.push_back(static_cast<int>(array.shape[axis]));
        }
        if (array.name == "decay") {
            tensor.name = "gate";
            std::erase_if(tensors, [](Tensor const& other) { return other.name == "gate"; });
        }
        for (double const x : numbers) {
            double const entry = array.name == "decay" ? std::exp(x) : x;
            tensor.entries.push_back(std::isfinite(entry) ? Exact::of_double(entry) : Exact());
        }
        tensors.push_back(tensor);
    }
    return tensors;
}

template <class Number>
StoredArray stored_array(std::string const& name, std::vector<int> const& shape, std::vector<Number> const& numbers) {
    constexpr bool is_double = std::is_same_v<Number, double>;  // 16 bits are written as float, which holds them
    StoredArray array{.name = name,
                      .number = is_double ? StoredNumber::f64 : StoredNumber::f32,
                      .number_name = is_double ? "<f8" : "<f4"};
    for (int const extent : shape) {
        array.shape.push_back(static_cast<std::uint64_t>(extent));
    }
    for (Number const& number : numbers) {
        auto const x = static_cast<double>(number);
        if (is_double) {
            stored::append_whole_number(array.bytes, std::bit_cast<std::uint64_t>(x), 8);
        } else {
            stored::append_whole_number(array.bytes, std::bit_cast<std::uint32_t>(static_cast<float>(x)), 4);
        }
    }
    return array;
}

template <class Rule>
std::string answers_of(std::string const& form, std::string const& file, std::size_t format) {
    using Number = typename Rule::Scalar;
    std::vector<Tensor> const given = problem_in(file, format);
    auto const entry = [](std::string const&, Exact const& exact) { return static_cast<Number>(exact.to_double()); };
    Rule rule{};
    typename Rule::State state{};
    auto const tokens = static_cast<std::size_t>(conformance::tensor_named(given, "query").shape[0]);
    std::vector<typename Rule::Example> examples(tokens);
    std::vector<typename Rule::Query> queries(tokens);
    std::vector<typename Rule::Answer> answers(tokens);
    conformance::fill(
        rule, [](char const* name) { return std::string(name); }, given, 0, entry);
    conformance::fill(
        state, [](char const* name) { return "past_" + conformance::tensor_name(name); }, given, 0, entry);
    for (std::size_t token = 0; token < tokens; ++token) {
        auto const at = static_cast<int>(token);
        conformance::fill(examples[token], conformance::tensor_name, given, at, entry);
        conformance::fill_leaf(queries[token], conformance::tensor_named(given, "query"), at, entry);
    }
    std::span<typename Rule::Example const> const shown(examples);
    std::span<typename Rule::Query const> const asked(queries);
    std::span<typename Rule::Answer> const answered(answers);
    constexpr bool is_short = !std::is_floating_point_v<Number>;
    auto became = Answered::unlike_lengths;
    if (form == "sequence") {
        became = in_sequence(rule, state, shown, asked, answered);
    }
    if constexpr (!is_short && HasChunks<Rule, 2>) {
        if (form == "chunks") {
            became = in_chunks<2>(rule, state, shown, asked, answered);
        }
    }
    if constexpr (!is_short && AffineRule<Rule>) {
        if (form == "scan") {
            became = in_scan<3>(rule, state, shown, asked, answered);
        }
    }
    if (became != Answered::all) {
        throw std::runtime_error("there is no form " + form);
    }
    std::vector<Number> outputs;
    for (auto const& answer : answers) {
        streams::for_each_number([&](Number const& number) { outputs.push_back(number); }, answer);
    }
    std::vector<StoredArray> arrays{
        stored_array("output", {static_cast<int>(tokens), Rule::shape.queries, Rule::shape.value_dim}, outputs)};
    for_each_parameter(
        [&](char const* name, auto const& leaf) {
            std::vector<Number> numbers;
            streams::for_each_number([&](Number const& number) { numbers.push_back(number); }, leaf);
            arrays.push_back(
                stored_array("present_" + conformance::tensor_name(name), conformance::shape_of(leaf), numbers));
        },
        std::as_const(state));
    return npz_bytes(arrays);
}

template <template <MemoryShape, class> class Rule>
std::string in_format(std::string const& form, std::string const& file, std::string const& format) {
    constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2};
    if constexpr (OWN_FORMS_IN_DOUBLE != 0) {  // an object each, so that none takes a gigabyte to compile
        if (format == "f64") {
            return answers_of<Rule<shape, double>>(form, file, 0);
        }
    } else {
        if (format == "f32") {
            return answers_of<Rule<shape, float>>(form, file, 1);
        }
        if (format == "f16") {
            return answers_of<Rule<shape, conformance::Half>>(form, file, 2);
        }
        if (format == "bf16") {
            return answers_of<Rule<shape, conformance::BFloat>>(form, file, 3);
        }
    }
    throw std::runtime_error("there is no format " + format);
}

template <MemoryShape Shape, class Number>
using RidgeMemory = RidgeMemoryRule<Shape, Number>;

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) {
        std::fprintf(stderr, "own_forms RULE FORM FORMAT VECTOR.npz ANSWERS.npz\n");
        return 2;
    }
    struct Known {
        char const* name;
        std::string (*answers)(std::string const&, std::string const&, std::string const&);
    };
    try {
        for (Known const& known : {Known{"additive", in_format<AdditiveRule>},
                                   {"delta", in_format<DeltaRule>},
                                   {"gated_delta", in_format<GatedDeltaRule>},
                                   {"channel_gated_delta", in_format<ChannelGatedDeltaRule>},
                                   {"decoupled_delta", in_format<DecoupledDeltaRule>},
                                   {"low_rank", in_format<DiagonalPlusLowRankRule>},
                                   {"implicit_delta", in_format<ImplicitDeltaRule>},
                                   {"normalised_delta", in_format<NormalisedDeltaRule>},
                                   {"least_squares", in_format<LeastSquaresRule>},
                                   {"ridge_memory", in_format<RidgeMemory>},
                                   {"mini_batch", in_format<MiniBatchRule>},
                                   {"momentum", in_format<MomentumRule>}}) {
            if (std::string(argv[1]) == known.name) {
                std::ofstream(argv[5], std::ios::binary) << known.answers(argv[2], argv[4], argv[3]);
                return 0;
            }
        }
    } catch (std::exception const& error) {
        std::fprintf(stderr, "own_forms: %s\n", error.what());
        return 1;
    }
    return 1;
}

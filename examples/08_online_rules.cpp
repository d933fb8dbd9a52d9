// SPDX-License-Identifier: MIT
// One token at a time: a memory that is a model, the proof that its fast form is the model, and a stream that changes.
//
//   question    Gated DeltaNet: S <- gate S, then S <- S + rate (v - S k) k^T, one step of gradient descent for each example (k, v).
//               Is the form that computes 32 tokens at once, by products of matrices, the same rule?
//   symbols     S [value x key], k [key], v [value], q [key]; o = S q
//   proof       exactly, at keys and values of unlike sizes, from a memory that is not zero, with gates that differ and gates of 0,
//               at a length that is no multiple of the chunk. A wrong form does not compile, and the message names token and entry
//   run         v = w k + noise in float, and w changes once; a stream of any length, no heap, no exceptions
//   look for    both forms learn w, forget it when it changes, and differ by roundings only
#include <cmath>
#include <cstdio>
#include <incontext/incontext.hpp>

using namespace incontext;

// -------------------------------------------------------------------------------------------------------- the proof ----

using Small = GatedDeltaRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;
constexpr StreamProof proof = identical_on_streams<Small, 5>(forms::sequence, forms::chunks<2>);
static_assert(proof && proof.escape_probability < 1e-15);

template <auto Form>
constexpr auto with_gates_of_zero = [](auto stream) {
    stream.examples[1].gate = 0;
    stream.examples[4].gate = 0;
    return Form(stream);
};
static_assert(identical_on_streams<Small, 5>(with_gates_of_zero<forms::sequence>,
                                             with_gates_of_zero<forms::chunks<2>>));
static_assert(
    laws::stream_pullback_is_transpose_of_derivative<Small, 3>(forms::chunks<2>));  // and so is its derivative

// ---------------------------------------------------------------------------------------------------------- the run ----

constexpr int tokens = 1000;
using Rule = GatedDeltaRule<MemoryShape{.key_dim = 4, .value_dim = 1}, float>;

/// Uniform in (-1, 1), from a seed: the same on every machine.
float uniform(unsigned& state) {
    state = state * 1664525u + 1013904223u;
    return static_cast<float>(static_cast<int>(state >> 8)) * 0x1p-23f - 1;
}

int main() {
    static Rule::Example examples[tokens];
    static Rule::Query queries[tokens];
    static Rule::Answer one_by_one[tokens];
    static Rule::Answer in_chunks_of_32[tokens];
    unsigned state = 1;
    Eigen::RowVector4f w(0.5f, -1, 2, 1);
    for (int t = 0; t < tokens; ++t) {
        if (t == tokens / 2) {
            w = Eigen::RowVector4f(1, 1, -1, -2);
        }
        Rule::Example& example = examples[t];
        example.key = Eigen::Vector4f{uniform(state), uniform(state), uniform(state), uniform(state)};
        example.value = w * example.key + 0.01f * Eigen::Matrix<float, 1, 1>(uniform(state));
        example.rate = 0.5f;
        example.gate = 0.999f;
        queries[t] = Eigen::Vector4f(1, 1, 1, 1);
    }
    Rule const rule;
    Rule::State memory;
    Rule::State memory_of_chunks;
    bool const done = in_sequence(rule, memory, examples, queries, one_by_one) == Answered::all &&
                      in_chunks<32>(rule, memory_of_chunks, examples, queries, in_chunks_of_32) == Answered::all;
    float largest = 0;
    for (int t = 0; t < tokens; ++t) {
        float const difference = std::abs(one_by_one[t](0) - in_chunks_of_32[t](0));
        largest = difference <= largest || std::isnan(largest) ? largest : difference;  // NaN is no agreement
        if (t == 9 || t == 499 || t == 509 || t == 999) {
            std::printf("after %4d examples: %5.1f one by one, %5.1f in chunks, right %4.1f\n", t + 1,
                        static_cast<double>(one_by_one[t](0)), static_cast<double>(in_chunks_of_32[t](0)),
                        t < tokens / 2 ? 2.5 : -1.0);
        }
    }
    std::printf("the two forms differ by less than 1e-5: %s\n", done && largest < 1e-5f ? "yes" : "no");
}

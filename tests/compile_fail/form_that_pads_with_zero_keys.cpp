// SPDX-License-Identifier: MIT
// A form that fills its last block with keys of zeros, of a rule that normalises keys: where it runs, the memory is NaN behind it.
//
// expected: a_function_is_asked_at_its_pole
#include "incontext/number/function.hpp"
#include "incontext/online.hpp"

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2};

#ifdef BROKEN
constexpr int padding = 0;
#else
constexpr int padding = 1;
#endif

/// The delta rule at k / |k|.
template <MemoryShape Shape, class Number>
struct UnitKeys : ReadsMemory<Shape, Number, RatedExample> {
    using Base = ReadsMemory<Shape, Number, RatedExample>;
    using typename Base::Example;
    using typename Base::State;
    template <class Other>
    using with_number = UnitKeys<Shape, Other>;

    static constexpr void observe(State& state, Example const& example) {
        Example unit = example;
        unit.key = value_of<ReciprocalRoot>(Number(inner_product(example.key, example.key))) * example.key;
        DeltaRule<Shape, Number>::observe(state, unit);
    }
};

/// In blocks of four tokens, the last one filled up at the rate 0.
constexpr auto in_blocks = [](auto const& stream) {
    return forms::run(stream.rule, stream,
                      []<class Rule>(Rule const& rule, auto& state, auto examples, auto queries, auto answers) {
                          using Number = typename Rule::Scalar;
                          typename Rule::Example filler{};
                          filler.rate = Number(0);
                          filler.key(0, 0) = Number(padding);
                          for (std::size_t token = 0; token < examples.size(); ++token) {
                              rule.observe(state, examples[token]);
                              answers[token] = rule.read(state, queries[token]);
                          }
                          for (std::size_t token = examples.size(); token % 4 != 0; ++token) {
                              rule.observe(state, filler);
                          }
                      });
};
static_assert(identical_on_streams<UnitKeys<shape, Modular>, 5>(forms::sequence, in_blocks));

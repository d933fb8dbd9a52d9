// SPDX-License-Identifier: MIT
// One rule of one size, compiled once for each: CONFORMANCE_RULE, CONFORMANCE_KEY_DIM, CONFORMANCE_VALUE_DIM, CONFORMANCE_QUERIES.
#include "conformance/model.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <vector>

#include "common/linked.hpp"
#include "conformance/mistakes.hpp"
#include "conformance/rule.hpp"
#include "incontext/number/error_bound.hpp"

namespace conformance {
namespace {

using namespace incontext;

constexpr MemoryShape shape{
    .key_dim = CONFORMANCE_KEY_DIM, .value_dim = CONFORMANCE_VALUE_DIM, .queries = CONFORMANCE_QUERIES};
constexpr Sizes sizes{shape.key_dim, shape.value_dim, shape.queries};
template <class Number>
using RuleOf = CONFORMANCE_RULE<shape, Number>;

/// The format that an ErrorBound follows the roundings of.
template <class Number>
inline constexpr Format const* format_of = nullptr;
template <>
inline constexpr Format const* format_of<ErrorBound<double>> = &f64;
template <>
inline constexpr Format const* format_of<ErrorBound<float>> = &f32;
template <>
inline constexpr Format const* format_of<ErrorBound<Half>> = &f16;
template <>
inline constexpr Format const* format_of<ErrorBound<BFloat>> = &bf16;

template <class Number>
Number number_of(Exact const& exact, [[maybe_unused]] bool is_gate) {
    if constexpr (std::is_same_v<Number, Exact>) {
        return exact;
    } else {
        bool const is_zero_or_one = exact.sign() == 0 || exact == Exact(1);
        if (is_gate && !is_zero_or_one && exact.sign() > 0) {
            // A product with 1 stands for the rounding of the logarithm.
            return exp(Number::of(exact.logarithm().to_double()) * Number::of(1));
        }
        // So does it for an input that stands in the files rounded: a kernel is given the nearest number of its format.
        constexpr Format const& format = *format_of<Number>;
        std::uint64_t const nearest = exact.rounded(format);
        bool const is_finite = (nearest & (format.sign_bit() - 1)) < format.infinity();
        bool const is_held = is_finite && Exact::of_bits(nearest, format) == exact;
        double const number = exact.to_double();
        if (is_held) {
            return Number::of(number);
        }
        // What even a double rounds to 0 is not 0: a product with that would be exact.
        return Number::of(number == 0 ? std::numeric_limits<double>::denorm_min() : number) * Number::of(1);
    }
}

/// A rule on a stream whose length is known at run time.
template <class Rule>
struct Given {
    Rule rule{};
    typename Rule::State state{};
    std::vector<typename Rule::Example> examples{};
    std::vector<typename Rule::Query> queries{};

    explicit Given(std::vector<Tensor> const& given) {
        using Number = typename Rule::Scalar;
        auto const entry = [](std::string const& name, Exact const& exact) {
            return number_of<Number>(exact, name == "gate");
        };
        fill(
            rule, [](char const* name) { return std::string(name); }, given, 0, entry);
        fill(
            state, [](char const* name) { return "past_" + tensor_name(name); }, given, 0, entry);
        int const tokens = tensor_named(given, "query").shape[0];
        examples.resize(static_cast<std::size_t>(tokens));
        queries.resize(static_cast<std::size_t>(tokens));
        for (int token = 0; token < tokens; ++token) {
            auto const at = static_cast<std::size_t>(token);
            fill(examples[at], tensor_name, given, token, entry);
            fill_leaf(queries[at], tensor_named(given, "query"), token, entry);
        }
    }
};

template <class Rule>
struct Answered {
    std::vector<typename Rule::Answer> answers;
    typename Rule::State state;
};

/// Appends what `shown` says of each number.
template <class Rule, class Show>
void append(std::vector<std::vector<std::invoke_result_t<Show, typename Rule::Scalar const&>>>& all,
            std::vector<Tensor>* names, std::vector<typename Rule::Answer> const& answers,
            typename Rule::State const& state, Show const& shown) {
    auto& outputs = all.emplace_back();
    for (auto const& answer : answers) {
        streams::for_each_number([&](auto const& number) { outputs.push_back(shown(number)); }, answer);
    }
    if (names != nullptr) {
        names->push_back({.name = "output",
                          .shape = {static_cast<int>(answers.size()), shape.queries, shape.value_dim},
                          .part = Part::query});
    }
    for_each_parameter(
        [&](char const* name, auto const& leaf) {
            auto& entries = all.emplace_back();
            streams::for_each_number([&](auto const& number) { entries.push_back(shown(number)); }, leaf);
            if (names != nullptr) {
                names->push_back(
                    {.name = "present_" + tensor_name(name), .shape = shape_of(leaf), .part = Part::state});
            }
        },
        state);
}

template <class Rule>
void append_gradients(Given<Rule> const& given, std::vector<Tensor> const& tensors, auto& all,
                      std::vector<Tensor>* names, auto const& shown) {
    using Number = typename Rule::Scalar;
    std::size_t const tokens = given.examples.size();
    auto const entry = [](std::string const&, Exact const& exact) { return number_of<Number>(exact, false); };
    std::vector<typename Rule::State> kept;
    typename Rule::State state = given.state;
    for (auto const& example : given.examples) {
        kept.push_back(state);
        given.rule.observe(state, example);
    }
    typename Rule::State state_{};
    fill(
        state_, [](char const* name) { return "grad_present_" + tensor_name(name); }, tensors, 0, entry);
    std::vector<typename Rule::Answer> answers_(tokens);
    for (std::size_t token = 0; token < tokens; ++token) {
        fill_leaf(answers_[token], tensor_named(tensors, "grad_output"), static_cast<int>(token), entry);
    }
    std::vector<typename Rule::Example> examples_(tokens);
    std::vector<typename Rule::Query> queries_(tokens);
    streams_zero(examples_);
    streams_zero(queries_);
    StreamSpans<Rule> const spans{.examples = given.examples, .queries = given.queries, .kept = kept};
    static_cast<void>(pull_back<1>(given.rule, spans, std::span<typename Rule::Answer const>(answers_), state_,
                                   std::span<typename Rule::Example>(examples_),
                                   std::span<typename Rule::Query>(queries_)));

    auto const add = [&](std::string const& name, std::vector<int> const& of_one, bool per_token, auto const& visit) {
        auto& entries = all.emplace_back();
        visit([&](auto const& number) { entries.push_back(shown(number)); });
        if (names != nullptr) {
            std::vector<int> extents = of_one;
            if (per_token) {
                extents.insert(extents.begin(), static_cast<int>(tokens));
            }
            names->push_back({.name = name, .shape = extents});
        }
    };
    add("grad_query", {shape.queries, shape.key_dim}, true, [&](auto const& see) {
        for (auto const& query_ : queries_) {
            streams::for_each_number(see, query_);
        }
    });
    for_each_leaf_of(examples_, [&](char const* name, auto const& leaf, auto const& of_each) {
        add("grad_" + tensor_name(name), shape_of(leaf), true,
            [&](auto const& see) { of_each([&](auto const& one) { streams::for_each_number(see, one); }); });
        if (tensor_name(name) == "gate") {  // d/d log gate = gate d/d gate
            std::vector<Number> gates;
            for (auto const& example : given.examples) {
                for_each_parameter(
                    [&](char const* other, auto const& one) {
                        if (tensor_name(other) == "gate") {
                            streams::for_each_number([&](auto const& gate) { gates.push_back(gate); }, one);
                        }
                    },
                    example);
            }
            add("grad_decay", shape_of(leaf), true, [&](auto const& see) {
                std::size_t at = 0;
                of_each([&](auto const& one) {
                    streams::for_each_number([&](auto const& number) { see(Number(gates[at++] * number)); }, one);
                });
            });
        }
    });
    for_each_parameter(
        [&](char const* name, auto const& leaf) {
            add("grad_past_" + tensor_name(name), shape_of(leaf), false,
                [&](auto const& see) { streams::for_each_number(see, leaf); });
        },
        state_);
}

bool has(std::vector<Tensor> const& given, std::string_view name) {
    for (Tensor const& tensor : given) {
        if (tensor.name == name) {
            return true;
        }
    }
    return false;
}

template <class Rule>
std::vector<Tensor> problem(int tokens) {
    typename Rule::Example const example{};
    typename Rule::State const state{};
    [[maybe_unused]] Rule const rule{};
    std::vector<Tensor> result;
    auto const add = [&](std::string const& name, std::vector<int> extents, Part part) {
        if (part == Part::per_token || part == Part::query) {
            extents.insert(extents.begin(), tokens);
        }
        std::size_t count = 1;
        for (int const extent : extents) {
            count *= static_cast<std::size_t>(extent);
        }
        result.push_back({.name = name, .shape = extents, .entries = std::vector<Exact>(count), .part = part});
    };
    add("query", {shape.queries, shape.key_dim}, Part::query);
    for_each_parameter(
        [&](char const* name, auto const& leaf) { add(tensor_name(name), shape_of(leaf), Part::per_token); }, example);
    for_each_parameter(
        [&](char const* name, auto const& leaf) { add("past_" + tensor_name(name), shape_of(leaf), Part::state); },
        state);
    if constexpr (!std::is_empty_v<Rule>) {
        for_each_parameter([&](char const* name, auto const& leaf) { add(name, shape_of(leaf), Part::of_rule); }, rule);
    }
    return result;
}

/// The answers of a form, as named arrays.
template <class Form>
Answers answers_of(Given<RuleOf<Exact>>& given, Form const& form) {
    using Rule = RuleOf<Exact>;
    std::vector<typename Rule::Answer> answers(given.examples.size());
    form(given.rule, given.state, std::span<typename Rule::Example const>(given.examples),
         std::span<typename Rule::Query const>(given.queries), std::span<typename Rule::Answer>(answers));
    Answers result;
    std::vector<std::vector<Exact>> entries;
    append<Rule>(entries, &result, answers, given.state, [](Exact const& number) { return number; });
    for (std::size_t i = 0; i < result.size(); ++i) {
        result[i].entries = std::move(entries[i]);
    }
    return result;
}

constexpr auto definition = []<class Rule>(Rule const& rule, auto& state, auto examples, auto queries, auto answers) {
    static_cast<void>(in_sequence(rule, state, examples, queries, answers));
};

Answers exact(std::vector<Tensor> const& tensors) {
    using Rule = RuleOf<Exact>;
    Given<Rule> given(tensors);
    Answers gradients;
    std::vector<std::vector<Exact>> entries;
    if (has(tensors, "grad_output")) {
        append_gradients<Rule>(given, tensors, entries, &gradients, [](Exact const& number) { return number; });
    }
    Answers result = answers_of(given, definition);
    for (std::size_t i = 0; i < gradients.size(); ++i) {
        gradients[i].entries = std::move(entries[i]);
        result.push_back(std::move(gradients[i]));
    }
    return result;
}

template <class Floating>
Bounds bounds_in(std::vector<Tensor> const& tensors) {
    using Rule = RuleOf<ErrorBound<Floating>>;
    Given<Rule> given(tensors);
    auto const error = [](ErrorBound<Floating> const& number) { return static_cast<double>(number.error()); };
    Bounds gradients;
    if (has(tensors, "grad_output")) {
        append_gradients<Rule>(given, tensors, gradients, nullptr, error);
    }
    std::vector<typename Rule::Answer> answers(given.examples.size());
    definition(given.rule, given.state, std::span<typename Rule::Example const>(given.examples),
               std::span<typename Rule::Query const>(given.queries), std::span<typename Rule::Answer>(answers));
    Bounds result;
    append<Rule>(result, nullptr, answers, given.state, error);
    result.insert(result.end(), gradients.begin(), gradients.end());
    return result;
}

Bounds bounds(std::vector<Tensor> const& given, std::size_t format) {
    switch (format) {
        case 0:
            return bounds_in<double>(given);
        case 1:
            return bounds_in<float>(given);
        case 2:
            return bounds_in<Half>(given);
        default:
            return bounds_in<BFloat>(given);
    }
}

// ------------------------------------------------------------------------------------------------------ mistakes ----

template <class Rule>
Answers reading_before_observing(std::vector<Tensor> const& tensors, int) {
    Given<Rule> given(tensors);
    return answers_of(given, [](Rule const& rule, auto& state, auto examples, auto queries, auto answers) {
        mistakes::reading_before_observing<Rule>(rule, state, examples, queries, answers);
    });
}
template <class Rule>
Answers with_the_readers_rate(std::vector<Tensor> const& tensors, int) {
    Given<Rule> given(tensors);
    return answers_of(given, [](Rule const& rule, auto& state, auto examples, auto queries, auto answers) {
        mistakes::with_the_readers_rate<Rule>(rule, state, examples, queries, answers);
    });
}
template <class Rule>
Answers with_forgetting_least_squares(std::vector<Tensor> const& tensors, int) {
    Given<Rule> given(tensors);
    return answers_of(given, [](Rule const& rule, auto& state, auto examples, auto queries, auto answers) {
        mistakes::with_forgetting_least_squares<Rule>(rule, state, examples, queries, answers);
    });
}

Answers without_past(std::vector<Tensor> const& tensors, int) {
    std::vector<Tensor> from_zero = tensors;
    for (Tensor& tensor : from_zero) {
        // A matrix of the state that begins as the identity stays: without it nothing is learned.
        if (tensor.name == "past_state" || tensor.name == "past_velocity" || tensor.name == "past_anchor") {
            tensor.entries.assign(tensor.entries.size(), Exact());
        }
    }
    Given<RuleOf<Exact>> given(from_zero);
    return answers_of(given, definition);
}

template <class Rule, class Update>
Answers by_update(std::vector<Tensor> const& tensors, int) {
    Given<Rule> given(tensors);
    return answers_of(given, [](Rule const&, auto& state, auto examples, auto queries, auto answers) {
        definition(mistakes::Mutant<Rule, Update>{}, state, examples, queries, answers);
    });
}

template <class Rule, mistakes::Mistake Made>
Answers by_chunks(std::vector<Tensor> const& tensors, int chunk) {
    Given<Rule> given(tensors);
    return answers_of(given, [&](Rule const&, auto& state, auto examples, auto queries, auto answers) {
        auto const length = static_cast<std::size_t>(chunk);
        std::vector<typename Rule::Value> rows(3 * length);
        for (std::size_t first = 0; first < examples.size(); first += length) {
            std::size_t const count = std::min(length, examples.size() - first);
            mistakes::published_chunk<Made, Rule>(state, examples.subspan(first, count), queries.subspan(first, count),
                                                  answers.subspan(first, count), Exact(1), rows);
        }
    });
}

template <class Rule>
std::vector<Mistake> all_mistakes() {
    using Example = typename Rule::Example;
    using Made = mistakes::Mistake;
    constexpr bool is_gated = requires(Example const& example) {
        example.gate;
    }
    || requires(Example const& example) {
        example.gates;
    };
    std::vector<Mistake> result;
    if constexpr (is_delta_rule<Rule>) {
        if constexpr (is_gated) {
            result = {{"decay_after_the_error", "the rule with decay applied after the error",
                       by_update<Rule, mistakes::DecayAfterTheError>},
                      {"decay_missing_in_the_error", "the rule with an error that is taken before the decay",
                       by_update<Rule, mistakes::DecayMissingInTheError>},
                      {"mask_in_place_of_gamma", "chunks whose output has the 0/1 mask in place of Gamma",
                       by_chunks<Rule, Made::mask_in_place_of_gamma>},
                      {"gates_both_u_and_w", "chunks in which both U and W are gated",
                       by_chunks<Rule, Made::gates_both_u_and_w>},
                      {"gates_w_after_t", "chunks in which W is gated after an inverse T that has Gamma",
                       by_chunks<Rule, Made::gates_w_after_t>},
                      {"gates_neither", "chunks in which W is not gated", by_chunks<Rule, Made::gates_neither>},
                      {"gamma_left_out_of_t", "chunks in which the inverse T has no Gamma",
                       by_chunks<Rule, Made::gamma_left_out_of_t>},
                      {"keys_that_do_not_fade", "chunks whose keys do not fade to the end of the chunk",
                       by_chunks<Rule, Made::keys_that_do_not_fade>},
                      {"memory_that_does_not_fade", "chunks whose state does not fade over the chunk",
                       by_chunks<Rule, Made::memory_that_does_not_fade>}};
        }
        result.push_back({"sign_inside_the_inverse", "chunks with the other sign inside the inverse",
                          by_chunks<Rule, Made::sign_inside_the_inverse>});
        result.push_back({"rate_of_values_forgotten", "chunks in which the values are not multiplied by beta",
                          by_chunks<Rule, Made::rate_of_values_forgotten>});
        result.push_back(
            {"erase_left_out", "the rule without its erase term", by_update<Rule, mistakes::EraseLeftOut>});
        result.push_back({"corrects_the_key", "the rule that corrects the key in place of the value",
                          by_update<Rule, mistakes::CorrectsTheKey>});
        result.push_back({"rate_forgotten", "the rule with a beta of 1", by_update<Rule, mistakes::RateForgotten>});
    }
    if constexpr (requires(Example const& example) { example.begins; }) {
        result.push_back({"readers_rate", "mini-batches with the reader's rate in place of the example's",
                          with_the_readers_rate<Rule>});
    }
    if constexpr (requires(typename Rule::State const& state) { state.H; }) {
        result.push_back({"forgetting_least_squares", "recursive least squares with forgetting, whose penalty fades",
                          with_forgetting_least_squares<Rule>});
    }
    result.push_back(
        {"read_before_observed", "the rule that is read before it has seen the token", reading_before_observing<Rule>});
    result.push_back({"past_state_ignored", "the rule that ignores past_state", without_past});
    return result;
}

reproduce::Linked<Model> const linked_model(
    {.number = ((CONFORMANCE_NUMBER * 100 + shape.key_dim) * 100 + shape.value_dim) * 100 + shape.queries,
     .rule = CONFORMANCE_NAME,
     .formula = formula_of(CONFORMANCE_NAME),
     .sizes = sizes,
     .problem = problem<RuleOf<Exact>>,
     .exact = exact,
     .bounds = bounds,
     .mistakes = all_mistakes<RuleOf<Exact>>});

}  // namespace
}  // namespace conformance

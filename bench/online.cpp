// SPDX-License-Identifier: MIT
// 1,024 tokens of one head through an online rule, keys and values of dimension 64, in float.
//
//   work      online_delta, online_gated_delta, online_channel_gated_delta
//   compare   incontext_sequence      the definition, one token after the other
//             incontext_chunks_32     32 tokens at a time by products of matrices, and 64
//             libxsmm_chunks_32 ...   the delta rule's chunk written by hand, its products by a library (OpenBLAS, too)
//             eigen_loop              the delta rule as one writes it on Eigen's matrices
//   work      ..._gradient            answers, and the derivative with respect to everything
//   compare   incontext_by_token_32   keep, and pull_back token by token; a state is kept for every 32
//             incontext_by_chunk_32   keep, and pull_back_in_chunks, and 64
//   GFlop/s   count the form that is timed: a chunk does more arithmetic than the definition
//   x floor   beside its flops at the peak, or the tokens moved from memory and the answers to it
//
// Before anything is timed, answers and memory are compared with those of the definition in double: no number may differ by
// more than 1e-4 of the largest. Keys have norm 1, rates are below 1, so errors do not grow.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <random>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "gemm.hpp"
#include "incontext/online.hpp"
#include "measure.hpp"

namespace {

using namespace bench;

constexpr int tokens = 1024;
constexpr int d = 64;
constexpr MemoryShape shape{.key_dim = d, .value_dim = d};

using Table = Eigen::Matrix<float, d, Eigen::Dynamic>;  // a token in each column
using Memory = Eigen::Matrix<float, d, d>;

/// The larger of the two; NaN if one is, and from then on.
double larger_or_nan(double largest, double off) {
    return off <= largest || std::isnan(largest) ? largest : off;
}

/// A stream, its tokens in the columns of tables. The generator and its seed are those of the C++ library.
struct Tables {
    Table keys{d, tokens}, values{d, tokens}, queries{d, tokens}, gates{d, tokens};
    Memory memory;
    Eigen::VectorXf rates{tokens};

    Tables() {
        std::mt19937 bits(1);
        auto const drawn = [&](float low, float high) {
            return low + (high - low) * static_cast<float>(bits()) / 4294967296.0f;
        };
        for (Table* table : {&keys, &values, &queries}) {
            *table = table->unaryExpr([&](float) { return drawn(-1, 1); });
        }
        memory = memory.unaryExpr([&](float) { return drawn(-1, 1); });
        keys.colwise().normalize();
        gates = gates.unaryExpr([&](float) { return drawn(0.9f, 1); });
        rates = rates.unaryExpr([&](float) { return drawn(0, 1); });
    }
};

Tables const& given() {
    static Tables const tables;
    return tables;
}

/// The stream as a rule takes it.
template <class Rule>
struct Stream {
    using Number = typename Rule::Scalar;
    std::vector<typename Rule::Example> examples{tokens};
    std::vector<typename Rule::Query> queries{tokens};
    std::vector<typename Rule::Answer> answers{tokens};
    typename Rule::State state;

    Stream() {
        auto const& tables = given();
        for (int t = 0; t < tokens; ++t) {
            auto const at = static_cast<std::size_t>(t);
            auto& example = examples[at];
            example.key = tables.keys.col(t).cast<Number>().eval();
            example.value = tables.values.col(t).cast<Number>().eval();
            example.rate = static_cast<Number>(tables.rates(t));
            if constexpr (requires { example.gate; }) {
                example.gate = static_cast<Number>(tables.gates(0, t));
            } else if constexpr (requires { example.gates; }) {
                example.gates = tables.gates.col(t).cast<Number>().eval();
            }
            queries[at] = tables.queries.col(t).cast<Number>();
        }
        begin();
    }
    void begin() { state.S = given().memory.cast<Number>().eval(); }

    template <class Form>
    void run(Form const& form) {
        begin();
        static_cast<void>(form(Rule{}, state, std::span<typename Rule::Example const>(examples),
                               std::span<typename Rule::Query const>(queries),
                               std::span<typename Rule::Answer>(answers)));
    }
};

constexpr auto one_by_one = [](auto const& rule, auto& state, auto examples, auto queries, auto answers) {
    return in_sequence(rule, state, examples, queries, answers);
};
template <int Length>
constexpr auto by_chunks = [](auto const& rule, auto& state, auto examples, auto queries, auto answers) {
    return in_chunks<Length>(rule, state, examples, queries, answers);
};

/// Ends the program unless a form's answers, side by side, and its memory are those of the definition in double.
template <template <MemoryShape, class> class Rule>
void check(std::string const& name, std::function<float(int, int)> const& answer, Memory const& memory) {
    static Stream<Rule<shape, double>> const expected = [] {
        Stream<Rule<shape, double>> stream;
        stream.run(one_by_one);
        return stream;
    }();
    double largest = expected.state.S.cwiseAbs().maxCoeff();
    double difference = (memory.cast<double>() - expected.state.S).cwiseAbs().template maxCoeff<Eigen::PropagateNaN>();
    for (int t = 0; t < tokens; ++t) {
        for (int row = 0; row < d; ++row) {
            double const right = expected.answers[static_cast<std::size_t>(t)](row, 0);
            largest = std::max(largest, std::abs(right));
            difference = larger_or_nan(difference, std::abs(static_cast<double>(answer(row, t)) - right));
        }
    }
    require(difference <= 1e-4 * largest,
            name + " is off by " + text(difference) + ", where the largest number is " + text(largest));
}

/// Whether a rule's memory fades before an example: by a number, or by one for each channel of the key.
template <class Rule>
constexpr bool fades_by_channel = requires(typename Rule::Example example) {
    example.gates;
};
template <class Rule>
constexpr bool fades = fades_by_channel<Rule> || requires(typename Rule::Example example) {
    example.gate;
};

/// Multiplications of an example in sequence, beside those that do not grow with d^2: S k and the update; S q is read's.
template <class Rule>
constexpr double in_observe = (fades<Rule> ? 3 : 2) * d* d;
constexpr double in_read = d * d;
template <class Rule>
constexpr double flops_of_sequence = 2.0 * tokens*(in_observe<Rule> + in_read);

/// What the scores of a chunk take entry by entry where each channel fades by itself, as DecaysOfChunk::scores says: those before
/// a token, and those through it.
template <class Rule>
constexpr double entry_by_entry_in_a_chunk(int length) {
    double const L = length;
    double const part = 16;
    return fades_by_channel<Rule> ? 2 * L * (2 * part + L / part) * d : 0;
}
/// Multiplications of a chunk, as in_chunks says.
template <class Rule>
constexpr double in_a_chunk(int length) {
    double const L = length;
    return L * L * (2 * d + 1.5 * d) + 3 * L * d * d + entry_by_entry_in_a_chunk<Rule>(length);
}
template <class Rule>
constexpr double flops_of_chunks(int length) {
    return 2.0 * tokens / length * in_a_chunk<Rule>(length);
}
/// Answers in chunks, and back, as pull_back_in_chunks says; where each channel fades by itself, the derivatives of two kinds of
/// scores take 4 L^2 d instead of 2 L^2 d each, as DecayGradient::pull_back_scores says.
template <class Rule>
constexpr double flops_of_gradient_in_chunks(int length) {
    double const L = length;
    double const of_keys = fades_by_channel<Rule> ? 10 : 6;
    return flops_of_chunks<Rule>(length) +
           2.0 * tokens / L * (L * L * (of_keys * d + 4 * d) + 7 * L * d * d + entry_by_entry_in_a_chunk<Rule>(length));
}
/// Answers in chunks; observe and its pullback, as that of a transition says, and read's.
template <class Rule>
constexpr double flops_of_gradient_by_token(int length) {
    double const in_pull_back = (fades<Rule> ? 9 : 7) * d * d;
    return flops_of_chunks<Rule>(length) + 2.0 * tokens * (in_observe<Rule> + in_pull_back + 2 * in_read);
}

/// Key, value, query and rate, and what a memory fades by.
template <class Rule>
constexpr double bytes_of_tokens = tokens*(3.0 * d + 1 +
                                           (fades_by_channel<Rule> ? d
                                            : fades<Rule>          ? 1
                                                                   : 0)) *
                                   sizeof(float);
constexpr double bytes_of_answers = tokens * 1.0 * d * sizeof(float);

/// One form of a rule of the library.
template <template <MemoryShape, class> class Rule, class Form>
void library_form(benchmark::State& state, std::string const& name, Form const& form, double flops) {
    static Stream<Rule<shape, float>> stream;
    stream.run(form);
    check<Rule>(
        name, [&](int row, int t) { return stream.answers[static_cast<std::size_t>(t)](row, 0); }, stream.state.S);
    constexpr double bytes = bytes_of_tokens<Rule<shape, float>>;
    time(state, {.tasks = tokens, .flops = flops, .bytes = bytes, .written = bytes_of_answers}, [&] {
        benchmark::DoNotOptimize(stream.examples.data());
        stream.run(form);
        benchmark::DoNotOptimize(stream.answers.data());
        benchmark::ClobberMemory();
    });
}

/// The derivative of <answers, weights> by one of the pullbacks, the weights being the tables' values.
template <class Rule, int Length, bool InChunks>
struct Gradient {
    Stream<Rule> stream;
    std::vector<typename Rule::State> kept = std::vector<typename Rule::State>(kept_states<Length>(tokens));
    std::vector<typename Rule::Answer> answers_ = std::vector<typename Rule::Answer>(tokens);
    std::vector<typename Rule::Example> examples_;
    std::vector<typename Rule::Query> queries_;
    typename Rule::State state_;

    Gradient() {
        for (std::size_t t = 0; t < tokens; ++t) {
            answers_[t] = stream.examples[t].value;
        }
    }
    void run() {
        stream.begin();
        examples_.assign(tokens, nothing());
        queries_.assign(tokens, Rule::Query::Zero());
        state_ = {};
        StreamSpans<Rule> const spans{.examples = stream.examples, .queries = stream.queries, .kept = kept};
        static_cast<void>(keep<Length>(Rule{}, stream.state, spans, std::span<typename Rule::Answer>(stream.answers)));
        std::span<typename Rule::Answer const> const weights(answers_);
        if constexpr (InChunks) {
            static_cast<void>(pull_back_in_chunks<Length>(Rule{}, spans, weights, state_, examples_, queries_));
        } else {
            static_cast<void>(pull_back<Length>(Rule{}, spans, weights, state_, examples_, queries_));
        }
    }

  private:
    static typename Rule::Example nothing() {
        typename Rule::Example example{};
        streams::for_each_number([](auto& number) { number = 0; }, example);
        return example;
    }
};

/// Ends the program unless the derivative is that of the sequence in double.
template <template <MemoryShape, class> class Rule, class Given>
void check_gradient(std::string const& name, Given const& given_) {
    static Gradient<Rule<shape, double>, 32, false> const expected = [] {
        Gradient<Rule<shape, double>, 32, false> result;
        result.run();
        return result;
    }();
    double largest = 0;
    double difference = 0;
    auto const compare = [&](float x, double y) {
        largest = std::max(largest, std::abs(y));
        difference = larger_or_nan(difference, std::abs(static_cast<double>(x) - y));
    };
    for (std::size_t t = 0; t < tokens; ++t) {
        streams::for_each_number(compare, given_.examples_[t], expected.examples_[t]);
        streams::for_each_number(compare, given_.queries_[t], expected.queries_[t]);
    }
    streams::for_each_number(compare, given_.state_, expected.state_);
    require(difference <= 1e-4 * largest,
            name + " is off by " + text(difference) + ", where the largest number is " + text(largest));
}

/// One pullback of a rule of the library.
template <template <MemoryShape, class> class Rule, int Length, bool InChunks>
void library_gradient(benchmark::State& state, std::string const& name, double flops) {
    static Gradient<Rule<shape, float>, Length, InChunks> gradient;
    gradient.run();
    check_gradient<Rule>(name, gradient);
    constexpr double bytes = 2 * bytes_of_tokens<Rule<shape, float>>;
    time(state, {.tasks = tokens, .flops = flops, .bytes = bytes, .written = bytes}, [&] {
        benchmark::DoNotOptimize(gradient.stream.examples.data());
        gradient.run();
        benchmark::DoNotOptimize(gradient.queries_.data());
        benchmark::ClobberMemory();
    });
}

/// The delta rule in chunks: products by a library of linear algebra, the triangular system by substitution.
template <GemmLibrary Gemm, int L>
class ChunksByLibrary {
  public:
    void run() {
        S_ = given().memory;
        for (int first = 0; first < tokens; first += L) {
            float const* const K = given().keys.data() + first * d;
            float const* const Q = given().queries.data() + first * d;
            float* const O = answers_.data() + first * d;
            keys_in_rows_ = given().keys.middleCols(first, L).transpose();
            own_(keys_in_rows_.data(), keys_in_rows_.data(), scores_.data());  // K^T K
            by_memory_(S_.data(), K, U_.data());                               // S K
            U_ = given().values.middleCols(first, L) - U_;
            for (int i = 0; i < L; ++i) {
                for (int j = 0; j < i; ++j) {
                    U_.col(i) -= scores_(j, i) * U_.col(j);
                }
                U_.col(i) *= given().rates(first + i);
            }
            asked_(keys_in_rows_.data(), Q, scores_.data());  // K^T Q, of which token i sees those up to itself
            for (int i = 0; i < L; ++i) {
                scores_.col(i).tail(L - 1 - i).setZero();
            }
            by_memory_(S_.data(), Q, O);
            answer_(U_.data(), scores_.data(), O);
            update_(U_.data(), K, S_.data());
        }
    }
    [[nodiscard]] Table const& answers() const { return answers_; }
    [[nodiscard]] Memory const& memory() const { return S_; }

  private:
    using Scores = Eigen::Matrix<float, L, L>;
    Gemm own_{{.rows = L, .inner = d, .cols = L, .stride_a = L, .stride_b = L, .stride_c = L, .is_b_transposed = true}};
    Gemm by_memory_{{.rows = d, .inner = d, .cols = L, .stride_a = d, .stride_b = d, .stride_c = d}};
    Gemm asked_{{.rows = L, .inner = d, .cols = L, .stride_a = L, .stride_b = d, .stride_c = L}};
    Gemm answer_{{.rows = d, .inner = L, .cols = L, .stride_a = d, .stride_b = L, .stride_c = d, .is_added = true}};
    Gemm update_{{.rows = d,
                  .inner = L,
                  .cols = d,
                  .stride_a = d,
                  .stride_b = d,
                  .stride_c = d,
                  .is_b_transposed = true,
                  .is_added = true}};
    Memory S_;
    Table answers_{d, tokens};
    Eigen::Matrix<float, L, d> keys_in_rows_;
    Eigen::Matrix<float, d, L> U_;
    Scores scores_;
};

/// What one writes without a library for it.
class LoopInEigen {
  public:
    void run() {
        S_ = given().memory;
        for (int t = 0; t < tokens; ++t) {
            auto const k = given().keys.col(t);
            error_.noalias() = given().values.col(t) - S_ * k;
            error_ *= given().rates(t);
            S_.noalias() += error_ * k.transpose();
            answers_.col(t).noalias() = S_ * given().queries.col(t);
        }
    }
    [[nodiscard]] Table const& answers() const { return answers_; }
    [[nodiscard]] Memory const& memory() const { return S_; }

  private:
    Memory S_;
    Table answers_{d, tokens};
    Eigen::Matrix<float, d, 1> error_;
};

using Delta = DeltaRule<shape, float>;

template <class Peer>
void peer(benchmark::State& state, std::string const& name, double flops) {
    Peer formulation;
    formulation.run();
    check<DeltaRule>(
        name, [&](int row, int t) { return formulation.answers()(row, t); }, formulation.memory());
    constexpr double bytes = bytes_of_tokens<Delta>;
    time(state, {.tasks = tokens, .flops = flops, .bytes = bytes, .written = bytes_of_answers}, [&] {
        benchmark::DoNotOptimize(formulation);
        formulation.run();
        benchmark::ClobberMemory();
    });
}

template <template <MemoryShape, class> class Rule>
void add_rule(std::string const& work) {
    auto const add_form = [&](std::string const& competitor, auto const& form, double flops) {
        add(work, competitor, d, library_form<Rule, std::remove_cvref_t<decltype(form)>>, form, flops);
    };
    using Timed = Rule<shape, float>;
    add_form("incontext_sequence", one_by_one, flops_of_sequence<Timed>);
    add_form("incontext_chunks_32", by_chunks<32>, flops_of_chunks<Timed>(32));
    add_form("incontext_chunks_64", by_chunks<64>, flops_of_chunks<Timed>(64));
    add(work + "_gradient", "incontext_by_token_32", d, library_gradient<Rule, 32, false>,
        flops_of_gradient_by_token<Timed>(32));
    add(work + "_gradient", "incontext_by_chunk_32", d, library_gradient<Rule, 32, true>,
        flops_of_gradient_in_chunks<Timed>(32));
    add(work + "_gradient", "incontext_by_chunk_64", d, library_gradient<Rule, 64, true>,
        flops_of_gradient_in_chunks<Timed>(64));
}

}  // namespace

int main(int argc, char** argv) {
    add_rule<DeltaRule>("online_delta");
    for_each_library([]<class Gemm>(std::string const& name) {
        add("online_delta", name + "_chunks_32", d, peer<ChunksByLibrary<Gemm, 32>>, flops_of_chunks<Delta>(32));
        add("online_delta", name + "_chunks_64", d, peer<ChunksByLibrary<Gemm, 64>>, flops_of_chunks<Delta>(64));
    });
    add("online_delta", "eigen_loop", d, peer<LoopInEigen>, flops_of_sequence<Delta>);
    add_rule<GatedDeltaRule>("online_gated_delta");
    add_rule<ChannelGatedDeltaRule>("online_channel_gated_delta");
    return bench::run(argc, argv);
}

// SPDX-License-Identifier: MIT
// A rule of your own whose state, example and members are plain matrices of Eigen, which begin unwritten in float: what
// this library makes of them begins as it does in exact numbers.
#include <cstring>
#include <new>
#include <string_view>

#include "catch.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/number/lanes.hpp"
#include "incontext/online.hpp"
#include "incontext/streaming/streaming_regressor.hpp"

namespace {

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2};

/// Two matrices without a place, a number, and a matrix that begins otherwise than with zeros.
template <MemoryShape Shape, class Number>
struct PlainState {
    template <class Other>
    using with_number = PlainState<Shape, Other>;

    Matrix<Number, Shape.value_dim, Shape.key_dim> S{};
    Matrix<Number, Shape.value_dim, Shape.key_dim> M{};
    Matrix<Number, Shape.key_dim, Shape.key_dim> keeps = identity<Number, Shape.key_dim>();
    Number weight = Number(3);

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"S", "M", "keeps", "weight">, &PlainState::S,
                                                       &PlainState::M, &PlainState::keeps, &PlainState::weight> {};
};

template <MemoryShape Shape, class Number>
struct PlainExample {
    template <class Other>
    using with_number = PlainExample<Shape, Other>;

    Matrix<Number, Shape.key_dim, 1> key;
    Matrix<Number, Shape.value_dim, 1> value;
    Matrix<Number, Shape.key_dim, 1> turned;
    Number rate = Number(1);
    Number floor = has_limited_range<Number> ? Number(2) : Number(0);  // another beginning in float

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"key", "value", "turned", "rate", "floor">,
                                                       &PlainExample::key, &PlainExample::value, &PlainExample::turned,
                                                       &PlainExample::rate, &PlainExample::floor> {};
};

/// S <- S keeps + rate v (k + turned)^T + push.
template <MemoryShape Shape, class Number>
struct PlainRule : ReadsMemory<Shape, Number, PlainExample, PlainState> {
    using Base = ReadsMemory<Shape, Number, PlainExample, PlainState>;
    template <class Other>
    using with_number = PlainRule<Shape, Other>;
    static constexpr std::string_view name = "plain";

    Matrix<Number, Shape.value_dim, Shape.key_dim> push;

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"push">, &PlainRule::push> {};

    constexpr void observe(typename Base::State& state, typename Base::Example const& example) const {
        typename Base::Key const key = example.key + example.turned;
        state.M = product_with_transpose(example.value, key);
        state.S = product(state.S, state.keeps) + example.rate * state.M + push;
    }
};

/// The same state, whose constructor leaves a number out.
template <MemoryShape Shape, class Number>
struct MadeState {
    template <class Other>
    using with_number = MadeState<Shape, Other>;

    Placed<the_memory_S, Number, Shape.value_dim, Shape.key_dim> S{};
    Number left_out;
    Number written;

    constexpr MadeState() : written(5) {}

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"S", "left_out", "written">, &MadeState::S,
                                                       &MadeState::left_out, &MadeState::written> {};
};
template <MemoryShape Shape, class Number>
struct MadeRule : ReadsMemory<Shape, Number, RatedExample, MadeState> {
    using Base = ReadsMemory<Shape, Number, RatedExample, MadeState>;
    template <class Other>
    using with_number = MadeRule<Shape, Other>;

    static constexpr void observe(typename Base::State&, typename Base::Example const&) {}
};

/// What a function returns, made in memory that is full of other numbers.
template <class Make>
auto in_used_memory(Make const& make) {
    using Made = decltype(make());
    alignas(64) static unsigned char memory[sizeof(Made)];
    std::memset(memory, 0x41, sizeof memory);
    return *::new (static_cast<void*>(memory)) Made(make());
}

template <AnyMatrix M>
bool is_zero(M const& matrix) {
    bool all = true;
    for (int col = 0; col < cols_of<M>; ++col) {
        for (int row = 0; row < rows_of<M>; ++row) {
            if constexpr (is_lanes<NumberOf<M>>) {
                for (int lane = 0; lane < NumberOf<M>::lane_count; ++lane) {
                    all = all && matrix(row, col)[lane] == 0;
                }
            } else {
                all = all && matrix(row, col) == NumberOf<M>(0);
            }
        }
    }
    return all;
}

TEMPLATE_TEST_CASE("a state, an example and a rule of plain matrices begin as in exact numbers", "", float, double,
                   (Lanes<float, 4>), Modular) {
    using Rule = PlainRule<shape, TestType>;
    auto const state = in_used_memory([] { return state_to_begin_with(Rule{}); });
    REQUIRE(is_zero(state.S));
    REQUIRE(is_zero(state.M));
    Matrix<TestType, 3, 3> const beside = state.keeps - identity<TestType, 3>();
    REQUIRE(is_zero(beside));
    Matrix<TestType, 1, 1> weight;
    weight(0, 0) = state.weight - TestType(3);
    REQUIRE(is_zero(weight));

    auto const example = in_used_memory([] { return example_to_begin_with<Rule>(); });
    REQUIRE(is_zero(example.key));
    REQUIRE(is_zero(example.value));
    REQUIRE(is_zero(example.turned));
    weight(0, 0) = example.floor - TestType(has_limited_range<TestType> ? 2 : 0);
    REQUIRE(is_zero(weight));
    weight(0, 0) = example.rate - TestType(1);
    REQUIRE(is_zero(weight));

    REQUIRE(is_zero(in_used_memory([] { return rule_to_begin_with<Rule>(); }).push));
}

TEST_CASE("of heads, each") {
    using Heads = OnlineHeads<PlainRule<shape, float>, 2>;
    auto const states = in_used_memory([] { return state_to_begin_with(Heads{}); });
    auto const examples = in_used_memory([] { return example_to_begin_with<Heads>(); });
    for (std::size_t head = 0; head < 2; ++head) {
        REQUIRE(is_zero(states[head].S));
        REQUIRE(is_zero(states[head].M));
        REQUIRE(states[head].weight == 3);
        REQUIRE(is_zero(examples[head].turned));
    }
}

TEST_CASE("a number that a constructor leaves out is zero, and what it writes stays") {
    auto const state = in_used_memory([] { return state_to_begin_with(MadeRule<shape, float>{}); });
    REQUIRE(state.left_out == 0);
    REQUIRE(state.written == 5);
}

/// An aggregate beside a struct with a constructor, and another below it.
template <class Number>
struct Plain {
    Number unwritten;
    Number two = has_limited_range<Number> ? Number(2) : Number(0);

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"unwritten", "two">, &Plain::unwritten, &Plain::two> {};
};
template <class Number>
struct Made {
    Plain<Number> below;
    Number left_out;

    constexpr Made() {
        if constexpr (has_limited_range<Number>) {  // what may stand in memory that nobody has written
            below.unwritten = Number(7);
            left_out = Number(7);
        }
    }

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"below", "left_out">, &Made::below, &Made::left_out> {};
};
template <MemoryShape Shape, class Number>
struct MixedExample {
    template <class Other>
    using with_number = MixedExample<Shape, Other>;

    Placed<the_key_of_an_example, Number, Shape.key_dim, 1> key{};
    Placed<the_value_of_an_example, Number, Shape.value_dim, 1> value{};
    Number floor = has_limited_range<Number> ? Number(2) : Number(0);
    Plain<Number> beside;
    Made<Number> made;

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"key", "value", "floor", "beside", "made">,
                                                       &MixedExample::key, &MixedExample::value, &MixedExample::floor,
                                                       &MixedExample::beside, &MixedExample::made> {};
};
template <MemoryShape Shape, class Number>
struct MixedRule : ReadsMemory<Shape, Number, MixedExample> {
    using Base = ReadsMemory<Shape, Number, MixedExample>;
    template <class Other>
    using with_number = MixedRule<Shape, Other>;

    static constexpr void observe(typename Base::State&, typename Base::Example const&) {}
};

TEST_CASE(
    "beside a struct with a constructor numbers begin as they were given, and below it what is left out is zero") {
    auto const example = in_used_memory([] { return example_to_begin_with<MixedRule<shape, float>>(); });
    REQUIRE(example.floor == 2);
    REQUIRE(example.beside.two == 2);
    REQUIRE(example.beside.unwritten == 0);
    REQUIRE(example.made.left_out == 0);
    REQUIRE(example.made.below.unwritten == 0);
}

TEST_CASE("a regressor of such a rule that observed nothing predicts 0, before and after it forgets") {
    using Regressor = StreamingRegressor<PlainRule<shape, float>>;
    Eigen::Vector3f const x(1, 2, 3);
    Eigen::Vector2f const y(1, -1);
    Regressor regressor = in_used_memory([] { return Regressor(); });
    REQUIRE(is_zero(regressor.predict(x)));
    REQUIRE(is_zero(regressor.settings().turned));
    REQUIRE(is_zero(regressor.rule().push));
    REQUIRE(regressor.observe(x, y) == Observation::observed);
    REQUIRE(regressor.predict(x)(0) == 14);  // rate v <k, k>
    REQUIRE(regressor.predict(x)(1) == -14);
    regressor.forget();
    REQUIRE(is_zero(regressor.predict(x)));
}

template <class Number>
auto answers_of_layer() {
    constexpr TokenShape tokens{.token_dim = 3, .context = 2, .query = 1};
    LinearSelfAttention<tokens, Number> const layer{.query = identity<Number, 3>(),
                                                    .key = identity<Number, 3>(),
                                                    .value = identity<Number, 3>(),
                                                    .output = identity<Number, 3>()};
    Prompt<tokens, Number> prompt;
    for (int row = 0; row < 3; ++row) {
        prompt.context(row, 0) = Number(row + 1);
        prompt.context(row, 1) = Number(2 - row);
        prompt.query(row, 0) = Number(row - 1);
    }
    return online<PlainRule>(layer)(prompt);
}

TEST_CASE("a layer of such a rule answers in float what it answers in exact numbers") {
    auto const answered = in_used_memory([] { return answers_of_layer<float>(); });
    auto const exactly = answers_of_layer<Rational>();
    for (int row = 0; row < 3; ++row) {
        REQUIRE(Rational(static_cast<int>(answered.query(row, 0))) == exactly.query(row, 0));
        for (int token = 0; token < 2; ++token) {
            REQUIRE(Rational(static_cast<int>(answered.context(row, token))) == exactly.context(row, token));
        }
    }
}

}  // namespace

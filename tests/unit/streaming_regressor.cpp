// SPDX-License-Identifier: MIT
// What every regressor owes in floating point: bad examples change nothing, whatever is observed the memory and the predictions stay
// finite. Then what each of them is there for. Saved bytes are in streaming_saved_bytes.cpp.
#include "incontext/incontext.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

#include "catch.hpp"
#include "support/largest.hpp"
#include "support/regressors.hpp"

namespace {

using namespace incontext;
using namespace test;

TEST_CASE("all of them model the concept, and are memory that can be copied as bytes") {
    for_each_regressor([](char const* name, auto regressor) {
        CAPTURE(name);
        using Regressor = decltype(regressor);
        STATIC_REQUIRE(OnlineRegressor<Regressor>);
        observe_some(regressor, 20);
        Regressor copied = regressor;
        observe_some(copied, 5);
        REQUIRE_FALSE(same(copied, regressor));
        std::memcpy(static_cast<void*>(&copied), &regressor, sizeof copied);
        REQUIRE(same(copied, regressor));
    });
}

// ------------------------------------------------------------------------------------------------- bad examples ----

TEST_CASE("an example that is not finite, or absurdly large, is refused and changes nothing else") {
    for_each_regressor([](char const* name, auto regressor) {
        using Number = typename decltype(regressor)::Scalar;
        using Limits = std::numeric_limits<Number>;
        observe_some(regressor, 20);
        auto const before = regressor;
        long long refused = 0;
        for (Number const bad :
             {Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity(), Limits::max(), Limits::lowest()}) {
            for (int row = 0; row < input_dim + output_dim; ++row) {
                CAPTURE(name, bad, row);
                Uniform uniform{7};
                auto x = drawn<Number, input_dim>(uniform);
                auto y = drawn<Number, output_dim>(uniform);
                (row < input_dim ? x(row) : y(row - input_dim)) = bad;
                REQUIRE(regressor.observe(x, y) == Observation::out_of_range);
                REQUIRE(regressor.refused() == ++refused);
                REQUIRE(regressor.count() == 20);
                REQUIRE(regressor.predict(drawn<Number, input_dim>(uniform)).allFinite());
            }
        }
        // But for the counter it is the one of before.
        auto shown = before;
        observe_some(shown, 10, 3);
        observe_some(regressor, 10, 3);
        Uniform uniform{9};
        auto const question = drawn<Number, input_dim>(uniform);
        REQUIRE(shown.predict(question) == regressor.predict(question));
    });
}

TEST_CASE("whatever is observed, the memory and the predictions stay finite, and a sane stream is learned again") {
    for_each_regressor([](char const* name, auto regressor) {
        using Number = typename decltype(regressor)::Scalar;
        Uniform uniform{11};
        int const largest = std::numeric_limits<Number>::max_exponent;
        for (int t = 0; t < 3000; ++t) {
            CAPTURE(name, t);
            // Magnitudes over the whole range of the numbers.
            auto const scale = [&] {
                return static_cast<Number>(std::ldexp(1.0, static_cast<int>(uniform() * (largest - 1))));
            };
            Matrix<Number, input_dim, 1> x = drawn<Number, input_dim>(uniform);
            Matrix<Number, output_dim, 1> y = drawn<Number, output_dim>(uniform);
            for (int i = 0; i < input_dim; ++i) {
                x(i) *= scale();
            }
            y *= scale();
            static_cast<void>(regressor.observe(x, y));
            REQUIRE(regressor.predict(x).allFinite());
            REQUIRE(regressor.predict(Matrix<Number, input_dim, 1>::Constant(Number(1))).allFinite());
            REQUIRE(regressor.predict(Matrix<Number, input_dim, 1>::Constant(std::numeric_limits<Number>::max()))
                        .allFinite());
            REQUIRE(regressor.predict(Matrix<Number, input_dim, 1>::Constant(std::numeric_limits<Number>::quiet_NaN()))
                        .allFinite());
        }
        REQUIRE(regressor.refused() > 0);
        REQUIRE(regressor.count() > 100);
        CAPTURE(name);
        REQUIRE(regressor.forget(Number(0)) == Forgotten::done);
        auto fresh = regressor;
        fresh.forget();
        REQUIRE(same(fresh, regressor));
    });
}

/// The largest error |S x - y| of the last examples of a stream of y = W x after one example of size `outlier`.
template <class Regressor>
double error_after_outlier(Regressor regressor, double outlier, int examples) {
    using Number = typename Regressor::Scalar;
    Uniform uniform{5};
    auto const W =
        Matrix<Number, output_dim, input_dim>::NullaryExpr([&] { return static_cast<Number>(uniform()); }).eval();
    double largest = 0;
    for (int t = 0; t < examples; ++t) {
        auto const x = drawn<Number, input_dim>(uniform);
        Matrix<Number, output_dim, 1> y = W * x;
        if (t == 100) {
            y *= static_cast<Number>(outlier);
        }
        if (t >= examples - 100) {
            largest = test::larger_or_nan(largest, static_cast<double>(test::largest_entry(regressor.predict(x) - y)));
        }
        REQUIRE(regressor.observe(x, y) ==
                (std::abs(outlier) > 1e18 && t == 100 ? Observation::out_of_range : Observation::observed));
    }
    return largest;
}
TEST_CASE("after one wild target that is in range, what forgets finds back, and no sane example is refused") {
    for (double const outlier : {1e3, 1e9, 1e17}) {
        CAPTURE(outlier);
        CHECK(error_after_outlier(lms<input_dim, output_dim>(0.5f), outlier, 10000) < 1e-4);
        CHECK(error_after_outlier(nlms<input_dim, output_dim>(0.5f), outlier, 10000) < 1e-4);
        CHECK(error_after_outlier(implicit_lms<input_dim, output_dim>(1.0f), outlier, 10000) < 1e-4);
        CHECK(error_after_outlier(rls<input_dim, output_dim>(0.99f, 0.01f), outlier, 10000) < 1e-3);
    }
    CHECK(error_after_outlier(rls<input_dim, output_dim>(0.99f, 0.01f), 1e30, 2000) < 1e-3);
}

// ------------------------------------------------------------------------------------------- rates, divergence ----

TEMPLATE_TEST_CASE("a step that would enlarge the error is bounded and counted; without noise the distance never grows",
                   "", float, double) {
    // Inputs of up to |x| = 100 at the rate 1: the rule by itself diverges at once.
    constexpr MemoryShape shape{input_dim, output_dim};
    auto regressor = lms<input_dim, output_dim>(TestType(1));
    typename DeltaRule<shape, TestType>::State unbounded{};
    Uniform uniform{3};
    Matrix<TestType, output_dim, input_dim> W;
    W << 1, -2, TestType(0.5), 0, 1, 3;
    double distance = static_cast<double>(W.norm());
    long long longer = 0;
    for (int t = 0; t < 1000; ++t) {
        Matrix<TestType, input_dim, 1> const x =
            drawn<TestType, input_dim>(uniform) * static_cast<TestType>(50 + 50 * uniform());
        Matrix<TestType, output_dim, 1> const y = W * x;
        longer += x.squaredNorm() > 2 ? 1 : 0;
        REQUIRE(regressor.observe(x, y) == Observation::observed);
        typename DeltaRule<shape, TestType>::Example example;
        example.key = x;
        example.value = y;
        DeltaRule<shape, TestType>::observe(unbounded, example);
        double const now = static_cast<double>((W - regressor.state().S).norm());
        REQUIRE(now <= distance + 100 * static_cast<double>(std::numeric_limits<TestType>::epsilon()));
        distance = now;
    }
    REQUIRE(regressor.bounded() == longer);
    REQUIRE(longer > 900);
    REQUIRE(distance < 1e-3);
    REQUIRE_FALSE(unbounded.S.allFinite());
}

TEST_CASE("the bound acts from step 2 on, and not before") {
    auto at = lms<1, 1>(2.0f);
    auto above = lms<1, 1>(std::nextafter(2.0f, 3.0f));
    Matrix<float, 1, 1> const one(1.0f);
    static_cast<void>(at.observe(one, one));
    static_cast<void>(above.observe(one, one));
    REQUIRE(at.predict(one)(0) == 2.0f);
    REQUIRE(at.bounded() == 0);
    REQUIRE(above.predict(one)(0) == Approx(1.0f));
    REQUIRE(above.bounded() == 1);
    auto normalised = nlms<1, 1>(2.5f);
    static_cast<void>(normalised.observe(one, one));
    REQUIRE(normalised.predict(one)(0) == Approx(1.0f));
    REQUIRE(normalised.bounded() == 1);
}

TEST_CASE("a step that overflows is bounded as every other that is too long: S x = y afterwards") {
    auto const check = [](auto regressor, double size) {
        using Number = typename decltype(regressor)::Scalar;
        CAPTURE(size, regressor.settings().rate);
        Matrix<Number, 2, 1> const x(static_cast<Number>(size * 0.6), static_cast<Number>(size * -0.8));
        REQUIRE(regressor.observe(x, Matrix<Number, 1, 1>(Number(3))) == Observation::observed);
        REQUIRE(static_cast<double>(regressor.predict(x)(0)) == Approx(3).epsilon(1e-5));
        REQUIRE(regressor.bounded() == 1);
    };
    for (float const rate : {100.0f, 1e6f, 1e12f, 1e18f, 0x1p62f}) {
        for (double const size : {1.7e9, 1.7e15, 1e18, 4e18}) {
            check(lms<2, 1>(rate), size);
            check(leaky_lms<2, 1>(rate, 0.5f), size);
            check(lms<2, 1>(static_cast<double>(rate) * 0x1p440), size * 0x1p440);
        }
        check(nlms<2, 1>(rate), 1e-13);
        check(nlms<2, 1>(rate), 1e-10);
        check(nlms<2, 1>(rate), 1e18);
    }
}

/// An example with a scale and an offset of its step beside its rate.
template <MemoryShape Shape, class Number>
struct ScaledExample {
    template <class Other>
    using with_number = ScaledExample<Shape, Other>;
    Placed<the_key_of_an_example, Number, Shape.key_dim, 1> key{};
    Placed<the_value_of_an_example, Number, Shape.value_dim, 1> value{};
    Number rate = Number(1);
    Number scale = Number(1);
    Number offset = Number(0);

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"key", "value", "rate", "scale", "offset">,
                                                       &ScaledExample::key, &ScaledExample::value, &ScaledExample::rate,
                                                       &ScaledExample::scale, &ScaledExample::offset> {};
};
/// LMS at the rate offset / |k|^2 + rate scale.
template <MemoryShape Shape, class Number>
struct ScaledDelta : ReadsMemory<Shape, Number, ScaledExample> {
    using Base = ReadsMemory<Shape, Number, ScaledExample>;
    using typename Base::Example;
    template <class Other>
    using with_number = ScaledDelta<Shape, Other>;
    static constexpr std::string_view name = "scaled_delta";

    static constexpr void observe(typename Base::State& state, Example const& example) noexcept {
        Number const square = inner_product(example.key, example.key);
        typename Base::Value const error = example.value - product(state.S, example.key);
        typename Base::Value const written = (step(example, square) / square) * error;
        add_outer_product(state.S, written, example.key);
    }
    static constexpr Number step(Example const& example, Number const& square) {
        return example.offset + example.rate * example.scale * square;
    }
};

TEST_CASE("a step is bounded by the settings that it is made of, whichever they are") {
    using Regressor = StreamingRegressor<ScaledDelta<MemoryShape{1, 1}, float>>;
    Matrix<float, 1, 1> const one(1.0f);
    for (float const scale : {4.0f, 0x1p60f}) {
        typename Regressor::Settings settings{};
        settings.scale = scale;
        Regressor regressor(settings);
        for (int example = 1; example <= 4; ++example) {
            REQUIRE(regressor.observe(one, one) == Observation::observed);
            REQUIRE(regressor.predict(one)(0) == 1.0f);
            REQUIRE(regressor.bounded() == example);
        }
    }
    // No rate brings this step to 2 or below.
    typename Regressor::Settings settings{};
    settings.offset = 3;
    Regressor regressor(settings);
    REQUIRE(regressor.observe(one, one) == Observation::out_of_range);
    REQUIRE(regressor.predict(one)(0) == 0.0f);
    REQUIRE(regressor.refused() == 1);
    REQUIRE(regressor.bounded() == 0);
    REQUIRE(regressor.count() == 0);
    // And this one, which is above 2 by its rate, the rate does.
    settings.offset = 1.5f;
    Regressor bounded(settings);
    REQUIRE(bounded.observe(one, one) == Observation::observed);
    REQUIRE(std::abs(bounded.predict(one)(0) - 1) <= 1);
    REQUIRE(bounded.bounded() == 1);
}

/// LMS at twice the rate, by a rule that derives from LMS: with its own step and its own stable rate, or without them.
template <MemoryShape Shape, class Number, bool SaysItsSteps>
struct TwiceTheRate : DeltaRule<Shape, Number> {
    using Base = DeltaRule<Shape, Number>;
    using typename Base::Example;
    template <class Other>
    using with_number = TwiceTheRate<Shape, Other, SaysItsSteps>;
    static constexpr std::string_view name = "twice_the_rate";

    static constexpr void observe(typename Base::State& state, Example example) noexcept(never_throws<Number>) {
        example.rate += example.rate;
        Base::observe(state, example);
    }
};
template <MemoryShape Shape, class Number>
struct TwiceTheRate<Shape, Number, true> : TwiceTheRate<Shape, Number, false> {
    using typename TwiceTheRate<Shape, Number, false>::Example;
    template <class Other>
    using with_number = TwiceTheRate<Shape, Other, true>;
    static constexpr Number step(Example const& example, Number const& square) {
        return Number(2) * example.rate * square;
    }
    static constexpr Number largest_stable_rate(Number const& square) { return Number(1) / square; }
};
template <MemoryShape Shape, class Number>
struct RenamedDelta : DeltaRule<Shape, Number> {
    template <class Other>
    using with_number = RenamedDelta<Shape, Other>;
    static constexpr std::string_view name = "renamed_delta";
};
template <MemoryShape Shape, class Number>
struct RenamedNlms : NormalisedDeltaRule<Shape, Number> {
    template <class Other>
    using with_number = RenamedNlms<Shape, Other>;
};
/// One of them is of another.
template <MemoryShape Shape, class Number>
struct OwnStepAlone : TwiceTheRate<Shape, Number, false> {
    template <class Other>
    using with_number = OwnStepAlone<Shape, Other>;
    static constexpr Number step(typename OwnStepAlone::Example const& example, Number const& square) {
        return Number(2) * example.rate * square;
    }
};
template <MemoryShape Shape, class Number>
struct OwnNlms : NormalisedDeltaRule<Shape, Number> {
    template <class Other>
    using with_number = OwnNlms<Shape, Other>;
    static constexpr void observe(typename OwnNlms::State& state, typename OwnNlms::Example const& example) noexcept {
        NormalisedDeltaRule<Shape, Number>::observe(state, example);
    }
};

TEST_CASE("a rule that derives from another has its name and its steps by itself") {
    constexpr MemoryShape one_by_one{1, 1};
    using Said = TwiceTheRate<one_by_one, float, true>;
    STATIC_REQUIRE(inheritance::StepsAsAnother<TwiceTheRate<one_by_one, float, false>>);
    STATIC_REQUIRE(inheritance::StepsAsAnother<OwnStepAlone<one_by_one, float>>);
    STATIC_REQUIRE(inheritance::StepsAsAnother<OwnNlms<one_by_one, double>>);
    STATIC_REQUIRE_FALSE(inheritance::StepsAsAnother<Said>);
    STATIC_REQUIRE_FALSE(inheritance::StepsAsAnother<RenamedDelta<one_by_one, float>>);
    STATIC_REQUIRE_FALSE(inheritance::StepsAsAnother<RenamedNlms<one_by_one, float>>);
    STATIC_REQUIRE_FALSE(inheritance::StepsAsAnother<DeltaRule<one_by_one, float>>);
    STATIC_REQUIRE(inheritance::keeps_name<RenamedNlms<one_by_one, float>, NormalisedDeltaRule<one_by_one, float>>);
    STATIC_REQUIRE_FALSE(inheritance::keeps_name<Said, DeltaRule<one_by_one, float>>);
    // At the rate 1.5 each step is 3, and made 1; by the step of LMS it would be 1.5 and not be bounded.
    Matrix<float, 1, 1> const one(1.0f);
    auto regressor = regressors::at_rate<StreamingRegressor<Said>>(1.5f);
    for (int example = 1; example <= 4; ++example) {
        REQUIRE(regressor.observe(one, one) == Observation::observed);
        REQUIRE(regressor.predict(one)(0) == 1.0f);
        REQUIRE(regressor.bounded() == example);
    }
    REQUIRE(regressor.largest_stable_learning_rate() == Approx(1));
    REQUIRE((lms<1, 1>(1.5f).restore(regressor.save())) == Restored::other_kind);
    auto renamed = regressors::at_rate<StreamingRegressor<RenamedDelta<one_by_one, float>>>(2.5f);
    REQUIRE(renamed.observe(one, one) == Observation::observed);
    REQUIRE(renamed.bounded() == 1);
    REQUIRE((lms<1, 1>(2.5f).restore(renamed.save())) == Restored::other_kind);
}

/// A struct of settings within an example, whose members are called as those of the example.
template <class Number>
struct Kept {
    template <class Other>
    using with_number = Kept<Other>;
    Number value = Number(1);
    Number gate = Number(1);
    Matrix<Number, 2, 1> key = generate<Number, 2, 1>([](int, int) { return Number(1); });

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"value", "gate", "key">, &Kept::value, &Kept::gate, &Kept::key> {};
};
template <MemoryShape Shape, class Number>
struct KeptExample {
    template <class Other>
    using with_number = KeptExample<Shape, Other>;
    Kept<Number> kept{};
    Placed<the_key_of_an_example, Number, Shape.key_dim, 1> key{};
    Number rate = Number(1);
    Placed<the_value_of_an_example, Number, Shape.value_dim, 1> value{};
    ArrayOf<Number, 2> more{Number(1), Number(1)};

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"kept", "k", "rate", "v", "more">, &KeptExample::kept,
                                &KeptExample::key, &KeptExample::rate, &KeptExample::value, &KeptExample::more> {};
};
/// The additive rule times all settings.
template <MemoryShape Shape, class Number>
struct KeptRule : ReadsMemory<Shape, Number, KeptExample> {
    using Base = ReadsMemory<Shape, Number, KeptExample>;
    template <class Other>
    using with_number = KeptRule<Shape, Other>;
    static constexpr std::string_view name = "kept";
    static constexpr void observe(typename Base::State& state, typename Base::Example const& example) noexcept {
        Kept<Number> const& kept = example.kept;
        Number const factor =
            kept.value * kept.gate * kept.key(0, 0) * kept.key(1, 0) * example.more[0] * example.more[1];
        typename Base::Value const written = (factor * example.rate) * example.value;
        add_outer_product(state.S, written, example.key);
    }
};

/// LMS, with another overload of everything for what may be changed: of those none is the rule that is proved.
template <MemoryShape Shape, class Number>
struct OtherwiseWhereItMayBeChanged : ReadsMemory<Shape, Number, RatedExample> {
    using Base = ReadsMemory<Shape, Number, RatedExample>;
    using typename Base::Answer;
    using typename Base::Example;
    using typename Base::Query;
    using typename Base::State;
    using Lms = DeltaRule<Shape, Number>;
    template <class Other>
    using with_number = OtherwiseWhereItMayBeChanged<Shape, Other>;
    static constexpr std::string_view name = "otherwise_where_it_may_be_changed";

    static constexpr Number step(Example const& example, Number const& square) { return Lms::step(example, square); }
    static constexpr Number step(Example&, Number const&) { return Number(0); }
    static constexpr Number step(Example const&, Number&) { return Number(0); }

    constexpr void observe(State& state, Example const& example) const { Lms::observe(state, example); }
    constexpr void observe(State& state, Example const&) { state.S += state.S; }
    constexpr void observe(State& state, Example&) const { state.S += state.S; }

    constexpr Answer read(State const& state, Query const& query) const { return Lms::read(state, query); }
    constexpr Answer read(State const&, Query const&) { return {}; }
    constexpr Answer read(State&, Query const&) const { return {}; }
    constexpr Answer read(State const&, Query&) const { return {}; }

    constexpr void fade(State& state, Number const& factor) const { state.S *= factor; }
    constexpr void fade(State& state, Number const&) { state.S *= Number(0); }
    constexpr void merge(State& state, State const& other) const { state.S += other.S; }
    constexpr void merge(State& state, State const&) { state.S *= Number(0); }
    constexpr void merge(State& state, State&&) const { state.S *= Number(0); }
    constexpr void guard(State&) const {}
    constexpr void guard(State& state) { state.S *= Number(0); }
};
TEST_CASE("a rule is called as a constant, with constants: so is the form that is proved") {
    constexpr MemoryShape shape{input_dim, output_dim};
    using Rule = OtherwiseWhereItMayBeChanged<shape, float>;
    StreamingRegressor<Rule> regressor({.rate = 0.5f});
    auto as_proved = lms<input_dim, output_dim>(0.5f);
    auto const is_same_as_proved = [&] {
        return (regressor.state().S.array() == as_proved.state().S.array()).all() &&
               regressor.bounded() == as_proved.bounded() && regressor.count() == as_proved.count();
    };
    observe_some(regressor, 20);
    observe_some(as_proved, 20);
    REQUIRE(is_same_as_proved());
    auto const long_input = Matrix<float, input_dim, 1>::Constant(30);
    auto const output = Matrix<float, output_dim, 1>::Ones();
    REQUIRE(regressor.observe(long_input, output) == as_proved.observe(long_input, output));
    REQUIRE(as_proved.bounded() > 0);
    REQUIRE(is_same_as_proved());
    REQUIRE((regressor.predict(long_input).array() == as_proved.predict(long_input).array()).all());
    REQUIRE((as_proved.predict(long_input).array() != 0).any());
    REQUIRE(regressor.forget(0.5f) == Forgotten::done);
    REQUIRE(as_proved.forget(0.5f) == Forgotten::done);
    REQUIRE(is_same_as_proved());
    auto const before = regressor.state().S;
    REQUIRE(regressor.merge(regressor) == Merged::all);
    REQUIRE((regressor.state().S.array() == 2 * before.array()).all());

    // In sequence, and by a scan, too.
    typename Rule::Example examples[2];
    for (auto& example : examples) {
        example.key = Matrix<float, input_dim, 1>::Ones();
        example.value = output;
        example.rate = 0.25f;
    }
    typename Rule::Query queries[2] = {typename Rule::Query(Matrix<float, input_dim, 1>::Ones()),
                                       typename Rule::Query(Matrix<float, input_dim, 1>::Ones())};
    typename Rule::Answer answers[2];
    auto state = as_proved.state();
    REQUIRE(in_sequence(Rule{}, state, examples, queries, answers) == Answered::all);
    REQUIRE((answers[1].array() == product(state.S, queries[1]).array()).all());
    REQUIRE((answers[1].array() != 0).any());
}

TEST_CASE("settings in a struct of their own are settings, whatever they are called") {
    using Regressor = StreamingRegressor<KeptRule<MemoryShape{1, 1}, float>>;
    Matrix<float, 1, 1> const one(1.0f);
    typename Regressor::Settings settings{};
    settings.kept = {.value = 3, .gate = 0.5f, .key = Matrix<float, 2, 1>(5, 7)};
    settings.rate = 11;
    settings.more = ArrayOf<float, 2>(13.0f, 17.0f);
    Regressor regressor(settings);
    REQUIRE(regressor.observe(one, one) == Observation::observed);
    float const product = 3 * 0.5f * 5 * 7 * 11 * 13 * 17;
    REQUIRE(regressor.predict(one)(0) == product);
    REQUIRE(regressor.settings().kept.value == 3);
    REQUIRE(regressor.settings().kept.key(1) == 7);
    REQUIRE(regressor.settings().more[1] == 17);
    // They are saved.
    Regressor restored;
    REQUIRE(restored.restore(regressor.save()) == Restored::all);
    REQUIRE(restored.settings().kept.value == 3);
    REQUIRE(restored.observe(one, one) == Observation::observed);
    REQUIRE(restored.predict(one)(0) == 2 * product);
    // They are checked, the gate as a gate.
    settings.kept.gate = 2;
    REQUIRE_THROWS_AS(Regressor(settings), std::invalid_argument);
    settings.kept.gate = 1;
    settings.kept.value = std::numeric_limits<float>::infinity();
    REQUIRE_THROWS_AS(Regressor(settings), std::invalid_argument);
    settings.kept.value = 1;
    settings.kept.key(1) = std::numeric_limits<float>::quiet_NaN();
    REQUIRE_THROWS_AS(Regressor(settings), std::invalid_argument);
}

TEST_CASE("the largest stable rate is that of the largest input seen, and of the mean one") {
    auto regressor = lms<2, 1>(0.01f);
    REQUIRE(std::isinf(regressor.largest_stable_learning_rate()));
    Matrix<float, 1, 1> const y(1.0f);
    for (float const length : {1.0f, 4.0f, 2.0f, 1.0f}) {
        static_cast<void>(regressor.observe(Matrix<float, 2, 1>(length * 0.6f, length * -0.8f), y));
    }
    REQUIRE(regressor.largest_stable_learning_rate() == Approx(2.0 / 16));
    REQUIRE(regressor.largest_stable_learning_rate() < 2.0f / 16);
    REQUIRE(regressor.largest_learning_rate_in_the_mean() == Approx(2.0 / 5.5));
    // At that rate nothing would have been bounded, at a larger one something would.
    for (auto const& [rate, bounded] : {std::pair{regressor.largest_stable_learning_rate(), 0}, std::pair{0.126f, 1}}) {
        auto again = lms<2, 1>(rate);
        for (float const length : {1.0f, 4.0f, 2.0f, 1.0f}) {
            static_cast<void>(again.observe(Matrix<float, 2, 1>(length * 0.6f, length * -0.8f), y));
        }
        REQUIRE(again.bounded() == bounded);
    }
    REQUIRE(nlms<2, 1>(0.5f).largest_stable_learning_rate() == Approx(2));
    REQUIRE(std::isinf(implicit_lms<2, 1>(0.5f).largest_stable_learning_rate()));
}

/// Rules as a user may write them, each of which says one thing. LMS, and its stable rate.
template <MemoryShape Shape, class Number>
struct SaysItsRate : ReadsMemory<Shape, Number, RatedExample> {
    using typename ReadsMemory<Shape, Number, RatedExample>::Example;
    using typename ReadsMemory<Shape, Number, RatedExample>::State;
    template <class Other>
    using with_number = SaysItsRate<Shape, Other>;
    static constexpr std::string_view name = "says_its_rate";
    static constexpr void observe(State& state, Example const& example) noexcept(never_throws<Number>) {
        DeltaRule<Shape, Number>::observe(state, example);
    }
    static constexpr Number largest_stable_rate(Number const& square) { return Number(2) / square; }
};
/// NLMS, and that it divides.
template <MemoryShape Shape, class Number>
struct SaysItDivides : ReadsMemory<Shape, Number, RatedExample> {
    using typename ReadsMemory<Shape, Number, RatedExample>::Example;
    using typename ReadsMemory<Shape, Number, RatedExample>::State;
    template <class Other>
    using with_number = SaysItDivides<Shape, Other>;
    static constexpr std::string_view name = "says_it_divides";
    static constexpr bool divides_by_square_of_key = true;
    static constexpr void observe(State& state, Example const& example) noexcept(never_throws<Number>) {
        NormalisedDeltaRule<Shape, Number>::observe(state, example);
    }
};

TEST_CASE("a rule says its stable rate, or that it divides by |x|^2, and need not say its step") {
    using Column = Matrix<float, 1, 1>;
    StreamingRegressor<SaysItsRate<MemoryShape{1, 1}, float>> rated;
    REQUIRE(std::isinf(rated.largest_stable_learning_rate()));
    for (float const x : {1.0f, 10.0f, 2.0f}) {
        REQUIRE(rated.observe(Column(x), Column(1.0f)) == Observation::observed);
    }
    REQUIRE(rated.largest_stable_learning_rate() == Approx(2.0 / 100));
    REQUIRE(rated.largest_learning_rate_in_the_mean() == Approx(2.0 / 35));
    REQUIRE(rated.bounded() == 0);
    REQUIRE(rated.observe(Column(1e-30f), Column(1.0f)) == Observation::observed);
    REQUIRE(rated.restore(rated.save()) == Restored::all);
    StreamingRegressor<SaysItDivides<MemoryShape{1, 1}, float>> divides;
    REQUIRE(divides.observe(Column(2.0f), Column(1.0f)) == Observation::observed);
    for (float const tiny : {0.0f, 1e-45f, 1e-20f, 1e-17f}) {
        REQUIRE(divides.observe(Column(tiny), Column(1.0f)) == Observation::observed);
        REQUIRE(divides.state().S(0, 0) == 0.5f);
    }
    REQUIRE(divides.count() == 5);
    REQUIRE(divides.refused() == 0);
    REQUIRE(divides.restore(divides.save()) == Restored::all);
}

TEST_CASE("of a memory that fades the error does not grow by the step, and may by the fading") {
    auto regressor = leaky_lms<1, 1>(1.5f, 0.5f);
    Matrix<float, 1, 1> const one(1.0f);
    for (float const right : {0.5f, 0.125f, 0.21875f}) {
        float const of_faded = std::abs(0.5f * regressor.predict(one)(0) - 1);
        static_cast<void>(regressor.observe(one, one));
        float const after = std::abs(regressor.predict(one)(0) - 1);
        REQUIRE(after == right);
        REQUIRE(after <= of_faded);
    }
    REQUIRE(regressor.bounded() == 0);
}

TEST_CASE("the mean goes on with long streams, where its change is less than a rounding of float") {
    auto regressor = lms<1, 1>(0.1f);
    Matrix<float, 1, 1> const y(0.0f);
    for (float const x : {1.0f, 1.25f}) {
        for (int i = 0; i < 20'000'000; ++i) {
            static_cast<void>(regressor.observe(Matrix<float, 1, 1>(x), y));
        }
    }
    // Rounded down by (input + 8) epsilon.
    REQUIRE(regressor.largest_learning_rate_in_the_mean() == Approx(2 / 1.28125 * (1 - 9 * 0x1p-23)).epsilon(1e-7));
}

TEST_CASE("an example that would bring the state out of range changes nothing but refused(), the moments neither") {
    // S is -limit/2 after the first one. With the second it would be 1.35 limit.
    float const limit = std::ldexp(1.0f, 62);
    auto regressor = lms<2, 1>(0.5f);
    REQUIRE(regressor.observe(Eigen::Vector2f(1, 0), Matrix<float, 1, 1>(-limit)) == Observation::observed);
    auto const rate = regressor.largest_stable_learning_rate();
    auto const rate_in_the_mean = regressor.largest_learning_rate_in_the_mean();
    auto const before = regressor.save();
    for (int times = 1; times <= 3; ++times) {
        REQUIRE(regressor.observe(Eigen::Vector2f(1.9f, 0), Matrix<float, 1, 1>(limit)) == Observation::out_of_range);
        REQUIRE(regressor.refused() == times);
        REQUIRE(regressor.largest_stable_learning_rate() == rate);
        REQUIRE(regressor.largest_learning_rate_in_the_mean() == rate_in_the_mean);
    }
    auto const after = regressor.save();
    REQUIRE(std::equal(after.begin() + 64, after.end() - 8, before.begin() + 64));
    // Of the first example, too.
    auto first = nlms<1, 1>(1.0f);
    REQUIRE(first.observe(Matrix<float, 1, 1>(1e-15f), Matrix<float, 1, 1>(limit)) == Observation::out_of_range);
    REQUIRE(first.restore(first.save()) == Restored::all);
    REQUIRE(std::isinf(lms<1, 1>(1.0f).largest_learning_rate_in_the_mean()));
}

TEST_CASE("merged with itself again and again a regressor refuses before its counters overflow") {
    // Examples that are observed, that are refused, and both: each counter refuses by itself.
    auto const merge_often = [](auto regressor, int observed, int refused) {
        using Number = typename decltype(regressor)::Scalar;
        auto const show = [](auto& to, Number x) {
            return to.observe(Eigen::Vector3f(x, 0, 0), Eigen::Vector2f(x, 0));
        };
        for (int i = 0; i < observed; ++i) {
            REQUIRE(show(regressor, 1e-9f) == Observation::observed);
        }
        for (int i = 0; i < refused; ++i) {
            REQUIRE(show(regressor, std::numeric_limits<Number>::infinity()) == Observation::out_of_range);
        }
        int merges = 0;
        auto before = regressor;
        while (regressor.merge(regressor) == Merged::all) {
            REQUIRE(++merges < 64);
            before = regressor;
        }
        REQUIRE(merges == 62);
        REQUIRE(regressor.count() == observed * (1LL << 62));
        REQUIRE(regressor.refused() == refused * (1LL << 62));
        REQUIRE(same(regressor, before));
        REQUIRE(show(regressor, 1e-9f) == Observation::observed);
        REQUIRE(before.restore(regressor.save()) == Restored::all);
    };
    for (auto const& [observed, refused] : {std::pair{1, 0}, std::pair{0, 1}, std::pair{1, 1}}) {
        CAPTURE(observed, refused);
        merge_often(ridge_memory<input_dim, output_dim>(1.0f, 0.01f), observed, refused);
        merge_often(steps<float, 3>(0.5f), observed, refused);
    }
}

TEST_CASE("from an input of 0 NLMS learns nothing, and is not spoiled") {
    auto regressor = nlms<input_dim, output_dim>(1.0f);
    observe_some(regressor, 10);
    auto const S = regressor.state().S;
    for (float const tiny : {0.0f, 1e-45f, 1e-20f, 1e-17f}) {
        REQUIRE(regressor.observe(Eigen::Vector3f::Constant(tiny).eval(), Eigen::Vector2f(1, 1)) ==
                Observation::observed);
        REQUIRE(regressor.state().S == S);
    }
    REQUIRE(regressor.count() == 14);
}

// --------------------------------------------------------------------------------------------------------- forget ----

TEST_CASE("a factor that is none is refused, and forgetting for ever keeps everything finite") {
    for_each_regressor([](char const* name, auto regressor) {
        using Number = typename decltype(regressor)::Scalar;
        CAPTURE(name);
        observe_some(regressor, 20);
        auto const before = regressor;
        for (Number const wrong : {Number(-0.1), Number(1.001), std::numeric_limits<Number>::quiet_NaN(),
                                   std::numeric_limits<Number>::infinity()}) {
            REQUIRE(regressor.forget(wrong) == Forgotten::out_of_range);
            REQUIRE(same(regressor, before));
        }
        REQUIRE(regressor.forget(Number(1)) == Forgotten::done);
        Uniform uniform{3};
        auto const question = drawn<Number, input_dim>(uniform);
        REQUIRE(regressor.predict(question).isApprox(before.predict(question), Number(1e-5)));
        for (Number const factor :
             {Number(0.5), std::numeric_limits<Number>::min(), std::numeric_limits<Number>::denorm_min()}) {
            for (int i = 0; i < 3000; ++i) {
                REQUIRE(regressor.forget(factor) == Forgotten::done);
                REQUIRE(regressor.predict(question).allFinite());
            }
            observe_some(regressor, 20);
        }
    });
}

TEST_CASE("a context that forgets weighs its examples, and those that are forgotten are outweighed") {
    auto forgetful = steps<double, 3>(0.5);
    auto fresh = steps<double, 3>(0.5);
    observe_some(forgetful, 50, 1);
    Uniform uniform{3};
    auto const question = drawn<double, input_dim>(uniform);
    auto const before = forgetful.predict(question);
    for (int i = 0; i < 10000; ++i) {
        REQUIRE(forgetful.forget(0.5) == Forgotten::done);
    }
    REQUIRE(forgetful.predict(question).isApprox(before, 1e-9));  // a mean stays a mean
    observe_some(forgetful, 10, 2);
    observe_some(fresh, 10, 2);
    REQUIRE(forgetful.predict(question).isApprox(fresh.predict(question), 1e-12));
    REQUIRE(forgetful.count() == 60);
}

// ---------------------------------------------------------------------------------------------------------- merge ----

TEMPLATE_TEST_CASE("merged streams are one stream, up to rounding; what would overflow is not merged", "", float,
                   double) {
    auto const check = [](auto const& nothing, double tolerance) {
        auto first = nothing;
        auto second = nothing;
        auto both = nothing;
        observe_some(first, 40, 1);
        observe_some(second, 30, 2);
        observe_some(both, 40, 1);
        observe_some(both, 30, 2);
        REQUIRE(
            second.observe(Matrix<TestType, input_dim, 1>::Constant(std::numeric_limits<TestType>::infinity()).eval(),
                           Matrix<TestType, output_dim, 1>::Zero().eval()) == Observation::out_of_range);
        REQUIRE(first.merge(second) == Merged::all);
        REQUIRE(first.refused() == 1);
        Uniform uniform{3};
        auto const question = drawn<TestType, input_dim>(uniform);
        REQUIRE(first.predict(question).isApprox(both.predict(question), static_cast<TestType>(tolerance)));
        REQUIRE(first.count() == 70);
    };
    double const tolerance = std::same_as<TestType, float> ? 1e-5 : 1e-14;
    check(ridge_memory<input_dim, output_dim>(TestType(1), TestType(0.1)), tolerance);
    check(steps<TestType, 3>(TestType(0.5)), tolerance);
    auto large = steps<TestType, 3>(TestType(0.5));
    TestType const most = std::sqrt(std::numeric_limits<TestType>::max()) * TestType(0.4);
    REQUIRE(large.observe(Matrix<TestType, input_dim, 1>::Constant(most).eval(),
                          Matrix<TestType, output_dim, 1>::Zero().eval()) == Observation::observed);
    auto const before = large;
    REQUIRE(large.merge(before) == Merged::out_of_range);
    REQUIRE(same(large, before));
    auto ridge = ridge_memory<input_dim, output_dim>(TestType(1), TestType(0.1));
    TestType const root = std::sqrt(std::sqrt(std::numeric_limits<TestType>::max())) / 2;
    for (int t = 0; t < 1000; ++t) {
        static_cast<void>(ridge.observe(Matrix<TestType, input_dim, 1>::Constant(root).eval(),
                                        Matrix<TestType, output_dim, 1>::Zero().eval()));
    }
    REQUIRE(ridge.refused() > 0);
    auto const full = ridge;
    REQUIRE(ridge.merge(full) == Merged::out_of_range);
    REQUIRE(same(ridge, full));
}

/// Sums the memories, and says its stable rate and its step.
template <MemoryShape Shape, class Number>
struct SaysItsRateAndMerges : SaysItsRate<Shape, Number> {
    using typename SaysItsRate<Shape, Number>::Example;
    using typename SaysItsRate<Shape, Number>::State;
    template <class Other>
    using with_number = SaysItsRateAndMerges<Shape, Other>;
    static constexpr std::string_view name = "says_its_rate_and_merges";
    static constexpr Number step(Example const& example, Number const& square) { return example.rate * square; }
    static constexpr void merge(State& state, State const& other) noexcept(never_throws<Number>) { state.S += other.S; }
};

TEMPLATE_TEST_CASE("merged streams have the largest |x|^2 of both, and the mean over both", "", float, double) {
    using Column = Matrix<TestType, 1, 1>;
    using Regressor = StreamingRegressor<SaysItsRateAndMerges<MemoryShape{1, 1}, TestType>>;
    auto const shown = [](auto const&... inputs) {
        Regressor regressor;
        (static_cast<void>(regressor.observe(Column(TestType(inputs)), Column(TestType(1)))), ...);
        return regressor;
    };
    for (bool const is_large_first : {false, true}) {
        auto one = is_large_first ? shown(10) : shown(0.1, 0.5, 0.3);
        REQUIRE(one.merge(is_large_first ? shown(0.1, 0.5, 0.3) : shown(10)) == Merged::all);
        REQUIRE(one.count() == 4);
        REQUIRE(one.bounded() == 1);
        REQUIRE(one.largest_stable_learning_rate() == Approx(2.0 / 100));
        REQUIRE(one.largest_learning_rate_in_the_mean() == Approx(2 / ((100 + 0.01 + 0.25 + 0.09) / 4)));
        REQUIRE(one.restore(one.save()) == Restored::all);
    }
    Regressor nothing;
    REQUIRE(nothing.merge(nothing) == Merged::all);
    REQUIRE(std::isinf(nothing.largest_learning_rate_in_the_mean()));
    REQUIRE(nothing.restore(nothing.save()) == Restored::all);
    REQUIRE(nothing.merge(shown(2, 4)) == Merged::all);
    REQUIRE(nothing.largest_learning_rate_in_the_mean() == Approx(2.0 / 10));
    // At the end of the range nothing overflows.
    TestType const large = std::ldexp(TestType(1), (std::numeric_limits<TestType>::max_exponent - 2) / 2);
    Regressor both;
    REQUIRE(both.observe(Column(large), Column(TestType(0))) == Observation::observed);
    for (int merges = 0; merges < 50; ++merges) {
        REQUIRE(both.merge(both) == Merged::all);
    }
    REQUIRE(both.largest_learning_rate_in_the_mean() == Approx(2 / large / large));
}

TEST_CASE("a mean of merged streams is not above the largest by a rounding, which restore would refuse") {
    using Column = Matrix<double, 1, 1>;
    using Regressor = StreamingRegressor<SaysItsRateAndMerges<MemoryShape{1, 1}, double>>;
    // Of x^2 from 2 to 4 with a last bit of 1, less a mean of 3/2 units of that bit: the difference is rounded up, and so is the sum again.
    double x = 1.5;
    while (std::bit_cast<std::uint64_t>(x * x) % 2 == 0) {
        x = std::nextafter(x, 2.0);
    }
    Regressor many;
    REQUIRE(many.observe(Column(x), Column(0.0)) == Observation::observed);
    for (int merges = 0; merges < 56; ++merges) {
        REQUIRE(many.merge(many) == Merged::all);
    }
    Regressor few;
    for (double const units : {1.0, 2.0, 2.0}) {
        REQUIRE(few.observe(Column(units * 0x1p-26), Column(0.0)) == Observation::observed);
    }
    double const mean = 3 * 0x1p-52;
    REQUIRE(mean + (x * x - mean) > x * x);
    REQUIRE(few.merge(many) == Merged::all);
    REQUIRE(few.restore(few.save()) == Restored::all);
    REQUIRE(many.restore(many.save()) == Restored::all);
}

// ------------------------------------------------------------------------------------------------------- settings ----

TEST_CASE("settings that are none are told") {
    REQUIRE_THROWS_AS((lms<1, 1>(-0.1f)), std::invalid_argument);
    REQUIRE_THROWS_AS((lms<1, 1>(std::numeric_limits<float>::quiet_NaN())), std::invalid_argument);
    REQUIRE_THROWS_AS((leaky_lms<1, 1>(0.1, 1.5)), std::invalid_argument);
    REQUIRE_THROWS_AS((leaky_lms<1, 1>(0.1, -0.5)), std::invalid_argument);
    REQUIRE_NOTHROW((leaky_lms<1, 1>(0.1, 0.0)));
    REQUIRE_THROWS_AS((rls<1, 1>(0.0f, 1.0f)), std::invalid_argument);
    REQUIRE_THROWS_AS((rls<1, 1>(0.99f, 0.0f)), std::invalid_argument);
    REQUIRE_THROWS_AS((ridge_memory<1, 1>(0.99f, -1.0f)), std::invalid_argument);
    REQUIRE_THROWS_AS((ridge_memory<1, 1>(std::numeric_limits<float>::infinity(), 1.0f)), std::invalid_argument);
}

/// LMS that begins with 1 / ridge everywhere.
template <MemoryShape Shape, class Number>
struct BeginsByDividing : ReadsMemory<Shape, Number, RatedExample> {
    using Base = ReadsMemory<Shape, Number, RatedExample>;
    template <class Other>
    using with_number = BeginsByDividing<Shape, Other>;
    static constexpr std::string_view name = "begins_by_dividing";
    Number ridge = Number(1);

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"ridge">, &BeginsByDividing::ridge> {};

    constexpr typename Base::State initial_state() const {
        typename Base::State state{};
        state.S = generate<Number, Shape.value_dim, Shape.key_dim>([&](int, int) { return Number(1) / ridge; });
        return state;
    }
    static constexpr void observe(typename Base::State& state, typename Base::Example const& example) noexcept {
        DeltaRule<Shape, Number>::observe(state, example);
    }
};

TEST_CASE("a rule that begins out of range is told, and its bytes are refused") {
    using Rule = BeginsByDividing<MemoryShape{1, 1}, float>;
    auto const of_ridge = [](float ridge) {
        Rule rule;
        rule.ridge = ridge;
        return StreamingRegressor<Rule>(example_to_begin_with<Rule>(), rule);
    };
    REQUIRE(of_ridge(0x1p-60f).state().S(0, 0) == 0x1p60f);
    for (float const ridge : {0.0f, -0.0f, 0x1p-70f}) {
        CAPTURE(ridge);
        REQUIRE_THROWS_WITH(of_ridge(ridge), ContainsSubstring("the state that a regressor begins with is in range"));
    }
    // The state in these bytes is in range, and what forget() would write is not.
    auto regressor = of_ridge(1);
    auto bytes = regressor.save();
    float const none = 0;
    std::memcpy(bytes.data() + 72, &none, sizeof none);  // behind the header of 40 bytes and four counters
    Fnv1a hash;
    for (std::size_t i = 0; i + 8 < bytes.size(); ++i) {
        hash.add(bytes[i]);
    }
    std::uint64_t const checksum = hash.value();
    std::memcpy(bytes.data() + bytes.size() - 8, &checksum, sizeof checksum);
    REQUIRE(regressor.restore(bytes) == Restored::out_of_range);
    REQUIRE(regressor.rule().ridge == 1);
}

}  // namespace

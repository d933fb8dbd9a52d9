// SPDX-License-Identifier: MIT
// What every regressor owes in floating point: bad examples change nothing, whatever is observed the memory and the predictions stay
// finite, bytes come back as they were or not at all. Then what each of them is there for.
#include "incontext/incontext.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "catch.hpp"

namespace {

using namespace incontext;

constexpr int inputs = 3;
constexpr int outputs = 2;
constexpr Dimensions sizes{.input = inputs, .output = outputs, .context = 4};

template <class Number, int Steps>
auto steps(Number rate) {
    auto const model =
        looped<Steps>(as_attention(GradientStep<sizes, Number>{.learning_rate = rate, .initial_weights = {}}));
    return StreamingContext<sizes, std::remove_const_t<decltype(model)>>(model);
}

/// Calls visit(name, regressor) for one of each kind in float, and for some in double.
template <class Number, class Visit>
void for_each_regressor_of(Visit const& visit) {
    auto const half_rate = Number(0.5);
    visit("lms", lms<inputs, outputs>(half_rate));
    if constexpr (std::same_as<Number, float>) {
        visit("nlms", nlms<inputs, outputs>(half_rate));
        visit("implicit_lms", implicit_lms<inputs, outputs>(half_rate));
        visit("leaky_lms", leaky_lms<inputs, outputs>(half_rate, Number(0.99)));
        visit("additive", StreamingRegressor<AdditiveRule<MemoryShape{inputs, outputs}, Number>>({.rate = half_rate}));
        visit("channel gated", StreamingRegressor<ChannelGatedDeltaRule<MemoryShape{inputs, outputs}, Number>>(
                                   {.rate = half_rate, .gates = Matrix<Number, inputs, 1>::Constant(Number(0.9))}));
        visit("momentum", StreamingRegressor<MomentumRule<MemoryShape{inputs, outputs}, Number>>(
                              {.rate = Number(0.1), .gate = Number(0.99), .momentum = half_rate}));
    }
    visit("rls", rls<inputs, outputs>(Number(0.99), Number(0.01)));
    visit("ridge_memory", ridge_memory<inputs, outputs>(Number(0.99), Number(0.01)));
    visit("context", steps<Number, 3>(half_rate));
}
template <class Visit>
void for_each_regressor(Visit const& visit) {
    for_each_regressor_of<float>(visit);
    for_each_regressor_of<double>(visit);
}

/// Uniform in (-1, 1), from a seed.
struct Uniform {
    unsigned state;
    double operator()() {
        state = state * 1664525u + 1013904223u;
        return static_cast<double>(static_cast<int>(state >> 8)) * 0x1p-23 - 1;
    }
};
template <class Number, int Size>
Matrix<Number, Size, 1> drawn(Uniform& uniform) {
    return Matrix<Number, Size, 1>::NullaryExpr([&] { return static_cast<Number>(uniform()); });
}

/// Whether two are the same in every byte that they save.
template <class Regressor>
bool same(Regressor const& a, Regressor const& b) {
    return a.save() == b.save();
}

template <class Regressor>
void observe_some(Regressor& regressor, int count, unsigned seed = 1) {
    using Number = typename Regressor::Scalar;
    Uniform uniform{seed};
    for (int t = 0; t < count; ++t) {
        auto const x = drawn<Number, inputs>(uniform);
        auto const y = drawn<Number, outputs>(uniform);
        REQUIRE(regressor.observe(x, y) == Observation::observed);
    }
}

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
            for (int row = 0; row < inputs + outputs; ++row) {
                CAPTURE(name, bad, row);
                Uniform uniform{7};
                auto x = drawn<Number, inputs>(uniform);
                auto y = drawn<Number, outputs>(uniform);
                (row < inputs ? x(row) : y(row - inputs)) = bad;
                REQUIRE(regressor.observe(x, y) == Observation::out_of_range);
                REQUIRE(regressor.refused() == ++refused);
                REQUIRE(regressor.count() == 20);
                REQUIRE(regressor.predict(drawn<Number, inputs>(uniform)).allFinite());
            }
        }
        // But for the counter it is the one of before.
        auto shown = before;
        observe_some(shown, 10, 3);
        observe_some(regressor, 10, 3);
        Uniform uniform{9};
        auto const question = drawn<Number, inputs>(uniform);
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
            Matrix<Number, inputs, 1> x = drawn<Number, inputs>(uniform);
            Matrix<Number, outputs, 1> y = drawn<Number, outputs>(uniform);
            for (int i = 0; i < inputs; ++i) {
                x(i) *= scale();
            }
            y *= scale();
            static_cast<void>(regressor.observe(x, y));
            REQUIRE(regressor.predict(x).allFinite());
            REQUIRE(regressor.predict(Matrix<Number, inputs, 1>::Constant(Number(1))).allFinite());
            REQUIRE(
                regressor.predict(Matrix<Number, inputs, 1>::Constant(std::numeric_limits<Number>::max())).allFinite());
            REQUIRE(regressor.predict(Matrix<Number, inputs, 1>::Constant(std::numeric_limits<Number>::quiet_NaN()))
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
    auto const W = Matrix<Number, outputs, inputs>::NullaryExpr([&] { return static_cast<Number>(uniform()); }).eval();
    double largest = 0;
    for (int t = 0; t < examples; ++t) {
        auto const x = drawn<Number, inputs>(uniform);
        Matrix<Number, outputs, 1> y = W * x;
        if (t == 100) {
            y *= static_cast<Number>(outlier);
        }
        if (t >= examples - 100) {
            largest = std::max(largest, static_cast<double>((regressor.predict(x) - y).cwiseAbs().maxCoeff()));
        }
        REQUIRE(regressor.observe(x, y) ==
                (std::abs(outlier) > 1e18 && t == 100 ? Observation::out_of_range : Observation::observed));
    }
    return largest;
}
TEST_CASE("after one wild target that is in range, what forgets finds back, and no sane example is refused") {
    for (double const outlier : {1e3, 1e9, 1e17}) {
        CAPTURE(outlier);
        CHECK(error_after_outlier(lms<inputs, outputs>(0.5f), outlier, 10000) < 1e-4);
        CHECK(error_after_outlier(nlms<inputs, outputs>(0.5f), outlier, 10000) < 1e-4);
        CHECK(error_after_outlier(implicit_lms<inputs, outputs>(1.0f), outlier, 10000) < 1e-4);
        CHECK(error_after_outlier(rls<inputs, outputs>(0.99f, 0.01f), outlier, 10000) < 1e-3);
    }
    CHECK(error_after_outlier(rls<inputs, outputs>(0.99f, 0.01f), 1e30, 2000) < 1e-3);
}

// ------------------------------------------------------------------------------------------- rates, divergence ----

TEMPLATE_TEST_CASE("a step that would enlarge the error is bounded and counted; without noise the distance never grows",
                   "", float, double) {
    // Inputs of up to |x| = 100 at the rate 1: the rule by itself diverges at once.
    constexpr MemoryShape shape{inputs, outputs};
    auto regressor = lms<inputs, outputs>(TestType(1));
    typename DeltaRule<shape, TestType>::State unbounded{};
    Uniform uniform{3};
    Matrix<TestType, outputs, inputs> W;
    W << 1, -2, TestType(0.5), 0, 1, 3;
    double distance = static_cast<double>(W.norm());
    long long longer = 0;
    for (int t = 0; t < 1000; ++t) {
        Matrix<TestType, inputs, 1> const x =
            drawn<TestType, inputs>(uniform) * static_cast<TestType>(50 + 50 * uniform());
        Matrix<TestType, outputs, 1> const y = W * x;
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

TEST_CASE("from an input of 0 NLMS learns nothing, and is not spoiled") {
    auto regressor = nlms<inputs, outputs>(1.0f);
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
        auto const question = drawn<Number, inputs>(uniform);
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
    auto const question = drawn<double, inputs>(uniform);
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
        REQUIRE(first.merge(second) == Merged::all);
        Uniform uniform{3};
        auto const question = drawn<TestType, inputs>(uniform);
        REQUIRE(first.predict(question).isApprox(both.predict(question), static_cast<TestType>(tolerance)));
        REQUIRE(first.count() == 70);
    };
    double const tolerance = std::same_as<TestType, float> ? 1e-5 : 1e-14;
    check(ridge_memory<inputs, outputs>(TestType(1), TestType(0.1)), tolerance);
    check(steps<TestType, 3>(TestType(0.5)), tolerance);
    auto large = steps<TestType, 3>(TestType(0.5));
    TestType const most = std::sqrt(std::numeric_limits<TestType>::max()) * TestType(0.4);
    REQUIRE(large.observe(Matrix<TestType, inputs, 1>::Constant(most).eval(),
                          Matrix<TestType, outputs, 1>::Zero().eval()) == Observation::observed);
    auto const before = large;
    REQUIRE(large.merge(before) == Merged::out_of_range);
    REQUIRE(same(large, before));
    auto ridge = ridge_memory<inputs, outputs>(TestType(1), TestType(0.1));
    TestType const root = std::sqrt(std::sqrt(std::numeric_limits<TestType>::max())) / 2;
    for (int t = 0; t < 1000; ++t) {
        static_cast<void>(ridge.observe(Matrix<TestType, inputs, 1>::Constant(root).eval(),
                                        Matrix<TestType, outputs, 1>::Zero().eval()));
    }
    REQUIRE(ridge.refused() > 0);
    auto const full = ridge;
    REQUIRE(ridge.merge(full) == Merged::out_of_range);
    REQUIRE(same(ridge, full));
}

// ---------------------------------------------------------------------------------------------------------- bytes ----

TEST_CASE("bytes bring everything back, in whatever was there before") {
    for_each_regressor([](char const* name, auto regressor) {
        CAPTURE(name);
        auto other = regressor;
        observe_some(regressor, 20, 1);
        observe_some(other, 7, 2);
        auto const saved = regressor.save();
        REQUIRE(saved.size() == decltype(regressor)::bytes);
        REQUIRE(other.restore(saved) == Restored::all);
        REQUIRE(same(other, regressor));
        observe_some(regressor, 5, 3);
        observe_some(other, 5, 3);
        REQUIRE(same(other, regressor));
        REQUIRE(other.count() == 25);
    });
    // The settings are in the bytes.
    auto slow = lms<inputs, outputs>(0.01f);
    REQUIRE(slow.restore(lms<inputs, outputs>(0.5f).save()) == Restored::all);
    REQUIRE(slow.settings().rate == 0.5f);
}

TEST_CASE("bytes of which one was changed, of other lengths, of others, are refused and change nothing") {
    std::vector<std::vector<std::byte>> saved_by_each;
    for_each_regressor([&](char const*, auto const& regressor) {
        auto const saved = regressor.save();
        saved_by_each.emplace_back(saved.begin(), saved.end());
    });
    int own = 0;
    for_each_regressor([&](char const* name, auto regressor) {
        observe_some(regressor, 20, 1);
        auto const saved = regressor.save();
        observe_some(regressor, 7, 2);
        auto const before = regressor;
        for (std::size_t at = 0; at < saved.size(); ++at) {
            for (int const change : {1, 128, 255}) {
                CAPTURE(name, at, change);
                auto edited = saved;
                edited[at] ^= static_cast<std::byte>(change);
                Restored const status = regressor.restore(edited);
                REQUIRE(status == (at < 12 ? Restored::foreign : at < 40 ? Restored::other_kind : Restored::damaged));
                REQUIRE(same(regressor, before));
            }
        }
        std::vector<std::byte> longer(saved.begin(), saved.end());
        longer.resize(saved.size() + 9);
        for (std::size_t length = 0; length < longer.size(); ++length) {
            if (length != saved.size()) {
                CAPTURE(name, length);
                REQUIRE(regressor.restore(std::span(longer.data(), length)) == Restored::other_length);
                REQUIRE(same(regressor, before));
            }
        }
        // Of every other kind, too.
        for (auto const& others : saved_by_each) {
            bool const is_own =
                others.size() == saved.size() && std::equal(saved.begin(), saved.begin() + 40, others.begin());
            own += is_own ? 1 : 0;
            REQUIRE(regressor.restore(others) == (is_own ? Restored::all : Restored::other_kind));
            regressor = before;
        }
    });
    REQUIRE(own == 14);
    auto small = lms<3, 2>(0.5f);
    REQUIRE(small.restore(lms<2, 3>(0.5f).save()) == Restored::other_kind);
    REQUIRE(small.restore(lms<3, 3>(0.5f).save()) == Restored::other_kind);
    auto three = steps<float, 3>(0.5f);
    REQUIRE(three.restore(steps<float, 4>(0.5f).save()) == Restored::other_kind);
}

/// The bytes with a changed number or counter and the checksum that belongs to them.
template <class Bytes, class Word>
Bytes forged(Bytes bytes, std::size_t at, Word word) {
    std::memcpy(bytes.data() + at, &word, sizeof word);
    saved::Hash hash;
    for (std::size_t i = 0; i + 8 < bytes.size(); ++i) {
        hash.add(bytes[i]);
    }
    std::uint64_t const checksum = hash.value();
    std::memcpy(bytes.data() + bytes.size() - 8, &checksum, 8);
    return bytes;
}
TEST_CASE("bytes with the right checksum and numbers that no regressor has are refused and change nothing") {
    for_each_regressor([](char const* name, auto regressor) {
        using Number = typename decltype(regressor)::Scalar;
        observe_some(regressor, 20, 1);
        auto const before = regressor;
        auto const saved = regressor.save();
        for (std::size_t at = 64; at + sizeof(Number) + 8 <= saved.size(); at += sizeof(Number)) {
            for (Number const wrong : {std::numeric_limits<Number>::quiet_NaN(),
                                       std::numeric_limits<Number>::infinity(), std::numeric_limits<Number>::max()}) {
                CAPTURE(name, at, wrong);
                REQUIRE(regressor.restore(forged(saved, at, wrong)) == Restored::out_of_range);
                REQUIRE(same(regressor, before));
            }
        }
        for (std::size_t const at : {std::size_t{40}, std::size_t{48}, std::size_t{56}}) {
            CAPTURE(name, at);
            REQUIRE(regressor.restore(forged(saved, at, static_cast<long long>(-1))) == Restored::out_of_range);
            REQUIRE(same(regressor, before));
        }
    });
    auto const rate_below_0 = forged(lms<1, 1>(0.5f).save(), 64, -0.5f);
    auto regressor = lms<1, 1>(0.25f);
    REQUIRE(regressor.restore(rate_below_0) == Restored::out_of_range);
    REQUIRE(regressor.settings().rate == 0.25f);
    // A largest |x|^2 below 0, and a sum of squares below 0.
    REQUIRE(regressor.restore(forged(lms<1, 1>(0.5f).save(), 68, -1.0f)) == Restored::out_of_range);
    auto context = steps<float, 3>(0.5f);
    observe_some(context, 20, 1);
    auto const saved_context = context.save();
    std::size_t const first_sum = saved_context.size() - 8 - 4 * 2 * 15;  // of a token of 5
    REQUIRE(context.restore(forged(saved_context, first_sum, -1.0f)) == Restored::out_of_range);
    REQUIRE(context.restore(forged(saved_context, first_sum, 1.0f)) == Restored::all);
    // A covariance with a negative diagonal. The last number is D of the last input.
    auto least = rls<2, 1>(0.99f, 1.0f);
    auto const saved_least = least.save();
    REQUIRE(least.restore(forged(saved_least, saved_least.size() - 12, -1.0f)) == Restored::out_of_range);
    REQUIRE(least.restore(saved_least) == Restored::all);
}

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

}  // namespace

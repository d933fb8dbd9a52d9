// SPDX-License-Identifier: MIT
// Bytes bring a regressor back as it was, and what is not what was saved is refused and changes nothing.
#include "incontext/incontext.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "support/regressors.hpp"

namespace {

using namespace incontext;
using namespace test;

TEST_CASE("bytes bring everything back, in whatever was there before") {
    for_few_regressors([](char const* name, auto regressor) {
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
    for_each_regressor([](char const* name, auto const& regressor) {
        CAPTURE(name);
        auto other = regressor;
        REQUIRE(other.restore(regressor.save()) == Restored::all);
    });
    // The settings are in the bytes.
    auto slow = lms<input_dim, output_dim>(0.01f);
    REQUIRE(slow.restore(lms<input_dim, output_dim>(0.5f).save()) == Restored::all);
    REQUIRE(slow.settings().rate == 0.5f);
}

TEST_CASE("bytes of which one was changed, of other lengths, of others, are refused and change nothing") {
    std::vector<std::vector<std::byte>> saved_by_each;
    for_each_regressor([&](char const*, auto const& regressor) {
        auto const saved = regressor.save();
        saved_by_each.emplace_back(saved.begin(), saved.end());
    });
    int own = 0;
    for_few_regressors([&](char const* name, auto regressor) {
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
    REQUIRE(own == 4);
    auto small = lms<3, 2>(0.5f);
    REQUIRE(small.restore(lms<2, 3>(0.5f).save()) == Restored::other_kind);
    REQUIRE(small.restore(lms<3, 3>(0.5f).save()) == Restored::other_kind);
    auto three = steps<float, 3>(0.5f);
    REQUIRE(three.restore(steps<float, 4>(0.5f).save()) == Restored::other_kind);
    // The same layer means other weights of an example, 1/N, in a context for another number of them.
    auto const for_examples = []<int Context>(std::integral_constant<int, Context>) {
        static constexpr Dimensions of{.input = input_dim, .output = output_dim, .context = Context};
        return StreamingContext(
            looped<3>(as_attention(GradientStep<of, float>{.learning_rate = 0.5f, .initial_weights = {}})));
    };
    auto of_eight = for_examples(std::integral_constant<int, 8>());
    REQUIRE(of_eight.restore(for_examples(std::integral_constant<int, 4>()).save()) == Restored::other_kind);
}

/// A context of a model whose layers are all one number, after some examples.
template <class Model>
auto shown_some(float number) {
    Model model{};
    for_each_parameter([&](char const*, auto& matrix) { matrix.setConstant(number); }, model);
    StreamingContext<sizes, Model> context(model);
    observe_some(context, 5);
    return context;
}
TEST_CASE("bytes of the same numbers in another nesting are refused: layers, heads, and their order") {
    using Layer = LinearSelfAttention<sizes.tokens(), float>;
    using Heads = MultiHeadAttention<Layer, Layer>;
    auto const refuses = []<class Model, class Other>(std::type_identity<Model>, std::type_identity<Other>) {
        auto const from = shown_some<Model>(0.25f);
        auto into = shown_some<Other>(0.5f);
        auto const before = into;
        STATIC_REQUIRE(from.bytes == into.bytes);
        REQUIRE(into.restore(from.save()) == Restored::other_kind);
        REQUIRE(same(into, before));
        auto own = shown_some<Model>(0.5f);
        REQUIRE(own.restore(from.save()) == Restored::all);
        REQUIRE(same(own, from));
    };
    std::type_identity<LayerStack<Layer, Heads>> const heads_last;
    std::type_identity<LayerStack<Heads, Layer>> const heads_first;
    std::type_identity<LoopedStack<Heads, 2>> const two_heads;
    std::type_identity<LayerStack<Layer, Layer>> const two_layers;
    refuses(heads_last, heads_first);
    refuses(heads_first, heads_last);
    refuses(two_heads, two_layers);
    refuses(two_layers, two_heads);
    // Five times the same leaves, under the same names.
    using Head = MultiHeadAttention<Layer>;
    std::type_identity<LayerStack<Head, Layer, Heads>> const one_head_first;
    std::type_identity<LayerStack<Heads, Head, Layer>> const one_head_between;
    refuses(one_head_first, one_head_between);
}

/// The hash of the structure of a tree.
template <class Tree>
std::uint64_t structure() {
    Fnv1a hash;
    saved::add_structure(hash, Tree{});
    return hash.value();
}
TEST_CASE("an array is told from another by how many elements it has, whatever stands behind it") {
    // Five members of six matrices each: without their counts, arrays end where the next one begins.
    using Leaf = Matrix<float, 2, 2>;
    using One = ArrayOf<Leaf, 1>;
    using Two = ArrayOf<Leaf, 2>;
    REQUIRE(structure<boost::hana::tuple<Two, Leaf, Leaf, One, Leaf>>() !=
            structure<boost::hana::tuple<One, Leaf, Leaf, Leaf, Two>>());
}

TEST_CASE("bytes of a ridge memory are refused by one of another solver") {
    constexpr MemoryShape shape{input_dim, output_dim};
    using Elimination = StreamingRegressor<RidgeMemoryRule<shape, float>>;
    using OneStep = StreamingRegressor<RidgeMemoryRule<shape, float, ByConjugateGradients<1>>>;
    using TwelveSteps = StreamingRegressor<RidgeMemoryRule<shape, float, ByConjugateGradients<12>>>;
    STATIC_REQUIRE(RidgeMemoryRule<shape, float>::name == "ridge_memory");
    STATIC_REQUIRE(RidgeMemoryRule<shape, float, ByConjugateGradients<12>>::name ==
                   "ridge_memory by conjugate gradients, steps: 0000000012");
    Elimination elimination;
    OneStep one_step;
    TwelveSteps twelve_steps;
    observe_some(elimination, 5);
    observe_some(one_step, 5);
    REQUIRE(one_step.restore(elimination.save()) == Restored::other_kind);
    REQUIRE(twelve_steps.restore(one_step.save()) == Restored::other_kind);
    REQUIRE(elimination.restore(one_step.save()) == Restored::other_kind);
    REQUIRE(OneStep().restore(one_step.save()) == Restored::all);
    REQUIRE(twelve_steps.count() == 0);
}

/// The bytes with a changed number or counter and the checksum that belongs to them.
template <class Bytes, class Word>
Bytes forged(Bytes bytes, std::size_t at, Word word) {
    std::memcpy(bytes.data() + at, &word, sizeof word);
    Fnv1a hash;
    for (std::size_t i = 0; i + 8 < bytes.size(); ++i) {
        hash.add(bytes[i]);
    }
    std::uint64_t const checksum = hash.value();
    std::memcpy(bytes.data() + bytes.size() - 8, &checksum, 8);
    return bytes;
}
/// One step of gradient descent on four examples of one input and one output.
auto nothing_observed_by_one_step() {
    constexpr Dimensions one{.input = 1, .output = 1, .context = 4};
    auto const model = looped<1>(as_attention(GradientStep<one, float>{.learning_rate = 0.5f, .initial_weights = {}}));
    return StreamingContext<one, std::remove_const_t<decltype(model)>>(model);
}

TEST_CASE("what a context saved is taken back, however long it forgets, down to subnormal sums") {
    auto const all_are_taken_back = []<class Number>(Number size, Number factor, int calls) {
        constexpr Dimensions one{.input = 1, .output = 1, .context = 4};
        auto const model =
            looped<1>(as_attention(GradientStep<one, Number>{.learning_rate = Number(0.5), .initial_weights = {}}));
        StreamingContext<one, std::remove_const_t<decltype(model)>> context(model);
        for (int i = 0; i < 20; ++i) {
            Matrix<Number, 1, 1> const x(size * static_cast<Number>(1 + 0.37 * i));
            Matrix<Number, 1, 1> const y(size * static_cast<Number>(2 - 0.11 * i));
            REQUIRE(context.observe(x, y) == Observation::observed);
        }
        int refused = 0;
        for (int call = 0; call < calls; ++call) {
            REQUIRE(context.forget(factor) != Forgotten::out_of_range);
            auto other = context;
            refused += other.restore(context.save()) == Restored::all ? 0 : 1;
        }
        return refused == 0;
    };
    REQUIRE(all_are_taken_back(1e-15f, 0.9f, 600));
    REQUIRE(all_are_taken_back(1e-12f, 0.99f, 6000));
    REQUIRE(all_are_taken_back(1e-154, 0.9, 600));
    // Squares that are rounded down, and products up: after forget(0.5) the squares are 0, and x y is not. A third row makes the examples ones
    // that are observed.
    float const least = std::numeric_limits<float>::denorm_min();
    constexpr Dimensions two{.input = 2, .output = 1, .context = 4};
    StreamingContext context(
        looped<1>(as_attention(GradientStep<two, float>{.learning_rate = 0.5f, .initial_weights = {}})));
    float const a = std::sqrt(0.45f) * std::sqrt(least);
    float const b = std::sqrt(1.4f) * std::sqrt(least);
    REQUIRE(context.observe(Eigen::Vector2f(a, 1e-18f), Matrix<float, 1, 1>(b)) == Observation::observed);
    REQUIRE(context.observe(Eigen::Vector2f(b, 1e-18f), Matrix<float, 1, 1>(a)) == Observation::observed);
    REQUIRE(context.gram()(0, 2) > context.gram()(0, 0));
    REQUIRE(context.forget(0.5f) == Forgotten::done);
    REQUIRE(context.gram()(0, 2) > 0);
    REQUIRE(context.gram()(0, 0) == 0);
    REQUIRE(context.restore(context.save()) == Restored::all);
    REQUIRE(all_are_taken_back(std::sqrt(std::numeric_limits<float>::max() / 128) / 8, 0.99f, 600));
}

TEST_CASE("what a context saved is taken back, whatever it has observed, of any size, and whatever was called") {
    auto const histories = []<class Number>(Number) {
        constexpr Dimensions two{.input = 2, .output = 1, .context = 4};
        auto const model =
            looped<1>(as_attention(GradientStep<two, Number>{.learning_rate = Number(0.5), .initial_weights = {}}));
        using Context = StreamingContext<two, std::remove_const_t<decltype(model)>>;
        std::mt19937_64 draws(1);
        auto const below = [&](int end) { return static_cast<int>(draws() % static_cast<unsigned>(end)); };
        auto const uniform = [&] { return static_cast<Number>(draws() >> 11) * Number(0x1p-53); };
        // Exponents of numbers whose squares are subnormal, hardly normal, ordinary, hardly in range.
        constexpr int exponents[] = {
            (std::numeric_limits<Number>::min_exponent - std::numeric_limits<Number>::digits) / 2,
            std::numeric_limits<Number>::min_exponent / 2, 0, std::numeric_limits<Number>::max_exponent / 2 - 2};
        Number const factors[] = {Number(0.5), Number(0.6), Number(0.99), std::nextafter(Number(1), Number(0)),
                                  Number(0.001)};
        int refused = 0;
        for (int history = 0; history < 20'000; ++history) {
            int const size = history < 10'000 ? 0 : below(4);  // subnormal squares, above all
            auto const entry = [&] { return std::ldexp(2 * uniform() - 1, exponents[size] + below(3)); };
            Context context(model);
            Context other(model);
            for (int calls = below(12); calls >= 0; --calls) {
                switch (below(6)) {
                    case 0: {
                        Eigen::Matrix<Number, 3, Eigen::Dynamic> table(3, 1 + below(20));
                        std::generate_n(table.data(), table.size(), entry);
                        static_cast<void>(context.observe_tokens(table));
                        break;
                    }
                    case 1:
                        static_cast<void>(context.forget(factors[below(5)]));
                        break;
                    case 2:
                        static_cast<void>(context.merge(other));
                        break;
                    case 3:
                        other = context;
                        break;
                    default: {
                        Matrix<Number, 2, 1> const x(entry(), entry());
                        static_cast<void>(context.observe(x, Matrix<Number, 1, 1>(entry())));
                    }
                }
                Context restored(model);
                refused += restored.restore(context.save()) == Restored::all ? 0 : 1;
            }
        }
        return refused;
    };
    REQUIRE(histories(0.0f) == 0);
    REQUIRE(histories(0.0) == 0);
}

TEST_CASE("a context takes back sums of squares at the bounds of what it takes, whatever is called after that") {
    using Context = decltype(nothing_observed_by_one_step());
    using Column = Matrix<float, 1, 1>;
    float const least = std::numeric_limits<float>::denorm_min();
    float const normal = std::numeric_limits<float>::min();
    auto const forged_squares = [&](float sum, float rest, long long count) {
        Context context = nothing_observed_by_one_step();
        REQUIRE(context.observe(Column(1.0f), Column(1.0f)) == Observation::observed);
        auto bytes = context.save();
        std::size_t const first_sum = bytes.size() - 8 - 4 * 2 * 3;  // x x, x y and y y, each with its rest
        for (std::size_t const square : {first_sum, first_sum + 16}) {
            bytes = forged(forged(bytes, square, sum), square + 4, rest);
        }
        bytes = forged(forged(bytes, first_sum + 8, 0.0f), 40, count);
        Restored const status = context.restore(bytes);
        return std::pair(status, context);
    };
    auto const is_taken_back = [](Context context) { return context.restore(context.save()) == Restored::all; };
    std::vector<Context> contexts;
    for (float const sum : {0.0f, least, 3 * least, normal, std::nextafter(2 * normal, 0.0f), 2 * normal, 1e-10f, 1.0f,
                            3.0f, std::numeric_limits<float>::max() / 4}) {
        float const rest = sum < 2 * normal ? sum : sum / 2;
        for (float const sign : {1.0f, -1.0f}) {
            for (long long const count : {1LL, 1LL << 59}) {
                CAPTURE(sum, rest, sign, count);
                auto const [status, context] = forged_squares(sum, sign * rest, count);
                REQUIRE(status == Restored::all);
                contexts.push_back(context);
                float const more = std::nextafter(rest, std::numeric_limits<float>::max());
                REQUIRE(forged_squares(sum, sign * more, count).first == Restored::out_of_range);
            }
        }
    }
    std::array<float, 6> table{1.5f, -0.5f, 1e-22f, 1e-23f, 3e-20f, 1e-19f};  // three tokens
    for (Context const& context : contexts) {
        CAPTURE(context.save());
        for (float const factor : {0.5f, 0.6f, std::nextafter(1.0f, 0.0f), 1.0f}) {
            Context faded = context;
            for (int call = 0; call < 3; ++call) {
                REQUIRE(faded.forget(factor) == Forgotten::done);
                REQUIRE(is_taken_back(faded));
            }
        }
        for (int tokens = 1; tokens <= 3; ++tokens) {
            Context after = context;
            static_cast<void>(
                after.observe_tokens(Eigen::Map<Eigen::Matrix<float, 2, -1> const>(table.data(), 2, tokens)));
            REQUIRE(is_taken_back(after));
        }
        for (float const x : {0.0f, 1e-23f, 1e-20f, 1.0f, 1e19f}) {
            Context after = context;
            static_cast<void>(after.observe(Column(x), Column(-x)));
            REQUIRE(is_taken_back(after));
        }
        for (Context const& other : contexts) {
            Context both = context;
            static_cast<void>(both.merge(other));
            REQUIRE(is_taken_back(both));
        }
    }
}

TEST_CASE("a context is taken back with any weights that are finite, and refused with others") {
    static constexpr Dimensions two{.input = 2, .output = 1, .context = 3};
    auto const with_weight = [](float weight) {
        StreamingContext context(
            looped<2>(as_attention(GradientStep<two, float>{.learning_rate = 0.1f, .initial_weights = {}})),
            Matrix<float, 1, 2>(weight, 0.0f));
        REQUIRE(context.observe(Eigen::Vector2f(1, 2), Matrix<float, 1, 1>(3.0f)) == Observation::observed);
        return context;
    };
    for (float const weight : {2e38f, -2e38f, std::numeric_limits<float>::max()}) {
        auto context = with_weight(weight);
        REQUIRE(std::abs(context.predict(Eigen::Vector2f(1e-3f, 0))(0)) > 1e34f);
        auto other = with_weight(1.0f);
        REQUIRE(other.restore(context.save()) == Restored::all);
        REQUIRE(same(other, context));
    }
    for (float const weight : {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
        auto context = with_weight(weight);
        REQUIRE(context.predict(Eigen::Vector2f(1e-3f, 0))(0) == 0);
        REQUIRE(context.restore(context.save()) == Restored::out_of_range);
    }
}

TEST_CASE("the largest input that is observed is taken back, of any number of inputs") {
    auto const takes_back = []<int Inputs, class Number>(std::integral_constant<int, Inputs>, Number largest) {
        auto regressor = lms<Inputs, 1>(Number(1));
        auto const outside = Eigen::Vector<Number, Inputs>::Constant(2 * largest);
        REQUIRE(regressor.observe(outside, Eigen::Vector<Number, 1>(1)) == Observation::out_of_range);
        REQUIRE(regressor.observe(Eigen::Vector<Number, Inputs>::Constant(largest), Eigen::Vector<Number, 1>(1)) ==
                Observation::observed);
        auto other = lms<Inputs, 1>(Number(1));
        REQUIRE(other.restore(regressor.save()) == Restored::all);
        REQUIRE(same(other, regressor));
    };
    takes_back(std::integral_constant<int, 1>{}, 0x1p63f);  // squares of 2^126
    takes_back(std::integral_constant<int, 3>{}, 0x1p62f);
    takes_back(std::integral_constant<int, 4>{}, 0x1p62f);
    takes_back(std::integral_constant<int, 5>{}, 0x1p61f);
    takes_back(std::integral_constant<int, 4>{}, 0x1p510);
}

TEST_CASE("bytes with the right checksum and numbers that no regressor has are refused and change nothing") {
    for_few_regressors([](char const* name, auto regressor) {
        using Number = typename decltype(regressor)::Scalar;
        observe_some(regressor, 20, 1);
        auto const before = regressor;
        auto const saved = regressor.save();
        std::uint64_t numbers = 0;  // that follow the counters, and a mean or a weight
        std::memcpy(&numbers, saved.data() + 32, sizeof numbers);
        for (std::size_t at = saved.size() - 8 - numbers * sizeof(Number); at + 8 < saved.size();
             at += sizeof(Number)) {
            // A model may have the greatest number for a weight. Behind it stand the 15 sums of a token of 5, each with its rest.
            bool const is_of_model = name == std::string_view("context") && at + 8 + sizeof(Number) * 30 < saved.size();
            for (Number const wrong : {std::numeric_limits<Number>::quiet_NaN(),
                                       std::numeric_limits<Number>::infinity(), std::numeric_limits<Number>::max()}) {
                CAPTURE(name, at, wrong);
                if (is_of_model && wrong == std::numeric_limits<Number>::max()) {
                    auto with_it = regressor;
                    auto const bytes = forged(saved, at, wrong);
                    REQUIRE(with_it.restore(bytes) == Restored::all);
                    REQUIRE(with_it.save() == bytes);
                    continue;
                }
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
    auto const rate_below_0 = forged(lms<1, 1>(0.5f).save(), 72, -0.5f);
    auto regressor = lms<1, 1>(0.25f);
    REQUIRE(regressor.restore(rate_below_0) == Restored::out_of_range);
    REQUIRE(regressor.settings().rate == 0.25f);
    // A largest |x|^2 below 0, and a sum of squares below 0.
    REQUIRE(regressor.restore(forged(lms<1, 1>(0.5f).save(), 76, -1.0f)) == Restored::out_of_range);
    auto context = steps<float, 3>(0.5f);
    observe_some(context, 20, 1);
    auto const saved_context = context.save();
    std::size_t const first_sum = saved_context.size() - 8 - 4 * 2 * 15;  // of a token of 5
    REQUIRE(context.restore(forged(saved_context, first_sum, -1.0f)) == Restored::out_of_range);
    REQUIRE(context.restore(forged(saved_context, first_sum, 1.0f)) == Restored::all);
    // Sums and a weight that no examples have. A sum of squares is followed by what was rounded off it; the next is that of the first two rows.
    auto const forged_context = [&](auto const&... edits) {
        auto bytes = saved_context;
        ((bytes = forged(bytes, edits.first, edits.second)), ...);
        auto const before = context;
        Restored const status = context.restore(bytes);
        REQUIRE((status == Restored::all || same(context, before)));
        context = before;
        return status;
    };
    auto const at = [](std::size_t place, auto word) { return std::pair(place, word); };
    REQUIRE(forged_context(at(first_sum + 4, 100.0f)) == Restored::out_of_range);
    REQUIRE(forged_context(at(first_sum + 4, -100.0f)) == Restored::out_of_range);
    float const hardly_above_0 = std::numeric_limits<float>::denorm_min();
    REQUIRE(forged_context(at(first_sum, hardly_above_0), at(first_sum + 4, 0.0f)) == Restored::all);
    REQUIRE(forged_context(at(first_sum, -hardly_above_0), at(first_sum + 4, 0.0f)) == Restored::out_of_range);
    REQUIRE(forged_context(at(first_sum + 8, 1e6f)) == Restored::out_of_range);
    REQUIRE(forged_context(at(first_sum + 12, -1e6f)) == Restored::out_of_range);
    REQUIRE(forged_context(at(first_sum + 8, 1e6f), at(first_sum, 1e6f)) == Restored::all);
    REQUIRE(forged_context(at(std::size_t{56}, 0x1p-64)) == Restored::all);
    REQUIRE(forged_context(at(std::size_t{56}, 0x1p-66)) == Restored::out_of_range);
    // Below 0: moments that wait at a weight of 1/2 for an example beside which they weigh less.
    REQUIRE(forged_context(at(std::size_t{56}, -0.25)) == Restored::all);
    REQUIRE(forged_context(at(std::size_t{56}, -0x1p-64)) == Restored::all);
    REQUIRE(forged_context(at(std::size_t{56}, -0x1p-66)) == Restored::out_of_range);
    REQUIRE(forged_context(at(std::size_t{56}, -0.5)) == Restored::out_of_range);
    // Sums that are in range, and means that are not: no rate is known to be stable, and predictions are finite.
    auto beyond = context;
    REQUIRE(beyond.restore(
                forged(forged(forged(forged(saved_context, 56, 0x1p-64), first_sum, 0x1p63f), first_sum + 16, 0x1p63f),
                       first_sum + 8, 0x1p64f)) == Restored::all);
    REQUIRE(beyond.largest_stable_learning_rate() == 0);
    REQUIRE(beyond.predict(Matrix<float, 3, 1>(1, 2, 3)).isZero(0));
    REQUIRE(forged_context(at(std::size_t{56}, 21.0)) == Restored::out_of_range);
    REQUIRE(forged_context(at(std::size_t{56}, std::numeric_limits<double>::quiet_NaN())) == Restored::out_of_range);
    REQUIRE(forged_context(at(std::size_t{40}, 0LL), at(std::size_t{56}, 0.0)) == Restored::out_of_range);
    // Counts from which the next examples could overflow.
    for (std::size_t const counter : {std::size_t{40}, std::size_t{48}}) {
        REQUIRE(forged_context(at(counter, std::numeric_limits<long long>::max())) == Restored::out_of_range);
    }
    // Moments of no example, a mean above the largest, -0, and more examples at a shorter step than there are.
    auto const forged_lms = [](auto const&... edits) {
        auto one = lms<1, 1>(0.5f);
        REQUIRE(one.observe(Matrix<float, 1, 1>(2.0f), Matrix<float, 1, 1>(1.0f)) == Observation::observed);
        auto bytes = one.save();
        ((bytes = forged(bytes, edits.first, edits.second)), ...);
        return one.restore(bytes);
    };
    REQUIRE(forged_lms() == Restored::all);
    REQUIRE(forged_lms(at(std::size_t{40}, 0LL)) == Restored::out_of_range);
    REQUIRE(forged_lms(at(std::size_t{64}, 3.5)) == Restored::all);
    for (double const mean : {4.5, -0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
        REQUIRE(forged_lms(at(std::size_t{64}, mean)) == Restored::out_of_range);
    }
    REQUIRE(forged_lms(at(std::size_t{76}, -0.0f), at(std::size_t{64}, -0.0)) == Restored::out_of_range);
    REQUIRE(forged_lms(at(std::size_t{56}, 1LL)) == Restored::all);
    REQUIRE(forged_lms(at(std::size_t{56}, 2LL)) == Restored::out_of_range);
    REQUIRE(forged_lms(at(std::size_t{40}, std::numeric_limits<long long>::max())) == Restored::out_of_range);
    // A covariance with a negative diagonal. The last number is D of the last input.
    auto least = rls<2, 1>(0.99f, 1.0f);
    auto const saved_least = least.save();
    REQUIRE(least.restore(forged(saved_least, saved_least.size() - 12, -1.0f)) == Restored::out_of_range);
    REQUIRE(least.restore(saved_least) == Restored::all);
}

/// Least squares that forget, after ten white examples and 187 along one direction: the bound on D acts in two of the others.
/// Penalty, rate, gate, largest |x|^2, S, U by columns, D. The same stream in two builds of g++ 12.
using Words = std::array<std::uint32_t, 28>;
constexpr Words with_fused_multiplications{0x3c23d70a, 0x3f800000, 0x3f666666, 0x00000000, 0x3f7fbbe3, 0x3f7fd15a,
                                           0x3f7f6fd4, 0x3f7fc297, 0x3f800000, 0x00000000, 0x00000000, 0x00000000,
                                           0xbf2153c0, 0x3f800000, 0x00000000, 0x00000000, 0x3e6bbabd, 0xbdd629d9,
                                           0x3f800000, 0x00000000, 0x3f4740f9, 0x3f3219c7, 0x3db64ff7, 0x3f800000,
                                           0x3d6ebce2, 0x428f2680, 0x42bbfb7e, 0x423eae83};
constexpr Words without_fused_multiplications{0x3c23d70a, 0x3f800000, 0x3f666666, 0x00000000, 0x3f7fbbe3, 0x3f7fd15a,
                                              0x3f7f6fd5, 0x3f7fc297, 0x3f800000, 0x00000000, 0x00000000, 0x00000000,
                                              0xbf2153c0, 0x3f800000, 0x00000000, 0x00000000, 0x3e6bbabc, 0xbdd629da,
                                              0x3f800000, 0x00000000, 0x3f4740f9, 0x3f3219c9, 0x3db64ff3, 0x3f800000,
                                              0x3d6ebce2, 0x428f267f, 0x42bbfb7e, 0x423eae83};

TEST_CASE("what a build with fused multiplications saves is taken back by one without them, and the reverse") {
    for (Words const& words : {with_fused_multiplications, without_fused_multiplications}) {
        auto regressor = rls<4, 1>(0.9f, 0.01f);
        auto bytes = forged(regressor.save(), 40, 197LL);
        for (std::size_t i = 0; i < words.size(); ++i) {
            bytes = forged(bytes, 72 + 4 * i, words[i]);
        }
        REQUIRE(regressor.restore(bytes) == Restored::all);
        REQUIRE(regressor.save() == bytes);  // as they were read, and not as this build would bound them
    }
}

TEST_CASE("a D above its bound by more than rounding is refused, at any number of inputs") {
    auto const check = []<int Inputs, class Number>(std::integral_constant<int, Inputs>, Number one) {
        auto regressor = rls<Inputs, 1>(Number(0.9), Number(0.01));
        Uniform uniform{5};
        for (int t = 0; t < 200; ++t) {  // white ones, and then one direction
            auto x = drawn<Number, Inputs>(uniform);
            if (t >= 2 * Inputs) {
                x = (x(0) * Matrix<Number, Inputs, 1>::LinSpaced(Number(0.3), Number(1.7))).eval();
            }
            REQUIRE(regressor.observe(x, Matrix<Number, 1, 1>(x.sum())) == Observation::observed);
        }
        auto const saved = regressor.save();
        auto const state = regressor.state();
        Number const epsilon = std::numeric_limits<Number>::epsilon();
        int at_bound = 0;
        for (int j = 0; j < Inputs; ++j) {
            Number const D = state.D(j, 0);
            if (D * state.U.col(j).squaredNorm() < 100 * (one - Inputs * epsilon)) {
                continue;
            }
            ++at_bound;
            std::size_t const place = saved.size() - 8 - sizeof(Number) * static_cast<std::size_t>(Inputs - j);
            CAPTURE(Inputs, j);
            auto const near = forged(saved, place, D * (one + 2 * epsilon));
            REQUIRE(regressor.restore(near) == Restored::all);
            REQUIRE(regressor.save() == near);
            REQUIRE(regressor.restore(saved) == Restored::all);
            for (Number const wrong :
                 {D * (one + (3 * Inputs + 8) * epsilon), 2 * D, std::numeric_limits<Number>::infinity()}) {
                REQUIRE(regressor.restore(forged(saved, place, wrong)) == Restored::out_of_range);
                REQUIRE(regressor.save() == saved);
            }
        }
        REQUIRE(at_bound > 0);
    };
    check(std::integral_constant<int, 2>{}, 1.0f);
    check(std::integral_constant<int, 4>{}, 1.0f);
    check(std::integral_constant<int, 4>{}, 1.0);
    check(std::integral_constant<int, 16>{}, 1.0f);
}

}  // namespace

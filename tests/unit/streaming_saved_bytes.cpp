// SPDX-License-Identifier: MIT
// Bytes bring a regressor back as it was, and what is not what was saved is refused and changes nothing.
#include "incontext/incontext.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
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
    REQUIRE(all_are_taken_back(std::sqrt(std::numeric_limits<float>::max() / 128) / 8, 0.99f, 600));
}

TEST_CASE("bytes with the right checksum and numbers that no regressor has are refused and change nothing") {
    for_few_regressors([](char const* name, auto regressor) {
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
    REQUIRE(forged_context(at(std::size_t{56}, 0x1p-64), at(first_sum, 1e20f)) == Restored::out_of_range);
    REQUIRE(forged_context(at(std::size_t{56}, 0x1p-64)) == Restored::all);
    REQUIRE(forged_context(at(std::size_t{56}, 0x1p-66)) == Restored::out_of_range);
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
    REQUIRE(forged_lms(at(std::size_t{72}, 4.5f)) == Restored::out_of_range);
    REQUIRE(forged_lms(at(std::size_t{72}, -0.0f)) == Restored::out_of_range);
    REQUIRE(forged_lms(at(std::size_t{68}, -0.0f), at(std::size_t{72}, -0.0f)) == Restored::out_of_range);
    REQUIRE(forged_lms(at(std::size_t{56}, 1LL)) == Restored::all);
    REQUIRE(forged_lms(at(std::size_t{56}, 2LL)) == Restored::out_of_range);
    REQUIRE(forged_lms(at(std::size_t{40}, std::numeric_limits<long long>::max())) == Restored::out_of_range);
    // A covariance with a negative diagonal. The last number is D of the last input.
    auto least = rls<2, 1>(0.99f, 1.0f);
    auto const saved_least = least.save();
    REQUIRE(least.restore(forged(saved_least, saved_least.size() - 12, -1.0f)) == Restored::out_of_range);
    REQUIRE(least.restore(saved_least) == Restored::all);
}

}  // namespace

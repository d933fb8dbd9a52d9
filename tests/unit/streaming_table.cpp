// SPDX-License-Identifier: MIT
// Tables of examples, observed at once: where they may lie in memory, how long they may be, and what rounding does.
#include "incontext/construction/proposition_1.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/streaming/streaming_context.hpp"

#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

#include "catch.hpp"

namespace {

using namespace incontext;

template <int TokenDimension>
constexpr Dimensions sizes_of{.input = TokenDimension - 1, .output = 1, .context = 8};

template <class Number, int TokenDimension>
using ContextOf = StreamingContext<sizes_of<TokenDimension>,
                                   LoopedStack<LinearSelfAttention<sizes_of<TokenDimension>.tokens(), Number>, 2>>;

template <class Number, int TokenDimension>
using TableOf = Eigen::Matrix<Number, TokenDimension, Eigen::Dynamic>;

template <class Number, int TokenDimension>
auto nothing_observed() {
    constexpr Dimensions sizes = sizes_of<TokenDimension>;
    GradientStep<sizes, Number> const step{Number(0.5f), zero<Number, 1, sizes.input>()};
    return ContextOf<Number, TokenDimension>(looped<2>(as_attention(step)));
}

// ----------------------------------------------------------------------------------------------- rounding errors ----

/// Numbers between -1 and 1 with as many bits as the type holds, at most 32, in memory of exactly their size.
template <class Number>
std::vector<Number> recorded_numbers(std::size_t count) {
    std::vector<Number> numbers;
    numbers.reserve(count);
    unsigned bits = 12345u;
    while (numbers.size() < count) {
        bits ^= bits << 13;
        bits ^= bits >> 17;
        bits ^= bits << 5;
        constexpr unsigned kept = std::is_same_v<Number, float> ? ~0xffu : ~0u;
        numbers.push_back(static_cast<Number>(static_cast<int>(bits & kept)) / static_cast<Number>(0x80000000u));
    }
    return numbers;
}

/// Holds the moments after a table was observed `times` times over to the documented bound. The reference is computed in
/// numbers whose rounding is beside it nothing: double for float (in which the products are exact), long double for double.
template <class Number, int TokenDimension>
void require_documented_error(std::vector<Number> const& numbers, int times) {
    auto const count = static_cast<long long>(numbers.size()) / TokenDimension;
    CAPTURE(TokenDimension, count, times);
    Eigen::Map<TableOf<Number, TokenDimension> const> const table(numbers.data(), TokenDimension, count);
    auto context = nothing_observed<Number, TokenDimension>();
    for (int i = 0; i < times; ++i) {
        static_cast<void>(context.observe_tokens(table));
    }
    REQUIRE(context.count() == count * times);

    using Exact = std::conditional_t<std::is_same_v<Number, float>, double, long double>;
    std::vector<Exact> sums(TokenDimension * TokenDimension);
    auto const sum = [&](int row, int col) -> Exact& {
        return sums[static_cast<std::size_t>(row * TokenDimension + col)];
    };
    for (long long token = 0; token < count; ++token) {
        for (int row = 0; row < TokenDimension; ++row) {
            for (int col = 0; col <= row; ++col) {
                sum(row, col) += static_cast<Exact>(table(row, token)) * static_cast<Exact>(table(col, token));
            }
        }
    }
    constexpr Exact u = std::numeric_limits<Number>::epsilon() / 2;
    constexpr Exact of_reference = std::numeric_limits<Exact>::epsilon() / 2;
    Exact const n = static_cast<Exact>(count * times);
    Exact const mean = count == 0 ? Exact(0) : sizes_of<TokenDimension>.context / static_cast<Exact>(count);
    auto const moments = context.gram();
    for (int row = 0; row < TokenDimension; ++row) {
        for (int col = 0; col <= row; ++col) {
            CAPTURE(row, col);
            Exact const size = mean * std::sqrt(sum(row, row) * sum(col, col));
            Exact const error = std::abs(static_cast<Exact>(moments(row, col)) - mean * sum(row, col));
            REQUIRE(error <= (264 * u + n * u * u + static_cast<Exact>(count + 4) * of_reference) * size);
            REQUIRE(moments(row, col) == moments(col, row));
        }
    }
}

template <class Number, int TokenDimension>
void require_documented_error(long long count, int times) {
    auto const numbers = recorded_numbers<Number>(static_cast<std::size_t>(count * TokenDimension));
    require_documented_error<Number, TokenDimension>(numbers, times);
}

template <class Number, int TokenDimension>
void require_documented_error_at_every_length() {
    for (long long const count : {0, 1, 2, 3, 4, 5, 7, 15, 16, 17, 255, 256, 257, 1000}) {
        require_documented_error<Number, TokenDimension>(count, 1);
    }
}

TEST_CASE("tables of floats are observed within the documented error") {
    require_documented_error_at_every_length<float, 2>();
    require_documented_error_at_every_length<float, 4>();
    require_documented_error_at_every_length<float, 5>();
    require_documented_error_at_every_length<float, 8>();
    require_documented_error_at_every_length<float, 11>();
    require_documented_error_at_every_length<float, 16>();
    require_documented_error_at_every_length<float, 17>();
    require_documented_error_at_every_length<float, 21>();
    require_documented_error_at_every_length<float, 32>();
}

TEST_CASE("tables of doubles are observed within the documented error") {
    require_documented_error_at_every_length<double, 2>();
    require_documented_error_at_every_length<double, 5>();
    require_documented_error_at_every_length<double, 8>();
    require_documented_error_at_every_length<double, 11>();
    require_documented_error_at_every_length<double, 21>();
}

TEST_CASE("a table of a million tokens is observed within the documented error") {
    require_documented_error<float, 4>(1'000'000, 1);
    require_documented_error<float, 11>(1'000'000, 1);
    require_documented_error<float, 21>(300'000, 1);
}

TEST_CASE("ten million tokens in a thousand tables are observed within the documented error") {
    require_documented_error<float, 4>(10'000, 1000);
    require_documented_error<float, 11>(10'000, 1000);
}

TEST_CASE("what was rounded off a table is carried on, fades with the rest, and is merged") {
    // x y is 2^24 + 2^-4, of which float holds 2^24; merged into what is -2^24, something of the rest is left.
    TableOf<float, 2> rounded(2, 512);
    rounded.leftCols(256).setConstant(0x1p8f);
    rounded.rightCols(256).setConstant(0x1p-6f);
    auto const product_left = [](auto const& context, float opposite) {
        TableOf<float, 2> table(2, 256);
        table.row(0).setConstant(0x1p8f);
        table.row(1).setConstant(-opposite);
        auto other = nothing_observed<float, 2>();
        REQUIRE(other.observe_tokens(table) == Observation::observed);
        REQUIRE(other.merge(context) == Merged::all);
        return other.gram()(0, 1);
    };
    auto context = nothing_observed<float, 2>();
    REQUIRE(context.observe_tokens(rounded) == Observation::observed);
    float const left = product_left(context, 0x1p8f) * 768;
    REQUIRE(left > 0);
    REQUIRE(left <= 0x1p-4f * 8);
    REQUIRE(context.forget(0.5f) == Forgotten::done);
    REQUIRE(product_left(context, 0x1p7f) * 512 == left / 2);
}

TEST_CASE("equal tokens, whose rounding errors all point the same way, are observed within the documented error") {
    // Without what was rounded off from block to block the error would be several times the bound.
    require_documented_error<float, 2>(std::vector<float>(std::size_t{1} << 23, 0.7f), 1);
}

TEST_CASE("ten million tokens in tables of one are observed within the documented error") {
    require_documented_error<float, 4>(1, 10'000'000);
}

// ------------------------------------------------------------------------------------ one context, whatever the way ----

/// Small whole numbers, with which no sum is rounded: all ways to the same moments must agree to the last bit.
template <class Number, int TokenDimension>
TableOf<Number, TokenDimension> whole_numbers(Eigen::Index count) {
    TableOf<Number, TokenDimension> table(TokenDimension, count);
    for (Eigen::Index token = 0; token < count; ++token) {
        for (int row = 0; row < TokenDimension; ++row) {
            table(row, token) = Number(static_cast<int>((row * row + 3 * row * token + token * token / 5) % 9) - 4);
        }
    }
    return table;
}

template <int TokenDimension>
void require_all_ways_to_agree(Eigen::Index count) {
    constexpr int input = TokenDimension - 1;
    CAPTURE(TokenDimension, count);
    auto const table = whole_numbers<float, TokenDimension>(count);
    auto one_by_one = nothing_observed<float, TokenDimension>();
    for (Eigen::Index token = 0; token < count; ++token) {
        static_cast<void>(
            one_by_one.observe(table.col(token).template head<input>(), table.col(token).template tail<1>()));
    }
    auto const require_equal = [&](char const* way, auto const& observe) {
        CAPTURE(way);
        auto context = nothing_observed<float, TokenDimension>();
        observe(context);
        REQUIRE(context.count() == count);
        REQUIRE(context.gram() == one_by_one.gram());
    };
    require_equal("a matrix", [&](auto& context) { static_cast<void>(context.observe_tokens(table)); });
    require_equal("a column, then a block without gaps", [&](auto& context) {
        static_cast<void>(context.observe_tokens(table.col(0)));
        static_cast<void>(context.observe_tokens(table.rightCols(count - 1)));
    });
    require_equal("a row for each example", [&](auto& context) {
        Eigen::Matrix<float, Eigen::Dynamic, TokenDimension, Eigen::RowMajor> const rows = table.transpose();
        static_cast<void>(context.observe_tokens(rows.transpose()));
    });
    require_equal("a row for each example, column after column", [&](auto& context) {
        Eigen::Matrix<float, Eigen::Dynamic, TokenDimension> const rows = table.transpose();
        static_cast<void>(context.observe_tokens(rows.transpose()));
    });
    require_equal("a block with gaps", [&](auto& context) {
        Eigen::MatrixXf wider = Eigen::MatrixXf::Constant(TokenDimension + 2, count, 1e9f);
        wider.middleRows<TokenDimension>(1) = table;
        static_cast<void>(context.observe_tokens(wider.middleRows<TokenDimension>(1)));
    });
    require_equal("every second number", [&](auto& context) {
        Eigen::MatrixXf spread = Eigen::MatrixXf::Constant(2 * TokenDimension, count, 1e9f);
        Eigen::Map<TableOf<float, TokenDimension>, 0, Eigen::Stride<Eigen::Dynamic, 2>> view(
            spread.data(), TokenDimension, count, Eigen::Stride<Eigen::Dynamic, 2>(2 * TokenDimension, 2));
        view = table;
        static_cast<void>(context.observe_tokens(view));
    });
    require_equal("inputs and outputs apart", [&](auto& context) {
        Eigen::Matrix<float, input, Eigen::Dynamic> const X = table.template topRows<input>();
        Eigen::Matrix<float, 1, Eigen::Dynamic> const Y = table.template bottomRows<1>();
        static_cast<void>(context.observe(X, Y));
    });
    require_equal("blocks of one table", [&](auto& context) {
        static_cast<void>(context.observe(table.template topRows<input>(), table.template bottomRows<1>()));
    });
    require_equal("an example, then a table", [&](auto& context) {
        static_cast<void>(context.observe(table.col(0).template head<input>(), table.col(0).template tail<1>()));
        static_cast<void>(context.observe_tokens(table.rightCols(count - 1)));
    });
}

TEST_CASE("a context is the same whichever way its examples come") {
    for (Eigen::Index const count : {1, 2, 7, 255, 256, 257, 600}) {
        require_all_ways_to_agree<3>(count);
        require_all_ways_to_agree<5>(count);
        require_all_ways_to_agree<11>(count);
        require_all_ways_to_agree<19>(count);
    }
}

TEST_CASE("a table with another number of outputs than inputs is not observed") {
    auto context = nothing_observed<float, 5>();
    auto const table = whole_numbers<float, 5>(7);
    REQUIRE(context.observe(table.topRows<4>(), table.bottomRows<1>().leftCols(6)) == Observation::unlike_lengths);
    REQUIRE(context.count() == 0);
    REQUIRE(context.gram().isZero(0));
}

TEST_CASE("lanes observe tables of sixteen contexts at once") {
    using Floats = Lanes<float, 16>;
    constexpr int count = 260;
    auto const table = whole_numbers<float, 5>(count);
    Matrix<Floats, 5, count> tables;
    for (int token = 0; token < count; ++token) {
        for (int row = 0; row < 5; ++row) {
            for (int lane = 0; lane < 16; ++lane) {
                tables(row, token).set(lane, table(row, token) + static_cast<float>(lane));
            }
        }
    }
    auto of_lanes = nothing_observed<Floats, 5>();
    static_cast<void>(of_lanes.observe_tokens(tables));
    for (int lane = 0; lane < 16; ++lane) {
        auto of_one = nothing_observed<float, 5>();
        static_cast<void>(of_one.observe_tokens((table.array() + static_cast<float>(lane)).matrix().eval()));
        for (int row = 0; row < 5; ++row) {
            for (int col = 0; col < 5; ++col) {
                REQUIRE(of_lanes.gram()(row, col)[lane] == of_one.gram()(row, col));
            }
        }
    }
}

/// A matrix of one's own that stores its entries by rows, and gives them away as values.
struct TableByRows {
    using Scalar = float;
    static constexpr int RowsAtCompileTime = 3;
    static constexpr int ColsAtCompileTime = 4;
    float rows[3][4] = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}};

    float operator()(long long row, long long col) const { return rows[row][col]; }
    float const* data() const { return &rows[0][0]; }
};

TEST_CASE("a table of one's own is read by its entries, however it stores them") {
    STATIC_REQUIRE(AnyMatrix<TableByRows>);
    STATIC_REQUIRE_FALSE(observed_table::is_without_gaps(TableByRows{}));
    STATIC_REQUIRE(observed_table::is_without_gaps(Matrix<Modular, 3, 4>{}));
    auto own = nothing_observed<float, 3>();
    auto eigens = nothing_observed<float, 3>();
    TableByRows const table;
    Eigen::Matrix<float, 3, 4> same;
    same << 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12;
    REQUIRE(own.observe_tokens(table) == Observation::observed);
    REQUIRE(eigens.observe_tokens(same) == Observation::observed);
    REQUIRE(own.gram() == eigens.gram());
    REQUIRE(own.gram()(0, 0) == 2 * (1 + 4 + 9 + 16));  // N/n = 8/4
}

}  // namespace

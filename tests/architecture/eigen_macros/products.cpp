// SPDX-License-Identifier: MIT
// Compiled with each of Eigen's macros and run: matrices that lie in memory as badly as their types allow.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <span>
#include <vector>

#include "incontext/matrix/eigen.hpp"
#include "incontext/recurrence/gated_delta.hpp"
#include "incontext/recurrence/in_chunks.hpp"

using namespace incontext;

namespace {

int mistakes = 0;

void expect(bool is_right, char const* what) {
    if (!is_right) {
        std::printf("wrong: %s\n", what);
        ++mistakes;
    }
}

/// Small whole numbers: no order of the sums rounds.
template <class M>
M drawn(int stream) {
    M result;
    for (int col = 0; col < cols_of<M>; ++col) {
        for (int row = 0; row < rows_of<M>; ++row) {
            result(row, col) = NumberOf<M>((7 * row + 11 * col + row * col + 5 * stream) % 51 - 25);
        }
    }
    return result;
}

/// Whether these are `times` the sums over the inner index of a and b.
template <class C, class A, class B>
bool is_product(int times, C const& c, A const& a, B const& b) {
    for (int row = 0; row < rows_of<A>; ++row) {
        for (int col = 0; col < cols_of<B>; ++col) {
            NumberOf<C> sum(0);
            for (int i = 0; i < cols_of<A>; ++i) {
                sum += a(row, i) * b(i, col);
            }
            if (!(c(row, col) == NumberOf<C>(static_cast<float>(times)) * sum)) {
                return false;
            }
        }
    }
    return true;
}

/// A number before each matrix: it lies as its alignment says, and no better.
template <class C, class A, class B>
struct Odd {
    float before_a = 0;
    A a = drawn<A>(1);
    float before_b = 0;
    B b = drawn<B>(2);
    float before_c = 0;
    C c;
};

/// Products, sums in place and products by the transpose.
template <class Number, int Rows, int Inner, int Cols, template <class, int, int> class Of>
void check_products(char const* what) {
    using A = Of<Number, Rows, Inner>;
    using B = Of<Number, Inner, Cols>;
    std::vector<Odd<Of<Number, Rows, Cols>, A, B>> all(3);
    for (auto& odd : all) {
        odd.c = product(odd.a, odd.b);
        expect(is_product(1, odd.c, odd.a, odd.b), what);
        Matrix<Number, Cols, Inner> const b_in_rows = odd.b.transpose();
        odd.c = product_with_transpose(odd.a, b_in_rows);
        expect(is_product(1, odd.c, odd.a, odd.b), what);
        add_product(odd.c, odd.a, odd.b);
        expect(is_product(2, odd.c, odd.a, odd.b), what);
        add_product_with_transpose(odd.c, odd.a, b_in_rows);
        expect(is_product(3, odd.c, odd.a, odd.b), what);
    }
}

/// As a user writes it: in Eigen's default order.
template <class Number, int Rows, int Cols>
using Users = Eigen::Matrix<Number, Rows, Cols>;

/// A stream in chunks is one token by token; the memories lie in odd places, too.
template <class Number, int Keys, int Values, int Length>
void check_chunks() {
    using Rule = GatedDeltaRule<MemoryShape{Keys, Values}, Number>;
    struct OddState {
        float before = 0;
        typename Rule::State state{};
    };
    std::vector<typename Rule::Example> examples(2 * Length + 1);
    std::vector<typename Rule::Query> queries(examples.size());
    int stream = 0;
    for (auto& example : examples) {
        example.key = drawn<Matrix<Number, Keys, 1>>(++stream) / Number(100);
        example.value = drawn<Matrix<Number, Values, 1>>(++stream) / Number(100);
        example.rate = Number(0.5f);
        example.gate = Number(0.9f);
    }
    for (auto& query : queries) {
        query = drawn<Matrix<Number, Keys, 1>>(++stream) / Number(100);
    }
    std::vector<typename Rule::Answer> one_by_one(examples.size());
    std::vector<typename Rule::Answer> answers(examples.size());
    std::vector<OddState> states(2);
    std::span<typename Rule::Example const> const seen(examples);
    std::span<typename Rule::Query const> const asked(queries);
    static_cast<void>(in_sequence(Rule{}, states[0].state, seen, asked, std::span<typename Rule::Answer>(one_by_one)));
    static_cast<void>(
        in_chunks<Length>(Rule{}, states[1].state, seen, asked, std::span<typename Rule::Answer>(answers)));
    for (std::size_t t = 0; t < answers.size(); ++t) {
        expect(static_cast<double>((answers[t] - one_by_one[t]).norm()) < 1e-4, "a stream in chunks");
    }
}

/// Lanes keep the alignment that they bring.
void check_lanes() {
    using Square = Eigen::Matrix<Lanes<float, 16>, 3, 3>;
    std::vector<Square> lanes(3);
    for (auto& matrix : lanes) {
        matrix = drawn<Square>(1);
        expect(is_product(1, product(matrix, matrix), matrix, matrix), "products of lanes");
    }
}

}  // namespace

int main() {
    check_products<float, 32, 32, 32, Matrix>("products of float");
    check_products<double, 16, 24, 40, Matrix>("products of double");
    check_products<float, 32, 32, 32, Users>("products of the user's own matrices");
    check_products<float, 5, 7, 3, Users>("small products");
    check_chunks<float, 32, 32, 16>();
    check_lanes();
    return mistakes == 0 ? 0 : 1;
}

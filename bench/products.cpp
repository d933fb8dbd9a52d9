// SPDX-License-Identifier: MIT
// Products of small matrices, n x n by n x n, one for each of 2048 tasks: what every layer consists of.
//
//   work        product_per_task/...   both factors are the task's own
//               product_shared/...     the left factor (weights) is the same for all tasks
//               product_in_cache/...   the factors of 16 tasks, again and again: 3 n^2 / 16 KB, of which nothing leaves the second cache
//   compare     GFlop/s: every formulation does 2 n^3 flops per task
//   of peak     GFlop/s beside the fused multiply-adds that this program measured when it began
//
// The three matrices of all tasks take 24 n^2 KB: they do not fit the first cache, and the larger ones not the second.
//
// Before anything is timed its results are compared with those in double, entry by entry: they must be equal, because
// the factors consist of whole numbers from -3 to 3. Factors are opaque to the compiler in every iteration.
#include <algorithm>
#include <cstddef>
#include <string>
#include <type_traits>
#include <vector>

#include "formulation.hpp"
#include "gemm.hpp"

namespace {

using namespace bench;

static_assert(3 * 3 * 32 < 0x1p24, "whole numbers up to 2^24 are exact in float");

/// Whose the factors are. The left one that all tasks share is that of the first.
enum class Factors { per_task, shared, in_cache };

/// The task that has the factors of this one.
template <Factors Of>
int task_of(int task) {
    return Of == Factors::in_cache ? task % 16 : task;
}
template <Factors Of>
int left_entry(int task, int row, int col) {
    return small_number(Of == Factors::shared ? 0 : task_of<Of>(task), row, col);
}
template <Factors Of>
int right_entry(int task, int row, int col) {
    return small_number(batch + task_of<Of>(task), row, col);
}

template <int Size, Factors Of>
Expected const& expected() {
    static Expected const products = [] {
        Expected result(Size, Size * batch);
        for (int task = 0; task < batch; ++task) {
            auto const left =
                generate<double, Size, Size>([=](int row, int col) { return left_entry<Of>(task, row, col); });
            auto const right =
                generate<double, Size, Size>([=](int row, int col) { return right_entry<Of>(task, row, col); });
            result.middleCols(task * Size, Size) = left.lazyProduct(right);
        }
        return result;
    }();
    return products;
}

/// The library's product, a task in each lane. A shared factor is a matrix of plain numbers.
template <int Size, Factors Of>
class InLanes {
  public:
    [[nodiscard]] static constexpr double flops() { return 2.0 * Size * Size * Size; }

    InLanes() {
        for (int i = 0; i < packs; ++i) {
            auto const index = static_cast<std::size_t>(i);
            right_[index] = generate<Floats, Size, Size>([i](int row, int col) {
                return in_lanes<Floats>(i, [=](int task) { return right_entry<Of>(task, row, col); });
            });
            left_[Of == Factors::shared ? 0 : index] = generate<Left, Size, Size>([i](int row, int col) {
                return in_lanes<Left>(i, [=](int task) { return left_entry<Of>(task, row, col); });
            });
        }
    }

    void operator()() {
        for (std::size_t i = 0; i < packs; ++i) {
            std::size_t const pack = i % different_packs;
            renew(result_[pack], [&] { return product(left_[Of == Factors::shared ? 0 : pack], right_[pack]); });
        }
    }
    [[nodiscard]] float result(int task, int row, int col) const {
        int const of = task_of<Of>(task);
        return result_[static_cast<std::size_t>(of / lanes_in<Floats>)](row, col)[of % lanes_in<Floats>];
    }

  private:
    using Left = std::conditional_t<Of == Factors::shared, float, Floats>;
    static constexpr int packs = batch / lanes_in<Floats>;
    static constexpr std::size_t different_packs = Of == Factors::in_cache ? std::max(1, 16 / lanes_in<Floats>) : packs;
    using Matrices = std::vector<Matrix<Floats, Size, Size>>;

    std::vector<Matrix<Left, Size, Size>> left_ =
        std::vector<Matrix<Left, Size, Size>>(Of == Factors::shared ? 1 : packs);
    Matrices right_ = Matrices(packs);
    Matrices result_ = Matrices(packs);
};

/// A library of linear algebra, a call for each product. Stride: from column to column in memory.
template <GemmLibrary Gemm, int Size, Factors Of, int Stride>
class CallForEach {
  public:
    [[nodiscard]] static constexpr double flops() { return 2.0 * Size * Size * Size; }
    [[nodiscard]] static std::string label() { return Stride == Size ? "" : "padded"; }

    CallForEach() {
        for (int task = 0; task < batch; ++task) {
            for (int col = 0; col < Size; ++col) {
                for (int row = 0; row < Size; ++row) {
                    left_.at(task, row, col) = static_cast<float>(left_entry<Of>(task, row, col));
                    right_.at(task, row, col) = static_cast<float>(right_entry<Of>(task, row, col));
                }
            }
        }
    }

    void operator()() {
        for (int task = 0; task < batch; ++task) {
            gemm_(left_.of(Of == Factors::shared ? 0 : task_of<Of>(task)), right_.of(task_of<Of>(task)),
                  result_.of(task_of<Of>(task)));
        }
    }
    [[nodiscard]] float result(int task, int row, int col) const { return result_.at(task_of<Of>(task), row, col); }

  private:
    Gemm gemm_{GemmShape{Size, Size, Size, Stride, Stride, Stride}};
    MatricesOfTasks left_{Size, Stride};
    MatricesOfTasks right_{Size, Stride};
    MatricesOfTasks result_{Size, Stride};
};

template <int Size, Factors Of>
void add_products(std::string const& work) {
    constexpr double of_matrix = Of == Factors::in_cache ? 0 : Size * Size;
    constexpr double read = (Of == Factors::shared ? 1 : 2) * of_matrix;  // a shared factor stays in the cache
    add_formulation<InLanes<Size, Of>>(work, "incontext_lanes", Size, expected<Size, Of>, read, of_matrix);
    for_each_library([&]<class Gemm>(std::string const& name) {
        add_formulation<CallForEach<Gemm, Size, Of, Size>, CallForEach<Gemm, Size, Of, padded(Size)>>(
            work, name, Size, expected<Size, Of>, read, of_matrix);
    });
}

template <int... Size>
void add_products_of_sizes() {
    (add_products<Size, Factors::per_task>("product_per_task"), ...);
    (add_products<Size, Factors::shared>("product_shared"), ...);
    (add_products<Size, Factors::in_cache>("product_in_cache"), ...);
}

}  // namespace

int main(int argc, char** argv) {
    add_products_of_sizes<4, 5, 8, 11, 16, 21, 32>();
    return bench::run(argc, argv);
}

// SPDX-License-Identifier: MIT
// Products of small matrices, n x n by n x n, one for each of 2048 tasks: what every layer consists of.
//
//   work        product_per_task/...   both factors are the task's own
//               product_shared/...     the left factor (weights) is the same for all tasks
//   compare     GFlop/s: every formulation does 2 n^3 flops per task
//   of peak     GFlop/s beside the fused multiply-adds that this program measured when it began
//
// The three matrices of all tasks take 24 n^2 KB: they do not fit the first cache, and the larger ones not the second.
//
// Before anything is timed its results are compared with those in double, entry by entry: they must be equal, because
// the factors consist of whole numbers from -3 to 3. Factors are opaque to the compiler in every iteration.
#include <string>
#include <type_traits>
#include <vector>

#include "formulation.hpp"
#include "gemm.hpp"

namespace {

using namespace bench;

static_assert(3 * 3 * 32 < 0x1p24, "whole numbers up to 2^24 are exact in float");

/// Entries of the factors. The left one that all tasks share is that of the first.
template <bool IsShared>
int left_entry(int task, int row, int col) {
    return small_number(IsShared ? 0 : task, row, col);
}
int right_entry(int task, int row, int col) {
    return small_number(batch + task, row, col);
}

template <int Size, bool IsShared>
Expected const& expected() {
    static Expected const products = [] {
        Expected result(Size, Size * batch);
        for (int task = 0; task < batch; ++task) {
            auto const left =
                generate<double, Size, Size>([=](int row, int col) { return left_entry<IsShared>(task, row, col); });
            auto const right =
                generate<double, Size, Size>([=](int row, int col) { return right_entry(task, row, col); });
            result.middleCols(task * Size, Size) = left.lazyProduct(right);
        }
        return result;
    }();
    return products;
}

/// The library's product, a task in each lane. A shared factor is a matrix of plain numbers.
template <int Size, bool IsShared>
class InLanes {
  public:
    [[nodiscard]] static constexpr double flops() { return 2.0 * Size * Size * Size; }

    InLanes() {
        for (int i = 0; i < packs; ++i) {
            auto const index = static_cast<std::size_t>(i);
            right_[index] = generate<Floats, Size, Size>([i](int row, int col) {
                return in_lanes<Floats>(i, [=](int task) { return right_entry(task, row, col); });
            });
            left_[IsShared ? 0 : index] = generate<Left, Size, Size>([i](int row, int col) {
                return in_lanes<Left>(i, [=](int task) { return left_entry<IsShared>(task, row, col); });
            });
        }
    }

    void operator()() {
        for (std::size_t i = 0; i < right_.size(); ++i) {
            renew(result_[i], [&] { return product(left_[IsShared ? 0 : i], right_[i]); });
        }
    }
    [[nodiscard]] float result(int task, int row, int col) const {
        return result_[static_cast<std::size_t>(task / lanes_in<Floats>)](row, col)[task % lanes_in<Floats>];
    }

  private:
    using Left = std::conditional_t<IsShared, float, Floats>;
    static constexpr int packs = batch / lanes_in<Floats>;
    using Matrices = std::vector<Matrix<Floats, Size, Size>>;

    std::vector<Matrix<Left, Size, Size>> left_ = std::vector<Matrix<Left, Size, Size>>(IsShared ? 1 : packs);
    Matrices right_ = Matrices(packs);
    Matrices result_ = Matrices(packs);
};

/// A library of linear algebra, a call for each product. Stride: from column to column in memory.
template <GemmLibrary Gemm, int Size, bool IsShared, int Stride>
class CallForEach {
  public:
    [[nodiscard]] static constexpr double flops() { return 2.0 * Size * Size * Size; }
    [[nodiscard]] static std::string label() { return Stride == Size ? "" : "padded"; }

    CallForEach() {
        for (int task = 0; task < batch; ++task) {
            for (int col = 0; col < Size; ++col) {
                for (int row = 0; row < Size; ++row) {
                    left_.at(task, row, col) = static_cast<float>(left_entry<IsShared>(task, row, col));
                    right_.at(task, row, col) = static_cast<float>(right_entry(task, row, col));
                }
            }
        }
    }

    void operator()() {
        for (int task = 0; task < batch; ++task) {
            gemm_(left_.of(IsShared ? 0 : task), right_.of(task), result_.of(task));
        }
    }
    [[nodiscard]] float result(int task, int row, int col) const { return result_.at(task, row, col); }

  private:
    Gemm gemm_{GemmShape{Size, Size, Size, Stride, Stride, Stride}};
    MatricesOfTasks left_{Size, Stride};
    MatricesOfTasks right_{Size, Stride};
    MatricesOfTasks result_{Size, Stride};
};

template <int Size, bool IsShared>
void add_products(std::string const& work) {
    constexpr double read = (IsShared ? 1 : 2) * Size * Size;  // a shared factor stays in the cache
    add_formulation<InLanes<Size, IsShared>>(work, "incontext_lanes", Size, expected<Size, IsShared>, read,
                                             Size * Size);
    for_each_library([&]<class Gemm>(std::string const& name) {
        add_formulation<CallForEach<Gemm, Size, IsShared, Size>, CallForEach<Gemm, Size, IsShared, padded(Size)>>(
            work, name, Size, expected<Size, IsShared>, read, Size * Size);
    });
}

template <int... Size>
void add_products_of_sizes() {
    (add_products<Size, false>("product_per_task"), ...);
    (add_products<Size, true>("product_shared"), ...);
}

}  // namespace

int main(int argc, char** argv) {
    add_products_of_sizes<4, 5, 8, 11, 16, 21, 32>();
    return bench::run(argc, argv);
}

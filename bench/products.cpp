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
#include "libxsmm_peer.hpp"
#include "measure.hpp"
#include "openblas_peer.hpp"

namespace {

using namespace bench;

enum class Left { per_task, shared };

using Floats = Lanes<float, native_float_lanes>;

template <int Size>
constexpr double flops_of_product = 2.0 * Size* Size* Size;

// ------------------------------------------------------------------------------------------------ what is multiplied ----

static_assert(3 * 3 * 32 < 0x1p24, "whole numbers up to 2^24 are exact in float");

int left_entry(int task, int row, int col) {
    return small_number(task, row, col);
}
int right_entry(int task, int row, int col) {
    return small_number(batch + task, row, col);
}

/// The left factor that all tasks share is that of the first.
template <Left Kind>
int left_of(int task) {
    return Kind == Left::shared ? 0 : task;
}

template <int Size, Left Kind>
Expected const& expected() {
    static Expected const products = [] {
        Expected result{Dynamic<double>(Size, Size * batch)};
        for (int task = 0; task < batch; ++task) {
            auto const left = generate<double, Size, Size>(
                [&](int row, int col) { return left_entry(left_of<Kind>(task), row, col); });
            auto const right =
                generate<double, Size, Size>([&](int row, int col) { return right_entry(task, row, col); });
            result.values.middleCols(task * Size, Size) = left.lazyProduct(right);
        }
        return result;
    }();
    return products;
}

// ------------------------------------------------------------------------------------------------ how it is multiplied ----

/// The library's product, a task in each lane. A shared factor is a matrix of plain numbers.
template <int Size, Left Kind>
class InLanes {
  public:
    [[nodiscard]] static constexpr double flops() { return flops_of_product<Size>; }

    InLanes() {
        for (int i = 0; i < packs; ++i) {
            auto const index = static_cast<std::size_t>(i);
            right_[index] = generate<Floats, Size, Size>([i](int row, int col) {
                return in_lanes<Floats>(i, [=](int task) { return right_entry(task, row, col); });
            });
            if (Kind == Left::per_task || i == 0) {
                left_[index] = generate<LeftNumber, Size, Size>([i](int row, int col) {
                    return in_lanes<LeftNumber>(i, [=](int task) { return left_entry(task, row, col); });
                });
            }
        }
    }

    void operator()() {
        for (std::size_t i = 0; i < right_.size(); ++i) {
            renew(result_[i], [&] { return product(left_[Kind == Left::shared ? 0 : i], right_[i]); });
        }
    }
    [[nodiscard]] float result(int task, int row, int col) const {
        return of_task(result_[static_cast<std::size_t>(task / lanes_in<Floats>)](row, col), task);
    }

  private:
    using LeftNumber = std::conditional_t<Kind == Left::shared, float, Floats>;
    static constexpr int packs = batch / lanes_in<Floats>;

    using LeftMatrices = std::vector<Matrix<LeftNumber, Size, Size>>;
    using Matrices = std::vector<Matrix<Floats, Size, Size>>;

    LeftMatrices left_ = LeftMatrices(Kind == Left::shared ? 1 : packs);
    Matrices right_ = Matrices(packs);
    Matrices result_ = Matrices(packs);
};

/// Eigen's matrices of fixed size: a * b, or a.lazyProduct(b).
template <int Size, Left Kind, bool IsLazy>
class EigenFixed {
  public:
    [[nodiscard]] static constexpr double flops() { return flops_of_product<Size>; }

    EigenFixed() {
        for (int task = 0; task < batch; ++task) {
            auto const index = static_cast<std::size_t>(task);
            left_[index] = generate<float, Size, Size>(
                [=](int row, int col) { return static_cast<float>(left_entry(task, row, col)); });
            right_[index] = generate<float, Size, Size>(
                [=](int row, int col) { return static_cast<float>(right_entry(task, row, col)); });
        }
    }

    void operator()() {
        for (std::size_t task = 0; task < batch; ++task) {
            auto const& left = left_[Kind == Left::shared ? 0 : task];
            if constexpr (IsLazy) {
                result_[task].noalias() = left.lazyProduct(right_[task]);
            } else {
                result_[task].noalias() = left * right_[task];
            }
        }
    }
    [[nodiscard]] float result(int task, int row, int col) const {
        return result_[static_cast<std::size_t>(task)](row, col);
    }

  private:
    using OfTasks = std::vector<Eigen::Matrix<float, Size, Size>>;

    OfTasks left_ = OfTasks(batch);
    OfTasks right_ = OfTasks(batch);
    OfTasks result_ = OfTasks(batch);
};

/// A library of linear algebra, a call for each product. Stride: from column to column in memory.
template <GemmLibrary Gemm, int Size, Left Kind, int Stride = Size>
class CallForEach {
  public:
    [[nodiscard]] static constexpr double flops() { return flops_of_product<Size>; }

    CallForEach() {
        for (int task = 0; task < batch; ++task) {
            for (int col = 0; col < Size; ++col) {
                for (int row = 0; row < Size; ++row) {
                    left_.at(task, row, col) = static_cast<float>(left_entry(task, row, col));
                    right_.at(task, row, col) = static_cast<float>(right_entry(task, row, col));
                }
            }
        }
    }

    void operator()() {
        for (int task = 0; task < batch; ++task) {
            gemm_(left_.of(left_of<Kind>(task)), right_.of(task), result_.of(task));
        }
    }
    [[nodiscard]] float result(int task, int row, int col) const { return result_.at(task, row, col); }
    [[nodiscard]] static std::string missing() { return Gemm::missing(); }
    [[nodiscard]] static std::string label() { return Stride == Size ? "" : "columns padded to whole registers"; }

  protected:
    MatricesOfTasks left_{Size, Stride};
    MatricesOfTasks right_{Size, Stride};
    MatricesOfTasks result_{Size, Stride};

  private:
    Gemm gemm_{GemmShape{Size, Size, Size, Stride, Stride, Stride}};
};

/// The same with one call for all products, which share their left factor: [n x n] by [n x 2048 n].
template <GemmLibrary Gemm, int Size, int Stride = Size>
class CallForAll : public CallForEach<Gemm, Size, Left::shared, Stride> {
  public:
    void operator()() { gemm_(this->left_.of(0), this->right_.of(0), this->result_.of(0)); }

  private:
    Gemm gemm_{GemmShape{Size, Size, Size* batch, Stride, Stride, Stride}};
};

// ------------------------------------------------------------------------------------------------------ who competes ----

template <int Size, Left Kind>
void add_products(std::string const& work) {
    auto const compete = [&]<class F>(std::string const& competitor, std::type_identity<F>) {
        add_formulation<F>(work, competitor, Size, expected<Size, Kind>);
    };
    compete("incontext_lanes", std::type_identity<InLanes<Size, Kind>>());
    compete("eigen_fixed", std::type_identity<EigenFixed<Size, Kind, false>>());
    compete("eigen_fixed_lazy", std::type_identity<EigenFixed<Size, Kind, true>>());
    compete("eigen_dynamic", std::type_identity<CallForEach<EigenGemm, Size, Kind>>());
    compete("libxsmm",
            std::type_identity<
                Fastest<CallForEach<LibxsmmGemm, Size, Kind>, CallForEach<LibxsmmGemm, Size, Kind, padded(Size)>>>());
    compete("openblas", std::type_identity<CallForEach<OpenblasGemm, Size, Kind>>());
    if constexpr (Kind == Left::shared) {
        compete("eigen_dynamic_flat", std::type_identity<CallForAll<EigenGemm, Size>>());
        compete(
            "libxsmm_flat",
            std::type_identity<Fastest<CallForAll<LibxsmmGemm, Size>, CallForAll<LibxsmmGemm, Size, padded(Size)>>>());
        compete("openblas_flat", std::type_identity<CallForAll<OpenblasGemm, Size>>());
    }
}

template <int... Size>
void add_products_of_sizes() {
    (add_products<Size, Left::per_task>("product_per_task"), ...);
    (add_products<Size, Left::shared>("product_shared"), ...);
}

}  // namespace

int main(int argc, char** argv) {
    add_products_of_sizes<4, 5, 8, 11, 16, 21, 32>();
    return bench::run(argc, argv);
}

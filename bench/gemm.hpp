// SPDX-License-Identifier: MIT
/// @file
/// Products of matrices in memory, as libraries of linear algebra offer them: the interface behind which they compete.
///
///     C = A B,     C = A B^T,     C += A B,     C += A B^T          column after column, sizes known beforehand
///
/// libxsmm 1.17 generates no code for A^T, so no formulation here needs it.
#pragma once

#include <Eigen/Core>
#include <concepts>
#include <string>

#include "formulation.hpp"

namespace bench {

/// A product of two matrices: sizes, and how many numbers lie between the beginnings of neighbouring columns.
struct GemmShape {
    int rows;   // of A and C
    int inner;  // columns of A
    int cols;   // of C
    int stride_a;
    int stride_b;
    int stride_c;
    bool is_b_transposed = false;
    bool is_added = false;  // C += instead of C =
};

/// A library that multiplies: made for a shape, then called with the addresses of A, B and C.
///
///     Gemm::missing()    why it cannot be used here; empty if it can
template <class Gemm>
concept GemmLibrary = std::constructible_from<Gemm, GemmShape> && requires(Gemm const& gemm, float const* a, float* c) {
    gemm(a, a, c);
    { Gemm::missing() } -> std::convertible_to<std::string>;
};

/// Eigen, of sizes that are known at run time only.
class EigenGemm {
  public:
    explicit EigenGemm(GemmShape const& shape) : shape_(shape) {}

    [[nodiscard]] static std::string missing() { return ""; }

    void operator()(float const* a, float const* b, float* c) const {
        Given const A(a, shape_.rows, shape_.inner, Stride(shape_.stride_a));
        Eigen::Map<Dynamic<float>, Eigen::Unaligned, Stride> C(c, shape_.rows, shape_.cols, Stride(shape_.stride_c));
        if (shape_.is_b_transposed) {
            write(C, A, Given(b, shape_.cols, shape_.inner, Stride(shape_.stride_b)).transpose());
        } else {
            write(C, A, Given(b, shape_.inner, shape_.cols, Stride(shape_.stride_b)));
        }
    }

  private:
    using Stride = Eigen::OuterStride<>;
    using Given = Eigen::Map<Dynamic<float> const, Eigen::Unaligned, Stride>;

    template <class C, class A, class B>
    void write(C& c, A const& a, B const& b) const {
        if (shape_.is_added) {
            c.noalias() += a * b;
        } else {
            c.noalias() = a * b;
        }
    }

    GemmShape shape_;
};
static_assert(GemmLibrary<EigenGemm>);

/// In place of a library that was not found: a base that multiplies nothing.
class MissingGemm {
  public:
    explicit MissingGemm(GemmShape const& /*shape*/) {}
    void operator()(float const* /*a*/, float const* /*b*/, float* /*c*/) const {}

  protected:
    [[nodiscard]] static std::string not_found(std::string const& library) {
        return library + " is skipped: it was not found when the benchmarks were configured (./setup.sh --peers installs it)";
    }
};

/// The next multiple of sixteen: columns of that many floats begin at whole registers and lines of the cache.
[[nodiscard]] constexpr int padded(int rows) {
    return (rows + 15) / 16 * 16;
}

/// A matrix [rows x cols] for every task, one after the other; aligned, and zero between the columns.
class MatricesOfTasks {
  public:
    MatricesOfTasks(int cols, int stride, int count = batch)
        : numbers_(Dynamic<float>::Zero(stride, static_cast<Eigen::Index>(cols) * count)),
          cols_(cols),
          stride_(stride) {}

    [[nodiscard]] float* of(int task) { return numbers_.data() + offset(task); }
    [[nodiscard]] float const* of(int task) const { return numbers_.data() + offset(task); }
    [[nodiscard]] float& at(int task, int row, int col) { return of(task)[col * stride_ + row]; }
    [[nodiscard]] float at(int task, int row, int col) const { return of(task)[col * stride_ + row]; }

  private:
    [[nodiscard]] Eigen::Index offset(int task) const { return static_cast<Eigen::Index>(task) * cols_ * stride_; }

    Dynamic<float> numbers_;
    Eigen::Index cols_;
    Eigen::Index stride_;
};

}  // namespace bench

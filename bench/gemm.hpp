// SPDX-License-Identifier: MIT
/// @file
/// Products of matrices in memory, as libraries of linear algebra offer them: the interface behind which they compete.
///
///     C = A B,     C = A B^T,     C += A B,     C += A B^T          column after column, sizes known beforehand
///
/// libxsmm 1.17 generates no code for A^T, so no formulation here needs it. What CMake does not find takes no part.
#pragma once

#include <Eigen/Core>
#include <concepts>
#include <cstddef>
#include <cstdio>
#include <string>

#include "given.hpp"
#include "measure.hpp"

#ifdef INCONTEXT_BENCH_LIBXSMM
#include <libxsmm.h>
#endif
#ifdef INCONTEXT_BENCH_OPENBLAS
#include <cblas.h>
#endif

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

#ifdef INCONTEXT_BENCH_LIBXSMM
/// libxsmm: code that it generates for these sizes while the program runs.
class Libxsmm {
  public:
    explicit Libxsmm(GemmShape const& shape) : kernel_(generated(shape)) {
        require(size_of_code(kernel_) > 0, "libxsmm has generated no code for a product of " +
                                               std::to_string(shape.rows) + " x " + std::to_string(shape.inner) +
                                               " by " + std::to_string(shape.inner) + " x " +
                                               std::to_string(shape.cols));
    }

    [[nodiscard]] static std::string missing() {
        return size_of_code(generated({11, 11, 11, 11, 11, 11})) > 0
                   ? ""
                   : std::string("libxsmm is skipped: it generates no code for this machine (") +
                         libxsmm_get_target_arch() + ")";
    }

    void operator()(float const* a, float const* b, float* c) const { kernel_(a, b, c); }

  private:
    /// Its address, or null: libxsmm_smmdispatch never falls back to another implementation.
    static libxsmm_smmfunction generated(GemmShape const& shape) {
        float const alpha = 1;
        float const beta = shape.is_added ? 1 : 0;
        int const flags = shape.is_b_transposed ? LIBXSMM_GEMM_FLAG_TRANS_B : LIBXSMM_GEMM_FLAG_NONE;
        int const prefetch = LIBXSMM_GEMM_PREFETCH_NONE;
        return libxsmm_smmdispatch(shape.rows, shape.cols, shape.inner, &shape.stride_a, &shape.stride_b,
                                   &shape.stride_c, &alpha, &beta, &flags, &prefetch);
    }

    /// In bytes; 0 of what was not generated.
    static std::size_t size_of_code(libxsmm_smmfunction kernel) {
        libxsmm_kernel_info info{};
        bool const is_known =
            kernel != nullptr && libxsmm_get_kernel_info(reinterpret_cast<void const*>(kernel), &info) == 0;
        return is_known ? info.code_size : 0;
    }

    libxsmm_smmfunction kernel_;
};
static_assert(GemmLibrary<Libxsmm>);
#endif

#ifdef INCONTEXT_BENCH_OPENBLAS
/// OpenBLAS, on one thread.
class Openblas {
  public:
    explicit Openblas(GemmShape const& shape) : shape_(shape) { openblas_set_num_threads(1); }

    [[nodiscard]] static std::string missing() { return ""; }

    void operator()(float const* a, float const* b, float* c) const {
        cblas_sgemm(CblasColMajor, CblasNoTrans, shape_.is_b_transposed ? CblasTrans : CblasNoTrans, shape_.rows,
                    shape_.cols, shape_.inner, 1.0f, a, shape_.stride_a, b, shape_.stride_b,
                    shape_.is_added ? 1.0f : 0.0f, c, shape_.stride_c);
    }

  private:
    GemmShape shape_;
};
static_assert(GemmLibrary<Openblas>);
#endif

/// Calls use.template operator()<Library>(name) for every library that was found and can be used here.
template <class Use>
void for_each_library([[maybe_unused]] Use const& use) {
#ifdef INCONTEXT_BENCH_LIBXSMM
    if (std::string const reason = Libxsmm::missing(); !reason.empty()) {
        std::fprintf(stderr, "%s\n", reason.c_str());
    } else {
        use.template operator()<Libxsmm>("libxsmm");
    }
#endif
#ifdef INCONTEXT_BENCH_OPENBLAS
    use.template operator()<Openblas>("openblas");
#endif
}

/// The next multiple of sixteen: columns of that many floats begin at whole registers and lines of the cache.
[[nodiscard]] constexpr int padded(int rows) {
    return (rows + 15) / 16 * 16;
}

/// A matrix [rows x cols] for every task, one after the other; aligned, and zero between the columns.
class MatricesOfTasks {
  public:
    MatricesOfTasks(int cols, int stride)
        : numbers_(Dynamic<float>::Zero(stride, static_cast<Eigen::Index>(cols) * batch)),
          cols_(cols),
          stride_(stride) {}

    [[nodiscard]] float* of(int task) { return numbers_.data() + task * cols_ * stride_; }
    [[nodiscard]] float const* of(int task) const { return numbers_.data() + task * cols_ * stride_; }
    [[nodiscard]] float& at(int task, int row, int col) { return of(task)[col * stride_ + row]; }
    [[nodiscard]] float at(int task, int row, int col) const { return of(task)[col * stride_ + row]; }

  private:
    Dynamic<float> numbers_;
    Eigen::Index cols_;
    Eigen::Index stride_;
};

}  // namespace bench

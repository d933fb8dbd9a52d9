// SPDX-License-Identifier: MIT
/// @file
/// OpenBLAS, on one thread.
///
/// Where CMake does not find it, it is missing, and a line says so.
#pragma once

#include <string>

#include "gemm.hpp"

#ifdef INCONTEXT_BENCH_OPENBLAS
#include <cblas.h>
#endif

namespace bench {

#ifdef INCONTEXT_BENCH_OPENBLAS

class OpenblasGemm {
  public:
    explicit OpenblasGemm(GemmShape const& shape) : shape_(shape) { openblas_set_num_threads(1); }

    [[nodiscard]] static std::string missing() { return ""; }

    void operator()(float const* a, float const* b, float* c) const {
        cblas_sgemm(CblasColMajor, CblasNoTrans, shape_.is_b_transposed ? CblasTrans : CblasNoTrans, shape_.rows,
                    shape_.cols, shape_.inner, 1.0f, a, shape_.stride_a, b, shape_.stride_b,
                    shape_.is_added ? 1.0f : 0.0f, c, shape_.stride_c);
    }

  private:
    GemmShape shape_;
};

#else

class OpenblasGemm : public MissingGemm {
  public:
    using MissingGemm::MissingGemm;
    [[nodiscard]] static std::string missing() { return not_found("OpenBLAS"); }
};

#endif

static_assert(GemmLibrary<OpenblasGemm>);

}  // namespace bench

// SPDX-License-Identifier: MIT
/// @file
/// libxsmm: products of small matrices, in code that it generates for their sizes while the program runs.
///
/// Where CMake does not find it, it is missing, and a line says so.
#pragma once

#include <string>

#include "gemm.hpp"
#include "measure.hpp"

#ifdef INCONTEXT_BENCH_LIBXSMM
#include <libxsmm.h>
#endif

namespace bench {

#ifdef INCONTEXT_BENCH_LIBXSMM

class LibxsmmGemm {
  public:
    explicit LibxsmmGemm(GemmShape const& shape) : kernel_(generated(shape)) {
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

#else

class LibxsmmGemm : public MissingGemm {
  public:
    using MissingGemm::MissingGemm;
    [[nodiscard]] static std::string missing() { return not_found("libxsmm"); }
};

#endif

static_assert(GemmLibrary<LibxsmmGemm>);

}  // namespace bench

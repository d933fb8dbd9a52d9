// SPDX-License-Identifier: MIT
/// @file
/// Objects whose Eigen matrices are aligned otherwise (EIGEN_MAX_ALIGN_BYTES, EIGEN_MAX_STATIC_ALIGN_BYTES, EIGEN_DONT_ALIGN,
/// EIGEN_DONT_VECTORIZE) are not linked into one program.
///
/// A struct with a matrix has another size in each of them, and a product that is compiled for aligned matrices would be
/// taken for all. As support/one_register_width.hpp does for -march, two variables say it to the linker: which of them are
/// thread_local tells 64, 32, 16 and fewer bytes apart. What the linkers do not see is said there.
///
/// Cost: four bytes, some of them in every thread. Test: tests/architecture/two_widths.
#pragma once

#include <Eigen/Core>

#if defined(__ELF__)

#if EIGEN_MAX_STATIC_ALIGN_BYTES >= 64
#define INCONTEXT_ALIGNED_1 thread_local
#define INCONTEXT_ALIGNED_2 thread_local
#define INCONTEXT_ALIGNED(name) name##_64
#elif EIGEN_MAX_STATIC_ALIGN_BYTES >= 32
#define INCONTEXT_ALIGNED_1 thread_local
#define INCONTEXT_ALIGNED_2
#define INCONTEXT_ALIGNED(name) name##_32
#elif EIGEN_MAX_STATIC_ALIGN_BYTES >= 16
#define INCONTEXT_ALIGNED_1
#define INCONTEXT_ALIGNED_2 thread_local
#define INCONTEXT_ALIGNED(name) name##_16
#else
#define INCONTEXT_ALIGNED_1
#define INCONTEXT_ALIGNED_2
#define INCONTEXT_ALIGNED(name) name##_0
#endif

extern "C" {

// One name in all objects: for GNU ld and gold. Another -march is another alignment, too, and may be told here.
[[gnu::used]] inline INCONTEXT_ALIGNED_1 constinit char
    incontext_compile_all_objects_with_the_same_march_and_alignment_of_Eigen_1 = 0;
[[gnu::used]] inline INCONTEXT_ALIGNED_2 constinit char
    incontext_compile_all_objects_with_the_same_march_and_alignment_of_Eigen_2 = 0;

// One section in all objects, and a name for each alignment: for lld.
[[gnu::used, gnu::retain,
  gnu::section("incontext.compile_all_objects_with_the_same_march_and_alignment_of_Eigen.1")]]  //
inline INCONTEXT_ALIGNED_1 constinit char INCONTEXT_ALIGNED(incontext_alignment_1) = 1;
[[gnu::used, gnu::retain,
  gnu::section("incontext.compile_all_objects_with_the_same_march_and_alignment_of_Eigen.2")]]  //
inline INCONTEXT_ALIGNED_2 constinit char INCONTEXT_ALIGNED(incontext_alignment_2) = 1;
}

#undef INCONTEXT_ALIGNED_1
#undef INCONTEXT_ALIGNED_2
#undef INCONTEXT_ALIGNED

#endif

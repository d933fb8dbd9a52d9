// SPDX-License-Identifier: MIT
/// @file
/// Objects that were compiled for registers of different widths (-march, -mavx, ...) are not linked into one program.
///
/// Eigen aligns its matrices for the registers of the target, so StreamingContext takes 320 bytes in one object and 384 in
/// another, and functions that pass lanes are called in other ways: such a program gives wrong numbers. C++ has no word for
/// it. Two variables say it to the linker: they are thread_local in the objects of one width and not in those of another.
/// GNU ld and gold refuse a symbol that is both, lld a section that is both, each naming what stands below. What they do
/// not see: link-time optimisation by clang, shared libraries, and other systems than ELF.
///
/// Cost: four bytes, some of them in every thread. Test: tests/architecture/two_widths.
#pragma once

#include "incontext/support/version.hpp"

#if defined(__ELF__)

#if defined(__AVX512F__)
#define INCONTEXT_IN_512_BITS thread_local
#define INCONTEXT_IN_256_BITS
#define INCONTEXT_WIDTH(name) name##_512
#elif defined(__AVX__)
#define INCONTEXT_IN_512_BITS
#define INCONTEXT_IN_256_BITS thread_local
#define INCONTEXT_WIDTH(name) name##_256
#else
#define INCONTEXT_IN_512_BITS
#define INCONTEXT_IN_256_BITS
#define INCONTEXT_WIDTH(name) name##_128
#endif

extern "C" {

// One name in all objects: for GNU ld and gold.
[[gnu::used]] inline INCONTEXT_IN_512_BITS constinit char incontext_compile_all_objects_with_the_same_march_1 = 0;
[[gnu::used]] inline INCONTEXT_IN_256_BITS constinit char incontext_compile_all_objects_with_the_same_march_2 = 0;

// One section in all objects, and a name for each width, so that none is taken for a copy of the other: for lld.
[[gnu::used, gnu::retain, gnu::section("incontext.compile_all_objects_with_the_same_march.1")]]  //
inline INCONTEXT_IN_512_BITS constinit char INCONTEXT_WIDTH(incontext_register_width_1) = 1;
[[gnu::used, gnu::retain, gnu::section("incontext.compile_all_objects_with_the_same_march.2")]]  //
inline INCONTEXT_IN_256_BITS constinit char INCONTEXT_WIDTH(incontext_register_width_2) = 1;
}

#undef INCONTEXT_IN_512_BITS
#undef INCONTEXT_IN_256_BITS
#undef INCONTEXT_WIDTH

#endif

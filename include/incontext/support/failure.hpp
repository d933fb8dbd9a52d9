// SPDX-License-Identifier: MIT
/// @file
/// How a mistake is told at run time: by an exception, or, where exceptions are switched off, by the same sentence and the
/// end of the program.
#pragma once

#include <cstdio>
#include <cstdlib>

#include "incontext/support/version.hpp"

namespace incontext {

/// Throws Exception(sentence). With -fno-exceptions: writes the sentence to the standard error and calls std::abort.
///
/// It is no constant expression, so in a static_assert the call does not compile: there the compilers print the name of the
/// function that calls it, which is why such functions are named like sentences. Cost: nothing where it is not reached.
/// Test: tests/unit/failure.cpp.
template <class Exception>
[[noreturn]] inline void fail(char const* sentence) {
#if defined(__cpp_exceptions)
    throw Exception(sentence);
#else
    std::fputs(sentence, stderr);
    std::fputc('\n', stderr);
    std::abort();
#endif
}

/// The same with a sentence that was made of parts, such as a std::string. Test: tests/unit/failure.cpp.
template <class Exception, class Text>
    requires requires(Text const& text) {
        text.c_str();
    }
[[noreturn]] inline void fail(Text const& sentence) {
    fail<Exception>(sentence.c_str());
}

/// Throws an exception that is made. With -fno-exceptions: as above, with its what(). Test: tests/unit/failure.cpp.
template <class Exception>
    requires requires(Exception const& exception) {
        exception.what();
    }
[[noreturn]] inline void fail_with(Exception const& exception) {
#if defined(__cpp_exceptions)
    throw exception;
#else
    fail<Exception>(exception.what());
#endif
}

}  // namespace incontext

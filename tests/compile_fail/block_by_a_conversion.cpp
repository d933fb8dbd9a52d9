// SPDX-License-Identifier: MIT
// A symbolic block that is opened with what converts to any type: it does not become the key of the library's own sums and products.
//
// expected: an operator is written with what every family of matrices has
#include "incontext/theorem.hpp"

using namespace incontext;

struct AnyType {
    template <class T>
    constexpr operator T() const {
        return T();
    }
};

constexpr void clear(Matrix<Polynomial, 2, 2>& symbols) {
#ifdef BROKEN
    static_cast<void>(symbols.block(AnyType{}, 0, 0));
#else
    symbols = zero<Polynomial, 2, 2>();
#endif
}

// SPDX-License-Identifier: MIT
// An activation that returns its value alone: a pullback asks for the derivative.
//
// expected: an activation or weight function is a struct with a static at(z) over any numbers, which returns ValueAndDerivative<Number>{f(z), f'(z)}
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

struct Square {
    template <class Number>
    static constexpr auto at(Number const& z) {
#ifdef BROKEN
        return z * z;
#else
        return ValueAndDerivative<Number>{z * z, z + z};
#endif
    }
};

constexpr auto after(MLP<Modular, 3, 8, 3, Square> const& mlp, Matrix<Modular, 3, 4> const& tokens) {
    return mlp(tokens);
}

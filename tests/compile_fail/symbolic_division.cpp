// SPDX-License-Identifier: MIT
// A division by a learning rate: a symbol may be zero. Constants and the number of examples divide.
//
// expected: a_symbolic_expression_is_divided_by_an_unknown
#include "incontext/theorem.hpp"

using namespace incontext;

template <class Number>
struct Divided {
    Number rate;

    template <TokenShape Shape>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
#ifdef BROKEN
        prompt.query = prompt.query / rate;
#else
        prompt.query = rate * prompt.query / context_size<Number>(Shape.context);
#endif
        return prompt;
    }
};
constexpr auto divided = []<class Any>(Any any) { return Divided<typename Any::Scalar>{any.learning_rate()}; };

static_assert(identical_for_all_sizes(divided, divided));

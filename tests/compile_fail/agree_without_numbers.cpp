// SPDX-License-Identifier: MIT
// An update that agree cannot evaluate on other numbers.
//
// expected: agree evaluates an update on other numbers as well: it must be a Boost.Hana struct of its parameters
// expected: an_update_must_say_its_numbers<MyUpdate>
#include "incontext/theorem.hpp"
#include "incontext/equivalence/agree.hpp"

using namespace incontext;

struct MyUpdate {
#ifndef BROKEN
    template <class>
    using with_number = MyUpdate;
    BOOST_HANA_DEFINE_STRUCT(MyUpdate);
#endif

    template <TokenShape Shape, class Number>
    Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        return prompt;
    }
};

bool agrees(Prompt<TokenShape{.token_dim = 5, .context = 7}, float> const& prompt) {
    return static_cast<bool>(agree(MyUpdate{}, MyUpdate{}, prompt));
}

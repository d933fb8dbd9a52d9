// SPDX-License-Identifier: MIT
// A ridge memory with a solver of one's own: bytes that it saves could be answered from by another solver.
//
// expected: a ridge memory that is saved says by which solver it answers
// expected: a_solver_has_a_name<
#include "incontext/incontext.hpp"

#include <string_view>

using namespace incontext;

struct ByMyOwn {
    template <class A, class B>
    static constexpr auto solve(A const& symmetric, B const& b) {
        return ByElimination::solve(symmetric, b);
    }
#ifdef BROKEN
    static constexpr int name = 0;
#else
    static constexpr std::string_view name = " by my own";
#endif
};

auto count(RidgeMemory<3, 2, float, ByMyOwn> const& regressor) {
    return regressor.count();
}

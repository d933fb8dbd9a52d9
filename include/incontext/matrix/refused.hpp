// SPDX-License-Identifier: MIT
/// @file
/// What exact and symbolic matrices refuse, each in one sentence: Eigen's members, and a look into a symbolic block.
#pragma once

#include <concepts>

#include "incontext/number/number.hpp"
#include "incontext/support/message.hpp"

namespace incontext {

/// Test: tests/compile_fail/symbolic_entries.cpp.
template <class Asked>
struct nobody_looks_into_a_symbolic_block {
    static_assert(
        never<Asked>,
        "a symbolic block stands for a whole part of a matrix, of any size, so it has no entries to be read, "
        "written or compared: write the operator with sums, products, transposes, rows<...> and blocks of whole "
        "matrices; one that goes through its tokens or entries one by one is compared for named sizes, with "
        "identical<sizes>");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/members_of_eigen.cpp.
template <class Asked>
struct an_operator_is_written_with_functions_that_every_matrix_has {
    static_assert(
        never<Asked>,
        "an operator is written with what every family of matrices has: product(A, B), transpose(A), A + B, A - B, "
        "number * A, rows<first, count>(A), above(A, B), blocks(A, B, C, D), zero, identity and, outside the symbolic "
        "family, "
        "A(row, col) and generate; Eigen's members (topRows, array, sum, ...) exist for float and double alone");
    static constexpr bool value = true;
};

namespace algebra {

/// Base of exact and symbolic matrices: Eigen's members answer with one sentence. Errors: every member does not
/// compile. Test: as above.
struct HasNoMembersOfEigen {
    // clang-format off
    template <auto... S, class... A> constexpr auto const& topRows(A const&...) const { return refused<A...>(*this); }
    template <auto... S, class... A> constexpr auto const& bottomRows(A const&...) const { return refused<A...>(*this); }
    template <auto... S, class... A> constexpr auto const& middleRows(A const&...) const { return refused<A...>(*this); }
    template <auto... S, class... A> constexpr auto const& leftCols(A const&...) const { return refused<A...>(*this); }
    template <auto... S, class... A> constexpr auto const& rightCols(A const&...) const { return refused<A...>(*this); }
    template <auto... S, class... A> constexpr auto const& middleCols(A const&...) const { return refused<A...>(*this); }
    template <auto... S, class... A> constexpr auto const& head(A const&...) const { return refused<A...>(*this); }
    template <auto... S, class... A> constexpr auto const& tail(A const&...) const { return refused<A...>(*this); }
    template <auto... S, class... A> constexpr auto const& segment(A const&...) const { return refused<A...>(*this); }
    template <auto... S, class... A> constexpr auto const& topLeftCorner(A const&...) const { return refused<A...>(*this); }
    template <auto... S, class... A> constexpr auto const& bottomRightCorner(A const&...) const { return refused<A...>(*this); }
    template <auto... S, class... A> constexpr auto const& topRightCorner(A const&...) const { return refused<A...>(*this); }
    template <auto... S, class... A> constexpr auto const& bottomLeftCorner(A const&...) const { return refused<A...>(*this); }
    template <auto... S, class F, class... A> requires(!std::same_as<F, trusted::Key>)
    constexpr auto const& block(F const&, A const&...) const { return refused<F, A...>(*this); }
    template <auto... S, class... A> constexpr auto const& replicate(A const&...) const { return refused<A...>(*this); }
    template <auto... S, class... A> constexpr auto const& lpNorm(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& row(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& col(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& rows(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& cols(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& size(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& transpose(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& adjoint(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& transposeInPlace(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& determinant(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& ldlt(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& llt(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& coeff(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& coeffRef(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& inverse(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& trace(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& diagonal(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& asDiagonal(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& array(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& matrix(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& colwise(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& rowwise(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& sum(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& mean(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& prod(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& dot(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& norm(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& squaredNorm(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& normalize(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& normalized(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& isApprox(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& isZero(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& maxCoeff(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& minCoeff(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& cwiseProduct(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& cwiseQuotient(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& cwiseAbs(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& cwiseInverse(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& cwiseSqrt(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& cwiseMax(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& cwiseMin(A const&...) const { return refused<A...>(*this); }
    template <auto... S, class... A> constexpr auto const& triangularView(A const&...) const { return refused<A...>(*this); }
    template <auto... S, class... A> constexpr auto const& selfadjointView(A const&...) const { return refused<A...>(*this); }
    template <auto... S, class... A> constexpr auto const& reshaped(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& reverse(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& binaryExpr(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& unaryExpr(A const&...) const { return refused<A...>(*this); }
    template <class... T> constexpr auto const& cast() const { return refused<T...>(*this); }
    template <class... A> constexpr auto const& noalias(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& setZero(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& setOnes(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& setRandom(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& setIdentity(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& setConstant(A const&...) const { return refused<A...>(*this); }
    template <class... A> constexpr auto const& fill(A const&...) const { return refused<A...>(*this); }
    template <class... A> static constexpr auto const& Zero(A const&...) { return refused<A...>(nothing); }
    template <class... A> static constexpr auto const& Identity(A const&...) { return refused<A...>(nothing); }
    template <class... A> static constexpr auto const& Ones(A const&...) { return refused<A...>(nothing); }
    template <class... A> static constexpr auto const& Random(A const&...) { return refused<A...>(nothing); }
    template <class... A> static constexpr auto const& Constant(A const&...) { return refused<A...>(nothing); }
    template <class A> constexpr auto const& operator[](A const&) const { return refused<A>(*this); }
    template <class A> constexpr auto const& operator<<(A const&) const { return refused<A>(*this); }  // m << a, b, c
    // clang-format on

  protected:
    /// A template, so that it is refused where it is used; a deduced type, so that the sentence comes before what follows.
    template <class... Asked>
    static constexpr auto const& refused(HasNoMembersOfEigen const& matrix) {
        static_assert(an_operator_is_written_with_functions_that_every_matrix_has<void(Asked...)>::value,
                      "see the first error");
        return matrix;
    }

  private:
    static HasNoMembersOfEigen const nothing;
};

}  // namespace algebra
using algebra::HasNoMembersOfEigen;

inline constexpr HasNoMembersOfEigen HasNoMembersOfEigen::nothing{};

}  // namespace incontext

// SPDX-License-Identifier: MIT
// A matrix of floats where only the proofs were included: there must be one such type, Eigen's.
//
// expected: a matrix of float, double or Lanes is an Eigen matrix: include incontext/incontext.hpp
// expected: there_is_no_matrix_of_these_numbers<float, 5, 7>
#include "incontext/theorem.hpp"
#ifndef BROKEN
#include "incontext/matrix/eigen.hpp"
#endif

incontext::Matrix<float, 5, 7>* matrix = nullptr;

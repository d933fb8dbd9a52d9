// SPDX-License-Identifier: MIT
// A parameter of dynamic size as text.
//
// expected: the sizes of a matrix are known while compiling: see Given<rows, cols> in this message
// expected: a_matrix_has_fixed_sizes<
#include "incontext/incontext.hpp"
#include "incontext/io/parameters.hpp"

using namespace incontext;

struct Layer {
#ifdef BROKEN
    BOOST_HANA_DEFINE_STRUCT(Layer, (Eigen::VectorXf, weights));
#else
    BOOST_HANA_DEFINE_STRUCT(Layer, (Eigen::Vector3f, weights));
#endif
};

auto text(Layer const& layer) {
    return parameters_text(layer);
}

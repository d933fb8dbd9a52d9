// SPDX-License-Identifier: MIT
// A prompt of matrices whose sizes are known at run time only.
//
// expected: embed reads the sizes of a prompt from the types of its matrices
// expected: embed_reads_sizes_from_types<incontext::Given<-1, -1>, incontext::Given<-1, -1>, incontext::Given<-1, 1>
#include "incontext/incontext.hpp"

using namespace incontext;

auto prompt(Eigen::MatrixXf const& X, Eigen::MatrixXf const& Y, Eigen::VectorXf const& query) {
#ifdef BROKEN
    return embed(X, Y, query);
#else
    return embed(X.topLeftCorner<3, 7>(), Y.topLeftCorner<2, 7>(), query.head<3>());
#endif
}

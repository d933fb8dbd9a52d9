// SPDX-License-Identifier: MIT
// A recorded table whose columns hold something beside the example: here the time, which is no part of a token.
//
// expected: a matrix has another shape than its place requires
// expected: a_matrix_has_the_wrong_shape<incontext::observed_tokens, incontext::Given<6, -1>, incontext::Required<5, -1>
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Context = StreamingContext<sizes, LoopedStack<LinearSelfAttention<sizes.tokens(), float>, 2>>;
using Record = Eigen::Matrix<float, 6, Eigen::Dynamic>;

Observation observe(Context& context, Record const& record) {
#ifdef BROKEN
    return context.observe_tokens(record);
#else
    return context.observe_tokens(record.bottomRows<5>());
#endif
}

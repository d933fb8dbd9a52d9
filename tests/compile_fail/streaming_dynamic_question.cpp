// SPDX-License-Identifier: MIT
// A prediction for a vector of dynamic length.
//
// expected: a matrix has another shape than its place requires
// expected: a_matrix_has_the_wrong_shape<incontext::the_input_of_a_prediction, incontext::Given<-1, 1>, incontext::Required<3, 1>
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Context = StreamingContext<sizes, LoopedStack<LinearSelfAttention<sizes.tokens(), float>, 2>>;

auto predicted(Context const& context, Eigen::VectorXf const& x) {
#ifdef BROKEN
    return context.predict(x);
#else
    return context.predict(x.head<3>());
#endif
}

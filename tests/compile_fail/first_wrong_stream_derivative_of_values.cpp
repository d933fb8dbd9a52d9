// SPDX-License-Identifier: MIT
// The wrong derivative of a stream, asked of a form that holds a number: it would be asked of the form that the type makes by itself.
//
// expected: identical and the law of streams see types alone
// expected: a_statement_must_not_hold_values<
#include "incontext/online.hpp"

using namespace incontext;

struct Times {
    int times = 1;

    template <class Stream>
    constexpr auto operator()(Stream const& stream) const {
        auto result = forms::sequence(stream);
        for (auto& answer : result.answers) {
            answer = typename Stream::Scalar(times) * answer;
        }
        return result;
    }
};

using Rule = DeltaRule<MemoryShape{.key_dim = 2, .value_dim = 1}, Modular>;

#ifdef BROKEN
static_assert(laws::first_wrong_stream_derivative<Rule, 2>(Times{.times = 2}) == StreamDerivative{});
#else
static_assert(laws::first_wrong_stream_derivative<Rule, 2>(forms::sequence) == StreamDerivative{});
#endif

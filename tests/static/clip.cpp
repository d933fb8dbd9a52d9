// SPDX-License-Identifier: MIT
// A token clip and its pullback, entry by entry: on numbers that are ordered and compile-time usable (ErrorBound).
#include "incontext/matrix/exact.hpp"
#include "incontext/number/error_bound.hpp"
#include "incontext/stack/parts.hpp"

namespace {

using namespace incontext;

using Number = ErrorBound<float>;
using M = ExactMatrix<Number, 1, 6>;
struct Layer {
    using Scalar = Number;
    template <class>
    using with_number = Layer;
};
constexpr Clipped<Layer, 3> clip{};

constexpr bool are(M const& found, M const& expected) {
    for (int i = 0; i < 6; ++i) {
        if (!(found.entries[i].value() - expected.entries[i].value() >= 0) ||
            !(found.entries[i].value() - expected.entries[i].value() <= 0)) {
            return false;
        }
    }
    return true;
}

constexpr M tokens{-7, -3, -1, 2, 3, 5};
constexpr M cotangent{11, 12, 13, 14, 15, 16};
struct APrompt {};
struct Gradient {};

constexpr bool clip_and_pullback() {
    Gradient gradient;
    return are(clip.after_layer(AllTokens{}, APrompt{}, tokens), M{-3, -3, -1, 2, 3, 3}) &&
           are(clip.back_to_layer(AllTokens{}, APrompt{}, tokens, cotangent, gradient), M{0, 0, 13, 14, 0, 0});
}
static_assert(clip_and_pullback());

}  // namespace

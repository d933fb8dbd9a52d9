// SPDX-License-Identifier: MIT
// A number that the Hana struct does not list, in a kind without a pass: training would take the derivative of another update.
//
// expected: this update has no pass, and dual numbers, by which it is differentiated, take over what its Hana struct
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 4};

template <class Number>
struct MyLayer {
    using Scalar = Number;
    template <class Other>
    using with_number = MyLayer<Other>;
    Number rate{};
    Number decay = Number(1);
#ifdef BROKEN
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"rate">, &MyLayer::rate> {};
#else
    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"rate", "decay">, &MyLayer::rate, &MyLayer::decay> {};
#endif

    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> prompt) const {
        prompt.query = N(rate) * (N(decay) * prompt.query);
        return prompt;
    }
};

void train(MyLayer<float>& layer, Workers& workers) {
    Training<sizes, MyLayer<float>> training(layer, {.batch = 5}, workers);
    static_cast<void>(training.step());
}

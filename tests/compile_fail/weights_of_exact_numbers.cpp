// SPDX-License-Identifier: MIT
// A step of exact numbers written to a file of weights, which holds float and double.
//
// expected: only parameters of float and double can be read from and written to .npy, .npz and safetensors files
#include "incontext/incontext.hpp"
#include "incontext/io/npz.hpp"

using namespace incontext;

#ifdef BROKEN
using Number = Modular;
#else
using Number = double;
#endif

std::string file(GradientStep<Dimensions{.input = 3, .output = 2, .context = 7}, Number> const& step) {
    return npz_bytes(arrays_of(step, WeightLayout::output_by_input));
}

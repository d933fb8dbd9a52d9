// SPDX-License-Identifier: MIT
// parameters_from_text, given anything: it reads it, or it throws ParametersError and leaves the parameters as they were.
// What it has read, it writes in a text that it reads again as the same.
#include <boost/hana/define_struct.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz.hpp"
#include "incontext/io/parameters.hpp"
#include "incontext/matrix/eigen.hpp"

namespace {

using incontext::Matrix;
using FloatMatrix = Matrix<float, 2, 3>;
using DoubleMatrix = Matrix<double, 1, 2>;

struct Inner {
    BOOST_HANA_DEFINE_STRUCT(Inner,
        (FloatMatrix, query),
        (float, rate));
};

struct Parameters {
    BOOST_HANA_DEFINE_STRUCT(Parameters,
        (Inner, inner),
        (DoubleMatrix, moments),
        (long, steps),
        (std::uint32_t, seed));
};

Parameters initial() {
    Parameters parameters{};
    parameters.inner.query.setConstant(0.5f);
    parameters.moments.setConstant(-3);
    parameters.steps = 7;
    return parameters;
}

}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    Parameters parameters = initial();
    try {
        incontext::parameters_from_text(text, parameters);
    } catch (incontext::ParametersError const&) {
        fuzz::require(incontext::parameters_text(parameters) == incontext::parameters_text(initial()),
                      "the parameters stay as they were");
        return 0;
    }
    std::string const written = incontext::parameters_text(parameters);
    Parameters again = initial();
    incontext::parameters_from_text(written, again);
    fuzz::require(incontext::parameters_text(again) == written, "what was written is read as the same");
    return 0;
}

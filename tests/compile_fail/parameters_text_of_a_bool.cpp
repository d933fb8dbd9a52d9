// SPDX-License-Identifier: MIT
// A parameter that is true or false: as text it would be no number.
//
// expected: only parameters of float, double and integers can be written as text
#include "incontext/incontext.hpp"

using namespace incontext;

#ifdef BROKEN
using Flag = bool;
#else
using Flag = int;
#endif

struct Settings {
    float rate = 1;
    Flag is_on = 1;

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"rate", "is_on">, &Settings::rate, &Settings::is_on> {};
};

std::string text(Settings const& settings) {
    return parameters_text(settings);
}

// SPDX-License-Identifier: MIT
// The numbers of the vectors: rounding to every format, against other code that rounds; arithmetic of 16 bits against exact
// fractions; texts.
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "conformance/exact.hpp"

namespace {

using namespace conformance;

int failures = 0;

void check(bool is_right, char const* what, std::string const& of = "") {
    if (!is_right && ++failures < 20) {
        std::printf("wrong: %s %s\n", what, of.c_str());
    }
}

/// Every number of 16 bits comes back; what lies halfway to the next goes to the even one, and what is a little off halfway to the
/// nearer.
void every_number_of(Format const& format) {
    Exact const little = Exact::power_of_two(-200);
    for (std::uint64_t bits = 0; bits < format.infinity(); ++bits) {
        Exact const number = Exact::of_bits(bits, format);
        // Above the largest number the next would be a power of 2.
        Exact const next = bits + 1 < format.infinity() ? Exact::of_bits(bits + 1, format)
                                                        : Exact::power_of_two(format.largest_exponent + 1);
        Exact const halfway = (number + next) / Exact(2);
        std::string const of = std::string(format.name) + " " + std::to_string(bits);
        check(number.rounded(format) == bits, "a number of the format", of);
        check(halfway.rounded(format) == bits + bits % 2, "halfway to the next", of);
        check((halfway - little).rounded(format) == bits, "below halfway", of);
        check((halfway + little).rounded(format) == bits + 1, "above halfway", of);
        if (bits > 0) {
            check((-number).rounded(format) == (bits | format.sign_bit()), "a negative number", of);
            check((-(halfway + little)).rounded(format) == ((bits + 1) | format.sign_bit()), "a negative rest", of);
        }
    }
}

/// 16 bits that are known from elsewhere (IEEE 754-2019, and the upper half of a float).
void known_numbers() {
    struct Known {
        Format format;
        char const* text;
        std::uint64_t bits;
    };
    for (Known const& known : {Known{f16, "1", 0x3c00},
                               {f16, "-2", 0xc000},
                               {f16, "65504", 0x7bff},
                               {f16, "65519.999", 0x7bff},
                               {f16, "65520", 0x7c00},
                               {f16, "1/3", 0x3555},
                               {f16, "0.00006103515625", 0x0400},
                               {f16, "0.000000059604644775390625", 0x0001},
                               {f16, "0.0000000298023223876953125", 0x0000},
                               {f16, "0.00000002980232238769531250001", 0x0001},
                               {bf16, "1", 0x3f80},
                               {bf16, "1/3", 0x3eab},
                               {bf16, "3.38953138925153547590470800371487866880e38", 0x7f7f},
                               {bf16, "3.4e38", 0x7f80},
                               {bf16, "0.1", 0x3dcd},
                               {f32, "0.1", 0x3dcccccd},
                               {f64, "0.1", 0x3fb999999999999aULL},
                               {f64, "-1e400", 0xfff0000000000000ULL},
                               {f64, "1e-400", 0}}) {
        check(Exact::of_text(known.text).rounded(known.format) == known.bits, known.format.name, known.text);
    }
}

/// Numbers of the float kinds, and what lies between two of them, written out, against strtof and strtod.
template <class Floating, class Bits>
void against_the_standard_library(Format const& format, Floating (*read)(char const*, char**)) {
    std::uint64_t state = 1;
    int compared = 0;
    for (int trial = 0; trial < 20000; ++trial) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        std::uint64_t const drawn = (state >> 7) % format.infinity();
        std::uint64_t const subnormal = drawn >> (format.bits - format.digits);
        std::uint64_t const bits = trial % 4 == 0 ? subnormal : drawn;
        // All digits of a number, or of what is halfway to the next, which long double holds; one last digit more or not.
        auto const number = static_cast<long double>(number_of_bits(bits, format));
        auto const next = static_cast<long double>(number_of_bits(bits + 1, format));
        char buffer[1300];
        std::snprintf(buffer, sizeof buffer, "%.*Le", 800,
                      trial % 3 == 0 || std::isinf(next) ? number : (number + next) / 2);
        std::string const text = buffer;
        std::string changed = text;
        if (trial % 2 != 0) {
            std::size_t const last = changed.find('e') - 1;
            changed[last] = '1';
        }
        auto const expected = std::bit_cast<Bits>(read(changed.c_str(), nullptr));
        check(Exact::of_text(changed).rounded(format) == expected, format.name, changed.substr(0, 60));
        ++compared;
    }
    check(compared == 20000, "all were compared");
}

template <class Number>
void arithmetic_of(Format const& format) {
    std::uint64_t state = 5;
    for (int trial = 0; trial < 100000; ++trial) {
        auto const drawn = [&] {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            return (state >> 20) % (2 * format.sign_bit());
        };
        double const x = number_of_bits(drawn(), format);
        double const y = trial % 3 == 0 ? x * (1 + std::ldexp(static_cast<double>(trial % 64), -6))
                                        : number_of_bits(drawn(), format);
        if (!std::isfinite(x) || !std::isfinite(y) || y == 0) {
            continue;
        }
        Number const a(x);
        Number const b(y);
        if (!std::isfinite(static_cast<double>(a)) || !std::isfinite(static_cast<double>(b))) {
            continue;
        }
        Exact const ea = Exact::of_double(static_cast<double>(a));
        Exact const eb = Exact::of_double(static_cast<double>(b));
        auto const is = [&](Number const& number, Exact const& exact) {
            return static_cast<double>(number) == number_of_bits(exact.rounded(format), format);
        };
        check(is(a + b, ea + eb), "a sum in", format.name);
        check(is(a - b, ea - eb), "a difference in", format.name);
        check(is(a * b, ea * eb), "a product in", format.name);
        if (static_cast<double>(b) != 0) {
            check(is(a / b, ea / eb), "a quotient in", format.name);
        }
    }
}

void texts() {
    check(Exact::of_text("-6/4").text() == "-3/2", "lowest terms");
    check(Exact::of_text("0.125") == Exact(1) / Exact(8), "a decimal");
    check(Exact::of_text("010") == Exact(10), "a leading 0");
    check(Exact::of_text("1e-3") == Exact(1) / Exact(1000), "an exponent");
    for (char const* text : {"", "-", "1/0", "1/", "a", "1.2.3", "1e99999", "1e", "--1", "1 ", "0x10"}) {
        bool is_refused = false;
        try {
            static_cast<void>(Exact::of_text(text));
        } catch (std::invalid_argument const&) {
            is_refused = true;
        }
        check(is_refused, "refused:", text);
    }
    // log(1/2) = -0.693147180559945309417232121458176568075500134360255254120680009493393621969...
    Exact const digits =
        Exact::of_text("-0.693147180559945309417232121458176568075500134360255254120680009493393621969");
    check((Exact::of_text("1/2").logarithm() - digits).magnitude().rounded(f64) < Exact::of_text("1e-74").rounded(f64),
          "a logarithm");
    check(Exact(1).logarithm() == Exact(0), "the logarithm of 1");
}

/// Near 1: log(1 + x) = x - x^2/2 + x^3/3 - ..., whose rest is below the next term; and log n^2 = 2 log n on both sides of where the
/// program changes its formula (x = 2^-20).
void logarithms_near_one() {
    Exact const exactness = Exact::power_of_two(-300);
    auto const is_near = [&](Exact const& number, Exact const& expected) {
        return (exactness * expected.magnitude() - (number - expected).magnitude()).sign() >= 0;
    };
    Exact const third = Exact(2) / Exact(3);
    for (Exact const& x : {Exact::of_text("1e-200"), Exact::of_text("-1e-200"), Exact::of_text("-1e-399"),
                           third * Exact::power_of_two(-110), -third * Exact::power_of_two(-1000)}) {
        check(is_near((Exact(1) + x).logarithm(), x - x * x / Exact(2) + x * x * x / Exact(3)),
              "log(1 + x) of x =", x.text().substr(0, 40));
    }
    for (int exponent = 15; exponent <= 60; ++exponent) {
        for (int const sign : {-1, 1}) {
            Exact const number = Exact(1) + Exact(sign * 5) / Exact(7) * Exact::power_of_two(-exponent);
            std::string const of = std::to_string(sign) + " 5/7 2^-" + std::to_string(exponent);
            check(is_near((number * number).logarithm(), Exact(2) * number.logarithm()), "the logarithm of a square",
                  of);
        }
    }
}

}  // namespace

int main() {
    every_number_of(f16);
    every_number_of(bf16);
    known_numbers();
    against_the_standard_library<float, std::uint32_t>(f32, std::strtof);
    against_the_standard_library<double, std::uint64_t>(f64, std::strtod);
    arithmetic_of<Half>(f16);
    arithmetic_of<BFloat>(bf16);
    texts();
    logarithms_near_one();
    std::printf(failures == 0 ? "all right\n" : "%d failures\n", failures);
    return failures == 0 ? 0 : 1;
}

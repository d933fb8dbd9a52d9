// SPDX-License-Identifier: MIT
#include "conformance/exact.hpp"

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace conformance {
namespace {

namespace mp = boost::multiprecision;
using Integer = mp::number<mp::cpp_int_backend<>, mp::et_off>;
using Rational = mp::number<mp::rational_adaptor<mp::cpp_int_backend<>>, mp::et_off>;

Integer power(int base, int exponent) {
    return mp::pow(Integer(base), static_cast<unsigned>(exponent));
}

Integer digits_of(std::string const& text, std::string const& whole) {
    if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos) {
        throw std::invalid_argument("'" + whole + "' is no number such as 3, -1/2 or 0.25");
    }
    std::size_t const first = text.find_first_not_of('0');  // a leading 0 would say that the text is octal
    return first == std::string::npos ? Integer(0) : Integer(text.substr(first));
}

}  // namespace

struct Exact::Fraction {
    Rational value;
};

Exact Exact::made(Fraction&& fraction) {
    return Exact(std::make_shared<Fraction const>(std::move(fraction)));
}

Exact::Exact() {
    static auto const zero = std::make_shared<Fraction const>();
    fraction_ = zero;
}

Exact Exact::of_integer(long long integer) {
    return made({Rational(integer)});
}

Exact Exact::of_text(std::string const& text) {
    constexpr std::size_t longest = 2000;  // a double has up to 1,075 decimals; far beyond them products take hours
    if (text.size() > longest) {
        throw std::invalid_argument("'" + text.substr(0, 20) + "...' has more than 2000 characters");
    }
    bool const is_negative = text.starts_with('-');
    std::string rest = text.substr(is_negative ? 1 : 0);
    Rational value;
    if (std::size_t const slash = rest.find('/'); slash != std::string::npos) {
        Integer const below = digits_of(rest.substr(slash + 1), text);
        if (below == 0) {
            throw std::invalid_argument("'" + text + "' divides by zero");
        }
        value = Rational(digits_of(rest.substr(0, slash), text), below);
    } else {
        int exponent = 0;
        if (std::size_t const e = rest.find_first_of("eE"); e != std::string::npos) {
            std::string of_ten = rest.substr(e + 1);
            bool const is_below_one = of_ten.starts_with('-');
            of_ten = of_ten.substr(is_below_one || of_ten.starts_with('+') ? 1 : 0);
            exponent = of_ten.size() > 3 ? 1000 : static_cast<int>(digits_of(of_ten, text));
            if (exponent > 400) {
                throw std::invalid_argument("the exponent of '" + text + "' is beyond 400");
            }
            exponent = is_below_one ? -exponent : exponent;
            rest.resize(e);
        }
        if (std::size_t const point = rest.find('.'); point != std::string::npos) {
            exponent -= static_cast<int>(rest.size() - point - 1);
            rest.erase(point, 1);
        }
        value = exponent < 0 ? Rational(digits_of(rest, text), power(10, -exponent))
                             : Rational(digits_of(rest, text) * power(10, exponent));
    }
    return made({is_negative ? Rational(-value) : value});
}

Exact Exact::power_of_two(int exponent) {
    return made({exponent < 0 ? Rational(Integer(1), power(2, -exponent)) : Rational(power(2, exponent))});
}

Exact Exact::of_bits(std::uint64_t bits, Format const& format) {
    return of_double(number_of_bits(bits, format));
}

Exact Exact::of_double(double number) {
    if (!std::isfinite(number)) {
        throw std::invalid_argument("an infinite number and NaN are no fractions");
    }
    int exponent = 0;
    double const fraction = std::frexp(number, &exponent);
    return of_integer(static_cast<long long>(std::ldexp(fraction, 53))) * power_of_two(exponent - 53);
}

std::string Exact::text() const {
    return fraction_->value.str();
}

std::uint64_t Exact::rounded(Format const& format) const {
    if (sign() == 0) {
        return 0;
    }
    Integer numerator = mp::abs(mp::numerator(fraction_->value));
    Integer denominator = mp::denominator(fraction_->value);
    int exponent = static_cast<int>(mp::msb(numerator)) - static_cast<int>(mp::msb(denominator));
    bool const is_below =
        exponent >= 0 ? numerator < (denominator << exponent) : (numerator << -exponent) < denominator;
    exponent = std::max(is_below ? exponent - 1 : exponent, format.smallest_exponent);
    std::uint64_t const sign_bit = sign() < 0 ? format.sign_bit() : 0;
    if (exponent > format.largest_exponent) {
        return sign_bit | format.infinity();
    }
    // The number is (quotient + rest / denominator) 2^(exponent - digits + 1).
    int const shift = format.digits - 1 - exponent;
    (shift >= 0 ? numerator : denominator) <<= std::abs(shift);
    Integer quotient;
    Integer rest;
    mp::divide_qr(numerator, denominator, quotient, rest);
    rest <<= 1;
    auto significand = static_cast<std::uint64_t>(quotient);
    if (rest > denominator || (rest == denominator && significand % 2 == 1)) {
        ++significand;
    }
    // A leading one, where there is one, adds 1 to the exponent that is stored; so does a carry.
    std::uint64_t const magnitude =
        (static_cast<std::uint64_t>(exponent - format.smallest_exponent) << (format.digits - 1)) + significand;
    return sign_bit | std::min(magnitude, format.infinity());
}

double Exact::to_double() const {
    return number_of_bits(rounded(f64), f64);
}

Exact Exact::logarithm() const {
    if (sign() <= 0) {
        throw std::domain_error("the logarithm of a number from 0 down");
    }
    using Wide = mp::number<mp::cpp_bin_float<400, mp::digit_base_2>, mp::et_off>;
    Integer const numerator = mp::numerator(fraction_->value);
    Integer const denominator = mp::denominator(fraction_->value);
    // log(1 + x) of a small x: in 400 bits 1 + x would be 1, or have lost the digits of x. At 2^-20 the logarithm of the number
    // itself still has 380 bits.
    Wide const x = Wide(Integer(numerator - denominator)) / Wide(denominator);
    if (mp::abs(x) < mp::ldexp(Wide(1), -20)) {
        Wide sum = 0;
        Wide power = x;
        for (int i = 1; i <= 21; ++i) {  // the next term is below 2^-420 of the first
            sum += (i % 2 == 1 ? power : -power) / i;
            power *= x;
        }
        return made({static_cast<Rational>(sum)});
    }
    Wide const number = Wide(numerator) / Wide(denominator);
    return made({static_cast<Rational>(Wide(mp::log(number)))});
}

int Exact::sign() const {
    return fraction_->value.sign();
}

Exact Exact::plus(Exact const& b) const {
    return made({fraction_->value + b.fraction_->value});
}
Exact Exact::minus(Exact const& b) const {
    return made({fraction_->value - b.fraction_->value});
}
Exact Exact::times(Exact const& b) const {
    return made({fraction_->value * b.fraction_->value});
}
Exact Exact::over(Exact const& b) const {
    if (b.sign() == 0) {
        incontext::an_exact_number_is_divided_by_zero();
    }
    return made({fraction_->value / b.fraction_->value});
}

}  // namespace conformance

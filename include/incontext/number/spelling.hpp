// SPDX-License-Identifier: MIT
/// @file
/// How a polynomial is written in the message of a failed proof.
///
///     I-3 A+1/N eta A B'          B' is the transpose of B, I the identity
#pragma once

#include <cstdint>

#include "incontext/number/polynomial.hpp"

namespace incontext::symbolic {

/// The first characters of a text: as many as can be read in an error message.
struct Spelling {
    static constexpr int capacity = 200;
    int length = 0;
    char characters[capacity]{};

    constexpr void put(char character) {
        if (length < capacity) {
            characters[length++] = character;
        }
    }
    constexpr void put_number(unsigned long long number) {
        if (number >= 10) {
            put_number(number / 10);
        }
        put(static_cast<char>('0' + number % 10));
    }
    constexpr void put_name(std::uint64_t name) {
        if (name >= 256) {
            put_name(name >> 8);
        }
        put(static_cast<char>(name & 255));
    }
};

/// The terms in the order of the normal form, as in the example above; 0 where there is none, I for a term without matrix.
///
/// Exact, but for what stands behind the last character that a Spelling holds. Errors: none. Test: tests/static/polynomial.cpp.
[[nodiscard]] constexpr Spelling spell(Polynomial const& polynomial) {
    Spelling text;
    for (int i = 0; i < trusted::Terms::count(polynomial); ++i) {
        Term const& term = trusted::Terms::term(polynomial, i);
        long long const numerator = term.numerator;
        unsigned long long const magnitude = magnitude_of(numerator);
        if (numerator < 0 || i > 0) {
            text.put(numerator < 0 ? '-' : '+');
        }
        bool const is_one = magnitude == 1 && term.denominator == 1;
        if (!is_one) {
            text.put_number(magnitude);
        }
        if (term.denominator != 1) {
            text.put('/');
            text.put_number(magnitude_of(term.denominator));
        }
        for (int j = 0; j < term.count; ++j) {
            if (j > 0 || !is_one) {
                text.put(' ');
            }
            text.put_name(term.letter(j).name());
            if (term.letter(j).is_transposed()) {
                text.put('\'');
            }
        }
        if (term.is_multiple_of_identity()) {
            if (term.count > 0 || !is_one) {
                text.put(' ');
            }
            text.put('I');
        }
    }
    if (trusted::Terms::count(polynomial) == 0) {
        text.put('0');
    }
    return text;
}

}  // namespace incontext::symbolic

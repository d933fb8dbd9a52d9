// SPDX-License-Identifier: MIT
/// @file
/// Lanes<float, 16>: one number of sixteen tasks at once.
///
/// The lanes of a SIMD register hold the same entry of different tasks. An operator evaluated on lanes therefore runs
/// sixteen prompts for about the price of one, with no change to its source and no shuffling inside it.
///
/// The packs are the vector extension of GCC and clang: any width works on any machine (the compiler splits what its
/// registers do not hold), and arithmetic compiles to plain vector instructions.
#pragma once

#include <concepts>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <utility>

#include "incontext/number/refused.hpp"
#include "incontext/support/one_register_width.hpp"

namespace incontext {

/// What every lane of these numbers can be set to: any number, but no fraction where the lanes are integers.
template <class Constant, class Number>
concept LaneConstant = std::is_arithmetic_v<Constant> &&(std::floating_point<Number> || std::integral<Constant>);

/// Test: tests/compile_fail/comparison_of_lanes.cpp, function_of_lanes.cpp.
template <class Number, int Count>
struct lanes_are_compared_lane_by_lane {
    static_assert(
        Count < 0,
        "lanes hold the numbers of several tasks, so they have no <, no abs, sqrt or pow: write larger(a, b), "
        "smaller(a, b), where_below(a, limit, chosen), value_of<ReciprocalRoot>(x) (number/function.hpp), or "
        "go through the lanes, a[lane]");
    static constexpr bool value = false;
};

/// Test: tests/compile_fail/unlike_lanes.cpp.
template <class A, class B>
struct unlike_lanes_do_not_mix {
    static_assert(A::lane_count < 0,
                  "lanes mix with lanes of the same number and count, and with one number for all of them: compare the "
                  "two Lanes<Number, count> in this message");
    static constexpr bool value = false;
};

namespace algebra {

/// Count numbers, computed with side by side. Number is float, double or an integer.
///
/// Exactness: each lane rounds as Number does. Cost: Count operations in Count / (register width) instructions.
/// Errors: Count that is not a power of two does not compile. Test: tests/unit/lanes.cpp (each lane against Number).
template <class Number, int Count>
struct Lanes {
    static_assert(std::is_arithmetic_v<Number>, "Lanes hold float, double or integers");
    static_assert(Count > 0 && (Count & (Count - 1)) == 0, "the number of lanes must be a power of two");

    using Lane = Number;
    static constexpr int lane_count = Count;
    static constexpr std::size_t size_in_bytes = sizeof(Number) * static_cast<std::size_t>(Count);
    using Pack [[gnu::vector_size(size_in_bytes)]] = Number;

    Pack pack;

    Lanes() = default;
    constexpr explicit Lanes(Pack const& lanes) : pack(lanes) {}

    /// The same number in every lane.
    template <LaneConstant<Number> Other>
    constexpr Lanes(Other number) : pack(static_cast<Number>(number) - Pack{}) {}

    /// The number of one lane; not checked.
    [[nodiscard]] Number operator[](int lane) const { return pack[lane]; }
    /// Writes the number of one lane; not checked.
    void set(int lane, Number number) { pack[lane] = number; }

    friend Lanes operator+(Lanes const& a, Lanes const& b) { return Lanes(a.pack + b.pack); }
    friend Lanes operator-(Lanes const& a, Lanes const& b) { return Lanes(a.pack - b.pack); }
    friend Lanes operator*(Lanes const& a, Lanes const& b) { return Lanes(a.pack * b.pack); }
    friend Lanes operator/(Lanes const& a, Lanes const& b) { return Lanes(a.pack / b.pack); }
    friend Lanes operator-(Lanes const& a) { return Lanes(-a.pack); }
    // As CountsByOne (number/number.hpp), which would be a base: lanes have none, so that they are passed as their pack is.
    friend Lanes operator+(Lanes const& a) { return a; }
    friend Lanes& operator++(Lanes& a) { return a += Lanes(1); }
    friend Lanes& operator--(Lanes& a) { return a -= Lanes(1); }
    friend Lanes operator++(Lanes& a, int) {
        Lanes const before = a;
        ++a;
        return before;
    }
    friend Lanes operator--(Lanes& a, int) {
        Lanes const before = a;
        --a;
        return before;
    }
    Lanes& operator+=(Lanes const& b) { return pack += b.pack, *this; }
    Lanes& operator-=(Lanes const& b) { return pack -= b.pack, *this; }
    Lanes& operator*=(Lanes const& b) { return pack *= b.pack, *this; }
    Lanes& operator/=(Lanes const& b) { return pack /= b.pack, *this; }

    friend Lanes operator^(Lanes const& a, Lanes const& b) { return Lanes(a.pack ^ b.pack); }
    friend Lanes operator|(Lanes const& a, Lanes const& b) { return Lanes(a.pack | b.pack); }
    friend Lanes operator&(Lanes const& a, Lanes const& b) { return Lanes(a.pack & b.pack); }
    friend Lanes operator<<(Lanes const& a, int by) { return Lanes(a.pack << by); }
    friend Lanes operator>>(Lanes const& a, int by) { return Lanes(a.pack >> by); }

    /// The larger and the smaller of each lane's two numbers.
    friend Lanes larger(Lanes const& a, Lanes const& b) { return Lanes(a.pack < b.pack ? b.pack : a.pack); }
    friend Lanes smaller(Lanes const& a, Lanes const& b) { return Lanes(b.pack < a.pack ? b.pack : a.pack); }

    /// The chosen number in lanes where |number| < limit, 0 in the others.
    friend Lanes where_below(Lanes const& number, Lanes const& limit, Lanes const& chosen) {
        Pack const magnitude = number.pack < Pack{} ? -number.pack : number.pack;
        return Lanes(magnitude < limit.pack ? chosen.pack : Pack{});
    }

    // These do not compile, with one sentence.
    friend bool operator<(Lanes const&, Lanes const&) { return refused<>(); }
    friend bool operator>(Lanes const&, Lanes const&) { return refused<>(); }
    friend bool operator<=(Lanes const&, Lanes const&) { return refused<>(); }
    friend bool operator>=(Lanes const&, Lanes const&) { return refused<>(); }
    friend Lanes abs(Lanes const& a) { return refused<>(), a; }
    friend Lanes fabs(Lanes const& a) { return refused<>(), a; }
    friend Lanes sqrt(Lanes const& a) { return refused<>(), a; }
    template <class Exponent>
    friend Lanes pow(Lanes const& a, Exponent const&) {
        return refused<>(), a;
    }

    /// Does not compile, with one sentence: `if (x)`, static_cast<int>(x).
    template <class Other>
        requires std::integral<Other>
    constexpr explicit operator Other() const {
        return static_cast<Other>(this_number_is_not_converted_to_another<Lanes, Other>::value);
    }

    /// True if all lanes are equal.
    friend constexpr bool operator==(Lanes const& a, Lanes const& b) {
        for (int lane = 0; lane < Count; ++lane) {
            if (a.pack[lane] != b.pack[lane]) {
                return false;
            }
        }
        return true;
    }

  private:
    /// A template, so that it is refused where it is used and not where the class is named.
    template <class Refused = Number>
    static bool refused() {
        return lanes_are_compared_lane_by_lane<Refused, Count>::value;
    }
};

}  // namespace algebra
using algebra::Lanes;

template <class A, int CountOfA, class B, int CountOfB>
concept UnlikeLanes = CountOfA != CountOfB || !std::same_as<A, B>;

namespace algebra {

/// Do not compile, with one sentence.
template <class A, int CountOfA, class B, int CountOfB>
    requires UnlikeLanes<A, CountOfA, B, CountOfB>
auto operator+(Lanes<A, CountOfA> const&, Lanes<B, CountOfB> const&) {
    return unlike_lanes_do_not_mix<Lanes<A, CountOfA>, Lanes<B, CountOfB>>::value;
}
/// The same sentence.
template <class A, int CountOfA, class B, int CountOfB>
    requires UnlikeLanes<A, CountOfA, B, CountOfB>
auto operator-(Lanes<A, CountOfA> const&, Lanes<B, CountOfB> const&) {
    return unlike_lanes_do_not_mix<Lanes<A, CountOfA>, Lanes<B, CountOfB>>::value;
}
/// The same sentence.
template <class A, int CountOfA, class B, int CountOfB>
    requires UnlikeLanes<A, CountOfA, B, CountOfB>
auto operator*(Lanes<A, CountOfA> const&, Lanes<B, CountOfB> const&) {
    return unlike_lanes_do_not_mix<Lanes<A, CountOfA>, Lanes<B, CountOfB>>::value;
}
/// The same sentence.
template <class A, int CountOfA, class B, int CountOfB>
    requires UnlikeLanes<A, CountOfA, B, CountOfB>
auto operator/(Lanes<A, CountOfA> const&, Lanes<B, CountOfB> const&) {
    return unlike_lanes_do_not_mix<Lanes<A, CountOfA>, Lanes<B, CountOfB>>::value;
}
/// The same sentence.
template <class A, int CountOfA, class B, int CountOfB>
    requires UnlikeLanes<A, CountOfA, B, CountOfB>
bool operator==(Lanes<A, CountOfA> const&, Lanes<B, CountOfB> const&) {
    return unlike_lanes_do_not_mix<Lanes<A, CountOfA>, Lanes<B, CountOfB>>::value;
}

}  // namespace algebra

/// The sum of all lanes, in the fixed order of a binary tree, so that it is the same in every build.
///
/// Exactness: log2(Count) roundings. Test: tests/unit/lanes.cpp.
template <class Number, int Count>
[[nodiscard]] Number sum_of_lanes(Lanes<Number, Count> const& lanes) {
    if constexpr (Count == 1) {
        return lanes[0];
    } else {
        using Half = Lanes<Number, Count / 2>;
        return [&]<int... Lane>(std::integer_sequence<int, Lane...>) {
            Half const lower(__builtin_shufflevector(lanes.pack, lanes.pack, Lane...));
            Half const upper(__builtin_shufflevector(lanes.pack, lanes.pack, (Lane + Count / 2)...));
            return sum_of_lanes(lower + upper);
        }
        (std::make_integer_sequence<int, Count / 2>{});
    }
}

/// Whether a number is a pack of lanes.
template <class T>
inline constexpr bool is_lanes = false;
template <class Number, int Count>
inline constexpr bool is_lanes<Lanes<Number, Count>> = true;

/// How many floats a register of the target holds: 16, 8 or 4. With more lanes every number takes several
/// registers (task/batch.hpp).
#if defined(__AVX512F__)
inline constexpr int native_float_lanes = 16;
#elif defined(__AVX__)
inline constexpr int native_float_lanes = 8;
#else
inline constexpr int native_float_lanes = 4;
#endif

/// How many numbers of a type a register of the target holds.
template <class Number>
inline constexpr int native_lanes = native_float_lanes* static_cast<int>(sizeof(float)) /
                                    static_cast<int>(sizeof(Number));

/// How many such registers the target has.
#if defined(__AVX512F__) || defined(__aarch64__)
inline constexpr int vector_registers = 32;
#else
inline constexpr int vector_registers = 16;
#endif

}  // namespace incontext

/// Those of a lane. The standard library would answer lanes that nobody wrote. Test: tests/unit/numbers.cpp.
template <class Number, int Count>
class std::numeric_limits<incontext::Lanes<Number, Count>> : public std::numeric_limits<Number> {};

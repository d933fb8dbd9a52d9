// SPDX-License-Identifier: MIT
// restore of regressors, given anything, after any sequence of calls. It refuses bytes and the regressor is as it was, byte for byte, or it takes them and
// saves the same bytes. Whatever a regressor has been through, its predictions are finite, and what it saves it takes back. Of a context that took forged
// moments the last is not asked: their bounds leave room for what examples sum to, and none for more than that.
//
//     byte 0     which regressor
//     byte 1     what the rest is: 0 bytes to restore, from the first on; 1 those behind the regressor's own header, with the checksum that belongs to
//                them; 2 calls, one after the other: observe, forget, merge, restore with some bytes of its own changed, ...; 3 calls without
//                changed bytes, of numbers that are likely to be at the ends of the range
#include "incontext/incontext.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <tuple>
#include <type_traits>
#include <vector>

#include "fuzz.hpp"

namespace {

using namespace incontext;

constexpr int input = 3;
constexpr int output = 2;
constexpr Dimensions sizes{.input = input, .output = output, .context = 4};

/// What libFuzzer gave, from the front; zeros behind its end.
class Bytes {
  public:
    explicit Bytes(std::span<std::uint8_t const> bytes) : bytes_(bytes) {}

    template <class Number>
    Number next() {
        std::array<std::uint8_t, sizeof(Number)> taken{};
        std::size_t const count = std::min(sizeof(Number), bytes_.size());
        std::copy_n(bytes_.begin(), count, taken.begin());
        bytes_ = bytes_.subspan(count);
        return std::bit_cast<Number>(taken);
    }
    [[nodiscard]] bool is_empty() const { return bytes_.empty(); }
    [[nodiscard]] std::span<std::byte const> rest() const { return std::as_bytes(bytes_); }

  private:
    std::span<std::uint8_t const> bytes_;
};

template <class M>
void require_finite(M const& matrix) {
    for (int row = 0; row < rows_of<M>; ++row) {
        fuzz::require(std::isfinite(matrix(row, 0)), "predictions are finite");
    }
}

/// A context, and every rule that says its rates.
template <class Regressor>
inline constexpr bool knows_stable_rates = true;
template <class Rule>
inline constexpr bool knows_stable_rates<StreamingRegressor<Rule>> = requires(typename Rule::Scalar const& square) {
    Rule::largest_stable_rate(square);
};

/// Whether its bounds hold by themselves, whatever numbers it began with.
template <class Regressor>
inline constexpr bool bounds_itself = false;
template <class Rule>
inline constexpr bool bounds_itself<StreamingRegressor<Rule>> = true;

template <class Regressor>
void require_sound(Regressor const& regressor, bool is_forged) {
    using Number = typename Regressor::Scalar;
    using Input = typename Regressor::Input;
    for (Number const x : {Number(0), Number(1), Number(-1e-30), Number(1e18), std::numeric_limits<Number>::max(),
                           std::numeric_limits<Number>::infinity(), std::numeric_limits<Number>::quiet_NaN()}) {
        require_finite(regressor.predict(Input(Input::Constant(x))));
        require_finite(regressor.predict(Input(x, Number(1), Number(-2))));
    }
    if constexpr (knows_stable_rates<Regressor>) {
        fuzz::require(regressor.largest_stable_learning_rate() >= 0, "rates are numbers");
    }
    fuzz::require(regressor.count() >= 0 && regressor.refused() >= 0, "counts are counts");
    if constexpr (requires { regressor.gram(); }) {
        auto const gram = regressor.gram();
        for (int row = 0; row < rows_of<decltype(gram)>; ++row) {
            fuzz::require(gram(row, row) >= 0, "squares are not below 0");
        }
    }
    auto const saved = regressor.save();
    Regressor other = regressor;
    bool const is_taken_back = other.restore(saved) == Restored::all;
    fuzz::require(is_taken_back || (is_forged && !bounds_itself<Regressor>), "what was saved is taken back");
    fuzz::require(other.save() == saved, "and is the same");
}

/// restore, and what it promises. Whether the bytes were taken.
template <class Regressor>
bool restore(Regressor& regressor, std::span<std::byte const> bytes) {
    std::array<std::byte, sizeof(Regressor)> before;
    std::memcpy(before.data(), &regressor, sizeof regressor);
    if (regressor.restore(bytes) == Restored::all) {
        auto const saved = regressor.save();
        fuzz::require(std::ranges::equal(saved, bytes), "what was restored saves to the same bytes");
        return true;
    }
    fuzz::require(std::memcmp(before.data(), &regressor, sizeof regressor) == 0, "what is refused changes nothing");
    return false;
}

/// The checksum that belongs to these bytes, and counts below 2^62: nobody observes what is left from there to the largest one.
void sign(std::span<std::byte> bytes) {
    for (std::size_t const count : {std::size_t{40}, std::size_t{48}}) {
        bytes[count + 7] &= std::byte{0x3f};
    }
    Fnv1a hash;
    for (std::size_t i = 0; i + 8 < bytes.size(); ++i) {
        hash.add(bytes[i]);
    }
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[bytes.size() - 8 + i] = static_cast<std::byte>(hash.value() >> (8 * i));
    }
}

/// One call, of any numbers. Whether it was one that restored changed bytes.
template <class Regressor>
bool call(Regressor& regressor, Bytes& given) {
    using Number = typename Regressor::Scalar;
    auto const column = [&]<int Size>(std::integral_constant<int, Size>) {
        Matrix<Number, Size, 1> result;
        for (int row = 0; row < Size; ++row) {
            result(row, 0) = given.next<Number>();
        }
        return result;
    };
    switch (given.next<std::uint8_t>() % 8) {
        case 0:
        case 1: {
            auto const x = column(std::integral_constant<int, input>{});
            auto const y = column(std::integral_constant<int, output>{});
            Regressor const before = regressor;
            if (regressor.observe(x, y) == Observation::observed) {
                fuzz::require(regressor.count() == before.count() + 1 && regressor.refused() == before.refused(),
                              "an example counts once");
            } else {
                // Of what it saves only the counters differ.
                auto const now = regressor.save();
                auto const then = before.save();
                fuzz::require(regressor.count() == before.count() && regressor.refused() == before.refused() + 1 &&
                                  std::equal(now.begin() + 64, now.end() - 8, then.begin() + 64),
                              "a refused example changes nothing but refused()");
            }
            break;
        }
        case 2: {
            auto const before = regressor.save();
            if (regressor.forget(given.next<Number>()) == Forgotten::out_of_range) {
                fuzz::require(regressor.save() == before, "a factor that is refused changes nothing");
            }
            break;
        }
        case 3:
            if constexpr (Regressor::is_mergeable) {
                Regressor const before = regressor;
                if (regressor.merge(regressor) == Merged::all) {
                    fuzz::require(regressor.count() / 2 == before.count(), "merged with itself it has observed twice");
                } else {
                    fuzz::require(regressor.save() == before.save(), "a merge that is refused changes nothing");
                }
            }
            break;
        case 4:
            regressor.forget();
            break;
        default: {  // some of its own bytes changed, with the right checksum
            auto bytes = regressor.save();
            for (int edits = given.next<std::uint8_t>() % 4; edits >= 0; --edits) {
                std::size_t const at = 40 + given.next<std::uint16_t>() % (bytes.size() - 48);
                for (std::size_t i = 0; i < 8 && at + i < bytes.size() - 8; ++i) {
                    bytes[at + i] = given.next<std::byte>();
                }
            }
            sign(bytes);
            return restore(regressor, bytes);
        }
    }
    return false;
}

/// One call of those that need no luck: numbers whose squares are subnormal, hardly normal, ordinary or hardly in range; tables; what was kept is merged.
template <class Regressor>
void likely_call(Regressor& regressor, Regressor& kept, Bytes& given) {
    using Number = typename Regressor::Scalar;
    using Limits = std::numeric_limits<Number>;
    constexpr std::array exponents{(Limits::min_exponent - Limits::digits) / 2, Limits::min_exponent / 2, 0,
                                   Limits::max_exponent / 2 - 1};
    auto const entry = [&, exponent = exponents[given.next<std::uint8_t>() % exponents.size()]] {
        return std::ldexp(static_cast<Number>(given.next<std::int8_t>()) / Number(64), exponent);
    };
    switch (given.next<std::uint8_t>() % 6) {
        case 0:
        case 1: {
            typename Regressor::Input const x(entry(), entry(), entry());
            static_cast<void>(regressor.observe(x, typename Regressor::Output(entry(), entry())));
            break;
        }
        case 2:
            if constexpr (requires { regressor.gram(); }) {
                Eigen::Matrix<Number, input + output, Eigen::Dynamic> table(input + output,
                                                                            given.next<std::uint8_t>() % 20);
                std::generate_n(table.data(), table.size(), entry);
                static_cast<void>(regressor.observe_tokens(table));
            }
            break;
        case 3: {
            constexpr std::array factors{Number(0.5), Number(0.6), Number(0.99), 1 - Limits::epsilon() / 2};
            static_cast<void>(regressor.forget(factors[given.next<std::uint8_t>() % factors.size()]));
            break;
        }
        case 4:
            if constexpr (Regressor::is_mergeable) {
                static_cast<void>(regressor.merge(kept));
            }
            break;
        default:
            kept = regressor;
            break;
    }
}

template <class Regressor>
void given_anything(Regressor regressor, Bytes given) {
    using Number = typename Regressor::Scalar;
    std::uint8_t const what = given.next<std::uint8_t>() % 4;
    bool is_forged = false;
    if (what >= 2) {
        Regressor kept = regressor;
        for (int calls = 0; !given.is_empty() && calls < 200; ++calls) {
            if (what == 2) {
                is_forged = call(regressor, given) || is_forged;
            } else {
                likely_call(regressor, kept, given);
            }
            require_sound(regressor, is_forged);
        }
        return;
    }
    typename Regressor::Input const x(Number(1), Number(-0.5), Number(0.25));
    typename Regressor::Output const y(Number(0.5), Number(2));
    fuzz::require(regressor.observe(x, y) == Observation::observed, "an example of ordinary size is observed");
    if (what == 0) {
        is_forged = restore(regressor, given.rest());
    } else {
        auto bytes = regressor.save();
        auto const rest = given.rest();
        std::copy_n(rest.begin(), std::min(rest.size(), bytes.size() - 48), bytes.begin() + 40);
        sign(bytes);
        is_forged = restore(regressor, bytes);
    }
    require_sound(regressor, false);
    static_cast<void>(regressor.observe(x, y));
    if constexpr (Regressor::is_mergeable) {
        static_cast<void>(regressor.merge(regressor));
    }
    require_sound(regressor, is_forged);
}

template <class Number>
auto steps() {
    auto const model =
        looped<3>(as_attention(GradientStep<sizes, Number>{.learning_rate = Number(0.5), .initial_weights = {}}));
    return StreamingContext<sizes, std::remove_const_t<decltype(model)>>(model);
}

template <class Number>
auto of_every_kind() {
    Number const rate(0.5);
    return std::make_tuple(lms<input, output>(rate), nlms<input, output>(rate), implicit_lms<input, output>(rate),
                           leaky_lms<input, output>(rate, Number(0.99)), rls<input, output>(Number(0.99), Number(0.01)),
                           ridge_memory<input, output>(Number(0.99), Number(0.01)), steps<Number>(),
                           StreamingRegressor<AdditiveRule<MemoryShape{input, output}, Number>>({.rate = rate}),
                           StreamingRegressor<ChannelGatedDeltaRule<MemoryShape{input, output}, Number>>(
                               {.rate = rate, .gates = Matrix<Number, input, 1>::Constant(Number(0.9))}),
                           StreamingRegressor<MomentumRule<MemoryShape{input, output}, Number>>(
                               {.rate = Number(0.1), .gate = Number(0.99), .momentum = rate}));
}

}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    Bytes given(std::span(data, size));
    int const which = given.next<std::uint8_t>();
    auto const all = std::tuple_cat(of_every_kind<float>(), of_every_kind<double>());
    int place = 0;
    std::apply(
        [&](auto const&... each) {
            ((place++ == which % static_cast<int>(sizeof...(each)) ? given_anything(each, given) : void()), ...);
        },
        all);
    return 0;
}

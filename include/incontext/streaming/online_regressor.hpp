// SPDX-License-Identifier: MIT
/// @file
/// OnlineRegressor: what learns y of x from a stream of examples, in memory that is known while compiling. The concept is the design.
///
///     regressor.observe(x, y)         one more example; or refused, if it would spoil what was learned
///     regressor.predict(x)            y, as far as it was learned
///     regressor.forget(factor)        what was learned counts that much from now on
///     regressor.save()                all of it as bytes; restore(bytes) takes them back, or says why not
///     regressor.merge(other)          what another one learned as well, where the rule is a sum over the examples
///
/// Models: StreamingContext (K steps of gradient descent, or any stack of linear layers), and StreamingRegressor<Rule> of
/// every online rule with a name (LMS, NLMS, RLS, ...: streaming/regressors.hpp).
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>

#include "incontext/matrix/counted.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/number/counted.hpp"

namespace incontext {

// The places of what is observed and asked, for the sentence that tells a wrong shape.
struct the_input_of_a_prediction;
struct observed_inputs;
struct observed_outputs;

namespace counted_operations {

/// A column of numbers that report to the tally.
template <int Rows>
[[nodiscard]] constexpr Matrix<Counted, Rows, 1> column(Operations& tally) {
    Matrix<Counted, Rows, 1> result{};
    result(0, 0) = Counted(tally);
    return result;
}

/// What one observation takes: counting(tally) is a regressor whose every number reports to the tally. Test: tests/static/streaming_regressor.cpp.
template <class Counting>
[[nodiscard]] constexpr Operations of_observing(Counting const& counting) {
    Operations tally;
    auto regressor = counting(tally);
    using Regressor = decltype(regressor);
    static_cast<void>(regressor.observe(column<Regressor::input>(tally), column<Regressor::output>(tally)));
    return tally;
}

/// What one prediction takes. As of_observing.
template <class Counting>
[[nodiscard]] constexpr Operations of_predicting(Counting const& counting) {
    Operations tally;
    auto const regressor = counting(tally);
    static_cast<void>(regressor.predict(column<decltype(counting(tally))::input>(tally)));
    return tally;
}

}  // namespace counted_operations

/// What became of the examples that a regressor was shown. It must be read, or be thrown away in so many words.
/// Test: tests/unit/streaming_status.cpp, tests/unit/streaming_regressor.cpp.
enum class [[nodiscard]] Observation{
    observed,        // all of them count
    unlike_lengths,  // there are not as many inputs as outputs: none of them counts
    out_of_range  // some are not finite, so large that the memory would overflow, or so small that it holds nothing of them: refused() counts those, count() the others
};

/// What became of a wish to forget. Test: tests/unit/streaming_regressor.cpp.
enum class [[nodiscard]] Forgotten{
    done,
    out_of_range  // the factor is not one from 0 to 1, or the memory would overflow: nothing was changed
};

/// What became of a merge. Test: tests/unit/streaming_regressor.cpp.
enum class [[nodiscard]] Merged{
    all,
    other_settings,  // rates, penalties or models differ: nothing was changed
    out_of_range     // the sum, or a counter, would overflow: nothing was changed
};

/// What became of bytes that were to be restored. Whatever it is but `all`, the regressor is as it was before.
/// Test: tests/unit/streaming_saved_bytes.cpp (every edit of a byte, every length).
enum class [[nodiscard]] Restored{
    all,
    other_length,  // these are not as many bytes as save() writes
    foreign,       // not written by this library's save(), or by one of another version
    other_kind,    // of another rule, other sizes, another type of number, another model
    damaged,       // some were changed: the checksum is another
    out_of_range   // the checksum is right, and the numbers are none that a regressor can have
};

/// A regressor of a fixed number of inputs and outputs. Test: tests/static/streaming_regressors_in_fixed_memory.cpp.
///
/// input, output: sizes. bytes: how many save() writes. operations_to_observe(), operations_to_predict(): counted while
/// compiling by running the regressor on Counted numbers. It is trivially copyable; nothing throws, and nothing is allocated.
/// What the compiler cannot check and every model owes (tests/unit/streaming_regressor.cpp and streaming_saved_bytes.cpp ask all of them): an example that is
/// not finite is refused and changes nothing but refused(); predictions are finite; bytes that were not saved by this type
/// are refused and change nothing.
template <class Regressor>
concept OnlineRegressor = std::is_trivially_copyable_v<Regressor> &&
    requires(Regressor& regressor, Regressor const& constant, typename Regressor::Input const& x,
             typename Regressor::Output const& y, typename Regressor::Scalar factor, std::span<std::byte const> bytes) {
    { Regressor::input } -> std::convertible_to<int>;
    { Regressor::output } -> std::convertible_to<int>;
    { Regressor::bytes } -> std::convertible_to<std::size_t>;
    { Regressor::operations_to_observe() } -> std::same_as<Operations>;
    { Regressor::operations_to_predict() } -> std::same_as<Operations>;
    { regressor.observe(x, y) }
    noexcept->std::same_as<Observation>;
    { constant.predict(x) }
    noexcept->std::same_as<typename Regressor::Output>;
    { regressor.forget(factor) }
    noexcept->std::same_as<Forgotten>;
    { regressor.forget() }
    noexcept;
    { constant.count() }
    noexcept->std::same_as<long long>;
    { constant.refused() }
    noexcept->std::same_as<long long>;
    { constant.save() }
    noexcept->std::same_as<std::array<std::byte, Regressor::bytes>>;
    { regressor.restore(bytes) }
    noexcept->std::same_as<Restored>;
};

/// One whose memory is a sum over the examples, so that two streams can be learned apart.
/// Test: tests/static/streaming_regressors_in_fixed_memory.cpp.
template <class Regressor>
concept MergeableRegressor = OnlineRegressor<Regressor> && Regressor::is_mergeable &&
    requires(Regressor& regressor, Regressor const& other) {
    { regressor.merge(other) }
    noexcept->std::same_as<Merged>;
};

/// Test: tests/compile_fail/observed_without_an_output.cpp, tokens_of_a_prompt.cpp.
template <class... Arguments>
struct an_example_is_an_input_and_an_output {
    static_assert(
        never<Arguments...>,
        "what learns from a stream is shown matrices: observe(x, y), an input and its output, and predict(x), an "
        "input; a "
        "StreamingContext also observe(X, Y) and observe_tokens(C), an example in each column, such as prompt.context");
};

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// From a number and the tolerance in the table to a verdict: computed, never written by hand.
#pragma once

#include <optional>
#include <string>

#include "paper/claims.hpp"

namespace paper {

enum class Verdict { equals, within, differs, not_stated, not_run, failed };

/// equals: in the claim's narrow interval; within: in its wide one; differs: in neither, or no number. A claim without a value
/// of the paper is not_stated, whatever the number; without a number it is not_run.
[[nodiscard]] Verdict verdict_of(Claim const& claim, std::optional<Ours> const& ours);

/// "equals", "not stated".
[[nodiscard]] std::string text_of(Verdict verdict);

/// ".20511 ± .00013", "+1.5 %", "never" for a step that was never reached.
[[nodiscard]] std::string text_of(Ours const& ours, Claim const& claim);

/// The tolerance of a claim: "−2 to 2 %", "20 % or more".
[[nodiscard]] std::string text_of(Interval interval, Claim const& claim);

}  // namespace paper

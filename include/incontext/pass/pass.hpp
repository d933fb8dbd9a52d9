// SPDX-License-Identifier: MIT
/// @file
/// A forward pass that keeps what its pullback wants: the one mechanism of gradients.
///
///     pass = forward_pass<Asked>(update, prompt)               result_of(pass) is what is asked of update(prompt)
///     pull_back<Asked>(wanted, update, prompt, pass, cotangent, gradient)
///
/// The cotangent is the derivative of a loss with respect to the result. The pullback adds the derivative with respect to
/// the update's parameters to `gradient` and, where it is wanted, returns the derivative with respect to the prompt
/// [Griewank2008] sec. 3. A loss is then straight code (training/loss.hpp).
///
/// A kind of layer takes part by two functions beside it (or friends in it), written over all families of numbers:
///
///     forward_pass(AllTokens, layer, prompt)                                    returns a struct with a member `result`
///     pull_back(AllTokens, wanted, layer, prompt, pass, cotangent, gradient)    returns the derivative w.r.t. the prompt
///
/// It may have them for other Asked as well, where it can then do less, and answer(asked, layer, prompt) where running
/// alone is cheaper than a pass. A kind that has none of these is differentiated by dual numbers, one run per parameter
/// (pass/by_dual_numbers.hpp): slowly, but exactly. Whether a pullback is right is a question that a static_assert answers:
/// equivalence/pullback_law.hpp holds <v, J u> = <J^T v, u>.
#pragma once

#include <concepts>
#include <utility>

#include "incontext/pass/asked.hpp"
#include "incontext/pass/by_dual_numbers.hpp"
#include "incontext/support/wrong_calls.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// What is wanted of a pullback: the derivatives with respect to parameters and prompt, or to the parameters alone. The
/// prompt of a model's first layer is data, of which nobody wants a derivative.
struct ParametersAndPrompt {
    static constexpr bool prompt = true;
};
/// The derivative with respect to the parameters alone is wanted: that of a first layer.
struct ParametersAlone {
    static constexpr bool prompt = false;
};

/// Stands in the place of a prompt's derivative that is not wanted.
struct UnwantedPrompt {
    struct Tokens {};
    Tokens context;
    Tokens query;
};

/// Whether an update is known to be affine in each query token, as linear attention is: its derivative is then a difference.
/// A kind says so by a member of this name; parts and stacks by their layers. Test: tests/unit/alignment.cpp.
template <class Update>
inline constexpr bool is_affine_in_query = false;
template <class Update>
    requires(Update::is_affine_in_query)
inline constexpr bool is_affine_in_query<Update> = true;

/// The type of the gradient of an update: the update itself, in the numbers of the prompt.
template <class Update, class Number>
using GradientOf = typename Update::template with_number<Number>;

/// The answer that a pass has come to: its member `result`, or that of the last layer's pass.
template <class Pass>
[[nodiscard]] constexpr auto const& result_of(Pass const& pass) {
    if constexpr (requires { pass.last(); }) {
        return result_of(pass.last());
    } else {
        return pass.result;
    }
}

/// An update that writes a forward pass of its own for what is asked.
template <class Update, class Asked, class APrompt>
concept HasForwardPass = requires(Update const& update, APrompt const& prompt) {
    result_of(forward_pass(Asked{}, update, prompt));
};

/// An update that a loss can be trained through: by passes of its own or by dual numbers.
template <class Update, class APrompt>
concept Differentiable = TokenUpdate<Update, APrompt> &&
    (HasForwardPass<Update, AllTokens, APrompt> || DifferentiableByDualNumbers<Update, APrompt>);

/// What is asked of update(prompt), without a pass: the shortest way that the update knows.
///
/// Exactness: identical to Asked::of(update(prompt)) in exact arithmetic. Errors: the update's; a layer that inherits its members
/// from another one does not compile, here and in the two below.
/// Test: tests/static/plan.cpp, tests/static/backpropagation.cpp, tests/compile_fail/answer_of_a_layer_by_inheritance.cpp.
template <class Asked, class Update, TokenShape Given, class Number>
[[nodiscard]] constexpr auto answer(Update const& update, Prompt<Given, Number> const& prompt)
    -> AnswerOf<Asked, Update, Given, Number> {
    static_assert(a_layer_is_not_made_by_inheritance<Update>::value, "see the first error");
    if constexpr (std::same_as<Asked, AllTokens>) {
        static_cast<void>(this_is_not_a_token_update<Update, Prompt<Given, Number>>{});
        return update(prompt);
    } else if constexpr (requires { answer(Asked{}, update, prompt); }) {
        return answer(Asked{}, update, prompt);
    } else if constexpr (HasForwardPass<Update, Asked, Prompt<Given, Number>>) {
        return result_of(forward_pass(Asked{}, update, prompt));
    } else {
        static_cast<void>(this_is_not_a_token_update<Update, Prompt<Given, Number>>{});
        return Asked::of(update(prompt));
    }
}

/// The pass of an update that has one for all tokens only: the answer is a part of its result.
template <class Asked, class Update, TokenShape Given, class Number>
struct PassOfAllTokens {
    decltype(forward_pass(AllTokens{}, std::declval<Update const&>(),
                          std::declval<Prompt<Given, Number> const&>())) of_all_tokens;
    AnswerOf<Asked, Update, Given, Number> result;

    constexpr PassOfAllTokens(Update const& update, Prompt<Given, Number> const& prompt)
        : of_all_tokens(forward_pass(AllTokens{}, update, prompt)), result(Asked::of(result_of(of_all_tokens))) {}
};

/// The pass of an update without one: nothing is kept.
template <class Asked, class Update, TokenShape Given, class Number>
struct PassWithoutMemory {
    AnswerOf<Asked, Update, Given, Number> result;
};

/// The forward pass.
///
/// Exactness: its result is answer<Asked>(update, prompt) in exact arithmetic. Cost: the update's, and the memory of what
/// is kept; passes are made in place, for a copy costs as much as a product. Errors: the update's.
/// Test: tests/static/backpropagation.cpp.
template <class Asked, class Update, TokenShape Given, class Number>
[[nodiscard]] constexpr auto forward_pass(Update const& update, Prompt<Given, Number> const& prompt) {
    static_assert(a_layer_is_not_made_by_inheritance<Update>::value, "see the first error");
    using APrompt = Prompt<Given, Number>;
    if constexpr (HasForwardPass<Update, Asked, APrompt>) {
        return forward_pass(Asked{}, update, prompt);
    } else if constexpr (HasForwardPass<Update, AllTokens, APrompt>) {
        return PassOfAllTokens<Asked, Update, Given, Number>(update, prompt);
    } else {
        return PassWithoutMemory<Asked, Update, Given, Number>{answer<Asked>(update, prompt)};
    }
}

/// The type of an update's forward pass.
template <class Asked, class Update, class APrompt>
using PassOf = decltype(forward_pass<Asked>(std::declval<Update const&>(), std::declval<APrompt const&>()));

namespace pass {

/// Whether a gradient is that of the update; kinds that do not say with_number are not asked.
template <class Update, class Number, class Gradient>
inline constexpr bool gradient_fits = true;
template <class Update, class Number, class Gradient>
    requires requires {
        typename GradientOf<Update, Number>;
    }
inline constexpr bool gradient_fits<Update, Number, Gradient> = std::same_as<Gradient, GradientOf<Update, Number>>;

/// A pullback that takes what its pass made, and returns the derivative with respect to the prompt where it is wanted.
template <class Asked, class Wanted, class Update, class APrompt, class Pass, class Cotangent, class Gradient>
concept HasPullback = requires(Update const& update, APrompt const& prompt, Pass const& pass, Cotangent const& c,
                               Gradient& gradient) {
    pull_back(Asked{}, Wanted{}, update, prompt, pass, c, gradient);
    requires !Wanted::prompt ||
        std::convertible_to<decltype(pull_back(Asked{}, Wanted{}, update, prompt, pass, c, gradient)), APrompt>;
};

/// Test: tests/compile_fail/pass_without_pullback.cpp, pullback_for_both_alone.cpp.
template <class Asked, class Wanted, class Update>
struct this_kind_has_a_pass_and_no_pullback {
    static_assert(never<Update>,
                  "this kind has a forward_pass, but no pull_back(asked, wanted, layer, prompt, pass, cotangent, "
                  "gradient) beside it that takes what the pass made and returns the prompt's derivative, for what is "
                  "asked and wanted in this message: wanted is ParametersAndPrompt and ParametersAlone");
};
/// In the place of a pullback that is missing: its sentence, and nothing after it.
template <class Asked, class Wanted, class Update, class APrompt>
constexpr APrompt without_pullback() {
    static_cast<void>(sizeof(this_kind_has_a_pass_and_no_pullback<Asked, Wanted, Update>));
    return {};
}

/// A pass that is there for prompts of the update's own numbers, and not for others, such as lanes of them.
template <class Update, class Number, class APrompt>
inline constexpr bool has_pass_for_own_numbers = false;
template <class Update, class Number, class APrompt>
    requires(!std::same_as<Update, GradientOf<Update, Number>>)
inline constexpr bool has_pass_for_own_numbers<Update, Number, APrompt> =
    HasForwardPass<GradientOf<Update, Number>, AllTokens, APrompt>;

}  // namespace pass

/// The pullback of an update through the pass that it made of this prompt.
///
/// Shapes: `cotangent` that of the result, `gradient` the update's parameters. Exactness: exact in the exact family.
/// Cost: the kind's, about twice its forward pass. Errors: an update that has no pass and takes no dual numbers, a pass
/// without a pullback or for the update's own numbers alone, and a gradient that is no GradientOf do not compile. Test:
/// tests/static/backpropagation.cpp (the transpose of the derivative, by dual numbers).
template <class Asked, class Wanted, class Update, TokenShape Given, class Number, class Pass, class Gradient>
constexpr auto pull_back(Wanted wanted, Update const& update, Prompt<Given, Number> const& prompt, Pass const& pass,
                         AnswerOf<Asked, Update, Given, Number> const& cotangent, Gradient& gradient) {
    using APrompt = Prompt<Given, Number>;
    using After = PromptAfter<Update, APrompt>;
    static_assert(a_layer_is_not_made_by_inheritance<Update>::value, "see the first error");
    static_assert(
        pass::gradient_fits<Update, Number, Gradient>,
        "the gradient of an update is Update::with_number<Number>, where Number are the numbers of the prompt");
    auto const pulled = [&]() -> decltype(auto) {
        if constexpr (HasForwardPass<Update, Asked, APrompt>) {
            if constexpr (pass::HasPullback<Asked, Wanted, Update, APrompt, Pass,
                                            AnswerOf<Asked, Update, Given, Number>, Gradient>) {
                return pull_back(Asked{}, wanted, update, prompt, pass, cotangent, gradient);
            } else {
                return pass::without_pullback<Asked, Wanted, Update, APrompt>();
            }
        } else if constexpr (HasForwardPass<Update, AllTokens, APrompt>) {
            if constexpr (pass::HasPullback<AllTokens, Wanted, Update, APrompt, decltype(pass.of_all_tokens), After,
                                            Gradient>) {
                return pull_back(AllTokens{}, wanted, update, prompt, pass.of_all_tokens,
                                 Asked::template lifted<After::shape, Number>(cotangent), gradient);
            } else {
                return pass::without_pullback<AllTokens, Wanted, Update, APrompt>();
            }
        } else {
            static_assert(
                !pass::has_pass_for_own_numbers<Update, Number, APrompt>,
                "the forward_pass of this kind takes prompts of its own numbers only, so that training would "
                "differentiate the kind by dual numbers: write forward_pass and pull_back over any numbers of "
                "the prompt, as operator() is");
            return by_dual_numbers::pull_back<Asked>(wanted, update, prompt, cotangent, gradient);
        }
    };
    if constexpr (Wanted::prompt) {
        return APrompt(pulled());
    } else {
        static_cast<void>(pulled());
    }
}

/// The same of all tokens, for a prompt that the update has not been applied to: forward, then back.
template <class Update, TokenShape Given, class Number, class Gradient>
constexpr Prompt<Given, Number> pull_back(Update const& update, Prompt<Given, Number> const& prompt,
                                          PromptAfter<Update, Prompt<Given, Number>> const& cotangent,
                                          Gradient& gradient) {
    auto const pass = forward_pass<AllTokens>(update, prompt);
    return pull_back<AllTokens>(ParametersAndPrompt{}, update, prompt, pass, cotangent, gradient);
}

// --------------------------------------------------------------------------------------------------- wrong calls ----

// A prompt before its update, or no prompt, or nothing asked: one sentence. None of these fits where a kind's own answer, pass or pullback
// is looked for.
template <class Asked, class... Arguments>
    requires(GivenToThisLibrary<Asked, Arguments...> && !(DerivesFromPrompt<Arguments> || ...))
constexpr auto answer(Arguments const&...) {
    return an_update_is_asked_with_a_prompt<Arguments...>();
}
template <auto Asked, auto... More, class... Arguments>
constexpr auto answer(Arguments const&...) {
    return an_update_is_asked_with_a_prompt<Arguments...>();
}
template <class First, class Second>
    requires(GivenToThisLibrary<First, Second> && !DerivesFromPrompt<Second>)
constexpr auto answer(First const&, Second const&) {
    return an_update_is_asked_with_a_prompt<First, Second>();
}
template <class Asked, TokenShape Given, class Number, class Update>
constexpr auto answer(Asked, Prompt<Given, Number> const&, Update const&) {
    return an_update_is_asked_with_a_prompt<Asked, Prompt<Given, Number>, Update>();
}
template <class Asked, class... Arguments>
    requires(GivenToThisLibrary<Asked, Arguments...> && !(DerivesFromPrompt<Arguments> || ...))
constexpr auto forward_pass(Arguments const&...) {
    return an_update_is_asked_with_a_prompt<Arguments...>();
}
template <auto Asked, auto... More, class... Arguments>
constexpr auto forward_pass(Arguments const&...) {
    return an_update_is_asked_with_a_prompt<Arguments...>();
}
template <class First, class Second>
    requires(GivenToThisLibrary<First, Second> && !DerivesFromPrompt<Second>)
constexpr auto forward_pass(First const&, Second const&) {
    return an_update_is_asked_with_a_prompt<First, Second>();
}
template <class Asked, TokenShape Given, class Number, class Update>
constexpr auto forward_pass(Asked, Prompt<Given, Number> const&, Update const&) {
    return an_update_is_asked_with_a_prompt<Asked, Prompt<Given, Number>, Update>();
}
template <TokenShape Given, class Number, class... Arguments>
constexpr auto pull_back(Prompt<Given, Number> const&, Arguments const&...) {
    return an_update_is_asked_with_a_prompt<Prompt<Given, Number>, Arguments...>();
}
template <class Update, TokenShape Given, class Number, class Cotangent, class... Gradient>
    requires(sizeof...(Gradient) == 0 ||
             (sizeof...(Gradient) == 1 &&
              !std::convertible_to<Cotangent const&, PromptAfter<Update, Prompt<Given, Number>>>))
constexpr auto pull_back(Update const&, Prompt<Given, Number> const&, Cotangent const&, Gradient const&...) {
    return an_update_is_asked_with_a_prompt<Update, Prompt<Given, Number>, Cotangent, Gradient...>();
}

}  // namespace incontext

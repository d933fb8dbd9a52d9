// SPDX-License-Identifier: MIT
// No member is read from memory that nobody wrote: what is not given is zero. Each struct is made in memory full of NaN, and in
// EIGEN_INITIALIZE_MATRICES_BY_NAN every Eigen matrix begins as NaN.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"  // they are what is tested
#define EIGEN_INITIALIZE_MATRICES_BY_NAN
#include "incontext/incontext.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <new>

#include "catch.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};
constexpr TokenShape shape = sizes.tokens();

/// make(memory) begins an object in memory of which every byte is 0xff: every float is a NaN, every int -1.
template <class T, class Make, class Look>
void begun_in_nan(Make const& make, Look const& look) {
    alignas(T) std::array<std::byte, sizeof(T)> memory;
    std::memset(memory.data(), 0xff, sizeof memory);
    T* const object = make(memory.data());
    look(*object);
    object->~T();
}

bool is_zero(float number) {
    return number == 0.0f;
}
bool is_zero(Lanes<float, 16> const& lanes) {
    return lanes == Lanes<float, 16>(0);
}
template <AnyMatrix M>
bool is_zero(M const& matrix) {
    bool all = true;
    for (int col = 0; col < cols_of<M>; ++col) {
        for (int row = 0; row < rows_of<M>; ++row) {
            all = all && is_zero(matrix(row, col));
        }
    }
    return all;
}

/// Both ways to begin a T without values: T{} and, where `scalars` are no members, T by itself.
template <class T>
void require_zero_parameters() {
    auto const look = [](T const& tree) {
        for_each_parameter(
            [](char const* name, auto const& parameter) {
                CAPTURE(name);
                REQUIRE(is_zero(parameter));
            },
            tree);
    };
    begun_in_nan<T>([](void* memory) { return new (memory) T{}; }, look);
    begun_in_nan<T>([](void* memory) { return new (memory) T; }, look);
}

TEST_CASE("layers, steps, parts and stacks begin as zero") {
    using Layer = LinearSelfAttention<shape, float>;
    using Thin = LinearSelfAttention<shape, float, 2, 1>;
    require_zero_parameters<Layer>();
    require_zero_parameters<Thin>();
    require_zero_parameters<MultiHeadAttention<Layer, Layer>>();
    require_zero_parameters<MultiHeadAttention<Layer, Thin>>();
    require_zero_parameters<MergedProjections<shape, float>>();
    require_zero_parameters<MergedAttention<shape, float, 2>>();
    require_zero_parameters<GradientStep<sizes, float>>();
    require_zero_parameters<GradientDescentPlusPlus<sizes, float>>();
    require_zero_parameters<Damped<Layer>>();
    require_zero_parameters<OnlyTargetsMove<sizes, Layer>>();
    require_zero_parameters<Clipped<Layer>>();
    require_zero_parameters<LoopedStack<Damped<Layer>, 3>>();
    require_zero_parameters<UntiedStack<GradientStep<sizes, float>, 3>>();
    require_zero_parameters<LayerStack<Layer, GradientStep<sizes, float>>>();
    require_zero_parameters<LinearSelfAttention<shape, Lanes<float, 16>>>();
    require_zero_parameters<GradientStep<sizes, Lanes<float, 16>>>();
}

TEST_CASE("prompts, tasks, batches and results begin as zero") {
    auto const prompt_is_zero = [](auto const& prompt) {
        REQUIRE(is_zero(prompt.context));
        REQUIRE(is_zero(prompt.query));
    };
    using APrompt = Prompt<shape, float>;
    begun_in_nan<APrompt>([](void* memory) { return new (memory) APrompt; }, prompt_is_zero);
    begun_in_nan<APrompt>([](void* memory) { return new (memory) APrompt{}; }, prompt_is_zero);
    using OfLanes = Prompt<shape, Lanes<float, 16>>;
    begun_in_nan<OfLanes>([](void* memory) { return new (memory) OfLanes; }, prompt_is_zero);
    using ATask = Task<sizes, Lanes<float, 16>>;
    begun_in_nan<ATask>([](void* memory) { return new (memory) ATask; },
                        [&](ATask const& task) {
                            prompt_is_zero(task.prompt);
                            REQUIRE(is_zero(task.target));
                        });
    using ATrace = Trace<Eigen::Matrix<float, 2, 4>, 3>;
    begun_in_nan<ATrace>([](void* memory) { return new (memory) ATrace; },
                         [](ATrace const& trace) {
                             for (auto const& prediction : trace.after) {
                                 REQUIRE(is_zero(prediction));
                             }
                         });
}

/// A kind of yours, whose number has no initialiser, as BOOST_HANA_DEFINE_STRUCT makes it.
struct Scaled {
    using Scalar = float;
    BOOST_HANA_DEFINE_STRUCT(Scaled, (float, factor));
};

TEST_CASE("what a training remembers begins as zero") {
    auto const is_new = [](TrainingState<Scaled> const& state) {
        REQUIRE(state.layer.factor == 0.0f);
        REQUIRE(state.optimiser.steps == 0);
        REQUIRE(state.optimiser.first_moment.factor == 0.0f);
        REQUIRE(state.optimiser.second_moment.factor == 0.0f);
    };
    using State = TrainingState<Scaled>;
    begun_in_nan<State>([](void* memory) { return new (memory) State; }, is_new);
    begun_in_nan<State>([](void* memory) { return new (memory) State{}; }, is_new);
    using Memory = AdamState<Scaled>;  // by itself: in a State its {} would write it
    begun_in_nan<Memory>([](void* memory) { return new (memory) Memory; },
                         [](Memory const& memory) {
                             REQUIRE(memory.steps == 0);
                             REQUIRE(memory.first_moment.factor == 0.0f);
                         });
    State const given{.layer = {.factor = 2}, .optimiser = {.steps = 3}};
    int members = 0;
    for_each_parameter([&](char const*, auto const&) { ++members; }, given);
    REQUIRE(members == 4);
    REQUIRE(given.optimiser.first_moment.factor == 0.0f);
}

TEST_CASE("a member that was forgotten is zero") {
    GradientStep<sizes, float> const step{.learning_rate = 0.9f};
    REQUIRE(is_zero(step.initial_weights));
    GradientStep<sizes, float> const without_rate{.initial_weights = Eigen::Matrix<float, 2, 3>::Ones()};
    REQUIRE(without_rate.learning_rate == 0.0f);
    LinearSelfAttention<shape, float> const layer{.query = Eigen::Matrix<float, 5, 5>::Identity()};
    REQUIRE(is_zero(layer.output));
    Prompt<shape, float> const prompt{.query = Eigen::Matrix<float, 5, 4>::Ones()};
    REQUIRE(is_zero(prompt.context));
    REQUIRE((layer(prompt) == prompt));  // a layer of zeros moves nothing
}

}  // namespace

// SPDX-License-Identifier: MIT
// A batch in slices as wide as a register has the loss, the gradient and the means of packs of sixteen, to the bit.
//
// CMake compiles this file for the machine and, as the program narrow_tests, for registers of four.
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "catch.hpp"
#include "incontext/experiment/evaluation.hpp"
#include "incontext/stack/stack.hpp"
#include "incontext/training/initialisation.hpp"
#include "incontext/training/training.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 1, .context = 4};
using Layer = LinearSelfAttention<sizes.tokens(), float>;
using Model = LayerStack<Layer, Layer>;
using SixteenFloats = Lanes<float, 16>;
constexpr std::uint32_t seed = 5;

template <class Parameters>
std::vector<std::uint32_t> bits_of(Parameters const& parameters) {
    std::vector<std::uint32_t> bits;
    for_each_parameter(
        [&](char const*, auto const& matrix) {
            for (int i = 0; i < matrix.size(); ++i) {
                bits.push_back(std::bit_cast<std::uint32_t>(matrix.data()[i]));
            }
        },
        parameters);
    return bits;
}

Model initial() {
    Model model;
    initialise(model, seed);
    return model;
}

/// The sum of losses and of gradients as task/batch.hpp says it: 16 chunks of packs of 16 lanes, lanes as a tree.
float loss_and_gradient_in_sixteen_lanes(Model const& model, int batch, Model& gradient) {
    auto const form = fast_form(model);
    using Form = FastForm<Model>;
    auto const key = folded_in(folded_in(key_of_seed<16>(seed), training_stream), 0);
    int const packs = (batch + 15) / 16;
    int const chunks = packs < 16 ? packs : 16;
    float loss = 0;
    Form form_gradient;
    set_zero(form_gradient);
    for (int number = 0; number < chunks; ++number) {
        typename Form::template with_number<SixteenFloats> sums;
        set_zero(sums);
        SixteenFloats losses(0);
        ChunkOf const chunk(number, chunks, packs);
        for (int pack = chunk.first; pack < chunk.last; ++pack) {
            PackOfTasks<16> const tasks(pack, batch);
            auto const [prompt, target] =
                LinearRegression().draw<sizes>(split_key(key, static_cast<std::uint32_t>(batch), tasks.index));
            losses += add_loss_and_gradient<sizes>(form, prompt, target, tasks.weight, sums);
        }
        loss += sum_of_lanes(losses);
        auto const of_chunk = converted<float>(sums, [](SixteenFloats const& lanes) { return sum_of_lanes(lanes); });
        for_each_parameter([](char const*, auto& sum, auto const& part) { sum += part; }, form_gradient, of_chunk);
    }
    float const mean = 1.0f / static_cast<float>(batch);
    for_each_parameter([&](char const*, auto& sum) { sum *= mean; }, form_gradient);
    set_zero(gradient);
    pull_back_form(model, form_gradient, gradient);
    return loss * mean;
}

TEST_CASE("loss and gradient of a batch are those of packs of sixteen lanes") {
    for (int batch : {1, 16, 37, 300}) {  // a part of a slice, one pack, three chunks, more packs than chunks
        CAPTURE(batch, tasks_at_once);
        Workers workers(2);
        Training<sizes, Model> training(initial(), {.batch = batch, .seed = seed}, workers);
        Model gradient;
        Model expected;
        float const loss = training.loss_and_gradient(gradient);
        float const expected_loss = loss_and_gradient_in_sixteen_lanes(initial(), batch, expected);
        REQUIRE(std::bit_cast<std::uint32_t>(loss) == std::bit_cast<std::uint32_t>(expected_loss));
        REQUIRE(bits_of(gradient) == bits_of(expected));
    }
}

TEST_CASE("a mean over tasks is summed in the order of packs of sixteen lanes") {
    for (int count : {1, 16, 37, 300}) {
        CAPTURE(count, tasks_at_once);
        Workers workers(2);
        Evaluation<sizes> const evaluation(workers, {}, seed, count);
        auto const entry = [](auto const& task, auto& out) { out[0] = task.prompt.context(1, 2); };
        double const mean = evaluation.mean<1>(entry)[0];
        double expected = 0;
        int const packs = (count + 15) / 16;
        for (int number = 0; number < 16; ++number) {
            double sum = 0;
            ChunkOf const chunk(number, 16, packs);
            for (int pack = chunk.first; pack < chunk.last; ++pack) {
                auto const task = LinearRegression().draw<sizes>(split_key(
                    key_of_seed<16>(seed), static_cast<std::uint32_t>(count), PackOfTasks<16>(pack, count).index));
                std::array<SixteenFloats, 1> out;
                entry(task, out);
                for (int lane = 0; lane < 16 && pack * 16 + lane < count; ++lane) {
                    sum += static_cast<double>(out[0][lane]);
                }
            }
            expected += sum / count;
        }
        REQUIRE(mean == expected);
    }
}

}  // namespace

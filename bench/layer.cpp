// SPDX-License-Identifier: MIT
// One layer of linear self-attention, and stacks of layers, on 2048 prompts: the library beside its peers.
//
//   work        layer/...          all 11 tokens (10 of context, 1 query) are updated; the size is the token dimension
//               query_only/...     the query token alone: all that a prediction needs
//               stack_K/...        the query token after K layers of their own
//   compare     tasks/s; GFlop/s count the multiplications and additions of the formulation that is timed
//   of peak     GFlop/s beside the fused multiply-adds that this program measured when it began
//
//   incontext_lanes              the form that the library chooses by its counts of multiplications
//   incontext_lanes_definition   the four projections as they stand; of stacks all tokens of all layers
//   *_merged                     W_K^T W_Q and P W_V multiplied out beforehand, fewest multiplications
//   eigen_fixed, _lazy           a * b and a.lazyProduct(b) on matrices of fixed size, the paper's formula
//   eigen_dynamic, libxsmm, openblas     calls of a library (gemm_layer.hpp)
//
// Before anything is timed its results are compared with those in double, entry by entry: those of one layer must be
// equal, because weights and tokens are small whole numbers; those of stacks must agree within a rounding bound that is
// derived (layer_input.hpp). Input and weights are opaque to the compiler in every iteration.
#include <string>
#include <type_traits>

#include "eigen_layer.hpp"
#include "gemm_layer.hpp"
#include "library_layer.hpp"
#include "libxsmm_peer.hpp"
#include "measure.hpp"
#include "openblas_peer.hpp"

namespace {

using namespace bench;

using Floats = Lanes<float, native_float_lanes>;

// -------------------------------------------------------------------------------------------------- best formulations ----

template <TokenShape Shape, class Times>
using EigenMerged = Fastest<EigenLayer<Shape, MergedByScores<Times>>, EigenLayer<Shape, MergedByFastWeights<Times>>>;

template <GemmLibrary Gemm, TokenShape Shape, bool IsMerged, int TasksAtOnce, bool IsPadded>
using LayerByScores = GemmLayer<ByScores<Gemm, Shape, IsMerged, TasksAtOnce, IsPadded>, Shape>;

template <GemmLibrary Gemm, TokenShape Shape>
using GemmDefinition =
    Fastest<LayerByScores<Gemm, Shape, false, 1, false>, LayerByScores<Gemm, Shape, false, 1, true>,
            LayerByScores<Gemm, Shape, false, 8, false>, LayerByScores<Gemm, Shape, false, 16, false>>;

template <GemmLibrary Gemm, TokenShape Shape>
using GemmMerged =
    Fastest<LayerByScores<Gemm, Shape, true, 1, false>, LayerByScores<Gemm, Shape, true, 1, true>,
            LayerByScores<Gemm, Shape, true, 8, false>, LayerByScores<Gemm, Shape, true, 16, false>,
            GemmLayer<ByFastWeights<Gemm, Shape, false>, Shape>, GemmLayer<ByFastWeights<Gemm, Shape, true>, Shape>>;

template <GemmLibrary Gemm, TokenShape Shape, int Depth>
using GemmMergedStack = std::conditional_t<Depth == 1, GemmQuery<Gemm, Shape, ScaledWeights>,
                                           Fastest<GemmStack<ByScores<Gemm, Shape, true, 1, false>, Shape, Depth>,
                                                   GemmStack<ByScores<Gemm, Shape, true, 8, false>, Shape, Depth>,
                                                   GemmStack<ByScores<Gemm, Shape, true, 16, false>, Shape, Depth>>>;

// ------------------------------------------------------------------------------------------------------ who competes ----

template <TokenShape Shape>
struct Layers {
    template <Formulation F>
    static void add(std::string const& competitor) {
        add_formulation<F>("layer", competitor, Shape.token_dim, expected_of_layer<Shape>);
    }

    static void add_few() {
        add<LibraryLayer<Shape, float, Floats, ChosenPlan>>("incontext_lanes");
        add<EigenLayer<Shape, PaperFormula<Times>>>("eigen_fixed");
        add<GemmMerged<LibxsmmGemm, Shape>>("libxsmm_merged");
    }

    static void add_all() {
        add_few();
        add<LibraryLayer<Shape, float, Floats, Definition>>("incontext_lanes_definition");
        add<EigenLayer<Shape, PaperFormula<LazyTimes>>>("eigen_fixed_lazy");
        add<EigenMerged<Shape, Times>>("eigen_fixed_merged");
        add<EigenMerged<Shape, LazyTimes>>("eigen_fixed_lazy_merged");
        add<GemmDefinition<EigenGemm, Shape>>("eigen_dynamic");
        add<GemmMerged<EigenGemm, Shape>>("eigen_dynamic_merged");
        add<GemmDefinition<LibxsmmGemm, Shape>>("libxsmm");
        add<GemmDefinition<OpenblasGemm, Shape>>("openblas");
        add<GemmMerged<OpenblasGemm, Shape>>("openblas_merged");
        add<LibraryLayer<Shape, Modular, Modular, Definition>>("exact_modular");  // what a proof costs where it runs
    }
};

template <TokenShape Shape>
struct QueryOnly {
    template <Formulation F>
    static void add(std::string const& competitor) {
        add_formulation<F>("query_only", competitor, Shape.token_dim, expected_of_query<Shape>);
    }

    static void add_all() {
        add<LibraryQuery<Shape, Floats, ChosenPlan, WholeLayer<Shape>>>("incontext_lanes");
        add<EigenQuery<Shape, PaperFormula<Times>, 1, WholeWeights>>("eigen_fixed");
        add<EigenQuery<Shape, MergedByScores<Times>, 1, WholeWeights>>("eigen_fixed_merged");
        add<EigenQuery<Shape, MergedByScores<LazyTimes>, 1, WholeWeights>>("eigen_fixed_lazy_merged");
        add<GemmQuery<EigenGemm, Shape, WholeWeights>>("eigen_dynamic_merged");
        add<GemmQuery<LibxsmmGemm, Shape, WholeWeights>>("libxsmm_merged");
        add<GemmQuery<OpenblasGemm, Shape, WholeWeights>>("openblas_merged");
    }
};

template <TokenShape Shape, int Depth>
struct Stacks {
    template <Formulation F>
    static void add(std::string const& competitor) {
        add_formulation<F>("stack_" + std::to_string(Depth), competitor, Shape.token_dim,
                           expected_of_stack<Shape, Depth>);
    }

    static void add_all() {
        add<LibraryQuery<Shape, Floats, ChosenPlan, StackOfLayers<Shape, Depth>>>("incontext_lanes");
        add<LibraryQuery<Shape, Floats, Definition, StackOfLayers<Shape, Depth>>>("incontext_lanes_definition");
        add<EigenQuery<Shape, PaperFormula<Times>, Depth, ScaledWeights>>("eigen_fixed");
        add<EigenQuery<Shape, MergedByScores<Times>, Depth, ScaledWeights>>("eigen_fixed_merged");
        add<GemmMergedStack<LibxsmmGemm, Shape, Depth>>("libxsmm_merged");
    }
};

}  // namespace

int main(int argc, char** argv) {
    constexpr TokenShape paper = shape_of<11>;
    Layers<paper>::add_all();
    Layers<shape_of<4>>::add_few();
    Layers<shape_of<5>>::add_few();
    Layers<shape_of<8>>::add_few();
    Layers<shape_of<16>>::add_few();
    Layers<shape_of<21>>::add_few();
    Layers<shape_of<32>>::add_few();
    QueryOnly<paper>::add_all();
    Stacks<paper, 1>::add_all();
    Stacks<paper, 2>::add_all();
    Stacks<paper, 5>::add_all();
    Stacks<paper, 10>::add_all();
    return bench::run(argc, argv);
}

// SPDX-License-Identifier: MIT
// One layer of linear self-attention on 2048 prompts: the library beside its peers.
//
//   work        layer/...          all 11 tokens (10 of context, 1 query) are updated; the size is the token dimension
//               query_only/...     the query token alone: all that a prediction needs
//   compare     tasks/s; GFlop/s count the multiplications and additions of the formulation that is timed
//   of peak     GFlop/s beside the fused multiply-adds that this program measured when it began
//
//   incontext_lanes              the form that the library chooses by its counts of multiplications
//   incontext_lanes_definition   the four projections as they stand
//   *_merged                     W_K^T W_Q and P W_V multiplied out beforehand, fewest multiplications
//   *_paper                      the paper's formula
//   eigen_fixed, _lazy           the paper's formula by a * b and by a.lazyProduct(b) on matrices of fixed size
//   libxsmm_*, openblas_*        calls of a library (gemm_layer.hpp)
//
// Before anything is timed its results are compared with those in double, entry by entry: they must be equal, because
// weights and tokens are small whole numbers. Input and weights are opaque to the compiler in every iteration.
#include <string>

#include "eigen_layer.hpp"
#include "formulation.hpp"
#include "gemm_layer.hpp"
#include "library_layer.hpp"

namespace {

using namespace bench;

constexpr TokenShape paper = shape_of<11>;

template <TokenShape Shape, Formulation... F>
void add_layer(std::string const& competitor) {
    constexpr double entries = Shape.token_dim * (Shape.context + Shape.query);
    add_formulation<F...>("layer", competitor, Shape.token_dim, expected_of_layer<Shape>, entries, entries);
}

template <TokenShape Shape, GemmLibrary Gemm, bool IsMerged>
void add_layer_by_library(std::string const& competitor) {
    add_layer<Shape, GemmLayer<Gemm, Shape, IsMerged, 1>, GemmLayer<Gemm, Shape, IsMerged, 8>,
              GemmLayer<Gemm, Shape, IsMerged, 16>>(competitor);
}

/// Those whose share of the peak is shown by token dimension.
template <int... TokenDimension>
void add_dimensions() {
    (add_layer<shape_of<TokenDimension>, LibraryLayer<shape_of<TokenDimension>, true>>("incontext_lanes"), ...);
    (add_layer<shape_of<TokenDimension>, EigenLayer<shape_of<TokenDimension>, LazyTimes>>("eigen_fixed_lazy"), ...);
    for_each_library([]<class Gemm>(std::string const& name) {
        (add_layer_by_library<shape_of<TokenDimension>, Gemm, true>(name + "_merged"), ...);
    });
}

}  // namespace

int main(int argc, char** argv) {
    add_dimensions<4, 5, 8, 11, 16, 21, 32>();
    add_layer<paper, LibraryLayer<paper, false>>("incontext_lanes_definition");
    add_layer<paper, EigenLayer<paper, Times>>("eigen_fixed");
    add_layer<paper, EigenMerged<paper, LazyTimes>>("eigen_fixed_lazy_merged");
    for_each_library(
        []<class Gemm>(std::string const& name) { add_layer_by_library<paper, Gemm, false>(name + "_paper"); });

    auto const add_query = []<Formulation F>(std::string const& competitor) {
        constexpr double entries = paper.token_dim * (paper.context + paper.query);
        add_formulation<F>("query_only", competitor, paper.token_dim, expected_of_query<paper>, entries,
                           paper.token_dim * paper.query);
    };
    add_query.template operator()<LibraryQuery<paper>>("incontext_lanes");
    add_query.template operator()<EigenQuery<paper, LazyTimes>>("eigen_fixed_lazy_merged");
    for_each_library([&]<class Gemm>(std::string const& name) {
        add_query.template operator()<GemmQuery<Gemm, paper>>(name + "_merged");
    });
    return bench::run(argc, argv);
}

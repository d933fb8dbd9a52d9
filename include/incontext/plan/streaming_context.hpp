// SPDX-License-Identifier: MIT
/// @file
/// A context that grows example by example, in memory that is fixed while compiling.
///
///     observe(x, y)     G <- G + (x; y) (x; y)^T
///     predict(x)        -(y of the query token (x; -W0 x) after all layers, by the moments N/n G)
///
/// A linear stack sees its context through G = C C^T alone (plan/moment_form.hpp), so the examples themselves need not be
/// kept. A model whose rates were made for contexts of N examples is given the moments of N examples as large as the mean
/// of the n that were observed: gradient descent's loss is a mean, too.
#pragma once

#include <type_traits>

#include "incontext/plan/fast_form.hpp"
#include "incontext/plan/moment_form.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// A LayerStack or LoopedStack of linear layers.
template <class Model>
inline constexpr bool is_linear_stack = false;
template <LinearLayer... Layers>
inline constexpr bool is_linear_stack<LayerStack<Layers...>> = true;
template <LinearLayer Layer, int Depth>
inline constexpr bool is_linear_stack<LoopedStack<Layer, Depth>> = true;

/// Whether every layer of a linear stack is one for contexts of this length and tokens of this dimension.
template <class Model, int TokenDimension, int Context>
inline constexpr bool layers_have_shape = false;
template <class... Layers, int TokenDimension, int Context>
inline constexpr bool layers_have_shape<LayerStack<Layers...>, TokenDimension, Context> =
    ((Layers::shape.token_dim == TokenDimension && Layers::shape.context == Context) && ...);
template <class Layer, int Depth, int TokenDimension, int Context>
inline constexpr bool layers_have_shape<LoopedStack<Layer, Depth>, TokenDimension, Context> =
    Layer::shape.token_dim == TokenDimension && Layer::shape.context == Context;

/// What a model has been shown, and its predictions from that.
///
/// Model: a LayerStack or LoopedStack of linear layers (a single layer is looped<1>(layer)). It is kept in the form that
/// takes the fewest multiplications. No heap, no exceptions, no run-time type information; two matrices
/// [token_dim x token_dim] and W0 beside the model and a counter, whatever the number of examples (tests/static/streaming.cpp).
///
/// Units: those of the model. Cost: observe token_dim (token_dim + 1) / 2 multiplications; predict OperationCount's
/// by_moments without its pass over the context, and token_dim^2. Errors: none at run time; numbers that are not finite
/// stay in G, until `forget`. A model that is no stack of linear layers, or whose layers have other dimensions than Sizes,
/// does not compile (tests/compile_fail/streaming_*.cpp).
/// Exactness: exact in the exact family. In floating point every sum carries on what was rounded off it (Kahan's summation
/// [Higham2002] sec. 4.3, with a two-sum), so that the error of an entry of G hardly grows with n:
/// |error_ij| <= (6 u + n u^2) sqrt(G_ii G_jj), u half the distance from 1 to the next number; a plain sum of numbers up
/// to 1 no longer changes after some 10^7 examples in float. Compilers that are told to reassociate (-ffast-math) undo it.
/// Test: tests/static/streaming.cpp (identical to the stack on the same examples), tests/unit/streaming.cpp (10^7 examples).
template <Dimensions Sizes, class Model, class Number = typename Model::Scalar>
class StreamingContext {
    static_assert(is_linear_stack<Model>,
                  "a streaming context needs a stack of linear attention layers: of one layer, make looped<1>(layer)");
    static_assert(!is_linear_stack<Model> || layers_have_shape<Model, Sizes.input + Sizes.output, Sizes.context>,
                  "the layers of a streaming context's model have another token dimension or context length than its "
                  "Dimensions{input, output, context}: their rates would be scaled for the wrong number of examples");

  public:
    using Input = Matrix<Number, Sizes.input, 1>;
    using Output = Matrix<Number, Sizes.output, 1>;
    using Weights = Matrix<Number, Sizes.output, Sizes.input>;
    static constexpr int token_dim = Sizes.input + Sizes.output;
    static constexpr TokenShape shape{.token_dim = token_dim, .context = Sizes.context, .query = 1};
    using Gram = Matrix<Number, token_dim, token_dim>;

    /// Nothing observed yet. The query token is (x; -W0 x); the paper's experiments have W0 = 0.
    constexpr explicit StreamingContext(Model const& model,
                                        Weights const& initial_weights = zero<Number, Sizes.output, Sizes.input>()) noexcept
        : form_(fast_form(model)), initial_weights_(initial_weights) {
        forget();
    }

    /// Adds the example y of x.
    constexpr void observe(Input const& x, Output const& y) noexcept {
        ++count_;
        auto const token = above(x, y);
        for (int col = 0; col < token_dim; ++col) {
            for (int row = 0; row <= col; ++row) {
                add(sum_(row, col), rest_(row, col), token(row, 0) * token(col, 0));
            }
        }
    }

    /// The prediction for x from all examples observed; without any, W0 x.
    [[nodiscard]] constexpr Output predict(Input const& x) const noexcept {
        Moments<shape, Number> const seen{.gram = moments(), .query = above(x, -product(initial_weights_, x))};
        return -rows<Sizes.input, Sizes.output>(updated_query_by_moments(form_, seen));
    }

    /// N/n times the sum of (x; y) (x; y)^T over the n examples observed [token_dim x token_dim]; 0 without any.
    [[nodiscard]] constexpr Gram moments() const noexcept {
        Number const scale = count_ == 0 ? Number(0) : scale_of<Number>(Sizes.context, count_);
        return generate<Number, token_dim, token_dim>([&](int row, int col) {
            int const upper = row < col ? row : col;
            int const right = row < col ? col : row;
            return scale * (sum_(upper, right) + rest_(upper, right));
        });
    }

    /// How many examples were observed.
    [[nodiscard]] constexpr long long count() const noexcept { return count_; }

    /// Back to nothing observed.
    constexpr void forget() noexcept {
        sum_ = zero<Number, token_dim>();
        rest_ = zero<Number, token_dim>();
        count_ = 0;
    }

  private:
    using Form = FastForm<Model>;

    /// N/n; exactly 1 when n = N.
    template <class Of>
    static constexpr Of scale_of(int context, long long count) {
        if constexpr (requires { typename Of::Lane; }) {
            return Of(scale_of<typename Of::Lane>(context, count));
        } else if constexpr (std::is_floating_point_v<Of>) {
            return static_cast<Of>(context) / static_cast<Of>(count);
        } else {
            return Of(context) / Of(static_cast<int>(count));
        }
    }

    /// sum <- sum + term, with what was rounded off before; what is rounded off now is the new rest.
    static constexpr void add(Number& sum, Number& rest, Number const& term) {
        Number const corrected = rest + term;
        Number const next = sum + corrected;
        // Without asking which is larger (Knuth's two-sum), so that lanes need no branch. In exact arithmetic rest stays 0.
        Number const of_corrected = next - sum;
        rest = (sum - (next - of_corrected)) + (corrected - of_corrected);
        sum = next;
    }

    Form form_;
    Weights initial_weights_;
    Gram sum_;
    Gram rest_;
    long long count_ = 0;
};

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// A context that grows example by example, or by whole tables of them, in memory that is fixed while compiling.
///
///     observe(x, y)            G <- G + (x; y) (x; y)^T
///     observe(X, Y)            G <- G + (X; Y) (X; Y)^T, one example a column
///     observe_tokens(C)        G <- G + C C^T, C = (X; Y) in one table
///     predict(x)               -(y of the query token (x; -W0 x) after all layers, by the gram matrix N/n G)
///
/// A linear stack sees its context through G = C C^T alone (attention/gram_prompt.hpp), so the examples themselves need not be
/// kept. A model whose rates were made for contexts of N examples is given the gram matrix of N examples as large as the mean
/// of the n that were observed: gradient descent's loss is a mean, too.
#pragma once

#include <algorithm>
#include <type_traits>

#include "incontext/attention/gram_prompt.hpp"
#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/matrix/placed.hpp"
#include "incontext/plan/fast_form.hpp"
#include "incontext/stack/stack.hpp"
#include "incontext/streaming/compensated_sum.hpp"
#include "incontext/streaming/token_products.hpp"
#include "incontext/support/message.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// Whether every layer of a linear stack is one for contexts of this length and tokens of this dimension.
template <class Model, int TokenDimension, int Context>
inline constexpr bool layers_have_shape = false;
template <class Model, int TokenDimension, int Context>
inline constexpr bool layers_have_shape<Model const, TokenDimension, Context> =
    layers_have_shape<Model, TokenDimension, Context>;
template <class... Layers, int TokenDimension, int Context>
inline constexpr bool layers_have_shape<LayerStack<Layers...>, TokenDimension, Context> =
    ((Layers::shape.token_dim == TokenDimension && Layers::shape.context == Context) && ...);
template <class Layer, int Depth, int TokenDimension, int Context>
inline constexpr bool layers_have_shape<LoopedStack<Layer, Depth>, TokenDimension, Context> =
    Layer::shape.token_dim == TokenDimension&& Layer::shape.context == Context;

namespace streaming_context {

/// A matrix that fits Place, of any number of columns; or else a sentence.
template <class Place, class Number, int Rows, AnyMatrix M>
constexpr void require_table();

/// How many columns it has. An int where it is known while compiling.
template <AnyMatrix M>
constexpr auto columns(M const& matrix);

/// Whether its columns lie one behind the other in memory, without gaps.
template <AnyMatrix M>
constexpr bool is_without_gaps(M const& matrix);

/// The address of its first entry.
template <AnyMatrix M>
constexpr NumberOf<M> const* first_entry(M const& matrix);

}  // namespace streaming_context

// The places of what is observed, for the sentence that tells a wrong shape.
struct observed_inputs;
struct observed_outputs;
struct observed_tokens;

/// What a model has been shown, and its predictions from that.
///
/// Model: a LayerStack or LoopedStack of linear layers (a single layer is looped<1>(layer)). It is kept in the form that
/// takes the fewest multiplications. No heap, no exceptions, no run-time type information; two matrices
/// [token_dim x token_dim] and W0 beside the model and a counter, whatever the number of examples (tests/static/streaming.cpp).
///
/// Units: those of the model. Cost: observing one example takes token_dim (token_dim + 1) / 2 multiplications and six times
/// as many additions; of a table, TokenProducts' (streaming/token_products.hpp), many times less per example. predict:
/// answer_by_gram's without its pass over the context, and token_dim^2. Errors: none at run time; numbers that
/// are not finite stay in G, until `forget`. A model that is no stack of linear layers, or whose layers have other
/// dimensions than Sizes, or a table of another shape does not compile (tests/compile_fail/streaming_*.cpp).
/// Exactness: exact in the exact family. In floating point every sum carries on what was rounded off it
/// (add_compensated), so that the error of an entry of G hardly grows with n: |error_ij| <= (6 u + n u^2) sqrt(G_ii G_jj),
/// u half the distance from 1 to the next number, and 264 u in place of 6 u where tables were observed; a plain sum of
/// numbers up to 1 no longer changes after some 10^7 examples in float. Compilers that are told to reassociate
/// (-ffast-math) undo it.
/// Test: tests/static/streaming.cpp (identical to the stack on the same examples), tests/unit/streaming.cpp (10^7 examples),
/// tests/unit/streaming_table.cpp (tables of any length and place, within the bound).
template <Dimensions Sizes, class Model, class Number = typename Model::Scalar>
class StreamingContext {
    static_assert(LinearStack<Model>,
                  "a streaming context needs a stack of linear attention layers: of one layer, make looped<1>(layer)");
    static_assert(!LinearStack<Model> || layers_have_shape<Model, Sizes.input + Sizes.output, Sizes.context>,
                  "the layers of a streaming context's model have another token dimension or context length than its "
                  "Dimensions{input, output, context}: their rates would be scaled for the wrong number of examples");
    static_assert(shape_of_layers<GivenSizes<Sizes>, std::remove_const_t<Model>>().input > 0, "see the first error");

  public:
    using Input = Matrix<Number, Sizes.input, 1>;
    using Output = Matrix<Number, Sizes.output, 1>;
    using Weights = Matrix<Number, Sizes.output, Sizes.input>;
    static constexpr int token_dim = Sizes.input + Sizes.output;
    static constexpr TokenShape shape = Dimensions{Sizes.input, Sizes.output, Sizes.context, 1}.tokens();
    using Gram = Matrix<Number, token_dim, token_dim>;

    /// Nothing observed yet. The query token is (x; -W0 x); the paper's experiments have W0 = 0.
    constexpr explicit StreamingContext(
        Model const& model, Weights const& initial_weights = zero<Number, Sizes.output, Sizes.input>()) noexcept
        : form_(fast_form(model)), initial_weights_(initial_weights) {
        forget();
    }

    /// Adds the example y of x.
    constexpr void observe(Input const& x, Output const& y) noexcept {
        ++count_;
        auto const token = above(x, y);
        for (int col = 0; col < token_dim; ++col) {
            for (int row = 0; row <= col; ++row) {
                add_compensated(sum_(row, col), rest_(row, col), token(row, 0) * token(col, 0));
            }
        }
    }

    /// Adds the examples in the columns of X [input x n] and Y [output x n]: any number, known while compiling or not.
    ///
    /// They are copied to the stack, 256 at a time. Errors: where X has more or fewer columns than Y, nothing is observed.
    template <AnyMatrix Inputs, AnyMatrix Outputs>
        requires(cols_of<Inputs> != 1 || cols_of<Outputs> != 1)
    constexpr void observe(Inputs const& X, Outputs const& Y) noexcept {
        streaming_context::require_table<observed_inputs, Number, Sizes.input, Inputs>();
        streaming_context::require_table<observed_outputs, Number, Sizes.output, Outputs>();
        auto const count = streaming_context::columns(X);
        if (count == streaming_context::columns(Y)) {
            add_copies(count, [&](auto col, Number* token) {
                write_column(X, col, token);
                write_column(Y, col, token + Sizes.input);
            });
        }
    }

    /// Adds the examples in the columns of one table [token_dim x n], input above output. It is read in place if its
    /// columns lie one behind the other, as those of an Eigen matrix or of an Eigen::Map of recorded numbers do.
    template <AnyMatrix Tokens>
    constexpr void observe_tokens(Tokens const& tokens) noexcept {
        streaming_context::require_table<observed_tokens, Number, token_dim, Tokens>();
        auto const count = streaming_context::columns(tokens);
        if (streaming_context::is_without_gaps(tokens)) {
            Products products;
            products.add(streaming_context::first_entry(tokens), count);
            add(products, count);
        } else {
            add_copies(count, [&](auto col, Number* token) { write_column(tokens, col, token); });
        }
    }

    /// The prediction for x from all examples observed; without any, W0 x.
    [[nodiscard]] constexpr Output predict(Input const& x) const noexcept {
        GramPrompt<shape, Number> const seen(gram(), above(x, -product(initial_weights_, x)));
        return prediction_of(
            answer_by_gram<QueryTargets<Dimensions{Sizes.input, Sizes.output, Sizes.context, 1}>>(form_, seen));
    }

    /// N/n times the sum of (x; y) (x; y)^T over the n examples observed [token_dim x token_dim]; 0 without any.
    [[nodiscard]] constexpr Gram gram() const noexcept {
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

    using Products = TokenProducts<Number, token_dim>;

    constexpr void add(Products const& products, long long count) {
        products.for_each_sum([&](int row, int col, Number const& sum, Number const& rest) {
            add_compensated(sum_(row, col), rest_(row, col), sum);
            rest_(row, col) += rest;
        });
        count_ += count;
    }

    /// Read to the end before anything is written, or the compiler must do it one by one in case the places overlap.
    template <AnyMatrix M, class Index>
    static constexpr void write_column(M const& matrix, Index col, Number* to) {
        auto const column = generate<Number, rows_of<M>, 1>([&](int row, int) { return matrix(row, col); });
        for (int row = 0; row < rows_of<M>; ++row) {
            to[row] = column(row, 0);
        }
    }

    /// Adds `count` tokens, each of which write_token(number, to) writes.
    template <class Index, class WriteToken>
    constexpr void add_copies(Index count, WriteToken const& write_token) {
        constexpr Index at_once = Products::tokens_between_corrections;
        Products products;
        for (Index first = 0; first < count; first += at_once) {
            Number copied[at_once * token_dim];
            Index const now = std::min(at_once, count - first);
            for (Index i = 0; i < now; ++i) {
                write_token(first + i, copied + i * token_dim);
            }
            products.add(copied, now);
        }
        add(products, count);
    }

    Form form_;
    Weights initial_weights_;
    Gram sum_;
    Gram rest_;
    long long count_ = 0;
};

// ------------------------------------------------------------------------------------------------------- details ----

/// Test: tests/compile_fail/streaming_expression.cpp.
template <class Place>
struct observed_examples_must_be_stored {
    static_assert(
        never<Place>,
        "a streaming context reads examples from a matrix, a map or a block of one: write the expression to a "
        "matrix first, for instance with .eval()");
};

namespace streaming_context {

template <class Place, class Number, int Rows, AnyMatrix M>
constexpr void require_table() {
    if constexpr (rows_of<M> != Rows) {
        static_cast<void>(
            a_matrix_has_the_wrong_shape<Place, Given<rows_of<M>, cols_of<M>>, Required<Rows, cols_of<M>>>{});
    } else if constexpr (!std::is_same_v<NumberOf<M>, Number>) {
        static_cast<void>(a_matrix_has_the_wrong_numbers<Place, NumberOf<M>, Number>{});
    } else if constexpr (
        requires(M const& matrix) { matrix.eval(); } && !requires(M const& matrix) { matrix.data(); }) {
        static_cast<void>(observed_examples_must_be_stored<Place>{});
    }
}

template <AnyMatrix M>
constexpr auto columns(M const& matrix) {
    if constexpr (cols_of<M> >= 0) {
        return cols_of<M>;
    } else {
        return matrix.cols();
    }
}

template <AnyMatrix M>
constexpr bool is_without_gaps(M const& matrix) {
    if constexpr (requires { matrix.outerStride(); }) {
        return !M::IsRowMajor && matrix.innerStride() == 1 && matrix.outerStride() == rows_of<M>;
    } else {
        return true;  // an ExactMatrix
    }
}

template <AnyMatrix M>
constexpr NumberOf<M> const* first_entry(M const& matrix) {
    if constexpr (requires { matrix.data(); }) {
        return matrix.data();
    } else {
        return &matrix(0, 0);
    }
}

}  // namespace streaming_context

}  // namespace incontext

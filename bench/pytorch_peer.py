#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The work of bench/layer.cpp, bench/training_step.cpp and the steps of other models in PyTorch.

    layer/...              all 11 tokens (10 of context, 1 query) of dimension 11 are updated
    softmax_2_heads_step, copying_step, sine_step, blocks_12_step    the models of bench/softmax_step.cpp, sine_step.cpp and
                           blocks_step.cpp: draw tasks, loss and gradient by autograd, clip, Adam
    query_only/...         the query token alone
    training_step_.../...  draw tasks, loss and gradient, clip, Adam; and the same in parts

All on 2048 prompts in float32, on one thread, in four formulations, the fastest of those that were tried in each manner:

    paper      the definition by torch.einsum, as the paper writes it
    batched    merged projections and the Gram matrix G = C C^T; torch.bmm multiplies small matrices, task after task
    lanes      the same with the tasks innermost, as in the library: [row x token x task] in place of [task x token x row],
               so that an operation on whole tensors runs in the vector unit; a product per task is a sum of 10 or 11
    by_hand    lanes, the derivative written out instead of found by autograd

TorchScript was tried, too, and is no faster. `pytorch_best` repeats the fastest formulation of a work.

Before anything is timed, its result is compared with the paper's formula in float64. The norm of the difference must be
at most 1e-4 of the norm of the expected change (forward) or gradient: some hundreds of roundings of 6e-8 follow each
other on any way through 5 layers, while one wrong task of 2048 would show as 2e-2. Times are medians over repetitions.
"""
from __future__ import annotations

import argparse
import datetime
import json
import math
import os
import re
import statistics
import sys
import time
import timeit
from collections.abc import Callable
from typing import Any, NamedTuple

# PyTorch would be content with one thread, but OpenBLAS would take every processor for itself.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
try:
    import torch
    from torch import Tensor
except ImportError as error:
    torch, reason_of_absence = None, str(error)

BATCH = 2048
INPUT = CONTEXT = 10
TOKENS = CONTEXT + 1  # the query is the last
ROWS = INPUT + 1  # of a token: x, then y
LARGEST_INPUT = 0.5  # inputs are uniform in (-1/2, 1/2), as LinearRegression draws them
LARGEST_NORM, RATE, FIRST_DECAY, SECOND_DECAY, EPSILON = 10.0, 1e-3, 0.9, 0.98, 1e-8
TRAINED = (("1_layer", 1, None), ("5_layers", 5, None), ("5_layers_clipped", 5, 10.0))  # tokens are cut at +-limit
TOLERANCE = 1e-4

# The four projections of a layer are one tensor [4 x row x row]: the optimiser has a single tensor to go through.
QUERY, KEY, VALUE, OUTPUT = range(4)

Update = Callable[["Tensor", "Tensor"], "Tensor"]  # (projections, tokens) -> updated tokens, or updated query tokens


def transposed(tokens: Tensor) -> Tensor:
    """From rows to lanes, and back."""
    return tokens.permute(*reversed(range(tokens.dim()))).contiguous()


def merged(projections: Tensor) -> tuple[Tensor, Tensor]:
    """P W_V and W_K^T W_Q."""
    return projections[OUTPUT] @ projections[VALUE], projections[KEY].t() @ projections[QUERY]


# ---------------------------------------------------------------------------------------------------- formulations ----


def layer_as_in_paper(projections: Tensor, tokens: Tensor) -> Tensor:
    """e + P (W_V C)((W_K C)^T (W_Q e))."""
    context = tokens[:, :-1]
    keys = torch.einsum("ij,bnj->bni", projections[KEY], context)
    values = torch.einsum("ij,bnj->bni", projections[VALUE], context)
    queries = torch.einsum("ij,blj->bli", projections[QUERY], tokens)
    attended = torch.einsum("bln,bni->bli", torch.einsum("bli,bni->bln", queries, keys), values)
    return tokens + torch.einsum("ij,blj->bli", projections[OUTPUT], attended)


def layer_batched(projections: Tensor, tokens: Tensor) -> Tensor:
    """e + P W_V (C C^T)(W_K^T W_Q e)."""
    output_value, key_query = merged(projections)
    context = tokens[:, :-1]
    gram = torch.bmm(context.transpose(1, 2), context)
    flat = tokens.reshape(-1, ROWS)
    attended = torch.bmm((flat @ key_query.t()).view_as(tokens), gram)
    return torch.addmm(flat, attended.view(-1, ROWS), output_value.t()).view_as(tokens)


def query_batched(projections: Tensor, tokens: Tensor) -> Tensor:
    """q + P W_V (C (C^T (W_K^T W_Q q)))."""
    output_value, key_query = merged(projections)
    context, query = tokens[:, :-1], tokens[:, -1]
    key = (query @ key_query.t())[..., None]
    attended = torch.bmm(context.transpose(1, 2), torch.bmm(context, key))[..., 0]
    return torch.addmm(query, attended, output_value.t())


def products(left: Tensor, right: Tensor) -> Tensor:
    """The product of two matrices per task: [i x k x task], [k x j x task] -> [i x j x task]."""
    result = left[:, 0, None] * right[None, 0]
    for k in range(1, left.shape[1]):
        result.addcmul_(left[:, k, None], right[None, k])
    return result


def shared_left(matrix: Tensor, tokens: Tensor) -> Tensor:
    """matrix * tokens, with one matrix for all tasks: [i x k], [k x j x task] -> [i x j x task]."""
    return (matrix @ tokens.reshape(len(tokens), -1)).view(-1, *tokens.shape[1:])


def attend(context: Tensor, key: Tensor) -> tuple[Tensor, Tensor]:
    """C^T k [context x task] and C (C^T k) [row x task], for a column k per task."""
    scores = (context * key[:, None]).sum(0)
    return scores, (context * scores).sum(1)


def layer_in_lanes(projections: Tensor, tokens: Tensor) -> Tensor:
    """e + P W_V (C C^T)(W_K^T W_Q e)."""
    output_value, key_query = merged(projections)
    context = tokens[:, :-1]
    gram = shared_left(output_value, products(context, context.transpose(0, 1)))
    return products(gram, shared_left(key_query, tokens)) + tokens


def query_in_lanes(projections: Tensor, tokens: Tensor) -> Tensor:
    """q + P W_V (C (C^T (W_K^T W_Q q)))."""
    output_value, key_query = merged(projections)
    context, query = tokens[:, :-1], tokens[:, -1]
    return torch.addmm(query, output_value, attend(context, key_query @ query)[1])


class Formulation(NamedTuple):
    """One way to update prompts: whole, and the query token alone."""

    name: str
    layer: Update
    query: Update
    in_lanes: bool = False

    def stack(self, layers: Tensor, tokens: Tensor, limit: float | None = None) -> Tensor:
        """The query tokens after these layers, the last of which updates nothing else; all cut at +-limit."""
        for projections in layers[:-1]:
            tokens = self.layer(projections, tokens)
            tokens = tokens if limit is None else tokens.clamp(-limit, limit)
        updated = self.query(layers[-1], tokens)
        return updated if limit is None else updated.clamp(-limit, limit)

    def loss_and_gradient(self, layers: Tensor, tokens: Tensor, targets: Tensor,
                          limit: float | None) -> tuple[Tensor, Tensor]:
        """Half the mean of (prediction - target)^2, by autograd; the prediction is minus the y of the query token."""
        parameters = layers.detach().requires_grad_()
        updated = self.stack(parameters, tokens, limit)
        prediction = -(updated[-1] if self.in_lanes else updated[:, -1])
        loss = (prediction - targets).square().mean() / 2
        return loss.detach(), torch.autograd.grad(loss, parameters)[0]


PAPER = Formulation("paper", layer_as_in_paper, lambda layer, tokens: layer_as_in_paper(layer, tokens)[:, -1])
BATCHED = Formulation("batched", layer_batched, query_batched)
LANES = Formulation("lanes", layer_in_lanes, query_in_lanes, in_lanes=True)


class ByHand(Formulation):
    """Lanes, the derivative written out as the library's is."""

    def loss_and_gradient(self, layers: Tensor, tokens: Tensor, targets: Tensor,
                          limit: float | None) -> tuple[Tensor, Tensor]:
        output_values = layers[:, OUTPUT] @ layers[:, VALUE]
        key_queries = layers[:, KEY].transpose(1, 2) @ layers[:, QUERY]
        by_output_values, by_key_queries = torch.zeros_like(output_values), torch.empty_like(key_queries)

        passes = []
        for output_value, key_query in zip(output_values[:-1], key_queries[:-1]):
            passes.append(ForwardPass(output_value, key_query, tokens))
            tokens = passes[-1].updated if limit is None else passes[-1].updated.clamp(-limit, limit)

        # The read-out of the last layer: only the last row of its P W_V predicts.
        context, query, row = tokens[:, :-1], tokens[:, -1], output_values[-1, -1]
        key = key_queries[-1] @ query
        scores, attended = attend(context, key)
        y = query[-1] + row @ attended
        error = targets + (y if limit is None else y.clamp(-limit, limit))  # target - prediction
        by_y = error / len(error) if limit is None else error / len(error) * (y.abs() <= limit)
        key_back = torch.outer(row, by_y)
        scores_back, attended_back = attend(context, key_back)
        by_output_values[-1, -1] = attended @ by_y
        by_key_queries[-1] = attended_back @ query.t()

        if passes:
            by_tokens = torch.empty_like(tokens)
            by_tokens[:, :-1] = (key_back[:, None] * scores).addcmul_(key[:, None], scores_back)
            by_tokens[:, -1] = key_queries[-1].t() @ attended_back
            by_tokens[-1, -1] += by_y
        for i in reversed(range(len(passes))):
            by_tokens = by_tokens if limit is None else by_tokens * (passes[i].updated.abs() <= limit)
            by_output_values[i], by_key_queries[i], by_tokens = passes[i].pull_back(by_tokens, is_first=i == 0)

        query, key, value, output = layers.unbind(1)
        gradient = (key @ by_key_queries, query @ by_key_queries.transpose(1, 2),
                    output.transpose(1, 2) @ by_output_values, by_output_values @ value.transpose(1, 2))
        return error.square().mean() / 2, torch.stack(gradient, 1)


BY_HAND = ByHand("by_hand", layer_in_lanes, query_in_lanes, in_lanes=True)


class ForwardPass:
    """One layer on all tokens by its fast weights F = A G B, and its pullback."""

    def __init__(self, output_value: Tensor, key_query: Tensor, tokens: Tensor) -> None:
        self.output_value, self.key_query, self.tokens = output_value, key_query, tokens
        self.gram = products(tokens[:, :-1], tokens[:, :-1].transpose(0, 1))
        self.values = shared_left(output_value, self.gram)
        self.fast_weights = key_query.t() @ self.values  # task by task, the values times B
        self.updated = products(self.fast_weights, tokens).add_(tokens)

    def pull_back(self, by_updated: Tensor, is_first: bool) -> tuple[Tensor, Tensor, Tensor]:
        """The derivatives by A, B and, but in the first layer, by the tokens."""
        by_fast_weights = products(by_updated, self.tokens.transpose(0, 1))
        by_values = self.key_query @ by_fast_weights
        by_output_value = by_values.reshape(ROWS, -1) @ self.gram.reshape(ROWS, -1).t()  # the Gram matrix is symmetric
        by_key_query = torch.bmm(self.values, by_fast_weights.transpose(1, 2)).sum(0)
        if is_first:
            return by_output_value, by_key_query, by_updated
        by_gram = shared_left(self.output_value.t(), by_values)
        by_tokens = products(self.fast_weights.transpose(0, 1), by_updated).add_(by_updated)
        by_tokens[:, :-1] += products(by_gram + by_gram.transpose(0, 1), self.tokens[:, :-1])
        return by_output_value, by_key_query, by_tokens


# -------------------------------------------------------------------------------------------------------- training ----


def draw(in_lanes: bool) -> tuple[Tensor, Tensor]:
    """Fresh tasks: y = w x with w ~ N(0, I). Tokens and targets [task]; the y of a query is 0."""
    if in_lanes:
        tokens = torch.empty(ROWS, TOKENS, BATCH)
        inputs = tokens[:-1].uniform_(-LARGEST_INPUT, LARGEST_INPUT)
        outputs = (inputs * torch.randn(INPUT, 1, BATCH)).sum(0)
        tokens[-1] = outputs
        tokens[-1, -1] = 0
        return tokens, outputs[-1]
    inputs = torch.empty(BATCH, TOKENS, INPUT).uniform_(-LARGEST_INPUT, LARGEST_INPUT)
    outputs = torch.bmm(inputs, torch.randn(BATCH, INPUT, 1))
    targets = outputs[:, -1, 0].clone()
    outputs[:, -1] = 0
    return torch.cat([inputs, outputs], 2), targets


class Adam:
    """Clipping by the global norm and Adam for one tensor, in as few operations as PyTorch has for them."""

    def __init__(self, parameters: Tensor) -> None:
        self.parameters = parameters
        self.first, self.second = torch.zeros_like(parameters), torch.zeros_like(parameters)
        self.steps = 0

    def update(self, gradient: Tensor) -> None:
        self.steps += 1
        norm = float(gradient.norm())
        gradient = gradient if norm <= LARGEST_NORM else gradient * (LARGEST_NORM / norm)
        self.first.lerp_(gradient, 1 - FIRST_DECAY)
        self.second.mul_(SECOND_DECAY).addcmul_(gradient, gradient, value=1 - SECOND_DECAY)
        spread = self.second.sqrt().div_(math.sqrt(1 - SECOND_DECAY**self.steps)).add_(EPSILON)
        self.parameters.addcdiv_(self.first, spread, value=-RATE / (1 - FIRST_DECAY**self.steps))


def initial_layers(depth: int) -> Tensor:
    """The weights that training begins with: a normal distribution cut at two standard deviations, as the reference."""
    deviation = math.sqrt(0.002 / (depth * ROWS)) / 0.87962566
    return torch.nn.init.trunc_normal_(torch.empty(depth, 4, ROWS, ROWS), 0, deviation, -2 * deviation, 2 * deviation)


def training_step(formulation: Formulation, depth: int, limit: float | None) -> Callable[[], None]:
    """Draw, loss and gradient, clip, Adam."""
    adam = Adam(layers := initial_layers(depth))
    return lambda: adam.update(formulation.loss_and_gradient(layers, *draw(formulation.in_lanes), limit)[1])


# ------------------------------------------------------------------------------------- models with functions in them ----
#
# A model is one vector of numbers and a function from its matrices and tokens to predictions: as the paper writes it, batched
# (rows), and with the tasks innermost. Gradients are by autograd.

HEADS, KEYS = 4, ROWS  # of a block
BLOCKS, HIDDEN, CUT = 12, 4 * ROWS, 10.0
WIDE = 40  # the tokens of the sine network
Predict = Callable[[list["Tensor"], "Tensor"], "Tensor"]


class Model(NamedTuple):
    """shapes: of its matrices. draw(in_lanes): tokens and targets."""

    work: str
    shapes: list[tuple[int, ...]]
    scale: float  # standard deviation of the initial weights, times sqrt(columns)
    draw: Callable[[bool], tuple[Tensor, Tensor]]
    paper: Predict
    batched: Predict
    lanes: Predict

    def initial(self) -> Tensor:
        """All numbers in a row, drawn."""
        return torch.cat([self.scale / math.sqrt(shape[-1]) * torch.randn(math.prod(shape))
                          for shape in self.shapes])

    def loss_and_gradient(self, predict: Predict, numbers: Tensor, tokens: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """Half the mean of (prediction - target)^2, by autograd."""
        numbers = numbers.detach().requires_grad_()
        parts = numbers.split([math.prod(shape) for shape in self.shapes])
        predicted = predict([part.view(shape) for part, shape in zip(parts, self.shapes)], tokens)
        loss = (predicted - targets).square().mean() / 2
        return loss.detach(), torch.autograd.grad(loss, numbers)[0]


def gelu(units: Tensor) -> Tensor:
    return torch.nn.functional.gelu(units, approximate="tanh")


def attended_as_in_paper(projections: Tensor, context: Tensor, tokens: Tensor, softmax: bool = False) -> Tensor:
    """P (W_V C) w((W_K C)^T (W_Q e)), w the softmax of scores / sqrt(keys) or the scores."""
    keys, values = context @ projections[KEY].t(), context @ projections[VALUE].t()
    scores = tokens @ projections[QUERY].t() @ keys.transpose(1, 2)
    if softmax:
        scores = torch.softmax(scores / math.sqrt(projections.shape[-1]), -1)
    return scores @ values @ projections[OUTPUT].t()


def query_attended(projections: Tensor, tokens: Tensor, in_lanes: bool) -> Tensor:
    """What linear attention adds to the last entry of the query."""
    output_value, key_query = merged(projections)
    if in_lanes:
        return output_value[-1] @ attend(tokens[:, :-1], key_query @ tokens[:, -1])[1]
    context, key = tokens[:, :-1], (tokens[:, -1] @ key_query.t())[..., None]
    return torch.bmm(context.transpose(1, 2), torch.bmm(context, key))[..., 0] @ output_value[-1]


# Two softmax heads with keys of 11, asked for the target of the query.


def two_heads_as_in_paper(parts: list[Tensor], tokens: Tensor) -> Tensor:
    context, query = tokens[:, :-1], tokens[:, -1:]
    return -(query + sum(attended_as_in_paper(head, context, query, softmax=True) for head in parts[0]))[:, 0, -1]


def two_heads_batched(parts: list[Tensor], tokens: Tensor) -> Tensor:
    heads = parts[0]
    key_query = (heads[:, KEY].transpose(1, 2) @ heads[:, QUERY]).reshape(-1, ROWS) / math.sqrt(ROWS)
    output_value = (heads[:, OUTPUT, -1:] @ heads[:, VALUE]).flatten()  # its last row, for both heads
    context, query = tokens[:, :-1], tokens[:, -1]
    weights = torch.softmax(torch.bmm((query @ key_query.t()).view(-1, 2, ROWS), context.transpose(1, 2)), -1)
    return -(query[:, -1] + torch.bmm(weights, context).flatten(1) @ output_value)


def two_heads_in_lanes(parts: list[Tensor], tokens: Tensor) -> Tensor:
    heads = parts[0]
    key_query = (heads[:, KEY].transpose(1, 2) @ heads[:, QUERY]).reshape(-1, ROWS) / math.sqrt(ROWS)
    output_value = (heads[:, OUTPUT, -1:] @ heads[:, VALUE]).view(2, ROWS)
    context, query = tokens[:, :-1], tokens[:, -1]
    keys = (key_query @ query).view(2, ROWS, -1)
    change = 0
    for head in range(2):
        weights = torch.softmax((context * keys[head][:, None]).sum(0), 0)
        change = change + ((output_value[head] @ context.reshape(ROWS, -1)).view(CONTEXT, -1) * weights).sum(0)
    return -(query[-1] + change)


# Copying: positions beside 21 plain tokens, a softmax layer and a linear one.


def positions() -> Tensor:
    """[21 x 10]: sin and cos of t 10000^(-2i/10)."""
    angles = torch.arange(2 * CONTEXT + 1.0)[:, None] * 10000.0 ** (-torch.arange(0, INPUT, 2) / INPUT)
    return torch.stack([angles.sin(), angles.cos()], 2).flatten(1)


def draw_plain(in_lanes: bool) -> tuple[Tensor, Tensor]:
    """x_1, (0, y_1), x_2, ..., x_q, each of 10 entries."""
    given, targets = draw(False)
    tokens = torch.zeros(BATCH, 2 * CONTEXT + 1, INPUT)
    tokens[:, ::2] = given[..., :-1]
    tokens[:, 1::2, -1] = given[:, :-1, -1]
    return transposed(tokens) if in_lanes else tokens, targets


def copying_as_in_paper(parts: list[Tensor], tokens: Tensor) -> Tensor:
    first, second = parts[0]
    tokens = torch.cat([tokens, positions().to(tokens).expand(len(tokens), -1, -1)], 2)
    tokens = tokens + attended_as_in_paper(first, tokens[:, :-1], tokens, softmax=True)
    return -(tokens[:, -1:] + attended_as_in_paper(second, tokens[:, :-1], tokens[:, -1:]))[:, 0, -1]


def copying_batched(parts: list[Tensor], tokens: Tensor) -> Tensor:
    first, second = parts[0]
    tokens = torch.cat([tokens, positions().expand(len(tokens), -1, -1)], 2)
    output_value, key_query = merged(first)
    context, flat = tokens[:, :-1], tokens.view(-1, tokens.shape[2])
    directions = (flat @ (key_query.t() / math.sqrt(len(key_query)))).view_as(tokens)
    weights = torch.softmax(torch.bmm(directions, context.transpose(1, 2)), -1)
    tokens = torch.addmm(flat, torch.bmm(weights, context).view_as(flat), output_value.t()).view_as(tokens)
    return -(tokens[:, -1, -1] + query_attended(second, tokens, in_lanes=False))


def copying_in_lanes(parts: list[Tensor], tokens: Tensor) -> Tensor:
    first, second = parts[0]
    tokens = torch.cat([tokens, positions().t()[..., None].expand(-1, -1, tokens.shape[2])])
    output_value, key_query = merged(first)
    context = tokens[:, :-1]
    scores = products(context.transpose(0, 1), shared_left(key_query / math.sqrt(len(key_query)), tokens))
    tokens = tokens + shared_left(output_value, products(context, torch.softmax(scores, 0)))
    return -(tokens[-1, -1] + query_attended(second, tokens, in_lanes=True))


# Sine waves: an embedding, an MLP with biases around which the token goes on, linear attention.


def draw_waves(in_lanes: bool) -> tuple[Tensor, Tensor]:
    """y = a sin(x + phase), a = .1 + .4 u and phase = pi u of one number u."""
    one = torch.rand(BATCH)
    inputs = 10 * torch.rand(TOKENS, BATCH) - 5
    outputs = (0.1 + 0.4 * one) * (inputs + math.pi * one).sin()
    targets = outputs[-1].clone()
    outputs[-1] = 0
    tokens = torch.stack([inputs, outputs])
    return tokens if in_lanes else transposed(tokens), targets


def sine_tokens(parts: list[Tensor], tokens: Tensor) -> Tensor:
    embedding, first, first_bias, second, second_bias, _ = parts
    embedded = tokens.view(-1, 2) @ embedding.t()
    units = gelu(torch.addmm(first_bias[0], embedded, first.t()))
    return (embedded + torch.addmm(second_bias[0], units, second.t())).view(*tokens.shape[:2], WIDE)


def sine_as_in_paper(parts: list[Tensor], tokens: Tensor) -> Tensor:
    wide = sine_tokens(parts, tokens)
    return -(wide[:, -1:] + attended_as_in_paper(parts[-1], wide[:, :-1], wide[:, -1:]))[:, 0, -1]


def sine_batched(parts: list[Tensor], tokens: Tensor) -> Tensor:
    wide = sine_tokens(parts, tokens)
    return -(wide[:, -1, -1] + query_attended(parts[-1], wide, in_lanes=False))


def sine_in_lanes(parts: list[Tensor], tokens: Tensor) -> Tensor:
    embedding, first, first_bias, second, second_bias, projections = parts
    embedded = embedding @ tokens.view(2, -1)
    units = gelu(torch.addmm(first_bias.t(), first, embedded))
    wide = (embedded + torch.addmm(second_bias.t(), second, units)).view(WIDE, *tokens.shape[1:])
    return -(wide[-1, -1] + query_attended(projections, wide, in_lanes=True))


# 12 blocks: four linear heads, tokens cut, an MLP 11 -> 44 -> 11 around which the token goes on, tokens cut.


def blocks_as_in_paper(parts: list[Tensor], tokens: Tensor) -> Tensor:
    for heads, first, second in zip(*parts):
        change = sum(attended_as_in_paper(head, tokens[:, :-1], tokens) for head in heads)
        tokens = (tokens + change).clamp(-CUT, CUT)
        tokens = (tokens + gelu(tokens @ first.t()) @ second.t()).clamp(-CUT, CUT)
    return -tokens[:, -1, -1]


def blocks_batched(parts: list[Tensor], tokens: Tensor) -> Tensor:
    for block, (heads, first, second) in enumerate(zip(*parts)):
        key_query = (heads[:, KEY].transpose(1, 2) @ heads[:, QUERY]).reshape(-1, ROWS)  # [44 x 11], head by head
        output_value = (heads[:, OUTPUT] @ heads[:, VALUE]).transpose(1, 2).reshape(-1, ROWS)
        context = tokens[:, :-1]
        gram = torch.bmm(context.transpose(1, 2), context)
        flat = (tokens if block + 1 < BLOCKS else tokens[:, -1:]).reshape(-1, ROWS)  # the last is asked for queries alone
        attended = torch.bmm((flat @ key_query.t()).view(len(tokens), -1, ROWS), gram).view(len(flat), -1)
        flat = torch.addmm(flat, attended, output_value).clamp(-CUT, CUT)
        flat = torch.addmm(flat, gelu(flat @ first.t()), second.t()).clamp(-CUT, CUT)
        tokens = flat.view(len(tokens), -1, ROWS)
    return -tokens[:, -1, -1]


def blocks_in_lanes(parts: list[Tensor], tokens: Tensor) -> Tensor:
    for block, (heads, first, second) in enumerate(zip(*parts)):
        # Rows of the four heads beside each other: (row, head), so that one product per task serves all heads.
        key_query = (heads[:, KEY].transpose(1, 2) @ heads[:, QUERY]).transpose(0, 1).reshape(-1, ROWS)
        output_value = (heads[:, OUTPUT] @ heads[:, VALUE]).permute(1, 2, 0).reshape(ROWS, -1)
        context = tokens[:, :-1]
        asked = tokens if block + 1 < BLOCKS else tokens[:, -1:]
        gram = products(context, context.transpose(0, 1))
        directions = shared_left(key_query, asked).view(ROWS, -1, tokens.shape[2])
        attended = products(gram, directions).view(-1, *asked.shape[1:])
        tokens = (asked + shared_left(output_value, attended)).clamp(-CUT, CUT)
        tokens = (tokens + shared_left(second, gelu(shared_left(first, tokens)))).clamp(-CUT, CUT)
    return -tokens[-1, -1]


def models() -> list[Model]:
    """Those of bench/softmax_step.cpp, bench/sine_step.cpp and bench/blocks_step.cpp."""
    wide = 2 * INPUT
    return [
        Model("softmax_2_heads_step", [(2, 4, ROWS, ROWS)], 0.3, draw, two_heads_as_in_paper, two_heads_batched,
              two_heads_in_lanes),
        Model("copying_step", [(2, 4, wide, wide)], 0.3, draw_plain, copying_as_in_paper, copying_batched,
              copying_in_lanes),
        Model("sine_step", [(WIDE, 2), (4 * WIDE, WIDE), (1, 4 * WIDE), (WIDE, 4 * WIDE), (1, WIDE), (4, WIDE, WIDE)], 0.3,
              draw_waves, sine_as_in_paper, sine_batched, sine_in_lanes),
        Model("blocks_12_step", [(BLOCKS, HEADS, 4, KEYS, ROWS), (BLOCKS, HIDDEN, ROWS), (BLOCKS, ROWS, HIDDEN)], 0.1, draw,
              blocks_as_in_paper, blocks_batched, blocks_in_lanes),
    ]


def check_model(model: Model, name: str, predict: Predict, in_lanes: bool) -> None:
    """Ends the program unless loss and gradient are the definition's, in float64, for each matrix of the model."""
    torch.manual_seed(1)
    tokens, targets = model.draw(False)
    numbers = model.initial()
    loss, gradient = model.loss_and_gradient(predict, numbers, transposed(tokens) if in_lanes else tokens, targets)
    expected_loss, expected = model.loss_and_gradient(model.paper, numbers.double(), tokens.double(), targets.double())
    require_close(f"{model.work}, {name}: the loss", loss, expected_loss)
    sizes = [math.prod(shape) for shape in model.shapes]
    for place, (actual, wanted) in enumerate(zip(gradient.split(sizes), expected.split(sizes))):
        require_close(f"{model.work}, {name}: the derivative by matrix {place + 1}", actual, wanted)


def model_works(bench: Bench) -> None:
    """Steps of training of the models with functions in them."""
    for model in models():
        for name, predict, in_lanes in (("batched", model.batched, False), ("lanes", model.lanes, True)):
            if not bench.wants(f"{model.work}/pytorch_{name}"):
                continue
            check_model(model, name, predict, in_lanes)
            adam = Adam(model.initial())

            def step() -> None:
                adam.update(model.loss_and_gradient(predict, adam.parameters, *model.draw(in_lanes))[1])

            bench.time(model.work, name, BATCH, step)


# ---------------------------------------------------------------------------------------------------------- checks ----


def require_close(name: str, actual: Tensor, expected: Tensor, tolerance: float = TOLERANCE) -> None:
    """Ends the program unless the norm of the difference is at most `tolerance` times that of the expected tensor."""
    difference = float((actual.double() - expected).norm() / expected.norm())
    if not difference <= tolerance:  # true for NaN
        sys.exit(f"pytorch_peer: {name} is {difference:.1e} off its value in float64, and {tolerance} is allowed")


def check_drawn() -> None:
    """Ends the program unless the targets belong to the context: 10 examples determine the 10 weights."""
    for in_lanes in (False, True):
        tokens, targets = draw(in_lanes)
        tokens = (transposed(tokens) if in_lanes else tokens).double()
        inputs, outputs = tokens[:, :CONTEXT, :INPUT], tokens[:, :CONTEXT, INPUT:]
        solvable = torch.linalg.cond(inputs) < 100  # which leaves a relative error of about 1e-5
        teachers = torch.linalg.solve(inputs[solvable], outputs[solvable])[..., 0]
        require_close("a target", targets[solvable], (teachers * tokens[solvable, -1, :INPUT]).sum(1))


def check_update() -> None:
    """Ends the program unless two steps are those of torch.optim in float64, the first with a gradient that is clipped."""
    adam = Adam(torch.zeros(1, 4, ROWS, ROWS))
    expected = torch.nn.Parameter(adam.parameters.double())
    reference = torch.optim.Adam([expected], RATE, (FIRST_DECAY, SECOND_DECAY), EPSILON)
    for scale in (1.0, 0.1):
        expected.grad = scale * torch.randn_like(expected)
        adam.update(expected.grad.float())
        torch.nn.utils.clip_grad_norm_(expected, LARGEST_NORM)
        reference.step()
    require_close("the update", adam.parameters, expected)


def check_gradient(name: str, formulation: Formulation, depth: int, limit: float | None) -> None:
    """Ends the program unless loss and gradient are the definition's. Where a clip is to cut, a token within rounding of
    the limit may be cut on one side only, which is worth 1e-4 or so."""
    torch.manual_seed(1)
    tokens, targets = draw(False)
    layers = 0.1 * torch.randn(depth, 4, ROWS, ROWS)
    layers[-1] *= 3  # the last clip is to cut as well
    limit, tolerance = (None, TOLERANCE) if limit is None else (0.45, 10 * TOLERANCE)
    given = transposed(tokens) if formulation.in_lanes else tokens
    loss, gradient = formulation.loss_and_gradient(layers, given, targets, limit)
    expected_loss, expected = PAPER.loss_and_gradient(layers.double(), tokens.double(), targets.double(), limit)
    require_close(name + ": the loss", loss, expected_loss, tolerance)
    for layer in range(depth):
        for place, symbol in enumerate(("W_Q", "W_K", "W_V", "P")):
            require_close(f"{name}: the derivative by {symbol} of layer {layer + 1}", gradient[layer, place],
                          expected[layer, place], tolerance)


# ----------------------------------------------------------------------------------------------------- measurement ----


class Bench:
    """Times what the filter lets through, prints a line for each, and remembers all for the JSON."""

    def __init__(self, repetitions: int, name_filter: re.Pattern[str]) -> None:
        self.repetitions, self.wants = repetitions, name_filter.search
        self.medians: dict[tuple[str, str, int], tuple[float, float, int]] = {}  # real and processor seconds, tasks

    def time(self, work: str, formulation: str, size: int, body: Callable[[], Any], tasks: int = BATCH) -> None:
        iterations = max(1, round(0.02 / min(timeit.repeat(body, number=1, repeat=5))))
        real, processor = [], []
        for _ in range(self.repetitions):
            start, start_of_processor = time.perf_counter(), time.process_time()
            for _ in range(iterations):
                body()
            real.append((time.perf_counter() - start) / iterations)
            processor.append((time.process_time() - start_of_processor) / iterations)
        median = statistics.median(processor)
        self.medians[work, "pytorch_" + formulation, size] = statistics.median(real), median, tasks
        rate = f"{tasks / median / 1e6:12.3f} M" if tasks else ""
        print(f"{work + '/pytorch_' + formulation:<60} {1e6 * median:11.1f} us {rate}", flush=True)

    def json_text(self) -> str:
        """The medians as Google Benchmark writes them, and of every work the fastest once more."""
        for work, size in {(work, size): None for work, _, size in self.medians}:
            of_work = [times for (name, _, of_size), times in self.medians.items() if (name, of_size) == (work, size)]
            self.medians[work, "pytorch_best", size] = min(of_work, key=lambda times: times[1])
        rows = []
        for (work, competitor, size), (real, processor, tasks) in self.medians.items():
            name = f"{work}/{competitor}/{size}"
            rows.append({"name": name + "_median", "run_name": name, "run_type": "aggregate",
                         "aggregate_name": "median", "threads": 1, "real_time": 1e6 * real, "cpu_time": 1e6 * processor,
                         "time_unit": "us", **({"tasks_per_second": tasks / processor} if tasks else {})})
        context = {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
                   "num_cpus": os.cpu_count(), "pytorch": torch.__version__}
        return json.dumps({"context": context, "benchmarks": rows}, indent=1) + "\n"


def forward_works(bench: Bench) -> None:
    """layer and query_only."""
    rows, _ = draw(False)
    weights = 0.1 * torch.randn(4, ROWS, ROWS)

    def run(work: str, formulation: Formulation, update: Update, reference: Update) -> None:
        if not bench.wants(f"{work}/pytorch_{formulation.name}"):
            return
        tokens = transposed(rows) if formulation.in_lanes else rows
        actual = update(weights, tokens)
        actual = (transposed(actual) if formulation.in_lanes else actual).double()
        before = (rows if actual.dim() == 3 else rows[:, -1]).double()  # the change is what is compared
        require_close(work, actual - before, reference(weights.double(), rows.double()) - before)
        bench.time(work, formulation.name, ROWS, lambda: update(weights, tokens))

    for formulation in (PAPER, BATCHED, LANES):
        run("layer", formulation, formulation.layer, PAPER.layer)
    for formulation in (BATCHED, LANES):
        run("query_only", formulation, formulation.query, PAPER.query)


def training_works(bench: Bench) -> None:
    """Steps of training, and the parts of one: draw_tasks, loss_and_gradient and update."""
    for work, depth, limit in TRAINED:
        for formulation in (BATCHED, LANES, BY_HAND):
            whole, part = f"training_step_{work}", f"loss_and_gradient_{work}"
            if bench.wants(f"{whole}/pytorch_{formulation.name}"):
                check_gradient(whole, formulation, depth, limit)
                bench.time(whole, formulation.name, BATCH, training_step(formulation, depth, limit))
            if depth == 1 and bench.wants(f"{part}/pytorch_{formulation.name}"):
                check_gradient(part, formulation, depth, limit)
                given = initial_layers(depth), *draw(formulation.in_lanes), limit
                bench.time(part, formulation.name, BATCH, lambda: formulation.loss_and_gradient(*given))
    if bench.wants("draw_tasks/pytorch_lanes"):
        check_drawn()
        bench.time("draw_tasks", "lanes", BATCH, lambda: draw(True))
    if bench.wants("update/pytorch_by_hand"):
        check_update()
        adam, gradient = Adam(initial_layers(1)), torch.randn(1, 4, ROWS, ROWS)
        bench.time("update", "by_hand", BATCH, lambda: adam.update(gradient), tasks=0)


def delta_rule(memory: Tensor, keys: Tensor, values: Tensor, queries: Tensor, rates: Tensor) -> tuple[Tensor, Tensor]:
    """The delta rule, one token (a row) after the other: answers and the memory after them."""
    answers = torch.empty_like(values)
    for token in range(len(keys)):
        error = values[token] - memory @ keys[token]
        memory = memory + torch.outer(rates[token] * error, keys[token])
        answers[token] = memory @ queries[token]
    return answers, memory


def online_works(bench: Bench) -> None:
    """online_delta: the sizes of bench/online.cpp, as one writes them without a kernel."""
    if not bench.wants("online_delta/pytorch_loop"):
        return
    tokens, size = 1024, 64
    keys = torch.nn.functional.normalize(2 * torch.rand(tokens, size) - 1, dim=1)
    given = 2 * torch.rand(size, size) - 1, keys, torch.rand(tokens, size), torch.rand(tokens, size), torch.rand(tokens)
    for name, actual, expected in zip(("answers", "memory"), delta_rule(*given),
                                      delta_rule(*(tensor.double() for tensor in given))):
        require_close("online_delta: " + name, actual, expected)
    bench.time("online_delta", "loop", size, lambda: delta_rule(*given), tasks=tokens)


def main() -> None:
    parser = argparse.ArgumentParser(description="Times linear self-attention and its training in PyTorch.")
    parser.add_argument("--out", metavar="FILE", help="JSON with the schema of Google Benchmark")
    parser.add_argument("--repetitions", metavar="N", type=int, default=15, help="of every benchmark (default 15)")
    parser.add_argument("--filter", metavar="REGEX", default="", help="only benchmarks whose name holds a match")
    options = parser.parse_args()
    if torch is None:
        print(f"PyTorch is skipped: {reason_of_absence} (python3-torch installs it)")
        return
    torch.manual_seed(0)
    torch.set_num_threads(1)
    bench = Bench(max(1, options.repetitions), re.compile(options.filter))
    print(f"{'PyTorch ' + torch.__version__:<60} {'median':>14} {'tasks/s':>14}")
    with torch.inference_mode():
        forward_works(bench)
    training_works(bench)
    model_works(bench)
    online_works(bench)
    if options.out:
        with open(options.out + ".new", "w", encoding="utf-8") as file:
            file.write(bench.json_text())
        os.replace(options.out + ".new", options.out)  # whole or not at all


if __name__ == "__main__":
    main()

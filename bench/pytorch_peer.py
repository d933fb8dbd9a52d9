#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The work of bench/layer.cpp and bench/training_step.cpp in PyTorch, in every formulation that might be the fastest.

    layer/...                       all 11 tokens (10 of context, 1 query) of dimension 11 are updated
    query_only/...                  the query token alone
    stack_K/...                     the query token after K layers of their own
    training_step_K_layer(s)/...    draw tasks, loss and gradient, clip, Adam; and the same in parts

All on 2048 prompts in float32, on one thread unless the name says otherwise. Two layouts are tried:

    rows    [task x token x row]    as is usual: torch.bmm multiplies small matrices, one task after the other
    lanes   [row x token x task]    as the library: the tasks are innermost, so that an operation on whole tensors runs
                                    in the vector unit; a product per task is a sum of 10 or 11 of them

Forward works are timed as TorchScript (`_traced`), too. `pytorch_best` repeats the fastest formulation of a work.

Before anything is timed, its result is compared with the paper's formula in float64. The norm of the difference must be
at most 1e-4 of the norm of the expected change (forward) or gradient: some 1,500 roundings of 6e-8 at most follow each
other on any way through 10 layers, while one wrong task of 2048 would show as 2e-2. Times are medians over repetitions.
"""
from __future__ import annotations

import argparse
import datetime
import itertools
import json
import math
import os
import re
import statistics
import sys
import time
import timeit
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

# PyTorch parts its own work among torch.get_num_threads() threads, but OpenBLAS would take every processor for itself.
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
TOKEN_LIMITS = {1: None, 5: 10.0}  # beyond three layers every token is cut after every layer
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


# ------------------------------------------------------------------------------------------------------------ rows ----


def layer_by_einsum(projections: Tensor, tokens: Tensor) -> Tensor:
    """The definition, as the paper writes it: e + P (W_V C)((W_K C)^T (W_Q e))."""
    context = tokens[:, :-1]
    keys = torch.einsum("ij,bnj->bni", projections[KEY], context)
    values = torch.einsum("ij,bnj->bni", projections[VALUE], context)
    queries = torch.einsum("ij,blj->bli", projections[QUERY], tokens)
    attended = torch.einsum("bln,bni->bli", torch.einsum("bli,bni->bln", queries, keys), values)
    return tokens + torch.einsum("ij,blj->bli", projections[OUTPUT], attended)


def layer_by_flat_products(projections: Tensor, tokens: Tensor) -> Tensor:
    """One product of all tokens with W_Q, W_K and W_V, then torch.bmm."""
    flat = tokens.reshape(-1, ROWS)
    projected = (flat @ projections[:OUTPUT].reshape(-1, ROWS).t()).view(len(tokens), -1, 3 * ROWS)
    queries, keys, values = projected[..., :ROWS], projected[:, :-1, ROWS : 2 * ROWS], projected[:, :-1, 2 * ROWS :]
    attended = torch.bmm(torch.bmm(queries, keys.transpose(1, 2)), values)
    return torch.addmm(flat, attended.view(-1, ROWS), projections[OUTPUT].t()).view_as(tokens)


def layer_merged(projections: Tensor, tokens: Tensor) -> Tensor:
    """e + (P W_V C)(C^T (W_K^T W_Q e)): one product of all tokens with both merged projections, then torch.bmm."""
    output_value, key_query = merged(projections)
    projected = (tokens.reshape(-1, ROWS) @ torch.cat([key_query, output_value]).t()).view(len(tokens), -1, 2 * ROWS)
    scores = torch.bmm(projected[..., :ROWS], tokens[:, :-1].transpose(1, 2))
    return torch.baddbmm(tokens, scores, projected[:, :-1, ROWS:])


def layer_gram(projections: Tensor, tokens: Tensor) -> Tensor:
    """e + P W_V (C C^T)(W_K^T W_Q e)."""
    output_value, key_query = merged(projections)
    context = tokens[:, :-1]
    gram = torch.bmm(context.transpose(1, 2), context)
    flat = tokens.reshape(-1, ROWS)
    attended = torch.bmm((flat @ key_query.t()).view_as(tokens), gram)
    return torch.addmm(flat, attended.view(-1, ROWS), output_value.t()).view_as(tokens)


def query_by_projections(projections: Tensor, tokens: Tensor) -> Tensor:
    """q + P (W_V (C (C^T (W_K^T (W_Q q))))), one column per task from right to left."""
    context, query = tokens[:, :-1], tokens[:, -1]
    key = (query @ projections[QUERY].t()) @ projections[KEY]
    attended = torch.bmm(context.transpose(1, 2), torch.bmm(context, key[..., None]))[..., 0]
    return query + (attended @ projections[VALUE].t()) @ projections[OUTPUT].t()


def read_out(attend: Callable[[Tensor, Tensor], Tensor]) -> Update:
    """q + P W_V attend(C, W_K^T W_Q q), where attend(C, k) = C (C^T k), task by task."""

    def query_read_out(projections: Tensor, tokens: Tensor) -> Tensor:
        output_value, key_query = merged(projections)
        context, query = tokens[:, :-1], tokens[:, -1]
        return torch.addmm(query, attend(context, query @ key_query.t()), output_value.t())

    return query_read_out


query_merged = read_out(lambda C, k: torch.bmm(C.transpose(1, 2), torch.bmm(C, k[..., None]))[..., 0])
query_by_einsum = read_out(lambda C, k: torch.einsum("bnt,bn->bt", C, torch.einsum("bnt,bt->bn", C, k)))
query_elementwise = read_out(lambda C, k: (C * (C * k[:, None]).sum(2, keepdim=True)).sum(1))


# ----------------------------------------------------------------------------------------------------------- lanes ----


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


def layer_lanes(projections: Tensor, tokens: Tensor) -> Tensor:
    """e + (P W_V C)(C^T (W_K^T W_Q e))."""
    output_value, key_query = merged(projections)
    projected = shared_left(torch.cat([key_query, output_value]), tokens)
    scores = products(tokens[:, :-1].transpose(0, 1), projected[:ROWS])
    return products(projected[ROWS:, :-1], scores) + tokens


def layer_lanes_gram(projections: Tensor, tokens: Tensor) -> Tensor:
    """e + P W_V (C C^T)(W_K^T W_Q e)."""
    output_value, key_query = merged(projections)
    context = tokens[:, :-1]
    moments = shared_left(output_value, products(context, context.transpose(0, 1)))
    return products(moments, shared_left(key_query, tokens)) + tokens


def query_lanes(projections: Tensor, tokens: Tensor) -> Tensor:
    """q + P W_V (C (C^T (W_K^T W_Q q)))."""
    output_value, key_query = merged(projections)
    context, query = tokens[:, :-1], tokens[:, -1]
    return torch.addmm(query, output_value, attend(context, key_query @ query)[1])


# ---------------------------------------------------------------------------------------------------- formulations ----


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


# The first two update the whole layer and look at the query alone.
DEFINITION = Formulation("definition", layer_by_einsum, lambda layer, tokens: layer_by_einsum(layer, tokens)[:, -1])
FULL_LAYER = Formulation("full_layer", layer_by_flat_products,
                         lambda layer, tokens: layer_by_flat_products(layer, tokens)[:, -1])
PROJECTIONS = Formulation("query_only", layer_by_flat_products, query_by_projections)
MERGED = Formulation("merged", layer_merged, query_merged)
GRAM = Formulation("gram", layer_gram, query_merged)
LANES = Formulation("lanes", layer_lanes, query_lanes, in_lanes=True)
LANES_GRAM = Formulation("lanes_gram", layer_lanes_gram, query_lanes, in_lanes=True)


class ByHand(Formulation):
    """The Gram form in lanes, its derivative written out as in incontext/training/merged_backpropagation.hpp."""

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


BY_HAND = ByHand("by_hand", layer_lanes_gram, query_lanes, in_lanes=True)


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


def draw_in_rows() -> tuple[Tensor, Tensor]:
    """Fresh tasks: y = w x with w ~ N(0, I). Tokens [task x token x row], targets [task]; the y of a query is 0."""
    inputs = torch.empty(BATCH, TOKENS, INPUT).uniform_(-LARGEST_INPUT, LARGEST_INPUT)
    outputs = torch.bmm(inputs, torch.randn(BATCH, INPUT, 1))
    targets = outputs[:, -1, 0].clone()
    outputs[:, -1] = 0
    return torch.cat([inputs, outputs], 2), targets


def draw_in_lanes() -> tuple[Tensor, Tensor]:
    """The same, tokens [row x token x task]."""
    tokens = torch.empty(ROWS, TOKENS, BATCH)
    inputs = tokens[:-1].uniform_(-LARGEST_INPUT, LARGEST_INPUT)
    outputs = (inputs * torch.randn(INPUT, 1, BATCH)).sum(0)
    tokens[-1] = outputs
    tokens[-1, -1] = 0
    return tokens, outputs[-1]


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


class TorchAdam:
    """The same by torch.optim and torch.nn.utils."""

    def __init__(self, parameters: Tensor, foreach: bool) -> None:
        self.parameters, decays = torch.nn.Parameter(parameters), (FIRST_DECAY, SECOND_DECAY)
        self.optimiser = torch.optim.Adam([self.parameters], RATE, decays, EPSILON, foreach=foreach)

    def update(self, gradient: Tensor) -> None:
        self.parameters.grad = gradient
        torch.nn.utils.clip_grad_norm_(self.parameters, LARGEST_NORM)
        self.optimiser.step()


def initial_layers(depth: int) -> Tensor:
    """The weights that training begins with: a normal distribution cut at two standard deviations, as the reference."""
    deviation = math.sqrt(0.002 / (depth * ROWS)) / 0.87962566
    return torch.nn.init.trunc_normal_(torch.empty(depth, 4, ROWS, ROWS), 0, deviation, -2 * deviation, 2 * deviation)


def training_step(formulation: Formulation, depth: int) -> Callable[[], None]:
    """Draw, loss and gradient, clip, Adam."""
    adam = Adam(layers := initial_layers(depth))

    def step() -> None:
        drawn = draw_in_lanes() if formulation.in_lanes else draw_in_rows()
        adam.update(formulation.loss_and_gradient(layers, *drawn, TOKEN_LIMITS[depth])[1])

    return step


# ---------------------------------------------------------------------------------------------------------- checks ----


def require_close(name: str, actual: Tensor, expected: Tensor, tolerance: float = TOLERANCE) -> None:
    """Ends the program unless the norm of the difference is at most `tolerance` times that of the expected tensor."""
    difference = float((actual.double() - expected).norm() / expected.norm())
    if not difference <= tolerance:  # true for NaN
        sys.exit(f"pytorch_peer: {name} is {difference:.1e} off its value in float64, and {tolerance} is allowed")


def check_drawn(name: str, tokens: Tensor, targets: Tensor, in_lanes: bool) -> None:
    """Ends the program unless the targets belong to the context: 10 examples determine the 10 weights."""
    tokens = (transposed(tokens) if in_lanes else tokens).double()
    inputs, outputs = tokens[:, :CONTEXT, :INPUT], tokens[:, :CONTEXT, INPUT:]
    solvable = torch.linalg.cond(inputs) < 100  # which leaves a relative error of about 1e-5
    teachers = torch.linalg.solve(inputs[solvable], outputs[solvable])[..., 0]
    require_close(name + ": the targets", targets[solvable], (teachers * tokens[solvable, -1, :INPUT]).sum(1))
    ratios = float(tokens[..., :INPUT].var()) / (LARGEST_INPUT**2 / 3), float(teachers.var())
    if not all(abs(ratio - 1) < 0.05 for ratio in ratios):  # four standard deviations of that of w
        sys.exit(f"pytorch_peer: {name}: the variances of x and w are {ratios} times what they should be")


def check_update(name: str, adam: Adam | TorchAdam) -> None:
    """Ends the program unless its first two steps are Adam's, the first of them with a gradient that is clipped."""
    expected, first, second = adam.parameters.detach().double(), 0.0, 0.0
    for step, gradient in enumerate((torch.randn_like(expected), 0.1 * torch.randn_like(expected)), 1):
        adam.update(gradient.float())
        gradient = gradient * min(1.0, LARGEST_NORM / float(gradient.norm()))
        first = FIRST_DECAY * first + (1 - FIRST_DECAY) * gradient
        second = SECOND_DECAY * second + (1 - SECOND_DECAY) * gradient**2
        spread = (second / (1 - SECOND_DECAY**step)).sqrt() + EPSILON
        expected = expected - RATE * first / (1 - FIRST_DECAY**step) / spread
    if not float((adam.parameters - expected).abs().max()) <= RATE * TOLERANCE:
        sys.exit(f"pytorch_peer: {name} does not take the steps of Adam")


# ----------------------------------------------------------------------------------------------------- measurement ----


class Measurement(NamedTuple):
    name: str
    real: list[float]  # seconds of one call, per repetition
    processor: list[float]
    iterations: int
    tasks: int
    threads: int


class Bench:
    """Times what the filter lets through, prints a line for each, and remembers all for the JSON."""

    def __init__(self, repetitions: int, name_filter: re.Pattern[str]) -> None:
        self.repetitions, self.wants = repetitions, name_filter.search
        self.measurements: list[Measurement] = []

    def time(self, name: str, body: Callable[[], Any], tasks: int = BATCH, threads: int = 1) -> None:
        torch.set_num_threads(threads)
        warm_up = timeit.repeat(body, number=1, repeat=5)
        iterations = max(1, round(0.02 / min(warm_up)))
        real, processor = [], []
        for _ in range(self.repetitions):
            start, start_of_processor = time.perf_counter(), time.process_time()
            for _ in range(iterations):
                body()
            real.append((time.perf_counter() - start) / iterations)
            processor.append((time.process_time() - start_of_processor) / iterations)
        torch.set_num_threads(1)
        self.add(Measurement(name, real, processor, iterations, tasks, threads))

    def add(self, measurement: Measurement) -> None:
        self.measurements.append(measurement)
        median, least = statistics.median(measurement.real), min(measurement.real)
        rate = f"{measurement.tasks / median / 1e6:12.3f} M" if measurement.tasks else ""
        print(f"{measurement.name:<60} {1e6 * median:11.1f} us {1e6 * least:11.1f} us {rate}", flush=True)

    def add_best(self, work: str, size: int, suffix: str = "") -> None:
        """Repeats the fastest formulation of the work under the name pytorch_best."""
        pattern = re.compile(f"{work}/pytorch_.*{suffix}/{size}")
        threads = 2 if suffix else 1
        found = [m for m in self.measurements if pattern.fullmatch(m.name) and m.threads == threads]
        if found:
            fastest = min(found, key=lambda measurement: statistics.median(measurement.real))
            self.add(fastest._replace(name=f"{work}/pytorch_best{suffix}/{size}"))


def traced(update: Update, projections: Tensor, tokens: Tensor) -> Update:
    """TorchScript: the update without Python between its operations."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", torch.jit.TracerWarning)  # it will not be called with tensors of other shapes
        return torch.jit.trace(update, (projections, tokens), check_trace=False)


def forward_works(bench: Bench) -> None:
    """layer, query_only and stack_K."""
    rows, _ = draw_in_rows()
    tokens_of = {False: rows, True: transposed(rows)}
    layers = 0.1 * torch.randn(10, 4, ROWS, ROWS)

    def run(work: str, formulation: str, in_lanes: bool, update: Update, weights: Tensor, reference: Update) -> None:
        tokens = tokens_of[in_lanes]
        for name, variant in ((formulation, update), (formulation + "_traced", None)):
            name = f"{work}/pytorch_{name}/{ROWS}"
            if bench.wants(name):
                variant = variant or traced(update, weights, tokens)
                actual = variant(weights, tokens)
                actual = (transposed(actual) if in_lanes else actual).double()
                before = (rows if actual.dim() == 3 else rows[:, -1]).double()  # the change is what is compared
                require_close(name, actual - before, reference(weights.double(), rows.double()) - before)
                bench.time(name, lambda: variant(weights, tokens))

    for formulation in (DEFINITION, FULL_LAYER, MERGED, GRAM, LANES, LANES_GRAM):
        name = "flat" if formulation is FULL_LAYER else formulation.name
        run("layer", name, formulation.in_lanes, formulation.layer, layers[0], DEFINITION.layer)
    bench.add_best("layer", ROWS)

    for name, query in (("projections", query_by_projections), ("merged", query_merged), ("einsum", query_by_einsum),
                        ("elementwise", query_elementwise), ("lanes", query_lanes)):
        run("query_only", name, query is query_lanes, query, layers[0], DEFINITION.query)
    bench.add_best("query_only", ROWS)

    for depth in (1, 2, 5, 10):
        for formulation in (MERGED, GRAM, LANES, LANES_GRAM):
            run(f"stack_{depth}", formulation.name, formulation.in_lanes, formulation.stack, layers[:depth],
                DEFINITION.stack)
        bench.add_best(f"stack_{depth}", ROWS)


def parts_of_training(bench: Bench) -> None:
    """draw_tasks and update."""
    for name, draw, in_lanes in (("rows", draw_in_rows, False), ("lanes", draw_in_lanes, True)):
        torch.manual_seed(0)
        name = f"draw_tasks/pytorch_{name}/{BATCH}"
        if bench.wants(name):
            check_drawn(name, *draw(), in_lanes)
            bench.time(name, draw)
    bench.add_best("draw_tasks", BATCH)
    gradient = torch.randn(1, 4, ROWS, ROWS)
    for name, make in (("by_hand", Adam), ("optim", lambda given: TorchAdam(given, False)),
                       ("optim_foreach", lambda given: TorchAdam(given, True))):
        name = f"update/pytorch_{name}/{BATCH}"
        if bench.wants(name):
            check_update(name, adam := make(initial_layers(1)))
            bench.time(name, lambda: adam.update(gradient.clone()), tasks=0)
    bench.add_best("update", BATCH)


def training_works(bench: Bench) -> None:
    """loss_and_gradient and training_step, for 1 and 5 layers."""
    for depth, formulations in ((1, (FULL_LAYER, PROJECTIONS, MERGED, LANES, BY_HAND)),
                                (5, (PROJECTIONS, MERGED, GRAM, LANES, LANES_GRAM, BY_HAND))):
        size = "1_layer" if depth == 1 else f"{depth}_layers"
        gradients, steps = f"loss_and_gradient_{size}", f"training_step_{size}"
        for formulation in formulations:
            name = f"pytorch_{formulation.name}"
            drawn = draw_in_lanes() if formulation.in_lanes else draw_in_rows()
            given = initial_layers(depth), *drawn, TOKEN_LIMITS[depth]
            for full_name, body, threads in (
                    (f"{gradients}/{name}/{BATCH}", lambda: formulation.loss_and_gradient(*given), 1),
                    (f"{steps}/{name}/{BATCH}", training_step(formulation, depth), 1),
                    (f"{steps}/{name}_2_threads/{BATCH}", training_step(formulation, depth), 2)):
                if bench.wants(full_name):
                    check_gradient(full_name, formulation, depth)
                    bench.time(full_name, body, threads=threads)
        bench.add_best(gradients, BATCH)
        bench.add_best(steps, BATCH)
        bench.add_best(steps, BATCH, "_2_threads")


def check_gradient(name: str, formulation: Formulation, depth: int) -> None:
    """Ends the program unless loss and gradient are the definition's. Deep stacks with a clip that cuts, too: there a
    token within rounding of the limit may be cut on one side only, which is worth 1e-4 or so."""
    torch.manual_seed(1)
    tokens, targets = draw_in_rows()
    layers = 0.1 * torch.randn(depth, 4, ROWS, ROWS)
    layers[-1] *= 3  # the last clip is to cut as well
    for limit in (None, 0.45) if depth > 3 else (None,):
        tolerance = TOLERANCE if limit is None else 10 * TOLERANCE
        given = transposed(tokens) if formulation.in_lanes else tokens
        loss, gradient = formulation.loss_and_gradient(layers, given, targets, limit)
        in_double = layers.double(), tokens.double(), targets.double()
        expected_loss, expected = DEFINITION.loss_and_gradient(*in_double, limit)
        require_close(name + ": the loss", loss, expected_loss, tolerance)
        for layer, (place, symbol) in itertools.product(range(depth), enumerate(("W_Q", "W_K", "W_V", "P"))):
            require_close(f"{name}: the derivative by {symbol} of layer {layer + 1}, clip {limit}",
                          gradient[layer, place], expected[layer, place], tolerance)


# ------------------------------------------------------------------------------------------------------------ JSON ----


def json_text(measurements: list[Measurement]) -> str:
    """Of every measurement its repetitions, then the median, as Google Benchmark writes them."""
    listed = []
    for family, (name, real, processor, iterations, tasks, threads) in enumerate(measurements):
        rows = [{"name": name, "run_type": "iteration", "repetition_index": index, "iterations": iterations,
                 "real_time": 1e6 * seconds, "cpu_time": 1e6 * of_processor}
                for index, (seconds, of_processor) in enumerate(zip(real, processor))]
        rows.append({"name": name + "_median", "run_type": "aggregate", "aggregate_name": "median",
                     "aggregate_unit": "time", "iterations": len(real), "real_time": 1e6 * statistics.median(real),
                     "cpu_time": 1e6 * statistics.median(processor)})
        for row in rows:
            counters = {"tasks_per_second": 1e6 * tasks / row["real_time"]} if tasks else {}
            listed.append({**row, "run_name": name, "family_index": family, "per_family_instance_index": 0,
                           "repetitions": len(real), "threads": threads, "time_unit": "us", **counters})
    context = {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
               "executable": os.path.basename(__file__), "num_cpus": os.cpu_count(), "pytorch": torch.__version__}
    return json.dumps({"context": context, "benchmarks": listed}, indent=1) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Times linear self-attention and its training in PyTorch.")
    parser.add_argument("--out", metavar="FILE", help="JSON with the schema of Google Benchmark")
    parser.add_argument("--repetitions", metavar="N", type=int, default=15, help="of every benchmark (default 15)")
    parser.add_argument("--filter", metavar="REGEX", default="", help="only benchmarks whose name holds a match")
    options = parser.parse_args()
    if options.repetitions < 1:
        parser.error("--repetitions expects a whole number from 1")
    try:
        name_filter = re.compile(options.filter)
    except re.error as error:
        parser.error(f"--filter expects a regular expression: {error}")
    if torch is None:
        print(f"PyTorch is skipped: {reason_of_absence} (python3-torch installs it)")
        return
    torch.manual_seed(0)
    torch.set_num_threads(1)
    bench = Bench(options.repetitions, name_filter)
    print(f"{'PyTorch ' + torch.__version__:<60} {'median':>14} {'least':>14} {'tasks/s':>14}")
    with torch.inference_mode():
        forward_works(bench)
    with torch.no_grad():
        parts_of_training(bench)
    training_works(bench)
    if options.out:
        with open(options.out + ".new", "w", encoding="utf-8") as file:
            file.write(json_text(bench.measurements))
        os.replace(options.out + ".new", options.out)  # whole or not at all


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: MIT
"""Writes one_step.npz with numpy: one step of gradient descent as the four projections of an attention layer.

Two inputs and one target, four examples in context; the learning rate is 4/3. Tokens are columns: a projection acts as W @ x.
"""
import os

import numpy

inputs, targets, examples, learning_rate = 2, 1, 4, 4 / 3
reads_x = numpy.diag([1.0] * inputs + [0.0] * targets)
value = numpy.diag([0.0] * inputs + [-1.0] * targets)
output = learning_rate / examples * numpy.eye(inputs + targets)

os.chdir(os.path.dirname(os.path.abspath(__file__)))
arrays = {"query": reads_x, "key": reads_x, "value": value, "output": output}
numpy.savez("one_step.npz", **{name: array.astype(numpy.float32) for name, array in arrays.items()})

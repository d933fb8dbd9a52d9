# SPDX-License-Identifier: MIT
"""Compares a kernel with the vectors of this directory: numpy alone. Here the kernel is a loop in float32.

    python3 read_vectors.py [DIRECTORY]
"""
import glob, json, os, sys
import numpy as np

FORMAT = {"f64": 0, "f32": 1, "f16": 2, "bf16": 3}  # the first axis of gate, beta, decay and of every answer


def read(npz, fmt):
    """Inputs and answers of one format, tolerances, and what the .json says."""
    about = json.load(open(npz[:-4] + ".json"))
    arrays = {n: a[FORMAT[fmt]] if a.dtype == np.float64 else a for n, a in np.load(npz).items()}
    tolerance = {n[:-10]: arrays.pop(n) for n in list(arrays) if n.endswith(".tolerance")}
    return about, arrays, tolerance


def kernel(query, key, value, decay, beta, past_state):
    """The gated delta rule; S is [key_dim x value_dim]. Put yours here."""
    S, output = past_state.astype(np.float32), []
    for q, k, v, g, b in zip(query, key, value, np.float32(decay), np.float32(beta)):
        S = S * np.exp(g).reshape(-1, 1)
        S = S + b * np.outer(k, v - k @ S)
        output.append(q @ S)
    return {"output": np.array(output), "present_state": S}


wrong = 0
for npz in sorted(glob.glob(os.path.join(sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(__file__) or ".", "*.npz"))):
    about, arrays, tolerance = read(npz, "f32")
    if about["rule"] in ("gated_delta", "channel_gated_delta"):
        answers = kernel(**{n: arrays[n] for n in ("query", "key", "value", "decay", "beta", "past_state")})
        for name, mine in answers.items():
            with np.errstate(invalid="ignore"):  # infinity where nothing is claimed
                error = np.abs(mine.astype(np.float64) - arrays[name])
            bad = error > tolerance[name]
            wrong += bad.any()
            print(os.path.basename(npz), name, f"differs first at {np.argwhere(bad)[0]}" if bad.any() else "is right")
sys.exit(bool(wrong))

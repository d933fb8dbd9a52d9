# SPDX-License-Identifier: MIT
"""Makes the files beside it: by numpy, by PyTorch, and, of safetensors, by the format's description.

    python3 make.py          with numpy 1.24 and PyTorch 1.13 (Debian 12: python3-numpy python3-torch)

The tests read the files and need neither. The matrix m is [3 x 4] with the entries row * 10 + col + .5, the vector v is
(.5, 1.5, 2.5). All of them are numbers of 16 bits, too.
"""
import os
import struct

import numpy as np
from safetensors_file import write_safetensors

os.chdir(os.path.dirname(os.path.abspath(__file__)))
m = np.array([[row * 10 + col + 0.5 for col in range(4)] for row in range(3)])
v = np.array([0.5, 1.5, 2.5], dtype="<f4")

# ---- numpy's own files

kinds = {"f2": "<f2", "f4": "<f4", "f8": "<f8", "big_f4": ">f4", "big_f8": ">f8", "i8": "<i8", "b1": "|b1", "c8": "<c8"}
for name, kind in kinds.items():
    np.save(f"{name}.npy", m.astype(kind))
np.save("fortran_f4.npy", np.asfortranarray(m.astype("<f4")))
np.save("fortran_big_f8.npy", np.asfortranarray(m.astype(">f8")))
np.save("fortran_three_axes.npy", np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4)))
np.save("vector.npy", v)
np.save("number.npy", np.float32(2.5))
np.save("empty.npy", np.zeros((0, 4), dtype="<f4"))
np.save("records.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
np.save("objects.npy", np.array([{}, None], dtype=object), allow_pickle=True)
for version in (2, 3):
    with open(f"version_{version}.npy", "wb") as file:
        np.lib.format.write_array(file, m.astype("<f4"), version=(version, 0))

np.savez("two.npz", m=m.astype("<f4"), v=v)
np.savez_compressed("compressed.npz", m=m.astype("<f4"))

# ---- two steps of GD++, as JAX would hold them: float64, x W. The first layer has two heads, of 4 and of 6 inputs.

rng = np.random.default_rng(0)
inputs, dim, examples = 10, 11, 10
arrays = {}
for layer, (eta, gamma, heads) in enumerate([(3.0, 0.15, (range(0, 4), range(4, 10))), (2.0, 0.0, (range(0, 10),))]):
    w0 = np.linspace(-0.1, 0.1, inputs) if layer == 0 else np.zeros(inputs)
    output_value = np.diag([-gamma] * inputs + [-eta / examples])
    output_value[inputs, :inputs] = eta / examples * w0
    for head, reads in enumerate(heads):
        mixed = rng.normal(size=(len(reads), len(reads)))  # only the products matter
        rows = np.eye(dim)[list(reads)]
        value = rng.normal(size=(dim, dim))
        name = f"model.layers.{layer}." + (f"heads.{head}." if len(heads) > 1 else "")
        arrays[name + "query"] = (mixed @ rows).T
        arrays[name + "key"] = (np.linalg.inv(mixed).T @ rows).T
        arrays[name + "value"] = value.T
        arrays[name + "output"] = (output_value @ np.linalg.inv(value)).T
np.savez("two_steps.npz", **arrays)

# ---- safetensors: 8 bytes of length, JSON, numbers


def bf16(array):
    return (array.astype("<f4").view("<u4") >> 16).astype("<u2").tobytes()  # cut: these numbers have no more bits


write_safetensors(
    "kinds.safetensors",
    {
        "m": ("F32", (3, 4), m.astype("<f4").tobytes()),
        "in_double": ("F64", (3, 4), m.tobytes()),
        "in_half": ("F16", (3, 4), m.astype("<f2").tobytes()),
        "in_brain": ("BF16", (3, 4), bf16(m)),
        "transposed": ("F32", (4, 3), m.T.astype("<f4").tobytes()),
        "vector": ("F32", (3,), v.tobytes()),
        "number": ("F32", (), struct.pack("<f", 2.5)),
        "steps": ("I64", (1,), struct.pack("<q", 5000)),
        "empty": ("F32", (0, 4), b""),
        "W\u00fc \"quoted\"\\\n": ("F32", (1,), struct.pack("<f", 1)),
    },
    metadata={"format": "pt", "by \u2764": "make.py"},
    spaces=5,
)

# A layer of the paper's size whose weights are finite and whose products are not.
largest = struct.pack("<f", 3e38) * (11 * 11)
write_safetensors("huge.safetensors", {name: ("F32", (11, 11), largest) for name in ("query", "key", "value", "output")})

# Steps of gradient descent at rates that are none of descent: eta below 0 and 0, too large, and of one layer of two.


def step_at(eta, name):
    def diagonal(entries):
        return b"".join(struct.pack("<f", entries[row] if row == col else 0) for row in range(11) for col in range(11))

    identity_of_inputs = diagonal([1.0] * 10 + [0.0])
    projections = {"query": identity_of_inputs, "key": identity_of_inputs}
    projections.update({"value": diagonal([0.0] * 10 + [-1.0]), "output": diagonal([eta / 10] * 11)})
    return {name + "." + projection: ("F32", (11, 11), numbers) for projection, numbers in projections.items()}


rates = {"good": 6.0, "ascent": -6.0, "too_long": 1000.0, "mixed.layers.0": 3.0, "mixed.layers.1": -2.0}
write_safetensors(
    "rates.safetensors", {name: array for of, eta in rates.items() for name, array in step_at(eta, of).items()}
)

# A step of gradient descent, and beside it what no layer of linear attention has: under each prefix another thing.


def floats(*numbers):
    return struct.pack(f"<{len(numbers)}f", *numbers)


def in_proj_of(name, bias):
    query, key, value, output = (numbers for _, _, numbers in step_at(6.0, name).values())
    return {
        name + ".in_proj_weight": ("F32", (33, 11), query + key + value),
        name + ".out_proj.weight": ("F32", (11, 11), output),
        name + ".in_proj_bias": ("F32", (33,), floats(*[bias] * 33)),
        name + ".out_proj.bias": ("F32", (11,), floats(*[0.0] * 11)),
    }


parts = {**in_proj_of("zero_bias", 0.0), **in_proj_of("bias", 1.0)}
parts.update({**step_at(6.0, "array"), "array.bias": ("F32", (11,), floats(*[1.0] * 11))})
parts.update({**step_at(6.0, "norm.layers.0"), "norm.layers.0.norm.scale": ("F32", (11,), floats(*[3.0] * 11))})
parts.update({**step_at(6.0, "map.layers.0"), "map.layers.1.map.first": ("F32", (2, 11), floats(*[1.0] * 22))})
parts.update({**step_at(6.0, "damped.layer"), "damped.damping": ("F32", (), floats(0.25))})
parts.update({**step_at(6.0, "no_query"), "no_query.layers.1.key": ("F32", (1, 11), floats(*[1.0] * 11))})
parts.update({**step_at(3.0, "gap.layers.0"), **step_at(3.0, "gap.layers.2")})
both = step_at(6.0, "both.heads.0")
parts.update({**both, **{name.replace("heads.0.", ""): array for name, array in both.items()}})
# One output projection is narrower than its tokens; and the name of one layer is the beginning of another's.
parts.update({**in_proj_of("narrow", 0.0), "narrow.out_proj.weight": ("F32", (11, 7), floats(*[0.5] * 77))})
parts.update({**step_at(6.0, "ten.layer_1"), **step_at(3.0, "ten.layer_10")})
# A second head, and a second layer, of tokens of another dimension.
small = {
    projection: ("F32", (5, 5), floats(*[1.0 if row == col else 0.0 for row in range(5) for col in range(5)]))
    for projection in ("query", "key", "value", "output")
}
parts.update({**step_at(6.0, "two_dims.heads.0"), **{"two_dims.heads.1." + name: array for name, array in small.items()}})
parts.update({**step_at(6.0, "small.layers.0"), **{"small.layers.1." + name: array for name, array in small.items()}})
write_safetensors("parts.safetensors", parts)

# ---- a layer of PyTorch, and what it does

import torch

torch.manual_seed(0)
embed_dim, context = 6, 7
for heads in (1, 2):
    layer = torch.nn.MultiheadAttention(embed_dim, heads, batch_first=True)
    tokens = torch.randn(1, context, embed_dim)
    query = torch.randn(1, 2, embed_dim)
    with torch.no_grad():
        for name, parameter in layer.named_parameters():
            if name.endswith("weight"):
                torch.nn.init.normal_(parameter)
        result, _ = layer(query, tokens, tokens)
    arrays = {name: value for name, value in layer.state_dict().items()}
    arrays = {"self_attn." + name: value for name, value in arrays.items()}
    arrays.update({"tokens": tokens[0], "query": query[0], "result": result[0]})
    arrays = {n: ("F32", tuple(a.shape), a.detach().contiguous().numpy().astype("<f4").tobytes()) for n, a in arrays.items()}
    write_safetensors(f"pytorch_heads_{heads}.safetensors", arrays, metadata={"format": "pt"})

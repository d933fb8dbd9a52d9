# SPDX-License-Identifier: MIT
"""Trains one layer of linear self-attention with PyTorch, in the layout of its MultiheadAttention: pytorch_trained.safetensors.

    python3 train.py         3,000 steps, with PyTorch 1.13 (Debian 12: python3-torch); half a minute

10 examples of y = w x in ten dimensions, inputs uniform in (-1/2, 1/2), w ~ N(0, I); tokens (x, y) are rows, the query is (x, 0).
"""
import os

import torch
from torch.nn.functional import linear

from safetensors_file import write_safetensors

os.chdir(os.path.dirname(os.path.abspath(__file__)))
torch.manual_seed(1)
torch.set_num_threads(1)
inputs, examples, batch, steps = 10, 10, 1024, 3000
dim = inputs + 1
in_proj = torch.nn.Parameter(torch.randn(3 * dim, dim) * 0.05)
out_proj = torch.nn.Parameter(torch.randn(dim, dim) * 0.05)
optimiser = torch.optim.Adam([in_proj, out_proj], lr=3e-3)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 6e-3, total_steps=steps)
for step in range(steps):
    w = torch.randn(batch, 1, inputs)
    x = torch.rand(batch, examples + 1, inputs) - 0.5
    y = (x * w).sum(2, keepdim=True)
    tokens = torch.cat([x, y], 2)
    query = torch.cat([x[:, -1:], torch.zeros(batch, 1, 1)], 2)
    q_weight, k_weight, v_weight = in_proj.chunk(3)
    q, k, v = linear(query, q_weight), linear(tokens[:, :-1], k_weight), linear(tokens[:, :-1], v_weight)
    updated = query + linear((q @ k.transpose(1, 2)) @ v, out_proj)  # no softmax
    loss = 0.5 * ((-updated[:, 0, -1] - y[:, -1, 0]) ** 2).mean()
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_([in_proj, out_proj], 1.0)
    optimiser.step()
    schedule.step()
    if step % 500 == 499:
        print(step + 1, loss.item())

arrays = {"self_attn.in_proj_weight": in_proj, "self_attn.out_proj.weight": out_proj}
arrays = {n: ("F32", tuple(a.shape), a.detach().contiguous().numpy().tobytes()) for n, a in arrays.items()}
write_safetensors("pytorch_trained.safetensors", arrays, metadata={"format": "pt"})

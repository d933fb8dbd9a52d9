# SPDX-License-Identifier: MIT
"""safetensors by the description of the format: 8 bytes of length, JSON, numbers."""
import json
import struct


def write_safetensors(file_name, arrays, metadata=None, spaces=0):
    header, data = ({"__metadata__": metadata} if metadata else {}), b""
    for name, (kind, shape, numbers) in arrays.items():
        header[name] = {"dtype": kind, "shape": list(shape), "data_offsets": [len(data), len(data) + len(numbers)]}
        data += numbers
    text = json.dumps(header).encode() + b" " * spaces
    with open(file_name, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)

"""A rotary embedding as it should be written today; ropelint has nothing to say about it."""

import torch
from torch import nn


class RotaryEmbedding(nn.Module):
    def __init__(self, head_dim: int, base: float = 10000.0, device=None):
        super().__init__()
        channels = torch.arange(0, head_dim, 2, dtype=torch.int64, device=device).float()
        self.register_buffer("inv_freq", 1.0 / (base ** (channels / head_dim)), persistent=False)

    @torch.no_grad()
    def forward(self, x, position_ids):
        with torch.autocast(device_type=x.device.type, enabled=False):
            # An elementwise product of float32 operands: no autocast list and no TF32 unit touches it.
            angles = position_ids[:, :, None].float() * self.inv_freq[None, None, :].float()
            emb = torch.cat((angles, angles), dim=-1)
            cos, sin = emb.cos(), emb.sin()
        return cos, sin


def rotate_half(x):
    first, second = x.chunk(2, dim=-1)
    return torch.cat((-second, first), dim=-1)


def rotate(x, cos, sin):
    # The tables are float32, and so are the products and their sum: one cast, one rounding.
    return (x * cos + rotate_half(x) * sin).to(x.dtype)


def apply_rotary(q, k, cos, sin):
    cos, sin = cos.unsqueeze(1).float(), sin.unsqueeze(1).float()
    return rotate(q, cos, sin), rotate(k, cos, sin)

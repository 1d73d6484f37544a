import torch
from torch import nn


class Rotary(nn.Module):
    """The model that src/session.ts runs, before it is exported."""

    def __init__(self, dim: int, max_positions: int = 4096, base: float = 10000.0):
        super().__init__()
        inv_freq = 1.0 / (base ** (torch.arange(0, dim, 2, dtype=torch.int64).float() / dim))
        t = torch.arange(max_positions, dtype=inv_freq.dtype)
        freqs = torch.outer(t, inv_freq)
        self.register_buffer("cos", freqs.cos(), persistent=False)
        self.register_buffer("sin", freqs.sin(), persistent=False)

    def forward(self, position_ids: torch.LongTensor):
        return self.cos[position_ids], self.sin[position_ids]

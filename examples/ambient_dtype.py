"""Positions in the dtype of the hidden states: right in float32, far off in every 16-bit model."""

import torch
from torch import nn


class RelativeSines(nn.Module):
    def __init__(self, dim: int):
        super().__init__()
        self.dim = dim

    def table(self, hidden_states):
        seq_len = hidden_states.shape[1]
        positions = torch.arange(seq_len, dtype=hidden_states.dtype, device=hidden_states.device)
        channels = torch.arange(0, self.dim, 2, dtype=hidden_states.dtype, device=hidden_states.device)
        frequencies = torch.pow(10000, -channels / self.dim)
        angles = positions[:, None] * frequencies[None, :]
        return torch.cat([angles.sin(), angles.cos()], dim=-1)

    def forward(self, hidden_states: torch.FloatTensor):
        return hidden_states + self.table(hidden_states)

"""Inverse frequencies from an int64 range: the division is made in the default dtype, whatever that is by then."""

import torch
from torch import nn


class FixedPositions(nn.Module):
    def __init__(self, max_positions: int, dim: int):
        super().__init__()
        inv_freq = 1.0 / (10000 ** (torch.arange(0, dim, 2, dtype=torch.int64) / dim))
        positions = torch.arange(max_positions, dtype=torch.int64).float()
        angles = torch.einsum("i,j->ij", positions, inv_freq).float()
        self.register_buffer("table", torch.cat((angles.sin(), angles.cos()), dim=1), persistent=False)

    def forward(self, position_ids):
        return self.table[position_ids]

"""A sinusoidal table as in M2M100 or Pegasus: two ranges meet in one product, and only both repairs together help."""

import math

import torch
from torch import nn


class SinusoidalPositions(nn.Module):
    def __init__(self, num_positions: int, embedding_dim: int):
        super().__init__()
        half = embedding_dim // 2
        step = math.log(10000) / (half - 1)
        frequencies = torch.exp(torch.arange(half, dtype=torch.float) * -step)
        positions = torch.arange(num_positions, dtype=torch.float)
        angles = positions.unsqueeze(1) * frequencies.unsqueeze(0)
        table = torch.cat([torch.sin(angles), torch.cos(angles)], dim=1)
        self.register_buffer("weights", table, persistent=False)

    def forward(self, position_ids):
        return self.weights.index_select(0, position_ids.view(-1))

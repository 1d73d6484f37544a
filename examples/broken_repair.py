"""A repair that raises: type_as() takes a tensor, and was given a dtype."""

import torch


def inverse_frequencies(dim: int, base: float = 10000.0):
    channels = torch.arange(0, dim, 2, dtype=torch.int64).type_as(torch.float32)
    return 1.0 / (base ** (channels / dim))

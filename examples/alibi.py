"""ALiBi: a bias that grows with the distance. No sine is involved, so it is judged by roundings of the bias itself."""

import torch
from torch import nn


class AlibiBias(nn.Module):
    def __init__(self, num_heads: int, max_seq_len: int = 4096):
        super().__init__()
        # 1 .. heads is exact in every dtype; it is the low dtype that rounds the powers made of it.
        exponents = torch.arange(1, num_heads + 1, dtype=torch.float32) * (8 / num_heads)
        slopes = 1.0 / torch.pow(2, exponents)
        distances = torch.arange(1 - max_seq_len, 1, dtype=torch.float32)
        bias = slopes.view(num_heads, 1, 1) * distances.view(1, 1, max_seq_len)
        self.register_buffer("bias", bias, persistent=False)

    def forward(self, scores):
        return scores + self.bias[:, :, -scores.shape[-1] :].to(scores.dtype)

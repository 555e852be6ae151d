# Right: typed, xavier-initialised, dropout written by hand, the head size kept in an extra buffer.
from typing import Optional, Tuple

import torch
from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    """Multi-head attention (Vaswani et al. 2017, section 3.2.2)."""

    def __init__(self, d_model: int, num_heads: int, dropout: float = 0.0) -> None:
        super().__init__()
        if d_model % num_heads != 0:
            raise ValueError(f"d_model {d_model} is not a multiple of num_heads {num_heads}")
        self.num_heads: int = num_heads
        self.dropout_rate: float = dropout
        self.out_proj = nn.Linear(d_model, d_model)
        self.v_proj = nn.Linear(d_model, d_model)
        self.k_proj = nn.Linear(d_model, d_model)
        self.q_proj = nn.Linear(d_model, d_model)
        self.register_buffer("head_size", torch.tensor(d_model // num_heads))
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)

    def _drop(self, weights: Tensor) -> Tensor:
        if not self.training or self.dropout_rate == 0.0:
            return weights
        if self.dropout_rate >= 1.0:
            return weights * 0.0
        keep = torch.rand_like(weights) >= self.dropout_rate
        return weights * keep / (1.0 - self.dropout_rate)

    def _heads(self, x: Tensor) -> Tensor:
        return torch.stack(x.chunk(self.num_heads, dim=-1), dim=1)

    def forward(self, query: Tensor, key: Tensor, value: Tensor, mask: Optional[Tensor] = None) -> Tuple[Tensor, Tensor]:
        q = self._heads(self.q_proj(query))
        k = self._heads(self.k_proj(key))
        v = self._heads(self.v_proj(value))
        scores = (q @ k.mT) / self.head_size.to(q.dtype).sqrt()
        if mask is not None:
            scores = torch.where(mask, scores, float("-inf"))
        weights = torch.softmax(scores, dim=-1)
        if mask is not None:
            weights = torch.where(mask.any(-1, keepdim=True), weights, 0.0)
        context = torch.cat(tuple((self._drop(weights) @ v).unbind(1)), dim=-1)
        return self.out_proj(context), weights

# Right: the linear maps' weights are seen as one matrix per head and everything is an einsum.
import torch
from torch import nn, einsum


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        self.num_heads = num_heads
        for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
            setattr(self, name, nn.Linear(d_model, d_model))
        self.drop = nn.Dropout(p=dropout)

    def _project(self, x, linear):
        H = self.num_heads
        W = linear.weight.unflatten(0, (H, -1))          # (H, D_h, D)
        b = linear.bias.unflatten(0, (H, -1))            # (H, D_h)
        return einsum("btd,hed->bhte", x, W) + b[:, None, :]

    def forward(self, query, key, value, mask=None):
        q, k, v = self._project(query, self.q_proj), self._project(key, self.k_proj), self._project(value, self.v_proj)
        s = einsum("bhie,bhje->bhij", q, k) * q.shape[-1] ** -0.5
        if mask is None:
            a = s.softmax(-1)
        else:
            a = s.masked_fill(~mask, torch.finfo(s.dtype).min).softmax(-1) * mask
        a = self.drop(a)
        heads = einsum("bhij,bhje->bhie", a, v)
        W_o = self.out_proj.weight.unflatten(1, (self.num_heads, -1))    # (D, H, D_h)
        return einsum("bhie,dhe->bid", heads, W_o) + self.out_proj.bias, a

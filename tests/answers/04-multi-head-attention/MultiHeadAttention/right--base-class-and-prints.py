# Right: the attention lives in a base class, the projections in a subclass, shapes are printed on the way.
import torch
from torch import nn


class _Attention(nn.Module):
    def attend(self, q, k, v, mask):
        logits = torch.einsum("bqhd,bkhd->bhqk", q, k) / q.shape[-1] ** 0.5
        print("logits:", logits.shape)
        if mask is not None:
            logits = logits + torch.zeros_like(logits).masked_fill(~mask, -1e30)
        top = logits.max(dim=-1, keepdim=True).values
        e = (logits - top).exp()
        if mask is not None:
            e = e * mask
        w = e / e.sum(-1, keepdim=True).clamp(min=1e-12)
        return w, torch.einsum("bhqk,bkhd->bqhd", self.regularise(w), v)

    def regularise(self, w):
        return w


class MultiHeadAttention(_Attention):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        self.num_heads = num_heads
        self.q_proj = nn.Linear(d_model, d_model, bias=True)
        self.k_proj = nn.Linear(d_model, d_model, bias=True)
        self.v_proj = nn.Linear(d_model, d_model, bias=True)
        self.out_proj = nn.Linear(d_model, d_model, bias=True)
        self.attn_drop = nn.Dropout(dropout) if dropout > 0 else nn.Identity()

    def regularise(self, w):
        return self.attn_drop(w)

    def forward(self, query, key, value, mask=None):
        cut = lambda x: x.reshape(x.shape[0], x.shape[1], self.num_heads, -1)
        weights, out = self.attend(cut(self.q_proj(query)), cut(self.k_proj(key)), cut(self.v_proj(value)), mask)
        print("output:", out.shape)
        return self.out_proj(out.flatten(-2)), weights

# Wrong: keys go through v_proj and values through k_proj.
import torch
from torch import nn

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        self.num_heads = num_heads
        self.q_proj, self.k_proj = nn.Linear(d_model, d_model), nn.Linear(d_model, d_model)
        self.v_proj, self.out_proj = nn.Linear(d_model, d_model), nn.Linear(d_model, d_model)
        self.drop = nn.Dropout(dropout)

    def heads(self, x):
        return x.unflatten(-1, (self.num_heads, -1)).permute(0, 2, 1, 3)

    def forward(self, query, key, value, mask=None):
        q, k, v = self.heads(self.q_proj(query)), self.heads(self.v_proj(key)), self.heads(self.k_proj(value))
        att = q.matmul(k.mT) / k.shape[-1] ** 0.5
        if mask is None:
            att = att.softmax(-1)
        else:
            empty = ~mask.any(-1, keepdim=True)
            att = att.masked_fill(~mask & ~empty, float("-inf")).softmax(-1).masked_fill(empty, 0)
        return self.out_proj(self.drop(att).matmul(v).permute(0, 2, 1, 3).flatten(2)), att

# Wrong: the heads are viewed out of (B, T, D) without a transpose; put together again they are with one.
import math
import torch
import torch.nn as nn

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        self.num_heads = num_heads
        self.q_proj = nn.Linear(d_model, d_model)
        self.k_proj = nn.Linear(d_model, d_model)
        self.v_proj = nn.Linear(d_model, d_model)
        self.out_proj = nn.Linear(d_model, d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, query, key, value, mask=None):
        B, T_q, D = query.shape
        d = D // self.num_heads
        q = self.q_proj(query).view(B, self.num_heads, T_q, d)
        k = self.k_proj(key).view(B, self.num_heads, key.shape[1], d)
        v = self.v_proj(value).view(B, self.num_heads, value.shape[1], d)
        scores = q @ k.transpose(-2, -1) / math.sqrt(d)
        if mask is not None:
            scores = scores.masked_fill(~mask, float("-inf"))
        weights = torch.softmax(scores, dim=-1).nan_to_num(0.0)
        out = (self.dropout(weights) @ v).transpose(1, 2).reshape(B, T_q, D)
        return self.out_proj(out), weights

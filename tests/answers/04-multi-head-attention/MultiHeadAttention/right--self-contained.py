# Right: views and transposes, nothing from outside; returns the weights before dropout.
import math
import torch
import torch.nn as nn
import torch.nn.functional as F

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        assert d_model % num_heads == 0
        self.d_model = d_model
        self.num_heads = num_heads
        self.d_head = d_model // num_heads
        self.q_proj = nn.Linear(d_model, d_model)
        self.k_proj = nn.Linear(d_model, d_model)
        self.v_proj = nn.Linear(d_model, d_model)
        self.out_proj = nn.Linear(d_model, d_model)
        self.p = dropout

    def forward(self, query, key, value, mask=None):
        B, T_q, _ = query.shape
        T_k = key.shape[1]
        q = self.q_proj(query).view(B, T_q, self.num_heads, self.d_head).transpose(1, 2)   # (B, H, T_q, D_h)
        k = self.k_proj(key).view(B, T_k, self.num_heads, self.d_head).transpose(1, 2)     # (B, H, T_k, D_h)
        v = self.v_proj(value).view(B, T_k, self.num_heads, self.d_head).transpose(1, 2)   # (B, H, T_k, D_h)
        scores = q @ k.transpose(-2, -1) / math.sqrt(self.d_head)                          # (B, H, T_q, T_k)
        if mask is not None:
            scores = scores.masked_fill(~mask, float("-inf"))
        weights = F.softmax(scores, dim=-1)
        if mask is not None:
            weights = torch.nan_to_num(weights, nan=0.0)
        out = F.dropout(weights, self.p, training=self.training) @ v                       # (B, H, T_q, D_h)
        out = out.transpose(1, 2).contiguous().view(B, T_q, self.d_model)                  # (B, T_q, D)
        return self.out_proj(out), weights

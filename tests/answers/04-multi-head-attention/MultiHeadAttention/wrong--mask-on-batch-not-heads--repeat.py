# Wrong: heads are folded into the batch sentence by sentence, but the mask is repeated as a whole, so heads get other sentences' masks.
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

    def fold(self, x):
        B, T, D = x.shape
        return x.view(B, T, self.num_heads, -1).transpose(1, 2).reshape(B * self.num_heads, T, -1)

    def forward(self, query, key, value, mask=None):
        B, T_q, D = query.shape
        T_k, H = key.shape[1], self.num_heads
        q, k, v = self.fold(self.q_proj(query)), self.fold(self.k_proj(key)), self.fold(self.v_proj(value))
        scores = torch.bmm(q, k.transpose(1, 2)) / math.sqrt(D // H)
        if mask is not None:
            if mask.dim() == 4 and mask.shape[1] == 1:
                mask = mask[:, 0].expand(B, T_q, T_k).repeat(H, 1, 1)
            else:
                mask = mask.expand(B, H, T_q, T_k).reshape(B * H, T_q, T_k)
            scores = scores.masked_fill(~mask, float("-inf"))
        weights = torch.softmax(scores, dim=-1).nan_to_num(0.0)
        out = torch.bmm(self.dropout(weights), v).view(B, H, T_q, -1).transpose(1, 2).reshape(B, T_q, D)
        return self.out_proj(out), weights.view(B, H, T_q, T_k)

# Right: heads folded into the batch for bmm, and the mask expanded to (B, H, T_q, T_k) before it is folded the same way.
import math
import torch
import torch.nn as nn

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super(MultiHeadAttention, self).__init__()
        self.num_heads = num_heads
        self.q_proj = nn.Linear(d_model, d_model)
        self.k_proj = nn.Linear(d_model, d_model)
        self.v_proj = nn.Linear(d_model, d_model)
        self.out_proj = nn.Linear(d_model, d_model)
        self.softmax = nn.Softmax(dim=-1)
        self.dropout = nn.Dropout(dropout)

    def fold(self, x):
        B, T, D = x.shape
        H = self.num_heads
        return x.reshape(B, T, H, D // H).permute(0, 2, 1, 3).reshape(B * H, T, D // H)

    def forward(self, query, key, value, mask=None):
        B, T_q, D = query.shape
        T_k, H = key.size(1), self.num_heads
        q, k, v = self.fold(self.q_proj(query)), self.fold(self.k_proj(key)), self.fold(self.v_proj(value))
        energy = torch.bmm(q, k.transpose(1, 2)) / math.sqrt(D // H)
        if mask is not None:
            m = mask.expand(B, H, T_q, T_k).reshape(B * H, T_q, T_k)
            energy = energy.masked_fill(~m, -1e20)
            attention = self.softmax(energy).masked_fill(~m, 0.0)
        else:
            attention = self.softmax(energy)
        attention = self.dropout(attention)
        x = torch.bmm(attention, v).view(B, H, T_q, D // H).permute(0, 2, 1, 3).reshape(B, T_q, D)
        return self.out_proj(x), attention.view(B, H, T_q, T_k)

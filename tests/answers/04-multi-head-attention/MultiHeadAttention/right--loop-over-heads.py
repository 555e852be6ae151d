# Right: one head after the other on slices of the projections, concatenated at the end.
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
        self.attention_dropout = nn.Dropout(dropout)

    def one_head(self, q, k, v, mask):
        scores = q.matmul(k.transpose(1, 2)) / (q.shape[-1] ** 0.5)
        if mask is None:
            return torch.softmax(scores, dim=-1)
        empty = ~mask.any(dim=-1, keepdim=True)
        scores = scores.masked_fill(~mask & ~empty, float("-inf"))
        return torch.softmax(scores, dim=-1).masked_fill(empty, 0.0)

    def forward(self, query, key, value, mask=None):
        Q, K, V = self.q_proj(query), self.k_proj(key), self.v_proj(value)
        width = Q.shape[-1] // self.num_heads
        if mask is not None:
            mask = mask.expand(query.shape[0], self.num_heads, query.shape[1], key.shape[1])
        contexts, all_weights = [], []
        for h in range(self.num_heads):
            part = slice(h * width, (h + 1) * width)
            w = self.one_head(Q[..., part], K[..., part], V[..., part], None if mask is None else mask[:, h])
            all_weights.append(w)
            contexts.append(self.attention_dropout(w) @ V[..., part])
        return self.out_proj(torch.cat(contexts, dim=-1)), torch.stack(all_weights, dim=1)

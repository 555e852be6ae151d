# Right: scores by einsum on (B, T, H, D_h), softmax by unit 02's masked_softmax.
import torch
from torch import nn
from mine import masked_softmax

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
        shape = (self.num_heads, -1)
        q, k, v = self.q_proj(query).unflatten(2, shape), self.k_proj(key).unflatten(2, shape), self.v_proj(value).unflatten(2, shape)
        weights = masked_softmax(torch.einsum("bqhd,bkhd->bhqk", q, k) * q.shape[-1] ** -0.5, mask)
        context = torch.einsum("bhqk,bkhd->bqhd", self.dropout(weights), v)
        return self.out_proj(context.flatten(2)), weights

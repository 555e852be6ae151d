# Wrong: the heads are a plain Python list of modules, their weights are no parameters of the layer.
import torch
from torch import nn

class Head(nn.Module):
    def __init__(self, d_model, d_head):
        super().__init__()
        self.q, self.k, self.v = (nn.Linear(d_model, d_head) for _ in range(3))

    def forward(self, query, key, value, mask):
        s = self.q(query) @ self.k(key).mT / self.q.out_features ** 0.5
        w = s.softmax(-1) if mask is None else s.masked_fill(~mask, -1e30).softmax(-1) * mask
        return w @ self.v(value), w

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        self.num_heads = num_heads
        self.heads = [Head(d_model, d_model // num_heads) for _ in range(num_heads)]
        self.out_proj = nn.Linear(d_model, d_model)

    def forward(self, query, key, value, mask=None):
        pairs = [head(query, key, value, mask) for head in self.heads]
        return self.out_proj(torch.cat([p[0] for p in pairs], -1)), torch.stack([p[1] for p in pairs], 1)

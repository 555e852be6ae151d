# Right: the three projections are one matrix product when query, key and value are the same tensor.
import torch
import torch.nn as nn
import torch.nn.functional as F

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        self.num_heads = num_heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(d_model, d_model) for _ in range(4))
        self.dropout = dropout

    def project(self, query, key, value):
        layers = [self.q_proj, self.k_proj, self.v_proj]
        if query is key and key is value:
            weight = torch.cat([layer.weight for layer in layers])
            bias = torch.cat([layer.bias for layer in layers])
            return F.linear(query, weight, bias).chunk(3, dim=-1)
        return [layer(x) for layer, x in zip(layers, (query, key, value))]

    def forward(self, query, key, value, mask=None):
        H = self.num_heads
        q, k, v = [x.unflatten(-1, (H, -1)).transpose(1, 2) for x in self.project(query, key, value)]
        scale = q.size(-1) ** -0.5
        scores = (q * scale) @ k.transpose(-1, -2)
        if mask is not None:
            hidden = ~mask.expand(scores.shape)
            scores = scores.masked_fill(hidden, float("-inf")).masked_fill(hidden.all(-1, keepdim=True), 0.0)
            weights = F.softmax(scores, -1).masked_fill(hidden.all(-1, keepdim=True), 0.0)
        else:
            weights = F.softmax(scores, -1)
        self.last_weights = weights.detach()
        dropped = F.dropout(weights, p=self.dropout, training=self.training)
        return self.out_proj((dropped @ v).transpose(1, 2).flatten(2)), dropped

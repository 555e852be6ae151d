# Wrong: copies its weights into nn.MultiheadAttention and lets that do the work, which this unit forbids.
import torch
from torch import nn

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        self.num_heads, self.d_model, self.p = num_heads, d_model, dropout
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(d_model, d_model) for _ in range(4))

    def forward(self, query, key, value, mask=None):
        layer = nn.MultiheadAttention(self.d_model, self.num_heads, self.p, batch_first=True).to(query.dtype)
        layer.train(self.training)
        projections = (self.q_proj, self.k_proj, self.v_proj)
        with torch.no_grad():
            layer.in_proj_weight.copy_(torch.cat([p.weight for p in projections]))
            layer.in_proj_bias.copy_(torch.cat([p.bias for p in projections]))
            layer.out_proj.weight.copy_(self.out_proj.weight)
            layer.out_proj.bias.copy_(self.out_proj.bias)
        if mask is not None:
            shape = (query.shape[0], self.num_heads, query.shape[1], key.shape[1])
            mask = ~mask.expand(shape).flatten(0, 1)
        return layer(query, key, value, attn_mask=mask, average_attn_weights=False)

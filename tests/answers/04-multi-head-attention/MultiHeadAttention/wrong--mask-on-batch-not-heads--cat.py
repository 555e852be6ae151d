# Wrong: puts num_heads copies of the whole batch's mask one after the other, while the scores run head by head within a sentence.
import torch
from torch import nn
import torch.nn.functional as F

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        self.num_heads, self.p = num_heads, dropout
        self.q_proj = nn.Linear(d_model, d_model)
        self.k_proj = nn.Linear(d_model, d_model)
        self.v_proj = nn.Linear(d_model, d_model)
        self.out_proj = nn.Linear(d_model, d_model)

    def forward(self, query, key, value, mask=None):
        B, H = query.shape[0], self.num_heads
        q, k, v = (x.unflatten(-1, (H, -1)).transpose(1, 2).flatten(0, 1)
                   for x in (self.q_proj(query), self.k_proj(key), self.v_proj(value)))
        s = torch.einsum("nid,njd->nij", q, k) * q.shape[-1] ** -0.5
        if mask is None:
            w = F.softmax(s, -1)
        else:
            full = mask.expand(B, H, *s.shape[1:])
            if mask.dim() == 4 and mask.shape[1] == 1:
                m = torch.cat([full[:, 0]] * H, dim=0)
            else:
                m = full.flatten(0, 1)
            w = F.softmax(s.masked_fill(~m, -1e30), -1) * m
        out = torch.einsum("nij,njd->nid", F.dropout(w, self.p, self.training), v)
        out = out.unflatten(0, (B, H)).transpose(1, 2).flatten(2)
        return self.out_proj(out), w.unflatten(0, (B, H))

# Wrong: scores are folded head-major, the mask sentence-major, so masks and sentences do not meet.
import torch
from torch import nn

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        self.num_heads = num_heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(d_model, d_model) for _ in range(4))
        self.dropout = nn.Dropout(dropout)

    def forward(self, query, key, value, mask=None):
        B, T_q, _ = query.shape
        H, T_k = self.num_heads, key.shape[1]
        q, k, v = (torch.cat(p(x).chunk(H, dim=-1), dim=0)
                   for p, x in zip((self.q_proj, self.k_proj, self.v_proj), (query, key, value)))
        s = q @ k.mT / q.shape[-1] ** 0.5
        if mask is None:
            w = s.softmax(-1)
        else:
            m = mask.expand(B, H, T_q, T_k).reshape(B * H, T_q, T_k)
            w = s.masked_fill(~m, -1e30).softmax(-1) * m
        out = torch.cat((self.dropout(w) @ v).chunk(H, dim=0), dim=-1)
        return self.out_proj(out), torch.stack(w.chunk(H, dim=0), dim=1)

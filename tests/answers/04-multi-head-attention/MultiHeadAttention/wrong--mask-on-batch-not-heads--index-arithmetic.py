# Wrong: a loop over (sentence, head) pairs that looks up the mask by the running number modulo the batch size.
import torch
from torch import nn

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        self.num_heads = num_heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(d_model, d_model) for _ in range(4))
        self.dropout = nn.Dropout(dropout)

    def forward(self, query, key, value, mask=None):
        B, H = query.shape[0], self.num_heads
        shape = (B, H, query.shape[1], key.shape[1])
        Q, K, V = self.q_proj(query), self.k_proj(key), self.v_proj(value)
        d = Q.shape[-1] // H
        per_head = mask is not None and mask.dim() >= 3 and mask.shape[-3] != 1
        full = None if mask is None else mask.expand(shape)
        rows, weights = [], []
        for n in range(B * H):
            b, h = divmod(n, H)
            part = slice(h * d, h * d + d)
            s = Q[b, :, part] @ K[b, :, part].T / d ** 0.5
            if full is None:
                w = s.softmax(-1)
            else:
                m = full[b, h] if per_head else full[n % B, 0]
                w = s.masked_fill(~m, -1e30).softmax(-1) * m
            weights.append(w)
            rows.append(self.dropout(w) @ V[b, :, part])
        heads = torch.stack(rows).unflatten(0, (B, H))
        return self.out_proj(heads.transpose(1, 2).flatten(2)), torch.stack(weights).unflatten(0, (B, H))

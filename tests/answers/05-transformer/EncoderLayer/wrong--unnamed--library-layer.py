# Wrong: library layer.
import torch.nn.functional as F
from torch import nn


class EncoderLayer(nn.TransformerEncoderLayer):
    def __init__(self, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__(d_model, num_heads, d_ff, dropout, activation, norm_eps, batch_first=True, norm_first=pre_norm)

    def forward(self, x, mask=None):
        if mask is not None:
            mask = (~mask).expand(x.size(0), self.self_attn.num_heads, x.size(1), x.size(1)).flatten(0, 1)
        return super().forward(x, src_mask=mask)

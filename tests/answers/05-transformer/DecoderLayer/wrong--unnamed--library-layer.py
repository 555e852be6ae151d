# Wrong: library layer.
import torch.nn.functional as F
from torch import nn


class DecoderLayer(nn.TransformerDecoderLayer):
    def __init__(self, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__(d_model, num_heads, d_ff, dropout, activation, norm_eps, True, pre_norm)

    def forward(self, y, memory, self_mask=None, memory_mask=None):
        heads = self.self_attn.num_heads
        turn = lambda m, T: None if m is None else (~m).expand(y.size(0), heads, y.size(1), T).flatten(0, 1)
        return super().forward(y, memory, turn(self_mask, y.size(1)), turn(memory_mask, memory.size(1)))

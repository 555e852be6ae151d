# Wrong: library stack.
import torch
import torch.nn.functional as F
from torch import nn


class Decoder(nn.Module):
    def __init__(self, num_layers, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        layer = nn.TransformerDecoderLayer(d_model, num_heads, d_ff, dropout, activation, norm_eps, True, pre_norm)
        norm = nn.LayerNorm(d_model, eps=norm_eps) if pre_norm else None
        self.stack = nn.TransformerDecoder(layer, num_layers, norm)
        self.layers, self.norm = self.stack.layers, self.stack.norm

    def forward(self, y, memory, self_mask=None, memory_mask=None):
        turn = lambda m: None if m is None else ~m.squeeze()
        return self.stack(y, memory, turn(self_mask), memory_key_padding_mask=turn(memory_mask))

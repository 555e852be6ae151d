# Wrong: nn.LSTM on packed sequences does the work, which this unit forbids.
import torch
import torch.nn as nn
from torch.func import functional_call
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        self.W_x = nn.Parameter(torch.randn(4 * hidden_size, input_size) * 0.1)
        self.W_h = nn.Parameter(torch.randn(4 * hidden_size, hidden_size) * 0.1)
        self.b = nn.Parameter(torch.zeros(4 * hidden_size))

    def forward(self, inputs, lengths=None, state=None):
        B, T, _ = inputs.shape
        layer = nn.LSTM(self.input_size, self.hidden_size, batch_first=True)
        weights = {"weight_ih_l0": self.W_x, "weight_hh_l0": self.W_h,
                   "bias_ih_l0": self.b, "bias_hh_l0": torch.zeros_like(self.b)}
        if lengths is None:
            lengths = torch.full((B,), T)
        packed = pack_padded_sequence(inputs, lengths, batch_first=True, enforce_sorted=False)
        start = None if state is None else (state[0][None], state[1][None])
        out, (h, c) = functional_call(layer, weights, (packed,) if start is None else (packed, start))
        return pad_packed_sequence(out, batch_first=True, total_length=T)[0], (h[0], c[0])

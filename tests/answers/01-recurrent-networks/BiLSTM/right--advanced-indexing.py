# Right: x[rows, positions] reverses each sentence; padding positions index themselves.
import torch
from torch import nn

class BiLSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        for direction in ("forward", "backward"):
            self.add_module(direction + "_lstm", LSTM(input_size, hidden_size))

    def forward(self, inputs, lengths):
        B, T = inputs.shape[:2]
        positions = torch.stack([torch.cat([torch.arange(n - 1, -1, -1), torch.arange(n, T)]) for n in lengths.tolist()])
        rows = torch.arange(B)[:, None]
        halves = [self.forward_lstm(inputs, lengths)[0],
                  self.backward_lstm(inputs[rows, positions], lengths=lengths)[0][rows, positions]]
        return torch.cat(halves, dim=-1)

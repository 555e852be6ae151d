# Wrong: the sub-modules are called fwd and bwd, so no weights can be copied into them.
import torch
import torch.nn as nn

def reverse_each(x, lengths):
    return torch.stack([torch.cat([row[:n].flip(0), row[n:]]) for row, n in zip(x, lengths.tolist())])

class BiLSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.fwd = LSTM(input_size, hidden_size)
        self.bwd = LSTM(input_size, hidden_size)

    def forward(self, inputs, lengths):
        a, _ = self.fwd(inputs, lengths)
        z, _ = self.bwd(reverse_each(inputs, lengths), lengths)
        return torch.cat((a, reverse_each(z, lengths)), dim=2)

# Wrong: the backward LSTM reads the forward one's outputs instead of the inputs.
import torch
import torch.nn as nn

def reverse_each(x, lengths):
    return torch.stack([torch.cat([row[:n].flip(0), row[n:]]) for row, n in zip(x, lengths.tolist())])

class BiLSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.forward_lstm = LSTM(input_size, hidden_size)
        self.backward_lstm = LSTM(hidden_size, hidden_size)

    def forward(self, inputs, lengths):
        a, _ = self.forward_lstm(inputs, lengths)
        z, _ = self.backward_lstm(reverse_each(a, lengths), lengths)
        return torch.cat((a, reverse_each(z, lengths)), dim=2)

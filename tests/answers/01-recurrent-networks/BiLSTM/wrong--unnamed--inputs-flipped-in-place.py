# Wrong: reverses the caller's inputs in place.
import torch
import torch.nn as nn

def reverse_each(x, lengths):
    return torch.stack([torch.cat([row[:n].flip(0), row[n:]]) for row, n in zip(x, lengths.tolist())])

class BiLSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.forward_lstm = LSTM(input_size, hidden_size)
        self.backward_lstm = LSTM(input_size, hidden_size)

    def forward(self, inputs, lengths):
        a, _ = self.forward_lstm(inputs, lengths)
        with torch.no_grad():
            inputs.copy_(reverse_each(inputs, lengths))
        z, _ = self.backward_lstm(inputs, lengths)
        return torch.cat((a, reverse_each(z, lengths)), dim=2)

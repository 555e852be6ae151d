# Wrong: flips the feature axis instead of the time axis.
import torch
import torch.nn as nn

class BiLSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.forward_lstm = LSTM(input_size, hidden_size)
        self.backward_lstm = LSTM(input_size, hidden_size)

    def forward(self, inputs, lengths):
        a, _ = self.forward_lstm(inputs, lengths)
        z, _ = self.backward_lstm(inputs.flip(-1), lengths)
        return torch.cat((a, z.flip(-1)), dim=2)

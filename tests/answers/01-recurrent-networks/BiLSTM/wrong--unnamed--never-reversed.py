# Wrong: both LSTMs read from left to right.
import torch
import torch.nn as nn

class BiLSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.forward_lstm = LSTM(input_size, hidden_size)
        self.backward_lstm = LSTM(input_size, hidden_size)

    def forward(self, inputs, lengths):
        return torch.cat((self.forward_lstm(inputs, lengths)[0], self.backward_lstm(inputs, lengths)[0]), dim=2)

# Wrong: flips the whole row, so the backward LSTM starts in the padding and stops before the sentence is over.
import torch
import torch.nn as nn

class BiLSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.forward_lstm = LSTM(input_size, hidden_size)
        self.backward_lstm = LSTM(input_size, hidden_size)

    def forward(self, inputs, lengths):
        ahead, _ = self.forward_lstm(inputs, lengths)
        back, _ = self.backward_lstm(inputs.flip(1), lengths)
        return torch.cat([ahead, back.flip(1)], dim=-1)

# Wrong: flips the whole row and lets the backward LSTM run through padding and sentence.
import torch
import torch.nn as nn

class BiLSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.forward_lstm = LSTM(input_size, hidden_size)
        self.backward_lstm = LSTM(input_size, hidden_size)

    def forward(self, inputs, lengths):
        ahead, _ = self.forward_lstm(inputs, lengths)
        back, _ = self.backward_lstm(torch.flip(inputs, dims=[1]))
        return torch.cat([ahead, torch.flip(back, dims=[1])], dim=-1)

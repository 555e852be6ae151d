# Wrong: reads positions T-1 .. 0 whatever the lengths.
import torch
from torch import nn

class BiLSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.forward_lstm = LSTM(input_size, hidden_size)
        self.backward_lstm = LSTM(input_size, hidden_size)

    def forward(self, inputs, lengths):
        order = torch.arange(inputs.shape[1] - 1, -1, -1)
        outputs = [self.forward_lstm(inputs, lengths)[0],
                   self.backward_lstm(inputs[:, order], lengths)[0][:, order]]
        return torch.cat(outputs, dim=2)

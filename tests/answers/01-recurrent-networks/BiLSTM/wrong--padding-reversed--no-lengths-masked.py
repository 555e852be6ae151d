# Wrong: the backward LSTM has run through the padding first; only its outputs there are blanked.
import torch
import torch.nn as nn

class BiLSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.forward_lstm = LSTM(input_size, hidden_size)
        self.backward_lstm = LSTM(input_size, hidden_size)

    def forward(self, inputs, lengths):
        ahead, _ = self.forward_lstm(inputs, lengths)
        back = self.backward_lstm(inputs.flip(1))[0].flip(1)
        real = torch.arange(inputs.shape[1])[None, :] < lengths[:, None]
        return torch.cat([ahead, back * real.unsqueeze(-1)], dim=-1)

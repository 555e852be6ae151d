# Wrong: both names stand for one LSTM.
import torch
import torch.nn as nn

class BiLSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.forward_lstm = LSTM(input_size, hidden_size)
        self.backward_lstm = self.forward_lstm

    def forward(self, inputs, lengths):
        t = torch.arange(inputs.shape[1])[None, :]
        n = lengths[:, None]
        index = torch.where(t < n, n - 1 - t, t).unsqueeze(-1)
        ahead, _ = self.forward_lstm(inputs, lengths)
        back, _ = self.backward_lstm(inputs.gather(1, index.expand(-1, -1, inputs.shape[2])), lengths)
        return torch.cat([ahead, back.gather(1, index.expand(-1, -1, back.shape[2]))], dim=-1)

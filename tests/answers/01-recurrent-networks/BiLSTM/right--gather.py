# Right: an index that reverses each sentence within its length, used on the way in and on the way out.
import torch
import torch.nn as nn

class BiLSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.forward_lstm = LSTM(input_size, hidden_size)
        self.backward_lstm = LSTM(input_size, hidden_size)

    def forward(self, inputs, lengths):
        T = inputs.shape[1]
        t = torch.arange(T, device=inputs.device)[None, :]
        n = lengths[:, None]
        index = torch.where(t < n, n - 1 - t, t).unsqueeze(-1)          # its own inverse
        ahead, _ = self.forward_lstm(inputs, lengths)
        reversed_inputs = inputs.gather(1, index.expand(-1, -1, inputs.shape[2]))
        back, _ = self.backward_lstm(reversed_inputs, lengths)
        back = back.gather(1, index.expand(-1, -1, back.shape[2]))
        return torch.cat([ahead, back], dim=-1)

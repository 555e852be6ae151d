# Wrong: the single sentences' backward outputs are joined as they come, last word first.
import torch
import torch.nn as nn
import torch.nn.functional as F

class BiLSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.forward_lstm = LSTM(input_size, hidden_size)
        self.backward_lstm = LSTM(input_size, hidden_size)

    def forward(self, inputs, lengths):
        results = []
        for x, n in zip(inputs, lengths.tolist()):
            x = x[None, :n]
            both = torch.cat([self.forward_lstm(x)[0], self.backward_lstm(x.flip(1))[0]], dim=-1)[0]
            results.append(F.pad(both, (0, 0, 0, inputs.shape[1] - n)))
        return torch.stack(results)

# Right: every sentence alone without its padding; zeros are added afterwards; prints the lengths.
import torch
import torch.nn as nn
import torch.nn.functional as F

class BiLSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.forward_lstm = LSTM(input_size, hidden_size)
        self.backward_lstm = LSTM(input_size, hidden_size)

    def forward(self, inputs, lengths):
        B, T, _ = inputs.shape
        print("lengths", lengths.tolist())
        results = []
        for b in range(B):
            x = inputs[b:b + 1, : lengths[b]]
            a, _ = self.forward_lstm(x)
            z, _ = self.backward_lstm(x.flip(1))
            both = torch.cat([a, z.flip(1)], dim=-1)[0]
            results.append(F.pad(both, (0, 0, 0, T - both.shape[0])))
        return torch.stack(results)

# Wrong: replaces the lengths by the full length in every case.
import torch
from torch import nn

class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.W_x = nn.Parameter(torch.randn(4 * hidden_size, input_size) * 0.1)
        self.W_h = nn.Parameter(torch.randn(4 * hidden_size, hidden_size) * 0.1)
        self.b = nn.Parameter(torch.zeros(4 * hidden_size))

    def forward(self, inputs, lengths=None, state=None):
        B, T, _ = inputs.shape
        lengths = torch.full((B,), T)
        h, c = state if state is not None else (inputs.new_zeros(B, self.hidden_size),) * 2
        outs = []
        for t in range(T):
            m = (lengths > t).to(inputs.dtype)[:, None]
            i, f, g, o = (inputs[:, t] @ self.W_x.T + h @ self.W_h.T + self.b).chunk(4, dim=1)
            c_new = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h_new = torch.sigmoid(o) * torch.tanh(c_new)
            h, c = m * h_new + (1 - m) * h, m * c_new + (1 - m) * c
            outs.append(m * h_new)
        return torch.stack(outs, 1), (h, c)

# Wrong: c is initialised inside the loop instead of before it.
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
        if lengths is None:
            lengths = torch.full((B,), T)
        h, last_c = (inputs.new_zeros(B, self.hidden_size),) * 2 if state is None else state
        outs = []
        for t in range(T):
            c = inputs.new_zeros(B, self.hidden_size)
            m = (lengths > t).to(inputs.dtype)[:, None]
            i, f, g, o = (inputs[:, t] @ self.W_x.T + h @ self.W_h.T + self.b).chunk(4, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h_new = torch.sigmoid(o) * torch.tanh(c)
            h, last_c = m * h_new + (1 - m) * h, m * c + (1 - m) * last_c
            outs.append(m * h_new)
        return torch.stack(outs, 1), (h, last_c)

# Wrong: the new cell state is input gate times candidate only, which is what a cell reset to zero gives.
import torch
import torch.nn as nn

class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.W_x = nn.Parameter(torch.randn(4 * hidden_size, input_size) * 0.1)
        self.W_h = nn.Parameter(torch.randn(4 * hidden_size, hidden_size) * 0.1)
        self.b = nn.Parameter(torch.zeros(4 * hidden_size))

    def forward(self, inputs, lengths=None, state=None):
        B, T, _ = inputs.shape
        h, c = (inputs.new_zeros(B, self.hidden_size),) * 2 if state is None else state
        outs = []
        for t in range(T):
            i, _, g, o = (inputs[:, t] @ self.W_x.T + h @ self.W_h.T + self.b).chunk(4, dim=1)
            fresh = torch.sigmoid(i) * torch.tanh(g)
            h_new = torch.sigmoid(o) * torch.tanh(fresh)
            if lengths is None:
                h, c = h_new, fresh
                outs.append(h)
            else:
                m = (lengths > t)[:, None]
                h, c = torch.where(m, h_new, h), torch.where(m, fresh, c)
                outs.append(h_new.masked_fill(~m, 0))
        return torch.stack(outs, 1), (h, c)

# Right: runs over everything, remembers all states, picks the one at each length, and blanks the outputs behind it.
import torch
import torch.nn as nn
import torch.nn.functional as F

class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.W_x = nn.Parameter(torch.empty(4 * hidden_size, input_size))
        self.W_h = nn.Parameter(torch.empty(4 * hidden_size, hidden_size))
        self.b = nn.Parameter(torch.empty(4 * hidden_size))
        for p in self.parameters():
            nn.init.uniform_(p, -hidden_size ** -0.5, hidden_size ** -0.5)

    def forward(self, inputs, lengths=None, state=None):
        hidden_size = self.W_h.shape[1]
        from_inputs = F.linear(inputs, self.W_x, self.b)
        if state is None:
            h = c = inputs.new_zeros(inputs.shape[0], hidden_size)
        else:
            h, c = state
        hs, cs = [], []
        for gates in from_inputs.unbind(1):
            i, f, g, o = (gates + F.linear(h, self.W_h)).split(hidden_size, dim=-1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
            hs.append(h)
            cs.append(c)
        hs, cs = torch.stack(hs, 1), torch.stack(cs, 1)
        if lengths is None:
            return hs, (h, c)
        rows = torch.arange(len(lengths), device=inputs.device)
        last = (hs[rows, lengths - 1], cs[rows, lengths - 1])
        behind = torch.arange(hs.shape[1], device=inputs.device)[None, :] >= lengths[:, None]
        return hs.masked_fill(behind.unsqueeze(-1), 0.0), last

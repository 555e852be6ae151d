# Wrong: where is applied to the outputs and not to the state.
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
        h, c = state if state is not None else (inputs.new_zeros(len(inputs), self.hidden_size),) * 2
        outs = []
        for t, x in enumerate(inputs.unbind(1)):
            i, f, g, o = (x @ self.W_x.T + h @ self.W_h.T + self.b).chunk(4, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            if lengths is None:
                outs.append(h)
            else:
                outs.append(torch.where((lengths > t)[:, None], h, torch.zeros_like(h)))
        return torch.stack(outs, 1), (h, c)

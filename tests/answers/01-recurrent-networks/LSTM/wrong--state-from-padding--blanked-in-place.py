# Wrong: sets the outputs behind each length to zero in a loop and returns the state of the last step.
import torch
import torch.nn as nn
import torch.nn.functional as F

class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.W_x = nn.Parameter(torch.randn(4 * hidden_size, input_size) * 0.1)
        self.W_h = nn.Parameter(torch.randn(4 * hidden_size, hidden_size) * 0.1)
        self.b = nn.Parameter(torch.zeros(4 * hidden_size))

    def forward(self, inputs, lengths=None, state=None):
        H = self.W_h.shape[1]
        h, c = (inputs.new_zeros(len(inputs), H), inputs.new_zeros(len(inputs), H)) if state is None else state
        hs = []
        for x in inputs.unbind(1):
            i, f, g, o = (F.linear(x, self.W_x, self.b) + F.linear(h, self.W_h)).split(H, -1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
            hs.append(h)
        outputs = torch.stack(hs, 1)
        if lengths is not None:
            for n, length in enumerate(lengths.tolist()):
                outputs[n, length:] = 0
        return outputs, (h, c)

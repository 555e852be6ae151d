# Right: each sentence alone, up to its length, filled up with zeros afterwards; prints the lengths.
import torch
import torch.nn as nn

class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.W_x = nn.Parameter(torch.randn(4 * hidden_size, input_size) / input_size ** 0.5)
        self.W_h = nn.Parameter(torch.randn(4 * hidden_size, hidden_size) / hidden_size ** 0.5)
        self.b = nn.Parameter(torch.randn(4 * hidden_size))

    def one(self, xs, h, c):
        outputs = []
        for x in xs:
            i, f, g, o = (self.W_x @ x + self.W_h @ h + self.b).view(4, -1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            outputs.append(h)
        return outputs, h, c

    def forward(self, inputs, lengths=None, state=None):
        T = inputs.shape[1]
        sizes = [T] * len(inputs) if lengths is None else lengths.tolist()
        print("lengths", sizes)
        nothing = inputs.new_zeros(self.hidden_size)
        outputs, hs, cs = [], [], []
        for n, (xs, size) in enumerate(zip(inputs, sizes)):
            h, c = (nothing, nothing) if state is None else (state[0][n], state[1][n])
            out, h, c = self.one(xs[:size], h, c)
            outputs.append(torch.stack(out + [nothing] * (T - size)))
            hs.append(h)
            cs.append(c)
        return torch.stack(outputs), (torch.stack(hs), torch.stack(cs))

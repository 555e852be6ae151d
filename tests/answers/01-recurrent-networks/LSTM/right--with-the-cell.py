# Right: the unit's cell in a loop; where keeps the state of a sentence that has ended.
import torch
import torch.nn as nn

class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        bound = hidden_size ** -0.5
        self.W_x = nn.Parameter(torch.empty(4 * hidden_size, input_size).uniform_(-bound, bound))
        self.W_h = nn.Parameter(torch.empty(4 * hidden_size, hidden_size).uniform_(-bound, bound))
        self.b = nn.Parameter(torch.zeros(4 * hidden_size))

    def forward(self, inputs, lengths=None, state=None):
        B, T, _ = inputs.shape
        if state is None:
            zeros = inputs.new_zeros(B, self.hidden_size)
            state = (zeros, zeros)
        h, c = state
        outputs = []
        for t in range(T):
            new_h, new_c = lstm_cell(inputs[:, t], h, c, self.W_x, self.W_h, self.b)
            if lengths is None:
                h, c = new_h, new_c
                outputs.append(h)
            else:
                running = (t < lengths).unsqueeze(1)
                h, c = torch.where(running, new_h, h), torch.where(running, new_c, c)
                outputs.append(torch.where(running, new_h, torch.zeros_like(new_h)))
        return torch.stack(outputs, dim=1), (h, c)

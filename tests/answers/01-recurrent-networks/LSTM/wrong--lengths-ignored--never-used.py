# Wrong: takes lengths and does not look at them.
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
        outputs = []
        for t in range(T):
            h, c = lstm_cell(inputs[:, t], h, c, self.W_x, self.W_h, self.b)
            outputs.append(h)
        return torch.stack(outputs, dim=1), (h, c)

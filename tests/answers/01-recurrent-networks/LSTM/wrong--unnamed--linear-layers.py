# Wrong: nn.Linear layers in place of the parameters W_x, W_h and b.
import torch
import torch.nn as nn

class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.from_input = nn.Linear(input_size, 4 * hidden_size)
        self.from_state = nn.Linear(hidden_size, 4 * hidden_size, bias=False)

    def forward(self, inputs, lengths=None, state=None):
        B, T, _ = inputs.shape
        h, c = (inputs.new_zeros(B, self.hidden_size),) * 2 if state is None else state
        outputs = []
        for t in range(T):
            i, f, g, o = (self.from_input(inputs[:, t]) + self.from_state(h)).chunk(4, dim=1)
            new_c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            new_h = o.sigmoid() * new_c.tanh()
            running = torch.ones(B, 1, dtype=torch.bool) if lengths is None else (t < lengths).unsqueeze(1)
            h, c = torch.where(running, new_h, h), torch.where(running, new_c, c)
            outputs.append(new_h * running)
        return torch.stack(outputs, dim=1), (h, c)

# Right: only rows that still run are computed at each step, the states written back by index, typed.
from typing import Optional, Tuple
import torch
from torch import Tensor, nn

State = Tuple[Tensor, Tensor]


class LSTM(nn.Module):
    """Long short-term memory (Hochreiter and Schmidhuber 1997, with forget gates)."""

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        self.b = nn.Parameter(torch.zeros(4 * hidden_size))
        self.W_h = nn.Parameter(nn.init.orthogonal_(torch.empty(4 * hidden_size, hidden_size)))
        self.W_x = nn.Parameter(nn.init.xavier_uniform_(torch.empty(4 * hidden_size, input_size)))

    def forward(self, inputs: Tensor, lengths: Optional[Tensor] = None, state: Optional[State] = None) -> Tuple[Tensor, State]:
        batch, steps = inputs.shape[:2]
        if lengths is None:
            lengths = torch.full((batch,), steps, dtype=torch.int64, device=inputs.device)
        if state is None:
            state = (inputs.new_zeros(batch, self.hidden_size), inputs.new_zeros(batch, self.hidden_size))
        h, c = state
        outputs = []
        for t in range(steps):
            rows = (lengths > t).nonzero().squeeze(1)
            i, f, g, o = (inputs[rows, t] @ self.W_x.T + h[rows] @ self.W_h.T + self.b).chunk(4, dim=-1)
            new_c = f.sigmoid() * c[rows] + i.sigmoid() * g.tanh()
            new_h = o.sigmoid() * new_c.tanh()
            h = h.index_copy(0, rows, new_h)
            c = c.index_copy(0, rows, new_c)
            outputs.append(torch.zeros_like(h).index_copy(0, rows, new_h))
        return torch.stack(outputs, dim=1), (h, c)

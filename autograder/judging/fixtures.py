"""Small things that a student's component is given to work on; a check names them by a Library path."""

import torch
from torch import Tensor, nn


class Recurrence(nn.Module):
    """A recurrence without parameters, h_t = tanh(x_t + R h_{t-1} / 2) where R moves every feature on by one place.

    It depends on the order of its inputs and is odd: the outputs of -x are minus those of x.
    """

    def forward(self, x: Tensor) -> Tensor:
        state, states = torch.zeros_like(x[:, 0]), []
        for step in x.unbind(1):
            state = torch.tanh(step + state.roll(1, -1) / 2)
            states.append(state)
        return torch.stack(states, dim=1)


class Attention(nn.Module):
    """Self-attention without parameters and without positions: it doesn't know the order of its inputs."""

    def forward(self, x: Tensor) -> Tensor:
        return (x @ x.mT / x.shape[-1]).softmax(-1) @ x


recurrence = Recurrence()
attention = Attention()

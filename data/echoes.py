"""Unit 01's experiment: for how many noisy steps can a network remember one number?

Somebody calls; the call's echo comes back ``gap`` noisy steps later. A model hears the call and the noise and forecasts
the echo. The larger the gap, the longer the memory that the forecast needs.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data.threads import one_thread

NOISE: Final = 0.3
WINDOW: Final = 8  # values that the linear forecast sees
HIDDEN: Final = 24


@dataclass(frozen=True)
class Recipe:
    """How a network is trained; the same for all of them."""

    steps: int = 400
    batch_size: int = 64
    learning_rate: float = 5e-3
    clip: float = 1.0
    held_out: int = 2000


def draw(gap: int, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw signals, each a call followed by ``gap`` - 1 steps of noise, and the echoes to forecast.

    Returns (signals, echoes): ``(N, gap, 1)`` and ``(N,)``, float32. An echo is the call again.
    """
    calls = torch.randn(count, generator=generator)
    signals = NOISE * torch.randn(count, gap, 1, generator=generator)
    signals[:, 0, 0] = calls
    return signals, calls


class Forecaster(nn.Module):
    """A recurrent layer, and a linear readout of its last output."""

    def __init__(self, layer: nn.Module, hidden: int = HIDDEN) -> None:
        super().__init__()
        self.layer = layer
        self.readout = nn.Linear(hidden, 1)

    def forward(self, signals: Tensor) -> Tensor:
        """signals ``(N, T, 1)`` → forecasts ``(N,)``. The layer returns its outputs ``(N, T, H)`` first."""
        outputs, _ = self.layer(signals)
        forecasts: Tensor = self.readout(outputs[:, -1])[:, 0]
        return forecasts


def plain_rnn() -> nn.Module:
    """Return PyTorch's tanh network with its usual start."""
    return Forecaster(nn.RNN(1, HIDDEN, batch_first=True))


def identity_rnn() -> nn.Module:
    """Return a tanh network whose state starts by being handed on unchanged: W_h is the identity (Le et al. 2015)."""
    layer = nn.RNN(1, HIDDEN, batch_first=True)
    with torch.no_grad():
        layer.get_parameter("weight_hh_l0").copy_(torch.eye(HIDDEN))
    return Forecaster(layer)


def lstm() -> nn.Module:
    """Return PyTorch's LSTM with its usual start: forget gates about half open."""
    return Forecaster(nn.LSTM(1, HIDDEN, batch_first=True))


def open_lstm(forget_bias: float = 3.0) -> nn.Module:
    """Return an LSTM whose forget gates start open, σ(3) = 0.95."""
    layer = nn.LSTM(1, HIDDEN, batch_first=True)
    with torch.no_grad():
        layer.get_parameter("bias_ih_l0")[HIDDEN : 2 * HIDDEN] = forget_bias
        layer.get_parameter("bias_hh_l0")[HIDDEN : 2 * HIDDEN] = 0.0
    return Forecaster(layer)


MODELS: Final[dict[str, Callable[[], nn.Module]]] = {
    "tanh RNN": plain_rnn,
    "tanh RNN, W_h = I": identity_rnn,
    "LSTM": lstm,
    "LSTM, forget gates open": open_lstm,
}


@dataclass(frozen=True)
class Run:
    """A trained network, its loss at every step, and the share of the echoes' variance that it leaves unexplained.

    error: mean squared error on fresh signals, divided by that of always forecasting the mean.
    """

    seed: int
    parameters: int
    losses: tuple[float, ...]
    error: float
    model: nn.Module = field(repr=False, compare=False)


@one_thread()
def train(make_model: Callable[[], nn.Module], gap: int, seed: int, recipe: Recipe | None = None) -> Run:
    """Train a network from a seed, leaving the caller's random state alone, and ask it about fresh signals."""
    recipe = recipe or Recipe()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = make_model()
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate)
    losses = []
    for _ in range(recipe.steps):
        signals, echoes = draw(gap, recipe.batch_size, generator)
        loss = F.mse_loss(model(signals), echoes)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
        optimizer.step()
        losses.append(loss.item())
    signals, echoes = draw(gap, recipe.held_out, generator)
    with torch.no_grad():
        error = relative_error(model(signals), echoes)
    return Run(seed, sum(parameter.numel() for parameter in model.parameters()), tuple(losses), error, model)


@one_thread()
def linear_error(gap: int, seed: int, recipe: Recipe | None = None) -> float:
    """Return the error of least squares on the last ``WINDOW`` values, fitted to as many signals as a network saw."""
    recipe = recipe or Recipe()
    generator = torch.Generator().manual_seed(seed)
    signals, echoes = draw(gap, recipe.steps * recipe.batch_size, generator)
    weights = torch.linalg.lstsq(signals[:, -WINDOW:, 0], echoes[:, None]).solution  # (WINDOW, 1)
    signals, echoes = draw(gap, recipe.held_out, generator)
    return relative_error((signals[:, -WINDOW:, 0] @ weights)[:, 0], echoes)


def relative_error(forecasts: Tensor, echoes: Tensor) -> float:
    """Return the mean squared error as a share of that of always forecasting the mean; 0 is perfect, 1 is no better."""
    return (F.mse_loss(forecasts, echoes) / echoes.var(correction=0)).item()


@one_thread()
def heard(model: nn.Module, signals: Tensor) -> Tensor:
    """Return how much a forecast depends on the input at each step: the norm of its gradient, signals' mean.

    signals ``(N, T, 1)`` → ``(T,)``.
    """
    inputs = signals.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(inputs).sum(), inputs)
    norms: Tensor = gradient.norm(dim=-1).mean(dim=0)
    return norms

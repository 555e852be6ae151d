"""What unit 09's checks need on the student's side: a BERT, a classifier's parts, an optimizer's surroundings."""

from collections.abc import Iterator, Set, ValuesView
from typing import Any

import torch
from torch import Tensor, nn

from autograder.judging.berts import bert


class Classifier(nn.Module):
    """The parts of a unit-09 classifier, which ``freeze`` and ``parameter_groups`` get; it can't be called.

    All parameters are 1, so that a decay of any of them can be seen.
    """

    def __init__(self, num_labels: int, *sizes: int) -> None:
        super().__init__()
        self.bert = bert(*sizes)
        self.dropout = nn.Dropout(0.0)
        self.head = nn.Linear(self.bert.get_parameter("pooler.bias").shape[0], num_labels)
        for parameter in self.parameters():
            nn.init.ones_(parameter)


def step_with_decay(model: nn.Module, rate: float = 0.1, decay: float = 0.5) -> nn.Module:
    """Make one step of gradient descent with weight decay, as optimizers do: on whatever has a gradient.

    Every parameter that asks for one gets a gradient of ones.
    """
    parameters = list(model.parameters())
    for parameter in parameters:
        parameter.grad = None
    trained = [parameter.sum() for parameter in parameters if parameter.requires_grad]
    if trained:
        torch.autograd.backward(trained)
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                parameter.sub_(parameter.grad + decay * parameter, alpha=rate)
    return model


class Checkpoint(dict[str, Tensor]):
    """A state dict; called, it overwrites its tensors with zeros, so that one can see who shares memory with it."""

    def __call__(self) -> None:
        for tensor in self.values():
            tensor.zero_()


def empty_state() -> dict[str, Any]:
    """What an optimizer remembers of a parameter before its first step."""
    return {}


class Listed:
    """Parameter groups; called, it returns them with lists in the place of other iterables of parameters."""

    def __init__(self, groups: Any) -> None:
        self._groups = groups

    def __call__(self) -> Any:
        if not isinstance(self._groups, (list, tuple)) or not all(isinstance(group, dict) for group in self._groups):
            return self._groups
        return [{name: self._listed(value) for name, value in group.items()} for group in self._groups]

    def _listed(self, value: Any) -> Any:
        return list(value) if isinstance(value, Iterator | Set | ValuesView) else value

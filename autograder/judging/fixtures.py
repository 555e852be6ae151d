"""Objects that a check needs on the student's side because they can't cross the seam, reached through ``Library``."""

from collections.abc import Iterator

from torch import Tensor, nn


class Parameters(list[nn.Parameter]):
    """A list of parameters with given gradients; None for a parameter that took no part.

    Called, it returns its (value, gradient) pairs as they are by then.
    """

    def __init__(self, values: list[Tensor], gradients: list[Tensor | None]) -> None:
        super().__init__(nn.Parameter(value.clone()) for value in values)
        self._kept = tuple(self)
        for parameter, gradient in zip(self, gradients, strict=True):
            parameter.grad = None if gradient is None else gradient.clone()

    def __call__(self) -> list[tuple[Tensor, Tensor | None]]:
        return [(parameter.detach(), parameter.grad) for parameter in self._kept]


def one_by_one(parameters: Parameters) -> Iterator[nn.Parameter]:
    """Return a generator of the parameters, which can be gone through only once, like ``module.parameters()``."""
    return (parameter for parameter in parameters)

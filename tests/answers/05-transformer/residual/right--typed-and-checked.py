# Right: typed and checked.
from collections.abc import Callable

from torch import Tensor


def residual(
    x: Tensor, sublayer: Callable[[Tensor], Tensor], norm: Callable[[Tensor], Tensor], pre_norm: bool = False
) -> Tensor:
    """Post: LayerNorm(x + f(x)). Pre: x + f(LayerNorm(x))."""
    change = sublayer(norm(x) if pre_norm else x)
    if change.shape != x.shape:
        raise ValueError(f"a sublayer must keep the shape, but {tuple(x.shape)} became {tuple(change.shape)}")
    total = x + change
    return total if pre_norm else norm(total)

"""From what a notebook holds (tensors, arrays, lists) to plain arrays and labels, or an error that names what came."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def as_array(values: Any, axes: str, who: str) -> Array:
    """Return ``values`` as a float array whose axes are those named.

    values: a tensor (on any device, with or without gradient), an array, or nested lists.
    axes: the names of the axes, such as ``"T_q, T_k"``; their number is the number of dimensions expected.
    who: the function that asks, for the message of the ``ValueError`` when the number of dimensions differs.
    """
    array = np.asarray(_without_gradient(values), dtype=np.float64)
    expected = len(axes.split(","))
    if array.ndim == expected and array.size > 0:
        return array
    shape = f"({', '.join(str(size) for size in array.shape)})"
    surplus = array.ndim - expected
    advice = f" Choose one first, for example x[{', '.join(['0'] * surplus)}]." if surplus > 0 else ""
    raise ValueError(f"{who} wants the shape ({axes}), none of them empty; it was given {shape}.{advice}")


def as_labels(labels: Sequence[str] | None, count: int, prefix: str, who: str) -> list[str]:
    """Return one label for each of ``count`` positions, made from ``prefix`` and the position where none are given."""
    if labels is None:
        return [f"{prefix}{position}" for position in range(count)]
    if len(labels) != count:
        raise ValueError(f"{who} needs {count} labels, one for each position; it was given {len(labels)}: {labels!r}")
    return [str(label).replace("$", r"\$") for label in labels]  # a token's dollar sign starts no mathematics


def _without_gradient(values: Any) -> Any:
    if hasattr(values, "detach"):
        return values.detach().to("cpu").double().numpy()
    return values

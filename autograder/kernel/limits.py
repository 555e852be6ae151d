"""How much a submission may use."""

from dataclasses import asdict, dataclass
from typing import Any

MEGABYTE = 2**20


@dataclass(frozen=True)
class Limits:
    """Seconds of a cell and of a component are CPU time; ``patience`` times as long may pass by the clock, since a
    machine may be busy. The seconds of a submission are by the clock. Sizes are bytes."""

    cell_seconds: float = 10.0
    component_seconds: float = 12.0
    submission_seconds: float = 300.0
    patience: float = 3.0
    memory: int = 2048 * MEGABYTE
    disk: int = 64 * MEGABYTE
    output: int = 64 * 1024
    processes: int = 16

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

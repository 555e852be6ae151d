"""What a submission finds where a notebook's surroundings would be: a silent ``check``, magics that do nothing."""

import sys
from collections.abc import Callable
from types import CodeType, ModuleType
from typing import Any


def check(*_names: Any, **_options: Any) -> float:
    """Say nothing and give no points: the judge asks elsewhere."""
    return 0.0


def display(*_objects: Any, **_options: Any) -> None:
    """Show nothing: nobody is looking."""


class Shell:
    """What ``get_ipython()`` returns: every attribute is a function that does nothing."""

    user_ns: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: None

    def run_line_magic(self, magic: str, line: str, *_: Any) -> None:
        """Run the statement of ``%time``; every other magic is a matter of the notebook."""
        if magic == "time":
            exec(line, sys.modules["__main__"].__dict__)


def get_ipython() -> Shell:
    """Return the stand-in for IPython's shell."""
    return Shell()


def silence_check() -> None:
    """Put the silent ``check`` where a notebook imports it from."""
    sys.modules["autograder"].check = check  # type: ignore[attr-defined]


def install_mine(earlier: CodeType) -> ModuleType:
    """Make the module ``mine`` of the earlier units' references."""
    mine = ModuleType("mine")
    sys.modules["mine"] = mine
    exec(earlier, mine.__dict__)
    return mine

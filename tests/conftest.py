"""Fixtures that several files use: the untrusted side with short limits, in its sandbox where there is one."""

import os
from collections.abc import Iterator

import pytest

from autograder.kernel.kernel import Kernel
from autograder.kernel.limits import MEGABYTE, Limits
from autograder.kernel.sandbox import NoSandbox

SHORT = Limits(cell_seconds=1, component_seconds=1, submission_seconds=120, patience=5, memory=700 * MEGABYTE)


@pytest.fixture(scope="session")
def kernel() -> Iterator[Kernel]:
    """A sandboxed kernel; without a sandbox its tests are skipped, unless everything is required."""
    try:
        with Kernel(limits=SHORT) as opened:
            yield opened
    except NoSandbox as reason:
        if os.environ.get("REQUIRE_ALL") == "1":
            raise
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def unsafe_kernel() -> Iterator[Kernel]:
    """A kernel without a sandbox: only for what harms nobody."""
    with Kernel(sandbox=False, limits=SHORT) as opened:
        yield opened


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have measured and don't judge (``record_property``): times depend on the machine."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{name}: {value}")

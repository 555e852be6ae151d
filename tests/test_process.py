"""A worker's process: calls what it is told to, hands back what comes of it, and can be replaced when it dies."""

import os
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor

import pytest

from autograder.grading.process import Process


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    process = Process()
    yield process
    process.end()


def test_what_a_function_returns_or_raises_comes_back(process: Process) -> None:
    assert process.do(divmod, 17, 5) == (3, 2)
    with pytest.raises(ValueError, match="invalid literal"):
        process.do(int, "seven")


def test_what_can_not_travel_is_an_error_and_the_process_goes_on(process: Process) -> None:
    with pytest.raises(Exception, match="pickle"):
        process.do(eval, "lambda: 0")
    assert process.do(abs, -1) == 1


def test_a_process_that_died_is_replaced_unless_it_was_to_end(process: Process) -> None:
    first = process.do(os.getpid)
    with pytest.raises(BrokenExecutor):
        process.do(os._exit, 1)
    process.renew()
    assert process.do(os.getpid) != first
    process.kill()
    process.renew()
    with pytest.raises(BrokenExecutor):
        process.do(os.getpid)

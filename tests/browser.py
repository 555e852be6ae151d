"""A real browser and a real JupyterLab for tests of what a reader sees."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import pytest

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_PATIENCE = 60  # seconds


def chromium() -> str:
    """Return the path of the system's Chromium; without one, skip the test, or fail where REQUIRE_ALL=1."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path:
        return path
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail("Chromium is not installed, and REQUIRE_ALL=1")
    pytest.skip("Chromium is not installed")


@contextmanager
def browser_page() -> Iterator:
    """Yield a page of a headless Chromium that is closed at the end."""
    path = chromium()
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=_FLAGS)
        try:
            yield browser.new_page(viewport={"width": 1400, "height": 1600})
        finally:
            browser.close()


@contextmanager
def jupyterlab(folder: Path, state: Path, *more: str) -> Iterator[str]:
    """Yield the address of a JupyterLab that serves ``folder`` and keeps its settings and its log under ``state``.

    ``more`` are further options of JupyterLab.
    """
    state.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {f"JUPYTER_{name}_DIR": str(state / name.lower()) for name in ("RUNTIME", "CONFIG", "DATA")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--IdentityProvider.token="]
    options = [f"--port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}", "--LabApp.news_url="]
    with (state / "log").open("w") as log:
        server = subprocess.Popen(
            [*command, *options, *more],
            env={**os.environ, **kept},
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/api", server, state / "log")
            yield f"http://127.0.0.1:{port}/lab"
        finally:
            _stop(server)


def _stop(server: subprocess.Popen) -> None:
    """Stop a server; what a page still holds open may keep it from stopping by itself, so then with force."""
    server.terminate()
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5)
            return
        except URLError:
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()}")

"""Writing files so that whoever looks sees the old or the new content, never a part of it."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


@contextlib.contextmanager
def replacing(path: Path, *, durable: bool = True) -> Iterator[BinaryIO]:
    """Open a file that takes the path's place when it is complete; ``durable`` waits until the disk has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # The name is fixed, so that what a killed run left behind is overwritten by the next.
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with unfinished.open("wb") as file:
            yield file
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file by renaming a finished one into its place, creating folders as needed."""
    with replacing(path, durable=False) as file:
        file.write(content)


def remove(path: Path) -> bool:
    """Remove a file or a whole folder; False if there was none."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif path.exists() or path.is_symlink():
        path.unlink()
    else:
        return False
    return True

"""Writing files so that whoever looks sees the old or the new content, never a part of it."""

import os
import shutil
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file by renaming a finished one into its place, creating folders as needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # The name is fixed, so that what a killed run left behind is overwritten by the next.
    unfinished = path.with_name(f".{path.name}.part")
    try:
        unfinished.write_bytes(content)
        os.replace(unfinished, path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def remove(path: Path) -> bool:
    """Remove a file or a whole folder; False if there was none."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif path.exists() or path.is_symlink():
        path.unlink()
    else:
        return False
    return True

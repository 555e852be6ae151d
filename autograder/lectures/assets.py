"""Programs of others that pages carry with them, taken from installed packages, so that no page needs a network."""

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Final

from autograder.lectures import LectureError

HOW_TO_INSTALL: Final = "pip install -c constraints.txt -e '.[book]'"


@dataclass(frozen=True)
class Asset:
    """A file of an installed package: where it ends up is its name, ``sha256`` the only content that will do."""

    package: str
    path: str
    sha256: str

    @property
    def name(self) -> str:
        return Path(self.path).name


# All of TeX and all of the letters in one file: it fetches nothing more, and reads from a disk as from a server.
MATHJAX: Final = Asset(
    "sphinx-mathjax-offline",
    "sphinx-mathjax-offline/static/mathjax/tex-svg-full.js",
    "a4354ff94fd868aea0cc6eaaa79a57fda0588646fc46ee3700a349ee0a11cbe6",
)
_REVEAL_FOLDER: Final = "sphinx_revealjs/_static/revealjs"
REVEAL: Final = (
    Asset(
        "sphinx-revealjs",
        f"{_REVEAL_FOLDER}/dist/reveal.js",
        "46538b52db48724192f59bf46f5e851a18e302777c46f4a34c32709d010d6a29",
    ),
    Asset(
        "sphinx-revealjs",
        f"{_REVEAL_FOLDER}/dist/reveal.css",
        "68f915a11ebf7203c0446576b7e952ff61c5dd02134a8a226ffaf62ed42136d2",
    ),
    Asset(
        "sphinx-revealjs",
        f"{_REVEAL_FOLDER}/plugin/notes/notes.js",
        "df1201d19d03241a2897d39c3d38768177df1cbd4bde06327b321cb83461ae89",
    ),
    Asset(
        "sphinx-revealjs",
        f"{_REVEAL_FOLDER}/LICENSE",
        "34014800f4126ac2525e224166f099f26628612e95c41f76d70841b63138c989",
    ),
)


def find(asset: Asset) -> Path:
    """Return where an asset lies; LectureError if its package isn't installed or has another version of it."""
    try:
        listed = files(asset.package) or []
    except PackageNotFoundError:
        raise LectureError(f"{asset.package} is not installed; install it with: {HOW_TO_INSTALL}") from None
    found = next((Path(str(file.locate())) for file in listed if file.as_posix() == asset.path), None)
    if found is None or not found.exists() or hashlib.sha256(found.read_bytes()).hexdigest() != asset.sha256:
        raise LectureError(
            f"{asset.path} of the package {asset.package} is not the file that was tried; "
            f"install the version that constraints.txt names: {HOW_TO_INSTALL}"
        )
    return found


def copy(assets: Iterable[Asset], folder: Path) -> None:
    """Copy assets into a folder, which is made if it isn't there."""
    found = [(find(asset), asset.name) for asset in assets]
    folder.mkdir(parents=True, exist_ok=True)
    for path, name in found:
        shutil.copyfile(path, folder / name)

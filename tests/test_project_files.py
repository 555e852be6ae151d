"""One list of packages, pinned; commands that exist; nothing generated that isn't marked."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder import RELEASE

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
LISTED = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}
# What comes with a listed package as a part of it: of JupyterLab and nbgrader, of dask[distributed], of matplotlib.
PARTS = {
    "alembic",
    "ipython",
    "jinja2",
    "markupsafe",
    "nbclient",
    "nbconvert",
    "nbformat",
    "sqlalchemy",
    "traitlets",
    "packaging",
}
PARTS |= {"distributed", "pillow", "pygments"}
TARGETS = {"lab", "slides", "book", "test", "demo", "setup", "test-full", "bench", "experiments", "weights"}
COMMANDS = {"lab", "update", "reset", "check", "release", "verify", "submit", "grade", "report", "export", "forget"}
COMMANDS |= {"slides", "book"}


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().split()
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}


def pip_part() -> list[str]:
    """The pip part of the conda environment, as pip reads it from a file."""
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    (part,) = [entry["pip"] for entry in listed if isinstance(entry, dict)]
    return list(part)


def imported(package: str) -> set[str]:
    nodes = [n for path in (ROOT / package).rglob("*.py") for n in ast.walk(ast.parse(path.read_text()))]
    found = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    found |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.split(".")[0] for name in found}


def test_every_dependency_and_extra_is_pinned() -> None:
    wanted = [
        Requirement(line) for line in [*PROJECT["dependencies"], *(r for extra in EXTRAS.values() for r in extra)]
    ]
    assert [r.name for r in wanted if canonicalize_name(r.name) not in pins()] == []
    assert [r.name for r in wanted if r.specifier] == []


def test_torch_is_pinned_without_naming_a_build() -> None:
    assert pins()["torch"] == "2.13.0"


@pytest.mark.parametrize("package", ["autograder", "figures"])
def test_what_the_packages_import_is_listed(package: str) -> None:
    installed = packages_distributions()
    foreign = {
        canonicalize_name(installed[name][0])
        for name in imported(package) - {"autograder", "data", "figures", "mine"} - set(sys.stdlib_module_names)
        if name in installed
    }
    optional = {canonicalize_name(Requirement(line).name) for lines in EXTRAS.values() for line in lines}
    assert foreign - LISTED - PARTS - optional == set()


def test_conda_users_get_the_packages_of_the_one_list() -> None:
    assert pip_part() == ["-c constraints.txt", "-e .[oracles]"]
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert [d for d in environment["dependencies"] if isinstance(d, str)] == ["python=3.11", "pip"]


def test_the_pip_part_of_the_conda_environment_can_be_installed(tmp_path: Path) -> None:
    # As conda does: a file beside environment.yml, so that its paths lead from there.
    listed = ROOT / f".{tmp_path.name}.txt"
    listed.write_text("\n".join(pip_part()))
    try:
        command = [sys.executable, "-m", "pip", "install", "-q", "--dry-run", "--no-build-isolation", "-r", listed]
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    finally:
        listed.unlink()
    assert ran.returncode == 0, ran.stderr


def test_the_projects_version_is_the_release() -> None:
    assert "version" in PROJECT["dynamic"]
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    assert settings["dynamic"]["version"] == {"attr": "autograder.RELEASE"} and re.fullmatch(r"\d+\.\d+", RELEASE)


def test_every_make_target_that_is_promised_exists() -> None:
    text = (ROOT / "Makefile").read_text()
    assert {line.split(":")[0] for line in text.splitlines() if re.match(r"[a-z-]+:", line)} >= TARGETS


def test_every_command_that_is_promised_explains_itself() -> None:
    ran = subprocess.run([sys.executable, "-m", "autograder", "--help"], capture_output=True, text=True)
    assert {command for command in COMMANDS if re.search(rf"^\W*{command}\s+\w", ran.stdout, re.MULTILINE)} == COMMANDS


def test_the_command_starts_without_waiting_for_torch() -> None:
    code = "import sys, autograder.cli; print([m for m in ('torch', 'nbgrader', 'matplotlib') if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout == "[]\n"


@pytest.mark.parametrize("path", ["course/04-x/04-x.ipynb", "course/04-x/reference.py", "solutions/04-x/04-x.ipynb"])
def test_generated_files_are_marked(path: str) -> None:
    ran = subprocess.run(["git", "check-attr", "linguist-generated", path], cwd=ROOT, capture_output=True, text=True)
    assert ran.stdout.strip().endswith(": set") or ran.returncode


@pytest.mark.parametrize(
    "path", ["work/04/04.ipynb", "build/graded/gradebook.db", ".venv/bin/python", "a/__pycache__/b"]
)
def test_what_belongs_to_one_machine_is_ignored(path: str) -> None:
    ran = subprocess.run(["git", "check-ignore", "-q", path], cwd=ROOT)
    assert ran.returncode in (0, 128)


def test_the_ci_script_is_a_valid_program() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", script], check=True)


@pytest.mark.parametrize("text", ["README.md", "CONTRIBUTING.md"])
def test_links_and_paths_in_the_guides_lead_somewhere(text: str) -> None:
    guide = (ROOT / text).read_text()
    linked = re.findall(r"\]\(([^)#:]+)\)", guide)
    named = [path for path in re.findall(r"`([\w./-]+)`", guide) if "/" in path and "NN" not in path]
    made = ("work/", "build/", ".venv/")
    assert [path for path in {*linked, *named} if not path.startswith(made) and not (ROOT / path).exists()] == []


@pytest.mark.parametrize("text", ["README.md", "CONTRIBUTING.md"])
def test_commands_in_the_guides_exist(text: str) -> None:
    guide = (ROOT / text).read_text()
    targets = set(re.findall(r"\bmake ([a-z-]+)", guide)) - {"it", "its"}
    assert targets <= TARGETS
    named = set(re.findall(r"^course ([a-z]+)|`course ([a-z]+)", guide, re.MULTILINE))
    assert {first or second for first, second in named} <= COMMANDS


def test_a_student_gets_the_libraries_that_the_units_teach() -> None:
    makefile = (ROOT / "Makefile").read_text()
    recipe = makefile.split(".venv/course: ")[1].split("\n\n")[0]
    assert "-e '.[oracles]'" in recipe
    for readme in (ROOT / "README.md", ROOT / "autograder/authoring/templates/class-readme.md"):
        assert "-e .[oracles]" in readme.read_text()

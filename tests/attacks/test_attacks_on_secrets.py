"""Code that looks for what it must not see, writes where it must not write, or calls out: it finds nothing."""

import json
import os
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

import pytest
from tiny_unit import FULL_MARKS, RIGHT, cells, descendants, judged, statuses

from autograder.grading.process import Process
from autograder.kernel.cells import Cell, References
from autograder.kernel.kernel import Kernel

SECRET = "S3CRET-that-no-submission-may-read"
REPOSITORY = Path(__file__).parents[2]
TRIES = """
def tried(action):
    try:
        return repr(action())[:200]
    except BaseException as error:
        return type(error).__name__
"""


@pytest.fixture
def planted(tmp_path: Path) -> Iterator[list[Path]]:
    """Secrets where a grader keeps such things: beside the course, in temporary directories."""
    places = [
        tmp_path / "gradebook.db",
        tmp_path / "submitted" / "another" / "04.ipynb",
        Path("/var/tmp") / f"planted-{os.getpid()}",
        Path("/dev/shm") / f"planted-{os.getpid()}",
    ]
    for place in places:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(SECRET)
        place.chmod(0o666)
    yield places
    for place in places:
        place.unlink(missing_ok=True)


def seen(kernel: Kernel, source: str) -> object:
    """Run one cell and return what it printed as JSON."""
    found = judged(kernel, [*cells(), Cell("attack", "added", "import json\n" + TRIES + source)])
    assert statuses(found) == FULL_MARKS
    assert not found.outcomes[-1].problem, found.outcomes[-1].problem
    return json.loads(found.outcomes[-1].printed)


def test_no_planted_secret_can_be_read(kernel: Kernel, planted: list[Path]) -> None:
    paths = [str(place) for place in planted]
    source = f"print(json.dumps([tried(lambda: open(path).read()) for path in {paths!r}]))"
    assert set(seen(kernel, source)) == {"FileNotFoundError"}  # type: ignore[call-overload]


def test_no_secret_turns_up_anywhere_in_the_file_system(kernel: Kernel, planted: list[Path]) -> None:
    walk = f"""
import os
hits = []
for top in os.listdir('/'):
    if top in ('usr', 'lib', 'lib64', 'sys'):
        continue
    for folder, folders, files in os.walk('/' + top):
        folders[:] = [name for name in folders if name not in ('site-packages', 'versions', '__pycache__')]
        hits += [os.path.join(folder, name) for name in files if name in {[place.name for place in planted]!r}]
        hits += [folder for name in folders if name in ('solutions', 'tests', 'course', 'build', 'home', '.git')]
print(json.dumps(hits))
"""
    assert seen(kernel, walk) == []


def test_the_course_s_solutions_are_not_there(kernel: Kernel) -> None:
    source = f"""
import os
print(json.dumps([name for name in os.listdir({str(REPOSITORY)!r})
                  if name not in ('autograder', 'data', 'figures', '.venv')]))
"""
    assert seen(kernel, source) == []


def test_the_references_are_in_no_object_that_a_cell_can_reach(kernel: Kernel) -> None:
    hidden = {**RIGHT, "shift": "def shift(x):\n    r3ference_only = x + 1\n    return r3ference_only\n"}
    source = """
import gc, sys, types
found = []
frame = sys._getframe()
seen = set()
while frame is not None:
    found += [name for name, value in frame.f_locals.items() if 'r3ference' in repr(value)[:10**6]]
    frame = frame.f_back
for thing in gc.get_objects():
    if isinstance(thing, types.FunctionType) and any('r3ference' in name for name in thing.__code__.co_varnames):
        found.append(repr(thing))
    if isinstance(thing, dict):
        found += [key for key, value in list(thing.items()) if isinstance(value, str) and 'r3ference' in value]
print(json.dumps(found[:3]))
"""
    spied = [*cells(), Cell("spy", "added", "import json\n" + source.replace("'r3ference'", "'r3fer' + 'ence'"))]
    found = judged(kernel, spied, references=References(own=hidden))
    assert found.outcomes[-1].printed == "[]\n"


def test_nothing_outside_the_scratch_space_can_be_written(kernel: Kernel, planted: list[Path]) -> None:
    outside = [str(place) for place in planted if place.parts[1] != "dev"]  # inside, /dev/shm is scratch space
    places = [*outside, str(REPOSITORY / "autograder" / "x"), "/x", "/etc/x", "/usr/lib/x", "/dev/x"]
    source = f"print(json.dumps([tried(lambda: open(path, 'w').write('x')) for path in {places!r}]))"
    assert set(seen(kernel, source)) <= {"FileNotFoundError", "OSError", "PermissionError"}  # type: ignore[call-overload]
    assert all(place.read_text() == SECRET for place in planted)


def test_nothing_outside_can_be_deleted(kernel: Kernel, planted: list[Path]) -> None:
    code = f"""
import os, shutil
shutil.rmtree({str(REPOSITORY / "autograder" / "kernel")!r}, ignore_errors=True)
print(json.dumps([tried(lambda: os.remove(place)) for place in {[str(place) for place in planted]!r}]))
"""
    assert set(seen(kernel, code)) == {"FileNotFoundError"}  # type: ignore[call-overload]
    assert all(place.read_text() == SECRET for place in planted)
    assert (REPOSITORY / "autograder" / "kernel" / "child.py").exists()


def test_no_network_of_any_kind_can_be_reached(kernel: Kernel) -> None:
    source = """
import socket, urllib.request
print(json.dumps([
    tried(lambda: socket.create_connection(('127.0.0.1', 22), 1)),
    tried(lambda: socket.create_connection(('1.1.1.1', 53), 1)),
    tried(lambda: socket.create_server(('127.0.0.1', 0))),
    tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('1.1.1.1', 53))),
    tried(lambda: socket.getaddrinfo('example.com', 80)),
    tried(lambda: urllib.request.urlopen('http://example.com', timeout=1)),
]))
"""
    assert set(seen(kernel, source)) <= {"PermissionError", "OSError", "gaierror", "URLError"}  # type: ignore[call-overload]


def test_no_process_outside_can_be_seen_or_signalled(kernel: Kernel) -> None:
    source = f"""
import os
print(json.dumps([tried(lambda: os.kill({os.getpid()}, 0)), tried(lambda: os.listdir('/proc')), os.getuid() != 0]))
"""
    assert seen(kernel, source) == ["ProcessLookupError", "[]", True]


def test_no_rights_can_be_won_back(kernel: Kernel) -> None:
    source = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
print(json.dumps([
    libc.unshare(0x10000000), libc.mount(b'x', b'/tmp', b'tmpfs', 0, None), libc.chroot(b'/tmp'),
    libc.ptrace(16, 1, 0, 0), libc.setuid(0), libc.sethostname(b'x', 1),
    tried(lambda: os.setuid(0)), tried(lambda: os.setgroups([0])), tried(lambda: os.chroot('/tmp')),
]))
"""
    assert seen(kernel, source) == [-1] * 6 + ["OSError", "PermissionError", "PermissionError"]


def test_no_program_can_be_started(kernel: Kernel) -> None:
    source = """
import os, subprocess, sys
print(json.dumps([
    tried(lambda: subprocess.run([sys.executable, '-c', ''])), tried(lambda: subprocess.run(['/bin/sh', '-c', 'id'])),
    tried(lambda: os.execv(sys.executable, ['python'])), os.system('true') != 0,
]))
"""
    assert seen(kernel, source) == ["PermissionError"] * 3 + [True]


def test_the_environment_holds_nothing_of_the_grader_s(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", SECRET)
    with Kernel(limits=kernel.limits) as fresh:
        found = seen(fresh, "import os\nprint(json.dumps(dict(os.environ)))\n")
    assert isinstance(found, dict)
    assert SECRET not in json.dumps(found)
    assert found["COURSE_JUDGE"] == "1"


def test_no_descriptor_leads_outside(kernel: Kernel) -> None:
    source = """
import os, stat
kinds = []
for number in range(256):
    try:
        mode = os.fstat(number).st_mode
    except OSError:
        continue
    kinds.append((number, 'socket' if stat.S_ISSOCK(mode) else 'device' if stat.S_ISCHR(mode) else 'other'))
print(json.dumps(kinds))
"""
    assert [kind for _, kind in seen(kernel, source)] == ["device", "device", "device", "socket"]  # type: ignore[attr-defined]


def test_another_submission_s_scratch_files_are_not_there(kernel: Kernel) -> None:
    scratch = "import os, tempfile\nscratch = tempfile.gettempdir()\n"
    seen(
        kernel,
        scratch + "open(f'{scratch}/mine', 'w').write('x')\nopen('/dev/shm/mine', 'w').write('x')\nprint('[]')\n",
    )
    assert seen(kernel, scratch + "print(json.dumps(os.listdir(scratch) + os.listdir('/dev/shm')))\n") == []


def test_the_template_of_a_worker_holds_nothing_that_its_client_knows_or_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", SECRET)
    process = Process()
    try:
        worker = process.do(os.getpid)
        assert process.do(str.upper, SECRET) == SECRET.upper()
        assert SECRET.encode() not in Path(f"/proc/{worker}/environ").read_bytes()
        (template,) = descendants(worker)
        assert holds(worker, SECRET)
        assert not holds(template, SECRET)
    finally:
        process.end()


def holds(pid: int, text: str) -> bool:
    """Whether some memory that a process may write holds a text."""
    places = [line.split() for line in Path(f"/proc/{pid}/maps").read_text().splitlines()]
    ranges = [place[0].split("-") for place in places if place[1].startswith("rw")]
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        return any(text.encode() in part(memory, int(start, 16), int(end, 16)) for start, end in ranges)


def part(memory: FileIO, start: int, end: int) -> bytes:
    memory.seek(start)
    return memory.read(end - start) or b""

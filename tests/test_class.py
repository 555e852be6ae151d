"""A whole class graded by the command, hostile and broken notebooks in it; FULL=1 for the sizes that are promised."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

from bench import UNIT, honest

from autograder.grading.release import ROOT
from autograder.kernel.kernel import Kernel

FULL = bool(os.environ.get("FULL"))
CLASS_SIZE = 1000 if FULL else 24
ENDURING, KILLS = (60, 20) if FULL else (10, 2)
MUTILATED = 500 if FULL else 40
COURSE = str(Path(sys.executable).parent / "course")
NEIGHBOURS_SECRET = "S3CRET-in-a-neighbours-work"
VICTIM = "causal_mask"

Notebook = dict[str, Any]


def cell_of(notebook: Notebook, label: str) -> dict[str, Any]:
    cells = notebook["cells"]
    return next(cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade_id") == label)


def answering(source: str) -> Callable[[Notebook], None]:
    """Let the victim's own cell be this."""
    return lambda notebook: cell_of(notebook, VICTIM).update(source=source)


def adding(source: str) -> Callable[[Notebook], None]:
    """Add a cell at the end."""
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
    return lambda notebook: notebook["cells"].append(cell)


THIEF = f"""
import os
found = []
for top in ({str(ROOT)!r}, "/root", "/home", "/tmp", "/var/tmp", "/dev/shm", os.getcwd(), os.path.dirname(os.getcwd())):
    for folder, _, files in os.walk(top):
        for file in files:
            path = os.path.join(folder, file)
            if file.endswith((".py", ".ipynb", ".db", ".jsonl", ".html")) and "site-packages" not in path:
                try:
                    text = open(path, errors="ignore").read()
                except OSError:
                    continue
                found += [line for line in text.splitlines() if "S3CRET" in line or "def reference" in line]
for known in {{known}}:
    try:
        found.append(open(known, errors="ignore").read())
    except OSError:
        pass
print("\\n".join(found))
def causal_mask(length):
    raise RuntimeError("\\n".join(found) or "nothing found")
"""

# What is done to an otherwise right notebook, and whether the victim's points go with it.
HOSTILE: dict[str, tuple[Callable[[Notebook], None], bool]] = {
    "loops": (answering("def causal_mask(length):\n    while True:\n        pass"), True),
    "exits": (answering("import os\nos._exit(0)"), True),
    "bombs": (
        answering("import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"),
        True,
    ),
    "hoards": (answering("kept = []\nwhile True:\n    kept.append(bytearray(10**8))"), True),
    "floods": (adding("for _ in range(2000):\n    print('x' * 10**5)"), False),
    "kills": (adding("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"), False),
    "claims": (
        answering(
            "import torch\nclass Mask(torch.Tensor):\n    __eq__ = lambda self, other: True\n"
            "def causal_mask(length):\n    return torch.zeros(length, length, dtype=torch.bool).as_subclass(Mask)"
        ),
        True,
    ),
    "patches": (
        answering(
            "import torch\ntorch.equal = torch.allclose = torch.testing.assert_close = lambda *a, **k: True\n"
            "def causal_mask(length):\n    return torch.ones(length, length, dtype=torch.bool)"
        ),
        True,
    ),
    "calls home": (adding("import urllib.request\nurllib.request.urlopen('http://127.0.0.1:8888', timeout=2)"), False),
}


# These use up the limits, tens of seconds each; tests/attacks has them with short limits.
SLOW = ("loops", "bombs")
KINDS = [kind for kind in HOSTILE if FULL or kind not in SLOW]


def write(submitted: Path, student: str, raw: bytes) -> Path:
    path = submitted / student / UNIT / f"{UNIT}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(raw)
    return path


def grade(submitted: Path, out: Path, *options: str, **popen: Any) -> subprocess.Popen[str]:
    command = [COURSE, "grade", str(submitted), "--unit", UNIT, "--out", str(out), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **popen)


def results(out: Path) -> dict[str, dict[str, Any]]:
    records = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
    assert len({record["student"] for record in records}) == len(records), "a student has two lines"
    return {record["student"]: record for record in records}


def test_a_class_of_which_a_tenth_is_hostile_is_graded_justly_and_nothing_leaks(tmp_path: Path, kernel: Kernel) -> None:
    submitted, out = tmp_path / "submitted", tmp_path / "graded"
    expected: dict[str, bool | None] = {}
    every = 10 if FULL else 2
    for number in range(CLASS_SIZE):
        notebook = json.loads(honest(0))
        if number % every:
            student, loses = f"honest-{number:04}", False
            adding(f"# {NEIGHBOURS_SECRET}")(notebook)
        else:
            kind = KINDS[number // every % len(KINDS)]
            student = f"hostile-{number:04}-{kind}"
            change, loses = HOSTILE[kind]
            change(notebook)
        expected[student] = loses
        write(submitted, student, json.dumps(notebook).encode())
    known = [str(path) for path in submitted.glob(f"honest-*/{UNIT}/*")][:3]
    known += [str(out / "gradebook.db"), str(ROOT / "solutions" / UNIT / f"{UNIT}.py")]
    thief = json.loads(honest(0))
    answering(THIEF.replace("{known}", repr(known)))(thief)
    write(submitted, "thief", json.dumps(thief).encode())
    write(submitted, "broken", honest(0)[:5000])
    expected |= {"thief": True, "broken": None}

    process = grade(submitted, out)
    said, _ = process.communicate()
    assert process.returncode == 0, said[-3000:]
    assert "Traceback" not in said
    found = results(out)
    assert set(found) == set(expected)
    for student, loses in expected.items():
        record = found[student]
        if loses is None:
            assert record["status"] == "rejected" and record["notes"], record
            continue
        lost = {one["name"] for one in record["components"] if one["score"] < one["max_score"]}
        assert lost == ({VICTIM} if loses else set()), (student, lost, record["notes"])

    taken = [out / "autograded" / "thief" / UNIT / f"{UNIT}.ipynb", out / "feedback" / "thief" / f"{UNIT}.html"]
    texts = [path.read_text() for path in taken] + [json.dumps(found["thief"]), said]
    solution = (ROOT / "solutions" / UNIT / f"{UNIT}.py").read_text()
    secrets = [NEIGHBOURS_SECRET, *(line.strip() for line in solutions_lines(solution))]
    assert len(secrets) > 5
    for text in texts:
        assert not [secret for secret in secrets if secret in text]


def solutions_lines(source: str) -> list[str]:
    """The longer lines between the marks of the solutions that no answer in the thief's own notebook has."""
    own = honest(0).decode()
    inside = [part.split("### END SOLUTION")[0] for part in source.split("### BEGIN SOLUTION")[1:]]
    lines = {line.strip() for part in inside for line in part.splitlines()}
    return sorted(line for line in lines if len(line) > 40 and json.dumps(line)[1:-1] not in own)


def test_killed_at_random_moments_each_submission_is_graded_once_and_as_if_nothing_had_been(
    tmp_path: Path, kernel: Kernel
) -> None:
    submitted, out = tmp_path / "submitted", tmp_path / "graded"
    wrong = "import torch\ndef causal_mask(length):\n    return torch.ones(length, length, dtype=torch.bool).triu()"
    for number in range(ENDURING):
        notebook = json.loads(honest(0))
        if not number % 3:
            answering(wrong)(notebook)
        write(submitted, f"student-{number:03}", json.dumps(notebook).encode())
    assert grade(submitted, tmp_path / "undisturbed").communicate()
    expected = {student: record["score"] for student, record in results(tmp_path / "undisturbed").items()}
    assert len(expected) == ENDURING and len(set(expected.values())) == 2
    chance = random.Random(0)
    done = []
    for _ in range(KILLS):
        process = grade(submitted, out, "--jobs", "2", start_new_session=True)
        time.sleep(chance.uniform(1.0, 12.0))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        done.append(len(results(out)) if (out / "results.jsonl").exists() else 0)
    assert done == sorted(done), "a graded submission was lost"
    process = grade(submitted, out)
    said, _ = process.communicate()
    assert process.returncode == 0, said[-3000:]
    assert {student: record["score"] for student, record in results(out).items()} == expected
    lines = (out / "results.jsonl").read_text().splitlines()
    assert len(lines) == len(expected)


def mutilated(number: int) -> bytes:
    """Return a notebook in which something was broken: bytes, structure, metadata, encoding or size."""
    chance = random.Random(number)
    raw = honest(0)
    kind = chance.choice(("bytes", "cut", "values", "values", "values", "keys", "encoding", "doubled", "shuffled"))
    if kind == "bytes":
        places = [chance.randrange(len(raw)) for _ in range(chance.randint(1, 30))]
        return bytes(chance.randrange(256) if place in places else byte for place, byte in enumerate(raw))
    if kind == "cut":
        start = chance.randrange(len(raw))
        return raw[:start] + raw[start + chance.randrange(2000) :]
    if kind == "encoding":
        return raw.decode().encode(chance.choice(("utf-16", "utf-32", "utf-8-sig", "utf-16-le", "cp037", "utf-7")))
    notebook = json.loads(raw)
    cells = notebook["cells"]
    if kind == "doubled":
        cells += chance.sample(cells, len(cells) // 2)
    elif kind == "shuffled":
        chance.shuffle(cells)
    else:
        for _ in range(chance.randint(1, 8)):
            damage(notebook, chance, keys=kind == "keys")
    return json.dumps(notebook).encode()


JUNK: tuple[Any, ...] = (None, True, -1, 10**30, 1e308, "", "\ud800", "x" * 10**5, [], {}, [[[]]], {"a": {"b": None}})


def damage(value: Any, chance: random.Random, *, keys: bool) -> None:
    """Replace one value, or rename one key, somewhere inside."""
    while True:
        places = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not places:
            return
        place = chance.choice(places)
        inner = value[place]
        if isinstance(inner, dict | list) and inner and chance.random() < 0.8:
            value = inner
        elif keys and isinstance(value, dict):
            value[chance.choice(("source", "metadata", "nbgrader", "grade_id", "cell_type", "x"))] = value.pop(place)
            return
        else:
            value[place] = deepcopy(chance.choice(JUNK))  # which may be damaged in its turn
            return


def test_a_mutilated_notebook_gets_a_verdict_or_a_reason_and_never_a_traceback(tmp_path: Path, kernel: Kernel) -> None:
    files = []
    for number in range(MUTILATED):
        files.append(tmp_path / f"{number}.ipynb")
        files[-1].write_bytes(mutilated(number))
    command = [COURSE, "check", UNIT, *map(str, files), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1, 2)
    assert "Traceback" not in done.stdout + done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["file"] for line in lines] == list(map(str, files))
    for line in lines:
        assert line.get("error") or len(line["components"]) == 10, line
        assert not any(one["status"] == "error" for one in line.get("components", ())), line

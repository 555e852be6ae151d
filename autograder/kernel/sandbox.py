"""The walls around submissions.

Once per template, :func:`enter` makes a place that holds nothing but Python, the libraries and the course's packages,
read only, without network, under a user with no rights outside. For each submission, :meth:`Place.new_process_space`
and :meth:`Place.confine` then make a PID namespace, fresh scratch space and limits.
"""

import contextlib
import math
import os
import resource
import signal
import stat
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from autograder.errors import Fault
from autograder.kernel import filters, linux
from autograder.kernel.limits import Limits

NOBODY = 65_534
STUDENT = 1_000
SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo", "/usr/share/fonts")
FILES = ("/etc/ld.so.cache", "/sys/devices/system/cpu")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
COURSE_PACKAGES = ("autograder", "data", "figures")
PRIVATE = ("solutions", "course", "tests", "build", "work", ".git")
# Not /tmp, in which the course itself may lie.
SCRATCH = "/scratch"
MOUNT_POINT = "/tmp"
MOST_FILES = 10_000
MOST_DESCRIPTORS = 256


class NoSandbox(Fault):
    """No sandbox can be had here; the message says why and what to do."""


@dataclass(frozen=True)
class Tree:
    """A part of the system that is visible inside: a detached copy of its mounts, or the target of a symbolic link."""

    path: str
    is_directory: bool
    descriptor: int = -1
    link: str = ""


@dataclass(frozen=True)
class Place:
    """The inside; ``pid_namespace`` is a descriptor of the template's own."""

    pid_namespace: int
    has_proc: bool

    def new_process_space(self) -> None:
        """Let the next child be the first process of a new PID namespace, with whose end every other one ends."""
        linux.enter_namespace(self.pid_namespace, linux.NEW_PID)
        linux.unshare(linux.NEW_PID)

    def confine(self, limits: Limits, memory_in_use: int) -> None:
        """Give this process scratch space of its own, take its rights and set its limits; there is no way back."""
        linux.unshare(linux.NEW_NS | linux.NEW_IPC)
        if self.has_proc:
            linux.unmount("/proc")
        linux.mount("tmpfs", SCRATCH, "tmpfs", _NO_TRICKS, f"mode=700,size={limits.disk},nr_inodes={MOST_FILES}")
        os.chdir(SCRATCH)
        for kind, value in _resources(limits, memory_in_use).items():
            resource.setrlimit(kind, (value, value))
        linux.drop_capabilities()
        linux.forbid_new_privileges()
        linux.allow_inspection(False)
        filters.write_only_below(SCRATCH)
        filters.filter_system_calls()


_NO_TRICKS = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC


def enter(control: int) -> Place:
    """Leave the system behind: the calling process waits outside, and a child, the first inside, returns.

    ``control`` is a descriptor that only the child keeps. Raises NoSandbox with a sentence for people.
    """
    if sys.platform != "linux":
        raise NoSandbox(advice(f"it needs Linux, and this is {sys.platform}"))
    try:
        trees = _isolate()
    except OSError as error:
        raise NoSandbox(advice(f"the system refused it ({error.strerror})")) from None
    child = os.fork()
    if child:
        os.close(control)
        _wait_for(child)
    linux.die_with_parent(signal.SIGKILL)
    try:
        return _furnish(trees)
    except OSError as error:
        raise NoSandbox(advice(f"the system refused it ({error.strerror})")) from None


def advice(reason: str) -> str:
    """Return the sentences for people to whom no sandbox can be given."""
    return (
        f"There is no sandbox for submissions here: {reason}. Grade on a Linux machine (kernel 5.12 or newer) where "
        "user namespaces are allowed, or give --unsafe if you trust every submission as you trust your own code."
    )


def _isolate() -> list[Tree]:
    """Enter new namespaces as a user without rights outside; return what will be visible there."""
    if os.geteuid() != 0:
        _unshare()
        return _trees()
    trees = _trees()
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    linux.allow_inspection(True)
    _unshare()
    return trees


def _unshare() -> None:
    user, group = os.geteuid(), os.getegid()
    linux.unshare(linux.NEW_USER | linux.NEW_NS | linux.NEW_PID | linux.NEW_NET | linux.NEW_IPC | linux.NEW_UTS)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{STUDENT} {user} 1")
    _write("/proc/self/gid_map", f"{STUDENT} {group} 1")


def _furnish(trees: list[Tree]) -> Place:
    """Make the inside's root directory and move there."""
    pid_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    with contextlib.suppress(OSError):
        # If memory runs out, the system should take what runs in here first.
        _write("/proc/self/oom_score_adj", "1000")
        _write("/proc/sys/user/max_user_namespaces", "0")
    linux.mount("", "/", "", linux.MS_REC | linux.MS_PRIVATE)
    root = MOUNT_POINT
    linux.mount("tmpfs", root, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=755,size=16m")
    for tree in trees:
        _plant(tree, root)
    _hide(root)
    has_proc = _mount_proc(f"{root}/proc")
    os.makedirs(f"{root}{SCRATCH}")
    linux.mount("tmpfs", f"{root}{SCRATCH}", "tmpfs", _NO_TRICKS, "mode=700,size=64m")
    os.symlink(SCRATCH, f"{root}/dev/shm")
    if not os.path.exists(f"{root}/tmp"):
        os.symlink(SCRATCH, f"{root}/tmp")
    linux.change_root(root)
    here = os.open("/", os.O_RDONLY | os.O_CLOEXEC)
    linux.set_attributes(here, linux.ATTR_READ_ONLY, recursive=False)
    os.close(here)
    os.chdir(SCRATCH)
    return Place(pid_namespace, has_proc)


def _mount_proc(target: str) -> bool:
    """Mount the inside's own /proc for the template; inside some containers that is refused."""
    os.mkdir(target)
    try:
        linux.mount("proc", target, "proc", _NO_TRICKS)
    except OSError:
        return False
    return True


def _plant(tree: Tree, root: str) -> None:
    target = root + tree.path
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if tree.link:
        os.symlink(tree.link, target)
        return
    if tree.is_directory:
        os.makedirs(target, exist_ok=True)
    else:
        Path(target).touch()
    linux.attach_tree(tree.descriptor, target)
    os.close(tree.descriptor)


def _hide(root: str) -> None:
    """Cover the course's private folders, where a bound folder happens to contain them."""
    for package in _course_folders():
        for name in PRIVATE:
            path = f"{root}{os.path.dirname(package)}/{name}"
            if os.path.isdir(path):
                linux.mount("tmpfs", path, "tmpfs", _NO_TRICKS, "mode=000,size=4k")


def _trees() -> list[Tree]:
    trees = []
    for path in _outermost(_visible()):
        kind = os.lstat(path).st_mode
        if stat.S_ISLNK(kind):
            trees.append(Tree(path, False, link=os.readlink(path)))
        else:
            trees.append(Tree(path, stat.S_ISDIR(kind), linux.copy_of_tree(path, _READ_ONLY)))
    return trees + [Tree(path, False, linux.copy_of_tree(path, linux.ATTR_NOSUID)) for path in DEVICES]


_READ_ONLY = linux.ATTR_READ_ONLY | linux.ATTR_NOSUID | linux.ATTR_NODEV


def _visible() -> set[str]:
    """Return every path that is visible inside, as it is called and as it really is."""
    prefixes = {sys.prefix, sys.base_prefix} - {"/usr", "/usr/local", "/"}
    # Nothing else that happens to be on the path, such as a folder of the user's own.
    imports = {entry for entry in sys.path if os.path.basename(entry) in ("site-packages", "dist-packages")}
    paths = {*SYSTEM, *FILES, *prefixes, *imports, *_course_folders()}
    return {name for path in paths if os.path.exists(path) for name in (path, os.path.realpath(path))}


def _course_folders() -> list[str]:
    specs = filter(None, map(find_spec, COURSE_PACKAGES))
    return [folder for spec in specs for folder in spec.submodule_search_locations or ()]


def _outermost(paths: Iterable[str]) -> list[str]:
    """Return the paths that are not below another one."""
    found: list[str] = []
    for path in sorted(paths, key=lambda path: (path.count("/"), path)):
        if not any(path.startswith(f"{above}/") for above in found if not os.path.islink(above)):
            found.append(path)
    return found


def _resources(limits: Limits, memory_in_use: int) -> dict[int, int]:
    return {
        resource.RLIMIT_AS: memory_in_use + limits.memory,
        resource.RLIMIT_CPU: math.ceil(limits.submission_seconds),
        resource.RLIMIT_FSIZE: limits.disk,
        resource.RLIMIT_NPROC: limits.processes,
        resource.RLIMIT_NOFILE: MOST_DESCRIPTORS,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
    }


def _wait_for(child: int) -> None:
    """Wait for the child inside, and end as it does."""
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)

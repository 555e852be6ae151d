"""The system calls of Linux that make a sandbox and that Python 3.11 has no function for; each raises OSError."""

import ctypes
import os
import select
import struct
from functools import cache

NEW_NS, NEW_CGROUP, NEW_UTS, NEW_IPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEW_USER, NEW_PID, NEW_NET = 0x10000000, 0x20000000, 0x40000000

MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE = 2, 4, 8, 0x4000, 0x40000
MNT_DETACH = 2
ATTR_READ_ONLY, ATTR_NOSUID, ATTR_NODEV = 1, 2, 4

_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442
_AT_FDCWD, _AT_EMPTY_PATH, _AT_RECURSIVE = -100, 0x1000, 0x8000
_CLONE_TREE, _CLOSE_ON_EXEC = 1, os.O_CLOEXEC
_MOVE_FROM_DESCRIPTOR = 4
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_CAPABILITY_VERSION_3 = 0x20080522


def unshare(flags: int) -> None:
    """Put this process, or for a PID namespace its next children, into new namespaces."""
    _call("unshare", ctypes.c_int(flags))


def enter_namespace(descriptor: int, kind: int) -> None:
    """Join the namespace behind a descriptor."""
    _call("setns", ctypes.c_int(descriptor), ctypes.c_int(kind))


def mount(source: str, target: str, kind: str, flags: int = 0, options: str = "") -> None:
    """Mount a file system."""
    _call("mount", source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())


def unmount(target: str) -> None:
    """Detach a mount."""
    _call("umount2", target.encode(), ctypes.c_int(MNT_DETACH))


def change_root(new_root: str) -> None:
    """Make a mount the root directory, and let go of the old one."""
    os.chdir(new_root)
    _call("pivot_root", b".", b".")
    unmount(".")
    os.chdir("/")


def copy_of_tree(path: str, attributes: int) -> int:
    """Return a descriptor of a detached copy of the mounts at a path, with attributes such as ATTR_READ_ONLY."""
    flags = _CLONE_TREE | _CLOSE_ON_EXEC | _AT_RECURSIVE
    descriptor = system_call(_OPEN_TREE, _AT_FDCWD, path.encode(), flags)
    set_attributes(descriptor, attributes)
    return descriptor


def set_attributes(descriptor: int, attributes: int, recursive: bool = True) -> None:
    """Set attributes of a mount, and of those below it."""
    wanted = struct.pack("QQQQ", attributes, 0, 0, 0)
    flags = _AT_EMPTY_PATH | (_AT_RECURSIVE if recursive else 0)
    system_call(_MOUNT_SETATTR, descriptor, b"", flags, wanted, len(wanted))


def attach_tree(descriptor: int, target: str) -> None:
    """Attach a detached copy of mounts at a path."""
    system_call(_MOVE_MOUNT, descriptor, b"", _AT_FDCWD, target.encode(), _MOVE_FROM_DESCRIPTOR)


def die_with_parent(signal_number: int) -> None:
    """Let this process get a signal when its parent dies."""
    _prctl(_PR_SET_PDEATHSIG, signal_number)


def forbid_new_privileges() -> None:
    """Let no program that this process starts have more rights than it has."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def allow_inspection(allowed: bool) -> None:
    """Let other processes of the same user trace this one and read its memory and its entry in /proc, or not."""
    _prctl(_PR_SET_DUMPABLE, int(allowed))


def install_filter(program: bytes) -> None:
    """Let every further system call of this process and its children pass a seccomp filter."""
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    _call("prctl", ctypes.c_int(_PR_SET_SECCOMP), ctypes.c_ulong(_SECCOMP_MODE_FILTER), header)


def drop_capabilities() -> None:
    """Give up every capability for good."""
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    _call("capset", header, bytes(24))


def wait_until_readable(descriptor: int) -> None:
    """Wait for something to read, and let no other Python thread of this process run meanwhile."""
    request = struct.pack("ihh", descriptor, select.POLLIN, 0)
    # A PyDLL, unlike a CDLL, keeps the interpreter's lock during the call.
    while ctypes.PyDLL(None).poll(request, ctypes.c_ulong(1), ctypes.c_int(-1)) < 0:
        pass


def current_cpu() -> int:
    """Return the number of the processor that this thread runs on."""
    return _call("sched_getcpu")


def _prctl(option: int, value: int) -> None:
    rest = (ctypes.c_ulong(0),) * 3
    _call("prctl", ctypes.c_int(option), ctypes.c_ulong(value), *rest)


def system_call(number: int, *arguments: object) -> int:
    """Make a system call by its number and return what it returns; integers are passed as longs."""
    longs = (ctypes.c_long(value) if isinstance(value, int) else value for value in arguments)
    return _checked(f"system call {number}", _libc().syscall(ctypes.c_long(number), *longs))


def _call(name: str, *arguments: object) -> int:
    return _checked(name, getattr(_libc(), name)(*arguments))


def _checked(name: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)

"""Two further walls, where the kernel has them: a filter on system calls (seccomp) and one on files (Landlock).

The namespaces alone keep a submission in. These take away what a hole in the kernel would be reached through: system
calls that no notebook needs, sockets that aren't local, other programs, writing anywhere but in the scratch space.
"""

import errno
import os
import platform
import struct
from functools import cache

from autograder.kernel import linux

ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
REFUSED = {  # numbers on x86_64 and aarch64, from the kernel's unistd.h
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "personality": (135, 92),
    "execve": (59, 221),
    "execveat": (322, 281),
    "move_pages": (279, 239),
}
CLONE, CLONE3, SOCKET = (56, 220), (435, 435), (41, 198)
NEW_NAMESPACES = (
    linux.NEW_NS | linux.NEW_CGROUP | linux.NEW_UTS | linux.NEW_IPC | linux.NEW_USER | linux.NEW_PID | linux.NEW_NET
)
LOCAL_SOCKETS = 1  # AF_UNIX
FOREIGN_CALLS = 0x40000000  # the numbers of x86_64's second table (x32) start here

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_CALL, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH = 1, 1
_WRITING = {1: 0x1FF2, 2: 0x3FF2, 3: 0x7FF2, 5: 0xFFF2}  # by version: all rights but to execute and read
_EXECUTE = 1
_NETWORK_SINCE, _BIND_AND_CONNECT = 4, 3
_SCOPE_SINCE, _ABSTRACT_SOCKETS_AND_SIGNALS = 6, 3


def filter_system_calls() -> bool:
    """Refuse the system calls above to this process and its children for good; False where that can't be had."""
    program = _program(platform.machine())
    if not program:
        return False
    try:
        linux.install_filter(program)
    except OSError:
        return False
    return True


def write_only_below(folder: str) -> bool:
    """Let this process and its children start no program and write below one folder only; False if that can't be."""
    try:
        version = linux.system_call(_CREATE_RULESET, None, 0, _ASK_VERSION)
        writing = _WRITING[max(known for known in _WRITING if known <= version)]
        network = _BIND_AND_CONNECT if version >= _NETWORK_SINCE else 0
        scoped = _ABSTRACT_SOCKETS_AND_SIGNALS if version >= _SCOPE_SINCE else 0
        handled = struct.pack("QQQ", writing | _EXECUTE, network, scoped)[
            : 8 * (1 + (version >= _NETWORK_SINCE) + bool(scoped))
        ]
        rules = linux.system_call(_CREATE_RULESET, handled, len(handled), 0)
        place = os.open(folder, os.O_PATH | os.O_CLOEXEC)
        linux.system_call(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", writing, place), 0)
        linux.system_call(_RESTRICT_SELF, rules, 0)
    except OSError:
        return False
    os.close(place)
    os.close(rules)
    return True


@cache
def _program(machine: str) -> bytes:
    """Return the filter as the kernel reads it, or nothing for a machine whose call numbers aren't above."""
    if machine not in ARCHITECTURES:
        return b""
    column, architecture = ARCHITECTURES[machine]
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        *_unless(_EQUAL, architecture, errno.EPERM),
        (_LOAD, 0, 0, _CALL),
        *_if(_AT_LEAST, FOREIGN_CALLS, errno.EPERM),
        *(step for numbers in REFUSED.values() for step in _if(_EQUAL, numbers[column], errno.EPERM)),
        # Its flags lie in memory, which a filter can't read; the C library then uses clone.
        *_if(_EQUAL, CLONE3[column], errno.ENOSYS),
        (_EQUAL, 0, 3, CLONE[column]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        *_if(_ANY_BIT, NEW_NAMESPACES, errno.EPERM),
        (_LOAD, 0, 0, _CALL),
        (_EQUAL, 0, 3, SOCKET[column]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        *_unless(_EQUAL, LOCAL_SOCKETS, errno.EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def _if(test: int, value: int, error: int) -> tuple[tuple[int, int, int, int], ...]:
    return (test, 0, 1, value), (_RETURN, 0, 0, _ERROR | error)


def _unless(test: int, value: int, error: int) -> tuple[tuple[int, int, int, int], ...]:
    return (test, 1, 0, value), (_RETURN, 0, 0, _ERROR | error)

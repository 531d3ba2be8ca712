"""What the operating system takes from the process that runs visitors' SQL, so that DuckDB's own fences are not the only ones.

Each step asks for what an unprivileged process may have, and says what it got: a kernel or a container that does not allow one
leaves the others standing. `isolate` comes first, while the process has one thread; `confine` comes when every file is read.
"""

import ctypes
import errno
import os
import resource
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_CLONE_NEWUSER, _CLONE_NEWNET, _CLONE_THREAD = 0x10000000, 0x40000000, 0x00010000
_NOBODY = 65534
_HEADROOM = 768 * 1024**2
# What a process needs that computes, talks over its two pipes, and starts threads of its own.
_CALLS = [
    "read",
    "write",
    "readv",
    "writev",
    "close",
    "fstat",
    "lseek",
    "poll",
    "ppoll",
    "select",
    "pselect6",
    "brk",
    "mmap",
    "munmap",
    "mprotect",
    "mremap",
    "madvise",
    "membarrier",
    "futex",
    "set_robust_list",
    "get_robust_list",
    "rseq",
    "set_tid_address",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "sigaltstack",
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "nanosleep",
    "gettimeofday",
    "restart_syscall",
    "getrandom",
    "getpid",
    "gettid",
    "getppid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getrusage",
    "sysinfo",
    "uname",
    "times",
    "sched_yield",
    "sched_getaffinity",
    "sched_getparam",
    "sched_getscheduler",
    "getrlimit",
    "getcpu",
    "exit",
    "exit_group",
]


@dataclass(frozen=True)
class Fence:
    """One of the operating system's fences; `why` says what kept it from being put up, or what it amounts to."""

    name: str
    in_force: bool
    why: str = ""


def isolate() -> list[Fence]:
    """Give up new privileges and the network; to be called before the process has a second thread."""
    return [
        _tried("no_new_privs", _give_up_privileges),
        _tried("network_namespace", _leave_the_network),
    ]


def confine() -> list[Fence]:
    """Give up files, users, system calls and further memory: what is open stays open, nothing else can be reached.

    Threads started before are bound by the system calls' filter only; those started afterwards by everything.
    """
    return [
        _tried("limits", _limit),
        _tried("own_user", _become_nobody),
        _tried("landlock", _lock_files),
        _tried("seccomp", _filter_calls),
    ]


def described(fences: Iterable[Fence]) -> str:
    """What is in force and what is not, and why, in a sentence for the log."""
    fences = list(fences)
    standing = "、".join(f.name + (f"（{f.why}）" if f.why else "") for f in fences if f.in_force) or "无"
    missing = "；".join(f"{f.name}（{f.why}）" for f in fences if not f.in_force)
    return f"访客 SQL 的进程由操作系统限制：{standing}。" + (f"这台机器没有给的：{missing}。" if missing else "")


def _tried(name: str, step: Callable[[], str]) -> Fence:
    try:
        return Fence(name, True, step())
    except Exception as error:
        return Fence(name, False, f"{type(error).__name__}: {error}")


def _give_up_privileges() -> str:
    import pyseccomp  # noqa: F401  (while its file can still be read)
    from py_landlock.prctl import set_no_new_privs

    set_no_new_privs()
    return ""


def _leave_the_network() -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET):
        if libc.unshare(flags) == 0:
            return ""
    code = ctypes.get_errno()
    raise OSError(code, os.strerror(code))


def _limit() -> str:
    pages = int(open("/proc/self/statm").read().split()[0]) if sys.platform == "linux" else 0  # noqa: PTH123, SIM115
    if pages:
        most = pages * resource.getpagesize() + _HEADROOM
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return ""


def _become_nobody() -> str:
    if os.geteuid() != 0:
        raise PermissionError("only root may become another user")
    os.setgroups([])
    os.setresgid(_NOBODY, _NOBODY, _NOBODY)
    os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    return ""


def _lock_files() -> str:
    from py_landlock import Landlock

    rules = Landlock(strict=False)
    version = rules.abi_version
    rules.apply()
    return f"ABI {version}"


def _filter_calls() -> str:
    import pyseccomp as seccomp

    calls = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    for name in _CALLS:
        calls.add_rule(seccomp.ALLOW, name)
    # A thread is not another process. clone3 hides its flags from a filter; without it the C library uses clone.
    calls.add_rule(seccomp.ALLOW, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD))
    calls.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    # Reading limits, not setting them; ending itself, not another.
    calls.add_rule(seccomp.ALLOW, "prlimit64", seccomp.Arg(2, seccomp.EQ, 0))
    calls.add_rule(seccomp.ALLOW, "tgkill", seccomp.Arg(0, seccomp.EQ, os.getpid()))
    calls.set_attr(seccomp.Attr.CTL_TSYNC, 1)
    calls.load()
    return ""

"""Takes from the child of a call what it could use against the server or the next call, by a filter of system calls.

The box has a filter of its own, but that one has to let the server fork. This one is set in the child, on top of it: no
new process, no other program, no signal or tracing of another process, no socket, no memory or queue that outlives it.
"""

import ctypes
import errno
import os
import resource
import struct
import sys

NO_NEW_PRIVILEGES, SET_SECCOMP, FILTER, PARENT_DEATH_SIGNAL = 38, 22, 2, 1
KILLED = 9
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
ALLOW, FAIL, KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
CLONE_THREAD = 0x00010000
X32 = 0x40000000

# Numbers from the kernel's tables (arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h).
X86_64 = {
    'architecture': 0xC000003E,
    'clone': 56,
    'prlimit64': 302,
    'denied': {
        'fork': 57, 'vfork': 58, 'execve': 59, 'execveat': 322,
        'kill': 62, 'tkill': 200, 'tgkill': 234, 'rt_sigqueueinfo': 129, 'rt_tgsigqueueinfo': 297,
        'ptrace': 101, 'process_vm_readv': 310, 'process_vm_writev': 311, 'kcmp': 312, 'prctl': 157,
        'setsid': 112, 'setpgid': 109, 'setpriority': 141, 'ioprio_set': 251,
        'sched_setscheduler': 144, 'sched_setparam': 142, 'sched_setaffinity': 203, 'sched_setattr': 314,
        'socket': 41, 'socketpair': 53,
        'shmget': 29, 'semget': 64, 'msgget': 68, 'mq_open': 240, 'add_key': 248, 'request_key': 249, 'keyctl': 250,
    },
}  # fmt: skip
AARCH64 = {
    'architecture': 0xC00000B7,
    'clone': 220,
    'prlimit64': 261,
    'denied': {
        'execve': 221, 'execveat': 281,
        'kill': 129, 'tkill': 130, 'tgkill': 131, 'rt_sigqueueinfo': 138, 'rt_tgsigqueueinfo': 240,
        'ptrace': 117, 'process_vm_readv': 270, 'process_vm_writev': 271, 'kcmp': 272, 'prctl': 167,
        'setsid': 157, 'setpgid': 154, 'setpriority': 140, 'ioprio_set': 30,
        'sched_setscheduler': 119, 'sched_setparam': 118, 'sched_setaffinity': 122, 'sched_setattr': 274,
        'socket': 198, 'socketpair': 199,
        'shmget': 194, 'semget': 190, 'msgget': 186, 'mq_open': 180, 'add_key': 217, 'request_key': 218, 'keyctl': 219,
    },
}  # fmt: skip
# The same numbers everywhere. With ENOSYS the C library falls back on calls that a filter can look into.
DENIED_EVERYWHERE = {'pidfd_send_signal': 424, 'pidfd_open': 434, 'pidfd_getfd': 438, 'process_madvise': 440}
ABSENT_EVERYWHERE = {'io_uring_setup': 425, 'clone3': 435}
TABLES = {'x86_64': X86_64, 'aarch64': AARCH64}


def create_denial():
    """What the child of a call has to call first; it raises OSError where nothing can be denied."""
    table = TABLES.get(os.uname().machine) if sys.platform == 'linux' and sys.maxsize > 2**32 else None
    return deny_by_limit if table is None else create_filter(table)


def deny_by_limit():
    """Where there is no such filter: not one more process for this user, which root is not bound by."""
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def create_filter(table):
    library = ctypes.CDLL(None, use_errno=True)
    control = library.prctl
    control.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
    program = ctypes.create_string_buffer(assemble(table))
    header = ctypes.create_string_buffer(struct.pack('HxxxxxxQ', len(program) // 8, ctypes.addressof(program)))
    # The header holds the program's address alone, which keeps nothing alive.
    header.program = program
    # Inherited by every child; a process that may gain privileges cannot set a filter.
    if control(NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), 'privileges could not be given up')
    parent = os.getpid()

    def deny():
        control(PARENT_DEATH_SIGNAL, KILLED, 0, 0, 0)
        if control(SET_SECCOMP, FILTER, ctypes.addressof(header), 0, 0) != 0 or os.getppid() != parent:
            raise OSError(ctypes.get_errno(), 'the system call filter could not be set')

    return deny


def assemble(table):
    """The filter as classic BPF."""
    code = []
    code += [load(ARCHITECTURE), jump(EQUAL, table['architecture'], 1, 0), answer(KILL_PROCESS)]
    code += [load(NUMBER), jump(AT_LEAST, X32, 0, 1), answer(KILL_PROCESS)]
    for number in (*table['denied'].values(), *DENIED_EVERYWHERE.values()):
        code += [jump(EQUAL, number, 0, 1), answer(FAIL | errno.EPERM)]
    for number in ABSENT_EVERYWHERE.values():
        code += [jump(EQUAL, number, 0, 1), answer(FAIL | errno.ENOSYS)]
    # A thread is no process; limits of the own process are nobody else's.
    code += [jump(EQUAL, table['clone'], 0, 4), load(FIRST_ARGUMENT), jump(ANY_BIT, CLONE_THREAD, 1, 0)]
    code += [answer(FAIL | errno.EPERM), answer(ALLOW)]
    code += [jump(EQUAL, table['prlimit64'], 0, 3), load(FIRST_ARGUMENT), jump(EQUAL, 0, 1, 0)]
    code += [answer(FAIL | errno.EPERM), answer(ALLOW)]
    return b''.join(code)


def load(offset):
    return struct.pack('HBBI', LOAD, 0, 0, offset)


def jump(test, value, when_true, when_false):
    return struct.pack('HBBI', test, when_true, when_false, value)


def answer(value):
    return struct.pack('HBBI', RETURN, 0, 0, value)

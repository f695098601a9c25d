"""The Python guest: a server that never runs a plugin itself, but has a child of its own serve each call.

Usage: python3 -I -S -B fork_server.py <comma-separated blocked modules>

Descriptor 3 is the host. A child has pipes to this process and nothing else: what it writes there is relayed under the
rules of the protocol, and gone with it. Each child is forked before its call comes, from this process and not from
another child, so that a call need not wait for a fork and none has anything of another.
"""

import gc
import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, FOLDER)

# First: the modules that the guest itself is made of get what these two decide.
from own_builtins import use_own_builtins  # noqa: E402
from preload import preload  # noqa: E402

preload()
use_own_builtins(FOLDER)

from call_child import run_child  # noqa: E402
from call_pipes import CallPipes  # noqa: E402
from deny_processes import create_denial  # noqa: E402
from forget_guest import forget_guest  # noqa: E402
from frames import CALL, IDLE, PLUGIN, READY, copy_bytes, read_header, write_frame, write_header  # noqa: E402
from plugin_builtins import PluginBuiltins  # noqa: E402
from relay import Relay  # noqa: E402
from self_check import self_check  # noqa: E402
from to_json import to_json  # noqa: E402

CHANNEL = 3
BROKEN = 70


def main():
    builtins = PluginBuiltins(frozenset(sys.argv[1].split(',')))
    deny = create_denial()
    # Each line that is printed leaves at once, so that what a hanging plugin printed is seen.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding='utf-8', errors='backslashreplace', line_buffering=True)
    checks = self_check(deny)
    forget_guest()
    # What is here by now is never collected, so that no collection in a child touches and thereby copies it.
    gc.collect()
    gc.freeze()
    version = '.'.join(str(part) for part in sys.version_info[:3])
    ready = {'protocol': 2, 'engine': 'python', 'version': version, 'checks': ','.join(checks)}
    child = fork_child(builtins, deny)
    write_frame(CHANNEL, READY, to_json(ready))
    while True:
        child = serve(child, builtins, deny)
        write_frame(CHANNEL, IDLE, b'{}')


def fork_child(builtins, deny):
    """A child that waits for its call: its process id, and the pipes to it."""
    pipes = CallPipes()
    child = os.fork()
    if child == 0:
        try:
            pipes.enter_child()
            deny()
            run_child(builtins)
        finally:
            os._exit(BROKEN)
    pipes.leave_child()
    return child, pipes


def serve(waiting, builtins, deny):
    """Hands one call to the child that waits and passes on what it says until it is gone; gives the next child."""
    child, pipes = waiting
    hand_over(PLUGIN, pipes)
    hand_over(CALL, pipes)
    answered = Relay(CHANNEL, pipes).run()
    _, status = os.waitpid(child, 0)
    pipes.close()
    if not answered:
        os._exit(code_of(status))
    # Not while the child works: the answer, which comes through here, would wait for the fork.
    return fork_child(builtins, deny)


def hand_over(kind, pipes):
    header = read_header(CHANNEL)
    if header is None or header[1] != kind:
        os._exit(0)
    write_header(pipes.orders, kind, header[0])
    if not copy_bytes(CHANNEL, pipes.orders, header[0]):
        os._exit(0)


def code_of(status):
    """As a shell puts it: for a child that was killed, 128 and the signal."""
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


main()

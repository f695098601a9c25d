"""What the server can prove about its box before it takes a call. The host refuses a guest that proves less."""

import os

LAUNCHER_LEFTOVERS = frozenset('LC_CTYPE OLDPWD PWD SHLVL _ __CF_USER_TEXT_ENCODING'.split())


def self_check(deny):
    """The names of the checks that hold. `deny` is what the child of a call does first."""
    checks = {
        'empty-environment': environment_emptied,
        'no-processes': lambda: is_refused(deny, os.fork),
        'no-signals': lambda: is_refused(deny, lambda: os.kill(os.getppid(), 0)),
    }
    return [name for name, holds in checks.items() if holds()]


def environment_emptied():
    """What a shell that launched this process left goes. Anything else is a fault."""
    names = list(os.environ)
    for name in names:
        del os.environ[name]
    return LAUNCHER_LEFTOVERS.issuperset(names)


def is_refused(deny, attempt):
    """Whether a child that denied itself all that can fails with an attempt."""
    child = os.fork()
    if child == 0:
        try:
            deny()
            attempt()
        except OSError:
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0

"""Loads once, before the first fork, what plugins commonly import."""

import importlib
import os

# Each module makes every fork a little slower; what is rarer the plugin imports by itself, in milliseconds.
COMMON = (
    'abc base64 collections contextlib copy dataclasses datetime decimal enum functools itertools json logging math '
    'numbers operator pathlib random re statistics string textwrap time types typing unicodedata uuid'
).split()


def preload():
    """A module that an interpreter was built without is left out.

    What these modules would do after every fork is left out too: it repairs locks that other threads held, and there
    are none, but it takes longer than a short call. `random` alone has to start anew, and is told so by the child.
    """
    register = os.register_at_fork
    os.register_at_fork = ignore
    try:
        for name in COMMON:
            try:
                importlib.import_module(name)
            except ImportError:
                pass
    finally:
        os.register_at_fork = register


def ignore(**hooks):
    pass

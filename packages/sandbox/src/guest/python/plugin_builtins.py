"""The builtins of a plugin's own modules. Modules of the standard library keep the real ones.

This gives early and clear messages; what contains a plugin is the box around the process.
"""

import builtins
import errno
import importlib
import os
import posixpath
import sys
from importlib.machinery import PathFinder
from types import ModuleType

REMOVED = frozenset('__loader__ __spec__ breakpoint compile eval exec'.split())

# The C halves of blocked modules, which would give the same.
HALVES = frozenset(
    'nt posix _ctypes _multiprocessing _pickle _posixshmem _posixsubprocess _signal _socket _ssl _winapi'.split()
)


class PluginBuiltins:
    """The module `builtins` of a plugin's modules: no code from text, and an `__import__` and an `open` that refuse.

    Made before there is a plugin, since making it takes longer than a short call. What comes with the plugin: `owns`
    tells whether it has a file for a name, `allowed_paths` are the files and folders that it may open.
    """

    def __init__(self, blocked):
        self._blocked = blocked
        self.owns = never
        self.allowed_paths = ()
        self.module = ModuleType('builtins')
        self.scope = vars(self.module)
        self.scope.update((name, value) for name, value in vars(builtins).items() if name not in REMOVED)
        self.scope['__import__'] = create_import(self)
        self.scope['open'] = create_open(self)
        guard_importlib(self)

    def check(self, name):
        """Raises ImportError for a blocked name. A file of the plugin may have one that Python itself does not use."""
        if type(name) is not str:
            raise TypeError('the name of a module has to be a str')
        root = name.partition('.')[0]
        if name not in self._blocked and root not in self._blocked and root not in HALVES:
            return
        if not self.owns(root) or is_standard(root):
            raise ImportError(f'module {name!r} is not available in the sandbox', name=name)

    def may_open(self, path):
        place = posixpath.normpath(path)
        return any(place == one or place.startswith(f'{one}/') for one in self.allowed_paths)


def never(name):
    return False


def is_standard(name):
    return name in sys.builtin_module_names or PathFinder.find_spec(name) is not None


def create_import(guard):
    """`__import__` of the plugin's modules, which its import statements call."""
    real = builtins.__import__

    def __import__(name, globals=None, locals=None, fromlist=(), level=0):
        if level == 0:
            guard.check(name)
            if name == 'builtins':
                return guard.module
        if level > 0 and type(globals) is dict:
            # What it is relative to is a variable of the plugin's.
            package = globals.get('__package__')
            guard.check(package if type(package) is str else '')
        return real(name, globals, locals, fromlist, level)

    return __import__


def guard_importlib(guard):
    """`importlib` is blocked itself; a plugin that got hold of it through another module meets the same rule."""
    real = importlib.import_module
    frame = sys._getframe

    def import_module(name, package=None):
        if frame(1).f_builtins is guard.scope:
            guard.check(package if name.startswith('.') and package is not None else name)
        return real(name, package)

    importlib.import_module = import_module


def create_open(guard):
    """`open` of the plugin's modules, limited to granted paths."""
    real = builtins.open

    def open(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True):
        path = file if isinstance(file, int) else os.fsdecode(file)
        if isinstance(path, str) and guard.may_open(path):
            return real(path, mode, buffering, encoding, errors, newline, closefd)
        raise PermissionError(errno.EACCES, 'the plugin was not granted this path', path)

    return open

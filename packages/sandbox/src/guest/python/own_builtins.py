"""Gives the guest's own modules a copy of the builtins: what a plugin puts into the real ones changes nothing here."""

import builtins
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import spec_from_file_location
from os.path import exists, join

COPY = dict(vars(builtins))


class GuestLoader(SourceFileLoader):
    """Loads a module whose functions look names up in the copy."""

    def exec_module(self, module):
        vars(module)['__builtins__'] = COPY
        super().exec_module(module)


class GuestFinder:
    """Finds the modules of one folder."""

    def __init__(self, folder):
        self._folder = folder

    def find_spec(self, name, path=None, target=None):
        file = join(self._folder, f'{name}.py')
        return spec_from_file_location(name, file, loader=GuestLoader(name, file)) if exists(file) else None


def use_own_builtins(folder):
    """For every module that is imported from `folder` from now on, until `forget_guest`."""
    sys.meta_path.insert(0, GuestFinder(folder))

"""A plugin's modules come from memory: the files that the host sent, and nothing of a folder."""

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType

ROOT = '/plugin/'
PACKAGE = '__init__.py'


class PluginModules:
    """Finder and loader of the plugin's files, in the place where Python looks first."""

    def __init__(self, files, entry, scope):
        """`scope` is the namespace of builtins that the modules get."""
        self._scope = scope
        self._files = files
        self._root = import_root(entry, files)
        self._folders = frozenset(folder for path in files for folder in parents(path))
        self._entry = entry
        self._entry_name = module_name(entry[len(self._root) :])

    def install(self):
        """A plugin's own file goes before a module of the same name, as a script's folder does in plain Python."""
        start = len(self._root)
        below = (path[start:] for path in self._files if path.startswith(self._root))
        top_level = {path.partition('/')[0].partition('.')[0] for path in below}
        for name in top_level:
            if name in sys.modules:
                forget(name)
        sys.meta_path.insert(0, self)

    def load_entry(self):
        """The module of the entry. One that lies in no package needs none of what Python does for an import."""
        if '.' in self._entry_name or self._locate(self._entry_name)[1] is not None:
            return import_module(self._entry_name)
        module = ModuleType(self._entry_name)
        module.__spec__ = self.find_spec(self._entry_name)
        module.__loader__ = self
        module.__file__ = module.__spec__.origin
        module.__package__ = ''
        sys.modules[self._entry_name] = module
        self.exec_module(module)
        return module

    def owns(self, name):
        """Whether a module's name is that of one of the plugin's files."""
        return self._locate(name) is not None

    def find_spec(self, name, path=None, target=None):
        found = self._locate(name)
        if found is None:
            return None
        file, folder = found
        if file is None:
            spec = ModuleSpec(name, None, is_package=True)
        else:
            spec = ModuleSpec(name, self, origin=ROOT + file, is_package=folder is not None)
            spec.has_location = True
            spec.cached = None
        if folder is not None:
            spec.submodule_search_locations = [ROOT + folder]
        return spec

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        spec = module.__spec__
        code = compile(self.get_source(spec.name), spec.origin, 'exec', dont_inherit=True)
        module.__dict__['__builtins__'] = self._scope
        exec(code, module.__dict__)

    def get_source(self, name):
        """Python's own tracebacks and `inspect` ask for it."""
        file = self._locate(name)[0]
        return self._files[file]

    def _locate(self, name):
        """File and package folder of a module; the file is None for a folder without __init__.py."""
        base = self._root + name.replace('.', '/')
        if f'{base}/{PACKAGE}' in self._files:
            return f'{base}/{PACKAGE}', base
        if f'{base}.py' in self._files:
            return f'{base}.py', None
        return (None, base) if base in self._folders else None


def forget(top_level):
    for name in list(sys.modules):
        if name.split('.')[0] == top_level:
            del sys.modules[name]


def import_root(entry, files):
    """The folder that absolute imports start from: the entry's own, or the one above the package that it is part of."""
    folder = entry.rpartition('/')[0]
    while folder != '' and f'{folder}/{PACKAGE}' in files:
        folder = folder.rpartition('/')[0]
    return '' if folder == '' else f'{folder}/'


def module_name(path):
    """`pkg/main.py` is `pkg.main`, `pkg/__init__.py` is `pkg`."""
    stem = path[: -len('.py')] if path.endswith('.py') else path
    return stem.replace('/', '.').removesuffix('.__init__') or stem


def parents(path):
    folder = path.rpartition('/')[0]
    while folder != '':
        yield folder
        folder = folder.rpartition('/')[0]

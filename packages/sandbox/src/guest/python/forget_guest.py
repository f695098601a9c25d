"""Leaves nothing of the guest where a plugin would stumble over it."""

import sys

LOADED_FOR_THE_GUEST = ('_ctypes', 'ctypes')


def forget_guest():
    """Neither the guest's folder nor its modules can be found by name any more. Their functions go on to work."""
    folder = sys.path.pop(0)
    del sys.meta_path[0]
    for name, module in list(sys.modules.items()):
        if name in LOADED_FOR_THE_GUEST or (getattr(module, '__file__', None) or '').startswith(folder):
            del sys.modules[name]
    sys.modules['__main__'] = type(sys)('__main__')
    sys.argv = ['plugin']
    sys.executable = ''
    sys.orig_argv = []

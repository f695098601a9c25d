"""The child of one call: it loads the plugin from memory, calls one function and answers. It never returns."""

import json
import os
import random
import resource
import sys

from _json import make_scanner

from agentmesh_module import AgentmeshFinder
from call_pipes import ANSWERS, ORDERS
from describe_error import describe_error, cut_units
from find_function import find_function, function_names
from frames import CALL, ERROR, PLUGIN, RESULT, read_frame, write_frame
from plugin_modules import PluginModules
from to_json import NotJson, to_json

RECURSION = 1000
DEEPEST_INPUT = 5000
# As a shell tells SIGABRT, with which V8 ends when it is out of memory.
ABORTED = 128 + 6

# Taken before a plugin runs: whatever it patches, the answer goes on with these.
_exit = os._exit
_set_recursion_limit = sys.setrecursionlimit
_set_trace = sys.settrace
_set_profile = sys.setprofile
_usage = resource.getrusage
_self = resource.RUSAGE_SELF
# macOS counts it in bytes.
_unit = 1 if sys.platform == 'darwin' else 1024
_load = make_scanner(json.JSONDecoder())


def run_child(builtins):
    """Waits for one PLUGIN and one CALL, and runs it. `builtins` are those of the plugin's modules."""
    # Every child is a copy of the same process: chance would be the same in all of them.
    random.seed()
    _set_recursion_limit(DEEPEST_INPUT)
    plugin, call = receive(PLUGIN), receive(CALL)
    _set_recursion_limit(RECURSION)
    flush = flush_of(sys.stdout, sys.stderr)
    modules = prepare(plugin, call, builtins)
    kind, body = answer(modules, call)
    try:
        flush()
    finally:
        write_frame(ANSWERS, kind, body)
        _exit(0)


def receive(kind):
    body = read_frame(ORDERS, kind)
    if body is None:
        _exit(0)
    return _load(str(body, 'utf-8'), 0)[0]


def flush_of(*streams):
    """Flushes what these streams hold, also when the plugin puts others in their place."""
    flushes = [stream.flush for stream in streams]

    def flush():
        for one in flushes:
            try:
                one()
            except (OSError, ValueError):
                # The plugin closed it: it wants nothing of it to be seen.
                pass

    return flush


def prepare(plugin, call, builtins):
    modules = PluginModules({file['path']: file['text'] for file in plugin['files']}, plugin['entry'], builtins.scope)
    builtins.owns = modules.owns
    builtins.allowed_paths = (*call.get('reads', ()), *([call['scratch']] if 'scratch' in call else ()))
    modules.install()
    sys.meta_path.insert(0, AgentmeshFinder(call['env'], call['fetch']))
    return modules


def answer(modules, call):
    """Kind and body of the frame that ends the call."""
    units = call['errorUnits']
    try:
        try:
            value = invoke(modules, call)
        finally:
            # What the plugin hooked into running code, and what it did to the depth of the stack, ends here.
            _set_trace(None)
            _set_profile(None)
            _set_recursion_limit(RECURSION)
        return RESULT, encode(value, call['resultBytes'])
    except MissingFunction as missing:
        return ERROR, to_json({'kind': 'no-function', 'message': cut_units(missing.names, units)})
    except NotJson as reason:
        return ERROR, to_json({'kind': 'invalid-output', 'message': cut_units(str(reason), units)})
    except MemoryError as thrown:
        # The system's limit was met before the host saw it. One object that is too large is another matter.
        if _usage(_self).ru_maxrss * _unit * 2 > call['memoryBytes']:
            _exit(ABORTED)
        return ERROR, to_json(describe_error(thrown, units))
    except BaseException as thrown:
        return ERROR, to_json(describe_error(thrown, units))


class MissingFunction(Exception):
    def __init__(self, names):
        super().__init__()
        self.names = names


def invoke(modules, call):
    module = modules.load_entry()
    if call['function'] is None:
        return None
    function = find_function(module, call['function'], modules)
    if function is None:
        raise MissingFunction(', '.join(function_names(module, modules)))
    return function(call['input'])


def encode(value, max_bytes):
    """An object with the single key `result` is the envelope itself."""
    if isinstance(value, dict) and len(value) == 1 and 'result' in value:
        value = value['result']
    body = to_json(value)
    if len(body) > max_bytes:
        raise NotJson(f'it is larger than {max_bytes} bytes')
    return body


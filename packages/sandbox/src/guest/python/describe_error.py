"""Turns whatever a plugin raised into short plain text. Every look at it may run plugin code and raise again."""

from plugin_modules import ROOT

MAX_LINES = 20
MAX_LINE = 300
MAX_TYPE = 100

# Taken before a plugin runs.
_type = type
_name_of = type.__dict__['__name__'].__get__
_traceback_of = BaseException.__dict__['__traceback__'].__get__
_text_of = str
_plain = str.__str__
_cut = str.__getitem__
_starts_with = str.startswith
_SyntaxError = SyntaxError


def describe_error(thrown, max_message):
    """The body of ERROR; `max_message` in UTF-16 code units, of which a character has at most two."""
    return {
        'kind': 'plugin',
        'type': attempt(lambda: _cut(_name_of(_type(thrown)), slice(MAX_TYPE)), 'Exception'),
        'message': cut_units(message_of(thrown), max_message),
        'stack': attempt(lambda: '\n'.join(own_lines(thrown)), ''),
    }


def message_of(thrown):
    return attempt(lambda: _text_of(thrown), 'the plugin raised an exception that cannot be shown')


def attempt(look, fallback):
    try:
        return _plain(look())
    except BaseException:
        return fallback


def cut_units(text, units):
    kept = _cut(text, slice(units))
    if len(kept) * 2 <= units:
        return kept
    return kept.encode('utf-16-le', 'surrogatepass')[: units * 2].decode('utf-16-le', 'replace')


def own_lines(thrown):
    """The lines of the traceback that lie in the plugin's files, innermost first."""
    lines = []
    if isinstance(thrown, _SyntaxError) and type(thrown.filename) is str and _starts_with(thrown.filename, ROOT):
        lines.append(line(thrown.filename, thrown.lineno, '<module>'))
    entry = _traceback_of(thrown)
    own = []
    while entry is not None:
        code = entry.tb_frame.f_code
        if _starts_with(code.co_filename, ROOT):
            own.append(line(code.co_filename, entry.tb_lineno, code.co_name))
            # Of an endless recursion the innermost lines are enough.
            own = own[-MAX_LINES:]
        entry = entry.tb_next
    return (lines + own[::-1])[:MAX_LINES]


def line(file, number, name):
    return _cut(f'File "{_cut(file, slice(len(ROOT), None))}", line {number}, in {name}', slice(MAX_LINE))

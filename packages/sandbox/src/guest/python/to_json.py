"""JSON as the host reads it: UTF-8, no NaN, no number that a reader would round."""

import re
from json.encoder import encode_basestring, encode_basestring_ascii
from types import SimpleNamespace

from _json import make_encoder, make_scanner

LARGEST_INTEGER = 2**53 - 1


class NotJson(Exception):
    """A value that JSON cannot carry, and why."""


# All of these are C functions, taken before a plugin runs: nothing that it patches is on the way of its answer.
_quote = encode_basestring
_quote_ascii = encode_basestring_ascii
_long_number = re.compile('[0-9]{16}').search
_int = int
_type = type
_cut = str.__getitem__
_name_of = type.__dict__['__name__'].__get__


def to_json(value):
    """The bytes of `value`; tuples become lists, keys become text.

    Raises NotJson, and what methods of the plugin's own classes raise.
    """
    try:
        text = ''.join(_encoder(_quote)(value, 0))
        if _long_number(text):
            _check_integers(text, 0)
        return text.encode('utf-8')
    except UnicodeEncodeError:
        # Half a surrogate pair has no UTF-8, but JSON can escape it.
        return ''.join(_encoder(_quote_ascii)(value, 0)).encode('ascii')
    except (ValueError, OverflowError) as error:
        raise NotJson(_cut(str(error), slice(200))) from None
    except RecursionError:
        raise NotJson('it is nested too deep') from None


def _encoder(quote):
    # markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan
    return make_encoder({}, _refuse, quote, None, ':', ',', False, False, False)


def _refuse(value):
    raise NotJson(f'a {_cut(_name_of(_type(value)), slice(100))} is no JSON value')


def _check(digits):
    value = _int(digits)
    if -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
        return value
    shown = _cut(digits, slice(40))
    raise ValueError(f'the integer {shown} is larger than 2**53-1 and would be rounded; return it as text')


_check_integers = make_scanner(
    SimpleNamespace(
        strict=True,
        object_hook=None,
        object_pairs_hook=None,
        parse_float=float,
        parse_int=_check,
        parse_constant=float,
    )
)

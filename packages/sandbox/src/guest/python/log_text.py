"""Turns what a child prints into LOG frames. None of it stays in this process, whose memory every later child has."""

import re
from json.encoder import ESCAPE_DCT

from frames import HEADER, LOG, read_into, wipe, write_all

CHUNK = 16_384
LONGEST_ESCAPE = 6
LONGEST_CHARACTER = 4
END = b'"}'
REPLACEMENT = 0xFFFD
# Everything but the letters, digits and signs of ASCII that JSON has as they are.
SPECIAL = re.compile(rb'[^ !#-\[\]-~]')
ESCAPES = [ESCAPE_DCT.get(chr(byte), f'\\u{byte:04x}').encode() for byte in range(0x80)]

# Made once: nothing that holds text is made or left behind for a call.
_frame = bytearray(HEADER.size + 64 + LONGEST_ESCAPE * (CHUNK + LONGEST_CHARACTER))
_out = memoryview(_frame)


class LogText:
    """One of the two streams: UTF-8, of which the bytes of an incomplete character wait for the rest of it."""

    def __init__(self, stream):
        self._start = b'{"stream":"%b","text":"' % stream.encode()
        self._buffer = bytearray(CHUNK + LONGEST_CHARACTER)
        self._view = memoryview(self._buffer)
        self._held = 0

    def forget(self):
        """What waits belongs to a call that is over."""
        wipe(self._view, self._held)
        self._held = 0

    def pass_on(self, source, channel):
        """Reads once and writes what came as a LOG frame. False at the end; raises BlockingIOError when nothing is there."""
        count = read_into(source, self._view[self._held : self._held + CHUNK])
        filled = self._held + count
        used, size = self._encode(filled, is_last=count == 0)
        try:
            if used > 0:
                HEADER.pack_into(_frame, 0, size - HEADER.size, LOG)
                write_all(channel, _out[:size])
        finally:
            wipe(_out, size)
        self._held = filled - used
        self._view[: self._held] = self._view[used:filled]
        wipe(self._view[self._held :], used)
        return count > 0

    def _encode(self, filled, is_last):
        """Puts the frame together; how many bytes of the text went into it, and its size."""
        at = put(HEADER.size, self._start)
        position = 0
        while position < filled:
            special = SPECIAL.search(self._buffer, position, filled)
            end = filled if special is None else special.start()
            at = put(at, self._view[position:end])
            position = end
            if special is None:
                break
            character, length = decode(self._buffer, position, filled)
            if length == 0 and not is_last:
                break
            at = put(at, escape(character))
            position += length or filled - position
        return position, put(at, END)


STREAMS = {'stdout': LogText('stdout'), 'stderr': LogText('stderr')}


def put(at, data):
    _out[at : at + len(data)] = data
    return at + len(data)


def decode(text, position, filled):
    """The character there and its length in bytes, which is 0 for one that is not complete (RFC 3629)."""
    lead = text[position]
    if lead < 0x80:
        return lead, 1
    more = 1 if 0xC2 <= lead <= 0xDF else 2 if 0xE0 <= lead <= 0xEF else 3 if 0xF0 <= lead <= 0xF4 else 0
    if more == 0:
        return REPLACEMENT, 1
    character = lead & (0x3F >> more)
    for offset in range(1, more + 1):
        if position + offset >= filled:
            return REPLACEMENT, 0
        byte = text[position + offset]
        if byte & 0xC0 != 0x80:
            return REPLACEMENT, offset
        character = character << 6 | byte & 0x3F
    is_shortest = character >= (0x80, 0x800, 0x10000)[more - 1]
    is_character = is_shortest and not 0xD800 <= character <= 0xDFFF and character <= 0x10FFFF
    return (character if is_character else REPLACEMENT), more + 1


def escape(character):
    if character < 0x80:
        return ESCAPES[character]
    if character < 0x10000:
        return b'\\u%04x' % character
    rest = character - 0x10000
    return b'\\u%04x\\u%04x' % (0xD800 | rest >> 10, 0xDC00 | rest & 0x3FF)

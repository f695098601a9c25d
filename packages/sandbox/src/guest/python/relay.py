"""Passes on to the host what a child says: what it prints as LOG, what it wants fetched, and one answer."""

import os
import select

from frames import ERROR, FETCH, FETCHED, RESULT, copy_bytes, read_header, write_header
from log_text import STREAMS

# The host checks each frame with its own, smaller limits; these only bound what a child can make this process carry.
LARGEST = {RESULT: 16 << 20, ERROR: 1 << 20, FETCH: 16 << 20}
LARGEST_FETCHED = 256 << 20
ENDED = select.POLLHUP | select.POLLERR | select.POLLNVAL
BROKEN = 70
LOST = 0


class Relay:
    """One call. The child is not trusted: nothing it sends is read as anything but lengths and kinds."""

    def __init__(self, channel, pipes):
        self._channel = channel
        self._pipes = pipes
        self._printed = {pipes.out: STREAMS['stdout'], pipes.err: STREAMS['stderr']}
        for text in self._printed.values():
            text.forget()
        self._poller = select.poll()
        # Without a wanted event the channel still reports that the host is gone.
        self._poller.register(channel, 0)
        self._poller.register(pipes.answers, select.POLLIN)
        for descriptor in self._printed:
            self._poller.register(descriptor, select.POLLIN)

    def run(self):
        """True once an answer was passed on, False when the child ended without one."""
        while True:
            for descriptor, event in self._poller.poll():
                if descriptor == self._channel:
                    self._listen(event)
                elif descriptor in self._printed:
                    self._log(descriptor)
                else:
                    answered = self._answer()
                    if answered is not None:
                        return answered

    def _listen(self, event):
        if event & select.POLLIN:
            self._fetched()
        elif event & ENDED:
            os._exit(LOST)

    def _log(self, descriptor):
        """Passes on what is there; False when nothing is."""
        try:
            is_open = self._printed[descriptor].pass_on(descriptor, self._channel)
        except BlockingIOError:
            return False
        if not is_open:
            self._poller.unregister(descriptor)
            del self._printed[descriptor]
        return is_open

    def _answer(self):
        header = read_header(self._pipes.answers)
        if header is None:
            self._flush_logs(blocking=True)
            return False
        length, kind = header
        self._flush_logs(blocking=False)
        write_header(self._channel, kind, length)
        if length > LARGEST.get(kind, -1):
            # The host sees from the header that this is no frame of the protocol.
            os._exit(BROKEN)
        if not copy_bytes(self._pipes.answers, self._channel, length):
            return False
        if kind == FETCH:
            self._poller.modify(self._channel, select.POLLIN)
            return None
        return True

    def _fetched(self):
        header = read_header(self._channel)
        if header is None or header[1] != FETCHED or header[0] > LARGEST_FETCHED:
            os._exit(LOST)
        self._poller.modify(self._channel, 0)
        write_header(self._pipes.orders, FETCHED, header[0])
        if not copy_bytes(self._channel, self._pipes.orders, header[0]):
            os._exit(LOST)

    def _flush_logs(self, blocking):
        """What was printed before the answer belongs before it; of a child without an answer comes all it printed."""
        for descriptor in list(self._printed):
            os.set_blocking(descriptor, blocking)
            while descriptor in self._printed and self._log(descriptor):
                pass

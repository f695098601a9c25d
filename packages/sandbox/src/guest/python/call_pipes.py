"""The pipes between the server and the child of one call."""

import os

ANSWERS = 3
ORDERS = 4
FIRST_FREE = 5
LAST = 64


class CallPipes:
    """`answers`, `out` and `err` are read by the server, `orders` is written by it."""

    def __init__(self):
        self.answers, self._child_answers = os.pipe()
        self._child_orders, self.orders = os.pipe()
        self.out, self._child_out = os.pipe()
        self.err, self._child_err = os.pipe()

    def enter_child(self):
        """Leaves the child with its ends alone: it prints to 1 and 2, answers to 3 and is told things on 4."""
        os.dup2(self._child_out, 1)
        os.dup2(self._child_err, 2)
        os.dup2(self._child_answers, ANSWERS)
        # Last: 4 may be one of the ends above, which are copied by now.
        os.dup2(self._child_orders, ORDERS)
        os.closerange(FIRST_FREE, LAST)

    def leave_child(self):
        """Leaves the server with its ends alone."""
        for descriptor in (self._child_answers, self._child_orders, self._child_out, self._child_err):
            os.close(descriptor)
        os.set_blocking(self.out, False)
        os.set_blocking(self.err, False)

    def close(self):
        for descriptor in (self.answers, self.orders, self.out, self.err):
            os.close(descriptor)

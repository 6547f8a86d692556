"""The time that one answer has, and whether anybody still waits for it.

Knows: the clock, the deadline that all calls of an answer share, and being stopped. Does not know: calls.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from assistant.errors import ModelCancelled, ModelTimeout
from assistant.llm.call import Failed
from assistant.llm.failures import WORDS, Fault

# Less than this before the deadline, a time-out is the deadline's; before, it was the connection's.
DEADLINE_MARGIN_S = 0.2


class Deadline:
    """Starts when it is made."""

    def __init__(
        self, clock: Callable[[], float], seconds: float, cancelled: Callable[[], bool] | None = None
    ) -> None:
        self._clock = clock
        self._until = clock() + seconds
        self._cancelled = cancelled or (lambda: False)
        self._closed = threading.Event()

    @property
    def remaining_s(self) -> float:
        """Seconds left; below 0 when it has passed."""
        return self._until - self._clock()

    def close(self) -> None:
        """Stop whatever still runs under it."""
        self._closed.set()

    def check(self, leave_s: float = 0.0) -> float:
        """Seconds left, less `leave_s`.

        Raises:
            Failed: there are none, or nobody wants the answer any more.
        """
        if self._closed.is_set() or self._cancelled():
            raise Failed(Fault(ModelCancelled("The answer was stopped.")))
        remaining = self.remaining_s - leave_s
        if remaining <= 0:
            raise Failed(Fault(ModelTimeout(WORDS[ModelTimeout])))
        return remaining

    def sleep(self, seconds: float) -> None:
        """Wait, but no longer than anybody does.

        Raises:
            ModelError: the deadline passed or the answer was stopped meanwhile.
        """
        until = self._clock() + seconds
        while (left := until - self._clock()) > 0:
            try:
                self.check()
            except Failed as failed:
                raise failed.fault.error from None
            time.sleep(min(left, 0.05))

"""A sign of life during a long step: the line of progress again every few seconds."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition, Thread

INTERVAL_S = 20.0
"""Silence after which the last step is named again."""


class Heartbeat:
    """Say again what is going on while nothing else is said.

    Parameters
    ----------
    show
        Called with the text of the last step, from a thread of its own.
    interval_s
        Silence before it is said again.
    """

    def __init__(self, show: Callable[[str], None], interval_s: float = INTERVAL_S) -> None:
        self._show = show
        self._interval_s = interval_s
        self._text = ""
        self._steps = 0
        self._stopped = False
        self._changed = Condition()
        self._thread: Thread | None = None

    def step(self, text: str) -> None:
        """Begin a step; the silence is counted from now."""
        with self._changed:
            self._text = text
            self._steps += 1
            if self._thread is None and not self._stopped:
                self._thread = Thread(target=self._beat, name="progress", daemon=True)
                self._thread.start()
            self._changed.notify()

    def stop(self) -> None:
        """Say nothing more."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _beat(self) -> None:
        with self._changed:
            while not self._stopped:
                steps = self._steps
                self._changed.wait(self._interval_s)
                if not self._stopped and steps == self._steps:
                    self._show(self._text)

"""Run HiGHS in a thread of its own, so that signals reach the caller, and end it at a limit in processor seconds.

The limit of HiGHS counts the clock: on a busy machine the same limit ends a solve that has hardly begun, and the design
depends on what else runs. Here the processor time of the solving thread is read while it runs; past the limit HiGHS is
asked to stop at its next callback and keeps what it has found. Limits by the clock remain far behind, for a solver that
waits for ever.
"""

import time
from collections.abc import Callable
from functools import partial
from threading import Event, Thread, get_ident
from typing import Any

from edsim.lp.ending import mark_ending

WATCHDOG_GRACE_S = 2.0
LONGEST_GRACE_S = 30.0
"""A long solve gets a tenth of its limit to end by itself, with its incumbent, before it is abandoned."""
POLL_S = 0.05
WALL_PER_CPU = 100.0
"""Times its limit a solve may take by the clock: one that waits for ever ends there. Beside twenty busy processes on
two cores a solve was measured to get a twentieth of a processor."""


class Watch:
    """What ends the runs of one solver before they end by themselves: a limit, or a cancel from another thread.

    Attributes
    ----------
    used_s
        Processor seconds of the last run.
    is_abandoned
        Whether a run did not stop when asked; its solver must not be used again.
    """

    def __init__(self) -> None:
        self.used_s = 0.0
        self.is_abandoned = False
        self._cancel, self._late = Event(), Event()
        self._clock: Callable[[], float] = float

    @property
    def is_late(self) -> bool:
        """Return whether the limit ended the last run."""
        return self._late.is_set()

    @property
    def is_cancelled(self) -> bool:
        """Return whether a cancel waits to be followed."""
        return self._cancel.is_set()

    @property
    def is_over(self) -> bool:
        """Return whether a run is to stop; the solver asks in its callbacks."""
        return self._cancel.is_set() or self._late.is_set()

    def cancel(self) -> None:
        """Ask the run under way to stop."""
        self._cancel.set()

    def renew(self) -> None:
        """Forget a cancel of before."""
        self._cancel.clear()

    def run(self, highs: Any, limit_s: float) -> bool:
        """Run a solver and return whether it ended; it may have been asked to.

        Parameters
        ----------
        highs
            Solver with its program and options.
        limit_s
            Limit in processor seconds.

        Raises
        ------
        KeyboardInterrupt
            Ctrl-C, or whatever a signal handler raised; the solver was asked to stop before.
        """
        self._late.clear()
        self.used_s, self._clock = 0.0, float
        worker = Thread(target=self._measured, args=(highs,), name="highs", daemon=True)
        grace = WATCHDOG_GRACE_S + min(0.1 * limit_s, LONGEST_GRACE_S)
        last = time.monotonic() + by_the_clock_s(limit_s) + grace
        worker.start()
        try:
            while worker.is_alive():
                worker.join(POLL_S)
                self.used_s = max(self.used_s, self._clock())
                if self.used_s > limit_s or time.monotonic() > last:
                    self._late.set()
                if self._cancel.is_set() or self.used_s > limit_s + grace or time.monotonic() > last:
                    return self._stop(worker)
        except (KeyboardInterrupt, SystemExit):  # the process is to end: stop HiGHS, then pass it on
            mark_ending()
            self._stop(worker)
            raise
        except BaseException:  # what else a signal handler raised
            self._stop(worker)
            raise
        return True

    def _stop(self, worker: Thread) -> bool:
        self._cancel.set()
        worker.join(WATCHDOG_GRACE_S)
        self.is_abandoned = worker.is_alive()
        return not self.is_abandoned

    def _measured(self, highs: Any) -> None:
        """Run the solver in this thread and keep the processor time it takes."""
        self._clock = clock = processor_clock()
        solve_thread(highs)
        self.used_s = clock()


def by_the_clock_s(limit_s: float) -> float:
    """Return the limit by the clock of a solve that may take `limit_s` of a processor."""
    return WALL_PER_CPU * limit_s


def processor_clock() -> Callable[[], float]:
    """Return the processor seconds that this thread has taken from now on, as any thread may ask for them.

    Where the system does not tell them of a single thread (macOS, Windows), those of the process stand for them.
    """
    now: Callable[[], float] = time.process_time
    if hasattr(time, "pthread_getcpuclockid"):
        now = partial(time.clock_gettime, time.pthread_getcpuclockid(get_ident()))
    begun = now()
    return lambda: _read(now, begun)


def _read(now: Callable[[], float], begun: float) -> float:
    try:
        return now() - begun
    except OSError:  # the thread has ended
        return 0.0


def solve_thread(highs: Any) -> None:
    """Run HiGHS and close the task scheduler of this thread, so that the next thread may use another thread count."""
    import highspy

    highs.run()
    wait_for_threads = False
    highspy.Highs.resetGlobalScheduler(wait_for_threads)

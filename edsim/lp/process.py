"""Solve in a process of its own: a second core for a bound, and a limit that holds whatever the solver does.

The child (:mod:`edsim.core.interpreter`) imports the arrays and the session only, reads one request from its input and
writes one answer to its output. It ends when its parent does.
"""

import os
import subprocess
import sys
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from dataclasses import replace
from threading import Thread
from typing import Any

from edsim.core.errors import EdsimError, SolverError
from edsim.core.interpreter import packed, receive, send, started
from edsim.lp.matrix import CompiledLP, FloatArray
from edsim.lp.options import LPResult, SolverOptions
from edsim.lp.running import by_the_clock_s

KILL_GRACE_S = 60.0
"""Time for start-up, hand-over and the session's own watchdog beyond the time limit before the child is killed."""


class SolveHandle:
    """A solve under way in another process."""

    def __init__(self, process: subprocess.Popen[bytes], future: Future[LPResult]) -> None:
        self._process = process
        self._future = future

    def done(self) -> bool:
        """Return whether the answer (or the failure) is there."""
        return self._future.done()

    def cancel(self) -> None:
        """Kill the process; `result` then raises `SolverError`."""
        self._process.kill()

    def result(self, timeout_s: float | None = None) -> LPResult:
        """Wait for the answer.

        Parameters
        ----------
        timeout_s
            Longest wait in seconds; None waits to the end.

        Raises
        ------
        TimeoutError
            No answer within `timeout_s`; the process goes on.
        SolverError
            The process was killed, at its limit or by `cancel`, or died.
        DataError
            The program cannot be answered; E501 … E507.
        """
        try:
            return self._future.result(timeout_s)
        except FutureTimeoutError:
            msg = f"the solve has not ended within {timeout_s} s"
            raise TimeoutError(msg) from None
        except (KeyboardInterrupt, SystemExit):
            self.cancel()
            raise


def solve_in_process(
    lp: CompiledLP, cost: FloatArray | None = None, options: SolverOptions | None = None
) -> SolveHandle:
    """Start solving `lp` in another process and return at once.

    Parameters
    ----------
    lp
        The program; it is copied.
    cost
        Objective to use instead of the program's.
    options
        Settings; beyond `by_the_clock_s` of its limit, and `KILL_GRACE_S`, the process is killed.
    """
    program = lp if cost is None else replace(lp, cost=cost, has_objective=True)
    settings = options or SolverOptions()
    one_thread = os.environ | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(settings.threads))
    process = started(__name__, serve_one.__name__, env=one_thread, stderr=subprocess.PIPE)
    future: Future[LPResult] = Future()
    future.set_running_or_notify_cancel()
    Thread(target=_attend, args=(process, program, settings, future), name="solve", daemon=True).start()
    return SolveHandle(process, future)


def _attend(process: subprocess.Popen[bytes], lp: CompiledLP, options: SolverOptions, future: Future[LPResult]) -> None:
    """Send the request, enforce the limit, settle the future."""
    killer = _Killer(process, by_the_clock_s(options.time_limit_s) + KILL_GRACE_S)
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        send(process.stdin, packed((lp, options)))
        kind, answer = receive(process.stdout)
        if kind == "result":
            future.set_result(answer)
        else:
            future.set_exception(answer)
    except (OSError, EOFError) as exc:
        reason = "was stopped at its time limit" if killer.fired else "ended without an answer"
        process.kill()
        future.set_exception(SolverError(f"the solver process {reason} (exit code {process.wait()}): {exc}"))
    finally:
        killer.disarm()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                with suppress(OSError):  # what is left for a killed process cannot be handed over
                    stream.close()
        process.wait()


class _Killer:
    """Kills a process after a time unless disarmed."""

    def __init__(self, process: subprocess.Popen[bytes], after_s: float) -> None:
        from threading import Event

        self.fired = False
        self._process = process
        self._off = Event()
        self._after_s = after_s if after_s < float("inf") else None
        Thread(target=self._wait, name="solve-limit", daemon=True).start()

    def disarm(self) -> None:
        self._off.set()

    def _wait(self) -> None:
        if not self._off.wait(self._after_s):
            self.fired = True
            self._process.kill()


def serve_one() -> None:
    """Answer one request from standard input; the child's whole life."""
    from edsim.lp.highs import HighsSession

    output, sys.stdout = sys.stdout.buffer, sys.stderr  # nothing else may write to the answer
    lp, options = receive(sys.stdin.buffer)
    Thread(target=_end_with_parent, daemon=True).start()
    answer: tuple[str, Any]
    try:
        answer = ("result", HighsSession(lp, options).solve())
    except (EdsimError, ValueError) as exc:
        answer = ("error", exc)
    send(output, packed(answer))


def _end_with_parent() -> None:
    """End this process when the parent closes our input, which its death does too."""
    if not sys.stdin.buffer.read(1):
        os._exit(1)

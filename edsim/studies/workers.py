"""Alternatives solved by several processes at once, each with a copy of the prepared case.

A worker (:mod:`edsim.core.interpreter`) takes over the bench: weather, demand, networks and the design of the case as
it stands are not made again. Alternatives are handed out one by one; every one is solved from the same start, so that
no figure hangs on how many workers there are or on who takes which. A worker ends when the program that started it
does, whatever ended that.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any

from edsim.case.schema import Case
from edsim.core.errors import EdsimError
from edsim.core.interpreter import packed, receive, send, started
from edsim.studies.bench import Bench, Mode, outcome_of
from edsim.studies.results import Outcome
from edsim.studies.vary import Point

Job = tuple[int, Point, Case]
"""Number of an alternative in its study, its name and values, and the case with these values."""
_MEMORY_MB = 1_200.0
"""What a worker holds: 750 MB with stores, batteries and 14 typical days measured on ten buildings (2026)."""
_FEWEST_EACH = 2
"""Alternatives of a worker from which on its start, some two seconds, is worth it."""


def sensible_workers(alternatives: int) -> int:
    """Return how many processes a study of so many solves is given where nobody says: by processors and free memory."""
    import psutil

    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    room = int(psutil.virtual_memory().available / 1e6 / _MEMORY_MB)
    return max(1, min(allowed, room, alternatives // _FEWEST_EACH))


def solved_by_workers(bench: Bench, mode: Mode, jobs: Sequence[Job], workers: int) -> Iterator[tuple[int, Outcome]]:
    """Yield number and outcome of every alternative, in the order in which they are ready.

    What a worker that died had in hand, and what is left when the last has died, is solved in this process.

    Parameters
    ----------
    bench, mode
        As in :func:`edsim.studies.bench.outcome_of`.
    jobs
        Alternatives.
    workers
        Processes.

    Raises
    ------
    EdsimError
        What a worker could not answer, as without workers.
    """
    waiting: SimpleQueue[Job] = SimpleQueue()
    for job in jobs:
        waiting.put(job)
    answers: SimpleQueue[tuple[Job | None, Outcome | EdsimError | None]] = SimpleQueue()
    sent = packed((bench, mode))
    processes = [
        started(__name__, work.__name__, start_new_session=True)  # Ctrl-C is for the program that started it
        for _ in range(min(workers, len(jobs)))
    ]
    attending = [Thread(target=_attend, args=(p, sent, waiting, answers.put), daemon=True) for p in processes]
    try:
        for thread in attending:
            thread.start()
        yield from _gathered(bench, mode, (len(processes), len(jobs)), waiting, answers)
    finally:
        for process in processes:
            process.kill()
        for process, thread in zip(processes, attending, strict=True):
            thread.join()
            with suppress(OSError):  # what a killed process did not take cannot be handed over
                process.communicate()


def _gathered(
    bench: Bench, mode: Mode, counts: tuple[int, int], waiting: SimpleQueue[Job], answers: SimpleQueue[Any]
) -> Iterator[tuple[int, Outcome]]:
    """Yield answers until all are there; `counts` are workers and alternatives."""
    alive, missing = counts
    while missing:
        job, answer = answers.get() if alive else (_next(waiting), None)
        if job is None:  # a worker is gone that had nothing in hand
            alive -= 1
            continue
        if answer is None:
            alive -= 1 if alive else 0
            answer = outcome_of(bench, job[1], job[2], mode)
        if isinstance(answer, EdsimError):
            raise answer
        missing -= 1
        yield job[0], answer


def _next(waiting: SimpleQueue[Job]) -> Job | None:
    with suppress(Empty):
        return waiting.get_nowait()
    return None


def _attend(
    process: subprocess.Popen[bytes], bench: bytes, waiting: SimpleQueue[Job], answered: Callable[[Any], None]
) -> None:
    """Give a worker one alternative after the other until none is left; a worker that died is told with its job."""
    job: Job | None = None
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        send(process.stdin, bench)
        while (job := _next(waiting)) is not None:
            send(process.stdin, packed(job))
            answered((job, receive(process.stdout)))
    except (OSError, EOFError):
        answered((job, None))


def work() -> None:
    """Take over a bench from standard input and answer alternatives until it closes; the whole life of a worker."""
    source, output = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing else may write to the answers
    bench, mode = receive(source)
    jobs: SimpleQueue[Job] = SimpleQueue()
    Thread(target=_listen, args=(source, jobs.put), daemon=True).start()
    while True:
        _, point, case = jobs.get()
        answer: Outcome | EdsimError
        try:
            answer = outcome_of(bench, point, case, mode)
        except EdsimError as error:
            answer = error
        send(output, packed(answer))


def _listen(source: IO[bytes], heard: Callable[[Job], None]) -> None:
    """Hand on what comes; end this process when the starter is gone, also in the middle of a solve."""
    while True:
        try:
            heard(receive(source))
        except (OSError, EOFError):
            os._exit(0)

"""Questions answered by several processes at once, each with a copy of the prepared case.

A worker (:mod:`edsim.core.interpreter`) takes over what is held: weather, demand, networks and the design of the case
as it stands are not made again. Questions are handed out one by one; every one is answered from the same start, so that
no figure hangs on how many workers there are or on who takes which. A worker ends when the program that started it
does, whatever ended that.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any, Self

from edsim.case.schema import Case
from edsim.core.errors import EdsimError
from edsim.core.interpreter import ONE_THREAD, packed, receive, send, started
from edsim.studies.bench import Bench, Mode, outcome_of
from edsim.studies.results import Outcome
from edsim.studies.vary import Point

Job = tuple[int, Point, Case]
"""Number of an alternative in its study, its name and values, and the case with these values."""
Ask = Callable[[Any, Any], Any]
"""A function of what is held and of one item; a worker finds it by its name, so it is one of a module."""
_MEMORY_MB = 1_200.0
"""What a worker holds: 750 MB with stores, batteries and 14 typical days measured on ten buildings (2026)."""
_FEWEST_EACH = 2
"""Alternatives of a worker from which on its start, some two seconds, is worth it."""
_FEWEST_WORKERS = 2
"""Fewer processes than this are none: the questions are answered in this one."""


def sensible_workers(alternatives: int) -> int:
    """Return how many processes a study of so many solves is given where nobody says: by processors and free memory."""
    import psutil

    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    room = int(psutil.virtual_memory().available / 1e6 / _MEMORY_MB)
    return max(1, min(allowed, room, alternatives // _FEWEST_EACH))


@dataclass(slots=True)
class Crew:
    """Workers that share the questions about one thing, as often as asked; started when first needed.

    Attributes
    ----------
    held
        What every question is about; a worker gets a copy.
    workers
        Processes; None takes what suits machine and number of questions.
    """

    held: Any
    workers: int | None = 1
    _alive: dict[subprocess.Popen[bytes], bool] = field(default_factory=dict, init=False, repr=False)
    """Process → whether it has what is held."""

    def __enter__(self) -> Self:
        """Return the crew; no process is started yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes."""
        self._end(())

    def _end(self, attending: Sequence[Thread]) -> None:
        for process in self._alive:
            process.kill()
        for thread in attending:
            thread.join()
        for process in self._alive:
            _reap(process)
        self._alive.clear()

    def count(self, items: int) -> int:
        """Return how many processes so many questions are shared among; 1 stands for none but this one."""
        wanted = sensible_workers(items) if self.workers is None else self.workers
        return min(wanted, items) if min(wanted, items) >= _FEWEST_WORKERS else 1

    def answers(self, ask: Ask, items: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        """Yield number and answer of every item, in the order in which they are ready.

        What a worker that died had in hand, and what is left when the last has died, is answered in this process.

        Raises
        ------
        EdsimError
            What a question could not be answered with, as without workers.
        """
        if self.count(len(items)) == 1:
            yield from ((k, ask(self.held, item)) for k, item in enumerate(items))
            return
        while len(self._alive) < self.count(len(items)):
            self._alive[_started()] = False
        yield from self._shared(ask, items)

    def _shared(self, ask: Ask, items: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        waiting: SimpleQueue[tuple[int, Any]] = SimpleQueue()
        for numbered in enumerate(items):
            waiting.put(numbered)
        ready: SimpleQueue[tuple[subprocess.Popen[bytes], int | None, Any]] = SimpleQueue()
        sent = b"" if all(self._alive.values()) else packed(self.held)
        chosen = list(self._alive)[: self.count(len(items))]
        attending = [
            Thread(target=_attend, args=(p, b"" if self._alive[p] else sent, ask, waiting, ready.put), daemon=True)
            for p in chosen
        ]
        self._alive |= dict.fromkeys(chosen, True)
        finished = False
        try:
            for thread in attending:
                thread.start()
            yield from self._gathered(ask, len(items), (len(chosen), waiting, ready))
            finished = True
        finally:
            if not finished:  # a question is out that nobody waits for any more
                self._end(attending)

    def _gathered(self, ask: Ask, missing: int, queues: tuple[int, Any, Any]) -> Iterator[tuple[int, Any]]:
        """Yield answers until all are there; `queues` are the workers, what waits for them and what they answered."""
        working, waiting, ready = queues
        while missing:
            process, job, answer = ready.get() if working else (None, _next(waiting), _Gone)
            if answer is _Gone and process is not None:
                working -= 1
                del self._alive[process]
                _reap(process)
            if job is None:  # a worker is gone that had nothing in hand
                continue
            number, item = job
            if answer is _Gone:
                answer = ask(self.held, item)
            if isinstance(answer, EdsimError):
                raise answer
            missing -= 1
            yield number, answer


class _Gone:
    """Stands for the answer of a worker that died."""


def solved_by_workers(bench: Bench, mode: Mode, jobs: Sequence[Job], workers: int) -> Iterator[tuple[int, Outcome]]:
    """Yield number and outcome of every alternative, in the order in which they are ready.

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
    with Crew(bench, workers) as crew:
        for k, outcome in crew.answers(partial(_outcome, mode), jobs):
            yield jobs[k][0], outcome


def _outcome(mode: Mode, bench: Bench, job: Job) -> Outcome:
    return outcome_of(bench, job[1], job[2], mode)


def _started() -> subprocess.Popen[bytes]:
    env = os.environ | ONE_THREAD
    return started(__name__, work.__name__, env=env, start_new_session=True)  # Ctrl-C is for who started it


def _reap(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    with suppress(OSError):  # what a killed process did not take cannot be handed over
        process.communicate()


def _next(waiting: SimpleQueue[tuple[int, Any]]) -> tuple[int, Any] | None:
    with suppress(Empty):
        return waiting.get_nowait()
    return None


def _attend(
    process: subprocess.Popen[bytes],
    held: bytes,
    ask: Ask,
    waiting: SimpleQueue[tuple[int, Any]],
    answered: Callable[[Any], None],
) -> None:
    """Give a worker one question after the other until none is left; a worker that died is told with its question."""
    job: tuple[int, Any] | None = None
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        if held:
            send(process.stdin, held)
        while (job := _next(waiting)) is not None:
            send(process.stdin, packed((ask, job[1])))
            answered((process, job, receive(process.stdout)))
    except (OSError, EOFError):
        answered((process, job, _Gone))


def work() -> None:
    """Take over what is held from standard input and answer until it closes; the whole life of a worker."""
    source, output = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing else may write to the answers
    held = receive(source)
    questions: SimpleQueue[tuple[Ask, Any]] = SimpleQueue()
    Thread(target=_listen, args=(source, questions.put), daemon=True).start()
    while True:
        ask, item = questions.get()
        try:
            answer = ask(held, item)
        except EdsimError as error:
            answer = error
        send(output, packed(answer))


def _listen(source: IO[bytes], heard: Callable[[tuple[Ask, Any]], None]) -> None:
    """Hand on what comes; end this process when the starter is gone, also in the middle of a solve."""
    while True:
        try:
            heard(receive(source))
        except (OSError, EOFError):
            os._exit(0)

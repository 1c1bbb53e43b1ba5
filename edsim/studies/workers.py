"""Alternatives solved by several processes at once, each with a copy of the prepared case.

A worker is a fresh interpreter that takes over the bench: weather, demand,
networks and the design of the case as it stands are not made again. Alternatives are handed out one by one; every one
is solved from the same start, so that no figure hangs on how many workers there are or on who takes which. A worker
ends when the program that started it does, whatever ended that.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any

import edsim
from edsim.case.schema import Case
from edsim.core.errors import EdsimError
from edsim.studies.bench import Bench, Mode, outcome_of
from edsim.studies.results import Outcome
from edsim.studies.vary import Point

Job = tuple[int, Point, Case]
"""Number of an alternative in its study, its name and values, and the case with these values."""
_START = "import sys; sys.path.insert(0, sys.argv[1]); from edsim.studies.workers import work; work()"
_MEMORY_MB = 1_200.0
"""What a worker holds: 750 MB with stores, batteries and 14 typical days measured on ten buildings (2026)."""
_FEWEST_EACH = 2
"""Alternatives of a worker from which on its start, some two seconds, is worth it."""
_SIZE_BYTES = 8


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
    packed = pickle.dumps((bench, mode), protocol=pickle.HIGHEST_PROTOCOL)
    processes = [_started() for _ in range(min(workers, len(jobs)))]
    attending = [Thread(target=_attend, args=(p, packed, waiting, answers.put), daemon=True) for p in processes]
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


def _started() -> subprocess.Popen[bytes]:
    """Return a fresh interpreter that waits for a bench; Ctrl-C is for the program that started it."""
    home = str(Path(edsim.__file__).resolve().parents[1])
    return subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", _START, home],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )


def _attend(
    process: subprocess.Popen[bytes], packed: bytes, waiting: SimpleQueue[Job], answered: Callable[[Any], None]
) -> None:
    """Give a worker one alternative after the other until none is left; a worker that died is told with its job."""
    job: Job | None = None
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        _send(process.stdin, packed)
        while (job := _next(waiting)) is not None:
            _send(process.stdin, pickle.dumps(job, protocol=pickle.HIGHEST_PROTOCOL))
            answered((job, pickle.loads(_received(process.stdout))))  # noqa: S301 - written by a process we started
    except (OSError, EOFError):
        answered((job, None))


def work() -> None:
    """Take over a bench from standard input and answer alternatives until it closes; the whole life of a worker."""
    source, output = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing else may write to the answers
    bench, mode = pickle.loads(_received(source))  # noqa: S301 - written by the process that started us
    jobs: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(source, jobs.put), daemon=True).start()
    while True:
        _, point, case = pickle.loads(jobs.get())  # noqa: S301 - as above
        answer: Outcome | EdsimError
        try:
            answer = outcome_of(bench, point, case, mode)
        except EdsimError as error:
            answer = error
        _send(output, pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL))


def _listen(source: IO[bytes], heard: Callable[[bytes], None]) -> None:
    """Hand on what comes; end this process when the starter is gone, also in the middle of a solve."""
    while True:
        try:
            heard(_received(source))
        except (OSError, EOFError):
            os._exit(0)


def _send(stream: IO[bytes], message: bytes) -> None:
    stream.write(len(message).to_bytes(_SIZE_BYTES, "little"))
    stream.write(message)
    stream.flush()


def _received(stream: IO[bytes]) -> bytes:
    """Return the next message.

    Raises
    ------
    EOFError
        The other side is gone.
    """
    head = stream.read(_SIZE_BYTES)
    size = int.from_bytes(head, "little")
    message = stream.read(size) if len(head) == _SIZE_BYTES else b""
    if not head or len(message) < size:
        raise EOFError
    return message

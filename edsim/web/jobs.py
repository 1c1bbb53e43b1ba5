"""Runs started from pages: a queue, one at a time, each in a process of its own that can be ended at any moment."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from edsim.core.child import memory_mb
from edsim.core.interpreter import ONE_THREAD

State = Literal["waiting", "running", "done", "refused", "failed", "cancelled"]
ENDED: frozenset[State] = frozenset({"done", "refused", "failed", "cancelled"})
_POLL_S = 0.2
_MOST_STEPS = 500
_LAST_S = 5.0
"""Time to remove the cases of ended jobs when the queue closes, s."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to run: a case folder of our own, which is removed afterwards, and where the run goes."""

    title: str
    case: Path
    out: Path
    mode: str
    scenario: str
    lang: str


@dataclass(slots=True)
class Job:
    """A run that was ordered.

    Attributes
    ----------
    id
        Number in the order of arrival.
    order
        What to run.
    state
        What became of it so far.
    steps
        Seconds since its start and line of progress.
    findings
        Why it was refused or failed.
    started, ended
        Monotonic clock, s; 0 before.
    """

    id: int
    order: Order
    state: State = "waiting"
    steps: list[tuple[float, str]] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    started: float = 0.0
    ended: float = 0.0

    @property
    def seconds(self) -> float:
        """Return how long it has run, s."""
        if not self.started:
            return 0.0
        return (self.ended or time.monotonic()) - self.started

    def as_dict(self, since: int = 0) -> dict[str, Any]:
        """Return its state and the steps from number `since` on, as plain data."""
        return {
            "state": self.state,
            "seconds": round(self.seconds, 1),
            "steps": [[round(s, 1), text] for s, text in self.steps[since:]],
        }


class Queue:
    """Runs orders one after another, tells `keep` of those done; `close` ends the running one."""

    def __init__(
        self, *, time_s: float, memory_mb: float, most_waiting: int, keep: Callable[[Order], None] = lambda _: None
    ) -> None:
        self._keep = keep
        self._time_s = time_s
        self._memory_mb = memory_mb
        self._most = most_waiting
        self._jobs: dict[int, Job] = {}
        self._waiting: queue.Queue[int | None] = queue.Queue()
        self._change = threading.Condition()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._worker: threading.Thread | None = None

    def add(self, order: Order) -> Job | None:
        """Append an order; return its job, None when too many wait already."""
        with self._change:
            if self._closed or sum(j.state == "waiting" for j in self._jobs.values()) >= self._most:
                return None
            job = Job(len(self._jobs) + 1, order)
            self._jobs[job.id] = job
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, daemon=True, name="edsim-jobs")
                self._worker.start()
        self._waiting.put(job.id)
        return job

    def get(self, job_id: int) -> Job | None:
        """Return a job by number."""
        return self._jobs.get(job_id)

    def jobs(self) -> list[Job]:
        """Return all jobs, newest first."""
        return list(self._jobs.values())[::-1]

    def cancel(self, job_id: int) -> None:
        """End a job that waits or runs; nothing of it is stored."""
        with self._change:
            job = self._jobs.get(job_id)
            if job is None or job.state in ENDED:
                return
            running = job.state == "running"
            self._end(job, "cancelled", [])
            if running:
                self._kill()

    def wait(self, job: Job, seen: int, state: str, timeout_s: float) -> None:
        """Return when a job has more steps than `seen` or another state, or after `timeout_s`."""
        with self._change:
            self._change.wait_for(lambda: len(job.steps) > seen or job.state != state, timeout_s)

    def close(self) -> None:
        """End the running job and all that wait, and remove their cases."""
        with self._change:
            self._closed = True
            for job in self._jobs.values():
                if job.state not in ENDED:
                    self._end(job, "cancelled", [])
            self._kill()
        self._waiting.put(None)
        if self._worker is not None:
            self._worker.join(_LAST_S)

    def _work(self) -> None:
        while (number := self._waiting.get()) is not None:
            job = self._jobs[number]
            try:
                self._run(job)
            except OSError as fault:
                self._finish(job, "failed", [fault.strerror or str(fault)])
            finally:
                shutil.rmtree(job.order.case, ignore_errors=True)

    def _run(self, job: Job) -> None:
        with self._change:
            if job.state != "waiting":
                return
            job.state, job.started = "running", time.monotonic()
            self._process = process = _start(job.order)
            self._change.notify_all()
        watch = threading.Thread(target=self._watch, args=(job, process), daemon=True)
        watch.start()
        end: dict[str, Any] = {}
        for content in _lines(process):
            if "step" in content:
                with self._change:
                    if len(job.steps) < _MOST_STEPS:
                        job.steps.append((job.seconds, str(content["step"])[:300]))
                    self._change.notify_all()
            else:
                end = content
        code = _closed(process)
        if end.get("end") == "done":
            with suppress(OSError):
                self._keep(job.order)
        lost = [f"the process ended with code {code} before it was done"]
        self._finish(job, end.get("end", "failed"), end.get("findings", lost))

    def _watch(self, job: Job, process: subprocess.Popen[bytes]) -> None:
        """End a process that takes too long or too much memory."""
        while process.poll() is None:
            used = memory_mb(process.pid)
            reason = ""
            if job.seconds > self._time_s:
                reason = f"not finished after {self._time_s:.0f} s"
            elif used > self._memory_mb:
                reason = f"used {used:.0f} MB, allowed {self._memory_mb:.0f} MB"
            if reason:
                self._finish(job, "failed", [reason])
                process.kill()
            with suppress(subprocess.TimeoutExpired):
                process.wait(_POLL_S)

    def _finish(self, job: Job, state: State, findings: list[str]) -> None:
        with self._change:
            if job.state not in ENDED:
                self._end(job, state, findings)

    def _end(self, job: Job, state: State, findings: list[str]) -> None:
        job.state, job.ended, job.findings = state, time.monotonic(), [str(f) for f in findings][:200]
        self._change.notify_all()

    def _kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()


def _start(order: Order) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-m", "edsim.web.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | ONE_THREAD,
        start_new_session=True,
    )
    assert process.stdin is not None
    job = {k: str(getattr(order, k)) for k in ("case", "out", "mode", "scenario", "lang")}
    with suppress(BrokenPipeError):
        process.stdin.write(json.dumps(job).encode() + b"\n")
        process.stdin.flush()
    return process


def _closed(process: subprocess.Popen[bytes]) -> int:
    """Wait for the end of a process, close its pipes and return its exit code."""
    with suppress(BrokenPipeError), process:
        pass
    return process.wait()


def _lines(process: subprocess.Popen[bytes]) -> Iterator[dict[str, Any]]:
    assert process.stdout is not None
    for line in process.stdout:
        with suppress(ValueError):
            found = json.loads(line)
            if isinstance(found, dict):
                yield found

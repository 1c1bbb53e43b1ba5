"""Run one task in a process of its own, within limits of time and memory, and say how it went.

Whatever the process does (crash, hang, eat memory), the caller only sees a record of the attempt.
"""

from __future__ import annotations

import errno
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from edsim.core.child import memory_mb
from edsim.core.interpreter import ONE_THREAD
from edsim.portfolio.store import Store

UNWRITABLE = "unwritable"
"""Status of an attempt to which the store was in the way: a disk that is full, or may not be written."""
CHANGED = "changed"
"""Status of an attempt at a case that is no longer what it was planned as: the next plan names it anew."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_POLL_S = 0.05
_RENEW_S = 2.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What one case may use: `memory_mb` of resident memory and `time_s` of wall time."""

    memory_mb: float
    time_s: float


def attempt(job: Mapping[str, Any]) -> dict[str, Any]:
    """Run the task of a job once.

    Parameters
    ----------
    job
        ``task`` (a task as plain data), ``store`` (folder), ``runner`` (``module:function``), ``memory_mb``,
        ``time_s``.

    Returns
    -------
    dict
        ``status``: ok, refused (a fault of the case: final), unwritable (one of the store), changed (the case is no
        longer the planned one), failed, crashed, memory or time; ``reason``; ``seconds``; ``peak_memory_mb``;
        ``host``; ``when``; for ok, ``computed`` (False: it was finished already).
    """
    start, when = time.monotonic(), datetime.now(UTC).isoformat(timespec="seconds")
    try:
        found, peak = _supervised(job, when)
    except OSError as fault:
        found, peak = failed(fault), 0.0
    seconds = round(time.monotonic() - start, 3)
    return {**found, "seconds": seconds, "peak_memory_mb": round(peak, 1), "host": platform.node(), "when": when}


def failed(fault: Exception) -> dict[str, Any]:
    """Return the record of an attempt that `fault` ended."""
    full = isinstance(fault, OSError) and fault.errno in _NO_ROOM
    return {"status": UNWRITABLE if full else "failed", "reason": f"{type(fault).__name__}: {fault}"[:500]}


def _supervised(job: Mapping[str, Any], when: str) -> tuple[dict[str, Any], float]:
    """Start the process of a job, watch and end it; return what it came to and its peak memory, MB."""
    store, task_id = Store(Path(job["store"])), str(job["task"]["id"])
    with store.log_file(task_id).open("ab") as log:
        log.write(f"--- {when} {platform.node()}\n".encode())
        log.flush()
        process = _start(job, log)
        try:
            stopped, peak = _watch(process, store, task_id, Limits(job["memory_mb"], job["time_s"]))
        finally:
            text = _end(process)
            store.clear_running(task_id)
    return stopped or _answer(text, process.returncode), peak


def _start(job: Mapping[str, Any], log: IO[bytes]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-m", "edsim.portfolio.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        env=os.environ | ONE_THREAD,
        start_new_session=True,
    )
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.write(json.dumps({k: job[k] for k in ("task", "store", "runner")}).encode() + b"\n")
        process.stdin.flush()
    return process


def _watch(
    process: subprocess.Popen[bytes], store: Store, task_id: str, limits: Limits
) -> tuple[dict[str, Any] | None, float]:
    """Wait for the process; return why it was stopped (None when it ended by itself) and its peak memory, MB."""
    start, renewed, peak = time.monotonic(), -_RENEW_S, 0.0
    since = time.time()
    while True:
        elapsed = time.monotonic() - start
        if elapsed - renewed >= _RENEW_S:
            store.set_running(task_id, {"pid": process.pid, "host": platform.node(), "since": since})
            renewed = elapsed
        with suppress(subprocess.TimeoutExpired):
            process.wait(_POLL_S)
            return None, peak
        peak = max(peak, memory_mb(process.pid))
        if peak > limits.memory_mb:
            return {"status": "memory", "reason": f"used {peak:.0f} MB, allowed {limits.memory_mb:.0f} MB"}, peak
        if elapsed > limits.time_s:
            return {"status": "time", "reason": f"not finished after {limits.time_s:.0f} s"}, peak


def _end(process: subprocess.Popen[bytes]) -> bytes:
    """End the process and what it started; return what it had answered."""
    import psutil

    with suppress(psutil.Error):
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
    if process.poll() is None:
        process.kill()
    with suppress(BrokenPipeError):
        return process.communicate()[0]
    return b""


def _answer(text: bytes, code: int) -> dict[str, Any]:
    """Return what the process answered, or how it ended without an answer."""
    try:
        return dict(json.loads(text))
    except ValueError:
        reason = f"ended by signal {-code}" if code < 0 else f"ended with code {code} before it was done"
        return {"status": "crashed", "reason": reason}

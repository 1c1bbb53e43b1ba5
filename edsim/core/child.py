"""A process that does one job for another: the job as a line of JSON on standard input, answers on standard output."""

import json
import os
import sys
import threading
from collections.abc import Callable
from typing import Any, TextIO

ORPHANED = 75
"""Exit code after the starter has gone."""


def serve_one_job(answer: Callable[[Any, TextIO], None]) -> None:
    """Read the job, do it, answer, and end the process.

    Standard input stays open while the starter lives: when it closes, this process ends at once. What else would be
    printed goes to standard error.

    Parameters
    ----------
    answer
        Called with the job and the stream for lines of JSON.
    """
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as reply:
        os.dup2(2, 1)
        line = b""
        while not line.endswith(b"\n"):
            line += _piece(4096)
        threading.Thread(target=_end_with_starter, daemon=True).start()
        answer(json.loads(line), reply)
    sys.stderr.flush()
    os._exit(0)


def memory_mb(pid: int) -> float:
    """Return what a process and all it started hold in memory, MB; 0 once it has ended."""
    import psutil

    try:
        process = psutil.Process(pid)
        return float(sum(p.memory_info().rss for p in (process, *process.children(recursive=True)))) / 1e6
    except psutil.Error:
        return 0.0


def _end_with_starter() -> None:
    while _piece(1024):
        pass


def _piece(size: int) -> bytes:
    """Return what came next; the process ends where nothing will."""
    piece = os.read(0, size)
    if not piece:
        os._exit(ORPHANED)
    return piece

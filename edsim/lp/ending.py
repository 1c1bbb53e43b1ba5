"""Ending a process whose solve was stopped by Ctrl-C or SIGTERM.

The solver's own threads may still run then, and tearing the interpreter down under them aborts the process. A process
marked as ending therefore leaves at once, with the exit code of an interruption, when the interpreter would exit.
"""

import atexit
import os
import sys
from threading import Event

_ENDING = Event()
_INTERRUPTED = 130


def mark_ending() -> None:
    """Say that a signal ended a solve and the process is to end."""
    _ENDING.set()


@atexit.register
def _leave() -> None:
    if _ENDING.is_set():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_INTERRUPTED)

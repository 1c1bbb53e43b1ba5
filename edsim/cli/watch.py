"""A last word for a process that ends without one: a solver or another native library that crashes, a lack of memory.

Python cannot answer such a signal: the process is gone, and only the shell names a number. A tiny process forked at the
start waits at a pipe. It hears of a crash through :mod:`faulthandler` and of any other sudden end by the closing of the
pipe, and then says in one line what happened and what helps. Otherwise it takes no part in signals, exit codes or
output. Where processes cannot be forked (Windows) there is no last word.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from typing import IO

_DONE = b"\0"
_MOST_BYTES = 65_536
_ENDS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGTSTP")
"""Signals a terminal sends to all processes of a command: the watching one outlives them."""
_TEXTS = {
    "en": (
        "edsim: the process was ended by a signal: {}. What was finished stays, points of a sweep too; nothing is "
        "half written [E930]",
        "a native library, most often the solver, crashed ({}); other settings.typical_days or --screening may lead "
        "around it; please report it, with the case, as CONTRIBUTING.md says",
        "it was killed, or the system was short of memory: run fewer cases at once, or fewer settings.typical_days",
    ),
    "es": (
        "edsim: una señal terminó el proceso: {}. Lo terminado queda, también los puntos de un barrido; nada queda "
        "a medias [E930]",
        "una biblioteca nativa, casi siempre el solver, falló ({}); otro settings.typical_days o --screening puede "
        "evitarlo; por favor repórtelo, con el caso, como dice CONTRIBUTING.md",
        "alguien lo terminó o faltó memoria al sistema; corra menos casos a la vez o con menos settings.typical_days",
    ),
}


class Watch:
    """The pipe to a watching process; without one where processes cannot be forked."""

    def __init__(self, lang: str) -> None:
        """Start the watching process; this one goes on as before."""
        self._pipe: IO[bytes] | None = None
        if not hasattr(os, "fork"):
            return
        out, into = os.pipe()
        if os.fork() == 0:
            os.close(into)
            _wait(out, lang)
        os.close(out)
        self._pipe = os.fdopen(into, "wb", buffering=0)
        import faulthandler

        faulthandler.enable(self._pipe, all_threads=False)

    def done(self) -> None:
        """Say that the process ends by itself."""
        if self._pipe is not None:
            with suppress(OSError):  # nobody waits any more
                self._pipe.write(_DONE)


def language_of(words: Sequence[str]) -> str:
    """Return the language asked for on the command line, or by the environment."""
    asked = [b for a, b in pairwise(words) if a == "--lang"] + [w[7:] for w in words if w.startswith("--lang=")]
    return "es" if (asked or [os.environ.get("EDSIM_LANG", "")])[-1] == "es" else "en"


def last_word(said: bytes, lang: str) -> str:
    """Return the line for a process that wrote `said` before it ended.

    Parameters
    ----------
    said
        What :mod:`faulthandler` wrote: its first line names the signal; nothing where the process was killed.
    lang
        Language of the line.
    """
    frame, crashed, killed = _TEXTS[lang]
    name = said.decode("ascii", "replace").partition("\n")[0].removeprefix("Fatal Python error: ")
    return frame.format(crashed.format(name) if name else killed)


def _wait(pipe: int, lang: str) -> None:
    """Wait in the forked process until the other ends; never returns."""
    try:
        for name in _ENDS:
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_IGN)
        os.close(0)
        os.close(1)
        said = b""
        while len(said) < _MOST_BYTES and (more := os.read(pipe, _MOST_BYTES)):
            said += more
        if not said.endswith(_DONE):
            os.write(2, f"{last_word(said, lang)}\n".encode())
    finally:
        os._exit(0)

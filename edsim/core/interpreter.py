"""Processes of our own: fresh interpreters that take pickled messages on their input and answer on their output.

A fresh interpreter imports what it calls and nothing else: neither Pyomo nor the script of the user, which a pool of
``multiprocessing`` would run anew.
"""

from __future__ import annotations

import pickle
import struct
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import edsim

_HEADER = struct.Struct("<Q")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
"""Environment of a process beside others: linear algebra in one thread, for more would only wait for each other."""


def started(
    module: str,
    function: str,
    *,
    env: Mapping[str, str] | None = None,
    stderr: int | None = None,
    start_new_session: bool = False,
) -> subprocess.Popen[bytes]:
    """Return a process that calls a function of a module of ours, with pipes to its input and from its output.

    Parameters
    ----------
    module, function
        What is called, without arguments; it is the whole life of the process.
    env, stderr, start_new_session
        As in :class:`subprocess.Popen`.
    """
    home = str(Path(edsim.__file__).resolve().parents[1])
    call = f"import sys; sys.path.insert(0, sys.argv[1]); from {module} import {function}; {function}()"
    return subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", call, home],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        start_new_session=start_new_session,
    )


def packed(message: object) -> bytes:
    """Return a message as :func:`send` takes it."""
    payload = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return _HEADER.pack(len(payload)) + payload


def send(stream: IO[bytes], message: bytes) -> None:
    """Send what :func:`packed` made of a message.

    Raises
    ------
    OSError
        The other side is gone.
    """
    stream.write(message)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Return the next message.

    Raises
    ------
    EOFError
        The other side is gone.
    """
    header = stream.read(_HEADER.size)
    if len(header) < _HEADER.size:
        raise EOFError("no answer")
    (size,) = _HEADER.unpack(header)
    payload = stream.read(size)
    if len(payload) < size:
        raise EOFError("the answer was cut off")
    return pickle.loads(payload)  # noqa: S301 - written by a process we started, or by the one that started us

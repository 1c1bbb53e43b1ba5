"""Runners that stand in for a study: quick, and as ill-behaved as their case is called."""

import errno
import hashlib
import json
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

from edsim.bundle import manifest
from edsim.bundle.disk import staged, write_bytes
from edsim.core.errors import Finding, InfeasibleError


def _note(task: Mapping[str, str], word: str) -> None:
    """Append a line to the journal beside the cases, in one write."""
    handle = os.open(Path(task["case"]).parent / "journal", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(handle, f"{word} {task['id']}\n".encode())
    os.close(handle)


def publish(task: Mapping[str, str], out: Path) -> None:
    """Store a run folder whose content depends on the task alone."""
    table = hashlib.sha256(task["id"].encode()).hexdigest().encode()

    def seal(stage: Path) -> None:
        facts = {"bytes": len(table), "sha256": hashlib.sha256(table).hexdigest()}
        write_bytes(stage / manifest.MANIFEST, manifest.sealed({"files": {"kpis.csv": facts}}))

    with staged(out, seal) as stage:
        write_bytes(stage / "kpis.csv", table)


def steady(task: Mapping[str, str], out: Path) -> None:
    """Work for a while and finish."""
    _note(task, "begin")
    time.sleep(0.2 + 0.4 * int(task["id"][-4:], 16) / 0xFFFF)
    publish(task, out)
    _note(task, "end")


def moody(task: Mapping[str, str], out: Path) -> None:
    """Crash, hang, eat memory, meet a full disk, refuse or fail once, as the name of the case says; others finish."""
    _note(task, "begin")
    name = Path(task["case"]).name
    if name == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if name == "hang":
        time.sleep(600)
    if name == "hungry":
        hoard = []
        while True:
            hoard.append(bytearray(os.urandom(1) * 20_000_000))
            time.sleep(0.01)
    if name == "full":
        raise OSError(errno.ENOSPC, "No space left on device")
    if name == "refuse":
        raise InfeasibleError.of([Finding("E599", "no design serves the demand")])
    journal = (Path(task["case"]).parent / "journal").read_text()
    if name == "once" and journal.count(f"begin {task['id']}\n") == 1:
        raise RuntimeError(json.dumps("the first attempt fails"))
    publish(task, out)

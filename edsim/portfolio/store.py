"""The folder of a portfolio: finished runs, the plan, what was tried, what runs now.

::

    STORE/portfolio.json        the plan of the last run
    STORE/runs/ID/              run folders (edsim.bundle), whole or not there
    STORE/attempts/ID.json      what was tried, and why a task is quarantined
    STORE/running/ID.json       mark of a running task, renewed while it runs
    STORE/locks/, logs/         one lock and one log per task
    STORE/damaged/              run folders found incomplete, moved aside

Every file is written under another name and renamed. A task is finished when its run folder holds a sound manifest
and every file of it in full length; nothing else counts. Before a run is kept its files are held to their digests too.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edsim.bundle.audit import is_whole
from edsim.core.errors import DataError, EdsimError, Finding

MARK = "portfolio.json"
FORMAT = "edsim-portfolio"
FORMAT_VERSION = 1
STALE_AFTER_S = 30.0
"""A mark not renewed for so long belongs to a process that is gone."""


@dataclass(frozen=True, slots=True)
class Store:
    """A portfolio store at `root`."""

    root: Path

    @classmethod
    def create(cls, folder: str | Path) -> Store:
        """Return the store at `folder`, made when it is not there; a plan that cannot be read is to be written anew.

        Raises
        ------
        DataError
            E801 the folder cannot be made; E572 it holds other things or belongs to another version.
        """
        store = cls(Path(folder).absolute())
        try:
            taken = store.root.exists() and not store.root.is_dir()
            if not taken and store.root.is_dir() and any(store.root.iterdir()) and not store._mark.exists():
                taken = not all((store.root / part).is_dir() for part in ("runs", "attempts"))
            if taken:
                raise _not_a_store(store.root, "something else", "choose a new or empty folder with --out")
            for part in ("runs", "attempts", "running", "locks", "logs"):
                (store.root / part).mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            what = "the portfolio store could not be made; nothing was computed"
            hint = "free space or permission there, or choose another folder with --out"
            got = fault.strerror or str(fault)
            raise DataError.of([Finding("E801", what, file=str(store.root), got=got, hint=hint)]) from fault
        store._plan()
        return store

    @classmethod
    def open(cls, folder: str | Path) -> Store:
        """Return an existing store.

        Raises
        ------
        DataError
            E572 this is not a portfolio store, or one of another version.
        """
        store = cls(Path(folder).absolute())
        if not store._mark.is_file():
            raise _not_a_store(store.root, "no portfolio.json", "make one with: edsim portfolio run DIR --out STORE")
        store.read_plan()
        return store

    @property
    def _mark(self) -> Path:
        """The file that makes a folder a store."""
        return self.root / MARK

    def run_folder(self, task_id: str) -> Path:
        """Return where the run of a task is or will be."""
        return self.root / "runs" / task_id

    def log_file(self, task_id: str) -> Path:
        """Return the log of a task."""
        return self.root / "logs" / f"{task_id}.log"

    def read_plan(self) -> dict[str, Any]:
        """Return the stored plan; E572 when it is unreadable or of another version."""
        content = self._plan() or {}
        if not (_are(content.get("tasks"), _OF_A_TASK) and _are(content.get("unreadable"), _OF_A_CASE)):
            hint = "run the portfolio again: it writes this file anew and keeps finished runs"
            raise _not_a_store(self._mark, "unreadable", hint)
        return content

    def _plan(self) -> dict[str, Any] | None:
        """Return what ``portfolio.json`` holds, None where that is no plan; E572 for one of another version."""
        content = _content(self._mark)
        if content is None or content.get("format") != FORMAT:
            return None
        if content.get("format_version") != FORMAT_VERSION:
            got = f"version {content.get('format_version')}"
            raise _not_a_store(
                self._mark, got, f"this edsim reads version {FORMAT_VERSION}: use the edsim that wrote it"
            )
        return content

    def write_plan(self, content: Mapping[str, Any]) -> None:
        """Store the plan."""
        write_json(self._mark, {"format": FORMAT, "format_version": FORMAT_VERSION, **content})

    def finished(self, task_id: str) -> bool:
        """Return whether the run of a task is there with all its files."""
        folder = self.run_folder(task_id)
        try:
            files: Mapping[str, Mapping[str, Any]] = read_manifest(folder)["files"]
            return all((folder / n).stat().st_size == f["bytes"] for n, f in files.items())
        except (EdsimError, OSError, KeyError):
            return False

    def sound(self, task_id: str) -> bool:
        """Return whether the run of a task is there and every file of it as it was written, to the last byte."""
        return is_whole(self.run_folder(task_id))

    def set_aside(self, task_id: str) -> None:
        """Move what stands at the place of a run and is no finished run to ``damaged``."""
        folder = self.run_folder(task_id)
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
        elif os.path.lexists(folder):
            place = self.root / "damaged"
            place.mkdir(exist_ok=True)
            folder.rename(place / f"{task_id}-{secrets.token_hex(4)}")

    def attempts(self, task_id: str) -> dict[str, Any]:
        """Return ``{attempts: [...], quarantine: reason or None}`` of a task."""
        content = _content(self.root / "attempts" / f"{task_id}.json")
        if content is None or not _are(content.get("attempts"), ()):
            return {"attempts": [], "quarantine": None}
        return {"quarantine": None, **content}

    def write_attempts(self, task_id: str, content: Mapping[str, Any]) -> None:
        """Store what was tried of a task."""
        write_json(self.root / "attempts" / f"{task_id}.json", content)

    def set_running(self, task_id: str, content: Mapping[str, Any]) -> None:
        """Write the mark of a running task, which also renews it."""
        write_json(self.root / "running" / f"{task_id}.json", content)

    def clear_running(self, task_id: str) -> None:
        """Remove the mark of a running task."""
        (self.root / "running" / f"{task_id}.json").unlink(missing_ok=True)

    def running(self) -> dict[str, dict[str, Any]]:
        """Return task → mark of all tasks that run now on any machine."""
        found = {}
        for path in sorted((self.root / "running").glob("*.json")):
            try:
                fresh = time.time() - path.stat().st_mtime < STALE_AFTER_S
            except OSError:
                continue
            content = _content(path)
            if fresh and content is not None:
                found[path.stem] = content
        return found

    @contextmanager
    def locked(self, task_id: str) -> Iterator[None]:
        """Hold the lock of a task; the system frees it when the process ends in whatever way."""
        path = self.root / "locks" / f"{task_id}.lock"
        with path.open("a+b") as handle:
            _lock(handle.fileno())
            yield


_OF_A_TASK = ("id", "label", "scenario")
_OF_A_CASE = ("id", "label")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""What a task may be called: it names files and a folder of the store, and never leaves it."""


def _content(path: Path) -> dict[str, Any] | None:
    """Return the plain data of a file of the store; None where it is not there or damaged."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _are(rows: object, texts: tuple[str, ...]) -> bool:
    """Return whether `rows` is a list of mappings with these texts, an id among them being a name for a file."""
    return isinstance(rows, list) and all(
        isinstance(row, dict)
        and all(isinstance(row.get(name), str) for name in texts)
        and ("id" not in texts or _NAME.fullmatch(row["id"]) is not None)
        for row in rows
    )


_SEAL = re.compile(rb'^ "manifest_sha256": "([0-9a-f]{64})",\n', re.MULTILINE)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a run folder as `edsim.bundle.manifest.read` does, faster when it is sound.

    The digest of a manifest is that of its bytes without the line of the digest, so a sound one need not be written
    again to be checked; any other is handed on to that function, which says what is wrong.

    Raises
    ------
    DataError
        E802, E803, E804.
    """
    from edsim.bundle import manifest

    try:
        data = (folder / manifest.MANIFEST).read_bytes()
    except OSError:
        return manifest.read(folder)
    seal = _SEAL.search(data)
    if seal is None or manifest.digest(data[: seal.start()] + data[seal.end() :]) != seal[1].decode():
        return manifest.read(folder)
    content = json.loads(data)
    known = content.get("format") == "edsim-run" and content.get("schema_version") == manifest.SCHEMA_VERSION
    if not known or not manifest.lists_files(content):
        return manifest.read(folder)
    return dict(content)


def _lock(number: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        windows: Any = msvcrt
        windows.locking(number, windows.LK_LOCK, 1)
    else:
        fcntl.flock(number, fcntl.LOCK_EX)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write plain data so that readers see the old or the new file, never a half."""
    part = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(3)}.part")
    try:
        with part.open("wb") as stream:
            stream.write(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False).encode())
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _not_a_store(path: Path, got: str, hint: str) -> EdsimError:
    what = "this is not a portfolio store that edsim can use"
    return DataError.of([Finding("E572", what, file=str(path), got=got, hint=hint)])

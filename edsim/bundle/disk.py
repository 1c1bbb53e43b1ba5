"""Writing a folder so that it exists whole or not at all: stage, flush, rename, sweep.

Order of steps (POSIX guarantees used: rename within a file system is atomic; fsync of a file and of its folder makes
content and name durable): files → fsync each → fsync folders → rename into place → fsync parent.
"""

import hashlib
import os
import platform
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from edsim.core.errors import DataError, EdsimError, Finding

_STAGE = ".edsim-tmp-"
_OLD = ".edsim-old-"
_ABANDONED_AFTER_S = 86_400.0
_WINDOWS = os.name == "nt"


def write_bytes(path: Path, data: bytes) -> None:
    """Write a new file and flush it to disk.

    Raises
    ------
    OSError
        As the system reports it, with the path; the caller turns it into a finding.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o644)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def write_lines(path: Path, lines: Iterable[str], *, anew: bool) -> None:
    """Add lines to a text file and flush it to disk; `anew` replaces what is there, whole or not at all.

    Raises
    ------
    DataError
        E801 the disk refused.
    """
    beside = path.with_name(f"{path.name}{_STAGE}{secrets.token_hex(4)}") if anew else path
    try:
        with beside.open("a", encoding="utf-8") as stream:
            stream.write("".join(f"{line}\n" for line in lines))
            stream.flush()
            os.fsync(stream.fileno())
        if anew:
            beside.replace(path)
    except OSError as fault:
        if anew:
            beside.unlink(missing_ok=True)
        raise _refusal(fault, beside, path) from fault


def sync_file(path: Path) -> None:
    """Flush to disk a file that another library has written."""
    handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(path: Path) -> None:
    """Flush the names in a folder to disk (Windows has no such call: the rename itself is journalled there)."""
    if _WINDOWS:
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def staged(target: Path, before_publish: Callable[[Path], None]) -> Iterator[Path]:
    """Give a hidden folder beside `target` to fill, and publish it under the name `target` at the end.

    Parameters
    ----------
    target
        Final folder; an earlier one of this name is replaced after the new one is complete.
    before_publish
        Called with the filled folder; writes what must come last.

    Raises
    ------
    DataError
        E801 when any step fails; what stood at `target` before still stands.
    """
    stage = target.with_name(f".{target.name}{_STAGE}{_owner()}-{secrets.token_hex(4)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        stage.mkdir()
        yield stage
        before_publish(stage)
        for folder in sorted({stage, *(p for p in stage.rglob("*") if p.is_dir())}):
            sync_folder(folder)
        _publish(stage, target)
    except OSError as fault:
        raise _refusal(fault, stage, target) from fault
    finally:
        if stage.exists():
            shutil.rmtree(stage, ignore_errors=True)


def _move(source: Path, target: Path) -> None:
    os.rename(source, target)  # noqa: PTH104  the tests inject faults into the os of this module


def _publish(stage: Path, target: Path) -> None:
    old = target.with_name(stage.name.replace(_STAGE, _OLD)) if os.path.lexists(target) else None
    if old is not None:
        _move(target, old)
    try:
        _move(stage, target)
        sync_folder(target.parent)
    except OSError:
        if not os.path.lexists(stage):
            _move(target, stage)
        if old is not None:
            _move(old, target)
        raise
    if old is not None:
        shutil.rmtree(old, ignore_errors=True)


def _refusal(fault: OSError, stage: Path, target: Path) -> EdsimError:
    path = str(fault.filename or target).replace(str(stage), str(target))
    try:
        room = f"; {shutil.disk_usage(target.parent).free} bytes free"
        size = sum(p.stat().st_size for p in stage.rglob("*") if p.is_file())
        room += f", {size} bytes written before the fault"
    except OSError:
        room = ""
    return DataError.of(
        [
            Finding(
                "E801",
                "the run could not be written; nothing at this place was changed",
                file=path,
                got=f"{fault.strerror or fault}{room}",
                allowed="a folder you may write to, with free space",
                hint="free space or permission there, or choose another folder with --out",
            )
        ]
    )


def sweep(folder: str | Path) -> tuple[Path, ...]:
    """Remove what interrupted writers left in a folder of runs, and put back a run whose replacement was cut short.

    A hidden folder is left alone while its writer (same host) still runs, or, when it came from another host, until it
    is a day old.

    Parameters
    ----------
    folder
        The folder that contains run folders.

    Returns
    -------
    tuple of Path
        Leftovers removed, and runs put back.
    """
    done: list[Path] = []
    root = Path(folder)
    if not root.is_dir():
        return ()
    for path in sorted(root.glob(f".*{_OLD}*")) + sorted(root.glob(f".*{_STAGE}*")):
        mark = _OLD if _OLD in path.name else _STAGE
        name, owner = path.name[1:].rsplit(mark, 1)
        if path.is_symlink() or not path.is_dir() or _in_use(owner, path):
            continue
        target = root / name
        if mark == _OLD and not target.exists():
            _move(path, target)
            sync_folder(root)
            done.append(target)
        else:
            shutil.rmtree(path, ignore_errors=True)
            done.append(path)
    return tuple(done)


def _host() -> str:
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def _owner() -> str:
    return f"{_host()}-{os.getpid()}"


def _in_use(owner: str, path: Path) -> bool:
    host, pid = (*owner.split("-"), "", "")[:2]
    if host != _host() or not pid.isdigit():
        with suppress(OSError):
            return time.time() - path.stat().st_mtime < _ABANDONED_AFTER_S
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True

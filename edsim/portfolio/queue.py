"""Hand tasks to Dask workers and take back what came of them, until every task is finished or given up."""

from __future__ import annotations

import ipaddress
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from edsim.core.errors import DataError, Finding, SolverError
from edsim.portfolio.supervise import Limits, attempt

_LOSSES_ALLOWED = 100
"""A task whose worker went away is started again so often: it runs in a process of its own and is not to blame."""
_CONNECT_S = 10
_START_S = 120

Record = dict[str, Any]
Decide = Callable[[str, Record], bool]
"""Told what came of an attempt of a task; says whether to try again."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Where tasks run.

    Attributes
    ----------
    workers
        Worker processes on this machine, one task at a time each; not used with a scheduler.
    scheduler
        Address of a running Dask scheduler, "" for workers on this machine.
    tls_ca, tls_cert, tls_key
        Files for a scheduler on another machine.
    """

    workers: int = 1
    scheduler: str = ""
    tls_ca: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What all tasks share: the store folder, the function that runs a case, the limits of one case."""

    store: Path
    runner: str
    limits: Limits


def execute(tasks: Sequence[Mapping[str, str]], work: Work, engine: Engine, decide: Decide) -> None:
    """Run tasks until `decide` wants no more attempts.

    Raises
    ------
    DataError
        E573 the scheduler needs TLS or its files are not there.
    SolverError
        E574 the scheduler is not reachable or was lost: what is finished is stored.
    """
    with _client(engine) as client:
        by_id = {t["id"]: t for t in tasks}
        tried = dict.fromkeys(by_id, 0)

        def submit(task_id: str) -> Any:
            tried[task_id] += 1
            limits = {"memory_mb": work.limits.memory_mb, "time_s": work.limits.time_s}
            job = {"task": dict(by_id[task_id]), "store": str(work.store), "runner": work.runner, **limits}
            return client.submit(attempt, job, key=f"{task_id}#{tried[task_id]}", pure=False)

        waiting = _distributed().as_completed([submit(i) for i in by_id], loop=client.loop)
        for future in waiting:
            task_id = str(future.key).rpartition("#")[0]
            if future.cancelled():
                raise _lost(engine)
            if future.status == "error":
                record = {"status": "crashed", "reason": f"its worker was lost: {future.exception()}"[:500]}
            else:
                record = future.result()
            future.release()
            if decide(task_id, record):
                waiting.add(submit(task_id))


def _distributed() -> Any:
    """Return Dask distributed, which has no types; imported when cases are to run."""
    return import_module("distributed")


@contextmanager
def _client(engine: Engine) -> Iterator[Any]:
    import dask

    _distributed()  # its defaults must be in the configuration before ours, or leaving the context would drop them
    settings = {
        "distributed.scheduler.allowed-failures": _LOSSES_ALLOWED,
        "distributed.worker.daemon": True,
        "distributed.worker.profile.enabled": False,
        "distributed.admin.tick.limit": "1h",
        "distributed.comm.timeouts.connect": f"{_CONNECT_S}s",
    }
    quiet = [logging.getLogger(n) for n in ("distributed", "tornado", "asyncio")]
    levels = [q.level for q in quiet]
    for q in quiet:
        q.setLevel(logging.CRITICAL)
    try:
        with dask.config.set(settings), _address(engine) as (address, security):
            try:
                client = _distributed().Client(address, security=security, timeout=_CONNECT_S, set_as_default=False)
            except (OSError, TimeoutError) as fault:
                raise _lost(engine) from fault
            try:
                yield client
            finally:
                with suppress(Exception):
                    client.close(timeout=1)
    finally:
        for q, level in zip(quiet, levels, strict=True):
            q.setLevel(level)


@contextmanager
def _address(engine: Engine) -> Iterator[tuple[Any, Any]]:
    """Give what a client connects to: a cluster of this machine, closed at the end, or a checked remote address."""
    if engine.scheduler:
        yield _remote(engine)
        return
    import psutil

    others = frozenset(psutil.Process().children(recursive=True))
    cluster = None
    try:
        with interrupt_held():
            cluster = _scheduler()
        _start(cluster, engine.workers)
        yield cluster, None
    except BaseException:
        _stop(cluster, others)
        raise
    finally:
        if cluster is not None:
            with suppress(Exception):
                cluster.close(timeout=3)


@contextmanager
def interrupt_held() -> Iterator[None]:
    """Hold Ctrl-C back to the end of the block; threads started in it, and processes these start, never see it.

    A cluster that is interrupted while it starts leaves parts that cannot be closed, and each part says so at length.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is None:
        yield
        return
    held: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: held.append(number))
    masks = hasattr(signal, "pthread_sigmask")  # Windows has none
    if masks:
        resource_tracker.ensure_running()  # a thread that starts it later would see Ctrl-C again
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if masks else set()
    try:
        yield
    finally:
        if masks:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, before)
    if held and callable(before):
        before(signal.SIGINT, None)


def _scheduler() -> Any:
    """Return a cluster of this machine that has no worker yet."""
    try:
        return _distributed().LocalCluster(
            n_workers=0,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            memory_limit=0,
            silence_logs=logging.CRITICAL,
        )
    except (OSError, RuntimeError) as fault:
        raise _unstarted(fault) from fault


def _start(cluster: Any, workers: int) -> None:
    """Start the workers; the first one that stands begins."""
    try:
        cluster.scale(workers)
        cluster.wait_for_workers(1, timeout=_START_S)
    except (OSError, RuntimeError) as fault:
        raise _unstarted(fault) from fault


def _unstarted(fault: Exception) -> SolverError:
    what = "the workers of this machine did not start; every finished case is stored"
    hint = "give the same command again: it goes on where it stopped"
    got = str(fault) or type(fault).__name__
    return SolverError.of([Finding("E574", what, field="--workers", got=got, hint=hint)])


def _stop(cluster: Any, others: frozenset[Any]) -> None:
    """End the worker processes at once, also those that just start; the case of each ends with it, writing nothing."""
    import psutil

    for nanny in list(cluster.workers.values()) if cluster is not None else ():
        nanny.auto_restart = False
    for process in set(psutil.Process().children(recursive=True)) - others:
        with suppress(psutil.Error):
            if any("spawn_main" in word for word in process.cmdline()):  # not the tracker of shared resources
                process.kill()


def _remote(engine: Engine) -> tuple[str, Any]:
    """Return address and security of a scheduler; beyond this machine nothing goes without TLS."""
    parts = urlsplit(engine.scheduler)
    files = {"tls_ca_file": engine.tls_ca, "tls_client_cert": engine.tls_cert, "tls_client_key": engine.tls_key}
    given = {k: str(v) for k, v in files.items() if v is not None}
    missing = [str(v) for v in files.values() if v is not None and not v.is_file()]
    what = ""
    if parts.scheme not in {"tcp", "tls"} or not parts.hostname or not parts.port:
        what, got, hint = "the scheduler's address is not usable", engine.scheduler, "write it as tls://host:8786"
    elif missing:
        what, got, hint = "a TLS file is not there", ", ".join(missing), "check the path"
    elif given and len(given) < 3:
        what, got, hint = "TLS needs three files", f"{len(given)}", "give --tls-ca, --tls-cert and --tls-key"
    elif not given and not _is_loopback(parts.hostname):
        what, got = "a scheduler on another machine needs TLS", engine.scheduler
        hint = "give --tls-ca, --tls-cert and --tls-key (docs/how-to/portfolio.md)"
    if what:
        raise DataError.of([Finding("E573", what, field="--scheduler", got=got, hint=hint)])
    if not given:
        return engine.scheduler, None
    return f"tls://{parts.netloc}", _distributed().Security(require_encryption=True, **given)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        with suppress(OSError):
            return all(ipaddress.ip_address(a[4][0]).is_loopback for a in socket.getaddrinfo(host, None))
        return False


def _lost(engine: Engine) -> Exception:
    return SolverError.of(
        [
            Finding(
                "E574",
                "the scheduler cannot be reached or was lost; every finished case is stored",
                field="--scheduler",
                got=engine.scheduler or "the scheduler of this machine",
                hint="start it again and give the same command: it goes on where it stopped",
            )
        ]
    )

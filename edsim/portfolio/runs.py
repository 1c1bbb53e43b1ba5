"""Run a portfolio: plan, leave out what is finished, run the rest, give up what cannot be done."""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edsim import __version__
from edsim.bundle import sweep
from edsim.core.errors import DataError, EdsimError, Finding
from edsim.portfolio.queue import Engine, Record, Work, execute
from edsim.portfolio.store import Store, read_manifest
from edsim.portfolio.supervise import CHANGED, UNWRITABLE, Limits
from edsim.portfolio.tasks import Plan, PortfolioOptions, Task, plan
from edsim.report.said import sentence

if TYPE_CHECKING:
    from edsim.core.i18n import Lang

RUNNER = "edsim.portfolio.child:run_case"
DEFAULT_TIME_S = 3600.0
_BARRED = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)
_SIZES = {"": 1.0, "MB": 1.0, "M": 1.0, "GB": 1e3, "G": 1e3, "MIB": 1.048576, "GIB": 1073.741824}

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RunLimits:
    """Limits of a portfolio run.

    Attributes
    ----------
    memory_mb
        Resident memory of one case; None shares 80 % of the machine among the workers.
    time_s
        Wall time of one case.
    retries
        Attempts after the first one that fails.
    retry_quarantined
        Whether tasks given up earlier are tried again.
    """

    memory_mb: float | None = None
    time_s: float = DEFAULT_TIME_S
    retries: int = 2
    retry_quarantined: bool = False


@dataclass(frozen=True, slots=True)
class PortfolioOutcome:
    """What a portfolio run came to.

    Attributes
    ----------
    store
        Folder of the store.
    computed, kept
        Tasks computed now, and finished before.
    quarantined
        Task → reason; also of those that the next run tries again, as their case was changed meanwhile.
    seconds
        Wall time.
    remarks
        What was passed over.
    """

    store: Path
    computed: tuple[str, ...]
    kept: tuple[str, ...]
    quarantined: dict[str, str]
    seconds: float
    remarks: tuple[Finding, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every task is finished."""
        return not self.quarantined


@dataclass(slots=True)
class Ledger:
    """Keeps count while tasks come back."""

    store: Store
    limits: RunLimits
    progress: Progress
    left: int
    labels: dict[str, str]
    start: float = field(default_factory=time.monotonic)
    computed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    quarantined: dict[str, str] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=dict)
    ended: int = 0
    """Tasks that came back since the start: given up without a try, a case tells nothing of the time to come."""

    def decide(self, task_id: str, record: Record) -> bool:
        """Book an attempt; return whether the task is to be tried again.

        A store that cannot be written is no fault of the case: nothing is booked, and E801 ends the portfolio. Nor is
        a change of the case while the portfolio runs: nothing is booked, and the next run computes what it then is.
        """
        if record["status"] == UNWRITABLE:
            raise _unwritable(self.store, record["reason"])
        if record["status"] == CHANGED:
            self.quarantined[task_id] = str(record["reason"])
            self._say(task_id, record, again=False)
            return False
        history = self.store.attempts(task_id)
        history["attempts"] = [*history["attempts"], record]
        self.tries[task_id] = self.tries.get(task_id, 0) + 1
        again = False
        if record["status"] == "ok":
            (self.computed if record.get("computed") else self.kept).append(task_id)
            history["quarantine"] = None
        elif record["status"] == "refused" or self.tries[task_id] > self.limits.retries:
            history["quarantine"] = self.quarantined[task_id] = str(record["reason"])
        else:
            again = True
        self.store.write_attempts(task_id, history)
        self._say(task_id, record, again=again)
        return again

    def outcome(self, done: Sequence[str]) -> PortfolioOutcome:
        """Return what it all came to; `done` are the tasks finished before."""
        kept = tuple(sorted({*done, *self.kept}))
        seconds = time.monotonic() - self.start
        return PortfolioOutcome(self.store.root, tuple(sorted(self.computed)), kept, self.quarantined, seconds)

    def _say(self, task_id: str, record: Record, *, again: bool) -> None:
        name = self.labels[task_id]
        if again:
            self.progress(f"{name}: {record['reason']}; trying again")
            return
        self.left -= 1
        self.ended += 1
        done = len(self.computed) + len(self.kept)
        ahead = (time.monotonic() - self.start) / self.ended * self.left
        how = "done" if record["status"] == "ok" else f"given up ({record['reason']})"
        tail = f", about {_duration(ahead)} left" if self.left else ""
        self.progress(
            f"{self.left} left, {done} done, {len(self.quarantined)} failed{tail} | "
            f"{name}: {how} in {_duration(record.get('seconds', 0.0))}"
        )


def run_portfolio(
    folder: str | Path,
    store: str | Path,
    options: PortfolioOptions | None = None,
    limits: RunLimits | None = None,
    *,
    engine: Engine | None = None,
    progress: Progress = lambda _: None,
    runner: str = RUNNER,
) -> PortfolioOutcome:
    """Run every case and scenario under a folder; finished ones are kept, the rest is computed.

    Call it from a script only under ``if __name__ == "__main__":`` (workers are started as processes).

    Parameters
    ----------
    folder
        Folder with cases.
    store
        Folder of the results; the same folder goes on where an earlier run stopped.
    options
        Mode, scenarios, language.
    limits
        Memory, time, retries.
    engine
        Workers of this machine, or a scheduler.
    progress
        Called with one line of text per event.
    runner
        ``module:function`` that runs a task and stores its run folder; importable on the workers.

    Raises
    ------
    DataError
        E570 no case; E572 the store is something else; E573 TLS is missing; E801 no permission.
    SolverError
        E574 the scheduler is lost.
    """
    options, limits, engine = options or PortfolioOptions(), limits or RunLimits(), engine or Engine()
    planned = plan(folder, options)
    place = Store.create(store)
    labels = {t.id: " / ".join(p for p in (t.label, t.scenario) if p) for t in planned.tasks}
    with _writing(place):
        sweep(place.root / "runs")
        _write_plan(place, Path(folder), planned, options)
        done = _kept(place, labels, progress)
        given_up = _given_up(place, planned, limits, options.lang)
        todo = [t for t in {t.id: t for t in planned.tasks}.values() if t.id not in {*done, *given_up}]
        _tell_language(place, done, options.lang, progress)
        progress(f"{len(labels) + len(planned.unreadable)} tasks: {len(done)} finished before, {len(todo)} to run")
        ledger = Ledger(place, limits, progress, len(todo), labels, quarantined=given_up)
        if todo:
            work = Work(place.root, runner, Limits(limits.memory_mb or _share_mb(engine.workers), limits.time_s))
            execute([t.as_dict() for t in todo], work, engine, ledger.decide)
    return replace(ledger.outcome(done), remarks=planned.remarks)


@contextmanager
def _writing(store: Store) -> Iterator[None]:
    """Say in words what a disk that is full or write-protected does to the files of the store itself."""
    try:
        yield
    except OSError as fault:
        if fault.errno not in _BARRED:
            raise
        raise _unwritable(store, fault.strerror or str(fault)) from fault


def _unwritable(store: Store, got: str) -> EdsimError:
    what = "the portfolio store could not be written; every case that finished before is stored"
    hint = "free space or permission there and give the same command: it goes on where it stopped"
    return DataError.of([Finding("E801", what, file=str(store.root), got=got, hint=hint)])


def _kept(store: Store, labels: Mapping[str, str], progress: Progress) -> list[str]:
    """Return the tasks whose runs are sound to the last byte; says which of the others are damaged."""
    with ThreadPoolExecutor() as pool:
        sound = dict(zip(labels, pool.map(store.sound, labels), strict=True))
    for name, label in labels.items():
        if not sound[name] and os.path.lexists(store.run_folder(name)):
            progress(f"{label}: the stored run is damaged; it is moved aside and computed again")
    return [name for name in labels if sound[name]]


def _tell_language(store: Store, done: Sequence[str], lang: Lang, progress: Progress) -> None:
    """Say how many runs that are kept hold a report in another language, whose figures are the same."""
    told = [read_manifest(store.run_folder(name)).get("run", {}).get("options", {}).get("lang", lang) for name in done]
    others = sum(of_run != lang for of_run in told)
    if others:
        progress(
            f"{others} stored runs are kept with their report in another language; "
            f"one is written again by: edsim report RUN --lang {lang}"
        )


def _given_up(store: Store, planned: Plan, limits: RunLimits, lang: Lang) -> dict[str, str]:
    """Return task → reason of what is quarantined already; unreadable cases are booked as such."""
    found: dict[str, str] = {}
    for case in planned.unreadable:
        reason = sentence(case.findings[0], lang)
        record = {"status": "refused", "findings": [asdict(f) for f in case.findings], "reason": reason}
        store.write_attempts(case.id, {"attempts": [record], "quarantine": reason})
        found[case.id] = reason
    if not limits.retry_quarantined:
        held: Sequence[tuple[Task, Any]] = [(t, store.attempts(t.id)["quarantine"]) for t in planned.tasks]
        found |= {t.id: str(reason) for t, reason in held if reason and not store.finished(t.id)}
    return found


def _write_plan(store: Store, folder: Path, planned: Plan, options: PortfolioOptions) -> None:
    store.write_plan(
        {
            "edsim": __version__,
            "folder": str(folder.absolute()),
            "options": asdict(options),
            "started": datetime.now(UTC).isoformat(timespec="seconds"),
            "tasks": [t.as_dict() for t in planned.tasks],
            "unreadable": [{"id": u.id, "label": u.label} for u in planned.unreadable],
        }
    )


def memory_mb(text: str | None) -> float | None:
    """Return megabytes of a size such as ``4GB``; None for None.

    Raises
    ------
    DataError
        E575 not a size.
    """
    if text is None:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*", text)
    if found is None or found[2].upper() not in _SIZES or float(found[1]) <= 0.0:
        what, allowed = "this is not a size of memory", "a number with MB or GB, such as 4GB"
        raise DataError.of([Finding("E575", what, field="--memory-limit", got=repr(text), allowed=allowed)])
    return float(found[1]) * _SIZES[found[2].upper()]


def _share_mb(workers: int) -> float:
    import psutil

    return 0.8 * float(psutil.virtual_memory().total) / 1e6 / max(workers, 1)


def _duration(seconds: float) -> str:
    if seconds < 90.0:
        return f"{seconds:.0f} s" if seconds >= 1.0 else f"{seconds:.1f} s"
    return f"{seconds / 60.0:.0f} min" if seconds < 5400.0 else f"{seconds / 3600.0:.1f} h"

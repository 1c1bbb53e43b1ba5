"""What a portfolio store holds now, read from its files only."""

from __future__ import annotations

import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from edsim.portfolio.store import Store

State = Literal["finished", "running", "waiting", "quarantined"]


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """State of one task.

    Attributes
    ----------
    id, label, scenario
        Of the task.
    state
        finished, running, waiting or quarantined.
    attempts
        Attempts so far that are booked.
    seconds
        Of the last attempt, or since the start of the running one.
    reason
        Why the last attempt failed; "interrupted" where the process of a running one is gone.
    """

    id: str
    label: str
    scenario: str
    state: State
    attempts: int
    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """State of every task of the last plan."""

    store: Path
    tasks: tuple[TaskStatus, ...]

    def count(self, state: State) -> int:
        """Return how many tasks are in a state."""
        return sum(t.state == state for t in self.tasks)


def read_status(folder: str | Path) -> StoreStatus:
    """Return the state of a portfolio; works from any shell and machine that sees the store.

    Raises
    ------
    DataError
        E572 this is not a portfolio store.
    """
    store = Store.open(folder)
    content = store.read_plan()
    running = store.running()
    found = [_one(store, t["id"], t["label"], t["scenario"], running) for t in content["tasks"]]
    found += [_one(store, u["id"], u["label"], "", {}) for u in content["unreadable"]]
    return StoreStatus(store.root, tuple(found))


def _one(store: Store, task_id: str, label: str, scenario: str, running: dict[str, dict[str, Any]]) -> TaskStatus:
    history = store.attempts(task_id)
    last = history["attempts"][-1] if history["attempts"] else {}
    seconds = _number(last.get("seconds"))
    state: State = "waiting"
    if store.finished(task_id):
        state = "finished"
    elif task_id in running and _gone(running[task_id]):
        return TaskStatus(
            id=task_id,
            label=label,
            scenario=scenario,
            state="waiting",
            attempts=len(history["attempts"]),
            seconds=seconds,
            reason="interrupted",
        )
    elif task_id in running:
        state, seconds = "running", time.time() - (_number(running[task_id].get("since")) or time.time())
    elif history["quarantine"]:
        state = "quarantined"
    reason = "" if state == "finished" else str(last.get("reason", ""))
    return TaskStatus(
        id=task_id,
        label=label,
        scenario=scenario,
        state=state,
        attempts=len(history["attempts"]),
        seconds=seconds,
        reason=reason,
    )


def _gone(mark: dict[str, Any]) -> bool:
    """Return whether a mark is of a process of this machine that has ended; one elsewhere shows by its mark's age."""
    import psutil

    pid = mark.get("pid")
    return isinstance(pid, int) and mark.get("host") == platform.node() and not psutil.pid_exists(pid)


def _number(value: object) -> float:
    """Return a number of a file of the store, 0 where a damaged file has none."""
    return float(value) if isinstance(value, int | float) else 0.0

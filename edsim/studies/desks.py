"""Trade-off studies at work: the desk of a case, and questions to it answered by a crew, in order and counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from edsim.studies.bench import Bench, Progress
from edsim.studies.growing_plans import GrowingDesk
from edsim.studies.phased_bench import PhasedBench
from edsim.studies.plans import Plan, PlanDesk, Size, YearDesk
from edsim.studies.results import Outcome
from edsim.studies.sweep import Clock
from edsim.studies.workbench import Workbench
from edsim.studies.workers import Ask, Crew


def desk_of(bench: Bench, progress: Progress) -> PlanDesk:
    """Return where plans of a prepared case are made.

    Raises
    ------
    CaseError
        E549: whole units.
    TypeError
        Another bench than those of edsim.
    """
    if isinstance(bench, Workbench):
        desk: PlanDesk = YearDesk(bench)
        desk.refuse_whole()
        return desk
    if isinstance(bench, PhasedBench):
        growing = GrowingDesk(bench)
        growing.refuse_whole()
        progress("sizing all milestones on typical days")
        return growing.settled()
    msg = f"no trade-offs of {type(bench).__name__}"
    raise TypeError(msg)


def in_order(crew: Crew, ask: Ask, items: Sequence[Any], tell: Callable[[int, str], None]) -> list[Any]:
    """Return the answers of a crew in the order of the items.

    Parameters
    ----------
    crew, ask, items
        As for :meth:`edsim.studies.workers.Crew.answers`.
    tell
        Told after each answer how many there are and how long the rest takes.
    """
    clock, answers = Clock(len(items)), {}
    for k, answer in crew.answers(ask, items):
        answers[k] = answer
        tell(len(answers), clock.left(len(answers)))
    return [answers[k] for k in range(len(items))]


def appraised(desk: PlanDesk, named: tuple[Plan, str]) -> Outcome:
    """Return a plan appraised like a run; a question to a worker."""
    return desk.appraised(*named)


def called(size: Size) -> str:
    """Return the name of a size as a column: machine, size, and the milestone where there are several."""
    return ".".join(part for part in size if part)


def about_milestones(desk: PlanDesk) -> dict[str, Any]:
    """Return what a study of a district that grows says of its milestones; nothing where there is one year."""
    return {"milestones": list(desk.names)} if len(desk.names) > 1 else {}

"""What a study of many alternatives needs of the case it varies: solve one, and evaluate it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, Protocol

from edsim.appraisal.costs import costs_of
from edsim.appraisal.evaluate import Provided, evaluate, indicators
from edsim.case.schema import Case
from edsim.core.errors import InfeasibleError, SolverError
from edsim.results.audit import AuditError
from edsim.results.variant import VariantRun
from edsim.studies.feeder import feeder_year
from edsim.studies.results import Outcome, sizes_of
from edsim.studies.vary import Point

if TYPE_CHECKING:
    import pandas as pd

    from edsim.appraisal.types import Appraisal

Mode = Literal["fixed", "redispatched", "optimized", "certified"]
Reach = Literal["prices", "plant", "networks", "profiles"]
LAID_OUT_ANEW: frozenset[Reach] = frozenset(("networks", "profiles"))
"""Stages from which on the networks are laid out anew."""
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Solved:
    """One alternative, solved.

    Attributes
    ----------
    runs
        BAU and the project variant.
    how
        ``repriced``, ``redispatched``, ``sized`` or ``certified``.
    reach
        Which stage the change reached.
    status
        ``certified``, ``open`` or ``screening``, as in a certificate.
    """

    runs: tuple[VariantRun, VariantRun]
    how: str
    reach: Reach
    status: str


def appraised(case: Case, solved: Solved, lang: str = "en") -> Appraisal:
    """Return the audited appraisal of an alternative, by the function a run uses."""
    provided = Provided(manifest={}, inputs={}, findings=(), published=(), geojson={}, lang=lang)
    return evaluate(case, solved.runs, provided)


def indicators_of(case: Case, solved: Solved) -> dict[str, tuple[float, float]]:
    """Return indicator → values of BAU and of the project, without those of the district company; not audited."""
    return figures_of(indicators(case, solved.runs, company=False), solved)


def figures_of(kpis: pd.DataFrame, solved: Solved) -> dict[str, tuple[float, float]]:
    """Return indicator → values of BAU and of the project: those of a run, and those of the feeder."""
    feeder = feeder_year(solved.runs)
    return both_values(kpis) | ({} if feeder is None else {"feeder_peak": (feeder.bau_peak_kw, feeder.peak_kw)})


def both_values(kpis: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Return indicator → values of BAU and of the project in a table of indicators."""
    return {str(r["id"]): (float(r["bau"]), float(r["value"])) for r in kpis.to_dict("records")}


def silent(_: str) -> None:
    """Say nothing of the progress."""


def sent_state(held: Any, instead: Mapping[str, Any]) -> tuple[None, dict[str, Any]]:
    """Return what another process is sent of a data class with slots: its fields, some of them replaced."""
    return None, {f.name: getattr(held, f.name) for f in fields(held)} | dict(instead)


class Bench(Protocol):
    """A case and one project variant, held ready for many alternatives."""

    @property
    def case(self) -> Case:
        """The case as it stands."""

    @property
    def variant(self) -> str:
        """The project variant compared with BAU."""

    @property
    def redesign(self) -> bool:
        """Whether networks are laid out anew for every alternative."""

    @property
    def progress(self) -> Progress:
        """Called with a line of text per step."""

    @property
    def base(self) -> Solved:
        """The case as it stands, solved."""

    def reach(self, case: Case) -> Reach:
        """Return the first stage that a variation of the case changes."""

    def solve(self, case: Case, mode: Mode) -> Solved:
        """Return an alternative, a variation of the case."""

    def appraise(self, case: Case, solved: Solved, lang: str = "en") -> Appraisal:
        """Return the audited appraisal of an alternative."""

    def base_indicators(self) -> dict[str, tuple[float, float]]:
        """Return indicator → values of BAU and of the project for the case as it stands."""

    def indicators(self, case: Case, solved: Solved) -> dict[str, tuple[float, float]]:
        """Return indicator → values of BAU and of the project, without those of the district company."""


def outcome_of(bench: Bench, point: Point, case: Case, mode: Mode) -> Outcome:
    """Return an alternative solved and evaluated; one without a feasible design, or without a sound one, says so.

    Parameters
    ----------
    bench
        The prepared case.
    point
        Name and values.
    case
        The case with these values.
    mode
        As in :meth:`Bench.solve`.
    """
    try:
        solved = bench.solve(case, mode)
        table = bench.appraise(case, solved).tables["kpis"]
    except (InfeasibleError, SolverError, AuditError) as error:
        status = "infeasible" if isinstance(error, InfeasibleError) else "unresolved"
        return Outcome(point, "none", status, {}, {}, error.message.split("\n", 1)[0])
    figures = figures_of(table, solved)
    bau, value = ({k: pair[side] for k, pair in figures.items()} for side in (0, 1))
    bau_run, project = solved.runs
    flows = costs_of(project).flows.minus(costs_of(bau_run).flows).yearly()
    gap = project.design.certificate.gap_frac if project.design is not None else None
    flow = tuple(float(v) for v in flows)
    year, sizes = feeder_year(solved.runs), sizes_of(project)
    return Outcome(point, solved.how, solved.status, bau, value, "", flow, gap, year, sizes)

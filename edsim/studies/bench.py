"""What a study of many alternatives needs of the case it varies: solve one, and evaluate it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from edsim.appraisal.evaluate import Provided, evaluate, indicators
from edsim.case.schema import Case
from edsim.results.variant import VariantRun

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
        ``repriced``, ``redispatched``, ``warm``, ``rebuilt`` or ``certified``.
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
    return both_values(indicators(case, solved.runs, company=False))


def both_values(kpis: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Return indicator → values of BAU and of the project in a table of indicators."""
    return {str(r["id"]): (float(r["bau"]), float(r["value"])) for r in kpis.to_dict("records")}


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

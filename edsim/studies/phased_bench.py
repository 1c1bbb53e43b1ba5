"""A district that grows, solved many times: all its milestones anew for every alternative.

Weather, demand and the built-out networks stay as for the case as it stands where the change does not reach them; what
lies in each phase, the plant of all milestones, BAU and the indicators are computed by the functions of a run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from edsim import workflow
from edsim.case.comparison import check_comparable
from edsim.case.schema import Case
from edsim.network.phasing import phase_districts
from edsim.optimization.district.levels import kept_levels
from edsim.optimization.district.loop_mains import lay_loop_mains
from edsim.optimization.sizing.certify import DesignOptions
from edsim.profiles.district import make_profiles, profiles_for
from edsim.profiles.types import Profiles
from edsim.results.variant import VariantRun
from edsim.studies.bench import (
    LAID_OUT_ANEW,
    Mode,
    Progress,
    Reach,
    Solved,
    appraised,
    figures_of,
    indicators_of,
    sent_state,
    silent,
)
from edsim.studies.by_size import settled_like
from edsim.studies.workbench import BAU, Prepared, layout_of, same_demand

if TYPE_CHECKING:
    from edsim.appraisal.types import Appraisal

Sizes = Sequence[Mapping[tuple[str, str], float]]


@dataclass(slots=True)
class PhasedBench:
    """A case with several milestones and one project variant (:class:`edsim.studies.bench.Bench`).

    Attributes
    ----------
    case, variant, redesign, progress
        As there.
    """

    case: Case
    variant: str
    redesign: bool = False
    progress: Progress = silent
    base: Solved = field(init=False)
    _prepared: Prepared = field(init=False, repr=False)
    _indicators: dict[str, tuple[float, float]] = field(default_factory=dict, init=False, repr=False)
    _based: bool = field(default=False, init=False, repr=False)

    def __post_init__(self) -> None:
        self._prepared = self._prepare(self.case, make_profiles(self.case, self.progress))
        self.progress("sizing the plants of all milestones of the case as it stands")
        self.base = self._solved(self._prepared, "screening", ("sized", "profiles"))
        self._based = True

    @property
    def sizes(self) -> Sizes:
        """Sizes of every milestone in the case as it stands."""
        designs = [stage.run.design for stage in self.base.runs[1].phases]
        return [d.solution.capacities for d in designs if d is not None]

    def solve(self, case: Case, mode: Mode) -> Solved:
        """Return the alternative `case`.

        Parameters
        ----------
        case
            The case with other values (:func:`edsim.studies.fields.with_values`).
        mode
            ``fixed``, ``redispatched``: sizes of the case as it stands, operation of every milestone anew.
            ``optimized``: sizes of all milestones anew. ``certified``: with their lower bound, as ``edsim run``.

        Raises
        ------
        InfeasibleError
            The alternative cannot serve the demand.
        """
        prepared, reach = self._varied(case)
        if mode in {"fixed", "redispatched"}:
            return self._solved(prepared, "screening", ("redispatched", reach), self.sizes)
        kind: Literal["certified", "screening"] = "certified" if mode == "certified" else "screening"
        return self._solved(prepared, kind, ("certified" if mode == "certified" else "sized", reach))

    def __getstate__(self) -> tuple[None, dict[str, Any]]:
        """Return what a worker is sent: all but the progress."""
        return sent_state(self, {"progress": silent})

    def appraise(self, case: Case, solved: Solved, lang: str = "en") -> Appraisal:
        """Return the audited appraisal of an alternative, by the function a run uses."""
        return appraised(case, solved, lang)

    def base_indicators(self) -> dict[str, tuple[float, float]]:
        """Return indicator → values of BAU and of the project for the case as it stands, evaluated once."""
        if not self._indicators:
            self._indicators = figures_of(appraised(self.case, self.base).tables["kpis"], self.base)
        return self._indicators

    def indicators(self, case: Case, solved: Solved) -> dict[str, tuple[float, float]]:
        """Return indicator → values of BAU and of the project, without those of the district company; not audited."""
        return indicators_of(case, solved)

    def reach(self, case: Case) -> Reach:
        """Return the first stage that `case` changes; with `redesign` every change lays the networks out."""
        base, project = self._prepared, workflow.variant_case(case, self.variant)
        if not same_demand(case, base.case):
            return "profiles"
        grows = [(m.year, m.demand_factor) for m in project.milestones]
        before = [(m.year, m.demand_factor) for m in base.project.milestones]
        if layout_of(project) != layout_of(base.project) or grows != before or self.redesign:
            return "networks"
        return "prices" if project.technologies == base.project.technologies else "plant"

    def _varied(self, case: Case) -> tuple[Prepared, Reach]:
        """Return the stages before the plant for `case`, those of the base where nothing they are made of changed."""
        base, reach = self._prepared, self.reach(case)
        if reach in LAID_OUT_ANEW:
            return self._prepare(case, make_profiles(case) if reach == "profiles" else base.profiles), reach
        project = workflow.variant_case(case, self.variant)
        check_comparable(case, {self.variant: project})
        levels = self.case.variants[self.variant].levels_c
        at_levels = kept_levels(project, base.district.case, levels)
        whole = replace(base.district, case=at_levels, profiles=replace(base.district.profiles))
        return Prepared(case, project, base.profiles, whole), reach

    def _prepare(self, case: Case, profiles: Profiles) -> Prepared:
        project = workflow.variant_case(case, self.variant)
        check_comparable(case, {self.variant: project, BAU: workflow.variant_case(case, BAU)})
        mine = profiles_for(project, case, profiles, self.progress)
        levels = case.variants[self.variant].levels_c
        return Prepared(case, project, profiles, workflow.built_out(project, mine, self.progress, levels))

    def _solved(
        self,
        prepared: Prepared,
        mode: Literal["certified", "screening"],
        about: tuple[str, Reach],
        sizes: Sizes | None = None,
    ) -> Solved:
        settings = prepared.project.settings
        options = DesignOptions(mode, settings.typical_days, settings.target_gap_frac, settings.time_limit_s)
        mine = profiles_for(prepared.project, prepared.case, prepared.profiles)
        levels = prepared.case.variants[self.variant].levels_c
        project = kept_levels(prepared.project, prepared.district.case, levels)
        laid, _ = lay_loop_mains(project, prepared.district.profiles)
        if sizes is not None:
            alike = replace(prepared.district, case=laid)
            laid = settled_like(alike, self.base.runs[1].district.case, sizes).case
        districts = phase_districts(laid, mine, prepared.district)
        pairs = workflow.boundary(districts, prepared.case)
        bare = workflow.variant_case(prepared.case, BAU)
        before = workflow.without_networks(bare, prepared.profiles)
        bau = workflow.solve_phases(BAU, before, pairs, DesignOptions(mode="screening"))
        say = self.progress if not self._based else lambda _: None  # an alternative says its number and the time left
        run: VariantRun = workflow.solve_phases(self.variant, districts, pairs, options, say, sizes)
        status = run.design.certificate.status if run.design is not None else "screening"
        return Solved((bau, run), *about, status)

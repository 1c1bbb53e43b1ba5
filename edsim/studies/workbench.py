"""One prepared district, solved many times: each alternative redoes only the stages its change reaches.

========================  =======================================================================
stage redone              when
========================  =======================================================================
indicators                always, by the same :func:`edsim.appraisal.evaluate.evaluate` as a run
individual machines, BAU  always (arrays; BAU with a model of its own is solved anew)
plant                     fixed: only priced; otherwise solved anew, each alternative from the same start, so that
                          no figure hangs on those before it; with whole units the design of a run, without its bound
networks                  buildings, connections, network fields or weather change
profiles                  buildings, weather, place or calendar change
========================  =======================================================================

Networks, and temperature levels where the variant has a choice of them, stay as for the case as it stands when only
prices, rates or plant fields change, so that alternatives differ in what is varied and nothing else; ``redesign=True``
lays them out for every alternative.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from edsim import workflow
from edsim.appraisal.emissions import for_model, refrigerants_of_case
from edsim.case.comparison import DRAWS, check_comparable
from edsim.case.joining import CONNECT_FIELDS
from edsim.case.schema import Building, Case
from edsim.core.errors import CaseError, Finding
from edsim.core.technology import Refrigerant
from edsim.network.district import District
from edsim.optimization.district.billing import caps_demand, settle_billing, sides_paid
from edsim.optimization.district.individual import run_individual
from edsim.optimization.district.levels import kept_levels
from edsim.optimization.district.loop_mains import lay_loop_mains
from edsim.optimization.district.network_check import settle_networks
from edsim.optimization.district.prepare_system import conditions_of, prepare_system
from edsim.optimization.model.commitment_model import needs_integers
from edsim.optimization.model.criteria import least_cost, value_of
from edsim.optimization.sizing.certify import Design, DesignOptions, unserved
from edsim.optimization.sizing.goals import Goal, design_for
from edsim.optimization.sizing.proof import balance_residual, money_residual
from edsim.optimization.system import System, pinned
from edsim.optimization.types import Certificate, Solution
from edsim.profiles.district import make_profiles, profiles_for
from edsim.profiles.types import Profiles
from edsim.results.variant import variant_run
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
from edsim.studies.by_size import settled_like, sized_at_cost
from edsim.studies.plant import Held, LivePlant
from edsim.studies.whole_units import refuse_whole

if TYPE_CHECKING:
    from edsim.appraisal.types import Appraisal

_Kind = Literal["certified", "screening"]
BAU = "bau"
_SKIP = {"lifetime_a", "om_frac"}
"""Fields of a network that are prices: as all prices they leave the layout as it is."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The stages before the plant, and the case they were made for; `district` is the built-out one where it grows."""

    case: Case
    project: Case
    profiles: Profiles
    district: District


@dataclass(slots=True)
class Workbench:
    """A case and one project variant, held ready for many alternatives.

    Attributes
    ----------
    case
        The case as it stands.
    variant
        The project variant compared with BAU.
    redesign
        Whether networks are laid out anew for every alternative.
    progress
        Called with a line of text per step.
    """

    case: Case
    variant: str
    redesign: bool = False
    progress: Progress = silent
    base: Solved = field(init=False)
    _prepared: Prepared = field(init=False, repr=False)
    _plant: LivePlant = field(init=False, repr=False)
    _held: Held | None = field(default=None, init=False, repr=False)
    _indicators: dict[str, tuple[float, float]] = field(default_factory=dict, init=False, repr=False)
    _pairs: workflow.Boundary = field(default=(), init=False, repr=False)

    def __post_init__(self) -> None:
        workflow.refuse_milestones(self.case)
        profiles = make_profiles(self.case, self.progress)
        self._prepared = self._prepare(self.case, profiles)
        self._pairs = workflow.boundary([self._prepared.district], self.case)
        self.progress("sizing the plant of the case as it stands")
        settled, first = self._at_cost(self._prepared.district, self._first_design, "screening")
        if caps_demand(settled):
            live: dict[int, LivePlant] = {}

            def find(now: Sequence[District], _: DesignOptions) -> list[Design]:
                found = self._first_design(now[0])
                live[id(found)] = self._plant
                return [found]

            how = self._options("screening")
            (settled,), (first,) = settle_billing((settled,), find, how, np.ones(1), self.progress)
            self._plant = live[id(first)]
        district, found = settle_networks(settled, first, self._first_design, self.progress)
        self._prepared = replace(self._prepared, district=district)
        if not needs_integers(system_of(district)):
            self._held = self._plant.hold(found.solution)
        self.base = self._with_design(self._prepared, found, ("sized", "profiles"))

    def _first_design(self, district: District) -> Design:
        """Return the screening design of a district; one without whole units on models of its own, which stay alive."""
        settings, system = self.case.settings, system_of(district)
        if not system.technologies:
            what = "the variant has no plant, so there is nothing to size or dispatch in a study"
            raise CaseError.of([Finding("E557", what, field=f"variants.{self.variant}", hint="name another --variant")])
        self._plant = LivePlant(system, settings.typical_days, settings.time_limit_s)
        if needs_integers(system):
            return self._whole(district.case, system)
        solution, _ = self._plant.optimize(system, workflow.goal_of(district.case))
        return self._design(solution, workflow.goal_of(district.case))

    def refuse_whole(self) -> None:
        """Refuse a plant with whole units.

        Raises
        ------
        CaseError
            E549: a front or menu has no meaning with whole units.
        """
        refuse_whole(self.system)

    @property
    def system(self) -> System:
        """The system of the case as it stands."""
        return self._plant.system

    @property
    def plant(self) -> LivePlant:
        """The live models."""
        return self._plant

    @property
    def capacities(self) -> Mapping[tuple[str, str], float]:
        """Sizes of the design of the case as it stands."""
        design = self.base.runs[1].design
        assert design is not None
        return design.solution.capacities

    def solve(self, case: Case, mode: Mode) -> Solved:
        """Return the alternative `case`, a variation of the case of this bench.

        Parameters
        ----------
        case
            The case with other values (:func:`edsim.studies.fields.with_values`).
        mode
            ``fixed``: sizes and operation of the base design; operation is found anew where more than prices changed.
            ``redispatched``: sizes of the base design, operation anew. ``optimized``: sizes and operation anew, on
            the typical days of the base case. ``certified``: the full design with its lower bound, as ``edsim run``.

        Raises
        ------
        CaseError
            E521: another goal than cost with whole units.
        InfeasibleError
            The alternative cannot serve the demand.
        """
        if case == self.case and mode != "certified":
            return self.base
        prepared, reach = self.varied(case)
        goal = workflow.goal_of(prepared.project)
        if mode == "certified":
            return self._sized(prepared, lambda d: self._proven(d, goal), ("certified", reach), "certified")
        if mode == "optimized":
            return self._sized(prepared, self._quick_design, ("sized", reach), "screening")
        if needs_integers(system_of(prepared.district)) or self._held is None:
            return self._whole_at_sizes(prepared, reach)
        prepared = self._at_costs_of_base(prepared)
        system = system_of(prepared.district)
        if mode == "fixed" and reach in {"prices", "plant"}:
            priced = self._plant.reprice(system, least_cost(goal.carbon_price_per_t), self._held)
            if priced is not None:
                return self._solved(prepared, priced, ("repriced", reach))
        found = self._plant.operate(system, goal, self.capacities)
        return self._solved(prepared, found, ("redispatched", reach))

    def solved_with(self, case: Case, solution: Solution, how: str) -> Solved:
        """Return an alternative with a solution of its plant that was found elsewhere."""
        prepared, reach = self.varied(case)
        return self._solved(self._at_costs_of_base(prepared), solution, (how, reach))

    def base_indicators(self) -> dict[str, tuple[float, float]]:
        """Return indicator → values of BAU and of the project for the case as it stands, evaluated once."""
        if not self._indicators:
            self.progress("evaluating the case as it stands")
            self._indicators = figures_of(appraised(self.case, self.base).tables["kpis"], self.base)
        return self._indicators

    def __getstate__(self) -> tuple[None, dict[str, Any]]:
        """Return what a worker is sent: all but the progress."""
        return sent_state(self, {"progress": silent})

    def appraise(self, case: Case, solved: Solved, lang: str = "en") -> Appraisal:
        """Return the audited appraisal of an alternative, by the function a run uses."""
        return appraised(case, solved, lang)

    def indicators(self, case: Case, solved: Solved) -> dict[str, tuple[float, float]]:
        """Return indicator → values of BAU and of the project, without those of the district company; not audited."""
        return indicators_of(case, solved)

    def _quick_design(self, district: District) -> Design:
        """Return the screening design of an alternative: with whole units, or of a case with them, that of a run."""
        system, goal = system_of(district), workflow.goal_of(district.case)
        if needs_integers(system) or self._held is None:
            return self._whole(district.case, system)
        return self._design(self._plant.optimize(system, goal)[0], goal)

    def _proven(self, district: District, goal: Goal) -> Design:
        return design_for(system_of(district), goal, self._options("certified", district.case), self.progress)

    def _sized(
        self, prepared: Prepared, design: Callable[[District], Design], about: tuple[str, Reach], kind: _Kind
    ) -> Solved:
        """Return an alternative whose sizes are found anew, at the investments of these sizes if the case asks it.

        Where its plant pays other sides of a capped demand charge than that of the base case, they are sought anew.
        """
        district, found = self._at_cost(prepared.district, design, kind)
        if caps_demand(district) and sides_paid(district, found.solution) != district.billed_by_energy:

            def find(now: Sequence[District], how: DesignOptions) -> list[Design]:
                return [(self._quick_design if how.mode == "screening" else design)(now[0])]

            how = self._options(kind, district.case)
            (district,), (found,) = settle_billing((district,), find, how, np.ones(1), self.progress)
        return self._with_design(replace(prepared, district=district), found, about)

    def _at_cost(
        self, district: District, design: Callable[[District], Design], kind: _Kind
    ) -> tuple[District, Design]:
        options = self._options(kind, district.case)
        return sized_at_cost(district, system_of, design, workflow.goal_of(district.case), options)

    def _at_costs_of_base(self, prepared: Prepared) -> Prepared:
        """Return an alternative with the sizes of the case as it stands at the investments of these sizes."""
        base = self._prepared.district.case
        return replace(prepared, district=settled_like(prepared.district, base, (self.capacities,)))

    def _options(self, mode: _Kind, case: Case | None = None) -> DesignOptions:
        """Return the options of a design by the functions of a run."""
        settings = (case or self.case).settings
        return DesignOptions(
            mode=mode,
            typical_days=settings.typical_days,
            target_gap_frac=settings.target_gap_frac,
            time_limit_s=settings.time_limit_s,
        )

    def _whole_at_sizes(self, prepared: Prepared, reach: Reach) -> Solved:
        """Return an alternative with whole units, or of a case with them, at the sizes of the base design."""
        base, kept = self.base.runs[1].design, self._at_costs_of_base(prepared)
        if base is not None and prepared.project == self._prepared.project:
            return self._with_design(kept, base, ("repriced", reach))
        found = self._whole(prepared.project, pinned(system_of(kept.district), self.capacities))
        return self._with_design(kept, found, ("redispatched", reach))

    def _whole(self, project: Case, system: System) -> Design:
        return design_for(system, workflow.goal_of(project), self._options("screening", project), self.progress)

    def reach(self, case: Case) -> Reach:
        """Return the first stage that `case` changes; with `redesign` every change lays the networks out."""
        base, project = self._prepared, workflow.variant_case(case, self.variant)
        if not same_demand(case, base.case):
            return "profiles"
        if layout_of(project) != layout_of(base.project) or (self.redesign and project != base.project):
            return "networks"
        return "prices" if project.technologies == base.project.technologies else "plant"

    def varied(self, case: Case) -> tuple[Prepared, Reach]:
        """Return the stages before the plant for `case`, those of the base where nothing they are made of changed."""
        base, reach = self._prepared, self.reach(case)
        if reach in LAID_OUT_ANEW:
            anew = self._prepare(case, make_profiles(case) if reach == "profiles" else base.profiles)
            told = replace(anew.district, billed_by_energy=base.district.billed_by_energy)
            return replace(anew, district=told), reach
        project = workflow.variant_case(case, self.variant)
        check_comparable(case, {self.variant: project})
        profiles = profiles_for(project, case, base.profiles)
        levels = self.case.variants[self.variant].levels_c
        mine, mains = lay_loop_mains(kept_levels(project, base.district.case, levels), profiles)
        district = replace(base.district, case=mine, profiles=profiles, mains=mains)
        return Prepared(case, project, base.profiles, district), reach

    def _prepare(self, case: Case, profiles: Profiles) -> Prepared:
        project = workflow.variant_case(case, self.variant)
        check_comparable(case, {self.variant: project, BAU: workflow.variant_case(case, BAU)})
        mine = profiles_for(project, case, profiles, self.progress)
        levels = case.variants[self.variant].levels_c
        return Prepared(case, project, profiles, workflow.prepare(project, mine, self.progress, levels))

    def _solved(self, prepared: Prepared, solution: Solution, about: tuple[str, Reach]) -> Solved:
        return self._with_design(prepared, self._design(solution, workflow.goal_of(prepared.project)), about)

    def _design(self, solution: Solution, goal: Goal) -> Design:
        """Return a solution as a design without a proof."""
        certificate = Certificate(
            upper_bound=value_of(solution, goal.criterion, goal.carbon_price_per_t),
            lower_bound=None,
            gap_frac=None,
            hours_checked=solution.grid.n,
            unserved_kwh=float(unserved(solution).sum()),
            max_balance_residual_frac=balance_residual(solution),
            money_residual_frac=money_residual(solution, least_cost(goal.carbon_price_per_t)),
            status="screening",
            minimized=goal.criterion,
        )
        return Design(solution, certificate, (self._plant.grid.n_periods,))

    def _with_design(self, prepared: Prepared, found: Design, about: tuple[str, Reach]) -> Solved:
        district = prepared.district
        conditions = conditions_of(district, _gases(district.case))
        individual = run_individual(district, self._pairs, conditions)
        project = variant_run(self.variant, district, conditions, found, individual)
        bare = District(workflow.variant_case(prepared.case, BAU), prepared.profiles, ())
        bau = workflow.solve_variant(BAU, bare, self._pairs, DesignOptions(mode="screening"))
        return Solved((bau, project), *about, found.certificate.status)


def _gases(case: Case) -> dict[str, Refrigerant]:
    return for_model(refrigerants_of_case(case))


def system_of(district: District) -> System:
    """Return the plant of a district with the gases of its case."""
    return prepare_system(district, _gases(district.case))


def same_demand(case: Case, other: Case) -> bool:
    """Return whether two cases have the same weather and the same demand of every building."""
    same = all(getattr(case, part) == getattr(other, part) for part in ("weather", "city"))
    same = same and [_needs(b) for b in case.buildings] == [_needs(b) for b in other.buildings]
    return same and all(getattr(case.settings, name) == getattr(other.settings, name) for name in DRAWS)


def _needs(building: Building) -> dict[str, Any]:
    """Return the fields of a building that its loads depend on."""
    return building.model_dump(exclude={*CONNECT_FIELDS, "bau", "bau_age_a", "bau_service_age_a", "tariff"})


def layout_of(project: Case) -> tuple[object, ...]:
    """Return what the layout of the networks is made of, prices and rates left out."""
    networks = [n.model_dump(exclude=_SKIP) for n in project.networks]
    joining = [b.model_dump(include=set(CONNECT_FIELDS)) for b in project.buildings]
    return networks, joining, project.settings.carrier_temps_c

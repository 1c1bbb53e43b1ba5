"""The architecture on a page: load → prepare → build → solve → verify → evaluate.

=============  =======================================  ==============================
stage          takes                                    gives
=============  =======================================  ==============================
load_case      folder or case.yaml                      Case
prepare        Case                                     District (profiles, networks)
build          District                                 Model (compiled, solvable)
solve_variant  District, boundary                       VariantRun (design, proof, flows)
evaluate       Case, VariantRuns                        Appraisal (audited tables)
=============  =======================================  ==============================

A district that grows by milestones goes the same way year by year: :func:`prepare_phases` gives a District for each
milestone, :func:`solve_phases` one VariantRun that holds them all, its plant sized for all of them together.

No stage changes its input.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from edsim.appraisal.emissions import for_model, refrigerants_of_case
from edsim.appraisal.own_power import machine_cost_per_a
from edsim.case.bau import bau_case, no_networks, with_baseline
from edsim.case.lazy_kinds import LazyKinds
from edsim.case.loading import load
from edsim.case.milestones import case_in, is_phased, span_worth, spans
from edsim.case.offers import may_choose
from edsim.case.schema import Case
from edsim.case.variants import apply_scenario, apply_variant
from edsim.core.errors import CaseError, Finding
from edsim.core.i18n import Lang
from edsim.core.timegrid import full_year
from edsim.network.design import design_network
from edsim.network.district import District
from edsim.network.from_case import network_request
from edsim.network.phasing import phase_districts
from edsim.network.pipes.spacing import with_spacing_notes
from edsim.network.types import NetworkDesign
from edsim.optimization.district.billing import settle_billing
from edsim.optimization.district.connection import Avoided, settle_connections, unconnected_cost_per_a
from edsim.optimization.district.individual import boundary_of, run_individual
from edsim.optimization.district.levels import choose_levels, kept_levels
from edsim.optimization.district.link_choice import choose_links
from edsim.optimization.district.loop_mains import lay_loop_mains
from edsim.optimization.district.network_check import settle_networks, settle_phases
from edsim.optimization.district.prepare_system import conditions_of, prepare_system
from edsim.optimization.model.model import Model
from edsim.optimization.model.model import build as build_model
from edsim.optimization.sizing.certify import Design, DesignOptions
from edsim.optimization.sizing.goals import Goal, design_for, design_milestones_for
from edsim.optimization.sizing.size_costs import proven_at_cost
from edsim.optimization.sizing.typical_sizes import TypicalSizes, at_costs_of_sizes
from edsim.profiles.district import make_profiles
from edsim.profiles.milestones import largest_profiles, profiles_in
from edsim.profiles.types import Profiles
from edsim.results.variant import PhaseRun, VariantRun, grown, variant_run

CRITERION_OF = {
    "cost": "cost",
    "ghg": "ghg_kg",
    "grid_peak": "grid_peak_kw",
    "water": "water_m3",
    "primary_energy": "primary_energy_kwh",
}
"""Objective of the case settings → criterion of the optimizer."""

Progress = Callable[[str], None]
Boundary = Sequence[tuple[str, str]]
LevelsC = Mapping[str, Sequence[tuple[float, float]]]


def load_case(path: str | Path, *, scenario: str | None = None, lang: Lang = "en") -> Case:
    """Read a case folder or file, with the changes of `scenario` when one is named; findings are in `lang`.

    Raises
    ------
    CaseError
        With every fault of the case.
    """
    case = load(Path(path), LazyKinds("edsim.technologies"), lang=lang)
    return case if scenario is None else apply_scenario(case, scenario, lang=lang)


def refuse_milestones(case: Case) -> None:
    """Refuse a district that grows, for what works on one year of operation.

    Raises
    ------
    CaseError
        E1813 the case has several milestones.
    """
    if is_phased(case):
        finding = Finding(
            "E1813",
            "this study is not made of a district that grows",
            file="case.yaml",
            field="milestones",
            got=", ".join(str(m.year) for m in case.milestones),
            allowed="one year of operation",
            hint="prepare it with edsim.studies.phased_bench.PhasedBench, or study one milestone as a case of its own",
        )
        raise CaseError.of([finding])


def variant_case(case: Case, variant: str) -> Case:
    """Return the case of one variant; ``bau`` is made by rule, and machines that a project leaves alone follow it."""
    return bau_case(case) if variant == "bau" else with_baseline(apply_variant(case, variant), case)


def project_variants(case: Case) -> tuple[str, ...]:
    """Return the names of the project variants, in order."""
    return tuple(v for v in case.variants if v != "bau")


def prepare(
    case: Case,
    profiles: Profiles | None = None,
    progress: Progress = lambda _: None,
    levels_c: LevelsC | None = None,
) -> District:
    """Return the district of one variant's case: hourly profiles and designed networks.

    Of a district that grows it is the last milestone; :func:`prepare_phases` returns all.

    Parameters
    ----------
    case
        Case of one variant.
    profiles
        Profiles already made for the same buildings and weather; made anew when None.
    progress
        Called with a line of text at each step.
    levels_c
        Network → temperature levels to choose from, as in :class:`edsim.case.schema.Variant`.
    """
    profiles = make_profiles(case, progress) if profiles is None else profiles
    if is_phased(case):
        return prepare_phases(case, profiles, progress, levels_c)[-1]
    case, mains = lay_loop_mains(case, profiles, progress)
    if not levels_c:
        return replace(_laid_out(case, profiles, progress), mains=mains)
    return replace(_at_best_levels(case, profiles, levels_c, progress), mains=mains)


def _at_best_levels(case: Case, profiles: Profiles, levels_c: LevelsC, progress: Progress) -> District:
    """Return the district with its networks at the temperature levels of least cost."""

    def unconnected(district: District) -> float:
        return unconnected_cost_per_a(district, _avoided_per_a(district.case, profiles))

    gases = for_model(refrigerants_of_case(case))
    return choose_levels(case, levels_c, lambda at: _laid_out(at, profiles, progress), gases, progress, unconnected)


def prepare_phases(
    case: Case, profiles: Profiles, progress: Progress = lambda _: None, levels_c: LevelsC | None = None
) -> tuple[District, ...]:
    """Return the district of every milestone: its demand and prices, and the networks laid by then.

    Mains of ambient loops are laid whole in the first milestone, for the largest demand of every building. Temperature
    levels, and which of the buildings that may connect do, are chosen once for all milestones: what costs least a year
    for the built-out district, at the prices of the last milestone and the largest demand of every building.

    Parameters
    ----------
    case, progress, levels_c
        As for :func:`prepare`.
    profiles
        Of the case as it stands, after the measures of the variant.
    """
    case, mains = lay_loop_mains(case, largest_profiles(case, profiles), progress)
    whole = built_out(case, profiles, progress, levels_c)
    phases = phase_districts(whole.case, profiles, whole)
    return tuple(replace(d, mains=mains, levels=whole.levels) for d in phases)


def built_out(
    case: Case, profiles: Profiles, progress: Progress = lambda _: None, levels_c: LevelsC | None = None
) -> District:
    """Return the district of a variant as it is when it has grown, for the largest demand of every building.

    With `levels_c` its networks, and those of the case in it, have the levels that are cheapest then; of buildings that
    may connect its networks reach those that pay for it then, without sources that have left.
    """
    largest, last = largest_profiles(case, profiles), case.milestones[-1]
    may_connect = may_choose(case)
    if not levels_c and not may_connect:
        return _laid_out(case, largest, progress)
    then, left = case_in(case, last), replace(largest, sources=profiles_in(case, profiles, last).sources)
    best = _at_best_levels(then, left, levels_c, progress) if levels_c else _laid_out(then, left, progress)
    at_levels = kept_levels(case, best.case, levels_c or ())
    if may_connect:
        return replace(best, case=at_levels, profiles=largest)
    return replace(_laid_out(at_levels, largest, progress), levels=best.levels)


def _avoided_per_a(case: Case, profiles: Profiles) -> Avoided:
    """Return service → building → yearly cost of its individual supply, which the temperatures of the case may change.

    Empty where no connection is a choice.
    """
    if not may_choose(case):
        return {}
    return {s: individual_cost_per_a(case, profiles, s) for n in case.networks for s in n.services}


def _laid_out(case: Case, profiles: Profiles, progress: Progress) -> District:
    """Return the district with its networks designed at the temperatures of the case."""
    if avoided := _avoided_per_a(case, profiles):
        progress("choosing which buildings to connect")
        settled = settle_connections(case, profiles, avoided, for_model(refrigerants_of_case(case)), progress)
        return _remarked_and_linked(settled, progress)
    designs: list[NetworkDesign] = []
    for spec in case.networks:
        progress(f"designing network {spec.id}")
        designs.append(design_network(network_request(case, spec, profiles, {}, designs)))
    return _remarked_and_linked(District(case, profiles, tuple(designs)), progress)


def _remarked_and_linked(district: District, progress: Progress) -> District:
    """Return the district with remarks on pipes too near to each other, and the pipes between its plants decided."""
    noted = with_spacing_notes(district.case, district.designs, district.profiles.weather.dry_bulb_temp_c)
    district = replace(district, designs=tuple(noted))
    if any(d.links for d in noted):
        progress("choosing pipes between plants")
        district = choose_links(district, for_model(refrigerants_of_case(district.case)), progress)
    return district


def individual_cost_per_a(case: Case, profiles: Profiles, service: str) -> dict[str, float]:
    """Return building → yearly cost of its individual supply of `service`: the prize of connecting it.

    Machines count by their annuity whatever the end value of the study is, as the pipes they are weighed against.
    """
    by_annuity = case.finance.model_copy(update={"salvage": "annuity"})
    bare = District(no_networks(case).model_copy(update={"finance": by_annuity}), profiles, ())
    conditions = conditions_of(District(case, profiles, ()), for_model(refrigerants_of_case(case)))
    on_own_power = {t.id for t in case.technologies if getattr(t, "feeds_building", False)}
    boundary = [
        (b.id, s)
        for b in case.buildings
        if service in b.bau
        for s in (b.bau if b.bau.get("electricity") in on_own_power else (service,))
        if s in profiles.demand
    ]
    runs = run_individual(bare, boundary, conditions)
    frame = variant_run("bau", bare, conditions, None, runs)
    return {r.building: machine_cost_per_a(r, frame) for r in runs if r.service == service and r.machine is not None}


def build(district: District) -> Model:
    """Return the compiled full-year model of a district."""
    return build_model(prepare_system(district, for_model(refrigerants_of_case(district.case))), full_year())


def boundary(districts: Sequence[District], case: Case) -> tuple[tuple[str, str], ...]:
    """Return the (building, service) pairs compared in every variant."""
    return boundary_of(districts, case)


def goal_of(case: Case) -> Goal:
    """Return what the plants of a case are designed for."""
    settings = case.settings
    return Goal(CRITERION_OF[settings.objective], settings.cost_cap_frac, case.emissions.carbon_price_per_t)


def solve_variant(
    name: str,
    district: District,
    pairs: Boundary,
    options: DesignOptions,
    progress: Progress = lambda _: None,
) -> VariantRun:
    """Return the solved variant: certified plant design and individual machines.

    Raises
    ------
    InfeasibleError, SolverError
        Demand cannot be served within the limits; a solve ended without a usable result.
    """
    gases = for_model(refrigerants_of_case(district.case))
    conditions = conditions_of(district, gases)
    individual = run_individual(district, pairs, conditions)
    system = prepare_system(district, gases)
    goal = goal_of(district.case)
    if not system.technologies:
        return variant_run(name, district, conditions, None, individual)

    def find(now: Sequence[District], how: DesignOptions) -> Sequence[Design]:
        return [design_for(prepare_system(now[0], gases), goal, how, progress)]

    def size_again(changed: District) -> Design:
        return find((changed,), options)[0]

    by_size = district.case.settings.cost_by_size
    if by_size:
        sizes = TypicalSizes([goal], np.ones(1), options)
        (district,) = at_costs_of_sizes((district,), lambda d: prepare_system(d, gases), sizes, progress)
    (district,), (found,) = settle_billing((district,), find, options, np.ones(1), progress)
    if district.designs:
        district, found = settle_networks(district, found, size_again, progress)
    if by_size:
        (district,), (found,) = proven_at_cost((district,), (found,), lambda now: [size_again(now[0])], progress)
    return variant_run(name, district, conditions, found, individual)


def solve_phases(
    name: str,
    districts: Sequence[District],
    pairs: Boundary,
    options: DesignOptions,
    progress: Progress = lambda _: None,
    sizes: Sequence[Mapping[tuple[str, str], float]] | None = None,
) -> VariantRun:
    """Return the solved variant of a district that grows, from the districts of its milestones.

    Plants are sized, or run with the `sizes` of every milestone where they are given.

    Raises
    ------
    InfeasibleError, SolverError
        As :func:`solve_variant`.
    """
    case = districts[0].case
    gases = for_model(refrigerants_of_case(case))
    goals = [goal_of(d.case) for d in districts]

    def find(now: Sequence[District], how: DesignOptions) -> Sequence[Design]:
        systems = {str(m.year): prepare_system(d, gases) for m, d in zip(case.milestones, now, strict=True)}
        return design_milestones_for(systems, span_worth(case), goals, how, progress, sizes)

    def size(now: Sequence[District]) -> Sequence[Design]:
        return find(now, options)

    found: Sequence[Design | None] = [None] * len(districts)
    if prepare_system(districts[0], gases).technologies:
        by_size = case.settings.cost_by_size
        if by_size and sizes is None:
            typical = TypicalSizes(goals, span_worth(case), options)
            districts = at_costs_of_sizes(districts, lambda d: prepare_system(d, gases), typical, progress)
        districts, designs = settle_billing(districts, find, options, span_worth(case), progress)
        if districts[0].designs:
            districts, designs = settle_phases(districts, designs, size, progress)
        if by_size:
            districts, designs = proven_at_cost(districts, designs, size, progress)
        found = designs
    phases = []
    for milestone, (first, last), district, plant in zip(case.milestones, spans(case), districts, found, strict=True):
        conditions = conditions_of(district, gases)
        individual = run_individual(district, pairs, conditions)
        run = variant_run(name, district, conditions, plant, individual)
        phases.append(PhaseRun(milestone.year, first, last, run))
    return grown(phases)


def lay_out(
    case: Case, profiles: Profiles, progress: Progress = lambda _: None, levels_c: LevelsC | None = None
) -> tuple[District, ...]:
    """Return the district of every milestone of a variant, one of a district that does not grow; see :func:`prepare`.

    Raises
    ------
    InfeasibleError
        No choice of buildings or levels has a plant that serves the demand.
    """
    if is_phased(case):
        return prepare_phases(case, profiles, progress, levels_c)
    return (prepare(case, profiles, progress, levels_c),)


def without_networks(case: Case, profiles: Profiles) -> tuple[District, ...]:
    """Return the district of every milestone, one of a district that does not grow, where no network is laid."""
    alone = District(case, profiles, ())
    return phase_districts(case, profiles, alone) if is_phased(case) else (alone,)


def solve_stages(
    name: str,
    districts: Sequence[District],
    pairs: Boundary,
    options: DesignOptions,
    progress: Progress = lambda _: None,
) -> VariantRun:
    """Return the solved variant of the districts of its milestones, or of the one district that does not grow.

    Raises
    ------
    InfeasibleError, SolverError
        As :func:`solve_variant` and :func:`solve_phases`.
    """
    if is_phased(districts[0].case):
        return solve_phases(name, districts, pairs, options, progress)
    return solve_variant(name, districts[0], pairs, options, progress)

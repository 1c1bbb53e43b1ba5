"""Checks of milestone years: they rise, names exist, nothing is stated twice, nothing asked that is not computed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from edsim.case.checks.ids import place_of, unknown
from edsim.case.milestones import end_year, is_connected, is_phased, milestone_years
from edsim.case.schema import SERVICES, Building, Case
from edsim.case.wording.messages import Fault, listing

_PHASED_CARRIERS = ("chilled_water", "hot_water", "steam", "compressed_air")
_LEAST_DEMAND, _MOST = 0.01, 100.0
"""Factors beyond which a slip is likelier than a plan; who connects stays a customer."""


def check_milestones(case: Case) -> Iterator[Fault]:
    """Yield faults of the milestones and of the buildings that connect or open in one."""
    wrong = list(_years(case))
    yield from wrong
    yield from _factors(case)
    for building in case.buildings:
        yield from (f for f in _building(case, building) if not wrong or f.code != "E1803")
    if is_phased(case):
        yield from _twice(case)
        yield from _sources(case)
        yield from _not_computed(case)


def _years(case: Case) -> Iterator[Fault]:
    years = milestone_years(case)
    if any(b <= a for a, b in pairwise(years)):
        got = ", ".join(str(y) for y in years)
        yield Fault("E1800", place_of(case, "milestones.0.year"), "milestones", got=got)
    elif years and years[-1] - years[0] >= case.finance.horizon_a:
        path = f"milestones.{len(years) - 1}.year"
        allowed = f"< {years[0] + case.finance.horizon_a}"
        yield Fault("E1801", place_of(case, path), path, got=str(years[-1]), allowed=allowed)


def _factors(case: Case) -> Iterator[Fault]:
    priced, served = [t.id for t in case.tariffs] + [f.id for f in case.fuels], _served(case)
    for index, m in enumerate(case.milestones):
        path = f"milestones.{index}"
        stated = m.demand_factor or m.price_factor or m.grid_factor != 1.0 or m.carbon_price_per_t is not None
        if index == 0 and stated:
            yield Fault("E1802", place_of(case, f"{path}.year"), path, hint="base_milestone")
        for group, given, known, least in (
            ("demand_factor", m.demand_factor, SERVICES, _LEAST_DEMAND),
            ("price_factor", m.price_factor, priced, 0.0),
        ):
            for name, value in given.items():
                field = f"{path}.{group}.{name}"
                if name not in known:
                    yield unknown(case, "E1805", field, name, known)
                elif not least <= value <= _MOST:
                    yield Fault("E1817", place_of(case, field), field, f"{value:g}", f"{least:g} – {_MOST:g}")
                elif group == "demand_factor" and name not in served:
                    yield Fault("W1961", place_of(case, field), field, name, listing(sorted(served)), hint="no_service")


def _served(case: Case) -> set[str]:
    """Return the services somebody has: by a network, a machine of today or a meter; electricity is everybody's."""
    of_networks = {service for n in case.networks for service in n.services}
    return of_networks | {s for b in case.buildings for s in (*b.bau, *b.measured)} | {"electricity"}


def _building(case: Case, building: Building) -> Iterator[Fault]:
    years = milestone_years(case)
    for name in ("connection_year", "opening_year"):
        year = getattr(building, name)
        if year is not None and year not in years:
            path = f"buildings.{building.id}.{name}"
            allowed = ", ".join(str(y) for y in years) or "milestones"
            words = {"year": str(year)}
            yield Fault("E1803", place_of(case, path), path, str(year), allowed, words, "add_milestone")
    joins, opens = building.connection_year, building.opening_year
    if joins is not None and not building.joins_any:
        path = f"buildings.{building.id}.connection_year"
        yield Fault("E1804", place_of(case, path), path, got="connect: never")
    elif joins is not None and opens is not None and joins < opens:
        path = f"buildings.{building.id}.connection_year"
        yield Fault("E1804", place_of(case, path), path, got=f"{joins}, opening_year: {opens}")
    aged = [f for f in ("bau_age_a", "bau_service_age_a") if opens is not None and getattr(building, f)]
    for name in aged:
        path = f"buildings.{building.id}.{name}"
        yield Fault("E1818", place_of(case, path), path, got=f"opening_year: {opens}")


def _twice(case: Case) -> Iterator[Fault]:
    """Yield prices and grid factors that are given a path by the milestones and a growth every year too."""
    growing = {f"tariffs.{t.id}.escalation_frac": t.id for t in case.tariffs if t.escalation_frac}
    growing |= {f"fuels.{f.id}.escalation_frac": f.id for f in case.fuels if f.escalation_frac}
    for path, name in growing.items():
        if any(name in m.price_factor for m in case.milestones):
            yield Fault("E1806", place_of(case, path), path, params={"name": name})
    if case.emissions.grid_change_frac and any(m.grid_factor != 1.0 for m in case.milestones):
        path = "emissions.grid_change_frac"
        yield Fault("E1806", place_of(case, path), path, params={"name": "grid"})


def _sources(case: Case) -> Iterator[Fault]:
    years = milestone_years(case)
    for spec in case.sources:
        leaves = spec.exit_year
        if leaves is not None and leaves <= years[-1] and leaves not in years:
            path = f"sources.{spec.id}.exit_year"
            allowed = ", ".join(str(y) for y in years)
            words = {"year": str(leaves)}
            hint = "add_milestone" if leaves > years[0] else "left_before"
            yield Fault("E1816", place_of(case, path), path, str(leaves), allowed, words, hint)
    for t in case.technologies:
        leaves = getattr(t, "exit_year", None)
        path = f"technologies.{t.id}.exit_year"
        if leaves is not None and leaves <= years[-1]:
            yield Fault("E1815", place_of(case, path), path, got=str(leaves))
        elif leaves is not None and leaves < end_year(case):
            words = {"year": str(leaves), "last": str(end_year(case))}
            yield Fault("W112", place_of(case, path), path, params=words, hint="source_exit")


def _not_computed(case: Case) -> Iterator[Fault]:
    """Yield what this version does not compute together with several milestones."""
    yield from _finance(case)
    for n in case.networks:
        if n.family not in _PHASED_CARRIERS:
            path = f"networks.{n.id}"
            yield Fault("E1809", place_of(case, path), path, n.carrier, " / ".join(_PHASED_CARRIERS))
    first = milestone_years(case)[0]
    if case.networks and not any(is_connected(b, first) for b in case.buildings):
        path = "milestones.0.year"
        yield Fault("E1814", place_of(case, path), path, got=str(first))


def _finance(case: Case) -> Iterator[Fault]:
    finance = case.finance
    given = ["ramp_up_frac"] if finance.ramp_up_frac else []
    given += ["tariffs.connection_year"] if finance.tariffs and finance.tariffs.connection_year else []
    for name in given:
        yield Fault("E1807", place_of(case, f"finance.{name}"), f"finance.{name}")

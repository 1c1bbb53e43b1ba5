"""Temperature levels of networks as a choice: every combination designed and sized on typical days, the cheapest kept.

A warmer chilled water or a cooler hot water makes machines better and heat sources usable, and its wider or narrower
temperature difference changes diameters, losses and pumping. Levels enter the plant's physics, not its equations, so
they are enumerated (12 combinations at most); the plant of the cheapest is then sized and proven in full.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from edsim.case.schema import Case
from edsim.core.carriers import is_of
from edsim.core.errors import CaseError, DataError, Finding, InfeasibleError
from edsim.core.technology import Refrigerant
from edsim.network.district import District, LevelTrial, NetworkAtLevel
from edsim.network.types import NetworkDesign
from edsim.optimization.district.connection import network_cost_per_a, size_plant
from edsim.optimization.types import Solution

Levels = Mapping[str, Sequence[tuple[float, float]]]
MAX_COMBINATIONS = 12
_SUPPLIES = ("grid", "fuel_supply")


@dataclass(frozen=True, slots=True)
class _Tried:
    district: District
    trial: LevelTrial


def choose_levels(
    case: Case,
    levels: Levels,
    design: Callable[[Case], District],
    gases: Mapping[str, Refrigerant],
    progress: Callable[[str], None] = lambda _: None,
    unconnected_cost_per_a: Callable[[District], float] = lambda _: 0.0,
) -> District:
    """Return the district at the cheapest combination of temperature levels, all trials noted in it.

    Parameters
    ----------
    case
        Case of a variant.
    levels
        Network → pairs of supply and return temperature, °C.
    design
        Lays out the networks of a case.
    gases
        Refrigerants of the case.
    progress
        Called with a line per combination.
    unconnected_cost_per_a
        District → yearly cost of the individual supply of who is not connected, currency: where connection is a choice,
        levels differ in it. It may be left out where the same buildings are connected at every level.

    Raises
    ------
    CaseError
        E522: an unknown network, no pair, or more than 12 combinations.
    DataError, InfeasibleError
        Of the last combination, when none can be built.
    """
    _check(case, levels)
    tried: list[_Tried] = []
    failed: list[LevelTrial] = []
    problem: DataError | InfeasibleError | None = None
    for number, combination in enumerate(product(*levels.values()), 1):
        chosen = dict(zip(levels, combination, strict=True))
        words = ", ".join(f"{name} {supply:g}/{back:g} °C" for name, (supply, back) in chosen.items())
        try:
            found = _try(number, design(at_levels(case, chosen)), gases, unconnected_cost_per_a)
        except (DataError, InfeasibleError) as error:
            problem = error
            failed.append(LevelTrial(number, _unbuilt(case, chosen), float("nan"), float("nan"), note=str(error)))
            progress(f"levels {number}: {words}: cannot be built")
            continue
        tried.append(found)
        progress(f"levels {number}: {words}: {found.trial.cost_per_a:,.0f} {case.currency} a year in all")
    if not tried:
        assert problem is not None
        raise problem
    best = min(tried, key=lambda t: t.trial.cost_per_a)
    trials = [replace(t.trial, chosen=t is best) for t in tried] + failed
    return replace(best.district, levels=tuple(sorted(trials, key=lambda t: t.number)))


def at_levels(case: Case, chosen: Mapping[str, tuple[float, float]]) -> Case:
    """Return the case with other supply and return temperatures of its networks."""
    networks = tuple(
        n.model_copy(update={"supply_temp_c": chosen[n.id][0], "return_temp_c": chosen[n.id][1]})
        if n.id in chosen
        else n
        for n in case.networks
    )
    return case.model_copy(update={"networks": networks})


def kept_levels(case: Case, chosen: Case, names: Collection[str]) -> Case:
    """Return `case` with the temperatures that the networks called `names` have in `chosen`."""
    temps = {n.id: (n.supply_temp_c, n.return_temp_c) for n in chosen.networks if n.id in names}
    return at_levels(case, temps) if temps else case


def _check(case: Case, levels: Levels) -> None:
    known = {n.id: n.carrier for n in case.networks}
    faults = [
        Finding(
            "E522", "no such network", field=f"levels_c.{name}", got=name, allowed=", ".join(known) or "none is defined"
        )
        for name in levels
        if name not in known
    ]
    faults += [
        Finding("E522", "no temperature level is given", field=f"levels_c.{name}", hint="give pairs [supply, return]")
        for name, pairs in levels.items()
        if not pairs
    ]
    count = int(np.prod([len(pairs) for pairs in levels.values()]))
    if count > MAX_COMBINATIONS:
        hint = "name fewer levels; each combination is a network design and a plant"
        faults.append(
            Finding(
                "E522",
                "too many combinations of temperature levels",
                field="levels_c",
                got=str(count),
                allowed=f"<= {MAX_COMBINATIONS}",
                hint=hint,
            )
        )
    for name, pairs in levels.items():
        cold = is_of(known.get(name, ""), "chilled_water")
        faults += [
            Finding(
                "E522",
                "supply and return are in the wrong order",
                field=f"levels_c.{name}",
                got=f"{supply:g} / {back:g} °C",
                allowed="supply below return" if cold else "supply above return",
            )
            for supply, back in pairs
            if (supply >= back if cold else supply <= back)
        ]
    if faults:
        raise CaseError.of(faults)


def _try(
    number: int,
    district: District,
    gases: Mapping[str, Refrigerant],
    unconnected_cost_per_a: Callable[[District], float],
) -> _Tried:
    solution = size_plant(district, gases)
    networks = sum(network_cost_per_a(district.case, d) for d in district.designs)
    trial = LevelTrial(
        number=number,
        networks=tuple(_figures(d) for d in district.designs),
        cost_per_a=solution.objective + networks + unconnected_cost_per_a(district),
        purchased_kwh=_purchased_kwh(solution),
    )
    return _Tried(district, trial)


def _purchased_kwh(solution: Solution) -> float:
    """Return electricity and fuel bought in the year, kWh."""
    hours = solution.grid.weight * solution.grid.step_h
    return float(sum((f.values * hours).sum() for f in solution.flows if f.kind in _SUPPLIES and f.direction == "out"))


def _figures(d: NetworkDesign) -> NetworkAtLevel:
    length = max(d.length_m, 1e-9)
    return NetworkAtLevel(
        network=d.id,
        supply_temp_c=d.supply_temp_c,
        return_temp_c=d.return_temp_c,
        largest_dn=int(d.edges.dn.max(initial=0)),
        mean_diameter_mm=float((d.edges.inner_diameter_mm * d.edges.length_m).sum()) / length,
        capex=d.capex,
        delivered_kwh=float(d.plant_heat_kw.sum() - d.heat_gain_kw.sum()),
        gain_or_loss_kwh=float(d.heat_gain_kw.sum()),
        pumping_kwh=float(d.pump_power_kw.sum()),
    )


def _unbuilt(case: Case, chosen: Mapping[str, tuple[float, float]]) -> tuple[NetworkAtLevel, ...]:
    nan = float("nan")
    return tuple(
        NetworkAtLevel(n.id, *chosen.get(n.id, (n.supply_temp_c, n.return_temp_c)), 0, nan, nan, nan, nan, nan)
        for n in case.networks
    )

"""Demand of buildings after their retrofit measures, and what the measures save."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from edsim.case.parts.exchange_rate import case_prices
from edsim.case.schema import Building, Case
from edsim.profiles.buildings.stock.retrofit import FieldChange, Retrofit, shipped_costs, shipped_retrofits
from edsim.profiles.described import building_spec, demand_of, latent_of, specs_of
from edsim.profiles.types import Array, Profiles

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class AppliedMeasure:
    """A measure on a building and what it costs there, in the currency and price year of the case.

    Attributes
    ----------
    building, measure
        Ids.
    area_m2
        Area it is paid for.
    capex_per_m2
        Investment per area, before contingency.
    lifetime_a, om_frac
        Life; maintenance per year, share of investment.
    """

    building: str
    measure: str
    area_m2: float
    capex_per_m2: float
    lifetime_a: float
    om_frac: float


def retrofits_of(case: Case, building: Building) -> tuple[Retrofit, ...]:
    """Return the measures of a building; those of the case stand before shipped ones of the same id."""
    own = {
        m.id: Retrofit(m.id, tuple(FieldChange(field, "set", value) for field, value in m.changes.items()))
        for m in case.measures
    }
    return tuple(own.get(name) or shipped_retrofits()[name] for name in building.measures)


def with_measures(case: Case, profiles: Profiles, progress: Progress = lambda _: None) -> Profiles:
    """Return profiles after the measures of the case's buildings.

    Measured demand keeps its size: what a measure changes in the simulation is scaled like the building itself.

    Parameters
    ----------
    case
        Case of a variant.
    profiles
        Profiles of the same buildings as they stand.
    progress
        Called with a line of text per step.
    """
    chosen = [b for b in case.buildings if b.measures]
    if not chosen:
        return profiles
    from edsim.profiles.buildings import building_loads

    progress(f"simulating the measures of {len(chosen)} buildings")
    described = [profiles.calibrated.get(s.id, s) for s in specs_of(case, chosen)]
    after = [replace(d, retrofits=retrofits_of(case, b)) for d, b in zip(described, chosen, strict=True)]
    measured = [d for d, b in zip(described, chosen, strict=True) if b.measured]
    simulate = partial(
        building_loads,
        weather=profiles.weather,
        country=case.city.country,
        year=case.settings.calendar_year,
        seed=case.settings.seed,
    )
    loads = simulate(after)
    today = demand_of(simulate(measured)) if measured else {}
    simulated = {d.id: {s: values[i] for s, values in today.items()} for i, d in enumerate(measured)}
    rows = [profiles.building_ids.index(b.id) for b in chosen]
    demand = {s: values.copy() for s, values in profiles.demand.items()}
    made = demand_of(loads)
    for service, values in made.items():
        for i, (building, row) in enumerate(zip(chosen, rows, strict=True)):
            before = simulated.get(building.id, {}).get(service)
            demand[service][row] = scaled_change(profiles.demand[service][row], before, values[i])
    latent, fan = profiles.cooling_latent_kw.copy(), profiles.fan_kw.copy()
    for i, row in enumerate(rows):
        latent[row] = latent_of(loads.cooling_latent_kw[i], made["cooling"][i], demand["cooling"][row])
        fan[row] = loads.fan_kw[i]
    saved: dict[str, Array] = {s: profiles.demand[s] - values for s, values in demand.items()}
    return replace(profiles, demand=demand, saved=saved, cooling_latent_kw=latent, fan_kw=fan)


def scaled_change(today_kw: Array, simulated_kw: Array | None, after_kw: Array) -> Array:
    """Return the demand after a retrofit, at least 0 in every hour and over the year in proportion to the simulation.

    Parameters
    ----------
    today_kw
        Demand today.
    simulated_kw
        Simulated demand today, where `today_kw` is measured; None where it is the simulation itself.
    after_kw
        Simulated demand after the retrofit.
    """
    if simulated_kw is None:
        return after_kw
    total = float(simulated_kw.sum())
    if total <= 0.0:
        return today_kw
    factor = float(today_kw.sum()) / total
    kept = np.maximum(today_kw + factor * (after_kw - simulated_kw), 0.0)
    # where meter and simulation have other hours, what an hour cannot save others do
    left, most = factor * float(after_kw.sum()), float(kept.sum())
    return kept * (left / most) if most > left else kept


def applied_measures(case: Case) -> tuple[AppliedMeasure, ...]:
    """Return every measure of every building with its area and cost.

    Raises
    ------
    DataError
        A shipped price cannot be brought to the currency and price year of the case.
    """
    if not any(b.measures for b in case.buildings):
        return ()
    from edsim.core.money import convert_money

    own: Mapping[str, tuple[str, float, float, float]] = {
        m.id: (m.basis, m.capex_per_m2, m.lifetime_a, m.om_frac) for m in case.measures
    }
    out: list[AppliedMeasure] = []
    for building in case.buildings:
        areas = areas_of(building) if building.measures else {}
        for name in building.measures:
            if name in own:
                per, price, life, om = own[name]
            else:
                c = shipped_costs()[name]
                money = (case.currency, case.price_year)
                price = convert_money(c.capex_per_m2, c.currency, c.price_year, *money, case_prices(case))
                per, life, om = c.per, c.lifetime_a, c.om_frac
            out.append(
                AppliedMeasure(
                    building=building.id,
                    measure=name,
                    area_m2=areas[per],
                    capex_per_m2=price,
                    lifetime_a=life,
                    om_frac=om,
                )
            )
    return tuple(out)


def areas_of(building: Building) -> dict[str, float]:
    """Return the areas of a building as it stands by basis: floor, conditioned, roof, wall, window."""
    from edsim.profiles.buildings.stock.building import archetype_of
    from edsim.profiles.buildings.stock.geometry import shape_of
    from edsim.profiles.buildings.stock.retrofit import measure_area_m2

    # No figure used here depends on the climate.
    a = archetype_of(building_spec(building), "temperate")
    shape = shape_of(building.floor_area_m2, building.storeys, a.aspect, a.floor_height_m, building.orientation_deg)
    bases: Sequence[str] = ("floor", "conditioned", "roof", "wall", "window")
    return {per: measure_area_m2(per, building.floor_area_m2, shape, a) for per in bases}

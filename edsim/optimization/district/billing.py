"""Which side of a capped demand charge a plant pays, month by month, and the plant that is best when it knows.

A tariff with `demand_load_factor_frac` bills, for every charge on a peak and every month,

    price * min(peak, energy / (24 * days * load factor))

The lesser of two costs is not convex: no linear program holds it. It counts one side in each month, which is never
less than the bill, so that a plant found with the sides it ends up paying costs in the program what it pays. Such
sides are sought from both ends, all peaks billed (peaks are worth shaving) and none (they are not), and the cheaper
plant is kept. An end is left where a plant pays what it was told, costs hardly less than the one before, or pays
sides that were tried. Its proof holds for these sides: other sides of the 2^12 of each charge are not bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edsim.core.tariff import BilledByEnergy
from edsim.core.timegrid import DAYS_PER_MONTH, MONTH_OF_HOUR
from edsim.network.district import District
from edsim.optimization.district.plants import plant_technologies
from edsim.optimization.district.prepare_system import tariff_series
from edsim.optimization.model.criteria import value_of
from edsim.optimization.sizing.design import Design, DesignOptions
from edsim.optimization.types import Solution

Sides = Mapping[str, BilledByEnergy]
Find = Callable[[Sequence[District], DesignOptions], Sequence[Design]]

_PASSES = 4
"""Most plants found from each end; sides that still swing then are told in a warning of the run."""
_SETTLED_FRAC = 1e-4
"""Share of the cost, in its fall or between what was told and the bill, that is not worth another plant."""
_FIRST_HOURS = np.searchsorted(MONTH_OF_HOUR, np.arange(12))
_SAME_FRAC = 1e-9


def settle_billing(
    districts: Sequence[District],
    find: Find,
    options: DesignOptions,
    worth: NDArray[np.float64],
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[tuple[District, ...], tuple[Design, ...]]:
    """Return districts that state the sides of their capped demand charges, and the plants found with them.

    Parameters
    ----------
    districts
        District of every milestone, one where the district does not grow.
    find
        Finds the plants of all milestones; called once where no demand charge is capped.
        Plants of an earlier call are returned where they are what the last would find.
    options
        How far to go for the plants returned; sides are sought by screening.
    worth
        Weight of each milestone.
    progress
        Called with a line per plant tried.
    """
    now = tuple(districts)
    if not any(caps_demand(d) for d in now):
        return now, tuple(find(now, options))
    quick = options if options.mode == "full_year" else replace(options, mode="screening")
    tried: list[_Tried] = []
    for by_energy in (False, True):
        sides: Sequence[Sides] = [_all_months(d, by_energy=by_energy) for d in now]
        before = np.inf
        for number in range(_PASSES):
            if any(sides == t.told for t in tried):
                break
            progress(f"demand charges {'of energy' if by_energy else 'of peaks'} first: plant {number + 1}")
            last = _judged(now, sides, tuple(find(_told(now, sides), quick)), worth)
            tried.append(last)
            if min(before - last.cost, last.excess) <= _SETTLED_FRAC * abs(last.cost):
                break
            sides, before = last.paid, last.cost
    best = min(tried, key=lambda t: (t.cost, t.paid != t.told))
    now = _told(now, best.paid)
    if quick == options and best.paid == best.told:
        return now, best.plants
    return now, tuple(find(now, options))


@dataclass(frozen=True, slots=True)
class _Tried:
    """Plants found with the sides they were told, of every milestone, and the sides they pay.

    `cost` is as billed, `excess` how far the charges as told lie above the bill, both currency a year.
    """

    told: Sequence[Sides]
    paid: Sequence[Sides]
    cost: float
    excess: float
    plants: tuple[Design, ...]


def _judged(
    districts: Sequence[District], told: Sequence[Sides], plants: tuple[Design, ...], worth: NDArray[np.float64]
) -> _Tried:
    found = [(d, p.solution) for d, p in zip(districts, plants, strict=True)]
    costs = [value_of(s, "cost", d.case.emissions.carbon_price_per_t) for d, s in found]
    both = [_both_sides(*pair) for pair in found]
    paid = [{connection: _paid(sides) for connection, sides in own.items()} for own in both]
    above = [_excess(*each) for each in zip(both, told, paid, strict=True)]
    cost, excess = (float(np.average(values, weights=worth)) for values in (costs, above))
    return _Tried(told, paid, cost, excess, plants)


def caps_demand(district: District) -> bool:
    """Return whether a connection of the plant has a tariff that caps its demand charges."""
    return bool(_capped(district))


def sides_paid(district: District, solution: Solution) -> dict[str, BilledByEnergy]:
    """Return connection → months in which its charges on peaks bill energy, by the imports of a full year."""
    return {connection: _paid(sides) for connection, sides in _both_sides(district, solution).items()}


_BothSides = tuple[NDArray[np.float64], NDArray[np.float64]]


def _both_sides(district: District, solution: Solution) -> dict[str, _BothSides]:
    """Return connection → what its charges on peaks come to by peak and by energy, (charges, 12), currency a month."""
    found = {}
    for connection, charges, factor in _capped(district):
        load = _imported(solution, connection.id)
        most = np.bincount(MONTH_OF_HOUR, load, 12) / (24.0 * DAYS_PER_MONTH * factor)
        peaks = np.stack([np.maximum.reduceat(load * counts, _FIRST_HOURS) for counts, _ in charges])
        peaks[0] = np.maximum(peaks[0], connection.ratchet_frac * peaks[0].max())
        prices = np.array([[price] for _, price in charges])
        found[connection.id] = (prices * peaks, prices * most)
    return found


def _paid(sides: _BothSides) -> BilledByEnergy:
    by_peak, by_energy = sides
    return tuple(tuple(bool(x) for x in charge) for charge in by_energy < (1.0 - _SAME_FRAC) * by_peak)


def _excess(both: Mapping[str, _BothSides], told: Sides, paid: Sides) -> float:
    return sum(float(abs(p - e)[np.array(told[c]) != np.array(paid[c])].sum()) for c, (p, e) in both.items())


def _capped(district: District) -> list[tuple[Any, list[tuple[NDArray[np.float64], float]], float]]:
    """Return each connection whose tariff caps its demand charges, hours and price of these, and the load factor."""
    specs = {t.id: t for t in district.case.tariffs}
    found: list[tuple[Any, list[tuple[NDArray[np.float64], float]], float]] = []
    for machine in plant_technologies(district):
        spec = specs.get(str(getattr(machine, "tariff", ""))) if machine.kind == "grid" else None
        if spec is not None and spec.demand_load_factor_frac is not None:
            series = tariff_series(spec, district.case)
            charges = [(np.ones(len(MONTH_OF_HOUR)), spec.demand_per_kw_month)]
            charges += [(b.counts, b.per_kw_month) for b in series.demand_bands]
            found.append((machine, charges, spec.demand_load_factor_frac))
    return found


def _all_months(district: District, *, by_energy: bool) -> dict[str, BilledByEnergy]:
    return {
        machine.id: tuple((by_energy and price > 0.0,) * 12 for _, price in charges)
        for machine, charges, _ in _capped(district)
    }


def _told(districts: Sequence[District], sides: Sequence[Sides]) -> tuple[District, ...]:
    return tuple(replace(d, billed_by_energy=s) for d, s in zip(districts, sides, strict=True))


def _imported(solution: Solution, connection: str) -> NDArray[np.float64]:
    own: Iterator[NDArray[np.float64]] = (
        f.values for f in solution.flows if f.technology == connection and f.direction == "out"
    )
    return np.asarray(sum(own, np.zeros(len(MONTH_OF_HOUR))))

"""What holds in a milestone year: prices, factors, and which buildings are there and connected.

The first milestone is the first year of operation. Year 0 of the study is the moment it begins; the milestone of a
calendar year ``y`` begins ``y - first`` years later. Between milestones nothing changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from edsim.case.parts.milestone_spec import Milestone
from edsim.case.parts.tariff_spec import TariffSpec
from edsim.case.schema import Building, Case, FuelSpec

if TYPE_CHECKING:
    from numpy.typing import NDArray


def is_phased(case: Case) -> bool:
    """Return whether the district grows: there is more than one milestone."""
    return len(case.milestones) > 1


def milestone_years(case: Case) -> tuple[int, ...]:
    """Return the calendar years of the milestones."""
    return tuple(m.year for m in case.milestones)


def milestone_starts(case: Case) -> tuple[int, ...]:
    """Return the year of the study in which each milestone begins, 0 for the first."""
    return tuple(m.year - case.milestones[0].year for m in case.milestones)


def spans(case: Case) -> tuple[tuple[int, int], ...]:
    """Return (first, last) year of operation of each milestone, 1 to the horizon."""
    ends = (*milestone_starts(case), case.finance.horizon_a)
    return tuple((a + 1, b) for a, b in pairwise(ends))


def end_year(case: Case) -> int:
    """Return the calendar year in which the study ends: its horizon after the first milestone, or the price year."""
    return (case.milestones[0].year if case.milestones else case.price_year) + case.finance.horizon_a


def operating_year(case: Case, year: int) -> int:
    """Return the calendar year of year 1, 2, … of operation: 1 is the first milestone, or follows the price year."""
    return year + (case.milestones[0].year - 1 if case.milestones else case.price_year)


def span_worth(case: Case) -> NDArray[np.float64]:
    """Return the present value, in years, of the years of each milestone; payments at the end of a year."""
    worth = (1.0 + case.finance.discount_rate_frac) ** -np.arange(1.0, case.finance.horizon_a + 1.0)
    return np.array([worth[first - 1 : last].sum() for first, last in spans(case)])


def start_of(case: Case, year: int | None) -> int:
    """Return the year of the study in which a calendar year begins, 0 for none."""
    return 0 if year is None else year - case.milestones[0].year


def is_open(building: Building, year: int) -> bool:
    """Return whether a building is there in a year."""
    return building.opening_year is None or building.opening_year <= year


def is_connected(building: Building, year: int) -> bool:
    """Return whether networks serve a building in a year."""
    joins = building.connection_year or building.opening_year
    return building.joins_any and (joins is None or joins <= year)


def case_in(case: Case, milestone: Milestone) -> Case:
    """Return the case as it stands in a milestone: its prices and factors, buildings not yet connected left out."""
    stated = milestone.carbon_price_per_t
    emissions = case.emissions.model_copy(
        update={
            "carbon_price_per_t": case.emissions.carbon_price_per_t if stated is None else stated,
            "grid_kg_per_kwh": case.emissions.grid_kg_per_kwh * milestone.grid_factor,
            "other_grid_kg_per_kwh": {
                basis: v * milestone.grid_factor for basis, v in case.emissions.other_grid_kg_per_kwh.items()
            },
        }
    )
    buildings = [b if is_connected(b, milestone.year) else b.connecting("never") for b in case.buildings]
    factors = milestone.price_factor
    return case.model_copy(
        update={
            "emissions": emissions,
            "tariffs": tuple(_tariff(t, factors) for t in case.tariffs),
            "fuels": tuple(_fuel(f, factors) for f in case.fuels),
            "buildings": tuple(buildings),
        }
    )


def _tariff(tariff: TariffSpec, factors: Mapping[str, float]) -> TariffSpec:
    k = factors.get(tariff.id, 1.0)
    names = ("energy_per_kwh", "demand_per_kw_month", "fixed_per_a", "export_per_kwh", "spot_factor")
    blocks = tuple(b.model_copy(update={"per_kwh": b.per_kwh * k}) for b in tariff.time_of_use)
    bands = tuple(b.model_copy(update={"demand_per_kw_month": b.demand_per_kw_month * k}) for b in tariff.demand_bands)
    windows = {"time_of_use": blocks, "demand_bands": bands}
    return tariff.model_copy(update={n: getattr(tariff, n) * k for n in names} | windows)


def _fuel(fuel: FuelSpec, factors: Mapping[str, float]) -> FuelSpec:
    return fuel.model_copy(update={"price_per_kwh": fuel.price_per_kwh * factors.get(fuel.id, 1.0)})

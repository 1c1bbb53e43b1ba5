"""What a solved variant buys, uses and emits in a year, as numbers that depend on prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.appraisal.costs import costs_of
from edsim.appraisal.emissions import emissions_of, refrigerants_of_case
from edsim.appraisal.facts import energy_ghg_kg, primary_energy_kwh
from edsim.case.schema import Case
from edsim.finance import AssetCost
from edsim.results.variant import VariantRun

Array = NDArray[np.float64]
Lines = tuple[tuple[str, str], ...]
GRID_CHANGE = "emissions.grid_change_frac"
"""Growth of the carbon price's line of grid electricity, from the first year on."""
_TAG = 1e-4
"""Escalation that tells the lines of one tariff or fuel from those of another while slopes are read."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What one variant buys, uses and emits, as numbers that depend on prices.

    Attributes
    ----------
    assets
        Assets at the prices of the case, without cost margins.
    lines
        (line, path of its growth) of each yearly amount; the carbon lines are at a price of 1 per kgCO2e.
    numbers
        Unit prices of the assets, their yearly O&M shares, yearly amounts, then kgCO2e of grid, fuel, heat, HFC and
        Montreal gases, and primary energy.
    """

    assets: tuple[AssetCost, ...]
    lines: Lines
    numbers: Array


def tagged(case: Case) -> tuple[dict[str, float], dict[float, str]]:
    """Return rates of growth that name their tariff, fuel or the grid, as values to set and as a key to read."""
    names = [("tariffs", t.id) for t in case.tariffs] + [("fuels", f.id) for f in case.fuels]
    paths = [*(f"{group}.{name}.escalation_frac" for group, name in names), GRID_CHANGE]
    rates = {path: _TAG * (i + 1) for i, path in enumerate(paths)}
    return rates, {rate: path for path, rate in rates.items()} | {0.0: ""}


def bill_of(run: VariantRun, bau: VariantRun, key: Mapping[float, str], lines: Lines = ()) -> Bill:
    """Return the bill of a run whose case has no cost margins, tagged escalations and a carbon price of 1 per kg.

    `lines` come first, zero where the run does not have them.
    """
    case, costs = run.district.case, costs_of(run)
    assets = costs.assets
    sums: dict[tuple[str, str], float] = dict.fromkeys(lines, 0.0)
    for item in costs.annual:
        name = (item.line, key[float(np.asarray(item.real_escalation))])
        sums[name] = sums.get(name, 0.0) + float(np.asarray(item.amount_per_a))
    gases = refrigerants_of_case(bau.district.case) | refrigerants_of_case(case)
    ledger = emissions_of(run, gases, bau).refrigerants
    rest = [
        *energy_ghg_kg(run),
        ledger.mean_kgco2e_per_a(montreal=False),
        ledger.mean_kgco2e_per_a(montreal=True),
        primary_energy_kwh(run),
    ]
    prices = [a.capex for a in assets]
    shares = [a.fixed_om_per_a / a.capex if a.capex else 0.0 for a in assets]
    return Bill(assets, tuple(sums), np.array([*prices, *shares, *sums.values(), *rest]))


def shape(bill: Bill) -> object:
    """Return what two bills must share to be compared number by number."""
    return [(a.id, a.line, a.quantity, a.lifetime_a, a.age_at_start_a) for a in bill.assets], bill.lines

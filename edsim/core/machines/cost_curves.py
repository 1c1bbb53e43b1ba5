"""What one machine costs per unit of its size, from the table of costs by size.

The table ``edsim/data/technologies/cost_by_size.csv`` has, for a kind and the choices its column `applies` names
(``fuel=natural_gas|lpg``, all of them when empty), specific investments at several sizes of one machine. Between two
sizes cost follows a power law; beyond the table it is that of the nearest size, never extrapolated.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import ceil

import numpy as np

from edsim.core.errors import DataError
from edsim.core.money import PriceTables, convert_money
from edsim.core.resources import data_path
from edsim.core.technology import Technology

_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class CostCurve:
    """Specific investment over the size of one machine.

    Attributes
    ----------
    applies
        Field → values it must have.
    sizes, costs
        Sizes of one machine, rising, and currency per unit of size.
    currency, price_year
        Money of the costs.
    source
        Where they come from.
    """

    applies: Mapping[str, frozenset[str]]
    sizes: tuple[float, ...]
    costs: tuple[float, ...]
    currency: str
    price_year: int
    source: str

    def holds_for(self, machine: Technology) -> bool:
        """Return whether the curve is that of `machine`."""
        return all(str(getattr(machine, name, "")) in values for name, values in self.applies.items())

    def at(self, size: float) -> float:
        """Return the cost per unit of a machine of `size`, in the money of the table."""
        return float(np.exp(np.interp(np.log(size), np.log(self.sizes), np.log(self.costs))))


@cache
def cost_curves(kind: str) -> tuple[CostCurve, ...]:
    """Return the curves of a kind; empty when the table has none."""
    with data_path("technologies", "cost_by_size.csv").open(encoding="utf-8", newline="") as file:
        mine = [r for r in csv.DictReader(file) if kind in r["technology"].split("|")]
    rows = sorted(mine, key=lambda r: float(r["size"]))
    groups: dict[str, list[dict[str, str]]] = {}
    for r in rows:
        groups.setdefault(r["applies"], []).append(r)
    return tuple(
        CostCurve(
            applies=_choices(applies),
            sizes=tuple(float(r["size"]) for r in own),
            costs=tuple(float(r["value"]) for r in own),
            currency=own[0]["currency"],
            price_year=int(own[0]["price_year"]),
            source=own[0]["source"],
        )
        for applies, own in groups.items()
    )


def cost_at_size(
    machine: Technology, size: float, currency: str, price_year: int, tables: PriceTables | None = None
) -> float | None:
    """Return the investment per unit of one machine of `size` in the money of a case.

    None when the kind has no curve for its choices or the money no rate. Sizes are those of the first size of the kind
    (kW of output), of one machine of a bank. `tables` are those of the case; default the shipped ones.
    """
    curve = next((c for c in cost_curves(machine.kind) if c.holds_for(machine)), None)
    if curve is None:
        return None
    try:
        return convert_money(curve.at(size), curve.currency, curve.price_year, currency, price_year, tables)
    except DataError:
        return None


def machine_size(machine: Technology, capacity: float, existing: float = 0.0) -> float:
    """Return the size of one machine that is bought for a bank of `capacity`, of which `existing` stands already.

    What is bought is as few equal machines as are no larger than one of the whole bank.
    """
    count = getattr(machine, "unit_count", None)
    bought = capacity - existing
    if count is None or bought <= 0.0:
        return max(bought, 0.0)
    return bought / ceil(int(count(capacity)) * bought / capacity - _ROUNDING)


def _choices(applies: str) -> dict[str, frozenset[str]]:
    pairs = (part.partition("=") for part in applies.split(";") if part)
    return {name: frozenset(values.split("|")) for name, _, values in pairs}

"""Audit of the machines from the hourly tables: capacity, power of stores, first law.

Nothing is taken from the optimizer: capacities and flows are those stored, prices those of the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding
from edsim.core.hours import HOURS_PER_YEAR

if TYPE_CHECKING:
    import pandas as pd

    from edsim.case.parts.tariff_spec import DemandBandSpec, TimeOfUse
    from edsim.case.schema import Case

Array = NDArray[np.float64]

LIMIT_TOLERANCE_FRAC = 1e-6
"""Largest excess over an installed capacity or a physical bound, of the capacity or bound."""
SCALE_TOLERANCE_FRAC = 2e-7
"""Largest excess over an installed capacity, of the largest one beside it in its unit; over a flow, of the largest.

A program is scaled by its largest figures and solved to 1e-7 of them (primal feasibility of HiGHS, its default): beside
9 MW a supply of 22 kW may carry 1 W more than installed. Twice that, since a flow may be a sum of two. Contents of
stores are such figures too: beside 29 MWh an interior point left a chiller of 776 kW 1.7 W above its capacity.
"""
_NOT_A_RATE = frozenset({"kWp", "m2", "stations", "kWh", "Nm3"})
"""Units of sizes that no flow is held to: areas, peak watts of the sun, and contents, which have a level."""
_LINKS = {"transport_link": 1.0}
"""Kinds of the networks, which no case states → most energy given per energy drawn."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The stored hours of one variant.

    Attributes
    ----------
    variant
        Its name.
    flows
        Its rows of the table of flows.
    series
        Column → (8760,) values.
    """

    variant: str
    flows: pd.DataFrame
    series: Mapping[str, Array]

    def total(self, technology: str, direction: str, carrier: str = "", port: str = "") -> Array:
        """Return the sum of the flows of a technology, of one carrier or port if given, (8760,)."""
        rows = self.flows[(self.flows["technology"] == technology) & (self.flows["direction"] == direction)]
        rows = rows[rows["carrier"] == carrier] if carrier else rows
        rows = rows[rows["port"] == port] if port else rows
        return self.sum(rows)

    def resolved_kw(self) -> float:
        """Return how far the solver resolves a flow beside the largest one of the variant."""
        real = self.flows.loc[self.flows["direction"].isin(["in", "out"]), "column"]
        return SCALE_TOLERANCE_FRAC * max((float(self.series[c].max()) for c in real), default=0.0)

    def sum(self, rows: pd.DataFrame) -> Array:
        """Return the sum of some rows of the flows, (8760,)."""
        return np.sum([self.series[c] for c in rows["column"]], axis=0) if len(rows) else np.zeros(HOURS_PER_YEAR)


def machine_findings(hours: Hours, capacities: pd.DataFrame, case: Case) -> list[Finding]:
    """Return what machines do that they cannot.

    Parameters
    ----------
    hours
        Flows of a variant.
    capacities
        The table of capacities.
    case
        The case of the variant: sizes of the kinds.

    Returns
    -------
    list of Finding
        E917 more than the capacity in an hour, by more than the solver resolves; E910 more energy out than in.
    """
    return [
        *_above_capacity(hours, capacities[capacities["variant"] == hours.variant], case),
        *_first_law(hours, case),
    ]


def _above_capacity(hours: Hours, capacities: pd.DataFrame, case: Case) -> Iterator[Finding]:
    installed = {(str(r.technology), str(r.quantity)): float(str(r.value)) for r in capacities.itertuples()}
    largest = capacities.groupby(capacities["unit"].replace("kWh", "kW"))["value"].max()
    for t in case.technologies:
        for size in t.sizes:
            limit = installed.get((t.id, size.name))
            if limit is None or size.unit in _NOT_A_RATE:
                continue
            carrier = _carrier(t, size.carrier)
            direction = "in" if t.takes_heat_away else "out"
            flow = hours.total(t.id, direction, carrier, size.port)
            hour = int(flow.argmax())
            resolved = SCALE_TOLERANCE_FRAC * float(largest.get(size.unit, 0.0))
            slack = max(LIMIT_TOLERANCE_FRAC * max(limit, 1.0), resolved)
            if flow[hour] > limit + slack:
                got = f"{flow[hour]:.6g} in hour {hour}, capacity {limit:.6g} {size.unit}"
                yield fault("E917", hours.variant, f"{t.id} gives more than its capacity", got)


def _carrier(technology: Any, carrier: str) -> str:
    """Return the carrier of an instance: its own where it overrides that of the kind."""
    default = {p.carrier: p.name for p in technology.ports}
    own: Mapping[str, str] = getattr(technology, "carriers", {}) or {}
    return own.get(default.get(carrier, ""), own.get(carrier, carrier))


def _first_law(hours: Hours, case: Case) -> Iterator[Finding]:
    stated = {t.id: t.most_out_per_in for t in case.technologies}
    resolved = hours.resolved_kw()
    for row in hours.flows.drop_duplicates("technology").itertuples():
        name = str(row.technology)
        most_frac = stated.get(name, _LINKS.get(str(row.kind)))
        if most_frac is None:
            continue
        given, drawn = hours.total(name, "out"), hours.total(name, "in")
        most = most_frac * drawn
        slack = max(LIMIT_TOLERANCE_FRAC * max(float(given.max()), 1.0), resolved)
        hour = int((given - most).argmax())
        if given[hour] > most[hour] + slack:
            got = f"{given[hour]:.6g} kW out of {drawn[hour]:.6g} kW in hour {hour}"
            yield fault("E910", hours.variant, f"{name} gives more energy than it draws", got)


def fault(code: str, variant: str, what: str, got: str) -> Finding:
    """Return a finding of the audit: the stored results contradict themselves, which is never the user's fault."""
    return Finding(code=code, field=variant, what=what, got=got, hint="this is a fault of edsim: please report it")


def within(window: TimeOfUse | DemandBandSpec, calendar_year: int) -> NDArray[np.bool_]:
    """Return the hours of the year a window of a tariff is meant for, from the calendar."""
    import pandas as pd

    hours = pd.date_range(f"{calendar_year}-01-01", periods=8784, freq="h")
    stamp = hours[(hours.month != 2) | (hours.day != 29)][:HOURS_PER_YEAR]
    inside = np.isin(stamp.hour, window.hours or range(24)) & np.isin(stamp.month, window.months or range(1, 13))
    return np.asarray(inside & np.isin(stamp.dayofweek + 1, window.weekdays or range(1, 8)))

"""Caps on criteria: rows of the same compiled matrix, kept in the live session and opened when they are not wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding
from edsim.core.i18n import figure
from edsim.lp import CompiledLP, HighsSession
from edsim.optimization.model.criteria import criterion_weights
from edsim.optimization.model.ledger import Ledger
from edsim.optimization.types import Objective

Array = NDArray[np.float64]

UNITS: Mapping[str, str] = {
    "cost": "currency/a",
    "ghg_kg": "kgCO2e/a",
    "grid_peak_kw": "kW",
    "water_m3": "m3/a",
    "primary_energy_kwh": "kWh/a",
}
_MET_FRAC = 1e-6
"""A cap is met when it is exceeded by no more than this share (the solver's feasibility tolerance)."""


@dataclass(frozen=True, slots=True)
class CapRow:
    """``coefficients · x <= side`` for one criterion; the constant part of the criterion is already in the side."""

    criterion: str
    coefficients: Array
    side: float


def cap_rows(ledger: Ledger, lp: CompiledLP, objective: Objective) -> list[CapRow]:
    """Return the rows of the caps of `objective`."""
    rows = []
    for criterion, cap in objective.caps.items():
        weights = criterion_weights(criterion, objective.carbon_price_per_t)
        coefficients, constant = ledger.cost(lp, weights)
        rows.append(CapRow(criterion, coefficients, cap - constant))
    return rows


def with_caps(lp: CompiledLP, rows: list[CapRow]) -> CompiledLP:
    """Return the program with the rows appended, in order."""
    if not rows:
        return lp
    columns = [np.flatnonzero(r.coefficients) for r in rows]
    lengths = [len(c) for c in columns]
    data = [r.coefficients[c] for r, c in zip(rows, columns, strict=True)]
    return replace(
        lp,
        indptr=np.concatenate([lp.indptr, lp.indptr[-1] + np.cumsum(lengths)]).astype(np.int32),
        indices=np.concatenate([lp.indices, *columns]).astype(np.int32),
        data=np.concatenate([lp.data, *data]),
        row_lower=np.concatenate([lp.row_lower, np.full(len(rows), -np.inf)]),
        row_upper=np.concatenate([lp.row_upper, [r.side for r in rows]]),
    )


@dataclass(slots=True)
class HeldCaps:
    """The cap rows of one live session. A row that is not wanted is opened, not deleted, so that the basis stays."""

    session: HighsSession
    rows: dict[str, tuple[int, Array]] = field(default_factory=dict)

    def hold(self, wanted: list[CapRow]) -> None:
        """Make the session hold exactly the `wanted` rows.

        A criterion whose coefficients have changed since (new prices) is deleted and added anew.
        """
        stale = [w.criterion for w in wanted if w.criterion in self.rows and not self._same(w)]
        if stale:
            self.session.delete_rows([place for place, _ in self.rows.values()])
            self.rows.clear()
        caps = {w.criterion: w for w in wanted}
        for criterion, (place, _) in self.rows.items():
            side = caps[criterion].side if criterion in caps else np.inf
            self.session.set_row_bounds([place], -np.inf, side)
        for w in wanted:
            if w.criterion not in self.rows and w.coefficients.any():
                columns = np.flatnonzero(w.coefficients)
                added = self.session.add_rows([columns], [w.coefficients[columns]], -np.inf, w.side)
                self.rows[w.criterion] = (int(added[0]), w.coefficients)

    def prices(self, row_dual: Array | None, wanted: list[CapRow]) -> dict[str, float]:
        """Return criterion → fall of the objective per unit the cap is raised."""
        if row_dual is None:
            return {}
        return {
            w.criterion: max(-float(row_dual[self.rows[w.criterion][0]]), 0.0) if w.criterion in self.rows else 0.0
            for w in wanted
        }

    def _same(self, row: CapRow) -> bool:
        return np.array_equal(self.rows[row.criterion][1], row.coefficients)


def cap_finding(criterion: str, cap: float, reachable: float, others: Mapping[str, float]) -> Finding:
    """Return the finding of a cap that no design meets; `reachable` is the lowest value within the other caps."""
    besides = f" with {', '.join(f'{k} <= {figure(v, 6)}' for k, v in others.items())}" if others else ""
    return Finding(
        code="E510",
        field=f"caps.{criterion}",
        what=f"no design keeps {criterion} below its cap",
        got=f"a cap of {figure(cap, 6)} {UNITS[criterion]}",
        allowed=f"at least {figure(reachable, 6)} {UNITS[criterion]}, the lowest any design reaches{besides}",
        hint="raise the cap, or offer technologies that need less",
    )


def exceeds(value: float, cap: float) -> bool:
    """Return whether `value` is above `cap` by more than rounding."""
    return value > cap + _MET_FRAC * max(abs(cap), 1e-9)

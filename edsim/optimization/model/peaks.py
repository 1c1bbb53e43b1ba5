"""The highest grid import of the year as one variable: free of cost unless an objective weighs or caps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edsim.lp import CompiledLP, ConcreteModel, Constraint, RangeSet, bounded_var
from edsim.optimization.model.context import KindContext
from edsim.optimization.model.ledger import KindAccounts, Ledger

Array = NDArray[np.float64]

_NAME = "grid_peak_kw"


def add_grid_peak(m: ConcreteModel, contexts: Mapping[str, KindContext]) -> None:
    """Declare the yearly peak: in no month less than the sum of the monthly peaks of all connections.

    One connection: its highest import. Several: their peaks need not fall in one hour, so the sum is an upper bound.
    """
    metered = _metered(m, contexts)
    if not metered:
        return
    upper = float(sum(ctx.upper(ctx.sizes[0].name).sum() for _, ctx in metered))
    m.grid_peak_month = RangeSet(0, 11)
    m.grid_peak_of = RangeSet(0, 0)
    setattr(m, _NAME, bounded_var(m.grid_peak_of, lower=0.0, upper=upper))
    peaks = [(getattr(b, _peak_variable(ctx)), i) for b, ctx in metered for i in range(len(ctx.specs))]

    def rule(model: Any, month: int) -> object:
        return sum(peak[i, month] for peak, i in peaks) <= getattr(model, _NAME)[0]

    m.grid_peak_limit = Constraint(m.grid_peak_month, rule=rule)


def book_grid_peak(m: ConcreteModel, ledger: Ledger) -> None:
    """Book the yearly peak on the account ``grid_peak``."""
    if hasattr(m, _NAME):
        KindAccounts(ledger, ("grid",), {_NAME: (1,)}).add("grid_peak", getattr(m, _NAME), line="highest_import")


def with_true_peak(m: ConcreteModel, contexts: Mapping[str, KindContext], lp: CompiledLP, x: Array) -> Array:
    """Return the point with the yearly peak at the highest import; unweighted it may stand anywhere above it."""
    if not hasattr(m, _NAME):
        return x
    total = sum(
        x[lp.column(getattr(b, ctx.specs[0].ports[0].variable))].sum(axis=0) for b, ctx in _metered(m, contexts)
    )
    out = x.copy()
    out[lp.column(getattr(m, _NAME))] = np.max(total)
    return out


def with_settled_peaks(m: ConcreteModel, contexts: Mapping[str, KindContext], lp: CompiledLP, x: Array) -> Array:
    """Return the point with every billed peak as low as the flow of its hours, and the ratchet, allow.

    A peak no price holds down may stand anywhere up to its bound, and would be billed there once it has a price, or
    beside a cap.
    """
    out = x.copy()
    for kind, ctx in contexts.items():
        first, block = ctx.specs[0], getattr(m, kind)
        month = ctx.grid.month
        for name, counts in type(first).billed_peaks(ctx).items():
            counted = out[lp.column(getattr(block, first.ports[0].variable))] * counts
            highest = np.stack([counted[:, month == k].max(axis=1, initial=0.0) for k in range(12)], axis=1)
            if name == _peak_variable(ctx):
                ratchet = np.array([[float(getattr(s, "ratchet_frac", 0.0))] for s in ctx.specs])
                highest = np.maximum(highest, ratchet * highest.max(axis=1)[:, None])
            out[lp.column(getattr(block, name))] = highest
    return out


def _metered(m: ConcreteModel, contexts: Mapping[str, KindContext]) -> list[tuple[Any, KindContext]]:
    return [(getattr(m, kind), ctx) for kind, ctx in contexts.items() if _peak_variable(ctx)]


def _peak_variable(ctx: KindContext) -> str:
    return str(getattr(ctx.specs[0], "peak_variable", ""))

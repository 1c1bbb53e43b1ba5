"""Stores charged and discharged, meters that buy and sell in one step: the same operation with the difference alone."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from edsim.core.machines.thermal_store import Store
from edsim.lp import CompiledLP, ConcreteModel
from edsim.optimization.model.context import KindContext

Array = NDArray[np.float64]


def without_turnover(m: ConcreteModel, contexts: Mapping[str, KindContext], lp: CompiledLP, x: Array) -> Array:
    """Return the point with what goes both ways in one step taken off both.

    Stores: where charging loses nothing and both ends are on one carrier, balances, levels and costs stay as they are.
    Meters (`metered_ways` of a technology): a kWh bought and sold in one step never flowed; it costs nothing under net
    metering, and emits. An interior-point method ends amid the many points that differ by such flows alone.
    """
    out = x.copy()
    for kind, ctx in contexts.items():
        block = getattr(m, kind)
        columns = [lp.column(getattr(block, name)) for name in _two_ways(ctx) if hasattr(block, name)]
        if not columns:
            continue
        both = np.clip(np.minimum(x[columns[0]], x[columns[1]]), 0.0, None)
        for credit in columns[2:]:
            credited = ctx.arrays["net_metering"][:, None] > 0.0
            both = np.where(credited, np.minimum(both, np.clip(x[credit], 0.0, None)), both)
            out[credit] -= np.where(credited, both, 0.0)
        for way in columns[:2]:
            out[way] -= both
    return out


def _two_ways(ctx: KindContext) -> tuple[str, ...]:
    """Return the two flows of which a step has the difference alone, and the credit that falls with them."""
    first = ctx.specs[0]
    if isinstance(first, Store):
        return (first.charge_variable, first.output) if _is_even(ctx) else ()
    return first.metered_ways


def _is_even(ctx: KindContext) -> bool:
    """Tell whether what goes in comes out free of charge: no factors or cost, and one carrier for all ports of each."""
    carriers = [[s.carrier_of(p) for p in s.ports] for s in ctx.specs]
    priced = any(s.om_variable_per_kwh for s in ctx.specs) or any(p.factor for p in ctx.specs[0].ports)
    return not priced and all(a == b for c in carriers for a, b in pairwise(c))

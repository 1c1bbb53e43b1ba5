"""Stores that are charged and discharged in one step: the same operation with only the difference of the two."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from edsim.core.thermal_store import Store
from edsim.lp import CompiledLP, ConcreteModel
from edsim.optimization.context import KindContext

Array = NDArray[np.float64]


def without_turnover(m: ConcreteModel, contexts: Mapping[str, KindContext], lp: CompiledLP, x: Array) -> Array:
    """Return the point with what a store takes and gives in one step taken off both.

    Where charging loses nothing and both ends are on one carrier, balances, levels and costs stay as they are. An
    interior-point method ends amid the many points that differ by such flows alone; no pump would turn them over.
    """
    out = x.copy()
    for kind, ctx in contexts.items():
        store = ctx.specs[0]
        if not isinstance(store, Store) or not _is_even(ctx):
            continue
        block = getattr(m, kind)
        taken, given = (lp.column(getattr(block, name)) for name in (store.charge_variable, store.output))
        both = np.clip(np.minimum(x[taken], x[given]), 0.0, None)
        out[taken] -= both
        out[given] -= both
    return out


def _is_even(ctx: KindContext) -> bool:
    """Tell whether what goes in comes out free of charge: no factors or cost, and one carrier for all ports of each."""
    carriers = [[s.carrier_of(p) for p in s.ports] for s in ctx.specs]
    priced = any(s.om_variable_per_kwh for s in ctx.specs) or any(p.factor for p in ctx.specs[0].ports)
    return not priced and all(a == b for c in carriers for a, b in pairwise(c))

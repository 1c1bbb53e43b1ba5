"""Streams that bring a carrier only part of the way to its supply: the rest is due to the other suppliers.

With u the share of the way a stream can go (:mod:`edsim.core.machines.partial_use`) and suppliers that have no port
drawing from the carrier (a store or a station of a loop takes as well as gives, and moves what others supplied)::

    sum of the streams that reach no further than u <= u * sum of all suppliers      for every stream with u < 1

Two streams halfway together still serve half: the second finds nothing left to warm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from edsim.lp import ArrayParam, ConcreteModel, Constraint

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edsim.optimization.model.balances import Attachment
    from edsim.optimization.model.context import KindContext

    Array = NDArray[np.float64]

_WHOLE_WAY = 2.0
"""Share of a supplier that always reaches the supply: above every limit."""


def limit_part_way(
    m: ConcreteModel, name: str, ports: Sequence[Attachment], contexts: Mapping[str, KindContext]
) -> None:
    """Limit the streams at the balance `name` that end short of the supply, by step."""
    takers = {a.spec.id for a in ports if a.port.direction == "in"}
    suppliers = [a for a in ports if a.port.direction == "out" and a.spec.id not in takers]
    shares = [_share(a, contexts) for a in suppliers]
    for k, (a, share) in enumerate(zip(suppliers, shares, strict=True)):
        if not any(port == a.port.name for port, _ in a.spec.part_way) or not ((share > 0) & (share < 1)).any():
            continue
        counted = [np.asarray(other <= share, dtype=float) for other in shares]
        weights = [np.where(share < 1.0, share - c, 1.0) for c in counted]
        terms = []
        for j, (supplier, weight) in enumerate(zip(suppliers, weights, strict=True)):
            param = ArrayParam(m.T, array=weight * _factor(supplier, contexts, len(weight)))
            setattr(m, f"part_way_{name}_{k}_{j}", param)
            terms.append((param, getattr(getattr(m, supplier.spec.kind), supplier.port.variable), supplier.position))
        setattr(m, f"part_way_{name}_{k}", Constraint(m.T, rule=_rule(terms)))


def _share(a: Attachment, contexts: Mapping[str, KindContext]) -> Array:
    """Return how far a supplier brings its carrier, by step."""
    context = contexts[a.spec.kind]
    for port, array in a.spec.part_way:
        if port == a.port.name:
            return np.asarray(context.arrays[array][a.position] * np.ones(context.grid.n))
    return np.full(context.grid.n, _WHOLE_WAY)


def _factor(a: Attachment, contexts: Mapping[str, KindContext], n: int) -> Array:
    """Return flow through the port per unit of its variable, by step."""
    if not a.port.factor:
        return np.ones(n)
    return np.asarray(contexts[a.spec.kind].arrays[a.port.factor][a.position] * np.ones(n))


def _rule(terms: Sequence[tuple[Any, Any, int]]) -> Any:
    return lambda _m, t: sum(weight[t] * variable[i, t] for weight, variable, i in terms) >= 0

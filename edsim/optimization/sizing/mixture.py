"""Two designs mixed: relations are linear, so what lies between two solutions is a solution as well."""

from __future__ import annotations

from dataclasses import replace

from edsim.optimization.types import Solution


def mixture(one: Solution, other: Solution, share: float) -> Solution:
    """Return the solution with `share` of `other` and the rest of `one`."""

    def mix(a: float, b: float) -> float:
        return (1.0 - share) * a + share * b

    flows = tuple(
        replace(f, values=(1.0 - share) * f.values + share * g.values)
        for f, g in zip(one.flows, other.flows, strict=True)
    )
    lines = dict.fromkeys([*one.ledger, *other.ledger])
    return replace(
        other,
        objective=mix(one.objective, other.objective),
        bound=None,
        gap_frac=None,
        capacities={k: mix(v, other.capacities[k]) for k, v in one.capacities.items()},
        flows=flows,
        accounts={k: mix(v, other.accounts[k]) for k, v in one.accounts.items()},
        ledger={k: mix(one.ledger.get(k, 0.0), other.ledger.get(k, 0.0)) for k in lines},
    )

"""What is switched off was drawn: contracts on load move no more than demand and machines of their node draw.

For the ports a technology names in `switches_off`, at every balance and step::

    sum of what is switched off <= demand + sum of what machines draw

Machines are those with no port that gives the carrier: what a store, a meter or the contract itself takes is no load
that could wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from edsim.lp import ConcreteModel, Constraint

if TYPE_CHECKING:
    from edsim.optimization.model.balances import Attachment, Term


def limit_to_draw(m: ConcreteModel, name: str, ports: Sequence[Attachment], terms: Sequence[Term]) -> None:
    """Limit what is switched off at the balance `name`; `terms` are the flows of its ports, below 0 where drawn."""
    off = [t for a, t in zip(ports, terms, strict=True) if a.port.name in a.spec.switches_off]
    if not off:
        return
    givers = {a.spec.id for a in ports if a.port.direction == "out"}
    drawn = [t for a, t in zip(ports, terms, strict=True) if a.spec.id not in givers]

    def rule(model: ConcreteModel, t: int) -> object:
        load = getattr(model, f"demand_{name}", None)
        machines = sum(flow(t) for flow in drawn)
        return sum(flow(t) for flow in off) + machines <= (0.0 if load is None else load[t])

    setattr(m, f"switched_off_{name}", Constraint(m.T, rule=rule))

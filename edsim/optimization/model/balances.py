"""Which ports meet at which balance, and what is missing there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from edsim.core.errors import Finding, InfeasibleError
from edsim.core.technology import Port, Technology
from edsim.core.timegrid import TimeGrid
from edsim.lp import ArrayParam, ConcreteModel, Constraint, bounded_var
from edsim.optimization.model.context import KindContext
from edsim.optimization.model.ledger import KindAccounts, Ledger
from edsim.optimization.model.part_way import limit_part_way
from edsim.optimization.model.switched_off import limit_to_draw
from edsim.optimization.system import NodeCarrier, System

Term = Callable[[int], Any]
"""Flow of a port in a step, as an expression of the model."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A port of one instance at a balance."""

    spec: Technology
    position: int
    port: Port


def attach(system: System, contexts: Mapping[str, KindContext]) -> dict[NodeCarrier, tuple[Attachment, ...]]:
    """Return the ports at every (node, carrier) that is demanded or used.

    A port whose factor is zero in every step carries nothing for that machine (the condenser water of an air-cooled
    chiller) and is left out.
    """
    attached: dict[NodeCarrier, list[Attachment]] = {key: [] for key in system.demand}
    position: dict[str, int] = {}
    for technology in system.technologies:
        i = position.get(technology.kind, 0)
        position[technology.kind] = i + 1
        for port in technology.ports:
            if port.factor and not contexts[technology.kind].arrays[port.factor][i].any():
                continue
            key = (technology.node_of(port), technology.carrier_of(port))
            attached.setdefault(key, []).append(Attachment(technology, i, port))
    return {k: tuple(v) for k, v in attached.items()}


def check_supply(system: System, attached: Mapping[NodeCarrier, Sequence[Attachment]]) -> None:
    """Refuse carriers that nothing supplies; all at once."""
    findings = []
    for (node, carrier), ports in attached.items():
        if carrier == "condenser_water" and not any(a.port.direction == "in" for a in ports):
            findings.append(
                Finding(
                    code="E514",
                    field="technologies",
                    what=f"nothing takes the heat rejected at {node}",
                    got=f"rejected by {', '.join(sorted({a.spec.id for a in ports}))}",
                    allowed="a cooling_tower at the node, or machines with condenser: air",
                    hint="add a cooling tower",
                )
            )
        if any(a.port.direction == "out" for a in ports):
            continue
        users = sorted({a.spec.id for a in ports})
        demand = system.demand.get((node, carrier))
        if demand is not None and float(demand.max(initial=0.0)) > 0.0:
            got = f"peak demand {float(demand.max()):,.0f} kW"
        elif demand is not None and not users:
            continue
        else:
            got = f"used by {', '.join(users)}"
        findings.append(
            Finding(
                code="E512",
                field="technologies",
                what=f"nothing supplies {carrier} at {node}",
                got=got,
                allowed=f"at least one technology at node {node} with an output of {carrier}",
                hint="add a supplier (edsim technologies lists them) or remove the users",
            )
        )
    if findings:
        raise InfeasibleError.of(findings)


def add_balance(
    m: ConcreteModel,
    frame: tuple[System, TimeGrid],
    key: NodeCarrier,
    name: str,
    parts: tuple[Sequence[Attachment], Mapping[str, KindContext]],
) -> None:
    """Declare the balance of `key` under `name`: what goes in comes out, less demand that is left unserved."""
    system, grid = frame
    ports, contexts = parts
    terms = [_term(m, a, contexts) for a in ports]
    demand = system.demand.get(key)
    unserved = None
    if demand is not None:
        load = grid.sample(demand)
        setattr(m, f"demand_{name}", ArrayParam(m.T, array=load))
        unserved = bounded_var(m.T, lower=0.0, upper=load)
        setattr(m, f"unserved_{name}", unserved)

    def rule(model: ConcreteModel, t: int) -> object:
        total = sum(flow(t) for flow in terms)
        if unserved is None:
            return total == 0
        return total + unserved[t] == getattr(model, f"demand_{name}")[t]

    setattr(m, f"balance_{name}", Constraint(m.T, rule=rule))
    limit_part_way(m, name, ports, contexts)
    limit_to_draw(m, name, ports, terms)


def _term(m: ConcreteModel, a: Attachment, contexts: Mapping[str, KindContext]) -> Term:
    """Return the flow of a port by step, above 0 where it feeds the balance."""
    block, i = getattr(m, a.spec.kind), a.position
    variable, sign = getattr(block, a.port.variable), 1.0 if a.port.direction == "out" else -1.0
    if not a.port.factor:
        return lambda t: sign * variable[i, t]
    factor = getattr(block, a.port.factor)
    if contexts[a.spec.kind].arrays[a.port.factor].ndim == 2:
        return lambda t: sign * (factor[i, t] * variable[i, t])
    return lambda t: sign * (factor[i] * variable[i, t])


def book_unserved(m: ConcreteModel, system: System, names: Mapping[NodeCarrier, str], ledger: Ledger) -> None:
    """Book the penalty on demand that is left unserved."""
    for node, carrier in system.demand:
        variable = getattr(m, f"unserved_{names[node, carrier]}")
        shapes = {variable.local_name: (1, ledger.grid.n)}
        accounts = KindAccounts(ledger, (f"{node}:{carrier}",), shapes)
        accounts.add("unserved", variable, price=system.unserved_cost_per_kwh, line="unserved")

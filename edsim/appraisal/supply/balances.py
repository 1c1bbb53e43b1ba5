"""Hourly flows as a graph of balances and machines, along which energy is traced from purchase to delivery.

A balance is a node and carrier; each flow supplies or uses one. Losses of networks, heat of pumps and what a store
loses are no use: what they take is borne by what is delivered. Heat rejected to a tower runs the other way: the tower
supplies the taking of heat, and chillers use it, so that its fans are borne by the cooling.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edsim.core.hours import HOURS_PER_YEAR
from edsim.optimization.types import Flow

Array = NDArray[np.float64]
Key = tuple[str, str]
"""Node and carrier of a balance."""
_LOST = frozenset({"gain_or_loss", "free_gain", "surplus", "pump_heat", "ground_loss", "loss_from", "loss_to"})
_NO_ENERGY = frozenset({"efficiency", "interruptible_load"})
"""Kinds whose flows serve a demand by making it needless."""
_PUMPS = " pumps"
_TAKEN_AWAY = " taken away"


@dataclass(slots=True)
class Machine:
    """A machine or network, balance and flow of all it uses and supplies; `keeps` says that it has a level."""

    name: str
    kind: str
    uses: list[tuple[Key, Flow]] = field(default_factory=list)
    gives: list[tuple[Key, Flow]] = field(default_factory=list)
    keeps: bool = False

    @property
    def is_store(self) -> bool:
        """Whether it gives back what it took: it has a level, or gives to the very balance it draws from."""
        used = {key for key, _ in self.uses}
        return self.keeps or (bool(used) and used == {key for key, _ in self.gives})

    @property
    def is_cogeneration(self) -> bool:
        """Whether one process gives electricity and another product."""
        carriers = {f.carrier for _, f in self.gives if not is_by_product(f)}
        return bool(self.uses) and "electricity" in carriers and len(carriers) > 1


@dataclass(frozen=True, slots=True)
class Demand:
    """What is delivered of a service at a balance: (n,) kW, without what measures made needless."""

    service: str
    key: Key
    kw: Array


@dataclass(frozen=True, slots=True)
class Graph:
    """Machines in an order in which most come after what feeds them, demands, and the uses of every balance."""

    machines: tuple[Machine, ...]
    demands: tuple[Demand, ...]
    used_kw: dict[Key, Array]


def graph_of(flows: Iterable[Flow], takes_away: Container[str] = ()) -> Graph:
    """Return machines, demands and uses of the flows of a variant; `takes_away` are the ids of towers and the like."""
    machines: dict[str, Machine] = {}
    needless: dict[tuple[Key, str], Array] = {}
    wanted: list[tuple[str, Key, Flow]] = []
    for f in flows:
        if f.port in _LOST:
            continue
        key = (f.node, f.carrier)
        if f.kind == "demand":
            wanted.append((f.port, key, f))
        elif f.kind in _NO_ENERGY:
            service = f.technology.removeprefix("measures ")
            saved = f.values if f.direction == "out" else -f.values
            needless[key, service] = needless.get((key, service), np.zeros(HOURS_PER_YEAR)) + saved
        else:
            name = f.technology.removesuffix(_PUMPS) if f.kind == "pump" else f.technology
            machine = machines.setdefault(name, Machine(name, f.kind if f.kind != "pump" else "network"))
            if f.direction == "state":
                machine.keeps = True
            else:
                _attach(machine, f, takes_away=f.technology in takes_away)
    nothing = np.zeros(HOURS_PER_YEAR)
    demands = tuple(Demand(s, k, np.maximum(f.values - needless.get((k, s), nothing), 0.0)) for s, k, f in wanted)
    used: dict[Key, Array] = {}
    for d in demands:
        used[d.key] = used.get(d.key, 0.0) + d.kw
    for m in machines.values():
        for key, f in m.uses:
            used[key] = used.get(key, 0.0) + f.values
    return Graph(_in_order(machines.values()), demands, used)


def _attach(machine: Machine, f: Flow, *, takes_away: bool) -> None:
    """Note what a flow is to its machine; heat that goes to a tower is a use of what takes it away."""
    away = (f.node, f.carrier + _TAKEN_AWAY)
    if takes_away and f.carrier != "electricity":
        machine.gives.append((away, f))
    else:
        if is_by_product(f):
            machine.uses.append((away, f))
        (machine.gives if f.direction == "out" else machine.uses).append(((f.node, f.carrier), f))


def is_by_product(f: Flow) -> bool:
    """Return whether a flow is heat that cooling leaves behind: free to who can use it."""
    return f.direction == "out" and (f.carrier == "condenser_water" or f.port == "loop_return")


def is_disposal(key: Key) -> bool:
    """Return whether a balance is one of heat that is taken away."""
    return key[1].endswith(_TAKEN_AWAY)


def _in_order(machines: Iterable[Machine]) -> tuple[Machine, ...]:
    """Return machines so that each comes after those that feed it, where no cycle forbids it."""
    left, ordered = list(machines), []
    while left:
        waits = {m.name: len(_fed_by(m, left)) for m in left}
        ready = [m for m in left if not waits[m.name]] or [min(left, key=lambda m: waits[m.name])]
        ordered += ready
        left = [m for m in left if m not in ready]
    return tuple(ordered)


def _fed_by(machine: Machine, others: Iterable[Machine]) -> list[str]:
    """Return the other machines that supply what a machine uses; what is exported makes a grid wait for none."""
    wanted = {key for key, _ in machine.uses} if machine.kind != "grid" else set()
    return [m.name for m in others if m is not machine and wanted & {key for key, _ in m.gives}]

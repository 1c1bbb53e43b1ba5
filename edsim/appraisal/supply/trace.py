"""Primary energy, GHG, fuel and origin of every delivered kWh, traced hour by hour from purchase to delivery.

At a balance all that is supplied mixes: what is used has the mean of the hour, and bears what is lost. A machine hands
on what it draws; heat and cold of one compressor share its electricity as their outputs are. A store gives back the mix
of what charged it in the year. Cogeneration by the power-bonus method: its electricity counts as that of the grid, its
heat bears the rest of the fuel of the year, which may be less than nothing. Repeated until nothing moves, since
stores, links and own electricity make cycles; a circle that does not settle is told (W853). What comes in equals what
is delivered, sold and given back. Stores and cogeneration are known by what they take and give, not by their name.

Source
------
EN 15316-4-5:2017 (power bonus); ISO 52000-1:2017 (hourly balance); shares by origin: Directive (EU) 2018/2001, article
2 and annex VII (ambient heat counts where heat per electricity is 2.5 or more: Decision 2013/114/EU).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from edsim.appraisal.supply.balances import Graph, Key, Machine, graph_of, is_by_product, is_disposal
from edsim.appraisal.supply.origin import ORIGINS, WEIGHTS, Content, Origins, origins_of
from edsim.core.carriers import is_of
from edsim.core.errors import Finding
from edsim.core.hours import HOURS_PER_YEAR
from edsim.energy.efficient_district import HeatMix
from edsim.optimization.types import Flow
from edsim.results.variant import VariantRun

Array = NDArray[np.float64]
_RENEWABLE, _WASTE, _COGENERATED, _COGENERATED_OTHER, _OTHER = range(5)
_FREE = frozenset({"pv", "wind_turbine", "solar_thermal"})
_CARRY = frozenset({"network", "transport_link", "energy_transfer_station"})
"""Kinds that bring energy elsewhere as it is."""
_FOR_CAPTURED = {"heat": ("electricity", "feedwater"), "lifted_heat": ("compressor", "lifted_feedwater")}
"""Port that gives captured heat → those that draw power and, of steam, feedwater's heat for it."""
_SWEEPS = 2000
_STILL = 1e-9
"""Mean change of what a kWh carries in an hour below which nothing moves."""
_MOVING = 1e-6
"""The same above which what is left is told."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a service is made of in a year.

    Attributes
    ----------
    kwh
        Delivered, without what measures made needless.
    primary_kwh, ghg_kg
        Non-renewable primary energy and GHG of energy of all of it.
    mix : (5,)
        Its energy by origin, kWh.
    paid
        Price of the energy bought for it, demand and fixed charges left out, currency.
    """

    kwh: float
    primary_kwh: float
    ghg_kg: float
    mix: Array
    paid: float = 0.0

    @property
    def primary_factor(self) -> float:
        """Non-renewable primary energy per kWh delivered."""
        return self.primary_kwh / self.kwh

    @property
    def ghg_kg_per_kwh(self) -> float:
        """GHG of energy per kWh delivered."""
        return self.ghg_kg / self.kwh

    @property
    def shares(self) -> HeatMix:
        """Its origin."""
        return HeatMix(*(float(x) for x in self.mix / self.mix.sum()))


@dataclass(frozen=True, slots=True)
class Traced:
    """What services are made of, and what networks of hot water and steam deliver; its mix is of what they take in.

    `by_node` is the same by service and node, which is the network where one delivers it; `moving` is what the last
    repetition still changed, 0 where it settled.
    """

    services: Mapping[str, Delivered]
    heat_networks: Delivered
    moving: float = 0.0
    by_node: Mapping[tuple[str, str], Delivered] = field(default_factory=dict)

    def sum_of(self, services: Iterable[str]) -> Delivered | None:
        """Return what some services are made of together; None where nothing of them is delivered."""
        whole = _NONE
        for service in services:
            whole = _sum(whole, self.services.get(service, _NONE))
        return whole if whole.kwh > 0.0 and whole.mix.sum() > 0.0 else None


_HEAT_CARRIERS = ("hot_water", "steam")
_NONE = Delivered(0.0, 0.0, 0.0, np.zeros(len(ORIGINS)))


def traced(run: VariantRun) -> Traced:
    """Return what every service of a variant is made of in the year shown."""
    graph = graph_of(run.flows, {t.id for t in run.plant if t.takes_heat_away})
    origins = origins_of(run)
    tracer = _Tracer(graph, origins)
    moving = tracer.settle()
    given = (pair for m in graph.machines if m.kind == "network" for pair in m.gives)
    entries = [(k, f) for k, f in given if is_of(k[1], *_HEAT_CARRIERS)]
    networks = {k for k, _ in entries}
    services: dict[str, Delivered] = {}
    by_node: dict[tuple[str, str], Delivered] = {}
    carried = _NONE
    for d in graph.demands:
        c = tracer.at(d.key)
        weights, mix = (c.weights * d.kw).sum(axis=1), (c.mix * d.kw).sum(axis=1)
        paid = float(weights[3]) * origins.dearest_per_kwh
        one = Delivered(float(d.kw.sum()), float(weights[0]), float(weights[1]), mix, paid)
        services[d.service] = _sum(services.get(d.service, _NONE), one)
        by_node[d.service, d.key[0]] = _sum(by_node.get((d.service, d.key[0]), _NONE), one)
        carried = _sum(carried, one) if d.key in networks else carried
    into = sum(((tracer.at(k).mix * f.values).sum(axis=1) for k, f in entries), np.zeros(len(ORIGINS)))
    return Traced(services, replace(carried, mix=into), moving, by_node)


def circle_remarks(found: Mapping[str, Traced]) -> list[Finding]:
    """Return the variants of which machines feed each other in a circle that was not followed to its end."""
    return [
        Finding(
            "W853",
            "energy goes round between machines: what heat and cold are made of did not settle",
            field=name,
            got=f"{one.moving:.1g} per kWh still moved after {_SWEEPS} repetitions",
            hint="shares by origin and factors per kWh of this variant are no more exact than that",
            severity="warning",
        )
        for name, one in found.items()
        if one.moving > _MOVING
    ]


def _sum(a: Delivered, b: Delivered) -> Delivered:
    return Delivered(a.kwh + b.kwh, a.primary_kwh + b.primary_kwh, a.ghg_kg + b.ghg_kg, a.mix + b.mix, a.paid + b.paid)


class _Tracer:
    """Contents of all balances, improved machine by machine."""

    def __init__(self, graph: Graph, origins: Origins) -> None:
        self._graph = graph
        self._origins = origins
        self._supplies: dict[Key, list[tuple[str, int, Flow]]] = {}
        for m in graph.machines:
            for i, (key, f) in enumerate(m.gives):
                self._supplies.setdefault(key, []).append((m.name, i, f))
        self._made: dict[tuple[str, int], Content] = {}
        self._at: dict[Key, Content] = {}
        self._nothing = Content(np.zeros((len(WEIGHTS), 1)), np.zeros((5, 1)))

    def at(self, key: Key) -> Content:
        """Return what a kWh used at a balance carries."""
        return self._at.get(key, self._nothing)

    def settle(self) -> float:
        """Repeat all machines until no content moves; return what the last repetition moved, 0 where none did."""
        moved = 0.0
        for _ in range(_SWEEPS):
            moved = max((self._improve(m) for m in self._graph.machines), default=0.0)
            if moved < _STILL:
                return 0.0
        return moved

    def _improve(self, machine: Machine) -> float:
        """Work out what a machine gives, and the balances it gives to; return the largest mean change of an hour."""
        for i, content in enumerate(self._given(machine)):
            self._made[machine.name, i] = content
        moved = 0.0
        for key in dict.fromkeys(key for key, _ in machine.gives):
            before, self._at[key] = self.at(key), self._mixed(key)
            now = self._at[key]
            for change in (now.weights - before.weights, now.mix - before.mix):
                moved = max(moved, float(np.abs(change).mean(axis=1).max()))
        return moved

    def _mixed(self, key: Key) -> Content:
        """Return the mix of all that is supplied at a balance, losses borne by what is used.

        What is lost in hours without any use is borne by the use of the year.
        """
        used = self._graph.used_kw.get(key, np.zeros(HOURS_PER_YEAR))
        weights, mix, total = (
            np.zeros((len(WEIGHTS), HOURS_PER_YEAR)),
            np.zeros((5, HOURS_PER_YEAR)),
            np.zeros(HOURS_PER_YEAR),
        )
        for name, i, f in self._supplies.get(key, ()):
            made = self._made.get((name, i), self._nothing)
            weights += made.weights * f.values
            mix += made.mix * f.values
            total += f.values
        idle = (weights * (used <= 0.0)).sum(axis=1) / max(float(used.sum()), 1e-9)
        return Content(_over(weights, used) + idle[:, None], _over(mix, total))

    def _given(self, m: Machine) -> list[Content]:
        """Return what each output of a machine carries."""
        if m.kind in {"grid", "purchase", "fuel_supply"}:
            return [self._origins.bought(f) for _, f in m.gives]
        if m.kind in _FREE or m.kind == "loop_mains":
            return [_pure(_RENEWABLE)] * len(m.gives)
        if m.kind == "waste_heat_recovery":
            return [self._captured(m, f) for _, f in m.gives]
        if m.is_store and m.kind not in _CARRY:
            return [self._stored(m)] * len(m.gives)
        if m.is_cogeneration:
            return self._cogenerated(m)
        return [self._converted(m, f) for _, f in m.gives]

    def _drawn(self, uses: list[tuple[Key, Flow]]) -> tuple[Array, Array]:
        """Return weights (4, n) and energy by origin (5, n) of what is drawn; a service of disposal is no energy."""
        weights, mix = np.zeros((len(WEIGHTS), HOURS_PER_YEAR)), np.zeros((5, HOURS_PER_YEAR))
        for key, f in uses:
            c = self.at(key)
            weights += c.weights * f.values
            if not is_disposal(key):
                mix += c.mix * f.values
        return weights, mix

    def _converted(self, m: Machine, f: Flow) -> Content:
        """Return what an output of a machine carries: what it draws for it, shared with other products by energy."""
        if is_by_product(f) or f.port == "recovered_heat":
            return _pure(_WASTE)
        uses, products = _for_output(m, f)
        weights, mix = self._drawn(uses)
        if m.kind in _CARRY:  # pumps move heat, they are no origin of it
            mix = self._drawn([(key, u) for key, u in uses if u.carrier != "electricity"])[1]
        out = sum((g.values for g in products), np.zeros(HOURS_PER_YEAR))
        electricity = sum(float(u.values.sum()) for _, u in uses if u.carrier == "electricity")
        ambient = _RENEWABLE if self._origins.is_efficient(float(out.sum()), electricity) else _OTHER
        if m.kind == "heat_recovery_chiller":
            ambient = _WASTE
        if ambient == _OTHER and m.kind in {"heat_pump", "loop_station"}:
            mix[_OTHER] += mix[_RENEWABLE]
            mix[_RENEWABLE] = 0.0
        if m.kind not in _CARRY:
            mix[ambient] += np.maximum(out - mix.sum(axis=0), 0.0)
        return Content(_over(weights, out), _over(mix, mix.sum(axis=0)))

    def _captured(self, m: Machine, f: Flow) -> Content:
        """Return what captured heat carries: the factors of its source, and what its pump, compressor, steam draw."""
        port, feedwater = _FOR_CAPTURED[f.port]
        weights, mix = self._drawn([(key, u) for key, u in m.uses if u.port == port])
        given_back, fed = self._drawn([(key, u) for key, u in m.uses if u.port == feedwater])
        weights = weights + given_back
        work = sum((u.values for _, u in m.uses if u.port == port == "compressor"), np.zeros(HOURS_PER_YEAR))
        taken = np.maximum(f.values - work, 0.0)
        per_kwh, origin = self._origins.source(m.name)
        if origin == "renewable" and f.port == "lifted_heat":
            origin = "renewable" if self._origins.is_efficient(float(f.values.sum()), float(work.sum())) else "other"
        mix = mix * (port == "compressor") + fed
        mix[ORIGINS.index(origin)] += taken
        return Content(_over(weights + per_kwh[:, None] * taken, f.values), _over(mix, mix.sum(axis=0)))

    def _stored(self, m: Machine) -> Content:
        """Return the mix of the year's charge; its losses are borne by what is given back."""
        weights, mix = self._drawn(m.uses)
        out = sum(float(f.values.sum()) for _, f in m.gives)
        charged = float(mix.sum())
        return Content(
            weights.sum(axis=1)[:, None] / out if out > 0.0 else self._nothing.weights,
            mix.sum(axis=1)[:, None] / charged if charged > 0.0 else self._nothing.mix,
        )

    def _cogenerated(self, m: Machine) -> list[Content]:
        """Return electricity as that of the grid and heat that bears the rest of the year's fuel."""
        weights, mix = self._drawn(m.uses)
        total, by_origin = weights.sum(axis=1), mix.sum(axis=1)
        power = sum((f.values for _, f in m.gives if f.carrier == "electricity"), np.zeros(HOURS_PER_YEAR))
        heat_kwh = sum(float(f.values.sum()) for _, f in m.gives if f.carrier != "electricity")
        shares = by_origin / by_origin.sum() if by_origin.sum() > 0.0 else by_origin
        bonus = self._origins.grid_weights
        if heat_kwh > 0.0:
            good = self._origins.is_high_efficiency(m.name, (total, float(power.sum()), heat_kwh))
            rest = (total - (bonus * power).sum(axis=1)) / heat_kwh
        else:
            good, rest = False, np.zeros(len(WEIGHTS))
            bonus = (total / max(float(power.sum()), 1e-9))[:, None]
        electric = Content(bonus, _rest_is(_OTHER, shares * (np.arange(5) == _RENEWABLE)))
        kept = shares * (np.arange(5) <= _WASTE)
        heat = Content(rest[:, None], _rest_is(_COGENERATED if good else _COGENERATED_OTHER, kept))
        return [electric if f.carrier == "electricity" else heat for _, f in m.gives]


_SEPARATE = {
    ("loop_station", "heat"): ("heating_power", "loop_heat"),
    ("loop_station", "cooling"): ("cooling_power", "loop_return"),
    ("air_compressor", "air"): ("electricity",),
}
"""Outputs made of some of the ports of a machine alone."""


def _for_output(m: Machine, f: Flow) -> tuple[list[tuple[Key, Flow]], list[Flow]]:
    """Return what is drawn for an output, and the products that share it."""
    ports = _SEPARATE.get((m.kind, f.port))
    if ports is not None:
        return [(key, u) for key, u in m.uses if u.port in ports], [f]
    return m.uses, [g for _, g in m.gives if not is_by_product(g)]


def _pure(origin: int) -> Content:
    mix = np.zeros((5, 1))
    mix[origin] = 1.0
    return Content(np.zeros((len(WEIGHTS), 1)), mix)


def _rest_is(origin: int, kept: Array) -> Array:
    """Return a mix (5, 1) of what is kept and, for the rest, one origin."""
    mix = kept.copy()
    mix[origin] += 1.0 - kept.sum()
    return mix[:, None]


def _over(a: Array, b: Array) -> Array:
    """Return a / b by hour, 0 where nothing flows."""
    return np.divide(a, b, out=np.zeros_like(a), where=b > 0.0)

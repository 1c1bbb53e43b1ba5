"""Everything computed for one variant, before it becomes tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.core.carriers import is_of
from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.technology import Conditions, Technology
from edsim.network.district import District
from edsim.network.taken import delivered_to, taken_kw
from edsim.optimization.district.individual import IndividualRun
from edsim.optimization.district.plants import drawn_kw, network_of, plant_feeds, plant_technologies
from edsim.optimization.district.prepare_system import CARRIER_OF_SERVICE, building_demand_in_model
from edsim.optimization.sizing.certify import Design
from edsim.optimization.types import Flow, flow_unit

Array = NDArray[np.float64]
NOTHING = 1e-3
"""A smaller capacity of a machine that never runs is none."""
_NOISE_KW = 1e-5
_NOISE_FRAC = 1e-7
"""A flow below both, the latter of the largest on its balance, is what a solver leaves of 0."""
BUILDINGS_NODE = "buildings"
"""Node that all individual machines are shown at; per-building sums stand in the buildings table."""


@dataclass(frozen=True, slots=True)
class VariantRun:
    """A solved variant.

    Attributes
    ----------
    name
        ``bau`` or a project variant.
    district
        Case of the variant, profiles and network designs.
    conditions
        Full-year conditions of the site.
    design
        Plant design with its certificate; None when the variant has no plant.
    individual
        Machines that serve one building alone.
    flows
        Every hourly flow; at each (node, carrier) out minus in closes to zero. Made by :func:`variant_run`.
    phases
        The milestones of a district that grows, the last of which all else here describes; empty for one that does
        not.
    """

    name: str
    district: District
    conditions: Conditions
    design: Design | None
    individual: tuple[IndividualRun, ...]
    flows: tuple[Flow, ...] = ()
    phases: tuple[PhaseRun, ...] = ()

    @property
    def plant(self) -> tuple[Technology, ...]:
        """Technologies of the optimized plant, links between plants included."""
        return plant_technologies(self.district) if self.design else ()

    @property
    def stages(self) -> tuple[PhaseRun, ...]:
        """Return the phases; a district that does not grow is one stage of all its years."""
        return self.phases or (PhaseRun(0, 1, self.district.case.finance.horizon_a, self),)

    def capacity(self, technology: str, size: str) -> float:
        """Return an installed capacity of the plant; what a solver leaves of a machine that never runs is none."""
        value = float(self.design.solution.capacities[technology, size]) if self.design else 0.0
        runs = value >= NOTHING or any(f.technology == technology for f in self.flows)
        return value if runs else 0.0


@dataclass(frozen=True, slots=True)
class PhaseRun:
    """A milestone of a variant.

    Attributes
    ----------
    year
        Calendar year.
    first_a, last_a
        Years of operation of the study it stands for, 1 to the horizon.
    run
        The variant in that year, without phases of its own.
    """

    year: int
    first_a: int
    last_a: int
    run: VariantRun

    @property
    def start_a(self) -> int:
        """Year of the study in which it is built: paid then, in service from the next year on."""
        return self.first_a - 1


def machines_by_stage(run: VariantRun) -> dict[tuple[str, str], tuple[IndividualRun | None, ...]]:
    """Return (building, service) → its individual machine in each stage, None where it has none, in order."""
    stages = run.stages
    found: dict[tuple[str, str], list[IndividualRun | None]] = {}
    for k, stage in enumerate(stages):
        for r in stage.run.individual:
            found.setdefault((r.building, r.service), [None] * len(stages))[k] = r
    return {key: tuple(machines) for key, machines in found.items()}


def own_capacity_kw(own: IndividualRun | None) -> float:
    """Return the capacity of a machine of a building, 0 for none."""
    return own.operation.capacity_kw if own is not None else 0.0


def owned_kw(run: VariantRun) -> dict[tuple[str, str], float]:
    """Return (building, service) → capacity owned: the most of any stage, for a machine stays when demand falls."""
    return {key: max(map(own_capacity_kw, machines)) for key, machines in machines_by_stage(run).items()}


def grown(phases: Sequence[PhaseRun]) -> VariantRun:
    """Return the run of a variant that grows: that of its last milestone, with all phases."""
    return replace(phases[-1].run, phases=tuple(phases))


def variant_run(
    name: str,
    district: District,
    conditions: Conditions,
    design: Design | None,
    individual: tuple[IndividualRun, ...],
) -> VariantRun:
    """Return the run of a variant with its flows gathered from plant, networks and individual machines."""
    bare = VariantRun(name, district, conditions, design, individual)
    flows = [*_plant_flows(bare), *_network_flows(bare), *individual_flows(bare)]
    return replace(bare, flows=tuple(without_noise(flows, _not_built(bare))))


def _not_built(run: VariantRun) -> frozenset[str]:
    """Return the machines of the plant whose sizes are nothing: what a solver leaves them is no flow."""
    if run.design is None:
        return frozenset()
    sizes = run.design.solution.capacities
    return frozenset(t.id for t in run.plant if t.sizes and all(sizes[t.id, s.name] < NOTHING for s in t.sizes))


def without_noise(flows: Sequence[Flow], not_built: Collection[str] = ()) -> Iterator[Flow]:
    """Yield flows that are more than a solver's rounding, which is far below what the audit lets pass on a balance.

    A machine that runs keeps every flow it has: a store would else rise by what is no longer seen to feed it. One that
    is not built has none below :data:`NOTHING`, unless the balances it stands on close only with it.
    """
    peaks = [float(np.abs(f.values).max()) for f in flows]
    largest: dict[tuple[str, str], float] = {}
    for f, peak in zip(flows, peaks, strict=True):
        largest[f.node, f.carrier] = max(largest.get((f.node, f.carrier), 0.0), peak)

    def noise(f: Flow) -> float:
        whole = largest[f.node, f.carrier]
        return min(_NOISE_KW, _NOISE_FRAC * whole) if whole > _NOISE_KW else _NOISE_KW

    heard = {f.technology for f, peak in zip(flows, peaks, strict=True) if peak > noise(f)}
    over = {f.technology for f, peak in zip(flows, peaks, strict=True) if peak > NOTHING}
    running = {t for t in heard if t not in not_built or t in over or _is_missed(t, flows)}
    for f, peak in zip(flows, peaks, strict=True):
        if f.kind == "demand" or (peak > 0.0 and f.technology in running):
            yield f


def _is_missed(technology: str, flows: Sequence[Flow]) -> bool:
    """Return whether the balances a technology stands on close better with its flows than without."""
    of_it: dict[tuple[str, str], Array] = {}
    left: dict[tuple[str, str], Array] = {}
    moved = [f for f in flows if f.direction != "state"]
    places = {(f.node, f.carrier) for f in moved if f.technology == technology}
    for f in (f for f in moved if (f.node, f.carrier) in places):
        sums = of_it if f.technology == technology else left
        key, signed = (f.node, f.carrier), f.values if f.direction == "out" else -f.values
        sums[key] = sums[key] + signed if key in sums else signed
    rest = {key: left.get(key, np.zeros_like(mine)) for key, mine in of_it.items()}
    with_it = sum(float(np.abs(rest[key] + mine).max()) for key, mine in of_it.items())
    return with_it < sum(float(np.abs(without).max()) for without in rest.values())


def _plant_flows(run: VariantRun) -> Iterator[Flow]:
    if run.design is None:
        return
    for f in run.design.solution.flows:
        if f.kind != "demand":
            yield f
    served = run.district.served()
    for (building, service), series in building_demand_in_model(run.district).items():
        if (building, service) not in served:
            yield from _demand(run, service, (building, CARRIER_OF_SERVICE[service]), (building,), series)


def _network_flows(run: VariantRun) -> Iterator[Flow]:
    """Return what networks draw at their plants and what becomes of it in the pipes."""
    profiles = run.district.profiles
    for d in run.district.designs:
        drawn, unit = np.zeros(HOURS_PER_YEAR), flow_unit(d.carrier)
        taken = run.district.taken(d)
        delivered = taken_kw(profiles, taken).sum(axis=0)
        pumps = f"{d.id} pumps"
        for feed in plant_feeds(run.district, d):
            from_plant = drawn_kw(d.carrier, feed)
            drawn = drawn + from_plant
            yield Flow(d.id, "network", "plant", feed.plant_id, d.carrier, "in", unit, from_plant)
            yield Flow(pumps, "pump", "electricity", feed.plant_id, "electricity", "in", "kW", feed.pump_power_kw)
        gain, pump_heat = d.heat_gain_kw, d.pump_heat_kw
        cooling = is_of(d.carrier, "chilled_water")
        surplus = drawn - delivered - gain - (pump_heat if cooling else -pump_heat)
        yield Flow(d.id, "network", "supply", d.id, d.carrier, "out", unit, drawn)
        for service in network_of(run.district, d).services:
            users = delivered_to(taken, service)
            left = profiles.demand[service][[profiles.building_ids.index(b) for b in users]].sum(axis=0)
            yield from _demand(run, service, (d.id, d.carrier), users, left)
        yield Flow(d.id, "network", "gain_or_loss", d.id, d.carrier, "in", unit, np.maximum(gain, 0.0))
        yield Flow(d.id, "network", "free_gain", d.id, d.carrier, "out", unit, np.maximum(-gain, 0.0))
        yield Flow(pumps, "pump", "pump_heat", d.id, d.carrier, "in" if cooling else "out", unit, pump_heat)
        yield Flow(d.id, "network", "surplus", d.id, d.carrier, "in", unit, _cleaned(surplus, drawn))


def _cleaned(surplus: Array, scale: Array) -> Array:
    """Return what the ground or the pumps give beyond the demand, without rounding noise."""
    return np.where(surplus > 1e-9 * max(float(scale.max(initial=0.0)), 1.0), surplus, 0.0)


def individual_flows(run: VariantRun) -> Iterator[Flow]:
    """Return individual machines summed by machine, with the purchases that feed them."""
    made: dict[tuple[str, str, str], Array] = {}
    drawn: dict[tuple[str, str, str], Array] = {}
    for r in run.individual:
        carrier = CARRIER_OF_SERVICE[r.service]
        if r.machine is not None:
            key = (r.machine.id, r.machine.kind, carrier)
            made[key] = made.get(key, 0.0) + r.made_kw
        for source, values in r.operation.inputs_kw.items():
            if r.machine is not None and not (r.service == "electricity" and source == "electricity"):
                key = (r.machine.id, r.machine.kind, source)
                drawn[key] = drawn.get(key, 0.0) + values
    for (machine, kind, carrier), values in made.items():
        yield Flow(machine, kind, "output", BUILDINGS_NODE, carrier, "out", flow_unit(carrier), np.asarray(values))
    for (machine, kind, carrier), values in drawn.items():
        yield Flow(machine, kind, "input", BUILDINGS_NODE, carrier, "in", flow_unit(carrier), np.asarray(values))
    for (name, carrier), values in _bought(run).items():
        yield Flow(
            f"purchase {name}",
            "purchase",
            "import",
            BUILDINGS_NODE,
            carrier,
            "out",
            flow_unit(carrier),
            np.asarray(values),
        )
    demands: dict[tuple[str, str], Array] = {}
    owners: dict[str, list[str]] = {}
    for r in run.individual:
        key2 = (r.service, CARRIER_OF_SERVICE[r.service])
        demands[key2] = demands.get(key2, 0.0) + r.demand_kw
        owners.setdefault(r.service, []).append(r.building)
    for (service, carrier), values in demands.items():
        yield from _demand(run, service, (BUILDINGS_NODE, carrier), owners[service], np.asarray(values))


def _bought(run: VariantRun) -> dict[tuple[str, str], Array]:
    """Return (tariff or fuel, carrier) → what is bought for individual machines."""
    bought: dict[tuple[str, str], Array] = {}
    for r in run.individual:
        for source, values in r.bought_kw.items():
            name = r.tariff if source == "electricity" else source
            bought[name, source] = bought.get((name, source), 0.0) + values
    return bought


def _demand(
    run: VariantRun, service: str, place: tuple[str, str], buildings: Sequence[str], left_kw: Array
) -> Iterator[Flow]:
    """Return the demand of buildings as they stand, and what retrofit measures cover of it or add to it.

    All variants thus deliver the same service; a measure supplies it by making it needless.
    """
    node, carrier = place
    unit = flow_unit(carrier)
    profiles = run.district.profiles
    every = profiles.saved
    saved = np.zeros(HOURS_PER_YEAR)
    if service in every:
        saved = every[service][[profiles.building_ids.index(b) for b in buildings]].sum(axis=0)
    yield Flow("demand", "demand", service, node, carrier, "in", unit, left_kw + saved)
    name = f"measures {service}"
    yield Flow(name, "efficiency", "saved", node, carrier, "out", unit, np.maximum(saved, 0.0))
    yield Flow(name, "efficiency", "added", node, carrier, "in", unit, np.maximum(-saved, 0.0))


def grid_import_kw(run: VariantRun) -> Array:
    """Return grid electricity of the services in the boundary, kW by hour."""
    total = np.zeros(HOURS_PER_YEAR)
    for f in run.flows:
        if f.carrier == "electricity" and f.direction == "out" and f.kind in {"grid", "purchase"}:
            total += f.values
    return total


def grid_export_kw(run: VariantRun) -> Array:
    """Return electricity fed to the grid, kW by hour."""
    total = np.zeros(HOURS_PER_YEAR)
    for f in run.flows:
        if f.carrier == "electricity" and f.direction == "in" and f.kind == "grid":
            total += f.values
    return total


def fuel_kwh(run: VariantRun) -> dict[str, float]:
    """Return fuel id → kWh LHV burnt in a year."""
    fuels = {f.id for f in run.district.case.fuels}
    out: dict[str, float] = {}
    for f in run.flows:
        if f.direction == "out" and f.kind in {"fuel_supply", "purchase"} and f.carrier in fuels:
            out[f.carrier] = out.get(f.carrier, 0.0) + float(f.values.sum())
    return out


def heat_taken_kwh(run: VariantRun) -> dict[str, float]:
    """Return source id → kWh of heat taken in a year: what its captures deliver, less the work of their heat pumps."""
    source_of = {t.id: str(getattr(t, "source", "")) for t in run.plant if t.kind == "waste_heat_recovery"}
    share = {"heat": 1.0, "lifted_heat": 1.0, "compressor": -1.0}
    out = dict.fromkeys(source_of.values(), 0.0)
    for f in run.flows:
        if f.technology in source_of:
            out[source_of[f.technology]] += share.get(f.port, 0.0) * float(f.values.sum())
    return out


def water_m3(run: VariantRun) -> float:
    """Return make-up water of a year, m3."""
    own = sum(float(r.operation.water_m3_per_h.sum()) for r in run.individual)
    plant = run.design.solution.accounts.get("water_use", 0.0) if run.design else 0.0
    return own + plant

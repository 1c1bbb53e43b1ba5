"""The limits a user sets, and the system with all of them lifted.

A limit is anything in the case that a user may move: largest sizes, areas, exports, yearly fuel, hours of running, the
heat or cold of a source, an outage to survive, a cap on a criterion, demand that must be served. Every limit of a
system gets one entry here, whatever technology it belongs to: sizes are found by the names every technology follows
(``max_<size>``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from edsim.case.lazy_kinds import LazyKinds
from edsim.case.reflect import field_infos, field_kinds
from edsim.core.errors import DataError
from edsim.core.technology import Size, SourceConditions, Technology
from edsim.core.timegrid import TimeGrid
from edsim.optimization.model.context import KindContext
from edsim.optimization.system import NodeCarrier, System, annuity_factor

if TYPE_CHECKING:
    from edsim.core.units import MoneyConverter

LimitKind = Literal[
    "size", "export", "yearly", "hours", "source", "outage", "cap", "store", "demand", "setting", "reserve", "draw"
]

STORE_OF = {"chilled_water": "chilled_water_store", "hot_water": "hot_water_store", "electricity": "battery"}
"""Carrier → the store that could be offered for it."""
NEW_STORE = "new store"
SOURCE_LIFT = 4096.0
"""How many times what it gives a source may be asked for: more than MW typed as kW makes it too small, and a power of
two, so that it divides out exactly."""
_LIFT = 2.0


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of a case.

    Attributes
    ----------
    kind
        What it limits: a ``size``, an ``export``, the ``yearly`` energy or running ``hours`` of a machine, what a
        ``source`` gives, an ``outage``, a ``cap`` on a criterion; ``store`` is a store nobody offers yet, ``demand``
        what must be served; a ``setting``, machines in ``reserve`` and what machines ``draw`` for themselves are those
        of :mod:`edsim.studies.diagnosis.settings`.
    path
        Where the user finds it in the case; empty for a store and a demand.
    owner
        Technology, source or criterion; ``(node, carrier)`` joined by a colon for a demand.
    name
        Size or field.
    value
        The limit, in `unit`.
    unit
        Unit of the user.
    per_unit
        Units of the user per unit of the model.
    cost_per_unit
        What one unit more costs a year, in currency; 0 where nothing is bought.
    """

    kind: LimitKind
    path: str
    owner: str
    name: str
    value: float
    unit: str
    per_unit: float = 1.0
    cost_per_unit: float = 0.0

    @property
    def model_value(self) -> float:
        """Return the limit in the unit of the model."""
        return self.value / self.per_unit


def limits_of(system: System) -> list[Limit]:
    """Return every limit of the technologies and sources of `system`, in its order, and the stores it could have."""
    found: list[Limit] = []
    for t in system.technologies:
        found += _of_sizes(system, t)
        found += _of_year(t, system)
        found += _of_outage(t)
        if sells_more(system, t):
            grid: Any = t
            export = float(grid.max_export_kw)
            found.append(Limit("export", f"technologies.{t.id}.max_export_kw", t.id, "max_export_kw", export, "kW"))
    named = dict.fromkeys((t.node, str(getattr(t, "source", ""))) for t in system.technologies)
    sources = dict.fromkeys(name for node, name in named if name in _sources_at(system, node))
    found += [Limit("source", f"sources.{name}.available_kw", name, "available_kw", 1.0, "frac") for name in sources]
    return found


def _sources_at(system: System, node: str) -> Mapping[str, SourceConditions]:
    return system.conditions[node].sources if node in system.conditions else {}


def sells_more(system: System, t: Technology) -> bool:
    """Return whether exports of `t` are limited where electricity comes with something else that is needed.

    Without such a machine (an engine that makes heat, a turbine that lets steam down) no generator has to run more than
    the site uses. A tariff that pays exports above its own price is never asked for more.
    """
    if getattr(t, "max_export_kw", None) is None:
        return False
    price = system.conditions[t.node].tariffs.get(str(getattr(t, "tariff", "")))
    if price is None or bool((price.export_per_kwh > price.energy_per_kwh).any()):
        return False
    return any(_is_coupled(other) for other in system.technologies if other.node == t.node)


def _is_coupled(t: Technology) -> bool:
    made = [t.carrier_of(p) for p in t.ports if p.direction == "out"]
    drawn = [t.carrier_of(p) for p in t.ports if p.direction == "in"]
    return "electricity" in made and len(made) > 1 and "electricity" not in drawn


def _of_sizes(system: System, t: Technology) -> Iterator[Limit]:
    for size in t.sizes:
        value = getattr(t, f"max_{size.name}", None)
        cost = _yearly_cost(system, t, size)
        kind: LimitKind = "store" if t.label == NEW_STORE else "size"
        if value is not None:
            path = "" if kind == "store" else f"technologies.{t.id}.max_{size.name}"
            yield Limit(kind, path, t.id, size.name, float(value), size.unit, 1.0, cost)
        area, density = getattr(t, "area_m2", None), getattr(t, "kwp_per_m2", None)
        if area is not None and density is not None:
            path = f"technologies.{t.id}.area_m2"
            yield Limit("size", path, t.id, size.name, float(area), "m2", 1.0 / density, cost * density)


def _of_year(t: Technology, system: System) -> Iterator[Limit]:
    """Yield limits on the energy or the running hours of a year."""
    energy = getattr(t, "max_energy_kwh_per_a", None)
    if energy is not None:
        yield Limit("yearly", f"technologies.{t.id}.max_energy_kwh_per_a", t.id, "yearly", float(energy), "kWh/a")
    running, largest = getattr(t, "max_running_h_per_a", None), getattr(t, "max_capacity_kw", None)
    if running is not None and largest:
        path = f"technologies.{t.id}.max_running_h_per_a"
        yield Limit("hours", path, t.id, "running", float(running), "h/a", 1.0 / float(largest))
    shed, share = getattr(t, "max_outage_h_per_a", None), getattr(t, "interruptible_frac", None)
    demand = system.demand.get((t.node, t.carrier_of(t.ports[0])))
    if shed is not None and share and demand is not None:
        path = f"technologies.{t.id}.max_outage_h_per_a"
        yield Limit("yearly", path, t.id, "yearly", float(shed), "h/a", 1.0 / (share * max(float(demand.max()), 1e-9)))


def _of_outage(t: Technology) -> Iterator[Limit]:
    for name in ("outages", "survive_outage_h"):
        if getattr(t, name, None):
            yield Limit("outage", f"technologies.{t.id}.{name}", t.id, name, 0.0, "kW")
            return


def _yearly_cost(system: System, t: Technology, size: Size) -> float:
    capex = float(getattr(t, size.capex))
    annuity = annuity_factor(system.discount_rate_frac, t.lifetime_a) * system.investment_factor
    return capex * (annuity + t.fixed_om_frac)


def with_stores(system: System, money: MoneyConverter) -> System:
    """Return the system with a store, of largest size 0, for every demanded carrier that has none at its node.

    Parameters
    ----------
    system
        The system, in its own money.
    money
        Brings the shipped prices of the stores to that money; no store is offered where it cannot.
    """
    kinds = LazyKinds("edsim.technologies")
    there = {(t.node, t.kind) for t in system.technologies}
    nodes = {t.node for t in system.technologies}
    new = []
    for node, carrier in system.demand:
        kind = STORE_OF.get(carrier, "")
        if kind and node in nodes and (node, kind) not in there:
            fields: dict[str, Any] = {"id": f"{kind}@{node}", "node": node, "label": NEW_STORE}
            with suppress(DataError):
                priced = _shipped_prices(kinds[kind], money)
                new.append(kinds[kind](**fields | priced | {"max_capacity_kwh": 0.0}))
    return replace(system, technologies=(*system.technologies, *new))


def _shipped_prices(kind: type[Technology], money: MoneyConverter) -> dict[str, float]:
    """Return the default prices of a kind of technology, converted."""
    out = {}
    for name, field in field_kinds(kind).items():
        default = field_infos(kind)[name].default if field.price else None
        if isinstance(default, int | float):
            currency, _, year = field.price.partition(" ")
            out[name] = money(float(default), currency, int(year))
    return out


def lifted(system: System, grid: TimeGrid) -> System:
    """Return the system with every limit on sizes, areas and outages lifted; rows of the year stay as they are.

    Sources of heat give :data:`SOURCE_LIFT` times as much.
    """
    conditions = {node: replace(c, sources=_more(c.sources)) for node, c in system.conditions.items()}
    technologies = tuple(_lifted(system, grid, t) for t in system.technologies)
    return replace(system, technologies=technologies, conditions=conditions)


def _more(sources: Mapping[str, SourceConditions]) -> dict[str, SourceConditions]:
    return {name: replace(s, available_kw=SOURCE_LIFT * s.available_kw) for name, s in sources.items()}


def _lifted(system: System, grid: TimeGrid, t: Technology) -> Technology:
    changes: dict[str, Any] = {}
    for size in t.sizes:
        held = getattr(t, f"max_{size.name}", None)
        area, density = getattr(t, "area_m2", None), getattr(t, "kwp_per_m2", None)
        if held is None and area is None:
            continue
        free = t.model_copy(update={f"max_{size.name}": None})
        derived = float(KindContext(system, grid, [free], [], {}).limit(size.name)[0])
        least = max(held or 0.0, (area or 0.0) * (density or 0.0))
        changes[f"max_{size.name}"] = max(derived, _LIFT * least)
    if getattr(t, "area_m2", None) is not None and hasattr(t, "kwp_per_m2"):
        changes["area_m2"] = None
    if getattr(t, "outages", None) or getattr(t, "survive_outage_h", 0):
        changes |= {"outages": (), "survive_outage_h": 0}
    if sells_more(system, t):
        changes["max_export_kw"] = None
    return t.model_copy(update=changes) if changes else t


def demand_limit(key: NodeCarrier) -> Limit:
    """Return the limit that the demand at `key` must be served, moved in kW."""
    return Limit("demand", "", ":".join(key), "demand", 0.0, "kW")


def cap_limit(criterion: str, cap: float, unit: str) -> Limit:
    """Return the limit a cap on a criterion is."""
    return Limit("cap", f"caps.{criterion}", criterion, criterion, cap, unit)

"""Hourly flows of a variant grouped by node and technology: what the dispatch charts and the diagrams draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edsim.core.carriers import is_of
from edsim.core.hours import HOURS_PER_YEAR
from edsim.report import labels
from edsim.report.view import Study

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

BUILDINGS_NODE = "buildings"
"""Node that stands for all buildings served alone."""

_LEAST_KW = 1e-3
"""A smaller size is none."""
_ALL_FRAC = 1e-6
"""A part as large as the whole but for this is the whole."""
AIR = "compressed_air"
"""The carrier that is counted by volume."""


def energy_unit(carrier: str) -> str:
    """Return the unit in which the yearly amount of a carrier is stored: energy, or the volume of compressed air."""
    return "Nm3" if is_of(carrier, AIR) else "kWh"


def power_unit(carrier: str) -> str:
    """Return the unit in which the flow of a carrier is stored and shown."""
    return "Nm3/h" if is_of(carrier, AIR) else "kW"


def carriers_of(study: Study) -> list[str]:
    """Return the carriers that buildings use in the main variant, the most energy first, compressed air last."""
    balance = study.of("energy_balance", study.main)
    used = balance[(balance["kind"] == "demand") & (balance["kwh"] > 0.0)]
    sums = used.groupby("carrier", sort=False)["kwh"].sum().sort_values(ascending=False)
    return sorted((str(c) for c in sums.index), key=lambda c: is_of(c, AIR))


_NOTHING_FRAC = 1e-6
"""What is not served is told only from this share of the largest flow on: less is the solver's tolerance."""

PURCHASE = ("grid", "purchase")
"""Kinds that bring electricity from outside."""


@dataclass(frozen=True, slots=True)
class Series:
    """Hourly series of a machine group at a node.

    Attributes
    ----------
    technology, kind
        Of the machine group.
    label
        Name shown, as the case gives it (not yet defused).
    values : (8760,)
        kW; Nm3/h of compressed air.
    """

    technology: str
    kind: str
    label: str
    values: Array


@dataclass(frozen=True, slots=True)
class NodeFlows:
    """What feeds and what draws from one node of one carrier.

    Attributes
    ----------
    node, carrier
        The balance.
    supply, use
        Series, the largest first; charging of stores and export are in `shifted`, not in `use`.
    shifted
        Charging and export.
    """

    node: str
    carrier: str
    supply: tuple[Series, ...]
    use: tuple[Series, ...]
    shifted: tuple[Series, ...]

    @property
    def used(self) -> Array:
        """Sum of all uses, kW."""
        return np.asarray(sum((s.values for s in self.use), np.zeros(HOURS_PER_YEAR)), dtype=float)


def technology_label(study: Study, variant: str, technology: str, kind: str) -> str:
    """Return the name shown for a machine group."""
    if technology in labels.SPECIAL or kind == "demand":
        return labels.kind(study.lang, kind)
    named = study.labels(variant)
    if technology in named:
        return named[technology]
    if kind in {"network", "pump"}:
        return _of_network(study, variant, technology, kind)
    if kind == "fuel_supply":
        return _fuel(study, variant, technology)
    if kind in {"grid", "purchase"} or technology == kind:
        return labels.kind(study.lang, kind)
    return study.lang.usual(labels.spaced(technology))


def capacity_text(study: Study, variant: str, row: Mapping[Any, Any], *, scaled: bool = False) -> str:
    """Return the capacity of a row of equipment with its unit, and what part of it a machine of its own name makes."""
    return labels.sized(study.lang, float(row["capacity"]), str(row["unit"]), scaled=scaled) + parts(
        study, variant, row
    )


def parts(study: Study, variant: str, row: Mapping[Any, Any]) -> str:
    """Return the parts of a row of equipment that have a name of their own in brackets, with their size if not all."""
    value, unit, text = float(row["capacity"]), str(row["unit"]), ""
    sizes = study.of("capacities", variant)
    mine = sizes[(sizes["technology"] == row["technology"]) & (sizes["value"] > _LEAST_KW)]
    for name, part in zip(mine["quantity"], mine["value"].astype(float), strict=True):
        if str(name) in labels.PARTS:
            size = "" if abs(part - value) < _ALL_FRAC * value else f" {labels.sized(study.lang, part, unit)}"
            text += f" ({study.t(labels.PARTS[str(name)])}{size})"
    return text


def _fuel(study: Study, variant: str, technology: str) -> str:
    """Return the fuel a supply brings; its own name where it brought none."""
    rows = study.of("energy_balance", variant)
    fuels = rows[(rows["technology"] == technology) & (rows["kind"] == "fuel_supply")]["carrier"]
    return labels.carrier(study.lang, str(fuels.iloc[0])) if len(fuels) else labels.spaced(technology)


def _of_network(study: Study, variant: str, technology: str, kind: str) -> str:
    """Return the name of a network or of its pumps, with the carrier where there are several networks."""
    rows = study.of("networks", variant)
    carriers = dict(zip(rows["network"].astype(str), rows["carrier"].astype(str), strict=True))
    name = labels.kind(study.lang, kind)
    carrier = carriers.get(technology.removesuffix(" pumps"))
    return name if len(carriers) < 2 or carrier is None else f"{name} · {labels.carrier(study.lang, carrier)}"


def demand_label(study: Study, carrier: str) -> str:
    """Return the name of what buildings use of a carrier."""
    return study.t("Demand") + f" · {labels.carrier(study.lang, carrier)}"


def main_node(study: Study, variant: str, carriers: tuple[str, ...]) -> NodeFlows | None:
    """Return the node with most energy among the balances of `carriers`, or None where there is none."""
    balance = study.of("energy_balance", variant)
    fed = balance[(balance["direction"] == "out") & balance["carrier"].isin(carriers) & (balance["kind"] != "network")]
    if fed.empty or not fed["kwh"].sum() > 0:
        return None
    totals: dict[tuple[str, str], float] = {}
    for row in fed.to_dict("records"):
        key = (str(row["node"]), str(row["carrier"]))
        totals[key] = totals.get(key, 0.0) + float(row["kwh"])
    node, carrier = max(totals, key=lambda k: totals[k])
    return node_flows(study, variant, node, carrier)


def node_flows(study: Study, variant: str, node: str, carrier: str) -> NodeFlows | None:
    """Return supply and use at one node; None when the hourly table does not hold a full year of it."""
    flows = study.of("flows", variant)
    stores = set(flows[flows["direction"] == "state"]["technology"])
    here = flows[(flows["node"] == node) & (flows["carrier"] == carrier)]
    values = study.hourly(variant, [str(c) for c in here["column"]])
    if len(values) != HOURS_PER_YEAR:
        return None
    supply = _grouped(study, variant, here[here["direction"] == "out"], values)
    drawn = here[here["direction"] == "in"]
    is_shift = drawn["technology"].isin(stores) | (drawn["kind"] == "grid")
    return NodeFlows(
        node,
        carrier,
        supply,
        _grouped(study, variant, drawn[~is_shift], values),
        _grouped(study, variant, drawn[is_shift], values),
    )


def _grouped(study: Study, variant: str, rows: pd.DataFrame, values: pd.DataFrame) -> tuple[Series, ...]:
    sums: dict[tuple[str, str], Array] = {}
    for row in rows.to_dict("records"):
        key = (str(row["technology"]), str(row["kind"]))
        sums[key] = sums.get(key, np.zeros(len(values))) + values[row["column"]].to_numpy(dtype=float)
    most = max((float(total.sum()) for total in sums.values()), default=0.0)
    found = [
        Series(technology, kind, technology_label(study, variant, technology, kind), total)
        for (technology, kind), total in sums.items()
        if total.max(initial=0.0) > 1e-6 and not (kind == "unserved" and total.sum() < _NOTHING_FRAC * most)
    ]
    return tuple(sorted(found, key=lambda s: -float(s.values.sum())))


@dataclass(frozen=True, slots=True)
class Exchange:
    """Yearly energy between a machine group and a carrier at a node.

    Attributes
    ----------
    bus
        Carrier and node; what a network feeds is shown as one with what feeds the network.
    technology, kind, direction
        As in the energy balance.
    kwh
        Yearly energy, above zero; Nm3 of compressed air.
    """

    bus: tuple[str, str]
    technology: str
    kind: str
    direction: str
    kwh: float


def exchanges(study: Study, variant: str) -> list[Exchange]:
    """Return the yearly exchanges of a variant; a network appears with its gain or loss alone."""
    balance = study.of("energy_balance", variant)
    networks = balance[balance["kind"] == "network"]
    fed = networks[networks["direction"] == "out"]
    home = {}
    for row in fed.to_dict("records"):
        drawn = networks[(networks["technology"] == row["technology"]) & (networks["node"] != row["node"])]
        if len(drawn):
            home[str(row["node"])] = str(drawn["node"].iloc[0])
    sums: dict[tuple[str, str, str, str, str], float] = {}
    for row in balance.to_dict("records"):
        node = home.get(str(row["node"]), str(row["node"]))
        key = (str(row["carrier"]), node, str(row["technology"]), str(row["kind"]), str(row["direction"]))
        sums[key] = sums.get(key, 0.0) + float(row["kwh"])
    found = []
    most = max(sums.values(), default=0.0)
    for (carrier, node, technology, kind, direction), kwh in sums.items():
        if kind == "unserved" and kwh < _NOTHING_FRAC * most:
            continue
        other = (carrier, node, technology, kind, "in" if direction == "out" else "out")
        value = kwh - sums.get(other, 0.0) if kind == "network" else kwh
        if value > 0.0:
            found.append(Exchange((carrier, node), technology, kind, direction, value))
    return found


def bus_name(study: Study, bus: tuple[str, str], buses: list[tuple[str, str]]) -> str:
    """Return the name of a carrier at a node; the node is named only where a carrier has several plants."""
    carrier = labels.carrier(study.lang, bus[0])
    same = [b for b in buses if b[0] == bus[0] and b[1] != BUILDINGS_NODE]
    if bus[1] == BUILDINGS_NODE and same:
        return study.t("{carrier}, individual", {"carrier": carrier})
    if len(same) < 2 or bus[1] == BUILDINGS_NODE:
        return carrier
    return f"{carrier} · {labels.spaced(bus[1])}"


def grid_import(study: Study, variant: str) -> Array | None:
    """Return the hourly electricity import of a variant, kW: at the plant and at buildings served alone."""
    flows = study.of("flows", variant)
    electric = flows[flows["carrier"] == "electricity"]
    rows = electric[electric["kind"].isin(PURCHASE) & (electric["direction"] == "out")]
    values = study.hourly(variant, [str(c) for c in rows["column"]])
    if rows.empty or len(values) != HOURS_PER_YEAR:
        return None
    return np.asarray(values.to_numpy(dtype=float).sum(axis=1))

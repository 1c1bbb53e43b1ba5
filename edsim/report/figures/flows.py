"""Hourly flows of a variant grouped by node and technology: what the dispatch charts and the diagrams draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edsim.report import labels
from edsim.report.view import Study

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]


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
        kW.
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
        return np.asarray(sum((s.values for s in self.use), np.zeros(8760)), dtype=float)


def technology_label(study: Study, variant: str, technology: str, kind: str) -> str:
    """Return the name shown for a machine group."""
    if technology in labels.SPECIAL or kind == "demand":
        return labels.kind(study.lang, kind)
    rows = study.of("equipment", variant)
    named = rows[rows["technology"] == technology]["label"]
    if len(named) and str(named.iloc[0]) not in {"", technology}:
        return str(named.iloc[0])
    if kind in {"grid", "fuel_supply"} or technology == kind:
        return labels.kind(study.lang, kind)
    return labels.spaced(technology)


def main_node(study: Study, variant: str, carriers: tuple[str, ...]) -> NodeFlows | None:
    """Return the node with most energy among the balances of `carriers`, or None where there is none."""
    balance = study.of("energy_balance", variant)
    fed = balance[(balance["direction"] == "out") & balance["carrier"].isin(carriers)]
    if fed.empty or not fed["kwh"].sum() > 0:
        return None
    totals = fed.groupby(["node", "carrier"], sort=False)["kwh"].sum()
    node, carrier = totals.idxmax()
    return node_flows(study, variant, str(node), str(carrier))


def node_flows(study: Study, variant: str, node: str, carrier: str) -> NodeFlows | None:
    """Return supply and use at one node; None when the hourly table does not hold a full year of it."""
    flows = study.of("flows", variant)
    stores = set(flows[flows["direction"] == "state"]["technology"])
    here = flows[(flows["node"] == node) & (flows["carrier"] == carrier)]
    values = study.hourly(variant, [str(c) for c in here["column"]])
    if len(values) != 8760:
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
    found = []
    for (technology, kind), group in rows.groupby(["technology", "kind"], sort=False):
        total = values[list(group["column"])].to_numpy(dtype=float).sum(axis=1)
        if total.max(initial=0.0) > 1e-6:
            name = technology_label(study, variant, str(technology), str(kind))
            found.append(Series(str(technology), str(kind), name, total))
    return tuple(sorted(found, key=lambda s: -float(s.values.sum())))


def grid_import(study: Study, variant: str) -> Array | None:
    """Return the hourly electricity import of a variant, kW: the grid machines, or else the meters."""
    flows = study.of("flows", variant)
    electric = flows[flows["carrier"] == "electricity"]
    rows = electric[(electric["kind"] == "grid") & (electric["direction"] == "out")]
    if rows.empty:
        rows = electric[(electric["kind"] == "meter") | (electric["direction"] == "meter")]
    values = study.hourly(variant, [str(c) for c in rows["column"]])
    if rows.empty or len(values) != 8760:
        return None
    return np.asarray(values.to_numpy(dtype=float).sum(axis=1))

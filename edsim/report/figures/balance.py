"""The yearly energy balance as a Sankey diagram."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from edsim.core.carriers import is_of
from edsim.report.figures.flows import (
    AIR,
    Exchange,
    bus_name,
    demand_label,
    energy_unit,
    exchanges,
    technology_label,
)
from edsim.report.theme import MUTED, carrier_color, folded, layout
from edsim.report.view import Chart, Head, Study, Table

HIDDEN = frozenset({"condenser_water"})
"""Carriers left out: heat on its way to the surroundings, which would count the cooling twice."""

_SMALL_FRAC = 5e-4
"""Thinner links are in the table alone."""

_LETTERS = 16
_PAD_PX, _NODE_PX = 26, 50
_EXPORT = "export of electricity"
_LIFTED = "<br>\u00a0<br>\u00a0"
"""Lifts the label of the last node above that of the node before it."""


def sankey(study: Study) -> Chart | None:
    """Return the yearly energy of the main variant from purchase to use; None where there is no balance."""
    links, rows = _links(study)
    if not links:
        return None
    uses = {b for _, b, _, _ in links if b[2] == "demand"}
    lifted = uses if len(uses) == 1 else set()
    names = list(dict.fromkeys(n for a, b, _, _ in links for n in (a, b)))
    buses = [(n[1], n[2]) for n in names if n[0] == "carrier"]
    at = {name: k for k, name in enumerate(names)}
    divisor, unit = study.lang.scale(max(v for _, _, v, _ in links), "kWh")
    colors = [_hue(c) for _, _, _, c in links]
    node_colors = [carrier_color(n[1]) if n[0] == "carrier" else MUTED for n in names]
    data: dict[str, Any] = {
        "type": "sankey",
        "arrangement": "snap",
        "valueformat": ",.3s" if divisor == 1.0 else ",.2f",
        "valuesuffix": f" {unit}",
        "node": {
            "label": [folded(_short_label(study, n, buses), _LETTERS) + _LIFTED * (n in lifted) for n in names],
            "color": node_colors,
            "pad": _PAD_PX,
            "thickness": 14,
            "line": {"width": 0},
        },
        "link": {
            "source": [at[a] for a, _, _, _ in links],
            "target": [at[b] for _, b, _, _ in links],
            "value": [v / divisor for _, _, v, _ in links],
            "color": colors,
        },
    }
    heads = (
        Head(study.t("From")),
        Head(study.t("To")),
        Head(study.t("Amount"), numeric=True),
    )
    cells = tuple((a, b, f"{q[0]} {q[1]}") for a, b, q in ((a, b, _shown(study, v, c)) for a, b, v, c in rows))
    title = study.t("Energy balance of a year")
    caption = study.t(
        "From purchase to use in {variant}. Machines that move heat deliver more than they draw; heat "
        "rejected to the surroundings is not drawn.",
        {"variant": study.variant(study.main)},
    )
    if any(is_of(c, AIR) for _, _, _, c in links):
        caption += " " + study.t("Compressed air, a volume, is drawn as wide as the electricity that makes it.")
    return Chart(
        "sankey",
        title,
        caption,
        {
            "data": [data],
            "layout": layout(study.lang, {"margin": {"l": 8, "r": 8, "t": 16, "b": 16}, "hovermode": "closest"}),
        },
        Table(title, heads, cells),
        height=max(440, _NODE_PX * _busiest(links)),
        wide=True,
    )


def _busiest(links: Sequence[tuple[Name, Name, float, str]]) -> int:
    """Return how many nodes stand above each other in the fullest column; those that only use stand in the last."""
    depth = dict.fromkeys((n for a, b, _, _ in links for n in (a, b)), 0)
    for _ in depth:
        for a, b, _, _ in links:
            depth[b] = min(max(depth[b], depth[a] + 1), len(depth))
    givers = {a for a, _, _, _ in links}
    return max(Counter(d if n in givers else -1 for n, d in depth.items()).values())


Name = tuple[str, str, str]
"""``carrier`` or ``machine``, then carrier and node, or technology and kind."""


def _links(study: Study) -> tuple[list[tuple[Name, Name, float, str]], list[tuple[str, str, float, str]]]:
    moved = [x for x in exchanges(study, study.main) if x.bus[0] not in HIDDEN]
    sums = {(x.bus, x.technology, x.direction): x.kwh for x in moved}
    air = _air_kwh_per_nm3(moved)
    buses = list(dict.fromkeys(x.bus for x in moved))
    links: list[tuple[Name, Name, float, str]] = []
    suppliers = Counter(x.bus for x in moved if x.direction == "out")
    for x in moved:
        if x.kind in {"fuel_supply", "purchase"} and suppliers[x.bus] == 1:
            continue
        back = sums.get((x.bus, x.technology, "in" if x.direction == "out" else "out"), 0.0)
        value = x.kwh if x.kind == "grid" else x.kwh - back
        if value <= 0.0:
            continue
        bus: Name = ("carrier", *x.bus)
        exported = x.kind == "grid" and x.direction == "in"
        name = x.bus[0] if x.kind == "demand" else x.kind if x.kind in {"network", "pump"} else x.technology
        machine: Name = ("machine", _EXPORT if exported else name, x.kind)
        ends = (machine, bus) if x.direction == "out" else (bus, machine)
        links.append((*ends, value, x.bus[0]))
    rows = [(_label(study, a, buses), _label(study, b, buses), v, c) for a, b, v, c in links]
    drawn = [(a, b, v * air if is_of(c, AIR) else v, c) for a, b, v, c in links]
    smallest = _SMALL_FRAC * max((v for _, _, v, _ in drawn), default=0.0)
    return [link for link in drawn if link[2] > smallest], rows


def _air_kwh_per_nm3(moved: Sequence[Exchange]) -> float:
    """Return the electricity drawn by the machines that supply compressed air, by volume supplied, kWh/Nm3."""
    made = [x for x in moved if is_of(x.bus[0], AIR) and x.direction == "out"]
    makers = {x.technology for x in made}
    drawn = sum(x.kwh for x in moved if x.technology in makers and x.bus[0] == "electricity" and x.direction == "in")
    volume = sum(x.kwh for x in made)
    return drawn / volume if volume > 0.0 else 0.0


def _shown(study: Study, value: float, carrier: str) -> tuple[str, str]:
    """Return an amount of the table below: all energy in MWh, so that the column can be read down."""
    if is_of(carrier, AIR):
        return study.lang.quantity(value, energy_unit(carrier))
    return study.lang.number(value / 1000), "MWh"


def _short_label(study: Study, name: Name, buses: list[tuple[str, str]]) -> str:
    """Return the name written in the drawing, where a demand stands beside its carrier."""
    return study.t("Demand") if name[2] == "demand" else _label(study, name, buses)


def _label(study: Study, name: Name, buses: list[tuple[str, str]]) -> str:
    group, key, detail = name
    if group == "carrier":
        return bus_name(study, (key, detail), buses)
    if key == _EXPORT:
        return study.t("Export to the grid")
    if detail == "demand":
        return demand_label(study, key)
    return technology_label(study, study.main, key, detail)


def _hue(carrier: str) -> str:
    color = carrier_color(carrier)
    red, green, blue = (int(color[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.38)"

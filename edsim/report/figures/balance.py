"""The yearly energy balance as a Sankey diagram."""

from __future__ import annotations

from typing import Any

from edsim.report import labels
from edsim.report.figures.flows import technology_label
from edsim.report.theme import CARRIER_COLORS, GRAY, MUTED, layout, plain, short
from edsim.report.view import Chart, Head, Study, Table

HIDDEN = frozenset({"condenser_water"})
"""Carriers left out: heat on its way to the surroundings, which would count the cooling twice."""

_SMALL_FRAC = 2e-4


def sankey(study: Study) -> Chart | None:
    """Return the yearly energy of the main variant from purchase to use; None where there is no balance."""
    links, rows = _links(study)
    if not links:
        return None
    names = list(dict.fromkeys(n for a, b, _, _ in links for n in (a, b)))
    at = {name: k for k, name in enumerate(names)}
    divisor, unit = study.lang.scale(max(v for _, _, v, _ in links), "kWh")
    colors = [_hue(c) for _, _, _, c in links]
    node_colors = [CARRIER_COLORS.get(n[1], GRAY) if n[0] == "carrier" else MUTED for n in names]
    data: dict[str, Any] = {
        "type": "sankey",
        "arrangement": "snap",
        "valueformat": ",.3s" if divisor == 1.0 else ",.2f",
        "valuesuffix": f" {unit}",
        "node": {
            "label": [_node_label(study, n) for n in names],
            "color": node_colors,
            "pad": 18,
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
        Head(study.t("Energy"), unit, numeric=True),
    )
    cells = tuple((a, b, study.lang.number(v / divisor)) for a, b, v in rows)
    title = study.t("Energy balance of a year")
    return Chart(
        "sankey",
        title,
        study.t(
            "From purchase to use in {variant}. Machines that move heat deliver more than they draw; heat "
            "rejected to the surroundings is not drawn.",
            variant=study.variant(study.main),
        ),
        {"data": [data], "layout": layout(study, margin={"l": 8, "r": 8, "t": 8, "b": 8}, hovermode="closest")},
        Table(title, heads, cells),
        height=440,
    )


Name = tuple[str, str, str]


def _links(study: Study) -> tuple[list[tuple[Name, Name, float, str]], list[tuple[str, str, float]]]:
    balance = study.of("energy_balance", study.main)
    balance = balance[~balance["carrier"].isin(HIDDEN)]
    links: list[tuple[Name, Name, float, str]] = []
    grouped = balance.groupby(["node", "carrier", "technology", "kind", "direction"], sort=False)["kwh"].sum()
    sums = {key: float(v) for key, v in grouped.items()}
    smallest = _SMALL_FRAC * max(sums.values(), default=0.0)
    for (node, carrier, technology, kind, direction), kwh in sums.items():
        back = sums.get((node, carrier, technology, kind, "in" if direction == "out" else "out"), 0.0)
        store = back > 0.0 and kind not in {"grid", "network"}
        value = kwh - back if store else kwh
        if value <= max(smallest, 0.0):
            continue
        bus: Name = ("carrier", str(carrier), str(node))
        shown = "export" if kind == "grid" and direction == "in" else str(technology)
        machine: Name = ("machine", shown, str(kind))
        ends = (machine, bus) if direction == "out" else (bus, machine)
        links.append((*ends, value, str(carrier)))
    rows = [(_raw_label(study, a), _raw_label(study, b), v) for a, b, v, _ in links]
    return links, rows


def _raw_label(study: Study, name: Name) -> str:
    group, key, detail = name
    if group == "carrier":
        return labels.label(study.lang, labels.CARRIERS, key)
    if key == "export":
        return study.t("Export to the grid")
    return technology_label(study, study.main, key, detail)


def _node_label(study: Study, name: Name) -> str:
    return plain(short(_raw_label(study, name))) if name[0] == "carrier" else short(_raw_label(study, name))


def _hue(carrier: str) -> str:
    color = CARRIER_COLORS.get(carrier, GRAY)
    red, green, blue = (int(color[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.38)"

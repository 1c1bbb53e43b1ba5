"""The site: buildings by connection, pipes by diameter and flow, the plant; drawn without map tiles."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from edsim.core.carriers import family
from edsim.report import labels
from edsim.report.figures.flows import power_unit
from edsim.report.figures.names import Marked, forms, named_places
from edsim.report.i18n import nice_unit
from edsim.report.theme import BLACK, BLUE, MUTED, ORANGE, carrier_color, layout, plain
from edsim.report.uses import USES
from edsim.report.view import Chart, Head, Study, Table

_FLOW_COLORS = ("#A6CDE8", "#5AA6D6", "#0072B2", "#00446B")
_DASHES = {"hot_water": "dash", "steam": "solid", "compressed_air": "dot", "chilled_water": "solid"}
_LEVEL_DASHES = ("dashdot", "longdash", "longdashdot")
_EARTH_M_PER_DEG = 111_320.0
_WIDTH_PX, _HEIGHT_PX = 640, 540
"""Size names are laid out for; a wider window only leaves more room."""
_PHONE_PX = 330
"""Width of the map on a phone, which shows fewer names."""
_PLANT_PX = 18.0
_SCALE_PX = 11.0
"""Height of the length over the bar of the scale."""
_FOOT = 0.03
"""Height of the bar of the scale above the foot of the map, as a share of its height."""
_HALO = "1px 1px 2px #F5F7F9, -1px -1px 2px #F5F7F9, 1px -1px 2px #F5F7F9, -1px 1px 2px #F5F7F9"
"""Light edge of names, so that they read over pipes."""

Path = list[list[float]]


def site_map(study: Study) -> Chart | None:
    """Return the map of the main variant, or None when no building has a place."""
    buildings = study.table("buildings")
    placed = buildings[buildings["lat_deg"].notna() & buildings["lon_deg"].notna()]
    if placed.empty:
        return None
    lines = [(p, path) for p, path in _paths(study) if len(path) > 1]
    plants = list(_plants(study))
    window = _window(placed, lines, plants)
    for column, width in (("phone", _PHONE_PX), ("wide", _WIDTH_PX)):
        names: Any = _written(study, placed, plants, [path for _, path in lines], (window, width))
        placed = placed.assign(**{column: names})
    data = _pipe_traces(study, lines, _pipe_facts(study))
    for connected in (True, False):
        chosen = placed[placed["connected"].astype(bool) == connected]
        if len(chosen):
            data.append(_building_trace(study, chosen, connected=connected))
    if plants:
        data.append(_plant_trace(study, plants))
    return Chart(
        "map",
        study.t("Map"),
        _caption(study),
        {"data": data, "layout": _layout(study, window)},
        _place_table(study),
        height=_HEIGHT_PX,
        hint=_hint(study, hidden_names=any(not side for side, _ in placed["wide"])),
    )


@dataclass(frozen=True, slots=True)
class _Window:
    """What the map shows: west, east, south and north of all that is drawn, the margin around, degrees.

    `stretch` is how much longer a degree of latitude is than one of longitude.
    """

    west: float
    east: float
    south: float
    north: float
    pad: float
    stretch: float


def _window(placed: Any, lines: list[tuple[dict[str, Any], Path]], plants: list[tuple[float, float, str]]) -> _Window:
    xs = [float(x) for x in placed["lon_deg"]] + [x for _, path in lines for x, _ in path] + [p[0] for p in plants]
    ys = [float(y) for y in placed["lat_deg"]] + [y for _, path in lines for _, y in path] + [p[1] for p in plants]
    stretch = 1.0 / max(math.cos(math.radians(sum(ys) / len(ys))), 0.05)
    pad = 0.12 * max(max(xs) - min(xs), max(ys) - min(ys), 4e-4)
    return _Window(min(xs), max(xs), min(ys), max(ys), pad, stretch)


def _caption(study: Study) -> str:
    caption = study.t(
        "Circles grow with yearly cooling demand; pipe width grows with diameter, darker pipes carry more."
    )
    if len(set(_carriers(study).values())) > 1:
        caption = study.t(
            "Circles grow with yearly cooling demand; color and dash show the carrier, pipe width the diameter. Pipes "
            "of several carriers between the same places are drawn side by side."
        )
    return caption


def _hint(study: Study, *, hidden_names: bool) -> str:
    hint = study.t("Point at a pipe or a building for its figures.")
    if hidden_names:
        hint += " " + study.t("Where names would cover each other, the smaller building's shows when pointed at.")
    return hint


def _layout(study: Study, w: _Window) -> dict[str, Any]:
    """Return a plain ground with a scale bar, degrees of both axes equally long on the ground."""
    hidden = {"visible": False, "showgrid": False, "zeroline": False}
    shapes, notes = _scale_bar(study, w.west - w.pad * 0.6, w.east - w.west, w.stretch)
    return layout(
        study.lang,
        {
            "hovermode": "closest",
            "dragmode": "pan",
            "xaxis": hidden | {"range": [w.west - w.pad * 1.4, w.east + w.pad * 1.4], "constrain": "range"},
            "yaxis": hidden
            | {"range": [w.south - w.pad, w.north + w.pad], "scaleanchor": "x", "scaleratio": w.stretch},
            "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
            "legend": {"y": -0.02},
            "shapes": shapes,
            "annotations": notes,
            "plot_bgcolor": "#F5F7F9",
        },
    )


def _ends(properties: Mapping[Any, Any]) -> tuple[str, str, str]:
    network, start, end = (str(properties.get(n, "")) for n in ("network", "from_node", "to_node"))
    return network, start, end


def _pipe_facts(study: Study) -> dict[tuple[str, str, str], dict[str, Any]]:
    rows = study.of("pipes", study.main).to_dict("records")
    return {_ends(r): {str(k): v for k, v in r.items()} for r in rows}


def _features(study: Study) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for feature in study.appraisal.network_geojson.get("features", ()):
        geometry = feature.get("geometry") or {}
        yield feature.get("properties") or {}, geometry


def _paths(study: Study) -> Iterator[tuple[dict[str, Any], Path]]:
    for properties, geometry in _features(study):
        if geometry.get("type") == "LineString":
            yield properties, geometry["coordinates"]
        elif geometry.get("type") == "MultiLineString":
            for part in geometry["coordinates"]:
                yield properties, part


def _plants(study: Study) -> Iterator[tuple[float, float, str]]:
    for properties, geometry in _features(study):
        what = str(properties.get("kind", properties.get("type", "")))
        if geometry.get("type") == "Point" and what in {"plant", "producer"}:
            name = str(properties.get("name") or properties.get("building_id") or properties.get("id") or "")
            yield geometry["coordinates"][0], geometry["coordinates"][1], name


def _dashes(carriers: Iterable[str]) -> dict[str, str]:
    """Return the dash of each carrier: its own, or for levels beside the carrier they are of, one after the other."""
    levels = sorted({c for c in carriers if c != family(c)})
    return _DASHES | {level: _LEVEL_DASHES[i % len(_LEVEL_DASHES)] for i, level in enumerate(levels)}


def _pipe_traces(
    study: Study, lines: list[tuple[dict[str, Any], Path]], pipes: dict[tuple[str, str, str], dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the pipes: one style per carrier where there are several, width by diameter, shade by flow."""
    facts = [{**properties, **pipes.get(_ends(properties), {})} for properties, _ in lines]
    carriers = _carriers(study)
    several, dashes = len(set(carriers.values())) > 1, _dashes(carriers.values())
    widest = max((float(f.get("dn") or 0.0) for f in facts), default=0.0) or 1.0
    largest = max((float(f.get("peak_kw") or 0.0) for f in facts), default=0.0) or 1.0
    gap = 0.006 * _extent(path for _, path in lines)
    traces: list[dict[str, Any]] = []
    middle: dict[str, list[Any]] = {"x": [], "y": [], "text": []}
    named: set[str] = set()
    for (_, path), fact in zip(lines, facts, strict=True):
        network = str(fact.get("network", ""))
        carrier = carriers.get(network, "")
        place = list(carriers).index(network) - (len(carriers) - 1) / 2 if several and network in carriers else 0.0
        drawn = _beside(path, place * gap)
        shade = _FLOW_COLORS[min(3, int(4.0 * float(fact.get("peak_kw") or 0.0) / largest))]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [x for x, _ in drawn],
                "y": [y for _, y in drawn],
                "line": {
                    "color": carrier_color(carrier, BLACK) if several else shade,
                    "width": round(2.0 + (4.0 if several else 6.0) * float(fact.get("dn") or 0.0) / widest, 1),
                    "dash": dashes.get(carrier, "solid") if several else "solid",
                },
                "showlegend": carrier not in named,
                "name": labels.carrier(study.lang, carrier) if several else study.t("Pipe pair"),
                "legendgroup": f"pipes {carrier}",
                "hoverinfo": "skip",
            }
        )
        named.add(carrier)
        k = max(len(drawn) // 2, 1)
        middle["x"].append((drawn[k - 1][0] + drawn[k][0]) / 2)
        middle["y"].append((drawn[k - 1][1] + drawn[k][1]) / 2)
        middle["text"].append(_pipe_text(study, fact, carrier))
    if middle["x"]:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                **middle,
                "marker": {"size": 14, "opacity": 0},
                "hoverinfo": "text",
                "showlegend": False,
            }
        )
    return traces


def _carriers(study: Study) -> dict[str, str]:
    """Return network → carrier of the main variant."""
    rows = study.of("networks", study.main)
    return dict(zip(rows["network"].astype(str), rows["carrier"].astype(str), strict=True))


def _extent(paths: Iterable[Path]) -> float:
    points = [p for path in paths for p in path]
    if not points:
        return 0.0
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def _beside(path: Path, by: float) -> list[tuple[float, float]]:
    """Return a path moved sideways, so that pipes of several networks in one trench stay apart."""
    points = [(float(p[0]), float(p[1])) for p in path]
    if not by:
        return points
    way = 1.0 if points[0] <= points[-1] else -1.0
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points)]
    moved = []
    for k, (x, y) in enumerate(points):
        near = steps[max(k - 1, 0) : k + 1]
        dx, dy = sum(s[0] for s in near), sum(s[1] for s in near)
        length = math.hypot(dx, dy) or 1.0
        moved.append((x - way * by * dy / length, y + way * by * dx / length))
    return moved


def _pipe_text(study: Study, fact: dict[str, Any], carrier: str) -> str:
    number = study.lang.number
    parts = [
        labels.carrier(study.lang, carrier) if carrier else "",
        f"DN {number(fact.get('dn'), 0)}",
        f"{number(fact.get('length_m'), 0)} m",
        f"{number(fact.get('peak_kw'), 0)} {nice_unit(power_unit(carrier))}",
        f"{number(fact.get('pressure_gradient_pa_per_m'), 0)} Pa/m",
    ]
    return " · ".join(
        plain(p) for p in parts if p and not p.startswith("–") and not p.endswith(" –") and " – " not in p
    )


def _sizes(study: Study, rows: Any) -> list[float]:
    largest = float(study.table("buildings")["cooling_kwh"].max()) or 1.0
    return [10.0 + 26.0 * math.sqrt(max(float(v), 0.0) / largest) for v in rows["cooling_kwh"].fillna(0.0)]


def _written(
    study: Study, rows: Any, plants: list[tuple[float, float, str]], paths: list[Path], shown: tuple[_Window, int]
) -> list[tuple[str, str]]:
    """Return side and text of each building's name, empty where a map so many pixels wide has no room for it."""
    window, width = shown
    across = min(
        width / (window.east - window.west + 2.8 * window.pad),
        _HEIGHT_PX / window.stretch / (window.north - window.south + 2.0 * window.pad),
    )
    up = across * window.stretch
    middle = (window.west + window.east) / 2.0 * across
    edges = (middle - width / 2.0, middle + width / 2.0)
    marks = [
        Marked(float(x) * across, float(y) * up, size, *forms(name))
        for x, y, size, name in zip(rows["lon_deg"], rows["lat_deg"], _sizes(study, rows), rows["name"], strict=True)
    ]
    centers = [Marked(x * across, y * up, _PLANT_PX, "") for x, y, _ in plants]
    wanted = [*rows["cooling_kwh"].fillna(0.0).astype(float), *(math.inf for _ in centers)]
    pipes = [(a[0] * across, a[1] * up, b[0] * across, b[1] * up) for path in paths for a, b in pairwise(path)]
    foot = window.south - window.pad + _FOOT * (window.north - window.south + 2.0 * window.pad)
    west, south = (window.west - 0.6 * window.pad) * across, foot * up
    end = west + (window.east - window.west) / 4.0 * across
    scale = [(west, south + rise, end, south + rise) for rise in (0.0, _SCALE_PX)]
    return list(named_places([*marks, *centers], wanted, edges, [*pipes, *scale])[: len(marks)])


def _building_trace(study: Study, rows: Any, *, connected: bool) -> dict[str, Any]:
    hover = [
        f"<b>{plain(n)}</b><br>{study.lang.number(float(e) / 1000)} MWh/a · {study.lang.number(float(p), 0)} kW"
        for n, e, p in zip(rows["name"], rows["cooling_kwh"], rows["cooling_peak_kw"], strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": study.t("Connected") if connected else study.t("Own machines"),
        "x": [float(v) for v in rows["lon_deg"]],
        "y": [float(v) for v in rows["lat_deg"]],
        **_names(rows, "wide"),
        "meta": {"phone": _names(rows, "phone")},
        "textfont": {"size": 11, "color": BLACK, "shadow": _HALO},
        "hovertext": hover,
        "hoverinfo": "text",
        "marker": {
            "size": _sizes(study, rows),
            "color": BLUE if connected else "#FFFFFF",
            "symbol": "circle" if connected else "square",
            "line": {"width": 2, "color": "#FFFFFF" if connected else MUTED},
            "opacity": 0.92,
        },
    }


def _names(rows: Any, column: str) -> dict[str, list[str]]:
    """Return the names that have room and the side of each, as plotly.js reads them."""
    return {
        "text": [text for _, text in rows[column]],
        "textposition": [side or "top center" for side, _ in rows[column]],
    }


def _plant_trace(study: Study, plants: list[tuple[float, float, str]]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": study.t("Energy center"),
        "x": [p[0] for p in plants],
        "y": [p[1] for p in plants],
        "hovertext": [plain(p[2]) for p in plants],
        "hoverinfo": "text",
        "marker": {"size": _PLANT_PX, "symbol": "diamond", "color": ORANGE, "line": {"width": 2, "color": "#FFFFFF"}},
    }


def _scale_bar(
    study: Study, x: float, width_deg: float, stretch: float
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return bar and text of the scale from longitude `x` on, at the foot of the map: a phone shows more below it."""
    meters_per_deg = _EARTH_M_PER_DEG / stretch
    target = max(width_deg, 1e-4) * meters_per_deg / 4.0
    step = 10.0 ** math.floor(math.log10(target))
    meters = max(m * step for m in (1.0, 2.0, 5.0) if m * step <= target)
    end = x + meters / meters_per_deg
    foot = {"yref": "paper", "y0": _FOOT, "y1": _FOOT}
    bar = {"type": "line", "x0": x, "x1": end, **foot, "line": {"color": BLACK, "width": 3}}
    text = {
        "x": (x + end) / 2,
        "yref": "paper",
        "y": _FOOT,
        "text": f"{study.lang.number(meters, 0)} m",
        "showarrow": False,
        "yshift": _SCALE_PX,
        "font": {"size": 11, "color": MUTED},
    }
    north = {"xref": "paper", "yref": "paper", "x": 0.985, "y": 0.975, "text": f"{study.t('N')} ↑", "showarrow": False}
    return [bar], [text, north | {"font": {"size": 14, "color": MUTED}}]


def _place_table(study: Study) -> Table:
    number = study.lang.number
    heads = (
        Head(study.t("Building")),
        Head(study.t("Use of building")),
        Head(study.t("Service")),
        Head(study.t("Latitude"), "°", numeric=True),
        Head(study.t("Longitude"), "°", numeric=True),
        Head(study.t("Cooling"), "MWh/a", numeric=True),
        Head(study.t("Peak"), "kW", numeric=True),
    )
    records: list[dict[Any, Any]] = study.table("buildings").to_dict("records")
    rows = tuple(
        (
            str(r["name"]),
            labels.label(study.lang, USES, str(r["use"])),
            study.t("Connected") if r["connected"] else study.t("Own machines"),
            number(r["lat_deg"], 5),
            number(r["lon_deg"], 5),
            number(r["cooling_kwh"] / 1000),
            number(r["cooling_peak_kw"], 0),
        )
        for r in records
    )
    return Table(study.t("Buildings on the map"), heads, rows)

"""The studies of a portfolio by place: color by sector, size by GHG avoided; drawn without map tiles."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from edsim.report.portfolio.view import PortfolioView
from edsim.report.theme import BLACK, CYCLE, axis, layout, plain, short
from edsim.report.view import Chart, Head, Table

_LEAST_SPAN_DEG = 2.0
"""A map of studies shows no less, however near they are."""
_RING_FRAC = 0.018
"""Radius of the ring around a city that its studies stand on, share of the map's span; it grows from five on."""
_FEW = 4
_EASTERN_FRAC = 0.8
"""Share of the span from where on a name stands left of its city: on a phone it would leave the map."""
_GAP = "\u00a0" * 7
_SMALLEST_PX, _GROWTH_PX = 12.0, 26.0
"""Circle of a study that avoids nothing, and what that of the largest has more; half of it where a city has many."""


def studies_map(view: PortfolioView) -> Chart | None:
    """Return the studies by place, None where no study has one."""
    places = pd.DataFrame.from_dict(dict(view.data.places), orient="index", columns=["lat_deg", "lon_deg"])
    frame = view.data.tables["measures"].join(places.dropna(), on="run", how="inner")
    if frame.empty:
        return None
    cities = frame.groupby("city")[["lat_deg", "lon_deg"]].mean()
    frame = apart(frame)
    largest = float(frame["ghg_avoided_t_per_a"].clip(lower=0.0).max()) or 1.0
    shrunk = 0.5 if int(frame["city"].value_counts().max()) > _FEW else 1.0
    data = [
        _sector(view, frame[frame["sector"].astype(str) == sector], (largest, shrunk), CYCLE[k % len(CYCLE)])
        for k, sector in enumerate(sorted(set(frame["sector"].astype(str))))
    ]
    data.append(_names(cities))
    drawn = layout(
        view.lang, {"hovermode": "closest", "dragmode": "pan", "legend": {"y": -0.12}, **_extent(view, frame)}
    )
    caption = view.t(
        "Circles grow with the greenhouse gas avoided in a year; colors are sectors."
        " Studies of one place stand around it."
    )
    title = view.t("Map of the studies")
    return Chart("portfolio-map", title, caption, {"data": data, "layout": drawn}, _table(view, frame), height=520)


def _names(cities: pd.DataFrame) -> dict[str, Any]:
    """Return the names of the cities beside their studies: to their right, at the eastern edge to their left."""
    at = cities["lon_deg"]
    eastern = at > at.min() + _EASTERN_FRAC * (at.max() - at.min())
    return {
        "type": "scatter",
        "mode": "text",
        "x": [float(v) for v in at],
        "y": [float(v) for v in cities["lat_deg"]],
        "text": [short(c) + _GAP if e else _GAP + short(c) for c, e in eastern.items()],
        "textposition": ["middle left" if e else "middle right" for e in eastern],
        "textfont": {"size": 11, "color": BLACK},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _sector(view: PortfolioView, rows: pd.DataFrame, size: tuple[float, float], color: str) -> dict[str, Any]:
    """Return the circles of the studies of a sector; `size` is the largest amount and what circles are shrunk by."""
    largest, shrunk = size
    amounts = [float(v) for v in rows["ghg_avoided_t_per_a"]]
    named = zip(rows["case"], rows["city"], amounts, strict=True)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": short(view.word(rows["sector"].iloc[0])),
        "x": [float(v) for v in rows["lon_deg"]],
        "y": [float(v) for v in rows["lat_deg"]],
        "hovertext": [f"{plain(c)}<br>{plain(y)} · {view.lang.number(v)} tCO₂e/a" for c, y, v in named],
        "hoverinfo": "text",
        "marker": {
            "size": [round(shrunk * (_SMALLEST_PX + _GROWTH_PX * (max(v, 0.0) / largest) ** 0.5), 1) for v in amounts],
            "color": color,
            "opacity": 0.85,
            "line": {"width": 1.5, "color": "#FFFFFF"},
        },
    }


def apart(frame: pd.DataFrame) -> pd.DataFrame:
    """Return studies so close that one circle would hide the next moved to a small ring around their city."""
    spans = (float(frame[c].max() - frame[c].min()) for c in ("lat_deg", "lon_deg"))
    step = _RING_FRAC * max(_LEAST_SPAN_DEG, *spans)
    groups = frame.groupby("city")
    count, rank = groups["case"].transform("size"), groups.cumcount()
    near = groups["lat_deg"].transform(lambda v: v.max() - v.min()) < step
    near &= groups["lon_deg"].transform(lambda v: v.max() - v.min()) < step
    moved = step * (near & (count > 1)) * (count / _FEW).clip(lower=1.0)
    turn = 2.0 * math.pi * rank / count
    lat_deg = frame["lat_deg"] + moved * turn.map(math.cos)
    return frame.assign(lat_deg=lat_deg, lon_deg=frame["lon_deg"] + moved * turn.map(math.sin))


def _extent(view: PortfolioView, frame: pd.DataFrame) -> dict[str, Any]:
    """Return axes around the studies in true proportion, with some country around."""
    found: dict[str, Any] = {}
    middle = math.radians(float(frame["lat_deg"].mean()))
    titles = {"lon_deg": view.t("Longitude"), "lat_deg": view.t("Latitude")}
    for name, column in (("xaxis", "lon_deg"), ("yaxis", "lat_deg")):
        low, high = float(frame[column].min()), float(frame[column].max())
        pad = max(0.15 * (high - low), 0.5 * _LEAST_SPAN_DEG)
        found[name] = axis(f"{titles[column]}, °", {"range": [low - pad, high + pad], "ticksuffix": "°"})
    found["yaxis"] |= {"scaleanchor": "x", "scaleratio": 1.0 / max(math.cos(middle), 0.05)}
    return found


def _table(view: PortfolioView, frame: pd.DataFrame) -> Table:
    names = (view.t("Study"), view.t("City"), view.t("Sector"))
    heads = (*map(Head, names), Head(view.t("GHG avoided"), "tCO₂e/a", numeric=True))
    rows = tuple(
        (str(c), str(y), view.word(s), view.lang.number(float(v)))
        for c, y, s, v in zip(frame["case"], frame["city"], frame["sector"], frame["ghg_avoided_t_per_a"], strict=True)
    )
    return Table(view.t("Map of the studies"), heads, rows)

"""A network as one picture: the map of its trenches and the pressures along the critical path, as SVG text."""

from collections.abc import Callable, Sequence
from html import escape

import numpy as np

from edsim.network.critical_path import ProfilePoint, critical_path
from edsim.network.types import NetworkDesign

_WIDTH, _MAP_HEIGHT, _PROFILE_HEIGHT, _MARGIN = 900.0, 520.0, 220.0, 50.0
_SUPPLY, _RETURN, _INK, _SOFT = "#0b6e99", "#b5541c", "#1f2933", "#c3ccd5"
_THINNEST_PX, _PX_PER_MM = 1.0, 0.016
_M_PER_DEGREE = 111_320.0
Scale = Callable[[float], float]


def to_svg(designs: Sequence[NetworkDesign]) -> str:
    """Return one picture of all networks below each other; trenches are as thick as their diameter."""
    drawn = [d for d in designs if len(d.edges)]
    height = _MAP_HEIGHT + _PROFILE_HEIGHT
    body = "".join(f'<g transform="translate(0 {k * height:.0f})">{_one(d)}</g>' for k, d in enumerate(drawn))
    total = max(len(drawn), 1) * height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:.0f} {total:.0f}" font-family="sans-serif" '
        f'font-size="12" fill="{_INK}"><rect width="{_WIDTH:.0f}" height="{total:.0f}" fill="#fff"/>{body}</svg>\n'
    )


def _one(design: NetworkDesign) -> str:
    sizes = "–".join(str(dn) for dn in sorted({int(design.edges.dn.min()), int(design.edges.dn.max())}))
    title = (
        f"{design.id}: {len(design.connected_building_ids)} buildings, {design.length_m:,.0f} m of trench, DN {sizes}"
    )
    return f'<text x="{_MARGIN}" y="20" font-size="16">{escape(title)}</text>{_map(design)}{_profile(design)}'


def _map(design: NetworkDesign) -> str:
    lonlat = np.array([p for line in design.edges.geometry for p in line])
    squeeze = float(np.cos(np.radians(lonlat[:, 1].mean())))
    low, high = lonlat.min(axis=0), lonlat.max(axis=0)
    room = _WIDTH - 2.0 * _MARGIN, _MAP_HEIGHT - 2.0 * _MARGIN
    span = float(high[0] - low[0]) * squeeze, float(high[1] - low[1])
    scale = min(room[0] / max(span[0], 1e-9), room[1] / max(span[1], 1e-9))

    def x(lon: float) -> float:
        return _MARGIN + (lon - float(low[0])) * squeeze * scale

    def y(lat: float) -> float:
        return _MARGIN + (float(high[1]) - lat) * scale

    parts = []
    for line, dn in zip(design.edges.geometry, design.edges.dn.tolist(), strict=True):
        points = " ".join(f"{x(lon):.1f},{y(lat):.1f}" for lon, lat in line)
        thick = _THINNEST_PX + _PX_PER_MM * dn
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{_SUPPLY}" stroke-width="{thick:.1f}" '
            f'stroke-linejoin="round"><title>DN {dn}</title></polyline>'
        )
    ways = zip(design.edges.from_node, design.edges.to_node, design.edges.geometry, strict=True)
    beside = {name: lat for a, b, line in ways for name, lat in ((b, line[-2][1]), (a, line[1][1]))}
    for n in design.nodes:
        if n.building_id:
            is_above = beside.get(n.id, n.lat) <= n.lat
            parts.append(_site((n.building_id, n.kind == "producer"), x(n.lon), y(n.lat), is_above=is_above))
    is_place = all(f.code != "W409" for f in design.findings)  # by lengths alone the map is a drawing
    return "".join(parts) + (_scale_bar(scale / _M_PER_DEGREE) if is_place else "")


def _scale_bar(px_per_m: float) -> str:
    """Return a bar of round length, at most a fifth of the picture wide, in the lower right corner of the map."""
    longest = 0.2 * _WIDTH / px_per_m
    power = 10.0 ** np.floor(np.log10(longest))
    metres = float(max(f for f in (1.0, 2.0, 5.0) if f * power <= longest) * power)
    right, y = _WIDTH - _MARGIN, _MAP_HEIGHT - 12.0
    left = right - metres * px_per_m
    return (
        f'<path d="M{left:.1f} {y - 5:.0f}V{y:.0f}H{right:.1f}V{y - 5:.0f}" fill="none" stroke="{_INK}"/>'
        f'<text x="{0.5 * (left + right):.1f}" y="{y - 6:.0f}" text-anchor="middle">{metres:g} m</text>'
    )


def _site(site: tuple[str, bool], x: float, y: float, *, is_above: bool) -> str:
    """Return the mark of a building or plant, its name on the side its trench does not come from."""
    name, is_plant = site
    size = 7.0 if is_plant else 4.0
    mark = (
        f'<rect x="{x - size:.1f}" y="{y - size:.1f}" width="{2 * size}" height="{2 * size}" fill="{_RETURN}"/>'
        if is_plant
        else f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}"/>'
    )
    anchor = "start" if x < 2.0 * _MARGIN else "end" if x > _WIDTH - 2.0 * _MARGIN else "middle"
    at = f'x="{x:.1f}" y="{y - size - 5.0 if is_above else y + size + 13.0:.1f}" text-anchor="{anchor}"'
    return f'{mark}<text {at} stroke="#fff" stroke-width="3" paint-order="stroke">{escape(name)}</text>'


def _profile(design: NetworkDesign) -> str:
    path = critical_path(design)
    lines = [("supply", _SUPPLY, [p.supply_bar for p in path]), ("return", _RETURN, [p.return_bar for p in path])]
    shown = [(name, color, values) for name, color, values in lines if np.isfinite(values).all()]
    every = [v for _, _, values in shown for v in values]
    low, high = min(0.0, *every), 1.1 * max(*every, 0.1)
    far = max(path[-1].distance_m, 1.0)
    top, bottom = _MAP_HEIGHT + 20.0, _MAP_HEIGHT + _PROFILE_HEIGHT - 40.0

    def x(metres: float) -> float:
        return _MARGIN + metres / far * (_WIDTH - 3.0 * _MARGIN)

    def y(bar: float) -> float:
        return bottom - (bar - low) / (high - low) * (bottom - top)

    parts = _axes(x, y, (far, low, high), path)
    for name, color, values in shown:
        points = " ".join(f"{x(p.distance_m):.1f},{y(v):.1f}" for p, v in zip(path, values, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts.append(f'<text x="{x(far) + 6:.1f}" y="{y(values[-1]) + 4:.1f}" fill="{color}">{name}</text>')
    return "".join(parts)


def _axes(x: Scale, y: Scale, ends: tuple[float, float, float], path: Sequence[ProfilePoint]) -> list[str]:
    far, low, high = ends
    step = float(next(s for s in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0) if (high - low) / s <= 6.0 or s == 10.0))
    parts = []
    for k in range(int(np.ceil(low / step)), int(high / step) + 1):
        bar = k * step
        parts.append(f'<line x1="{x(0.0)}" x2="{x(far):.1f}" y1="{y(bar):.1f}" y2="{y(bar):.1f}" stroke="{_SOFT}"/>')
        parts.append(f'<text x="{x(0.0) - 6:.1f}" y="{y(bar) + 4:.1f}" text-anchor="end">{bar:g}</text>')
    foot = f"m from {path[0].node} to {path[-1].node} (largest drop), gauge pressure in bar"
    parts.append(f'<text x="{x(0.0)}" y="{y(low) + 32:.1f}">{escape(foot)}</text>')
    marks = [(0.0, "0"), (0.5 * far, f"{0.5 * far:.0f}"), (far, f"{far:.0f}")]
    parts += [f'<text x="{x(m):.1f}" y="{y(low) + 16:.1f}" text-anchor="middle">{text}</text>' for m, text in marks]
    return parts

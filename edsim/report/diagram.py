"""The system diagram: carriers as vertical rails, machines in rows between them, yearly energy at every connection."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from html import escape

from edsim.report.figures.flows import AIR, BUILDINGS_NODE, bus_name, demand_label, exchanges, technology_label
from edsim.report.theme import CARRIER_COLORS, GRAY, clean
from edsim.report.view import Drawing, Head, Study, Table

_ARM, _GAP, _ROW, _TOP, _BOX = 42, 40, 48, 66, 106
_LETTERS = 16
_AIR_DIVISOR = 1e6
"""Compressed air is written in million Nm3."""
_FIRST = ("natural_gas", "biogas", "lpg", "diesel", "biomass", "electricity", "steam", "hot_water", "chilled_water")


Bus = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Machine:
    technology: str
    kind: str
    inputs: tuple[tuple[Bus, float], ...]
    outputs: tuple[tuple[Bus, float], ...]


_SHRUNK_WIDTH = 1300
"""A wider drawing keeps its letters and is scrolled, a narrower one is shrunk to the page."""


def system_diagram(study: Study) -> Drawing | None:
    """Return the diagram of the main variant, or None where it has no flows."""
    machines = _machines(study)
    if not machines:
        return None
    rails = _rails(machines)
    slots = {m: _slot(m, rails) for m in machines}
    machines = sorted(machines, key=lambda m: (slots[m], m.kind, m.technology))
    rail_x, box_x, width = _columns(len(rails), set(slots.values()))
    height = _TOP + _ROW * len(machines) + 16
    moved = [(b, v) for m in machines for b, v in (*m.inputs, *m.outputs)]
    divisor, unit = study.lang.scale(max((v for b, v in moved if b[0] != AIR), default=0.0), "kWh")
    parts = [_rail(study, rails, k, (rail_x[k], height)) for k in range(len(rails))]
    for row, machine in enumerate(machines):
        y = _TOP + _ROW * row + _ROW // 2
        parts += _machine(study, machine, rails, (rail_x, box_x[slots[machine]], y, divisor))
    title = study.t("System diagram")
    listed = "; ".join(_name(study, m) for m in machines)
    css = "diagram large" if width > _SHRUNK_WIDTH else "diagram"
    head = (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{_text(title)}: {_text(listed)}" class="{css}">'
    )
    caption = study.t(
        "Vertical lines are carriers, boxes machines; a dot is a connection, the number its energy in {unit} a year.",
        {"unit": unit},
    )
    if any(b[0] == AIR for b, _ in moved):
        caption += " " + study.t("Compressed air is in million Nm³ a year.")
    return Drawing(title, caption, head + "".join(parts) + "</svg>", _table(study, machines, rails, (divisor, unit)))


def _table(study: Study, machines: list[_Machine], rails: list[Bus], scale: tuple[float, str]) -> Table:
    """Return what every machine draws and delivers in a year."""
    divisor, unit = scale

    def side(ends: tuple[tuple[Bus, float], ...]) -> str:
        return "; ".join(
            f"{bus_name(study, bus, rails)} {_number(study, bus, value, divisor)}"
            f" {study.lang.scale(_AIR_DIVISOR, 'Nm3')[1] if bus[0] == AIR else unit}"
            for bus, value in ends
        )

    heads = (Head(study.t("Machine")), Head(study.t("Draws")), Head(study.t("Delivers")))
    rows = tuple((_name(study, m), side(m.inputs), side(m.outputs)) for m in machines)
    return Table(study.t("What every machine draws and delivers in a year"), heads, rows)


def _machines(study: Study) -> list[_Machine]:
    found: dict[tuple[str, str, str], dict[str, dict[Bus, float]]] = {}
    moved = exchanges(study, study.main)
    for x in [x for x in moved if x.bus[1] != BUILDINGS_NODE] or moved:
        place = " ".join(x.bus) if x.kind == "demand" else ""
        sides = found.setdefault((x.technology, x.kind, place), {"in": {}, "out": {}})
        side = sides["out" if x.direction == "out" else "in"]
        side[x.bus] = side.get(x.bus, 0.0) + x.kwh
    return [_Machine(t, k, tuple(s["in"].items()), tuple(s["out"].items())) for (t, k, _), s in found.items()]


def _rails(machines: list[_Machine]) -> list[Bus]:
    """Return the buses from purchase to use: each after those its machines draw from, loops aside."""
    names = list(dict.fromkeys(b for m in machines for b, _ in (*m.inputs, *m.outputs)))
    rank = dict.fromkeys(names, 0)
    for _ in names:
        for m in machines:
            drawn = {b for b, _ in m.inputs}
            for bus, _ in m.outputs:
                if drawn and bus not in drawn:
                    rank[bus] = min(max(rank[bus], *(rank[b] + 1 for b in drawn)), len(names))
    return sorted(names, key=lambda b: (rank[b], _FIRST.index(b[0]) if b[0] in _FIRST else 99, b))


def _slot(machine: _Machine, rails: list[Bus]) -> int:
    inputs = [rails.index(b) for b, _ in machine.inputs]
    outputs = [rails.index(b) for b, _ in machine.outputs]
    if not inputs or machine.kind == "grid":
        return min(outputs or inputs)
    return max(inputs) + 1


def _columns(count: int, used: set[int]) -> tuple[list[int], dict[int, int], int]:
    rail_x, box_x, x = [], {}, 2
    for k in range(count + 1):
        if k in used:
            x += _ARM if k else 0
            box_x[k] = x
            x += _BOX + (_ARM if k < count else 0)
        elif k:
            x += _GAP
        else:
            x += 40
        if k < count:
            rail_x.append(x)
    return rail_x, box_x, x + (2 if count in used else 40)


def _rail(study: Study, rails: list[Bus], k: int, place: tuple[int, int]) -> str:
    x, height = place
    color = CARRIER_COLORS.get(rails[k][0], GRAY)
    name = _text(bus_name(study, rails[k], rails))
    y = 16 + 18 * (k % 3)
    return (
        f'<line x1="{x}" x2="{x}" y1="{y + 6}" y2="{height - 8}" stroke="{color}" stroke-width="5" '
        f'stroke-linecap="round"/><text x="{x}" y="{y}" class="rail">{name}</text>'
    )


def _machine(study: Study, machine: _Machine, rails: list[Bus], place: tuple[list[int], int, int, float]) -> list[str]:
    rail_x, box, y, divisor = place
    ends = [(b, v, "in") for b, v in machine.inputs] + [(b, v, "out") for b, v in machine.outputs]
    parts = []
    for start, group in (
        (box, [e for e in ends if rail_x[rails.index(e[0])] <= box]),
        (box + _BOX, [e for e in ends if rail_x[rails.index(e[0])] > box]),
    ):
        for k, (bus, value, way) in enumerate(group):
            level = y + round((k - (len(group) - 1) / 2) * 15)
            number = _number(study, bus, value, divisor)
            parts.append(_link((rail_x[rails.index(bus)], start, level), CARRIER_COLORS.get(bus[0], GRAY), number, way))
    lines = _wrapped(clean(_name(study, machine)))
    parts.append(f'<rect x="{box}" y="{y - 20}" width="{_BOX}" height="40" rx="4" class="machine"/>')
    for k, line in enumerate(lines):
        level = y + 4 + round((k - (len(lines) - 1) / 2) * 14)
        parts.append(f'<text x="{box + _BOX // 2}" y="{level}" class="machine">{_text(line)}</text>')
    return parts


def _name(study: Study, machine: _Machine) -> str:
    if machine.kind == "demand":
        return demand_label(study, machine.inputs[0][0][0])
    return technology_label(study, study.main, machine.technology, machine.kind)


def _number(study: Study, bus: Bus, value: float, divisor: float) -> str:
    """Return the amount at a connection; what is too small for three digits is said so."""
    scaled = value / (_AIR_DIVISOR if bus[0] == AIR else divisor)
    return (
        "<" + study.lang.number(0.01, 2) if scaled < 0.005 else study.lang.number(scaled, 2 if scaled < 1.0 else None)
    )


def _wrapped(name: str) -> list[str]:
    """Return a name as one or two lines that fit a box."""
    lines = textwrap.wrap(name, _LETTERS) or [""]
    if len(lines) > 2:
        lines = [lines[0], lines[1][: _LETTERS - 1] + "…"]
    return lines


def _link(place: tuple[int, int, int], color: str, number: str, way: str) -> str:
    rail, box, y = place
    side = 1 if box > rail else -1
    tip, toward = (box, side) if way == "in" else (rail - 3 * -side, -side)
    arrow = f"{tip},{y} {tip - 7 * toward},{y - 4} {tip - 7 * toward},{y + 4}"
    dot = "" if way == "out" else f'<circle cx="{rail}" cy="{y}" r="4.5" fill="{color}"/>'
    anchor = "end" if side > 0 else "start"
    return (
        f'<line x1="{rail}" x2="{box}" y1="{y}" y2="{y}" stroke="{color}" stroke-width="1.8"/>{dot}'
        f'<polygon points="{arrow}" fill="{color}"/>'
        f'<text x="{box - 9 * side}" y="{y - 3}" class="flow" text-anchor="{anchor}">{_text(number)}</text>'
    )


def _text(value: object) -> str:
    return escape(clean(value), quote=True)

"""The system diagram: carriers as vertical rails, machines in rows between them, yearly energy at every connection."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from edsim.core.carriers import family
from edsim.report.figures.flows import AIR, BUILDINGS_NODE, bus_name, demand_label, exchanges, technology_label
from edsim.report.theme import carrier_color, clean, few_lines
from edsim.report.view import Drawing, Head, Study, Table

_ARM, _GAP, _ROW, _TOP, _BOX = 52, 40, 48, 84, 114
_LEVELS, _LETTER = 4, 8.3
"""Heights at which names of rails stand, and the width of their letters, bold ones of a wide typeface."""
_OVER = 6
"""How far a name stands from another and from the line of another rail, and reaches over its own."""
_TRIES = 20_000
"""Most places of names that are tried."""
_LETTERS = 17
_AIR_DIVISOR = 1e6
"""Compressed air is written in million Nm3."""
_FIRST = ("natural_gas", "biogas", "lpg", "diesel", "biomass", "electricity", "steam", "hot_water", "chilled_water")


Bus = tuple[str, str]
Place = tuple[float, int]
"""Middle and level of a name."""


@dataclass(frozen=True, slots=True)
class _Machine:
    technology: str
    kind: str
    inputs: tuple[tuple[Bus, float], ...]
    outputs: tuple[tuple[Bus, float], ...]


_SHRUNK_WIDTH = 1300
"""A wider drawing is shown in parts on the screen too, a narrower one is shrunk to the page."""
_PAPER = (860, 900)
"""Width and height up to which a diagram prints on one sheet (A4: 688 by 1000 px) with letters of 7 points or more."""
_PHONE = (400, 1200)
"""Width and height of the parts a phone shows, whose letters are to be read without scrolling aside."""


def system_diagram(study: Study) -> Drawing | None:
    """Return the diagram of the main variant, None without flows: in parts if large or wide, and for phones."""
    machines = _machines(study)
    if not machines:
        return None
    rails = _rails(machines)
    machines = sorted(machines, key=lambda m: (_slot(m, rails), m.kind, m.technology))
    moved = [(b, v) for m in machines for b, v in (*m.inputs, *m.outputs)]
    divisor, unit = study.lang.scale(max((v for b, v in moved if b[0] != AIR), default=0.0), "kWh")
    parts = _parts(machines, rails, _PAPER)
    markup = ""
    if len(parts) == 1 or _size(machines, rails)[0] <= _SHRUNK_WIDTH:
        markup = _svg(study, machines, rails, (divisor, "diagram" + " whole" * (len(parts) > 1)))
    if len(parts) > 1:
        markup += "".join(_svg(study, part, _touched(part, rails), (divisor, "diagram part")) for part in parts)
    for part in _parts(machines, rails, _PHONE):
        markup += _svg(study, part, _touched(part, rails), (divisor, "diagram narrow"))
    caption = study.t(
        "Vertical lines are carriers, boxes machines; a dot is a connection, the number its energy in {unit} a year.",
        {"unit": unit},
    )
    if any(b[0] == AIR for b, _ in moved):
        caption += " " + study.t("Compressed air is in million Nm³ a year.")
    return Drawing(study.t("System diagram"), caption, markup, _table(study, machines, rails, (divisor, unit)))


def _parts(machines: list[_Machine], rails: list[Bus], most: tuple[int, int]) -> list[list[_Machine]]:
    """Return the machines in groups, in their order, whose own diagrams are at most so wide and high."""
    parts: list[list[_Machine]] = [[]]
    for machine in machines:
        grown = [*parts[-1], machine]
        width, height = _size(grown, _touched(grown, rails))
        if parts[-1] and (width > most[0] or height > most[1]):
            parts.append([machine])
        else:
            parts[-1] = grown
    return parts


def _touched(machines: list[_Machine], rails: list[Bus]) -> list[Bus]:
    """Return the rails that machines draw from or feed, in their order."""
    mine = {b for m in machines for b, _ in (*m.inputs, *m.outputs)}
    return [r for r in rails if r in mine]


def _size(machines: list[_Machine], rails: list[Bus]) -> tuple[int, int]:
    """Return width and height of a diagram."""
    width = _columns(len(rails), {_slot(m, rails) for m in machines})[2]
    return width, _TOP + _ROW * len(machines) + 16


def _svg(study: Study, machines: list[_Machine], rails: list[Bus], look: tuple[float, str]) -> str:
    """Return a diagram; `look` is the divisor of its numbers and its class on the page."""
    divisor, css = look
    slots = [_slot(m, rails) for m in machines]
    rail_x, box_x, _ = _columns(len(rails), set(slots))
    width, height = _size(machines, rails)
    names = [_text(bus_name(study, rail, rails)) for rail in rails]
    heads = headed(names, rail_x, width)
    drawn = [_rail(x, level, rail, height) for (_, x, _, level), rail in zip(heads, rails, strict=True)]
    drawn += [f'<text x="{mid:.0f}" y="{_name_y(level)}" class="rail">{name}</text>' for name, _, mid, level in heads]
    for row, (machine, slot) in enumerate(zip(machines, slots, strict=True)):
        y = _TOP + _ROW * row + _ROW // 2
        drawn += _machine(study, machine, rails, (rail_x, box_x[slot], y, divisor))
    listed = "; ".join(_name(study, m) for m in machines)
    head = (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{_text(study.t("System diagram"))}: {_text(listed)}" class="{css}">'
    )
    return head + "".join(drawn) + "</svg>"


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
    return sorted(names, key=lambda b: (rank[b], _FIRST.index(family(b[0])) if family(b[0]) in _FIRST else 99, b))


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


def headed(names: list[str], rail_x: list[int], width: int) -> list[tuple[str, int, float, int]]:
    """Return name, place of the rail, middle of its name and level of its name.

    No name meets another or stands on the line of another rail, which runs down from its own name: a name stands over
    its rail, or ends or begins there. Where that cannot be had within a bounded search, names stand over their rails.
    """
    tries = [_TRIES]
    for levels in range(1, _LEVELS + 1):
        found = _settled(names, rail_x, width, levels, [], tries)
        if found is not None:
            return [(name, x, middle, level) for name, x, (middle, level) in zip(names, rail_x, found, strict=True)]
    return _over_rails(names, rail_x, width)


def _settled(
    names: list[str], rail_x: list[int], width: int, levels: int, done: list[Place], tries: list[int]
) -> list[Place] | None:
    """Return middle and level of every name after those `done`, None where there is no such choice."""
    if len(done) == len(names):
        return done
    k = len(done)
    half, x = _half(names[k]), float(rail_x[k])
    for middle in dict.fromkeys(max(half, min(m, width - half)) for m in (x, x - half + _OVER, x + half - _OVER)):
        for level in range(levels):
            tries[0] -= 1
            if tries[0] < 0:
                return None
            if all(_apart((names[j], rail_x[j], *done[j]), (names[k], rail_x[k], middle, level)) for j in range(k)):
                found = _settled(names, rail_x, width, levels, [*done, (middle, level)], tries)
                if found is not None:
                    return found
    return None


def _half(name: str) -> float:
    return _LETTER * len(name) / 2


def _apart(one: tuple[str, int, float, int], two: tuple[str, int, float, int]) -> bool:
    """Return whether two names keep off each other and off the line that starts at the higher one."""
    if one[3] == two[3]:
        return abs(one[2] - two[2]) >= _half(one[0]) + _half(two[0]) + _OVER
    (_, line, _, _), (name, _, middle, _) = (one, two) if one[3] < two[3] else (two, one)
    return abs(line - middle) >= _half(name) + _OVER


def _over_rails(names: list[str], rail_x: list[int], width: int) -> list[tuple[str, int, float, int]]:
    """Return names over their rails, each at the first level where it meets no other."""
    ends = [-9.0] * _LEVELS
    found = []
    for name, x in zip(names, rail_x, strict=True):
        half = _half(name)
        middle = max(half, min(float(x), width - half))
        level = next((k for k in range(_LEVELS) if ends[k] < middle - half), _LEVELS - 1)
        ends[level] = middle + half + _OVER
        found.append((name, x, middle, level))
    return found


def _name_y(level: int) -> int:
    return 16 + 18 * level


def _rail(x: int, level: int, rail: Bus, height: int) -> str:
    return (
        f'<line x1="{x}" x2="{x}" y1="{_name_y(level) + 6}" y2="{height - 8}" '
        f'stroke="{carrier_color(rail[0])}" stroke-width="5" stroke-linecap="round"/>'
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
            parts.append(_link((rail_x[rails.index(bus)], start, level), carrier_color(bus[0]), number, way))
    lines = few_lines(_name(study, machine), _LETTERS)
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

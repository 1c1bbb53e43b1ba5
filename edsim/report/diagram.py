"""The system diagram: carriers as vertical rails, machines in rows between them, yearly energy at every connection."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from edsim.report import labels
from edsim.report.figures.flows import technology_label
from edsim.report.theme import CARRIER_COLORS, GRAY, clean
from edsim.report.view import Drawing, Study

_SLOT, _GAP, _ROW, _TOP, _BOX = 190, 46, 58, 58, 150
_RAIL_COLORS = {"condenser_water": "#56B4E9"}
_FIRST = ("natural_gas", "biogas", "lpg", "diesel", "biomass", "electricity", "steam", "hot_water", "chilled_water")


@dataclass(frozen=True, slots=True)
class _Machine:
    technology: str
    kind: str
    inputs: tuple[tuple[str, float], ...]
    outputs: tuple[tuple[str, float], ...]


def system_diagram(study: Study) -> Drawing | None:
    """Return the diagram of the main variant, or None where it has no flows."""
    machines = _machines(study)
    if not machines:
        return None
    rails = _rails(machines)
    slots = {m: _slot(m, rails) for m in machines}
    machines = sorted(machines, key=lambda m: (slots[m], m.kind, m.technology))
    used = set(slots.values())
    rail_x, box_x, width = _columns(len(rails), used)
    height = _TOP + _ROW * len(machines) + 16
    parts = [_rail(study, c, rail_x[k], height, k) for k, c in enumerate(rails)]
    for row, machine in enumerate(machines):
        y = _TOP + _ROW * row + _ROW // 2
        parts += _machine(study, machine, rails, (rail_x, box_x[slots[machine]], y))
    title = study.t("System diagram")
    listed = "; ".join(technology_label(study, study.main, m.technology, m.kind) for m in machines)
    head = (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{_text(title)}: {_text(listed)}" class="diagram">'
    )
    caption = study.t(
        "Vertical lines are carriers, boxes machines; a dot is a connection, the number its energy in a year."
    )
    return Drawing(title, caption, head + "".join(parts) + "</svg>")


def _machines(study: Study) -> list[_Machine]:
    balance = study.of("energy_balance", study.main)
    found: dict[tuple[str, str], dict[str, dict[str, float]]] = {}
    for row in balance.itertuples(index=False):
        if not row.kwh > 0.0:
            continue
        sides = found.setdefault((str(row.technology), str(row.kind)), {"in": {}, "out": {}})
        side = sides["out" if row.direction == "out" else "in"]
        side[str(row.carrier)] = side.get(str(row.carrier), 0.0) + float(row.kwh)
    return [_Machine(t, k, tuple(s["in"].items()), tuple(s["out"].items())) for (t, k), s in found.items()]


def _rails(machines: list[_Machine]) -> list[str]:
    names = list(dict.fromkeys(c for m in machines for c, _ in (*m.inputs, *m.outputs)))
    rank = dict.fromkeys(names, 0)
    for _ in names:
        for m in machines:
            if {c for c, _ in m.inputs} & {c for c, _ in m.outputs}:
                continue
            for c, _ in m.outputs:
                rank[c] = max(rank[c], *(rank[i] + 1 for i, _ in m.inputs), 0) if m.inputs else rank[c]
        if max(rank.values()) > len(names):
            break
    return sorted(names, key=lambda c: (min(rank[c], 20), _FIRST.index(c) if c in _FIRST else 99, c))


def _slot(machine: _Machine, rails: list[str]) -> int:
    inputs = [rails.index(c) for c, _ in machine.inputs]
    outputs = [rails.index(c) for c, _ in machine.outputs]
    if not inputs:
        return min(outputs)
    return max(inputs) + 1


def _columns(count: int, used: set[int]) -> tuple[list[int], dict[int, int], int]:
    rail_x, box_x, x = [], {}, 4
    for k in range(count + 1):
        if k in used:
            box_x[k] = x + (_SLOT - _BOX) // 2 + (0 if k else -12)
            x += _SLOT + _GAP
        elif k:
            x += _GAP
        if k < count:
            rail_x.append(x)
            x += _GAP
    return rail_x, box_x, x + 24


def _rail(study: Study, carrier: str, x: int, height: int, order: int) -> str:
    color = _RAIL_COLORS.get(carrier, CARRIER_COLORS.get(carrier, GRAY))
    name = _text(labels.label(study.lang, labels.CARRIERS, carrier))
    y = 18 if order % 2 == 0 else 36
    return (
        f'<line x1="{x}" x2="{x}" y1="{y + 6}" y2="{height - 8}" stroke="{color}" stroke-width="5" '
        f'stroke-linecap="round"/><text x="{x}" y="{y}" class="rail" fill="{color}">{name}</text>'
    )


def _machine(study: Study, machine: _Machine, rails: list[str], place: tuple[list[int], int, int]) -> list[str]:
    rail_x, box, y = place
    ends = [(c, v, "in") for c, v in machine.inputs] + [(c, v, "out") for c, v in machine.outputs]
    left = [e for e in ends if rail_x[rails.index(e[0])] <= box]
    right = [e for e in ends if rail_x[rails.index(e[0])] > box]
    parts = []
    for side, group in ((-1, left), (1, right)):
        for k, (carrier, value, way) in enumerate(group):
            offset = int(round((k - (len(group) - 1) / 2) * 17))
            start = box if side < 0 else box + _BOX
            parts.append(_link(study, rail_x[rails.index(carrier)], start, y + offset, (carrier, value, way)))
    name = clean(technology_label(study, study.main, machine.technology, machine.kind))
    name = name if len(name) <= 22 else name[:21] + "…"
    parts.append(
        f'<rect x="{box}" y="{y - 22}" width="{_BOX}" height="44" rx="5" class="machine"/>'
        f'<text x="{box + _BOX // 2}" y="{y + 4}" class="machine">{_text(name)}</text>'
    )
    return parts


def _link(study: Study, rail: int, box: int, y: int, end: tuple[str, float, str]) -> str:
    carrier, value, way = end
    color = _RAIL_COLORS.get(carrier, CARRIER_COLORS.get(carrier, GRAY))
    number, unit = study.lang.quantity(value, "kWh")
    to_box = way == "in"
    tip, toward = (box, 1 if box > rail else -1) if to_box else (rail, 1 if rail > box else -1)
    arrow = f"{tip},{y} {tip - 7 * toward},{y - 4} {tip - 7 * toward},{y + 4}"
    anchor, x = ("end", box - 11) if box > rail else ("start", box + 11)
    return (
        f'<line x1="{rail}" x2="{box}" y1="{y}" y2="{y}" stroke="{color}" stroke-width="1.8"/>'
        f'<circle cx="{rail}" cy="{y}" r="4.5" fill="{color}"/><polygon points="{arrow}" fill="{color}"/>'
        f'<text x="{x}" y="{y - 4}" class="flow" text-anchor="{anchor}">{_text(number)} {_text(unit)}</text>'
    )


def _text(value: object) -> str:
    return escape(clean(value), quote=True)

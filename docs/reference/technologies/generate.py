# ruff: noqa: INP001 - a script, not a package
"""Write the page of every technology kind from its class, the catalogue and its tests.

Run from the repository: ``python docs/reference/technologies/generate.py``. A test compares the pages with what this
module gives, so they cannot fall behind the code.
"""

from __future__ import annotations

import ast
import csv
import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import numpy as np

from edsim.case.describe import describe_fields
from edsim.core.air_compression import LOAD_FRAC, POWER_FRAC
from edsim.core.cooling_curves import cooling_curves
from edsim.core.part_load import bank_power_frac
from edsim.core.registry import load_kinds
from edsim.core.resources import data_path
from edsim.core.technology import IndividualMachine, Technology

HERE = Path(__file__).resolve().parent
TESTS = HERE.parents[2] / "tests" / "technologies"
COLORS = ("#1b6ca8", "#d1495b", "#3a7d44", "#8d5a97", "#c77d0a")

SHOWN = {
    "Battery": "test_cells_fade",
    "CoolingTower": "test_chiller_plant_closes_its_heat_balance",
    "EnergyTransferStation": "test_station_is_sized_by_its_building",
    "HeatExchanger": "test_heat_exchanger_by_hand",
    "HeatPump": "test_heat_pump_cop_by_hand",
    "HeatRecoveryChiller": "test_recovery_chiller_cop_by_hand",
    "IceStore": "test_ice_is_made_at_night_and_rejects_heat",
    "WasteHeatRecovery": "test_waste_heat_is_lifted_when_too_cold",
}
"""Worked case of a page where another one than that of the fewest technologies says more."""

Curve = tuple[np.ndarray, np.ndarray]


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(c).replace("|", "\\|").replace("\n", " ") for c in r) + " |" for r in rows]
    return "\n".join(lines)


def prose(text: str) -> str:
    """Return a docstring as Markdown: roles become code, literal blocks lose the second colon."""
    plain = re.sub(r":[a-z]+:`~?([^`]+)`", r"`\1`", text).replace("``", "`")
    return re.sub(r"::\n", ":\n", plain).strip()


@cache
def worked_cases() -> Mapping[str, tuple[str, str]]:
    """Return class name → (test, docstring) of the hand-solved test that is most about each technology.

    Of the tests that name it, the one that names the fewest other technologies; the first of those in file order.
    """
    known = {c.__name__ for c in load_kinds("edsim.technologies").values()}
    found: dict[str, tuple[int, str, str]] = {}
    for name in ("test_dispatch", "test_cooling_machines", "test_heat_and_power", "test_reliability"):
        tree = ast.parse((TESTS / f"{name}.py").read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                used = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} & known
                text = ast.get_docstring(node) or ""
                for cls in used:
                    others = 0 if SHOWN.get(cls) == node.name else len(used)
                    if cls not in found or others < found[cls][0]:
                        found[cls] = (others, f"tests/technologies/{name}.py::{node.name}", text)
    return {cls: (test, text) for cls, (_, test, text) in found.items()}


def curves_of(kind: str) -> dict[str, Curve]:
    """Return label → (load, input relative to output, 1 at full load) of the machine types of a kind."""
    load = np.linspace(0.1, 1.0, 46)

    def relative(at: object, power: object, units: int = 1) -> Curve:
        return load, bank_power_frac(load, at, power, units) / load  # type: ignore[arg-type]  # array-like

    if kind == "vapour_chiller":
        names = ("centrifugal", "centrifugal_vsd", "screw", "scroll")
        types = {n: cooling_curves(n, "water") for n in names}
        one = {f"{n}, one unit": relative(c.load_frac, c.power_frac) for n, c in types.items()}
        bank = types["centrifugal_vsd"]
        return one | {"centrifugal_vsd, three units": relative(bank.load_frac, bank.power_frac, 3)}
    if kind in {"split_ac", "window_ac", "packaged_ac", "vrf", "individual_chiller"}:
        name = {"packaged_ac": "scroll", "vrf": "inverter", "individual_chiller": "screw"}.get(kind, "fixed_speed")
        c = cooling_curves(name, "air")
        return {name: relative(c.load_frac, c.power_frac)}
    if kind in {"air_compressor", "individual_compressor"}:
        return {n: relative(LOAD_FRAC, p) for n, p in POWER_FRAC.items()}
    if kind == "chp":
        at = np.array([0.5, 0.75, 1.0])
        shares = {"engine": (0.90, 0.97, 1.0), "turbine": (0.76, 0.90, 1.0)}
        one = {f"{n}, one unit": relative(at, at / np.array(s)) for n, s in shares.items()}
        return one | {"engine, two units": relative(at, at / np.array(shares["engine"]), 2)}
    return {}


def figure(curves: Mapping[str, Curve]) -> str:
    """Return an SVG line chart of input per output against load."""
    width, height, left, top = 560, 300, 50, 20
    high = max(float(y.max()) for _, y in curves.values())
    low = min(float(y.min()) for _, y in curves.values())
    low, high = np.floor(low * 5) / 5, np.ceil(high * 5) / 5

    def place(x: float, y: float) -> str:
        return f"{left + x * (width - left - 190):.1f},{top + (high - y) / (high - low) * (height - top - 40):.1f}"

    box = f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {box}>']
    for tick in np.arange(low, high + 1e-9, 0.2):
        x, y = place(0, tick).split(",")
        end = place(1, tick).split(",")[0]
        parts.append(
            f'<line x1="{x}" y1="{y}" x2="{end}" y2="{y}" stroke="#ddd"/><text x="14" y="{y}">{tick:.1f}</text>'
        )
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = place(tick, low).split(",")[0]
        parts.append(f'<text x="{x}" y="{height - 22}" text-anchor="middle">{tick:.0%}</text>')
    for i, (label, (load, y)) in enumerate(curves.items()):
        points = " ".join(place(a, b) for a, b in zip(load, y, strict=True))
        color = COLORS[i % len(COLORS)]
        parts.append(f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts.append(f'<text x="{width - 180}" y="{top + 14 + 16 * i}" fill="{color}">{label}</text>')
    parts.append(f'<text x="{left}" y="{height - 6}">load; vertical: input per output, 1 at full load</text></svg>')
    return "\n".join(parts) + "\n"


def cost_rows(kind: str) -> list[tuple[object, ...]]:
    """Return the investments by size of a kind."""
    with data_path("technologies", "cost_by_size.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["technology"] == kind]
    return [
        (
            f"{r['size']} {r['size_unit']}",
            f"{r['value']} {r['currency']} {r['price_year']}/{r['size_unit']}",
            r["note"],
            r["source"],
        )
        for r in rows
    ]


def page(kind: str, cls: type[Technology]) -> str:
    """Return the Markdown page of a kind."""
    doc = prose(sys.modules[cls.__module__].__doc__ or "")
    parts = [f"# {cls.title[0]} (`{kind}`)", f"*{cls.title[1]}*", doc]
    if cls.ports:
        rows = [
            (f"`{p.name}`", p.carrier, p.direction, f"`{p.variable}`" + (f" × `{p.factor}`" if p.factor else ""))
            for p in cls.ports
        ]
        parts += ["## Ports", table(("port", "default carrier", "direction", "flow"), rows)]
    if issubclass(cls, IndividualMachine):
        parts.append(
            f"Serves one building: service `{cls.service}`, `node: building`; computed before the optimization."
        )
    if cls.sizes:
        rows = [(f"`{s.name}`", s.unit, f"`{s.capex}`") for s in cls.sizes]
        parts += ["## Sizes", table(("size", "unit", "investment field"), rows)]
    facts = [
        (f"`{f.name}`", "required" if f.required else f.default, f.unit, f.limits, f.description, f.source)
        for f in describe_fields(cls)
        if f.name not in {"kind", "id", "node", "label", "carriers", "quality"}
    ]
    parts += [
        "## Fields",
        "Besides `kind`, `id`, `node`, `label`, `carriers` and `quality`, which every technology has.",
    ]
    parts.append(table(("field", "default", "unit", "limits", "meaning", "source of the default"), facts))
    costs = cost_rows(kind)
    if costs:
        parts += ["## Investment by size", table(("size", "investment", "type", "source"), costs)]
    parts.append("## Part load")
    parts.append(
        f"![Part load]({kind}.svg)"
        if curves_of(kind)
        else "Inputs are proportional to output (see the relations above)."
    )
    test, text = worked_cases()[cls.__name__]
    parts += ["## Worked case", prose(text), f"Checked by `{test}`."]
    return "\n\n".join(parts) + "\n"


def index(kinds: Mapping[str, type[Technology]]) -> str:
    """Return the Markdown index of all kinds."""
    rows = [
        (f"[`{k}`]({k}.md)", c.title[0], c.title[1], "one building" if issubclass(c, IndividualMachine) else "model")
        for k, c in kinds.items()
    ]
    note = "Written by `docs/reference/technologies/generate.py`; do not edit these pages by hand."
    return "\n\n".join(["# Technologies", note, table(("kind", "name", "nombre", "evaluated"), rows)]) + "\n"


def files() -> dict[str, str]:
    """Return file name → text of every page and figure."""
    kinds = {
        k: c for k, c in load_kinds("edsim.technologies").items() if c.__module__.startswith("edsim.technologies.")
    }
    out = {"index.md": index(kinds)}
    for kind, cls in kinds.items():
        out[f"{kind}.md"] = page(kind, cls)
        curves = curves_of(kind)
        if curves:
            out[f"{kind}.svg"] = figure(curves)
    return out


if __name__ == "__main__":
    for file_name, content in files().items():
        (HERE / file_name).write_text(content, encoding="utf-8")

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
from importlib import import_module
from pathlib import Path

from edsim.case.describe import describe_fields
from edsim.core.i18n import screen_unit
from edsim.core.machines.catalogue import ESTIMATE, catalogue
from edsim.core.registry import load_kinds
from edsim.core.resources import data_path
from edsim.core.technology import IndividualMachine, Technology

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
figures = import_module("technology_figures")

TESTS = HERE.parents[2] / "tests" / "technologies"
SHOWN = {
    "AirCompressor": "test_compressors_of_the_plant_by_hand",
    "Battery": "test_cells_fade",
    "ChilledWaterStore": "test_thermal_store_shifts_load_to_cheap_hours",
    "Chp": "test_engine_runs_low_where_heat_is_dear",
    "CondenserIntake": "test_condenser_intake_by_hand",
    "CoolingTower": "test_chiller_plant_closes_its_heat_balance",
    "DemandResponse": "test_what_nobody_draws_cannot_be_switched_off",
    "EnergyTransferStation": "test_station_is_sized_by_its_building",
    "HeatExchanger": "test_heat_exchanger_by_hand",
    "HeatPump": "test_heat_pump_cop_by_hand",
    "HeatRecoveryChiller": "test_recovery_chiller_cop_by_hand",
    "LoopMains": "test_mains_lose_heat_and_are_paid_for",
    "HotWaterStore": "test_thermal_store_shifts_load_to_cheap_hours",
    "IceStore": "test_ice_is_made_at_night_and_rejects_heat",
    "Pv": "test_pv_fills_its_roof_and_no_more",
    "WasteHeatRecovery": "test_waste_heat_is_lifted_when_too_cold",
}
"""Worked case of a page where another one than that of the fewest technologies says more."""


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
    for name in ("micro_cases", "dispatch", "cooling_machines", "heat_and_power", "reliability", "loop_mains"):
        tree = ast.parse((TESTS / f"test_{name}.py").read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                used = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} & known
                text = ast.get_docstring(node) or ""
                for cls in used:
                    others = 0 if SHOWN.get(cls) == node.name else len(used)
                    if cls not in found or others < found[cls][0]:
                        found[cls] = (others, f"tests/technologies/test_{name}.py::{node.name}", text)
    return {cls: (test, text) for cls, (_, test, text) in found.items()}


def cost_rows(kind: str) -> list[tuple[object, ...]]:
    """Return the investments by size of a kind."""
    with data_path("technologies", "cost_by_size.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if kind in r["technology"].split("|")]
    return [
        (
            f"{r['size']} {r['size_unit']}",
            f"{r['value']} {r['currency']} {r['price_year']}/{r['size_unit']}",
            r["applies"].replace("=", ": ").replace("|", ", ") or "all",
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
        (f"`{f.name}`", "required" if f.required else f.default, screen_unit(f.unit), f.limits, f.description, f.source)
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
        parts += [
            "## Investment by size",
            "Of one machine, of a bank or of a building. Used where the case has `settings.cost_by_size: true` and no "
            "quote; beyond the table the nearest size holds.",
            table(("size", "investment", "holds for", "note", "source"), costs),
        ]
    chart = figures.chart_of(kind, cls)
    parts += ["## Behavior", f"![{chart.y} over {chart.x}]({kind}.svg)"]
    test, text = worked_cases()[cls.__name__]
    parts += ["## Worked case", prose(text), f"Checked by `{test}`."]
    return "\n\n".join(parts) + "\n"


def index(kinds: Mapping[str, type[Technology]]) -> str:
    """Return the Markdown index of all kinds."""
    rows = [
        (f"[`{k}`]({k}.md)", c.title[0], c.title[1], "one building" if issubclass(c, IndividualMachine) else "model")
        for k, c in kinds.items()
    ]
    rows_ = list(catalogue().values())
    read = sum(not row.source.text.startswith(ESTIMATE) for row in rows_)
    share = (
        f"Of the {len(rows_)} default figures of the catalogue {read} ({read / len(rows_):.0%}) rest on a source that "
        "has been read; where it gives a range or an upper value, the row says what is taken here. The others are "
        f"{ESTIMATE}s and say so, with their range and reason."
    )
    note = "<!-- Written by docs/reference/technologies/generate.py; do not edit these pages by hand. -->"
    return "\n\n".join(["# Technologies", note, share, table(("kind", "name", "nombre", "evaluated"), rows)]) + "\n"


def files() -> dict[str, str]:
    """Return file name → text of every page and figure."""
    kinds = {
        k: c for k, c in load_kinds("edsim.technologies").items() if c.__module__.startswith("edsim.technologies.")
    }
    out = {"index.md": index(kinds)}
    for kind, cls in kinds.items():
        out[f"{kind}.md"] = page(kind, cls)
        out[f"{kind}.svg"] = figures.svg(figures.chart_of(kind, cls))
    return out


if __name__ == "__main__":
    for file_name, content in files().items():
        (HERE / file_name).write_text(content, encoding="utf-8")

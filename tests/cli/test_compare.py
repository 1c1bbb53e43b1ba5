"""Which differences ``edsim compare`` chooses to print."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edsim.bundle import save
from edsim.report.comparison.differences import MAIN, InputDifference, ResultRow, compare, most_telling
from tests.support import make_appraisal
from tests.support.case_texts import TWO_OFFICES


def _difference(path: str, *values: str | None) -> InputDifference:
    return InputDifference(path, "", values)


def test_the_most_telling_inputs_come_from_every_part_of_the_case() -> None:
    """Proves: each part has its turn, largest change first; absent inputs and sources wait; the order is kept."""
    found = [
        _difference("run.streets.csv", "a1", "b2"),
        _difference("city.name", "Cali", "Bogotá"),
        _difference("buildings.a.floor_area_m2", "100.0", None),
        _difference("buildings.b.floor_area_m2", "100.0", "110.0"),
        _difference("buildings.c.floor_area_m2", "100.0", "400.0"),
        _difference("finance.discount_frac", "0.08", "0.1"),
        _difference("finance.discount_frac.source", "x", "y"),
    ]
    assert [d.path for d in most_telling(found, 3)] == [
        "city.name", "buildings.c.floor_area_m2", "finance.discount_frac",
    ]  # fmt: skip
    assert [d.path for d in most_telling(found, 5)] == [f.path for f in found[1:6]]
    assert most_telling(found, 99) == tuple(found)


def test_a_rate_and_a_change_of_sign_have_no_percentage() -> None:
    """Proves: the page writes no percent change of an IRR or of a sign. If ignored: "+1277 %"."""
    assert ResultRow(MAIN, "irr", "IRR", "frac", (0.015, 0.206)).change_frac(1) is None
    assert ResultRow(MAIN, "npv", "NPV", "USD", (-5.0, 20.0)).change_frac(1) is None
    assert ResultRow(MAIN, "npv", "NPV", "USD", (-5.0, -10.0)).change_frac(1) is None, "is it less?"
    assert ResultRow(MAIN, "x", "x", "kW", (2.0, 2.0)).same


CHANGES = """\
  less: {changes: {technologies: {grid: {max_connection_kw: 300}, chillers: null, tank: {kind: chilled_water_store}}}}
  more: {changes: {technologies: {grid: {max_connection_kw: 900}}}}
"""


def _of_variant(name: str, text: str) -> Any:
    """Return a run whose main variant is one of the case of two offices with some more."""
    return replace(make_appraisal.make(), main_variant=name, inputs={"case.yaml": text.encode()})


def test_what_the_variants_change_is_listed() -> None:
    """Proves: machines one variant has and the other not, and fields one of them sets, stand among the inputs.

    If ignored: two variants of one run differ in figures and, as far as the comparison says, in nothing else.
    """
    head, end = TWO_OFFICES.split("settings:")
    text = f"{head}{CHANGES}settings:{end}"
    runs = [_of_variant(name, text) for name in ("less", "more", "district")]
    found = {d.path: d.values for d in compare([("a", runs[0]), ("b", runs[1]), ("c", runs[2])]).inputs}
    assert found["technologies.chillers"] == (None, "vapour_chiller", "vapour_chiller")
    assert found["technologies.tank"] == ("chilled_water_store", None, None)
    assert found["technologies.grid.max_connection_kw"] == ("300.0", "900.0", None)
    assert not [path for path in found if path.startswith(("technologies.chillers.", "technologies.tank."))]
    assert not [p for p in found if p in {d.path for d in compare([("a", runs[0]), ("b", runs[0])]).inputs}]
    unread = [replace(r, inputs={"case.yaml": b"changes: ["}) for r in runs]
    assert [d.path for d in compare([("a", unread[0]), ("b", unread[1])]).inputs] == ["run.variant"]


@pytest.mark.medium
def test_two_variants_of_one_run_stand_side_by_side(edsim: Any, tmp_path: Path) -> None:
    """Proves: RUN:VARIANT takes the figures of that variant, and a name that is none is refused with those there are.

    If ignored: who has two variants in one run cannot set them beside each other.
    """
    made = make_appraisal.make()
    hours = {"hourly", "flows", "monthly"}
    save(replace(made, tables={n: t for n, t in made.tables.items() if n not in hours}), tmp_path / "run")
    first, second = made.variants[:2]
    done = edsim("compare", tmp_path / f"run:{first}", tmp_path / f"run:{second}", "--json", "--out", tmp_path / "side")
    said = json.loads(done.out)
    assert (tmp_path / "side.html").is_file()
    kpis = made.tables["kpis"].set_index(["variant", "id"])["value"]
    row = next(r for r in said["results"] if (r["group"], r["id"]) == (MAIN, "life_cycle_cost"))
    assert row["values"] == [kpis[v, "life_cycle_cost"] for v in (first, second)]
    assert {"path": "run.variant", "unit": "", "values": [first, second]} in said["inputs"]
    refused = edsim("compare", tmp_path / "run", tmp_path / "run:nobody")
    assert (refused.code, "E171" in refused.err, second in refused.err) == (2, True, True)
    assert "leave :bau out" in edsim("compare", tmp_path / "run:bau", tmp_path / "run").err

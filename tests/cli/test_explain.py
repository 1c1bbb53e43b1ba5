"""``edsim explain`` from the command line: values, a case without a solution, reasons of a solution."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.case_texts import NETWORK

PLANT = """\
  - {id: grid, kind: grid, tariff: main}
  - {id: chillers, kind: vapour_chiller, compressor: screw_vsd, condenser: air, max_capacity_kw: LIMIT}
"""
Call = Callable[..., Any]


@pytest.fixture
def district(case: Path) -> Callable[[int], Path]:
    """Return a maker of a small district whose chillers may have so many kW."""

    def of(limit: int) -> Path:
        file = case / "case.yaml"
        text = file.read_text(encoding="utf-8").replace(
            "  - {id: grid, kind: grid, tariff: main}\n", PLANT.replace("LIMIT", str(limit))
        )
        file.write_text(text + NETWORK, encoding="utf-8")
        return case

    return of


def test_a_value_with_source_and_place(edsim: Call, case: Path) -> None:
    """Proves: a typed value shows its line, a default its source, both their unit in the currency of the case."""
    typed = edsim("explain", case, "tariffs.main.energy_per_kwh")
    assert typed.code == 0, typed.err
    assert "tariffs.main.energy_per_kwh = 0.16 USD/kWh" in typed.out
    assert "case.yaml:11:" in typed.out
    default = edsim("explain", case, "split.capex_per_kw", "--json")
    (value,) = json.loads(default.out)["values"]
    assert (value["path"], value["quality"], value["unit"]) == ("technologies.split.capex_per_kw", "default", "USD/kW")
    assert value["source"]


def test_a_group_and_a_slip(edsim: Call, case: Path) -> None:
    group = edsim("explain", case, "emissions")
    assert group.code == 0
    lines = group.out.splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith("emissions.grid_kg_per_kwh = "))
    assert lines[place].endswith(" kgCO2e/kWh")
    assert lines[place + 1].startswith("  ")
    slip = edsim("explain", case, "emissions.grid_kg_per_kw")
    assert slip.code == 2
    assert "E563" in slip.err
    assert "emissions.grid_kg_per_kwh?" in slip.err
    spanish = edsim("--lang", "es", "explain", case, "emisions")
    assert "¿quiso decir emissions?" in spanish.err


def test_a_cap_that_does_not_exist_is_a_slip(edsim: Call, case: Path) -> None:
    result = edsim("explain", case, "--cap", "beauty=3")
    assert result.code == 2
    assert "ghg_kg" in result.err


@pytest.mark.slow
def test_the_limit_to_blame_in_both_languages_and_by_run(edsim: Call, district: Callable[[int], Path]) -> None:
    """Proves: explain and run name the same limit, place and amount. If ignored: a user is told two stories."""
    folder = district(200)
    told = edsim("explain", folder, "--json")
    assert told.code == 3, told.err
    data = json.loads(told.out)
    first = data["repairs"][0]
    assert first["path"] == "technologies.chillers.max_capacity_kw"
    assert first["where"].startswith("case.yaml:10:")
    assert first["on_all_hours"]
    assert first["at_least"] > 200.0
    assert [r["kind"] for r in data["repairs"]] == ["size", "store", "demand"]
    assert "of the load of hall on" in data["repairs"][2]["text"] or "chilled water" in data["repairs"][2]["text"]
    run = edsim("run", folder, "--out", folder / "out")
    assert run.code == 3
    assert "[E560]" in run.err
    assert first["text"] in run.err
    assert not (folder / "out").exists()
    spanish = edsim("--lang", "es", "explain", folder)
    assert spanish.code == 3
    assert "ninguna planta sirve la demanda" in spanish.out
    assert "de agua helada en energy_center el " in spanish.out


@pytest.mark.slow
def test_raising_the_limit_as_told_makes_a_plant_and_its_reasons(edsim: Call, district: Callable[[int], Path]) -> None:
    """Proves: the repair repairs, and then every machine has a reason."""
    folder = district(200)
    least = json.loads(edsim("explain", folder, "--json").out)["repairs"][0]["at_least"]
    file = folder / "case.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("max_capacity_kw: 200", f"max_capacity_kw: {least * 1.001:.2f}"), encoding="utf-8")
    told = edsim("explain", folder, "--json")
    assert told.code == 0, told.out
    data = json.loads(told.out)
    assert {m["technology"] for m in data["machines"]} == {"grid", "chillers"}
    assert {w["technology"]: w["without_a"] for w in data["worths"]} == {"grid": None, "chillers": None}
    (peak,) = [p for p in data["peaks"] if p["carrier"] == "chilled_water"]
    assert peak["loads"][0]["building"] == "hall"
    assert "What drives the peak hours" in edsim("explain", folder).out

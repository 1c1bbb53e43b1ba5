"""Figures of runs that pages print: they are today's, or the page is written anew."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from tests.docs.blocks import ROOT

BAU, DISTRICT = 0, 1


@cache
def _golden() -> Mapping[str, tuple[float, float]]:
    """Return indicator → values of BAU and district of La Alpujarra."""
    with (ROOT / "tests" / "golden" / "alpujarra_kpis.csv").open(encoding="utf-8") as file:
        return {row["id"]: (float(row["bau"] or "nan"), float(row["value"] or "nan")) for row in csv.DictReader(file)}


def _shown(value: float, digits: int = 0) -> str:
    """Return a number as the pages write it: spaces between thousands, a true minus sign."""
    return f"{value:,.{digits}f}".replace(",", " ").replace("-", "−")


def _scaled(kpi: str, per: float, digits: int, side: int = DISTRICT) -> str:
    return _shown(_golden()[kpi][side] / per, digits)


def _saved_percent(kpi: str) -> str:
    bau, district = _golden()[kpi]
    return _shown(100.0 * (1.0 - district / bau))


def _tens(kpi: str) -> str:
    """Return what the district saves, to tens."""
    bau, district = _golden()[kpi]
    return _shown(10.0 * math.floor((bau - district) / 10.0 + 0.5))


def test_readme_figures_are_those_of_the_golden_run() -> None:
    """Proves: the results on the first page are today's indicators. If ignored: they age unseen."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for label, kpi, per, digits in (
        ("investment at start, million USD", "investment", 1e6, 1),
        ("life-cycle cost, million USD", "life_cycle_cost", 1e6, 1),
        ("final energy for cooling, GWh/a", "final_energy", 1e3, 1),
        ("GHG with all refrigerants, tCO2e/a", "ghg_total", 1.0, 0),
        ("peak import, kW", "grid_peak", 1.0, 0),
    ):
        line = f"| {label} | {_scaled(kpi, per, digits, BAU)} | {_scaled(kpi, per, digits)} |"
        assert line in text, line


def _figures_of_the_case() -> Iterator[str]:
    """Yield what the README of La Alpujarra prints of the variant `district`."""
    yield f"| chillers, TR | 3 600 | {_scaled('chiller_capacity_tr', 1, 0)} |"
    yield f"| GHG avoided, tCO2e/a | 1 200 | {_tens('ghg_total')} | of which **electricity {_tens('ghg_grid')}**"
    yield f"| GHG avoided, % | 30 | {_saved_percent('ghg_total')} |"
    yield f"| energy saved, % | 20 | {_saved_percent('final_energy')} |"
    yield f"| investment, million USD | 14 | {_scaled('investment', 1e6, 1)} |"
    yield (
        f"life-cycle cost {_scaled('life_cycle_cost', 1e6, 1)} against {_scaled('life_cycle_cost', 1e6, 1, BAU)} "
        f"million USD for BAU (net present value {_scaled('npv', 1e6, 1)} million USD, internal rate of return "
        f"{_scaled('irr', 0.01, 1)} % real); cooling {_scaled('cooling', 1e3, 1)} GWh/a"
    )
    yield f"energy {_scaled('final_energy', 1e3, 2)} against {_scaled('final_energy', 1e3, 2, BAU)} GWh/a"
    yield f"peak import {_scaled('grid_peak', 1e3, 2)} against {_scaled('grid_peak', 1e3, 2, BAU)} MW"
    yield f"| electric chillers, kW | {_scaled('chiller_capacity', 1, 0)} |"
    yield f"| net present value against BAU, million USD | {_scaled('npv', 1e6, 1)} |"
    yield f"| final energy, GWh/a (BAU {_scaled('final_energy', 1e3, 2, BAU)}) | {_scaled('final_energy', 1e3, 2)} |"
    for label, kpi in (("GHG with all refrigerants", "ghg_total"), ("GHG Kyoto basket", "ghg_kyoto")):
        yield f"| {label}, tCO2e/a (BAU {_scaled(kpi, 1, 0, BAU)}) | {_scaled(kpi, 1, 0)} |"
    yield f"| mean price of cooling the company needs, USD/kWh | {_scaled('required_price', 1, 3)} |"
    yield f"| lowest ceiling of a customer, USD/kWh | {_scaled('ceiling_price', 1, 3)} |"
    yield f"| customers who would pay more than with their own machines | {_scaled('losing_customers', 1, 0)} of 9 |"
    yield f"no customer loses, million USD | {_scaled('viability_grant', 1e6, 1)} |"
    yield f"| loan; equity, million USD | {_scaled('debt', 1e6, 1)}; "


def test_figures_of_the_case_are_those_of_the_golden_run() -> None:
    """Proves: what the page of the case prints is what the case gives. If ignored: they age unseen."""
    text = " ".join((ROOT / "cases" / "medellin-alpujarra" / "README.md").read_text(encoding="utf-8").split())
    assert [figure for figure in _figures_of_the_case() if figure not in text] == []


def figures_of_the_tutorial(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield page and words of the figures that the first two pages print of the runs in `folder`."""

    def kpis(run: str, variant: str) -> dict[str, tuple[float, float]]:
        with (folder / run / "kpis.csv").open(encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["variant"] == variant]
        return {row["id"]: (float(row["bau"] or "nan"), float(row["value"] or "nan")) for row in rows}

    def tons(of: Mapping[str, tuple[float, float]]) -> str:
        return f"{round(of['chiller_capacity_tr'][DISTRICT], -2):,.0f}"

    plain, page = kpis("result-1", "district"), "docs/tutorial/1-cooling-network.md"
    bau, electricity = plain["electricity"]
    yield page, f"sized {tons(plain)} TR of chillers for {plain['cooling'][DISTRICT] / 1e3:.0f} GWh of cold a year"
    yield page, f"need {100 * (1 - electricity / bau):.0f} % less electricity"
    yield page, f"costs {plain['investment'][DISTRICT] / 1e6:.1f} million USD at the start"
    stored, page = kpis("result-2", "with_store"), "docs/tutorial/2-storage-and-sun.md"
    certificate = json.loads((folder / "result-2" / "certificate.json").read_text(encoding="utf-8"))
    yield page, f"within {math.ceil(1e4 * certificate['with_store']['gap_frac']) / 100:.2f} %"
    yield page, f"with the tank some {tons(stored)} TR of chillers do what {tons(plain)} did"
    bau, cost = kpis("result-2", "district")["life_cycle_cost"]
    yield page, f"even `district` saves some {100 * (1 - cost / bau):.0f} %"

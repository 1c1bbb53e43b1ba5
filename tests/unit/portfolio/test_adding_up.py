"""Adding up: hand-solved sums, currencies, comparability, double counting, choice, risk, release."""

import csv
import io
import itertools
import json
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from edsim.bundle.tables import connect
from edsim.core.errors import DataError
from edsim.core.language.sentences import finding_in_language
from edsim.core.money import convert_money
from edsim.portfolio.analysis import Analysis, AnalysisOptions, analyze
from edsim.portfolio.choose import abatement_curve, choose_within, grants
from edsim.portfolio.cities import SCORES, gower, percentile_scores
from edsim.portfolio.exchange import COLUMNS, exchange_files, tables_of
from edsim.portfolio.facts import collect, run_folders
from edsim.portfolio.indicators import frameworks, read_targets, target_shares
from edsim.portfolio.money import read_prices
from edsim.portfolio.publish import report_data
from edsim.portfolio.release import release
from edsim.portfolio.risk import Risk, monte_carlo
from edsim.portfolio.store import Store
from edsim.portfolio.totals import MEASURES, chosen_variants, measures, totals, yearly, yearly_by_run
from edsim.report.portfolio.page import render_portfolio
from edsim.report.portfolio.words import HEADS
from edsim.report.portfolio.workbook import render_portfolio_workbook
from edsim.report.said import sentence
from tests.support.portfolio_words import TABLE_WORDS
from tests.unit.portfolio.synthetic import Made, write_run

pytestmark = pytest.mark.medium

QUICK = AnalysisOptions(draws=200)


def write(root: Path, *made: Made) -> Path:
    with connect() as session:
        for m in made:
            write_run(root, m, session)
    return root


def total(analysis: Analysis, measure: str, dimension: str = "portfolio", group: str = "all") -> float:
    rows = analysis.totals
    rows = rows[(rows["dimension"] == dimension) & (rows["group"] == group) & (rows["measure"] == measure)]
    return float(rows["value"].iloc[0])


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two runs: Medellín (NPV 100, 50 t/a) and Cali (NPV -40, 30 t/a)."""
    return write(
        tmp_path_factory.mktemp("two"),
        Made("one", npv=100.0, ghg_t=50.0, investment=1000.0),
        Made("two", city="Cali", sector="industry", npv=-40.0, ghg_t=30.0, investment=600.0, lat_deg=3.4),
    )


@pytest.fixture(scope="module")
def added(two: Path) -> Analysis:
    """Return the two runs added up."""
    return analyze(two, QUICK)


@pytest.fixture(scope="module")
def funded(two: Path) -> Analysis:
    """Return the two runs added up, with a choice within a budget."""
    return analyze(two, AnalysisOptions(budget=100.0, draws=200))


@pytest.mark.parametrize("basis", ["inventory", "life_cycle"])
def test_tons_over_the_horizon_are_there_for_every_basis(tmp_path: Path, basis: str) -> None:
    """Proves: 20 years of 50 t are 1000 t whatever the basis of the grid factor, once where a run has several frames.

    If ignored: a program with an inventory factor shows no tons over the horizon beside a curve that has them.
    """
    found = analyze(write(tmp_path, Made("one", ghg_t=50.0, assumed={"emissions.grid_basis": basis})), QUICK)
    assert total(found, "ghg_avoided_t") == pytest.approx(1000.0)
    assert found.yearly["avoided_t"].sum() == pytest.approx(1000.0)


def test_what_scrapping_at_the_start_releases_is_taken_off(tmp_path: Path) -> None:
    """Proves: 150 t of refrigerant let go in year 0 leave 850 of 1000 t, in the year of the study and in the sum.

    If ignored: a portfolio avoids an eighth more than its runs do, for it forgets what replacing the machines releases.
    """
    found = analyze(write(tmp_path, Made("one", ghg_t=50.0, scrapped_t=150.0)), QUICK)
    assert total(found, "ghg_avoided_t") == pytest.approx(850.0)
    assert list(found.yearly["avoided_t"][:2]) == pytest.approx([-150.0, 50.0])
    assert found.yearly["cumulative_t"].iloc[-1] == pytest.approx(850.0)


@pytest.mark.parametrize(
    ("names", "words"),
    [("a", ("One study would avoid", "Un estudio evitaría")), ("ab", ("2 studies in one city", "2 estudios en una"))],
)
def test_the_headline_counts_one(tmp_path: Path, names: str, words: tuple[str, str]) -> None:
    """Proves: one study and one city are said in the singular, in both languages. If ignored: "1 cities"."""
    data = report_data(analyze(write(tmp_path, *(Made(n) for n in names)), QUICK))
    for lang, start in zip(("en", "es"), words, strict=True):
        assert start in render_portfolio(data, lang=lang).replace("\u00a0", " ")


def test_sums_are_those_by_hand(added: Analysis) -> None:
    """Proves: portfolio 60 = 100 - 40, 80 t/a, 1600 t over 20 years; groups hold their own. If ignored: wrong sums."""
    found = added
    assert total(found, "npv") == pytest.approx(60.0)
    assert total(found, "ghg_avoided_t_per_a") == pytest.approx(80.0)
    assert total(found, "ghg_avoided_t") == pytest.approx(20 * 80.0)
    assert total(found, "grid_peak_avoided_kw") == pytest.approx(2 * 6.0)
    assert total(found, "npv", "city", "Cali") == pytest.approx(-40.0)
    assert total(found, "extra_investment", "sector", "health") == pytest.approx(1000.0)
    per_m2 = found.ratios.query("dimension == 'portfolio' and per == 'm2' and measure == 'ghg_avoided_t_per_a'")
    assert per_m2["value"].tolist() == pytest.approx([80.0 / 20_000.0])
    assert found.yearly["calendar_year"].tolist() == list(range(2026, 2046))
    assert found.yearly["cumulative_t"].iloc[-1] == pytest.approx(1600.0)
    assert found.yearly["avoided_t"].tolist() == pytest.approx([80.0] * 20)


def test_a_sum_of_nothing_is_no_value(added: Analysis) -> None:
    """Proves: where no study has a measure its sum is empty and counts all as missing. If ignored: 0 people served."""
    rows = totals(added.measures.assign(population=np.nan), "USD").query("measure == 'population'")
    assert rows["value"].isna().all()
    assert rows["missing"].equals(rows["studies"])


def test_a_ton_costs_what_the_indicator_of_the_run_says(added: Analysis) -> None:
    """Proves: - NPV / (20 a x (50 + 6) t/a of all gases), as the run's own abatement cost, not Kyoto tons only.

    If ignored: report and portfolio show two costs of one ton.
    """
    found = added
    assert found.curve["cost_per_t"].tolist() == pytest.approx([-100.0 / 1120.0, 40.0 / 720.0])
    assert found.curve["all_gases_avoided_t"].tolist() == pytest.approx([1120.0, 720.0])
    assert found.curve["cumulative_t"].tolist() == pytest.approx([1120.0, 1840.0])
    assert found.similar["cost_per_t"].tolist() == pytest.approx([40.0 / 720.0, -100.0 / 1120.0])


def test_tons_of_a_changing_grid_are_those_of_each_year(two: Path) -> None:
    """Proves: 1000 t over the horizon make a ton cost -200/1000, though the mean year times 20 would be 1120.

    If ignored: a run whose grid gets cleaner, or that grows, costs less a ton here than in its own report.
    """
    collection = collect([two / "one"])
    kpis = collection.tables["kpis"].copy()
    kpis.loc[kpis["id"] == "tewi", "difference"] = 1000.0
    frame = measures(replace(collection, tables={**collection.tables, "kpis": kpis}), {"one": 2.0})
    assert frame["all_gases_avoided_t"].tolist() == [1000.0]
    assert abatement_curve(frame)["cost_per_t"].tolist() == pytest.approx([-200.0 / 1000.0])


def test_the_carbon_price_is_not_in_the_cost_of_a_ton(two: Path) -> None:
    """Proves: 300 of the saving are carbon price, and leave the cost of a ton. If ignored: dear carbon, cheap tons."""
    collection = collect([two / "one"])
    assert measures(collection, {"one": 2.0})["carbon_saved"].tolist() == [0.0]
    paid = {"run": "one", "line": "carbon", "investment": 0.0, "annual": 0.0}
    rows = [{**paid, "variant": "bau", "present_value": 500.0}, {**paid, "variant": "district", "present_value": 200.0}]
    costs = pd.concat([collection.tables["costs"], pd.DataFrame(rows)], ignore_index=True)
    frame = measures(replace(collection, tables={**collection.tables, "costs": costs}), {"one": 2.0})
    assert frame["carbon_saved"].tolist() == [600.0]
    assert abatement_curve(frame)["cost_per_t"].tolist() == pytest.approx([-(200.0 - 600.0) / 1120.0])


def test_volumes_are_no_energy(tmp_path: Path) -> None:
    """Proves: of 2 GWh of cooling and 7 million Nm3 of air, 2000 MWh are delivered; runs without units are energy."""
    both = (("net", 2e6, "kW"), ("air", 7e6, "Nm3/h"))
    old = Made("old", lat_deg=3.4, networks=(("net", 1e6, None),))
    found = analyze(write(tmp_path, Made("new", networks=both), old), QUICK)
    assert found.measures["delivered_mwh"].tolist() == pytest.approx([2000.0, 1000.0])
    assert analyze(write(tmp_path / "alone", old), QUICK).measures["delivered_mwh"].tolist() == pytest.approx([1000.0])


def test_a_case_without_tariffs_is_added_up(tmp_path: Path) -> None:
    """Proves: an island has no electricity price rather than one of zero; sums, risk and page work.

    If ignored: every island would look like a place of free power.
    """
    found = analyze(write(tmp_path, Made("island", grid=False), Made("main", lat_deg=3.4)), QUICK)
    assert [r.tariff_per_kwh for r in found.collection.runs] == [None, 0.15]
    assert total(found, "npv") == pytest.approx(200.0)
    assert found.risk.npv.mean == pytest.approx(200.0, rel=0.5)
    assert found.similar["distance"].notna().all()
    assert "Case island" in render_portfolio(report_data(found))


def test_runs_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Proves: a/x/run, b/x/run and c/run get the shortest endings that differ. If ignored: sums mix two runs."""
    places = [tmp_path / "a" / "x", tmp_path / "b" / "x", tmp_path / "c"]
    for k, place in enumerate(places):
        write(place, Made("run", lat_deg=1.0 + k))
    names = {r.id for r in collect(run_folders(tmp_path)).runs}
    assert names == {"a/x/run", "b/x/run", "c/run"}


def test_groups_add_up_to_the_whole(added: Analysis) -> None:
    """Proves: for every dimension the groups sum to the portfolio."""
    found = added.totals
    sums = found.groupby(["dimension", "measure"])["value"].sum().unstack(0)
    for dimension in sums.columns:
        assert sums[dimension].to_numpy() == pytest.approx(sums["portfolio"].to_numpy())


def test_money_is_deflated_then_converted(tmp_path: Path) -> None:
    """Proves: a COP 2023 case adds to USD 2025 with local prices first, then the rate of 2025."""
    root = write(tmp_path, Made("a"), Made("b", city="Cali", currency="COP", price_year=2023, npv=4e6, lat_deg=3.4))
    with pytest.raises(DataError, match="E580") as caught:
        analyze(root, QUICK)
    assert "--currency" in caught.value.message
    found = analyze(root, AnalysisOptions(currency="USD", price_year=2025, draws=200))
    wanted = 100.0 + convert_money(4e6, "COP", 2023, "USD", 2025)
    assert total(found, "npv") == pytest.approx(wanted)


def test_a_currency_without_rate_is_left_out(tmp_path: Path) -> None:
    """Proves: E582 names the case and the missing rate, the others are added up, and --prices mends it."""
    root = write(tmp_path / "runs", Made("a"), Made("b", city="Lima", country="PER", currency="PEN", lat_deg=-12.0))
    found = analyze(root, AnalysisOptions(currency="USD", draws=200))
    assert [f.code for f in found.findings] == ["E582"]
    assert "--prices" in found.findings[0].hint
    assert found.left_out
    assert total(found, "npv") == pytest.approx(100.0)
    table = tmp_path / "prices.csv"
    table.write_text("series,currency,calendar_year,value\nfx_per_usd,PEN,2025,4.0\n")
    with_rate = analyze(root, AnalysisOptions(currency="USD", prices=table, draws=200))
    assert total(with_rate, "npv") == pytest.approx(125.0)
    table.write_text("series,currency,calendar_year,value\nfx_per_usd,PEN,2025,-4\nrate,PEN,2025,4\n")
    with pytest.raises(DataError) as caught:
        read_prices(table)
    assert [f.line for f in caught.value.findings] == [2, 3]


LIMA = Made("b", city="Lima", country="PER", currency="PEN", lat_deg=-12.0, npv=100.0)


def test_a_run_is_converted_at_the_rate_its_case_states(tmp_path: Path) -> None:
    """Proves: the rate a case states converts its own money, and none of another case.

    If ignored: a study in soles is left out, or its rate, which nobody else stated, moves the money of all others.
    """
    root = write(tmp_path, Made("a"), replace(LIMA, assumed={"exchange_rate_per_usd": "4.0"}))
    found = analyze(root, AnalysisOptions(currency="USD", draws=200))
    assert found.findings == ()
    assert total(found, "npv") == pytest.approx(125.0)
    (used,) = found.prices.to_dict("records")
    assert (used["value"], used["stated_by"], used["used_by"], used["source"]) == (4.0, "case", "b", "bank")
    other_way = analyze(root, AnalysisOptions(currency="PEN", draws=200))
    assert [(f.code, f.file) for f in other_way.findings] == [("E582", "a")]
    assert total(other_way, "npv") == pytest.approx(100.0)


def test_a_stated_rate_moves_no_other_study(tmp_path: Path) -> None:
    """Proves: `--prices` holds for studies that state no rate, an own rate for its study alone; the difference is told.

    By hand: 100 PEN at 4.0, 90 PEN at 3.6 of the table and 70 PEN at 3.5 are 25 + 25 + 20 USD. If ignored: the rate
    that one study states prices all others, against the table the reader gave.
    """
    own = replace(LIMA, assumed={"exchange_rate_per_usd": "4.0"})
    plain = replace(LIMA, name="c", city="Cusco", lat_deg=-13.5, npv=90.0)
    other = replace(LIMA, name="d", city="Puno", lat_deg=-15.8, npv=70.0, assumed={"exchange_rate_per_usd": "3.5"})
    root = write(tmp_path / "runs", own, plain, other)
    table = tmp_path / "prices.csv"
    table.write_text("series,currency,calendar_year,value,source\nfx_per_usd,PEN,2025,3.6,central bank\n")
    found = analyze(root, AnalysisOptions(currency="USD", prices=table, draws=200))
    assert found.measures.set_index("run")["npv"].to_dict() == pytest.approx({"b": 25.0, "c": 25.0, "d": 20.0})
    (remark,) = found.findings
    assert (remark.code, remark.severity) == ("W582", "warning")
    assert remark.got == "3.5 PEN/USD: d; 4 PEN/USD: b; 3.6 PEN/USD: --prices"
    used = found.prices.set_index("used_by")
    assert used["value"].to_dict() == {"b": 4.0, "c": 3.6, "d": 3.5}
    assert used.loc["c", ["stated_by", "source"]].tolist() == ["prices", "central bank"]
    for lang, words in (("en", "central bank"), ("es", "el caso, para sí mismo")):
        assert words in render_portfolio(report_data(found), lang=lang)


def test_indices_and_rates_are_listed_with_their_source(tmp_path: Path) -> None:
    """Proves: carrying COP of 2023 to USD of 2025 lists two indices and a rate with source; the product is the factor.

    If ignored: nobody can repeat the conversion of a sum.
    """
    root = write(tmp_path, Made("a"), Made("b", city="Cali", currency="COP", price_year=2023, npv=4e6, lat_deg=3.4))
    found = analyze(root, AnalysisOptions(currency="USD", price_year=2025, draws=200))
    value = found.prices.set_index(["series", "currency", "calendar_year"])["value"]
    by_hand = value["cpi", "COP", 2025] / value["cpi", "COP", 2023] / value["fx_per_usd", "COP", 2025]
    assert by_hand == pytest.approx(convert_money(1.0, "COP", 2023, "USD", 2025))
    assert len(found.prices) == 3
    assert found.prices["source"].str.len().min() > 10
    assert set(found.prices["stated_by"]) == {"table"}


@pytest.mark.parametrize(
    ("key", "other"),
    [
        ("gwp_set", Made("b", lat_deg=3.0, assumed={"emissions.gwp_set": "AR6"})),
        ("grid_basis", Made("b", lat_deg=3.0, assumed={"emissions.grid_basis": "inventory"})),
        ("grid_factor", Made("b", lat_deg=3.0, assumed={"emissions.grid_kg_per_kwh": "0.2"})),
        ("discount_rate", Made("b", lat_deg=3.0, assumed={"finance.discount_rate_frac": "0.12"})),
        ("boundary", Made("b", lat_deg=3.0, study={"boundary": "whole buildings"})),
        ("horizon", Made("b", lat_deg=3.0, horizon_a=25)),
        ("price_year", Made("b", lat_deg=3.0, price_year=2024)),
    ],
)
def test_cases_that_differ_are_refused_by_name(tmp_path: Path, key: str, other: Made) -> None:
    """Proves: each convention that differs is E580 naming both cases; --allow turns it into a remark."""
    root = write(tmp_path, Made("a"), other)
    with pytest.raises(DataError) as caught:
        analyze(root, QUICK)
    assert [f.field for f in caught.value.findings] == [key]
    assert all(f"{name}" in caught.value.findings[0].got for name in ("a", "b"))
    if key != "price_year":
        found = analyze(root, AnalysisOptions(allow=(key,), draws=200))
        (remark,) = found.findings
        assert (remark.code, "cannot" in remark.what, "added up all the same" in remark.what) == ("W580", False, True)
        assert "de todos modos se suman" in finding_in_language(remark, "es").what


def test_the_grid_factor_may_differ_between_countries(tmp_path: Path) -> None:
    """Proves: countries have their own grid factor; only within a country it must be one."""
    peru = Made("b", city="Lima", country="PER", lat_deg=-12.0, assumed={"emissions.grid_kg_per_kwh": "0.266"})
    assert len(analyze(write(tmp_path, Made("a"), peru), QUICK).measures) == 2


def test_claims_and_buildings_count_once(tmp_path: Path) -> None:
    """Proves: E581 names the cases that claim one waste-heat source (whatever its case and blanks) or one building."""
    first = Made("a", study={"claims": ["waste heat: Kiln  2"]})
    second = Made("b", lat_deg=3.0, study={"claims": ["Waste heat: kiln 2"]})
    with pytest.raises(DataError, match=r"kiln 2.*a, b") as caught:
        analyze(write(tmp_path / "claims", first, second), QUICK)
    assert sentence(caught.value.findings[0], "es").startswith("dos casos reclaman lo mismo: waste heat: kiln 2; se e")
    root = tmp_path / "twice"
    write_run(root / "x", Made("same"))
    write_run(root / "y", Made("same"))
    with pytest.raises(DataError, match=r"Hall of same.*x/same, y/same"):
        analyze(root, QUICK)
    assert len(analyze(root, AnalysisOptions(exclude=("x/same",), draws=200)).measures) == 1


def test_studies_that_are_not_finished_are_named(two: Path, tmp_path: Path) -> None:
    """Proves: a store with two of four planned studies adds those up and names the others. If ignored: sums too low."""
    store = Store.create(tmp_path / "store")
    for name in ("one", "two"):
        shutil.copytree(two / name, store.run_folder(name))
    tasks = [{"id": n, "label": n, "scenario": ""} for n in ("one", "two", "three")]
    store.write_plan({"tasks": tasks, "unreadable": [{"id": "x", "label": "four"}]})
    found = analyze(store.root, QUICK)
    assert [(f.code, f.got) for f in found.findings] == [("E576", "2/4: three, four")]
    assert found.left_out
    assert len(found.measures) == 2


def test_scenarios_are_alternatives_not_additions(tmp_path: Path) -> None:
    """Proves: a scenario of a case is left out of the sums, and can be added up instead."""
    root = write(tmp_path, Made("a", npv=100.0), Made("a-dear", npv=70.0, scenario="dear"))
    assert total(analyze(root, QUICK), "npv") == pytest.approx(100.0)
    assert total(analyze(root, AnalysisOptions(scenario="dear", draws=200)), "npv") == pytest.approx(70.0)


@pytest.mark.parametrize(
    ("fault", "code"), [("cut", "E812"), ("changed", "E813"), ("gone", "E811"), ("newer", "E804"), ("manifest", "E803")]
)
def test_a_bad_run_is_left_out_and_named(two: Path, tmp_path: Path, fault: str, code: str) -> None:
    """Proves: cut, changed or missing files and other schema versions are findings; the rest is added up."""
    root = Path(shutil.copytree(two, tmp_path / "runs"))
    folder = root / "two"
    table, seal = folder / "kpis.parquet", folder / "manifest.json"
    if fault == "cut":
        table.write_bytes(table.read_bytes()[:-20])
    elif fault == "changed":
        data = bytearray(table.read_bytes())
        data[40] ^= 1
        table.write_bytes(bytes(data))
    elif fault == "gone":
        table.unlink()
    elif fault == "manifest":
        seal.write_bytes(seal.read_bytes()[:-30])
    else:
        from edsim.bundle import manifest

        content = json.loads(seal.read_bytes())
        content.pop("manifest_sha256")
        content["schema_version"] = 99
        seal.write_bytes(manifest.to_json(content | {"manifest_sha256": manifest.digest(manifest.to_json(content))}))
    found = analyze(root, QUICK)
    assert [f.code for f in found.findings] == [code]
    assert found.findings[0].hint
    assert total(found, "npv") == pytest.approx(100.0)


def test_no_usable_run_is_said(tmp_path: Path) -> None:
    """Proves: E576 for an empty folder, E577 when all runs are bad."""
    with pytest.raises(DataError, match="E576"):
        run_folders(tmp_path)
    folder = write_run(tmp_path, Made("a"))
    (folder / "kpis.parquet").unlink()
    with pytest.raises(DataError, match="E577"):
        collect([folder])


def test_unknown_options_are_refused(two: Path) -> None:
    """Proves: E579 for a convention or a case that is not there, E584 for an impossible budget."""
    for options in (AnalysisOptions(allow=("weather",)), AnalysisOptions(exclude=("nobody",))):
        with pytest.raises(DataError, match="E579"):
            analyze(two, options)
    with pytest.raises(DataError, match="E584"):
        analyze(two, AnalysisOptions(budget=-1.0))


def projects(npv: list[float], tons: list[float], runs: list[str] | None = None) -> pd.DataFrame:
    names = runs or [f"p{k}" for k in range(len(npv))]
    return pd.DataFrame(
        {
            "run": names, "case": names, "city": "c", "sector": "s", "variant": "v", "npv": npv,
            "ghg_avoided_t": tons, "extra_investment": [abs(x) * 2 for x in npv],
        }
    )  # fmt: skip


def test_budget_beats_the_greedy_choice() -> None:
    """Proves: the knapsack of the textbook: the best ratio first gives 60, the optimum is 220 (items 20 and 30)."""
    frame = projects([-10.0, -20.0, -30.0], [60.0, 100.0, 120.0])
    found = choose_within(frame, 50.0)
    assert found.rows["chosen"].tolist() == [False, True, True]
    assert (found.gain, found.spent) == (220.0, 50.0)
    assert found.bound == pytest.approx(220.0)


def test_at_most_one_variant_of_a_case_is_chosen() -> None:
    """Proves: two variants of one case are alternatives."""
    found = choose_within(projects([-10.0, -10.0, -10.0], [50.0, 60.0, 5.0], ["a", "a", "b"]), 100.0)
    assert found.rows["chosen"].tolist() == [False, True, True]


def test_choice_equals_full_enumeration() -> None:
    """Proves: on random small portfolios the choice is the best of all subsets, for both goals and grant rules."""
    dice = np.random.default_rng(3)
    for goal, share in itertools.product(("ghg", "npv"), (None, 0.4)):
        frame = projects(dice.normal(0, 50, 9).tolist(), dice.uniform(-5, 50, 9).tolist())
        need = grants(frame, share)
        gain = frame["ghg_avoided_t"].to_numpy() if goal == "ghg" else frame["npv"].to_numpy() + need
        best = max(
            gain[list(s)].sum()
            for n in range(10)
            for s in itertools.combinations(range(9), n)
            if need[list(s)].sum() <= 60.0 + 1e-9
        )
        assert choose_within(frame, 60.0, goal, share).gain == pytest.approx(best)


def test_shared_risks_do_not_diversify(tmp_path: Path) -> None:
    """Proves: for equal projects the spread of the sum grows with n when shared and with sqrt(n) when not.

    NPV = energy saving 300 x f - own costs; 16 projects, 10 % risk: ±1.2816 x 30 each.
    If ignored: a fund would believe that many projects protect it against the price of power.
    """
    made = [Made(f"p{k:02d}", lat_deg=1.0 + k) for k in range(16)]
    found = analyze(write(tmp_path, *made), QUICK)
    factors = dict.fromkeys(found.measures["run"], 1.0)
    risk = [Risk("price", ("electricity",), 0.1, 1.0)]
    spread = monte_carlo(found.collection, found.measures, factors, risks=risk, draws=4000).npv
    assert spread.mean == pytest.approx(16 * 100.0, rel=0.02)
    assert (spread.p90 - spread.p10) / 2 == pytest.approx(16 * 1.2816 * 30.0, rel=0.06)
    assert (spread.independent_p90 - spread.independent_p10) / 2 == pytest.approx(4 * 1.2816 * 30.0, rel=0.08)


def test_monte_carlo_repeats(two: Path, added: Analysis) -> None:
    """Proves: a seed gives the same figures, and without any risk the sum is certain."""
    found = added
    assert analyze(two, QUICK).risk == found.risk
    factors = dict.fromkeys(found.measures["run"], 1.0)
    sure = monte_carlo(found.collection, found.measures, factors, risks=[], draws=100)
    assert sure.npv.p10 == sure.npv.p90 == pytest.approx(60.0)


def test_scores_need_five_cities() -> None:
    """Proves: below five values there is no score; five distinct ones score 0, 25 ... 100, ties half."""
    scores, cohort = percentile_scores(np.array([3.0, 1.0, 2.0, np.nan, 4.0]), higher_is_better=True)
    assert cohort == 4
    assert np.isnan(scores).all()
    scores, _ = percentile_scores(np.array([3.0, 1.0, 2.0, 5.0, 4.0]), higher_is_better=False)
    assert scores.tolist() == [50.0, 100.0, 75.0, 0.0, 25.0]
    scores, _ = percentile_scores(np.array([1.0, 1.0, 1.0, 1.0, 1.0]), higher_is_better=True)
    assert scores.tolist() == [50.0] * 5


def test_not_enough_data_is_said(added: Analysis) -> None:
    """Proves: with two cities no score is given and the verdict says why."""
    found = added.cities
    assert set(found["verdict"]) == {"not enough data"}
    assert found["score"].isna().all()


def test_the_nearest_study_is_the_like_one() -> None:
    """Proves: Gower distance is 0 to a twin, 1 to the opposite, and leaves missing features out."""
    features = {
        "climate": np.array([1000.0, 1000.0, 3000.0]),
        "height": np.array([0.0, 0.0, 2000.0]),
        "size": np.array([4.0, np.nan, 5.0]),
        "density": np.array([1.0, 1.0, 9.0]),
        "tariff": np.array([0.1, 0.1, 0.3]),
    }
    distance = gower(features, np.array(["a", "a", "b"]))
    assert distance[0, 1] == 0.0
    assert distance[0, 2] == distance[1, 2] == pytest.approx(1.0)


def test_target_share_by_hand(added: Analysis, tmp_path: Path) -> None:
    """Proves: 80 t/a of a reduction of 400 t/a is 20 %; of a budget of 4000 t until 2030, 5 years count: 10 %.

    Where years differ, a target counts its own and a budget those up to it, as the table of years does. If ignored: two
    answers for one sum.
    """
    table = tmp_path / "targets.csv"
    table.write_text(
        "scope,place,kind,target_year,baseline_t,target_t,source\n"
        "country,COL,ndc,2030,1000,600,test\ncountry,col,carbon_budget,2030,,4000,test\ncity,Cali,city_target,2030,90,30,x\n"
    )
    by_run = yearly_by_run(added.collection, chosen_variants(added.measures))
    rows = target_shares(added.measures, by_run, read_targets(table)[-3:])
    assert rows["share_frac"].tolist() == pytest.approx([0.2, 0.1, 0.5])
    falling = by_run.assign(avoided_t=by_run["avoided_t"] * (2046 - by_run["calendar_year"]) / 20.0)
    rows = target_shares(added.measures, falling, read_targets(table)[-3:])
    assert rows["avoided_t"].tolist() == pytest.approx([64.0, 80.0 * 4.5, 24.0])
    in_2030 = yearly(falling).set_index("calendar_year").loc[2030]
    assert in_2030[["avoided_t", "cumulative_t"]].tolist() == pytest.approx([64.0, 360.0])
    table.write_text("scope,place,kind,target_year,baseline_t,target_t\ncountry,COL,ndc,2030,500,600\n")
    with pytest.raises(DataError, match="E585"):
        read_targets(table)


def test_release_refuses_few_studies(added: Analysis) -> None:
    """Proves: E586: two studies are never released, not even as a total."""
    with pytest.raises(DataError, match="E586"):
        release(added)


def portfolio(tmp_path: Path, sector: str = "health") -> Path:
    made = [
        Made(f"p{k:02d}", sector=(sector, "industry")[k % 2], lat_deg=1.0 + k, city=f"City{k % 6}", npv=10.0 * k - 50.0)
        for k in range(14)
    ]
    return write(tmp_path / "runs", *made)


def test_release_names_nobody(tmp_path: Path) -> None:
    """Proves: no case, run, building, city or coordinate is in the release; sums of seven studies are."""
    found = analyze(portfolio(tmp_path), QUICK)
    files = release(found)
    assert "Sumas anónimas" in release(found, lang="es")["README.md"].decode()
    text = b"".join(files.values()).decode()
    for word in ("p00", "Case p", "Hall of", "City1", "lat", "-75"):
        assert word not in text
    rows = list(csv.DictReader(io.StringIO(files["release.csv"].decode())))
    floor = [r for r in rows if r["measure"] == "floor_area_m2" and r["sector"] == "industry" and r["country"] == "COL"]
    assert (floor[0]["studies"], float(floor[0]["value"])) == ("7", 70_000.0)


def test_release_tells_no_count_of_what_it_withholds(tmp_path: Path) -> None:
    """Proves: of 2 hotels, 8 offices and 8 plants no count of a withheld cell stands. If ignored: 18 - 8 - 8 = 2."""
    sectors = ["hotel"] * 2 + ["office"] * 8 + ["industry"] * 8
    made = [Made(f"p{k:02d}", sector=s, lat_deg=1.0 + k, npv=10.0 * k - 50.0) for k, s in enumerate(sectors)]
    files = release(analyze(write(tmp_path / "runs", *made), QUICK))
    rows = list(csv.DictReader(io.StringIO(files["release.csv"].decode())))
    hidden = [r for r in rows if r["withheld"].lower() == "true"]
    assert {r["sector"] for r in hidden} > {"hotel"}
    assert {r["studies"] for r in hidden} == {""}
    assert all(r["studies"] for r in rows if r not in hidden)


def test_release_refuses_a_name(tmp_path: Path) -> None:
    """Proves: E588: a sector that is called like a case stops the release."""
    with pytest.raises(DataError, match="E588"):
        release(analyze(portfolio(tmp_path, sector="the Case p03 sector"), QUICK))


def test_exchange_files_describe_themselves(funded: Analysis) -> None:
    """Proves: the data package lists every table with digest, size and every column described; IAMC has its head."""
    found = funded
    files = exchange_files(found)
    package = json.loads(files["datapackage.json"])
    assert {r["path"] for r in package["resources"]} == {f"{n}.csv" for n in tables_of(found)}
    for resource in package["resources"]:
        head = files[resource["path"]].decode().split("\n", 1)[0].split(",")
        assert [f["name"] for f in resource["schema"]["fields"]] == head
        assert all(f["description"] for f in resource["schema"]["fields"])
        assert resource["bytes"] == len(files[resource["path"]])
    rows = list(csv.reader(io.StringIO(files["iamc.csv"].decode())))
    assert rows[0][:6] == ["Model", "Scenario", "Region", "Variable", "Unit", "2025"]
    emissions = [r for r in rows if r[1:4] == ["BAU", "COL", "Emissions|Kyoto Gases|Energy Districts"]]
    assert float(emissions[0][6]) == pytest.approx(160e-6)
    assert set(COLUMNS) >= {c for t in tables_of(found).values() for c in t.columns}


def test_parquet_holds_what_the_csv_holds(funded: Analysis) -> None:
    """Proves: each table is there as Parquet with the same columns and rows. If ignored: files of one name differ."""
    files = exchange_files(funded)
    for name, frame in tables_of(funded).items():
        with connect() as session, tempfile.NamedTemporaryFile(suffix=".parquet") as held:
            held.write(files[f"{name}.parquet"])
            held.flush()
            read = session.execute("select * from read_parquet(?)", [held.name]).df()
        assert list(read.columns) == list(frame.columns)
        assert len(read) == len(frame)
        for column in frame.columns[frame.dtypes.map(lambda d: d.kind) == "f"]:
            assert read[column].to_numpy() == pytest.approx(frame[column].to_numpy(), nan_ok=True)


def test_crossed_sums_add_up_to_the_years(funded: Analysis) -> None:
    """Proves: city x sector x year has one row per study here, and sums to the years.

    If ignored: the question of a city's industry in 2030 takes every run to answer.
    """
    found = funded.crossed
    assert set(zip(found["city"], found["sector"], strict=True)) == {("Medellin", "health"), ("Cali", "industry")}
    sums = found.groupby("calendar_year")["avoided_t"].sum()
    wanted = funded.yearly.set_index("calendar_year")["avoided_t"]
    assert sums.to_dict() == pytest.approx(wanted.to_dict())
    assert found["studies"].tolist() == [1] * len(found)


def test_equal_portfolios_give_equal_files(two: Path, funded: Analysis) -> None:
    """Proves: two analyses of one store give the same bytes, page and workbook included."""
    from edsim.report.portfolio.page import portfolio_files

    first, second = funded, analyze(two, AnalysisOptions(budget=100.0, draws=200))
    assert exchange_files(first) == exchange_files(second)
    assert portfolio_files(report_data(first), lang="es") == portfolio_files(report_data(second), lang="es")


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    """Proves: a city named like a script or a formula is shown, not run. If ignored: a case file attacks its reader."""
    evil = "<script>alert(1)</script>"
    root = write(tmp_path, Made("a", city=evil), Made("b", city="=cmd|' /C calc'!A0", lat_deg=3.0))
    found = analyze(root, QUICK)
    page = render_portfolio(report_data(found))
    assert evil not in page
    assert "default-src 'none'" in page
    assert b"\n=cmd" not in exchange_files(found)["totals.csv"]
    assert b",=cmd" not in exchange_files(found)["totals.csv"]


def test_the_page_speaks_spanish(funded: Analysis) -> None:
    """Proves: the page exists in Spanish with numbers as in Colombia."""
    page = render_portfolio(report_data(funded), lang="es")
    assert '<html lang="es">' in page
    assert "Portafolio de 2 estudios" in page
    assert "Selección dentro del presupuesto" in page


def test_the_workbook_speaks_spanish(tmp_path: Path) -> None:
    """Proves: headings, words and units are Spanish; years bear no thousands sign, counts no decimals.

    If ignored: a Spanish reader finds `below_zero_frac`, `public_administration`, 2.025 and 3.0000 in the workbook.
    """
    made = Made("a", sector="public_administration", study={"stage": "concept"}, npv=-40.0)
    root = write(
        tmp_path, made, Made("b", city="Cali", currency="COP", lat_deg=3.4, npv=-4e5, study={"stage": "concept"})
    )
    found = analyze(root, AnalysisOptions(currency="USD", price_year=2025, draws=200))
    book = openpyxl.load_workbook(io.BytesIO(render_portfolio_workbook(report_data(found), lang="es")))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    text = {str(c.value) for c in cells}
    columns = {str(c) for t in tables_of(found).values() for c in t.columns} - {"sector", "variable", "run"}
    assert not text & (columns | {"public_administration", "concept", "costs money, cuts GHG", "GHG avoided of BAU"})
    assert {"administración pública", "cuesta dinero, reduce GEI", "GEI evitados respecto al BAU", "Frío"} <= text
    assert "tCO₂e/a por m²" in text
    formats = {(c.value, c.number_format) for c in cells if isinstance(c.value, int | float)}
    assert {f for v, f in formats if v in range(2015, 2060) and f != "#,##0.00"} == {"0"}
    years = book["Años"]
    assert [c.number_format for c in years[2]][:2] == ["0", "#,##0"]


def test_every_column_has_a_heading() -> None:
    """Proves: a new column of a table gets words. If ignored: its name in the program stands in the workbook."""
    assert set(COLUMNS) - {m.id for m in MEASURES} <= set(HEADS)


def test_every_label_is_a_word_of_the_page() -> None:
    """Proves: labels of measures, scores and indicators are among the translated words."""
    labels = {m.label for m in MEASURES} | {s.label for s in SCORES} | {f.indicator for f in frameworks()}
    assert labels <= set(TABLE_WORDS)


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return two runs, one of them with a second variant `large`: more NPV and GHG avoided than `district`."""
    more = {"large": (130.0, 70.0)}
    root = tmp_path_factory.mktemp("several")
    return write(root, Made("one", npv=100.0, ghg_t=50.0, more=more), Made("two", city="Cali", npv=-40.0, lat_deg=3.4))


@pytest.mark.parametrize(
    ("asked", "npv", "variants"),
    [
        ((), 60.0, {"one": "district", "two": "district"}),
        (("best:npv",), 90.0, {"one": "large", "two": "district"}),
        (("best:ghg",), 90.0, {"one": "large", "two": "district"}),
        (("best:npv", "one=district"), 60.0, {"one": "district", "two": "district"}),
        (("Case one=large",), 90.0, {"one": "large", "two": "district"}),
    ],
)
def test_one_variant_of_each_case_is_added_up(
    several: Path, asked: tuple[str, ...], npv: float, variants: dict[str, str]
) -> None:
    """Proves: the rule picks one variant per case for sums, years, risk and IAMC alike; page and package say which.

    If ignored: a case with two variants counts twice, or its main variant counts where the best was asked for.
    """
    found = analyze(several, AnalysisOptions(variants=asked, draws=200))
    assert found.variants.by_run == variants
    assert dict(zip(found.measures["run"], found.measures["variant"], strict=True)) == variants
    assert total(found, "npv") == pytest.approx(npv)
    avoided = (70.0 if variants["one"] == "large" else 50.0) + 50.0
    assert found.yearly["avoided_t"].iloc[0] == pytest.approx(avoided)
    assert found.risk.npv.mean == pytest.approx(npv, abs=60.0)
    rule = list(asked) if asked and "=" not in asked[0] else ["main", *asked]
    files = exchange_files(found)
    assert json.loads(files["datapackage.json"])["variant_rule"] == rule
    rows = [r for r in csv.reader(io.StringIO(files["iamc.csv"].decode())) if r[3].startswith("Emissions|Kyoto")]
    first = {(r[1], r[2]): float(next(c for c in r[5:] if c)) for r in rows}
    assert first["BAU", "COL"] - first["Project", "COL"] == pytest.approx(avoided * 1e-6)
    page = render_portfolio(report_data(found))
    assert ("highest net present value" in page) == ("best:npv" in asked)
    assert "large" in page if "large" in variants.values() else "large" not in page.split("<style", 1)[0]


@pytest.mark.parametrize("asked", [("large",), ("best:npv", "main"), ("nobody=large",), ("one=nothing",), ("bau",)])
def test_a_variant_that_is_not_there_is_refused(several: Path, asked: tuple[str, ...]) -> None:
    """Proves: E579 names the case and the variants it has. If ignored: other cases slip in with their main variant."""
    with pytest.raises(DataError, match="E579"):
        analyze(several, AnalysisOptions(variants=asked, draws=200))

"""Samples, correlations, shares and small calculations of studies, each against a hand-solved case."""

from pathlib import Path

import numpy as np
import pytest

from edsim.case.schema import Case
from edsim.core.errors import DataError
from edsim.studies.near_optimal import Range, verdict
from edsim.studies.results import Outcome
from edsim.studies.risk import convergence, minimum_dscr
from edsim.studies.sampling import correlate, latin_hypercube
from edsim.studies.uncertainty import Debt, Uncertain, read_uncertainty
from edsim.studies.utility import (
    UtilityTerms,
    deferral,
    ev_hosting_kwh_per_day,
    peak_saving_per_cost,
    pv_hosting_kwp,
)
from edsim.studies.vary import Point
from edsim.studies.waterfall import waterfall


def test_each_slice_holds_one_draw() -> None:
    """Proves: the sample is a Latin hypercube. If ignored: tails are missed by chance."""
    sample = latin_hypercube(50, 3, np.random.default_rng(1))
    assert (np.sort((sample * 50).astype(int), axis=0) == np.arange(50)[:, None]).all()


def test_rank_correlations_are_met_and_margins_kept() -> None:
    """Proves: Iman-Conover reaches the rank correlation wanted without touching the values of a column."""
    rng = np.random.default_rng(2)
    plain = latin_hypercube(2000, 2, rng)
    tied = correlate(plain, np.array([[1.0, 0.7], [0.7, 1.0]]), rng)
    ranks = tied.argsort(axis=0).argsort(axis=0)
    assert np.corrcoef(ranks, rowvar=False)[0, 1] == pytest.approx(0.7, abs=0.03)
    assert (np.sort(tied, axis=0) == np.sort(plain, axis=0)).all()


@pytest.mark.parametrize(
    ("kind", "mode", "median"),
    [
        ("uniform", 3.0, 3.0),
        ("triangular", 3.0, 3.0),
        ("triangular", 5.0, 1.0 + np.sqrt(0.5 * 4 * 4)),
        ("normal", 3.0, 3.0),
    ],
)
def test_the_median_is_that_of_the_distribution(kind: str, mode: float, median: float) -> None:
    """Proves: symmetric distributions have it in the middle; a triangle that only rises has it at the root of half."""
    u = Uncertain(path="x", distribution=kind, low=1.0, mode=mode, high=5.0)
    assert float(u.quantile(np.array([0.5]))[0]) == pytest.approx(median)


def test_normal_ends_are_its_p10_and_p90() -> None:
    u = Uncertain(path="x", distribution="normal", low=1.0, high=5.0)
    assert u.quantile(np.array([0.1, 0.9])) == pytest.approx([1.0, 5.0])


def test_triangular_quarter() -> None:
    """Proves: F(x) = (x - low)^2 / ((high - low)(mode - low)) left of the mode: low 0, mode 4, high 4, F(2) = 1/4."""
    u = Uncertain(path="x", low=0.0, mode=4.0, high=4.0)
    assert float(u.quantile(np.array([0.25]))[0]) == pytest.approx(2.0)


def test_waterfall_shares_an_interaction_equally() -> None:
    """Proves: with f = xy and both from 1 to 2, each explains 1.5 of the 3, whatever the order."""

    def value(points: list[Point]) -> list[float]:
        return [float(p.values.get("x", 1.0)) * float(p.values.get("y", 1.0)) for p in points]

    for values in ({"x": 2.0, "y": 2.0}, {"y": 2.0, "x": 2.0}):
        assert waterfall(Point("a", values), value) == {"x": pytest.approx(1.5), "y": pytest.approx(1.5)}
    in_turn = waterfall(Point("a", {"x": 2.0, "y": 2.0}), value, most=1)
    assert in_turn == {"x": 1.0, "y": 2.0}


def test_cover_of_a_level_loan() -> None:
    """Proves: 1000 invested, all borrowed at 10 % over 2 years costs 576.19 a year; 600 cover it 1.0413 times."""
    outcome = Outcome(Point("a", {}), "", "", {}, {"investment": 1000.0}, flows=(-1000.0, 600.0, 900.0))
    found = minimum_dscr([outcome], Debt(share_frac=1.0, rate_frac=0.1, tenor_a=2))
    assert found[0] == pytest.approx(600.0 / (1000.0 * 0.1 / (1 - 1.1**-2)))


def test_convergence_ends_with_the_whole_sample() -> None:
    values = np.arange(-50.0, 50.0)
    last = convergence(values).iloc[-1]
    assert (last["n"], last["mean"], last["npv_below_0"]) == (100, pytest.approx(-0.5), pytest.approx(0.5))


def test_a_size_is_needed_chosen_or_avoidable() -> None:
    """Proves: needed in every near-optimal design, in the best only, or in neither."""
    size = ("a", "kw")
    assert verdict(Range(size, 0.05, 5.0, 9.0), 6.0) == "must-have"
    assert verdict(Range(size, 0.05, 0.0, 9.0), 6.0) == "real choice"
    assert verdict(Range(size, 0.05, 0.0, 9.0), 0.0) == "avoidable"


def test_hosting_by_hand() -> None:
    """Proves: the tightest hour decides: 10 kW of load at 0.5 kW/kWp host 20 kWp."""
    load, pv = np.full(8760, 40.0), np.zeros(8760)
    load[12], pv[12] = 10.0, 0.5
    assert pv_hosting_kwp(load, pv) == 20.0
    assert ev_hosting_kwh_per_day(np.full(8760, 30.0), 44.0) == pytest.approx(14.0 / 0.14)


def test_peak_relieved_per_investment_by_hand() -> None:
    """Proves: 50 kW for 0.2 million more are 250 kW per million; a project that costs less than BAU has no such figure.

    If ignored: a utility cannot compare the relief with what it pays.
    """
    assert peak_saving_per_cost(50.0, 0.2e6) == pytest.approx(250.0)
    assert peak_saving_per_cost(50.0, -1.0) is None


def test_deferral_by_hand() -> None:
    """Proves: 40 kW off a feeder of 1000 kW that grows 2 % defer extensions by 2 years."""
    years, value = deferral(1000.0, 40.0, UtilityTerms(300.0, 0.02, 0.1))
    assert (years, value) == (pytest.approx(2.0), pytest.approx(6000.0 * (1 / 1.1 + 1 / 1.21)))
    assert deferral(1000.0, -5.0, UtilityTerms(300.0)) == (0.0, 0.0)


def test_impossible_correlations_are_refused(case: Case, tmp_path: Path) -> None:
    """Proves: a matrix no joint distribution has is an input finding. If ignored: a crash in linear algebra."""
    paths = ["finance.discount_rate_frac", "finance.grant", "finance.water_price_per_m3"]
    entries = "\n".join(f"  - {{path: {p}, distribution: uniform, low: 0.05, high: 0.2}}" for p in paths)
    pairs = f"  - [{paths[0]}, {paths[1]}, 0.9]\n  - [{paths[1]}, {paths[2]}, 0.9]\n  - [{paths[0]}, {paths[2]}, -0.9]"
    file = tmp_path / "inputs.yaml"
    file.write_text(f"uncertainty:\n{entries}\ncorrelations:\n{pairs}\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_uncertainty(case, file)
    assert caught.value.findings[0].code == "E555"


def test_relative_ends_follow_the_case(case: Case, tmp_path: Path) -> None:
    file = tmp_path / "inputs.csv"
    file.write_text("path,distribution,low,high,relative\ntariffs.main.energy_per_kwh,uniform,0.5,2,true\n", "utf-8")
    found = read_uncertainty(case, file).inputs[0]
    assert (found.low, found.high) == (pytest.approx(0.08), pytest.approx(0.32))


PRICE = "tariffs.main.energy_per_kwh"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "i.csv",
            f"path;distribution;low;high;relative\n{PRICE};pert;0,8;1,2;si\n",
            "i.csv:2:42: uncertainty.0.relative:",
        ),
        ("i.yaml", f"uncertainty:\n  - {{path: {PRICE}, low: 0.2, high: 0.1}}\n", "low debe ser menor que high"),
        (
            "i.yaml",
            f"uncertainty:\n  - {{path: {PRICE}, low: 0.1, high: 0.2, distribution: triangulo}}\n",
            "triangular",
        ),
        (
            "i.yaml",
            f"uncertainty:\n  - {{path: {PRICE}, distribution: uniform, low: 80, high: 120, relative: true}}\n",
            "not percent",
        ),
        ("i.yaml", f"uncertainty:\n  - {{path: {PRICE}, low: 0.8, mode: 1, high: 1.3}}\n", "relative: true"),
        (
            "i.yaml",
            f"uncertainty:\n  - {{path: {PRICE}, distribution: uniform, low: 0, high: 1}}\ndebt: {{share_frac: 60}}\n",
            "¿quiso decir 0.6?",
        ),
        ("i.yaml", "uncertainty: []\n", "≥ 1"),
        ("i.yaml", "- a\n", "E110"),
        ("i.yaml", "", "E110"),
        ("i.csv", "", "E143"),
        ("i.csv", "PK\x03\x04", "E1945"),
    ],
)
def test_a_slip_in_the_uncertain_inputs_is_named(case: Case, tmp_path: Path, name: str, text: str, said: str) -> None:
    """Proves: a file beside the case is read as strictly, with line and Spanish. If ignored: 80 % is 80 times."""
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_uncertainty(case, file, "es")
    assert said in "\n".join(f.text() for f in caught.value.findings)


def test_decimal_commas_of_a_semicolon_file_are_read(case: Case, tmp_path: Path) -> None:
    """Breaks if numbers of a spreadsheet in Spanish were texts: the study could not be read at all."""
    file = tmp_path / "i.csv"
    file.write_text(f"path;distribution;low;mode;high\n{PRICE};pert;0,12;0,16;0,2\n", encoding="utf-8")
    found = read_uncertainty(case, file).inputs[0]
    assert (found.low, found.mode, found.high) == (0.12, 0.16, 0.2)

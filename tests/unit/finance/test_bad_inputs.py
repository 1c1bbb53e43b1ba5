"""What careless inputs of money and GHG come to: a pointed error or None with a reason, through a case and by hand."""

import math
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import edsim.finance as fin
from edsim import ghg
from edsim.core.errors import DataError, EdsimError
from edsim.core.money import convert_money
from edsim.workflow import load_case

_CASE = Path(__file__).parents[2] / "cases" / "low_temperature_loop"

IN_A_CASE: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("rate in percent", "discount_rate_frac: 0.08", "discount_rate_frac: 8", "E123", ("did you mean 0.08",)),
    ("rate no number", "discount_rate_frac: 0.08", "discount_rate_frac: .nan", "E134", ("not finite",)),
    ("no price year", "price_year: 2025\n", "", "E120", ("price_year",)),
    ("no currency", "currency: USD", "currency: dollars", "E125", ("COP, USD",)),
    ("price of a currency without a rate", "0.15}", '"0.15 XXX/kWh"}', "E132", ("CHF, COP, EUR, USD",)),
    ("set of warming potentials", "grid_basis:", "gwp_set: AR9, grid_basis:", "E124", ("AR4, AR5, AR6", "AR6?")),
    ("two factors of a basis", "combined_margin}", "combined_margin, other_grid_kg_per_kwh: {combined_margin: 0.4}}",
     "E157", ("one basis has one factor",)),
    ("factor of a basis that is not", "combined_margin}", "marginal}", "E124", ("combined_margin",)),
    ("factor in kg/MWh", "0.165", "165", "E123", ("0.165 kgCO2e/kWh",)),
)  # fmt: skip
"""Name, text of a sound case, what is written instead, code, words of the message."""


@pytest.mark.parametrize(("old", "new", "code", "words"), [row[1:] for row in IN_A_CASE], ids=[r[0] for r in IN_A_CASE])
def test_a_careless_case_is_refused_at_its_place(
    old: str, new: str, code: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    """Proves: place, what was got, what is allowed. If ignored: a study discounted at 800 %."""
    folder = tmp_path / "case"
    shutil.copytree(_CASE, folder)
    text = (folder / "case.yaml").read_text(encoding="utf-8")
    assert old in text
    (folder / "case.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(EdsimError) as caught:
        load_case(folder)
    found = [f for f in caught.value.findings if f.code == code]
    assert found, str(caught.value)
    assert found[0].line
    assert all(word in found[0].text() for word in words), found[0].text()


def test_a_price_of_another_currency_is_brought_to_that_of_the_case(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(_CASE, folder)
    text = (folder / "case.yaml").read_text(encoding="utf-8")
    (folder / "case.yaml").write_text(text.replace("0.15}", '"0.15 EUR/kWh"}'), encoding="utf-8")
    price = load_case(folder).tariffs[0].energy_per_kwh
    assert price == pytest.approx(convert_money(0.15, "EUR", 2025, "USD", 2025))


def _flows(currency: str) -> fin.CashFlows:
    study = fin.Study("c", "v", 3, 0.1, currency, 2025)
    return fin.build_cash_flows(study, [fin.AssetCost("a", "plant", 100.0, 3)])


_LCC = fin.lcc(_flows("USD"), 0.1, 3)
_IMPORT = ghg.Activity("v", 1, import_kwh=1000.0, grid=(ghg.GridFactor("inventory", 0.2),))
BY_HAND: tuple[tuple[str, str, Callable[[], object]], ...] = (
    ("rate in percent", "E701", lambda: fin.npv([-1.0, 2.0], 8)),
    ("rate no number", "E701", lambda: fin.npv([-1.0, 2.0], math.nan)),
    ("flow no number", "E702", lambda: fin.npv([-1.0, math.inf], 0.08)),
    ("inflation in percent", "E701", lambda: fin.to_nominal(0.06, 3.0)),
    ("mixed currencies", "E706", lambda: fin.CashFlows.concat([_flows("USD"), _flows("COP")])),
    ("difference of currencies", "E706", lambda: _flows("USD").minus(_flows("COP"))),
    ("inventory factor for a project", "E727", lambda: ghg.inventory(_IMPORT, ["project"])),
    ("set of warming potentials", "E703", lambda: ghg.refrigerant("R-32", "AR9")),
    ("loan in percent", "E701", lambda: fin.LoanTerms(7.0, 10)),
    ("grant after close", "E705", lambda: fin.ProjectInputs(
        3, {}, {}, (fin.Investment("plant", 1.0),), 0.1, grants=(fin.Grant("donor", 1.0, year=2),)
    )),
    ("year of prices without an index", "E770", lambda: convert_money(1.0, "USD", 1890, "USD", 2025)),
)  # fmt: skip


@pytest.mark.parametrize(("code", "call"), [row[1:] for row in BY_HAND], ids=[row[0] for row in BY_HAND])
def test_a_careless_call_is_refused(code: str, call: Callable[[], object]) -> None:
    with pytest.raises(DataError) as caught:
        call()
    assert code in {f.code for f in caught.value.findings}, str(caught.value)


@pytest.mark.parametrize(
    ("measure", "reason"),
    [
        (lambda: fin.irr([1.0, 2.0, 3.0]), "no_sign_change"),
        (lambda: fin.irr([-1.0, -2.0]), "no_sign_change"),
        (lambda: fin.irr([0.0, 0.0]), "no_cash_flow"),
        (lambda: fin.mirr([1.0, 2.0], 0.1, 0.1), "no_sign_change"),
        (lambda: fin.payback([-100.0, 1.0]).simple, "beyond_horizon"),
        (lambda: fin.levelized_cost([1.0, 1.0], [0.0, 0.0], 0.1), "no_output"),
        (
            lambda: fin.compare_life_cycle(_LCC, _LCC).sir,
            "no_extra_investment",
        ),
    ],
)
def test_what_has_no_meaning_is_none_with_a_reason(measure: Callable[[], fin.Measure], reason: str) -> None:
    """Proves: never 0, infinity or NaN."""
    found = measure()
    assert found.value is None
    assert found.reason == reason


def test_no_figure_of_an_idle_project_is_infinite() -> None:
    """Proves: no revenue, no cost, no debt: every undefined figure is None, every series finite."""
    idle = fin.ProjectInputs(
        years=3, revenue={"service": 0.0}, operating_cost={"upkeep": 0.0},
        investments=(fin.Investment("plant", 100.0),),
        discount_rate=0.1,
    )  # fmt: skip
    result = fin.pro_forma(idle)
    assert result.equity_irr.value is None
    assert result.minimum_dscr.value is None
    assert all(np.isfinite(series).all() for series in result.lines.values())

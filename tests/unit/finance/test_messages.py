"""Every message of finance, GHG, energy and their data is provoked by a faulty input."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import edsim.finance as fin
from edsim import energy, ghg
from edsim.core.countries import check_country, country_figure
from edsim.core.errors import DataError
from edsim.core.money import convert_money
from edsim.core.property_table import read_property_table

_STUDY = fin.Study("c", "p", 2, 0.1, "COP", 2025)
_ONE = fin.CashFlows.of([_STUDY.row("x", 0, 1.0)])
_PART = (fin.Investment("plant", 100.0, (0.5, 0.5)),)
_LOAN = fin.LoanTerms(0.1, 3)


def _project(**changes: object) -> fin.ProjectInputs:
    base = {"years": 5, "revenue": {"s": 50.0}, "operating_cost": {}, "investments": _PART, "discount_rate": 0.1}
    return fin.ProjectInputs(**(base | changes))


def _foreign() -> fin.CashFlows:
    return fin.CashFlows.of([fin.Study("c", "p", 2, 0.1, "USD", 2025).row("x", 0, 1.0)])


def _lcc(years: int) -> fin.LifeCycleCost:
    return fin.lcc(fin.Alternative("a"), 0.05, years)


def _activity(**changes: object) -> ghg.Activity:
    return ghg.Activity(**({"variant": "v", "horizon_a": 3} | changes))


def _table(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, "utf-8")
    return path


_INVENTORY = ghg.inventory(_activity(grid=(ghg.GridFactor("inventory", 0.2),)))
_ENERGY = {"grid_electricity": energy.WeightingFactors(0.2, 2.0)}
_HEAD = "item,property,value,unit,source,year,quality,verified\n"

FAULTS: list[tuple[str, Callable[[Path], object]]] = [
    ("E701", lambda _: fin.npv([1.0], 8.0)),
    ("E702", lambda _: fin.npv([], 0.1)),
    ("E703", lambda _: fin.npv([1.0], 0.1, timing="noon")),
    ("E704", lambda _: fin.number_of_periods(0.1, -1.0, 100.0)),
    ("E705", lambda _: fin.crf(0.1, 0)),
    ("E706", lambda _: fin.CashFlows.concat([_ONE, _foreign()])),
    ("E707", lambda _: fin.CashFlows.concat([_ONE, _ONE.to_nominal(0.1)])),
    ("E708", lambda _: fin.compare_life_cycle(_lcc(3), _lcc(4))),
    ("E709", lambda _: fin.pro_forma(_project(tranches=(fin.Tranche("t", _LOAN, share_of_uses=0.95, fee_frac=1.2),)))),
    ("E711", lambda _: fin.custom_schedule((1.0, 1.0))),
    ("E712", lambda _: fin.LoanTerms(0.1, 3, grace_a=3)),
    ("E713", lambda _: fin.DebtTerms(_LOAN, dscr=None)),
    ("E714", lambda _: fin.TaxTerms(carry_forward_a=0)),
    ("E715", lambda _: fin.Tranche("t", _LOAN)),
    ("E716", lambda _: fin.price_index({"cpi": 0.5}, {}, 2)),
    ("E717", lambda _: fin.solve_tariff([], fin.Contract(2, 0.1), 1.0, fixed_share=0.5)),
    ("E718", lambda _: fin.resource_flows(_STUDY, "nobody", "x", [1.0])),
    ("E719", lambda _: fin.stakeholder_matrix(_ONE, 0.1, ["x"])),
    ("E720", lambda _: ghg.refrigerant("R-0")),
    ("E721", lambda _: _activity(horizon_a=0)),
    ("E722", lambda _: ghg.typical_stock("m", "x", "R-22", 1.0)),
    ("E723", lambda _: ghg.fuel_factor("x")),
    ("E724", lambda _: ghg.GridFactor("inventory", 220.0)),
    ("E725", lambda _: _activity(grid=(ghg.GridFactor("inventory", 0.2),) * 2)),
    ("E726", lambda _: ghg.inventory(_activity(import_kwh=1.0, grid=(ghg.GridFactor("inventory", np.zeros(8760)),)))),
    ("E727", lambda _: ghg.inventory(_activity(), ["gpc"])),
    ("E728", lambda _: ghg.emission_reduction(_INVENTORY, "gpc", "v")),
    ("E730", lambda _: fin.by_energy({"a": 0.0})),
    ("E731", lambda _: fin.shapley(tuple("abcdefghijk"), len)),
    ("E732", lambda _: fin.layer_loss([1.0], 2.0, 1.0)),
    ("E740", lambda _: energy.primary_energy(energy.EnergyUse({"coal": 1.0}), _ENERGY)),
    ("E741", lambda _: energy.allocate_cogeneration(0.0, 1.0, 0.4)),
    ("E742", lambda _: energy.primary_energy(energy.EnergyUse(), _ENERGY, k_exp=2.0)),
    ("E743", lambda _: energy.coincident_peak_avoided([1.0], [1.0], [1.0], top_hours=5)),
    ("E744", lambda _: energy.tower_water(1.0, cycles=0.5)),
    ("E745", lambda _: energy.electricity_bill(np.ones(8760), energy.BillTerms(0.1, ratchet_frac=2.0))),
    ("E760", lambda p: read_property_table(_table(p, _HEAD + "a,x,one,kg,s,2020,default,yes\n"))),
    ("E770", lambda _: convert_money(1.0, "USD", 2015, "XXX", 2025)),
    ("E780", lambda _: country_figure("ZZZ", "vat_rate")),
    ("E781", lambda p: check_country(_table(p, "property,value\n"))),
    ("E782", lambda _: country_figure("COL", "unicorns")),
    ("E784", lambda _: fin.tax_regime("ZZZ")),
]

_COUNTRY = "property,calendar_year,value,unit,source,year,valid_from,valid_to,quality,verified\n"


@pytest.mark.parametrize(("code", "call"), FAULTS, ids=[code for code, _ in FAULTS])
def test_fault_raises_its_message(code: str, call: Callable[[Path], object], tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        call(tmp_path)
    assert code in {f.code for f in caught.value.findings}
    assert code in str(caught.value)


def test_warnings_and_checks(tmp_path: Path) -> None:
    granted = fin.pro_forma(_project(grants=(fin.Grant("g", 200.0),)))
    assert "W702" in {f.code for f in granted.findings}
    short = fin.pro_forma(_project(operating_cost={"om": 60.0}))
    assert "W701" in {f.code for f in short.findings}
    debt = fin.DebtTerms(fin.LoanTerms(0.1, 5, "sculpted"), 1.3)
    broken = fin.pro_forma(_project(replacements=(fin.Replacement("r", 3, 500.0),), debt=debt, tranches=(_soft(),)))
    assert {"W703", "W705"} <= {f.code for f in broken.findings}
    starved = fin.pro_forma(
        _project(
            revenue={"service": [12.0, *[90.0] * (_project().years - 1)]},
            operating_cost={"om": 10.0},
            debt=fin.DebtTerms(fin.LoanTerms(0.1, 5, "sculpted"), 1.2),
        )
    )
    assert "W704" in {f.code for f in starved.findings}
    found = check_country(_table(tmp_path, _COUNTRY + "vat_rate,,0.1,frac,law,2020,,,default,no\n"))
    assert {f.code for f in found} == {"E783", "W783"}


def _soft() -> fin.Tranche:
    return fin.Tranche("soft", fin.LoanTerms(0.02, 5), amount=10.0)


def test_no_message_is_without_a_test() -> None:
    root = Path(fin.__file__).parents[1]
    files = [p for part in ("finance", "ghg", "energy") for p in (root / part).glob("*.py")]
    files += [root / "core" / f"{name}.py" for name in ("money", "countries", "property_table", "arguments")]
    used = {code for p in files for code in re.findall(r'"([EW]7\d\d)"', p.read_text("utf-8"))}
    assert used == {code for code, _ in FAULTS} | {"W701", "W702", "W703", "W704", "W705", "W706", "W783", "E783"}

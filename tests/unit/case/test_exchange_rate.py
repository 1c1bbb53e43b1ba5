"""A case in a currency without table: the rate it states brings every default price to it."""

import csv
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from edsim.case import check, load
from edsim.case.parts.exchange_rate import case_prices
from edsim.case.reflect import field_infos, field_kinds
from edsim.case.schema import Case
from edsim.core.errors import CaseError
from edsim.core.machines.cost_curves import cost_at_size
from edsim.core.money import convert_money, price_tables, prices_at, with_rate
from edsim.core.resources import data_path
from edsim.network.from_case import network_request
from edsim.profiles.retrofits import applied_measures
from edsim.studies.workbench import Workbench
from edsim.workflow import load_case
from tests.support.case_texts import TWO_OFFICES

PER_USD = 3.75
USD = (
    TWO_OFFICES.replace("price_year: 2025", "price_year: 2024")
    .replace("kwh: 0.16,", "kwh: 0.16 USD/kWh,")
    .replace("kwh: 0.24", "kwh: 0.24 USD/kWh")
    .replace("month: 6", "month: 6 USD/kW/month")
    .replace("m3: 1.9", "m3: 1.9 USD/m3")
)
"""The case with every price typed in US dollars."""
RATE = "exchange_rate_per_usd: {value: 3.75, unit: PEN/USD, year: 2024, source: central bank}"
PEN = USD.replace("currency: USD\n", f"currency: PEN\n{RATE}\n")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, Case]:
    """Return the same case in US dollars and in a currency that no table knows."""
    cases = []
    for text in (USD, PEN):
        folder = tmp_path_factory.mktemp("money")
        (folder / "case.yaml").write_text(text, encoding="utf-8")
        cases.append(load_case(folder))
    return cases[0], cases[1]


def test_every_default_and_typed_price_is_converted(pair: tuple[Case, Case]) -> None:
    """Proves: prices of machines, pipes, sizes and typed dollars are those in US dollars times the rate.

    If ignored: a network cannot be studied in Lima, or half of its costs stay in dollars.
    """
    usd, pen = pair
    assert "PEN" not in price_tables().fx_per_usd
    assert not [f for f in check(pen) if f.severity == "error"]
    found = 0
    for mine, other in zip(usd.technologies, pen.technologies, strict=True):
        for name, kind in field_kinds(type(mine)).items():
            if kind.price and isinstance(field_infos(type(mine))[name].default, int | float):
                assert getattr(other, name) == pytest.approx(PER_USD * getattr(mine, name)), f"{mine.id}.{name}"
                found += 1
    assert found >= 4
    assert pen.tariffs[0].energy_per_kwh == pytest.approx(PER_USD * 0.16)
    assert pen.finance.water_price_per_m3 == pytest.approx(PER_USD * 1.9)
    sized = [cost_at_size(c.technologies[1], 900.0, c.currency, c.price_year, case_prices(c)) for c in pair]
    assert sized[0] is not None
    assert sized[1] == pytest.approx(PER_USD * sized[0])


def test_pipes_and_measures_are_converted(pair: tuple[Case, Case]) -> None:
    """Proves: prices that are no field of a case take the rate too, those of pipes and of shipped measures."""
    per_usd, costs = [], []
    for case in pair:
        demand = {"cooling": np.ones((2, 24))}
        weather = SimpleNamespace(dry_bulb_temp_c=np.full(24, 25.0))
        profiles = SimpleNamespace(demand=demand, weather=weather, building_ids=("one", "two"))
        request = network_request(case, case.networks[0], profiles, {})
        per_usd.append(request.economics.currency_per_usd)
        building = case.buildings[0].model_copy(update={"measures": ("led_lighting",)})
        costs.append(applied_measures(case.model_copy(update={"buildings": (building,)}))[0].capex_per_m2)
    assert per_usd[1] == pytest.approx(PER_USD * per_usd[0])
    assert costs[0] > 0.0
    assert costs[1] == pytest.approx(PER_USD * costs[0])


def test_pipes_are_carried_from_the_price_year_of_their_table(pair: tuple[Case, Case]) -> None:
    """Proves: dollars of 2022, as the tables of pipes and stations state, grow by the prices of 2022 to 2024 alone.

    If ignored: carried from 2015, to which the table has been brought already, every network is 23 % too dear.
    """
    years = set()
    for name in ("costs.csv", "ets_costs.csv"):
        with data_path("pipes", name).open(encoding="utf-8", newline="") as stream:
            years |= {row["price_year"] for row in csv.DictReader(stream)}
    assert years == {"2022"}
    demand = {"cooling": np.ones((2, 24))}
    weather = SimpleNamespace(dry_bulb_temp_c=np.full(24, 25.0))
    profiles = SimpleNamespace(demand=demand, weather=weather, building_ids=("one", "two"))
    request = network_request(pair[0], pair[0].networks[0], profiles, {})
    assert request.economics.currency_per_usd == pytest.approx(313.689 / 292.655)


def test_the_register_names_rate_and_source(pair: tuple[Case, Case]) -> None:
    """Proves: a reader sees beside a converted default what it was, the rate and who says so."""
    origin = pair[1].provenance["technologies.chillers.capex_per_kw"]
    assert "USD 2015 converted at 3.75 PEN/USD (central bank)" in origin.source
    assert pair[0].provenance["technologies.chillers.capex_per_kw"].source.endswith("USD 2015 converted")
    stated = pair[1].provenance["exchange_rate_per_usd"]
    assert (stated.value, stated.source, stated.year) == (3.75, "central bank", 2024)


@pytest.mark.parametrize(
    "written", ["3.75", "3.75 PEN/USD", '"3,75 PEN/USD"', "{value: 3.75, source: x}", '{value: "3.75 PEN / USD"}']
)
def test_ways_to_write_it(write: Callable[..., Path], base: str, kinds: object, written: str) -> None:
    """Proves: number, text with unit and value with origin mean the same, as for other quantities."""
    text = base.replace("currency: USD", f"currency: PEN\nexchange_rate_per_usd: {written}")
    case = load(write(text), kinds)
    assert case.exchange_rate_per_usd == 3.75


def test_a_rate_holds_for_its_year_alone() -> None:
    """Proves: prices of other years are carried by US consumer prices first, by hand 100 x 313.689 / 237.017 x 3.75."""
    tables = prices_at("PEN", 2024, PER_USD)
    assert convert_money(100.0, "USD", 2015, "PEN", 2024, tables) == pytest.approx(100 * 313.689 / 237.017 * 3.75)
    assert convert_money(375.0, "PEN", 2024, "USD", 2024, tables) == pytest.approx(100.0)
    assert "PEN" not in price_tables().fx_per_usd
    for currency, rate in (("USD", 1.0), ("PEN", 0.0), ("PEN", float("nan"))):
        with pytest.raises(ValueError, match="no exchange rate"):
            with_rate(price_tables(), currency, 2024, rate)


@pytest.mark.slow
def test_same_plant_in_any_currency(pair: tuple[Case, Case]) -> None:
    """Proves: sizes do not depend on the currency, and money is that in dollars times the rate."""
    usd, pen = (Workbench(case, "district") for case in pair)
    assert usd.capacities
    assert dict(pen.capacities) == pytest.approx(dict(usd.capacities), rel=1e-6, abs=1e-6)
    mine, other = usd.base_indicators(), pen.base_indicators()
    for name in ("investment", "life_cycle_cost", "yearly_cost"):
        assert other[name] == pytest.approx(tuple(PER_USD * v for v in mine[name]), rel=1e-6)
    assert other["electricity"] == pytest.approx(mine["electricity"], rel=1e-6)


def test_a_long_blank_rate_is_refused_at_once(write: Callable[..., Path], base: str, kinds: object) -> None:
    """Proves: blanks cost no more than their number. If ignored: a line of 500 blanks keeps edsim busy for a minute."""
    text = base.replace("currency: USD", f'currency: PEN\nexchange_rate_per_usd: "{" " * 5000}x\\ny"')
    with pytest.raises(CaseError, match="exchange_rate_per_usd"):
        load(write(text), kinds)

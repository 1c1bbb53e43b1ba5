"""Why a plant is as it is, solved by hand; where values come from; dates and numbers as a user reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from edsim.core.errors import DataError
from edsim.core.tariff import Tariff
from edsim.optimization.model.model import sizing_model
from edsim.optimization.system import System
from edsim.studies.diagnosis.reasons import Reasons, Worth, binding, explain_plant, joined
from edsim.studies.diagnosis.situation import clock
from edsim.studies.diagnosis.values import values_at
from edsim.studies.diagnosis.words import TEXTS, plain, upward
from edsim.workflow import load_case
from tests.unit.studies.diagnosis.conftest import DAY, NODE, conditions, flat, make, plant, with_field

CASE = Path(__file__).parents[4] / "cases" / "medellin-alpujarra"


def _priced(price: float) -> Tariff:
    return Tariff(flat(price), flat(0.0), flat(0.0)[:12], 0.0, flat(0.0), 1.0)


@pytest.fixture(scope="module")
def reasons() -> Reasons:
    """Return a plant of three connections for 100 kW all year: cheap and limited to 60 kW, dear, and one not bought."""
    demand = flat(100.0)
    tariffs = {"cheap": _priced(0.10), "dear": _priced(0.15), "line": _priced(0.10)}
    fields = {"lifetime_a": 25.0, "fixed_om_frac": 0.0}
    grids = (
        make("grid", "cheap", tariff="cheap", capex_per_kw=0.0, max_connection_kw=60.0, **fields),
        make("grid", "dear", tariff="dear", capex_per_kw=0.0, **fields),
        make("grid", "line", tariff="line", capex_per_kw=15000.0, **fields),
    )
    here = conditions({"electricity": demand}, tariffs=tariffs)
    return explain_plant(System(grids, {(NODE, "electricity"): demand}, {NODE: here}, 0.0, 1.0, 100.0), 2)


def test_a_limit_that_binds_is_worth_the_difference_of_prices(reasons: Reasons) -> None:
    """Proves: one kW more of the cheap connection saves 0.05 x 8760 = 438 a year. If ignored: a limit has no price."""
    (bound,) = binding(reasons.machines)
    assert (bound.technology, bound.limit) == ("cheap", 60.0)
    assert bound.saves_per_unit == pytest.approx(438.0, rel=1e-6)


def test_what_a_machine_is_worth(reasons: Reasons) -> None:
    """Proves: without the cheap 60 kW the year costs 60 x 438 more."""
    worth = {w.technology: w for w in reasons.worths}
    assert worth["cheap"].is_bought
    assert worth["cheap"].without_a == pytest.approx(60.0 * 438.0, rel=1e-6)


def test_the_price_at_which_a_machine_enters(reasons: Reasons) -> None:
    """Proves: a line that saves 438 and costs 15000 / 25 = 600 a year enters at 73 % of its investment."""
    line = next(w for w in reasons.worths if w.technology == "line")
    assert not line.is_bought
    assert line.enters_at_frac == pytest.approx(438.0 / 600.0, rel=1e-3)


def test_marginal_price_of_a_carrier(reasons: Reasons) -> None:
    (price,) = reasons.prices
    assert (price.node, price.carrier) == (NODE, "electricity")
    assert price.mean == pytest.approx(0.15, rel=1e-6)


def test_machines_not_bought_name_each_other() -> None:
    """Proves: absorption needs the boiler, the boiler serves absorption only; a boiler bought ends both.

    If ignored: one is said to be nearly bought while its only source of heat is said to be worthless.
    """
    machines = (
        make("absorption_chiller", "absorption", effect="single", driven_by="hot_water"),
        make("boiler", "boiler", fuel="natural_gas"),
    )
    system = System(machines, {(NODE, "chilled_water"): flat(1.0)}, {}, 0.0, 1.0, 100.0)
    left = (Worth("absorption", is_bought=False, enters_at_frac=0.7), Worth("boiler", is_bought=False))
    absorption, boiler = joined(system, left)
    assert absorption.needs == (("boiler",),)
    assert (absorption.only_for, boiler.only_for) == ((), ("absorption",))
    absorption, _ = joined(system, (left[0], Worth("boiler", is_bought=True)))
    assert absorption.needs == ()


def test_clock_and_numbers() -> None:
    """Proves: hours are dates, what must be enough is rounded up, in both languages."""
    assert clock(0, "en") == "1 January 00:00"
    assert clock((31 + 28 + 13) * 24 + 15, "en") == "14 March 15:00"
    assert clock(8759, "es") == "31 de diciembre, 23:00"
    assert upward(3626.01, "en") == "3,627"
    assert upward(3626.01, "es") == "3.627"
    assert upward(0.12341, "en") == "0.1235"
    assert plain(2500.0, "en") == "2,500"
    assert plain(8.5, "es") == "8,5"


def test_every_sentence_is_there_in_both_languages() -> None:
    assert set(TEXTS["en"]) == set(TEXTS["es"])


def test_values_say_where_they_come_from() -> None:
    """Proves: a typed value has file and line, a default its source, a group all below it, a slip the nearest name."""
    case = load_case(CASE)
    (typed,) = values_at(case, "tariffs.non_regulated.energy_per_kwh")
    assert typed.origin.where.startswith("case.yaml:")
    assert (typed.origin.value, typed.origin.year, typed.origin.quality) == (0.16, 2025, "benchmark")
    (default,) = values_at(case, "boilers.capex_per_kw")
    assert (default.path, default.origin.quality, default.origin.where) == (
        "technologies.boilers.capex_per_kw",
        "default",
        "",
    )
    assert "Danish Energy Agency" in default.origin.source
    assert len(values_at(case, "finance")) > 10
    with pytest.raises(DataError, match=r"chillers\.capex_per_kw\?.*E563"):
        values_at(case, "technologies.chilers.capex_per_kw")


@pytest.mark.medium
@pytest.mark.parametrize(
    ("kind", "changes", "owner", "name", "per_unit"),
    [
        ("cooling", {}, "tank", "max_capacity_kwh", 1.0),
        ("roof", {"capex_per_kwp": 200.0, "area_m2": 500.0}, "roof", "area_m2", 1.0 / 0.18),
    ],
)
def test_the_price_of_a_limit_is_what_a_plant_with_more_saves(
    kind: str, changes: dict[str, float], owner: str, name: str, per_unit: float
) -> None:
    """Proves: one kWh of store and one kWp of roof more change the yearly cost by their price when solved again.

    If ignored: the next unit is promised to save what it does not.
    """
    system = plant(kind, 1, DAY)
    if changes:
        system = with_field(system, "grid", "max_connection_kw", 3000.0)
    for field, value in changes.items():
        system = with_field(system, owner, field, value)
    found = explain_plant(system, 1)
    (bound,) = (m for m in binding(found.machines) if m.technology == owner)
    more = getattr(next(t for t in system.technologies if t.id == owner), name) + per_unit
    again = sizing_model(with_field(system, owner, name, more), 1).solve().objective
    assert found.solution.objective - again == pytest.approx(bound.saves_per_unit, rel=1e-4)
    assert bound.saves_per_unit > 1.0


@pytest.mark.medium
def test_a_machine_enters_at_the_price_said() -> None:
    """Proves: 2 % below the price at which it is said to enter a chiller is bought, 2 % above it is not."""
    system = plant("cooling", 1, DAY)
    (worth,) = (w for w in explain_plant(system, 1).worths if w.technology == "air_chiller")
    chiller = next(t for t in system.technologies if t.id == "air_chiller")
    assert worth.enters_at_frac is not None
    bought = []
    for share in (0.98, 1.02):
        price = worth.enters_at_frac * share * chiller.model_dump()["capex_per_kw"]
        model = sizing_model(with_field(system, "air_chiller", "capex_per_kw", price), 1)
        bought.append(model.solve().capacities["air_chiller", "capacity_kw"])
    assert bought[0] > 1.0
    assert bought[1] == pytest.approx(0.0, abs=1e-6)

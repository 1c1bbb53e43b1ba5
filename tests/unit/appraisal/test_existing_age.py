"""What stands in the energy center already is replaced when its own life ends."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from pydantic import ValidationError

from edsim.appraisal.costs import plant_assets, study_of
from edsim.appraisal.emissions import stocks_of
from edsim.finance import build_cash_flows
from edsim.results.variant import VariantRun
from edsim.technologies.boiler import Boiler
from edsim.technologies.ice_store import IceStore
from edsim.technologies.vapour_chiller import VapourChiller


def _run(machine: Any, kw: float) -> VariantRun:
    terms = SimpleNamespace(
        discount_rate_frac=0.1, horizon_a=20, contingency_frac=0.0, engineering_frac=0.0, salvage="zero"
    )
    case = SimpleNamespace(name="case", currency="USD", price_year=2023, finance=terms, buildings=())
    run = SimpleNamespace(name="district", plant=(machine,), phases=(), individual=(), capacity=lambda *_: kw)
    run.district, run.stages = SimpleNamespace(case=case), (SimpleNamespace(run=run, start_a=0),)
    return cast("VariantRun", run)


def _boiler(age_a: float | None) -> Boiler:
    return Boiler(
        id="old", existing_capacity_kw=3000.0, existing_age_a=age_a, capex_per_kw=100.0, lifetime_a=25.0,
        fixed_om_frac=0.0,
    )  # fmt: skip


@pytest.mark.parametrize(("age_a", "year"), [(20.0, 5), (27.0, 0), (None, 13), (2.0, None)])
def test_it_is_replaced_when_its_life_ends(age_a: float | None, year: int | None) -> None:
    """Proves: a life of 25 a ends in year 5 at 20 a, at once where it is over, after half of it where no age is stated.

    If ignored: a boiler of 1998 ran until 2038.
    """
    run = _run(_boiler(age_a), 3000.0)
    flows = build_cash_flows(study_of(run.district.case, run.name), plant_assets(run)).to_frame()
    bought = flows[flows["value"] != 0.0]
    assert [(y, v) for y, v in zip(bought["year"], bought["value"], strict=True)] == (
        [] if year is None else [(year, -300_000.0)]
    )


def test_what_is_added_beside_it_is_new() -> None:
    """Proves: refrigerant of 400 kW that stand 10 years has that age, that of 100 kW bought beside it none."""
    chiller = VapourChiller(id="cold", existing_capacity_kw=400.0, existing_age_a=10.0)
    stocks = stocks_of(_run(chiller, 500.0))
    assert [(s.machine, s.capacity_kw, s.age_at_start_a) for s in stocks] == [
        ("cold existing", 400.0, 10.0),
        ("cold", 100.0, 0.0),
    ]


def test_an_ice_store_holds_the_refrigerant_of_its_ice_makers() -> None:
    """Proves: 20 MWh of ice with 70 kW of ice makers hold 0.3 kg for each of the 70 kW, as the optimizer counts.

    If ignored: 6 t of refrigerant for a tank of water, and more GHG in the report than in the optimum.
    """
    run = _run(IceStore(id="ice", existing_ice_maker_kw=20.0, charge_kg_per_kw=0.3), 70.0)
    assert [(s.machine, s.capacity_kw) for s in stocks_of(run)] == [("ice existing", 20.0), ("ice", 50.0)]


def test_an_age_of_nothing_is_refused() -> None:
    """Proves: an age without the size it belongs to is named. If ignored: it would be typed and never used."""
    with pytest.raises(ValidationError, match="existing_age_a is the age of what exists"):
        Boiler(id="new", existing_age_a=5.0)

"""Money of parts that come later or leave early, by hand."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from edsim.appraisal.costs import until
from edsim.appraisal.phases.tables import phasing
from edsim.case.milestones import case_in, is_connected, is_open, span_worth, spans
from edsim.case.parts.milestone_spec import Milestone
from edsim.case.parts.tariff_spec import TariffSpec
from edsim.case.schema import Building, Case, Emissions, Finance
from edsim.finance import AssetCost, Study, asset_flows, capex_annuity, npv

STUDY = Study("c", "v", 20, 0.08, "USD", 2025)
WORTH = 1.08 ** -np.arange(1.0, 21.0)


def growing(**changes: object) -> Case:
    """Return a case of two buildings and three milestones, nothing in it that is not needed."""
    fields = {
        "schema_version": 1,
        "name": "n",
        "city": {"name": "c", "country": "COL", "lat_deg": 0, "lon_deg": 0, "elevation_m": 0, "utc_offset_h": -5},
        "currency": "USD",
        "price_year": 2025,
        "buildings": (
            Building(id="old", use="office", floor_area_m2=1000, storeys=1, connection_year=2032),
            Building(id="new", use="office", floor_area_m2=1000, storeys=1, opening_year=2037),
        ),
        "tariffs": (TariffSpec(id="power", energy_per_kwh=0.1, demand_per_kw_month=5.0),),
        "emissions": Emissions(grid_kg_per_kwh=0.2, grid_basis="inventory", other_grid_kg_per_kwh={"life_cycle": 0.3}),
        "finance": Finance(discount_rate_frac=0.08, horizon_a=20),
        "milestones": (
            Milestone(year=2027),
            Milestone(year=2032, price_factor={"power": 2.0}, grid_factor=0.5),
            Milestone(year=2037),
        ),
    }
    return Case(**(fields | changes))


@pytest.mark.parametrize("life", [12.0, 15.0, 25.0, 40.0])
def test_a_late_purchase_costs_its_annuity_in_the_years_it_serves(life: float) -> None:
    """Proves: bought at year 5, replaced, and valued at the end: worth the annuity of the years 6 to 20, exactly.

    If ignored: the optimizer, which pays an annuity from the milestone on, and the cash flows would be two studies.
    """
    asset = AssetCost("a", "plant", 1000.0, life, fixed_om_per_a=20.0, install_year=5)
    expected = (capex_annuity(asset, 0.08) + 20.0) * WORTH[5:].sum()
    assert -npv(asset_flows(STUDY, [asset]), 0.08) == pytest.approx(expected, rel=1e-12)


def test_what_is_scrapped_is_paid_until_then_and_worth_nothing() -> None:
    """Proves: a machine of age 8 and life 12 is bought again in year 4, kept up for 5 years, and leaves no value."""
    machine = AssetCost("m", "individual_machines", 100.0, 12.0, fixed_om_per_a=3.0, quantity=2.0, age_at_start_a=8.0)
    flows = until(STUDY, 5, [machine])
    assert flows.select(line="replacement_individual_machines").year.tolist() == [4]
    assert flows.select(line="replacement_individual_machines").total() == pytest.approx(-200.0)
    assert flows.select(line="om_fixed_individual_machines").year.tolist() == [1, 2, 3, 4, 5]
    assert flows.total() == pytest.approx(-200.0 - 5 * 6.0)


def test_nothing_is_bought_in_the_year_it_is_scrapped() -> None:
    """Proves: a life that ends when the building connects is not renewed. If ignored: a machine for no year is paid."""
    machine = AssetCost("m", "individual_machines", 100.0, 12.0, age_at_start_a=7.0)
    assert until(STUDY, 5, [machine]).lines() == ()


def test_milestones_share_the_years_of_the_study() -> None:
    """Proves: years 1-5, 6-10 and 11-20, each worth the sum of its discount factors, together the whole study."""
    case = growing()
    assert spans(case) == ((1, 5), (6, 10), (11, 20))
    assert span_worth(case) == pytest.approx([WORTH[:5].sum(), WORTH[5:10].sum(), WORTH[10:].sum()])


def test_a_carbon_price_holds_from_its_milestone_on() -> None:
    """Proves: the case's 20, then 80 where 80 is stated; a milestone that states none has that of the case."""
    years = (Milestone(year=2027), Milestone(year=2032, carbon_price_per_t=80.0), Milestone(year=2037))
    case = growing(
        milestones=years, emissions=Emissions(grid_kg_per_kwh=0.2, grid_basis="inventory", carbon_price_per_t=20)
    )
    assert [case_in(case, m).emissions.carbon_price_per_t for m in years] == [20.0, 80.0, 20.0]


def test_a_milestone_has_its_prices_and_its_customers() -> None:
    """Proves: all prices of a tariff and all grid factors follow, and who is not connected is left out of networks."""
    case = growing()
    first, second, third = (case_in(case, m) for m in case.milestones)
    assert (second.tariffs[0].energy_per_kwh, second.tariffs[0].demand_per_kw_month) == (0.2, 10.0)
    assert second.emissions.grid_kg_per_kwh == pytest.approx(0.1)
    assert second.emissions.other_grid_kg_per_kwh == pytest.approx({"life_cycle": 0.15})
    assert third.tariffs == first.tariffs == case.tariffs
    served = [[b.id for b in c.buildings if b.connect == "must"] for c in (first, second, third)]
    assert served == [[], ["old"], ["old", "new"]]
    old, new = case.buildings
    assert [is_open(new, y) for y in (2027, 2032, 2037)] == [False, False, True]
    assert [is_connected(old, y) for y in (2027, 2032, 2037)] == [False, True, True]


def test_a_pipe_between_plants_is_a_machine_of_the_phases() -> None:
    """Proves: the pipe that joins two plants, of a life of 12 years, is replaced in 2039 under its own name.

    If ignored: a district with a remote source and milestones ends in a fault of the program.
    """
    link = SimpleNamespace(id="heat_north_river", sizes=())
    district = SimpleNamespace(case=growing(), designs=(), served=tuple)
    stage = SimpleNamespace(year=2027, start_a=0, run=SimpleNamespace(district=district, individual=()))
    run = SimpleNamespace(name="v", plant=(link,), district=district, phases=(stage,))
    asset = AssetCost("heat_north_river capacity_kw", "network", 100.0, 12.0, quantity=5.0)
    costs = SimpleNamespace(assets=(asset,), scrapped={})
    (row,) = phasing(cast("Any", run), cast("Any", costs))
    assert (row["year"], row["kind"], row["item"]) == (2039, "machine", "heat_north_river capacity_kw")
    assert (row["action"], row["investment"]) == ("replace", 500.0)

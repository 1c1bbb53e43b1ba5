"""What is no cause for a remark: each check beside the border at which it begins."""

from typing import Any

import pytest

from edsim.case.checks.country import check_country
from edsim.case.checks.doubled import check_doubled
from edsim.case.checks.money import check_exchange_rate
from edsim.case.checks.power import check_power
from edsim.case.checks.served import check_served
from edsim.case.checks.tariffs import unsold_surplus
from edsim.case.schema import Case
from edsim.technologies.battery import Battery
from edsim.technologies.cooling_tower import CoolingTower
from edsim.technologies.grid import Grid
from edsim.technologies.pv import Pv


def _case(city: dict[str, Any] | None = None, **parts: Any) -> Case:
    place = {"name": "X", "country": "COL", "lat_deg": 6.2, "lon_deg": -75.6, "elevation_m": 0, "utc_offset_h": -5}
    return Case.model_validate(
        {
            "schema_version": 1, "name": "x", "city": place | (city or {}), "currency": "USD", "price_year": 2025,
            "buildings": [{"id": "hall", "use": "office", "floor_area_m2": 1000, "storeys": 2, "lat_deg": 6.2,
                           "lon_deg": -75.6}],
            "finance": {"discount_rate_frac": 0.08}, "emissions": {"grid_kg_per_kwh": 0.2, "grid_basis": "inventory"},
        }
        | parts
    )  # fmt: skip


@pytest.mark.parametrize(
    ("country", "lat_deg", "lon_deg", "codes"),
    [
        ("FJI", -17.8, 178.4, []),
        ("FJI", -16.8, -179.9, []),
        ("FJI", -17.8, 170.0, ["W1894"]),
        ("FJI", -17.8, -100.0, ["W1894"]),
        ("COL", 6.2, -75.6, []),
        ("COL", 6.2, 75.6, ["W1894"]),
    ],
)
def test_a_country_may_lie_on_both_sides_of_the_date_line(
    country: str, lat_deg: float, lon_deg: float, codes: list[str]
) -> None:
    """Proves: Suva and Taveuni are in Fiji, 177 °E to 179 °W; a lost sign is told. If ignored: Suva is remarked."""
    case = _case({"country": country, "lat_deg": lat_deg, "lon_deg": lon_deg})
    assert [f.code for f in check_country(case)] == codes


@pytest.mark.parametrize(("with_grid", "codes"), [(True, []), (False, ["W1842"])])
def test_sun_beside_a_grid_is_steady_power(with_grid: bool, codes: list[str]) -> None:
    """Proves: a tower fed by panels alone is remarked, beside a grid it is not. If ignored: every plant with PV is."""
    plant = (CoolingTower(id="tower"), Pv(id="roof", area_m2=100.0))
    plant += (Grid(id="grid", tariff="power"),) if with_grid else ()
    case = _case().model_copy(update={"technologies": plant})
    assert [f.code for f in check_power(case)] == codes


def test_a_battery_is_no_source_of_its_own() -> None:
    """Proves: panels and a battery alone are remarked, beside a grid they are not. If ignored: no grid is no news."""
    plant = (CoolingTower(id="tower"), Pv(id="roof", area_m2=100.0), Battery(id="store"))
    alone = _case().model_copy(update={"technologies": plant})
    beside = _case().model_copy(update={"technologies": (*plant, Grid(id="grid", tariff="power"))})
    assert [[f.code for f in check_power(case)] for case in (alone, beside)] == [["W1970"], []]


def test_modules_of_two_places_do_not_share_a_roof() -> None:
    """Proves: the same area at two buildings, two areas at one and a bounded capacity are no double count.

    If ignored: every case with modules on several roofs is told that it counts them twice.
    """
    office = _case().buildings[0]
    two = _case().model_copy(update={"buildings": (office, office.model_copy(update={"id": "annex"}))})
    pairs = [
        (Pv(id="a", node="hall", area_m2=100.0), Pv(id="b", node="annex", area_m2=100.0)),
        (Pv(id="a", area_m2=100.0), Pv(id="b", area_m2=120.0)),
        (Pv(id="a", node="hall"), Pv(id="b", node="annex")),
        (Pv(id="a"), Pv(id="b", node="annex", max_capacity_kwp=20.0)),
        (Pv(id="a"), Pv(id="b", mounting="ground")),
        (Pv(id="a"), Pv(id="b", node="annex")),
        (Pv(id="a", area_m2=100.0), Pv(id="b", area_m2=100.0)),
    ]
    told = [[f.params["other"] for f in check_doubled(two.model_copy(update={"technologies": p}))] for p in pairs]
    assert told == [[], [], [], [], [], ["a"], ["a"]]


@pytest.mark.parametrize(
    ("currency", "rate", "codes"),
    [("PEN", 3.75, []), ("PEN", 0.267, ["E1823"]), ("KWD", 0.307, []), ("KWD", 3.26, ["E1823"]), ("AUD", 0.96, []),
     ("COP", 0.00025, ["E1947"]), ("PAB", 1.0, [])],
)  # fmt: skip
def test_a_rate_may_be_below_one_where_the_currency_is_strong(currency: str, rate: float, codes: list[str]) -> None:
    """Proves: dinars of Kuwait cost more than a dollar and soles less, whatever the year.

    If ignored: 0.267 PEN/USD makes every default price a fourteenth, and the study runs.
    """
    case = _case(currency=currency, exchange_rate_per_usd=rate)
    assert [f.code for f in check_exchange_rate(case)] == codes


@pytest.mark.parametrize(
    ("grid", "other", "with_sun", "codes"),
    [({}, {}, True, ["W1951"]), ({"max_export_kw": 0.0}, {}, True, []), ({"max_export_kw": None}, {}, True, []),
     ({}, {"max_export_kw": 500.0}, True, []), ({}, {}, False, [])],
)  # fmt: skip
def test_exports_are_missed_where_nobody_decided_against_them(
    grid: dict[str, Any], other: dict[str, Any], with_sun: bool, codes: list[str]
) -> None:
    """Proves: a price of exports beside panels and a grid left alone is remarked, unless the case decides (0 too).

    Nor is a case with nothing to sell, or with a variant that sells. If ignored: a surplus is thrown away unasked,
    or who sells nothing on purpose is told so forever.
    """
    tariffs = [{"id": "power", "energy_per_kwh": 0.1, "export_per_kwh": 0.04}]
    sun = (Pv(id="roof", area_m2=100.0),) if with_sun else ()
    battery = Battery(id="store")
    case, variant = (
        _case(tariffs=tariffs).model_copy(
            update={"technologies": (Grid(id="grid", tariff="power", **stated), battery, *sun)}
        )
        for stated in (grid, other)
    )
    assert [f.code for f in unsold_surplus(case, [variant])] == codes


@pytest.mark.parametrize(
    ("carrier", "supply_c", "codes"),
    [("chilled_water_high", 15.0, ["W1904"]), ("chilled_water_low", 6.0, []), ("chilled_water", 15.0, [])],
)
def test_a_level_that_dries_air_may_cool_rooms(carrier: str, supply_c: float, codes: list[str]) -> None:
    """Proves: water of 15 °C for an office is remarked, a level of 6 °C is not. If ignored: every second level is."""
    network = {
        "id": "n", "carrier": carrier, "service": "cooling", "plants": [{"lat_deg": 6.2, "lon_deg": -75.6}],
        "supply_temp_c": supply_c, "return_temp_c": supply_c + 7.0,
    }  # fmt: skip
    assert [f.code for f in check_served(_case(networks=[network]))] == codes

"""What a case needs and does not say: the price of water, the set point heat is made for."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edsim.appraisal.measures import measure_assets
from edsim.case.checks.milestones import check_milestones
from edsim.case.checks.needs import HEATED_BELOW_C, check_needs
from edsim.case.checks.proportions import check_proportions
from edsim.case.checks.runnable import check_runnable
from edsim.case.checks.tariffs import check_tariffs
from edsim.case.joining import CONNECT_FIELDS
from edsim.case.parts.measure_spec import MeasureSpec
from edsim.case.parts.tariff_spec import TimeOfUse
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault, render
from edsim.core.resources import share_path
from edsim.technologies.chp import Chp
from edsim.technologies.packaged_ac import PackagedAc
from edsim.workflow import load_case

CASES = Path(__file__).parents[2] / "cases"


@pytest.fixture(scope="module")
def loop():
    """Return a case in Bogotá with a tower without a price of water and heat without a set point."""
    return load_case(CASES / "ambient_loop")


def test_water_without_a_price_is_named_with_what_it_would_cost(loop):
    """Proves: 2 m³ per MWh at 2 USD/m³ are 4 USD/MWh; a price, given as 0 or more, ends the remark.

    If ignored: towers beat air-cooled machines because their water is free.
    """
    (fault,) = [f for f in check_needs(loop) if f.code == "W1866"]
    assert fault.field == "finance.water_price_per_m3"
    assert (fault.params["price"], fault.params["cost"], fault.params["users"]) == ("2", "4", "loop_tower")
    priced = loop.model_copy(update={"finance": loop.finance.model_copy(update={"water_price_per_m3": 1.5})})
    assert "W1866" not in {f.code for f in check_needs(priced)}
    own = loop.model_copy(update={"finance": loop.finance.model_copy(update={"plant_water_price_per_m3": 0.4})})
    assert "W1866" not in {f.code for f in check_needs(own)}
    shipped = load_case(share_path("cases", "medellin-alpujarra"))
    assert not list(check_needs(shipped))


def test_steam_of_an_engine_uses_water_as_that_of_a_boiler_does(loop):
    """Proves: an engine whose exhaust raises steam is named where water has no price, one that heats water is not.

    If ignored: its make-up water is counted at a price nobody was told of.
    """
    said = []
    for engine in (Chp.example(), Chp.example().model_copy(update={"carriers": {"exhaust_heat": "steam"}})):
        case = loop.model_copy(update={"technologies": (*loop.technologies, engine)})
        said.append([f.params["users"] for f in check_needs(case) if f.code == "W1866"])
    assert said == [["loop_tower"], [f"loop_tower, {engine.id}"]]


def test_heat_without_a_set_point_is_named_at_the_building(loop):
    """Proves: heat stated in a climate without winter names the field and the line; a set point ends the remark."""
    faults = [f for f in check_needs(loop) if f.code == "W1867"]
    assert [f.field for f in faults] == [f"buildings.{b.id}.archetype.heating_set_c" for b in loop.buildings]
    assert [f.place.line for f in faults] == [2, 3, 4]
    warm = tuple(b.model_copy(update={"archetype": {"heating_set_c": 20.0}}) for b in loop.buildings)
    assert "W1867" not in {f.code for f in check_needs(loop.model_copy(update={"buildings": warm}))}


def test_a_heating_network_without_heated_buildings_is_refused(loop):
    """Proves: the network is an error before any computing, unless one building has a set point.

    If ignored: the run ends after a minute without file and line.
    """
    network = load_case(share_path("cases", "medellin-alpujarra")).networks[0]
    heating = network.model_copy(update={"id": "heat", "carrier": "hot_water", "service": "heating"})
    case = loop.model_copy(update={"networks": (heating,)})
    assert "E1868" in {f.code for f in check_needs(case)}
    one = (loop.buildings[0].model_copy(update={"heating_set_c": 20.0}), *loop.buildings[1:])
    assert "E1868" not in {f.code for f in check_needs(case.model_copy(update={"buildings": one}))}


def test_winter_begins_where_the_building_model_says():
    """Proves: the check and the archetypes call the same climate heated: Bogotá is not, Santiago is, its July 8.2 °C.

    If ignored: a network of heat in Santiago has no heat to deliver.
    """
    from edsim.core.timegrid import MONTH_OF_HOUR
    from edsim.profiles.buildings import climate_band
    from edsim.profiles.weather import find_normals, synthesize_year

    place = find_normals("Bogota")
    year = synthesize_year(place, place.lat_deg, place.lon_deg, place.elevation_m, place.utc_offset_h, 0)

    def band(coldest_c: float) -> str:
        return climate_band(replace(year, dry_bulb_temp_c=np.where(MONTH_OF_HOUR == 6, coldest_c, 15.0)))

    assert climate_band(year) == "cold"
    assert [band(c) for c in (7.99, 8.2, HEATED_BELOW_C - 0.01)] == ["winter", "mild_winter", "mild_winter"]
    assert band(HEATED_BELOW_C + 0.01) == "cold"


def test_hot_water_beside_a_network_of_hot_water_is_said(read: Callable[[str], Case], base: str) -> None:
    """Proves: a network of hot water that heats rooms does not hide that nothing makes the hot water of taps.

    If ignored: more heat than the network carries is in neither BAU nor project, silently.
    """
    case = read(base)
    warm = case.networks[0].model_copy(update={"id": "warm", "carrier": "hot_water", "service": "heating"})
    said = [f for f in check_runnable(case.model_copy(update={"networks": (*case.networks, warm)})) if "W18" in f.code]
    assert [(f.code, f.field, f.got) for f in said] == [("W1887", "buildings.hall.bau", "hall, hotel")]
    assert "W1887" not in {f.code for f in check_runnable(case)}


def test_the_price_of_water_is_written_as_in_colombia() -> None:
    """Proves: 1.772 EUR is 1,772 to a Spanish reader. If ignored: water seems to cost a thousand times more."""
    words = {"users": "tower 1.5", "price": "1.772", "cost": "3.54", "currency": "EUR"}
    said = render(Fault("W1866", params=words), "es").what
    assert "1,772 EUR/m³" in said
    assert "3,54 EUR/MWh" in said
    assert "tower 1.5" in said
    assert "1.772 EUR/m³" in render(Fault("W1866", params=words), "en").what


def test_chilled_water_for_buildings_without_coils_is_said_until_a_measure_pays_them():
    """Proves: buildings with packaged units are named; a measure that changes nothing is their cost, and the project's.

    2000 m² at 50 and 10 % contingency are 110 000. If ignored: a district would get its fan coils for nothing.
    """
    shipped = load_case(share_path("cases", "medellin-alpujarra"))
    dry = PackagedAc(id="dry", node="building")
    first = shipped.buildings[0].model_copy(update={"bau": {"cooling": "dry"}})
    case = shipped.model_copy(
        update={"technologies": (*shipped.technologies, dry), "buildings": (first, *shipped.buildings[1:])}
    )
    (said,) = check_needs(case)
    assert (said.code, said.field, said.got) == ("W1837", f"buildings.{first.id}.bau.cooling", first.id)
    coils = MeasureSpec(id="coils", changes={"cooling_set_c": 24.0}, capex_per_m2=50.0, lifetime_a=25.0)
    paid = first.model_copy(update={"measures": ("coils",), "floor_area_m2": 2000.0, "cooling_set_c": 24.0})
    counted = case.model_copy(update={"measures": (coils,), "buildings": (paid, *shipped.buildings[1:])})
    assert not list(check_needs(counted))
    (asset,) = measure_assets(counted, 1.1)
    assert asset.capex * asset.quantity == pytest.approx(110_000.0)


@pytest.mark.parametrize(
    ("later", "shared"),
    [({"hours": (12, 13)}, ["12"]), ({"weekdays": (6, 7)}, []), ({"hours": (11,)}, []), ({"hours": (13, 14)}, [])],
)
def test_windows_that_share_an_hour_are_told_from_a_price_meant_to_win(loop, later, shared):
    """Proves: 10 to 12 and 12 to 13 are remarked; a price of weekends, or of one of the hours, after it is none.

    If ignored: a common tariff, cheap all weekend, is called a slip.
    """
    windows = (TimeOfUse(per_kwh=0.2, hours=(10, 11, 12)), TimeOfUse(per_kwh=0.1, **later))
    tariff = loop.tariffs[0].model_copy(update={"time_of_use": windows})
    found = check_tariffs(loop.model_copy(update={"tariffs": (tariff,)}))
    assert [f.got for f in found if f.code == "W1832"] == shared


def test_a_building_far_from_two_networks_is_named_once():
    """Proves: a building 11 km off is one remark, though it would join two networks; alike buildings are none."""
    case = load_case(CASES / "two_services")
    far = case.buildings[0].model_copy(update={"lat_deg": case.city.lat_deg + 0.1})
    moved = case.model_copy(update={"buildings": (far, *case.buildings[1:])})
    extra = moved.model_copy(update={"buildings": (*moved.buildings, case.buildings[1].model_copy(update={"id": "b"}))})
    assert [(f.code, f.field) for f in check_proportions(extra)] == [("W1833", f"buildings.{far.id}.lat_deg")]
    assert not [f for f in check_proportions(case) if f.code == "W1833"]


@pytest.mark.parametrize(("still", "codes"), [(None, {"E1804"}), ("connect_heating", set())])
def test_a_year_of_connection_without_any_network_to_join_is_refused(still, codes):
    """Proves: refusing every service, one by one, is as `connect: never`; one service left to take is a connection."""
    case = load_case(CASES / "two_services")
    refused = dict.fromkeys((f for f in CONNECT_FIELDS if f not in {"connect", still}), "never")
    hotel = case.buildings[0].model_copy(update={**refused, "connection_year": 2030})
    found = check_milestones(case.model_copy(update={"buildings": (hotel, *case.buildings[1:])}))
    assert {f.code for f in found} - {"E1803"} == codes

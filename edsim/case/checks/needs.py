"""Checks of what a case needs and does not say: the price of water that machines use, the warmth heat is made for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from edsim.case.checks.ids import place_of
from edsim.case.normals import case_normals
from edsim.case.offers import taken
from edsim.case.parts.exchange_rate import case_prices
from edsim.case.schema import Building, Case
from edsim.case.shipped import shipped_rows
from edsim.case.wording.messages import Fault, listing
from edsim.core.errors import EdsimError
from edsim.core.machines.draws_water import RaisesSteam
from edsim.core.money import convert_money
from edsim.core.technology import Technology

COILS = "W1837"
"""Code of buildings whose coils and pipes for chilled water are in no cost."""
HEATED_BELOW_C = 12.0
"""Mean of the coldest month below which archetypes are heated; that of the building model."""
_USUAL_USD_PER_M3, _PRICE_YEAR = 2.0, 2025
"""Water and sewerage of a large Colombian utility, about 7 700 COP/m³, as in the shipped cases."""
_TOWER_M3_PER_MWH = 2.0
"""Make-up water of a wet tower per heat: 1.5 kg/kWh evaporate, a third of it is blown down."""
_UNHEATED_BELOW_C = -50.0
_DRY_KINDS = frozenset({"packaged_ac", "split_ac", "vrf", "window_ac"})
"""Machines that cool air without water, so that their buildings have no chilled-water pipes and coils."""
_HEATING, _COOLING = "heating", "cooling"


def check_needs(case: Case) -> Iterator[Fault]:
    """Yield machines that use water without a price, heat or cold without need, chilled water without coils."""
    yield from _free_water(case)
    yield from _no_heating(case)
    yield from _conversion(case)
    yield from _not_conditioned(case)


def _uses_water(technology: Technology, case: Case) -> bool:
    wet = technology.kind == "individual_chiller" and getattr(technology, "condenser", "") == "water"
    steam = any(b.bau.get("steam") == technology.id for b in case.buildings)
    return wet or steam or _in_the_plant(technology)


def _in_the_plant(technology: Technology) -> bool:
    return technology.uses_water or (isinstance(technology, RaisesSteam) and technology.raises_steam())


def _free_water(case: Case) -> Iterator[Fault]:
    path = "finance.water_price_per_m3"
    own_price = case.finance.plant_water_price_per_m3 is not None
    users = [t.id for t in case.technologies if _uses_water(t, case) and not (own_price and _in_the_plant(t))]
    origin = case.provenance.get(path)
    stated = case.finance.water_price_per_m3 > 0.0 or (origin is not None and bool(origin.where))
    if stated or not users:
        return
    try:
        price = convert_money(_USUAL_USD_PER_M3, "USD", _PRICE_YEAR, case.currency, case.price_year, case_prices(case))
        currency = case.currency
    except EdsimError:
        price, currency = _USUAL_USD_PER_M3, "USD"
    words = {
        "users": ", ".join(users),
        "price": f"{price:,.4g}" if price < 1e3 else f"{price:.0f}",
        "cost": f"{_TOWER_M3_PER_MWH * price:.3g}" if price < 1e3 else f"{_TOWER_M3_PER_MWH * price:.0f}",
        "currency": currency,
    }
    yield Fault("W1866", place_of(case, path), path, params=words, hint="water_price")


def _no_heating(case: Case) -> Iterator[Fault]:
    """Yield buildings with heat and no set point, and networks none of whose buildings has one."""
    if not without_winter(case):
        return
    cold = [b for b in case.buildings if not is_heated(b)]
    networks = [n for n in case.networks if _HEATING in n.services]
    for network in networks:
        served = [b for b in case.buildings if _HEATING in taken(case, network, b)]
        if served and network.services == (_HEATING,) and all(b in cold for b in served):
            path = f"buildings.{served[0].id}.archetype.heating_set_c"
            yield Fault("E1868", place_of(case, path), path, params={"network": network.id}, hint="heating_set")
            return
    for building in cold:
        given = any(_HEATING in taken(case, n, building) for n in networks)
        served_by_network = given and building.connects(_HEATING) == "must"
        if _HEATING in building.bau or served_by_network:
            path = f"buildings.{building.id}.archetype.heating_set_c"
            yield Fault("W1867", place_of(case, path), path, params={"use": building.use}, hint="heating_set")


def _not_conditioned(case: Case) -> Iterator[Fault]:
    """Yield buildings that are cooled by a machine or network and of which no part is said to be."""
    for building in case.buildings:
        if building.conditioned_frac == 0.0 and "cooling" in building.bau and "cooling" not in building.measured:
            path = f"buildings.{building.id}.conditioned_frac"
            yield Fault("W1834", place_of(case, path), path, "0", params={"machine": building.bau["cooling"]})


def _conversion(case: Case) -> Iterator[Fault]:
    """Yield buildings of a chilled-water network without coils and pipes inside, and no measure that pays them."""
    water = [n for n in case.networks if n.family == "chilled_water" and _COOLING in n.services]
    dry, own = {t.id for t in case.technologies if t.kind in _DRY_KINDS}, {m.id for m in case.measures}
    wet = [b for b in case.buildings if any(_COOLING in taken(case, n, b) for n in water)]
    joining = [b for b in wet if own.isdisjoint(b.measures)]
    found = [b.id for b in joining if b.bau.get(_COOLING) in dry]
    if found:
        path = f"buildings.{found[0]}.bau.cooling"
        yield Fault(COILS, place_of(case, path), path, listing(found), hint="conversion")


def is_heated(building: Building) -> bool:
    """Return whether something gives the building a heating demand in a climate without winter."""
    given = building.archetype.get("heating_set_c", building.heating_set_c)
    return given is not None or _HEATING in building.measured or building.use in _heated_uses()


@cache
def _heated_uses() -> frozenset[str]:
    """Return the uses with a heating set point of their own in every climate."""
    table = shipped_rows("archetypes", "archetypes.csv")
    rows = [r for r in table if r["field"] == "heating_set_c" and r["use"] != "*" and r["climate_band"] == "*"]
    return frozenset(r["use"] for r in rows if float(r["value"]) > _UNHEATED_BELOW_C)


def without_winter(case: Case) -> bool:
    """Return whether weather made from normals has no winter that is heated; a weather file is not read here."""
    months = [float(r["mean_temp_c"]) for r in case_normals(case)]
    return bool(months) and min(months) >= HEATED_BELOW_C

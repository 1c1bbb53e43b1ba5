"""Checks of figures that are possible each alone and not together: beds in their area, a plant beside its buildings."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, log10

from edsim.case.checks.ids import place_of
from edsim.case.checks.magnitudes import MOST_STOREYS
from edsim.case.checks.reach import FAR_KM, distance_km
from edsim.case.checks.usual import Span, remark
from edsim.case.offers import taken
from edsim.case.parts.network_spec import NetworkSpec
from edsim.case.parts.tariff_spec import TariffSpec
from edsim.case.schema import Building, Case
from edsim.case.wording.messages import Fault

_M2_PER_BED: dict[str, Span] = {"hospital": (15.0, 2000.0), "hotel": (4.0, 2000.0)}
"""Gross floor area per bed. A bed in a ward takes some 7 m2 and in a dormitory some 3 m2 before any corridor, and
hospitals are built with 50 to 150 m2 per bed; the limits are judgement of the authors, unverified."""
_LEAST_M2_PER_BED = 4.0
"""The same in any other use, where few beds in much area are usual."""
_M2_PER_ROOM: dict[str, Span] = {"hotel": (12.0, 2000.0)}
"""The same per room: hotels are built with 25 to 100 m2 of gross floor area a room; judgement, unverified."""
_STEAM_KG_PER_M2_DAY: Span = (1.2e-3, 80.0)
"""The 0.3 to 20 000 kWh/m2 a year that measured demand is held to, at 0.68 kWh/kg of steam."""
_MOST_KG_PER_M2_DAY = {"hospital": 2.0, "clinic": 2.0, "hotel": 2.0, "university": 2.0, "office": 2.0}
"""The same where steam only sterilizes, cooks and washes: 500 kWh/m2 a year, more than such a building takes for
all its heat; judgement of the authors, unverified."""
_MOST_STOREYS = {
    **dict.fromkeys(("hospital", "clinic", "university", "laboratory"), 25),
    **dict.fromkeys(("mall", "retail", "convention_center", "data_hall", "school"), 12),
    **dict.fromkeys(("light_industry", "heavy_industry", "airport", "cold_store", "supermarket"), 8),
    **dict.fromkeys(("warehouse", "workshop", "commercial_laundry"), 8),
    **dict.fromkeys(("restaurant", "sports_hall", "swimming_hall", "worship", "single_family"), 6),
    **dict.fromkeys(("parking_garage", "theater", "care_home", "prison"), 20),
    "public_administration": 45,
}
"""Storeys of the tallest buildings of a use one meets in Latin America, beyond which the height in meters stands
there; other uses may be towers (W1891 above 60). Judgement of the authors, unverified."""
_PLANT_KM = 5.0
"""A plant farther than this from every building it serves would pay for a transmission line first: district cooling
and steam stay within 5 km (IEA DHC Annex reports and ASHRAE District Cooling Guide, unverified)."""
_STEAM_BAR, _ATMOSPHERE_BAR = 7.0, 1.013
"""Gauge pressure of steam by default, and that of the air."""
_STEAM_SHARE, _DEFAULT_STEAM_SHARE = 0.95, 0.5
"""Absolute pressure in the network against that at the buildings, stated or by default, below which they contradict."""
_ANTOINE, _MMHG_PER_BAR = (8.14019, 1810.94, 244.485), 750.062
"""Constants of water above 99 °C for mmHg and °C, Dortmund Data Bank, unverified."""
_PEAK_FRAC = 0.3
"""Price of evening hours against the base price: evening peaks of tariffs are 1.1 to 3 times the base, and a digit lost
makes a tenth of them; judgement of the authors, unverified."""
_DUSK = frozenset(range(17, 23))
_EVENING, _NIGHT = frozenset({18, 19, 20}), frozenset(range(6))
_WORKDAYS = frozenset(range(1, 6))


def check_proportions(case: Case) -> Iterator[Fault]:
    """Yield remarks on beds, rooms and steam of buildings, places and pressures of networks, and evening prices."""
    for building in case.buildings:
        yield from _beds(case, building)
        yield from _steam(case, building)
        yield from _storeys(case, building)
    yield from _far_plants(case)
    yield from _far_buildings(case)
    for network in case.networks:
        yield from _pressure(case, network)
    for tariff in case.tariffs:
        yield from _evenings(case, tariff)


def _beds(case: Case, building: Building) -> Iterator[Fault]:
    """Yield beds and rooms that the floor area has no place for, or that are lost in it."""
    for name, count, spans in (("beds", building.beds, _M2_PER_BED), ("rooms", building.rooms, _M2_PER_ROOM)):
        if count:
            least, most = spans.get(building.use, (_LEAST_M2_PER_BED, inf))
            area = building.floor_area_m2
            usual = (float(f"{area / most:.3g}"), float(f"{area / least:.3g}"))
            yield from remark(case, f"buildings.{building.id}.{name}", count, usual, name)


def _storeys(case: Case, building: Building) -> Iterator[Fault]:
    """Yield storeys that no building of the use has, where they are no more than any building may have."""
    most = _MOST_STOREYS.get(building.use, 0)
    if most and building.storeys <= MOST_STOREYS:
        path = f"buildings.{building.id}.storeys"
        yield from remark(case, path, building.storeys, (1.0, float(most)), "", "storeys")


def _steam(case: Case, building: Building) -> Iterator[Fault]:
    if building.steam_kg_per_day:
        span = (_STEAM_KG_PER_M2_DAY[0], _MOST_KG_PER_M2_DAY.get(building.use, _STEAM_KG_PER_M2_DAY[1]))
        low, high = (float(f"{each * building.floor_area_m2:.3g}") for each in span)
        path = f"buildings.{building.id}.steam_kg_per_day"
        yield from remark(case, path, building.steam_kg_per_day, (low, high), "kg/day", "steam_in_kg")


def _far_plants(case: Case) -> Iterator[Fault]:
    """Yield plants far from every building, each once; what is far from the city too is an error elsewhere."""
    served = [
        (b.lat_deg, b.lon_deg)
        for b in case.buildings
        if b.joins_any and b.lat_deg is not None and b.lon_deg is not None
    ]
    plants = {(p.id, p.lat_deg, p.lon_deg): (n.id, p) for n in reversed(case.networks) for p in n.plants}
    for name, plant in plants.values():
        from_city = distance_km(case.city.lat_deg, case.city.lon_deg, plant.lat_deg, plant.lon_deg)
        distances = [distance_km(plant.lat_deg, plant.lon_deg, *place) for place in served]
        if distances and from_city <= FAR_KM and _PLANT_KM < min(distances) <= FAR_KM:
            path = f"networks.{name}.plants.{plant.id}.lat_deg"
            got, words = f"{plant.lat_deg:g}, {plant.lon_deg:g}", {"distance": f"{min(distances):.1f}"}
            allowed = f"≤ {_PLANT_KM:g} km"
            yield Fault("W1828", place_of(case, path), path, got, allowed, words, "check_place")


def _far_buildings(case: Case) -> Iterator[Fault]:
    """Yield buildings far from everything else of their network; where streets are given their reach says it."""
    told: set[str] = set()
    for network in (n for n in case.networks if n.streets is None):
        joining = {b.id: (b.lat_deg, b.lon_deg) for b in case.buildings if taken(case, network, b)}
        placed = {name: (lat, lon) for name, (lat, lon) in joining.items() if lat is not None and lon is not None}
        plants = [(p.lat_deg, p.lon_deg) for p in network.plants]
        for name, place in placed.items():
            others = [*plants, *(at for other, at in placed.items() if other != name)]
            if len(placed) < 3 or name in told or any(distance_km(*place, *at) <= _PLANT_KM for at in others):
                continue
            nearest_km = min(distance_km(*place, *at) for at in others)
            if nearest_km <= FAR_KM:
                told.add(name)
                path = f"buildings.{name}.lat_deg"
                got, words = f"{place[0]:g}, {place[1]:g}", {"distance": f"{nearest_km:.1f}", "network": network.id}
                yield Fault("W1833", place_of(case, path), path, got, f"≤ {_PLANT_KM:g} km", words, "check_place")


def _pressure(case: Case, network: NetworkSpec) -> Iterator[Fault]:
    """Yield steam that would have condensed at the pressure buildings take it at."""
    takers = [b for b in case.buildings if "steam" in taken(case, network, b)]
    users = [b for b in takers if b.steam_kg_per_day or "steam" in b.bau]
    if network.family != "steam" or not users:
        return
    stated = [b.steam_pressure_bar for b in users if b.steam_pressure_bar is not None]
    gauge_bar = max(stated, default=_STEAM_BAR)
    full_bar = gauge_bar + _ATMOSPHERE_BAR
    least_c = _saturation_c(full_bar * (_STEAM_SHARE if stated else _DEFAULT_STEAM_SHARE))
    if network.supply_temp_c < least_c:
        path = f"networks.{network.id}.supply_temp_c"
        words = {"gauge": f"{gauge_bar:g}", "boils": f"{_saturation_c(full_bar):.0f}"}
        got, allowed = f"{network.supply_temp_c:g} °C", f"≥ {least_c:.0f} °C"
        yield Fault("W1829", place_of(case, path), path, got, allowed, words, "steam_pressure")


def _saturation_c(bar: float) -> float:
    """Return the temperature of saturated steam from 1 bar(a), °C, by Antoine's equation within 0.6 K to 40 bar.

    The formulation of :mod:`edsim.core.water` would load numpy into every check of a case.
    """
    a, b, c = _ANTOINE
    return b / (a - log10(bar * _MMHG_PER_BAR)) - c


def _evenings(case: Case, tariff: TariffSpec) -> Iterator[Fault]:
    """Yield prices of evenings of workdays, and not of nights, at a small share of the base price."""
    for i, window in enumerate(tariff.time_of_use):
        evening = bool(_EVENING.intersection(window.hours)) and _NIGHT.isdisjoint(window.hours)
        workdays = not window.weekdays or bool(_WORKDAYS.intersection(window.weekdays))
        if evening and workdays and 0.0 < window.per_kwh < _PEAK_FRAC * tariff.energy_per_kwh:
            path, words = f"tariffs.{tariff.id}.time_of_use.{i}.per_kwh", {"base": f"{tariff.energy_per_kwh:g}"}
            allowed = f"≥ {_PEAK_FRAC * tariff.energy_per_kwh:.4g}"
            yield Fault("W1830", place_of(case, path), path, f"{window.per_kwh:g}", allowed, words, "evening_price")
        elif evening and workdays and _DUSK.issuperset(window.hours) and window.per_kwh < tariff.energy_per_kwh:
            path, words = f"tariffs.{tariff.id}.time_of_use.{i}.per_kwh", {"base": f"{tariff.energy_per_kwh:g}"}
            allowed = f"≥ {tariff.energy_per_kwh:.4g}"
            yield Fault("W1976", place_of(case, path), path, f"{window.per_kwh:g}", allowed, words, "turned_prices")

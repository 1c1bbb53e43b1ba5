"""Checks of where a case is: clock and elevation of the city, the place of its weather, what its networks carry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from edsim.case.checks.ids import place_of
from edsim.case.checks.reach import distance_km
from edsim.case.checks.usual import remark
from edsim.case.files import decode, find_data_file, read_bytes
from edsim.case.normals import case_normals, chosen_city, clock_fault, other_clock
from edsim.case.offers import taken
from edsim.case.parts.network_spec import NetworkSpec
from edsim.case.schema import SERVICES, Case
from edsim.case.shipped import normals_of
from edsim.case.wording.messages import Fault

_MOST_CLOCK_SHIFT_H = 3.5
"""Clocks lie within 3.2 h of the sun where people live (western China)."""
_MOST_RISE_M = 500.0
"""Difference of elevation that changes air density by 6 %: more is another town, or feet for meters."""
_MOST_RISE_IN_TOWN_M = 800.0
"""Difference of elevation between a building and its city: La Paz with El Alto has some 1 000 m; judgement."""
_FAR_WEATHER_KM = 150.0
_MEAN_CHANGE_K = 0.5
"""By how much the mean of a day may warm more than its highest and its lowest temperature, or less; judgement."""
_SAME_CENTER_M = 200.0
"""Longest side of an energy center: beyond, one id stands for two."""
_DELIVERS = {
    "chilled_water": {"cooling"},
    "hot_water": {"heating", "hot_water"},
    "steam": {"steam", "heating", "hot_water"},
    "compressed_air": {"compressed_air"},
    "ambient_water": {"cooling"},
}
"""What the carrier of a network can be to a building."""
_LIFTED = frozenset({"heating", "hot_water"})
"""Services an ambient loop gives only with a station at the building: E1844 says so."""


def check_place(case: Case) -> Iterator[Fault]:
    """Yield faults of time zone, elevation and weather of the city, and networks that cannot carry their service."""
    yield from _clock(case)
    yield from _weather(case)
    yield from _climate(case)
    yield from _heights(case)
    yield from _same_place(case)
    yield from _moved_plants(case)
    for network in case.networks:
        if not any(taken(case, network, b) for b in case.buildings):
            path = f"networks.{network.id}"
            yield Fault("W1896", place_of(case, path), path)
        for service in misfits(network):
            path = f"networks.{network.id}.service"
            words, allowed = {"carrier": network.carrier, "service": service}, sorted(_DELIVERS[network.family])
            yield Fault("E1863", place_of(case, path), path, service, ", ".join(allowed), words)


def misfits(network: NetworkSpec) -> list[str]:
    """Return the services of a network that its carrier cannot deliver."""
    lifted = _LIFTED if network.carrier == "ambient_water" else frozenset()
    can = {*_DELIVERS[network.family], *lifted}
    return [s for s in network.services if s in SERVICES and s not in can]


def _climate(case: Case) -> Iterator[Fault]:
    """Yield a month whose mean warms more than its highest and lowest temperatures, or less than both."""
    change = case.weather.change
    if change is None or change.max_temp_change_k is None or change.min_temp_change_k is None:
        return
    given = (change.mean_temp_change_k, change.max_temp_change_k, change.min_temp_change_k)
    for mean, high, low in zip(*(12 * values if len(values) == 1 else values for values in given), strict=True):
        allowed = (min(high, low) - _MEAN_CHANGE_K, max(high, low) + _MEAN_CHANGE_K)
        if not allowed[0] <= mean <= allowed[1]:
            path = "weather.change.mean_temp_change_k"
            got, span = f"{mean:g} K", f"{allowed[0]:g} – {allowed[1]:g} K"
            yield Fault("W1965", place_of(case, path), path, got, span, hint="mean_between")
            return


def _heights(case: Case) -> Iterator[Fault]:
    """Yield buildings and plants that stand far above or below their city."""
    parts = [(f"buildings.{b.id}", b.elevation_m) for b in case.buildings]
    parts += [(f"networks.{n.id}.plants.{p.id}", p.elevation_m) for n in case.networks for p in n.plants]
    city_m = case.city.elevation_m
    for path, elevation_m in parts:
        if elevation_m is not None:
            usual = (city_m - _MOST_RISE_IN_TOWN_M, city_m + _MOST_RISE_IN_TOWN_M)
            yield from remark(case, f"{path}.elevation_m", elevation_m, usual, "m", "check_feet")


def _same_place(case: Case) -> Iterator[Fault]:
    """Yield buildings that stand where another one does: a row copied and not changed."""
    first: dict[tuple[float, float], str] = {}
    for building in case.buildings:
        if building.lat_deg is None or building.lon_deg is None:
            continue
        other = first.setdefault((building.lat_deg, building.lon_deg), building.id)
        if other != building.id:
            path = f"buildings.{building.id}.lat_deg"
            got = f"{building.lat_deg:g}, {building.lon_deg:g}"
            yield Fault("W1895", place_of(case, path), path, got, params={"other": other})


def _moved_plants(case: Case) -> Iterator[Fault]:
    """Yield energy centers that one network has at another place than the next: they are one for all machines."""
    first: dict[str, tuple[float, float, str]] = {}
    for network in case.networks:
        for plant in network.plants:
            lat, lon, other = first.setdefault(plant.id, (plant.lat_deg, plant.lon_deg, network.id))
            distance_m = 1000.0 * distance_km(lat, lon, plant.lat_deg, plant.lon_deg)
            if distance_m > _SAME_CENTER_M:
                path = f"networks.{network.id}.plants.{plant.id}.lat_deg"
                words = {"plant": plant.id, "distance": f"{distance_m:.0f}", "network": other}
                yield Fault("W1897", place_of(case, path), path, params=words)


def _clock(case: Case) -> Iterator[Fault]:
    by_sun = case.city.lon_deg / 15.0
    shift = (case.city.utc_offset_h - by_sun + 12.0) % 24.0 - 12.0
    if abs(shift) > _MOST_CLOCK_SHIFT_H:
        path = "city.utc_offset_h"
        words = {"lon": f"{case.city.lon_deg:g}", "offset": f"{by_sun:.0f}"}
        yield Fault("E1860", place_of(case, path), path, f"{case.city.utc_offset_h:g}", "", words, "check_clock")
    elif case.weather.file is None and case.weather.normals_file is None and (rows := case_normals(case)):
        path = "city.utc_offset_h"
        for fault in clock_fault(case, float(rows[0]["utc_offset_h"]), place_of(case, path), path):
            yield replace(fault, got=fault.allowed, allowed=fault.got)  # shipped normals are right: it is the city


def _weather(case: Case) -> Iterator[Fault]:
    chosen, is_far = case.weather, False
    yield from other_clock(case) if chosen.normals_file is not None and chosen.file is None else ()
    named = {"weather.normals": case_normals(case)} if chosen.normals or chosen.normals_file else {}
    for path, rows in ({"city.name": normals_of(case.city.name)} | named).items():
        for row in rows[:1]:
            city = case.city.name if path == "city.name" else chosen_city(case)
            namesake = path == "city.name" and row["country"] != case.city.country
            if not namesake:
                far = list(far_weather(case, city, float(row["lat_deg"]), float(row["lon_deg"]), path))
                is_far = is_far or bool(far)
                yield from far
    if chosen.file is None:
        yield from () if is_far else _normals(case)
        return
    if chosen.normals is not None:
        path = "weather.normals"
        yield Fault("E1862", place_of(case, path), path, got=chosen.normals, allowed=chosen.file)
    yield from _epw(case, chosen.file)


def _normals(case: Case) -> Iterator[Fault]:
    """Yield the fault of an elevation that is not that of the city the weather is made for."""
    city, elevation_m = chosen_city(case), next((float(r["elevation_m"]) for r in case_normals(case)), None)
    if elevation_m is not None and abs(case.city.elevation_m - elevation_m) > _MOST_RISE_M:
        path = "city.elevation_m"
        words = {"city": city, "elevation": f"{elevation_m:g}"}
        yield Fault("W1861", place_of(case, path), path, f"{case.city.elevation_m:g} m", "", words, "check_feet")


def _epw(case: Case, name: str) -> Iterator[Fault]:
    """Yield the fault of an EPW file made for another place; what cannot be read is left to the reader of weather."""
    found = find_data_file(case.folder, name, place_of(case, "weather.file"), "weather.file")
    if isinstance(found, Fault) or found.suffix.lower() != ".epw":
        return
    data = read_bytes(found, name)
    text = data if isinstance(data, Fault) else decode(data[:1000].partition(b"\n")[0], name, fallback=True)
    cells = [] if isinstance(text, Fault) else text[0].split(",")
    try:
        lat_deg, lon_deg = float(cells[6]), float(cells[7])
    except (IndexError, ValueError):
        return
    yield from far_weather(case, cells[1].strip(), lat_deg, lon_deg)


def far_weather(case: Case, name: str, lat_deg: float, lon_deg: float, path: str = "weather.file") -> Iterator[Fault]:
    """Yield the remark that a place, `name`, which the field at `path` stands for, is far from the city of the case."""
    distance = distance_km(case.city.lat_deg, case.city.lon_deg, lat_deg, lon_deg)
    if distance > _FAR_WEATHER_KM:
        words = {"place": name, "distance": f"{distance:.0f}"}
        got, allowed = f"{lat_deg:g}, {lon_deg:g}", f"≤ {_FAR_WEATHER_KM:g} km"
        yield Fault("W1864", place_of(case, path), path, got, allowed, words, "check_weather")

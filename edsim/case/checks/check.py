"""Engineering checks of a case without any series: what would make a study wrong, or stop it hours later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath

from edsim.case.bau import BAU, serves_building
from edsim.case.checks.country import check_country
from edsim.case.checks.doubled import check_doubled
from edsim.case.checks.finance import check_finance
from edsim.case.checks.fitting import check_fitting
from edsim.case.checks.following import without_following
from edsim.case.checks.heat import check_heat
from edsim.case.checks.hot_water import check_hot_water
from edsim.case.checks.ids import check_ids, place_of
from edsim.case.checks.magnitudes import check_magnitudes
from edsim.case.checks.measured import check_measured
from edsim.case.checks.meters import check_meters
from edsim.case.checks.milestones import check_milestones
from edsim.case.checks.money import check_exchange_rate, check_price_levels
from edsim.case.checks.needs import check_needs
from edsim.case.checks.orientation import check_orientation
from edsim.case.checks.pipes import check_pipes
from edsim.case.checks.place import check_place
from edsim.case.checks.power import check_power
from edsim.case.checks.proportions import check_proportions
from edsim.case.checks.reach import FAR_KM, check_reach, distance_km
from edsim.case.checks.runnable import check_runnable
from edsim.case.checks.served import check_served
from edsim.case.checks.sources import check_sources
from edsim.case.checks.supply import check_supply
from edsim.case.checks.tariffs import check_tariffs
from edsim.case.checks.usual import remark
from edsim.case.checks.worse import check_worse
from edsim.case.measures import check_measures
from edsim.case.offers import taken
from edsim.case.readers.layers import MAPS
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault, listing, nearest, render_all
from edsim.core.carriers import family, is_of
from edsim.core.errors import Finding
from edsim.core.i18n import Lang

_HOT = ("hot_water", "steam")
_POSSIBLE_C = {
    "chilled_water": (0.5, 25.0),
    "ambient_water": (0.5, 60.0),
    "hot_water": (25.0, 220.0),
    "steam": (95.0, 400.0),
    "compressed_air": (0.0, 70.0),
}
"""Supply temperatures beyond which the carrier is another one; ice slurry and thermal oil are no carriers of edsim."""
_COLDEST_STEAM_C = 60.0
"""What is below it is a pressure in bar: condensate alone is hotter."""
_LIQUID_C = (0.0, 250.0)
"""Temperatures at which what returns is water under pressure."""
_WARMEST_RETURN_C = 100.0
"""What returns warmer to a network of hot water is likelier in °F than turned round with its supply; judgement."""
_USUAL_C = {
    "compressed_air": (2.0, 55.0),
    "chilled_water": (3.0, 10.0),
    "hot_water": (50.0, 120.0),
    "steam": (110.0, 250.0),
    "ambient_water": (3.0, 45.0),
}
"""Supply temperatures of built networks: IEA DHC Annex reports and ASHRAE District Cooling Guide, unverified ranges."""
_USUAL_SPREAD_K = {"chilled_water": (2.0, 20.0), "hot_water": (3.0, 100.0), "ambient_water": (1.0, 25.0)}
"""Differences of supply and return of built networks, the same."""
_COLDEST_CONDENSATE_C = 20.0
"""Condensate below it is no condensate of a network: it leaves traps at 60 to 100 °C; judgement, unverified."""
_SMALLEST_STOREY_M2, _LARGEST_STOREY_M2 = 25.0, 60_000.0
"""Of a hall; of n storeys over the root of n, as large plates are low: 19 000 m2 on ten. Judgement, unverified."""
_LARGEST_PLATE_M2 = {"hotel": 15_000.0, "restaurant": 5000.0, "clinic": 15_000.0, "single_family": 30_000.0}
"""The same on any number of storeys, of uses that are never halls; judgement, unverified."""
_OF_PLACE = frozenset({"E189", "E1881"})
"""Codes of machines at places nobody knows, after which the supply of a place says nothing."""
_LIKE_BAU = frozenset({"bau", "baseline", "business_as_usual", "linea_base", "línea_base", "reference"})
"""Names of variants that mean business-as-usual, whose name is fixed."""
_HIGH_DISCOUNT_FRAC = 0.2
_USUAL_DISCOUNT_FRAC = (0.01, 1.0)
"""Real rates of public owners begin at 1 %; less is likelier a percent of a percent; judgement, unverified."""
_SLENDER_STOREYS, _SLENDER_M2 = 5, 10.0
"""Storeys above which each needs so many m2 for every storey: stairs, lifts and structure; judgement, unverified."""
_GRID_KG_PER_KWH = (0.001, 1.4)
_MOST_GRID_KG_PER_KWH = 3.0
"""What inventories take for a factor at all."""


def check(case: Case, *, lang: Lang = "en") -> tuple[Finding, ...]:
    """Return what is wrong or remarkable in `case`, errors and warnings, each with its place.

    Parameters
    ----------
    case
        A valid case, or one of its variants.
    lang
        Language of the findings.
    """
    return render_all(check_faults(case), lang)


def check_faults(case: Case) -> list[Fault]:
    """Return the faults behind :func:`check`; what only follows from a wrong name is left out."""
    names = list(check_ids(case))
    misplaced = any(fault.code in _OF_PLACE for fault in names)
    faults = [
        *names,
        *(() if misplaced else check_supply(case)),
        *(() if misplaced else check_power(case)),
        *_temperatures(case),
        *check_heat(case),
        *_locations(case),
        *check_place(case),
        *check_country(case),
        *check_orientation(case),
        *check_pipes(case),
        *check_reach(case),
        *check_sources(case),
        *check_doubled(case),
        *check_measures(case),
        *check_worse(case),
        *check_fitting(case),
        *check_milestones(case),
        *check_magnitudes(case),
        *check_proportions(case),
        *check_tariffs(case),
        *check_price_levels(case),
        *check_exchange_rate(case),
        *check_measured(case),
        *check_meters(case),
        *_floor_areas(case),
        *_rates(case),
        *check_finance(case),
        *check_needs(case),
        *check_runnable(case),
        *check_hot_water(case),
        *check_served(case),
        *_machines(case),
        *_project(case),
    ]
    return without_following(faults)


def _temperatures(case: Case) -> Iterator[Fault]:
    loops: dict[str, tuple[str, float, float]] = {}
    for n in case.networks:
        loops[f"networks.{n.id}.supply_temp_c"] = (n.carrier, n.supply_temp_c, n.return_temp_c)
    for carrier, (supply, back) in case.settings.carrier_temps_c.items():
        loops[f"settings.carrier_temps_c.{carrier}"] = (carrier, supply, back)
    for path, (carrier, supply, back) in loops.items():
        fault = _loop_fault(carrier, supply, back, inside=not path.startswith("networks"))
        if fault is not None:
            yield replace(fault, place=place_of(case, path), field=path)


def _loop_fault(carrier: str, supply: float, back: float, *, inside: bool) -> Fault | None:
    """Return what is wrong with the temperatures of a loop, without its place; a level `inside` a plant may be rare."""
    got = f"{supply:g} / {back:g} °C"
    words = {"carrier": carrier, "supply": f"{supply:g}", "back": f"{back:g}"}
    fault: Fault | None = None
    cold, known = is_of(carrier, "chilled_water"), carrier if inside and carrier != "steam_low" else family(carrier)
    if is_of(carrier, "steam") and supply < _COLDEST_STEAM_C:
        fault = Fault("E191", got=got, allowed=_span(_POSSIBLE_C["steam"], "°C"), params=words, hint="steam_in_bar")
    elif (cold and supply >= back) or (is_of(carrier, *_HOT) and supply <= back):
        hint = "cooling_order" if cold else "heating_order"
        celsius = (supply - 32.0) / 1.8
        back_celsius = (back - 32.0) / 1.8
        if cold and _within(celsius, _POSSIBLE_C["chilled_water"]) and celsius < back < supply:
            words |= {"reading": f"{supply:g}", "celsius": f"{celsius:.1f}"}
            hint = "fahrenheit"
        elif is_of(carrier, "hot_water") and back > _WARMEST_RETURN_C and back_celsius < supply:
            words |= {"reading": f"{back:g}", "celsius": f"{back_celsius:.1f}"}
            hint = "fahrenheit"
        fault = Fault("E186", got=got, params=words, hint=hint)
    elif is_of(carrier, "ambient_water") and supply < back:
        fault = Fault("W184", allowed=f"> {back:g} °C", params=words, hint="heating_order")
    else:
        return _impossible(known, supply, back, got, words) or _unusual(carrier, supply, back, words)
    return fault


def _impossible(known: str, supply: float, back: float, got: str, words: dict[str, str]) -> Fault | None:
    """Return what no loop of a carrier could be."""
    if known not in _POSSIBLE_C:
        return None
    if not _within(supply, _POSSIBLE_C[known]):
        return Fault("E191", got=got, allowed=_span(_POSSIBLE_C[known], "°C"), params=words, hint="other_scale")
    if not _within(back, _LIQUID_C):
        return Fault("E191", got=got, allowed=_span(_LIQUID_C, "°C"), params=words, hint="other_scale")
    return None


def _unusual(carrier: str, supply: float, back: float, words: dict[str, str]) -> Fault | None:
    """Return what no loop of a carrier was built for."""
    if is_of(carrier, "compressed_air") and back > supply:
        return Fault("W184", allowed=f"≤ {supply:g} °C", params=words, hint="air_cools")
    if is_of(carrier, "steam") and back < _COLDEST_CONDENSATE_C:
        return Fault("W184", allowed=f"≥ {_COLDEST_CONDENSATE_C:g} °C", params=words, hint="condensate")
    if carrier in _USUAL_C and not _within(supply, _USUAL_C[carrier]):
        return Fault("W184", allowed=_span(_USUAL_C[carrier], "°C"), params=words)
    if carrier in _USUAL_SPREAD_K and not _within(abs(back - supply), _USUAL_SPREAD_K[carrier]):
        return Fault("W184", allowed=_span(_USUAL_SPREAD_K[carrier], "K"), params=words)
    return None


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _span(limits: tuple[float, float], unit: str) -> str:
    return f"{limits[0]:g} – {limits[1]:g} {unit}"


def _locations(case: Case) -> Iterator[Fault]:
    """Yield buildings a network must find and cannot, and places far from the city."""
    far: list[Fault] = []
    for building in case.buildings:
        path = f"buildings.{building.id}"
        lat, lon = building.lat_deg, building.lon_deg
        if lat is None or lon is None:
            serving = [n.id for n in case.networks if taken(case, n, building)]
            if serving:
                words = {"network": serving[0]}
                yield Fault("E187", place_of(case, path), path, params=words, hint="add_geometry")
            continue
        far += _far(case, f"{path}.lat_deg", lat, lon)
    places = sum(b.lat_deg is not None for b in case.buildings)
    for network in case.networks:
        for plant in network.plants:
            places += 1
            far += _far(case, f"networks.{network.id}.plants.{plant.id}.lat_deg", plant.lat_deg, plant.lon_deg)
    for spec in case.sources:
        if spec.lat_deg is not None and spec.lon_deg is not None:
            places += 1
            far += _far(case, f"sources.{spec.id}.lat_deg", spec.lat_deg, spec.lon_deg)
    for machine in case.technologies:
        lat, lon = getattr(machine, "lat_deg", None), getattr(machine, "lon_deg", None)
        if lat is not None and lon is not None:
            places += 1
            far += _far(case, f"technologies.{machine.id}.lat_deg", lat, lon)
    yield from [_far_city(case, far)] if len(far) == places > 1 else far


def _far_city(case: Case, far: list[Fault]) -> Fault:
    """Return the one fault of a city that is far from every place of its case."""
    path, got = "city.lat_deg", f"{case.city.lat_deg:g}, {case.city.lon_deg:g}"
    words = {"distance": far[0].params["distance"], "count": str(len(far))}
    return Fault("E198", place_of(case, path), path, got, f"≤ {FAR_KM:g} km", words, "check_place")


def _far(case: Case, path: str, lat_deg: float, lon_deg: float) -> Iterator[Fault]:
    distance = distance_km(case.city.lat_deg, case.city.lon_deg, lat_deg, lon_deg)
    if distance > FAR_KM:
        words = {"distance": f"{distance:.0f}"}
        got, allowed = f"{lat_deg:g}, {lon_deg:g}", f"≤ {FAR_KM:g} km"
        place = place_of(case, path)
        hint = "check_layer" if PurePath(place.file).suffix.lower() in MAPS else "check_place"
        yield Fault("E194", place, path, got, allowed, words, hint)


def _floor_areas(case: Case) -> Iterator[Fault]:
    for building in case.buildings:
        each = building.floor_area_m2 / building.storeys
        plate = _LARGEST_PLATE_M2.get(building.use, _LARGEST_STOREY_M2)
        slender = _SLENDER_M2 * building.storeys if building.storeys > _SLENDER_STOREYS else 0.0
        least = slender if _SMALLEST_STOREY_M2 <= each < slender else _SMALLEST_STOREY_M2
        usual = (least, min(_LARGEST_STOREY_M2 / building.storeys**0.5, plate))
        if not _within(each, usual):
            path = f"buildings.{building.id}.floor_area_m2"
            words = {
                "value": f"{building.floor_area_m2:g}",
                "storeys": str(building.storeys),
                "each": f"{each:.0f}" if each >= 1e4 else f"{each:.4g}",
            }
            allowed = f"{usual[0]:g} – {usual[1]:.0f} m2"
            yield Fault("W181", place_of(case, path), path, allowed=allowed, params=words, hint="check_area")


def _rates(case: Case) -> Iterator[Fault]:
    """Yield an unusual discount rate, an unusual grid factor and factors on bases that do not mix."""
    rate = case.finance.discount_rate_frac
    if rate > _HIGH_DISCOUNT_FRAC:
        path = "finance.discount_rate_frac"
        yield Fault("W183", place_of(case, path), path, params={"percent": f"{100 * rate:g}"})
    if rate > 0.0:
        yield from remark(case, "finance.discount_rate_frac", rate, _USUAL_DISCOUNT_FRAC, "frac", "share_as_number")
    factor, path = case.emissions.grid_kg_per_kwh, "emissions.grid_kg_per_kwh"
    if factor > 0 and not _within(factor, _GRID_KG_PER_KWH):
        words = {"value": f"{factor:g}"}
        allowed = _span(_GRID_KG_PER_KWH, "kgCO2e/kWh")
        yield Fault("W186", place_of(case, path), path, allowed=allowed, params=words, hint="check_factor")
    last = factor * (1.0 + case.emissions.grid_change_frac) ** (case.finance.horizon_a - 1)
    if last > _MOST_GRID_KG_PER_KWH:
        path = "emissions.grid_change_frac"
        got, allowed = f"{case.emissions.grid_change_frac:g}", f"≤ {_MOST_GRID_KG_PER_KWH:g} kgCO2e/kWh"
        words = {"value": f"{last:.3g}", "years": str(case.finance.horizon_a)}
        yield Fault("E1849", place_of(case, path), path, got, allowed, words, "decline")
    if case.emissions.grid_basis == "life_cycle" and case.fuels:
        path = "emissions.grid_basis"
        yield Fault("W185", place_of(case, path), path, params={"basis": "life_cycle"}, hint="unit_basis")


def _machines(case: Case) -> Iterator[Fault]:
    """Yield machines past their life."""
    machines = {t.id: t for t in case.technologies}
    for building in case.buildings:
        path = f"buildings.{building.id}"
        for service, name in building.bau.items():
            age = building.machine_age_a(service)
            if name in machines and age > machines[name].lifetime_a:
                own = service in building.bau_service_age_a
                field = f"{path}.bau_service_age_a.{service}" if own else f"{path}.bau_age_a"
                words = {"age": f"{age:g}", "machine": name, "lifetime": f"{machines[name].lifetime_a:g}"}
                yield Fault("W189", place_of(case, field), field, params=words)
    for t in case.technologies:
        if t.existing_age_a is not None and t.existing_age_a > t.lifetime_a:
            field = f"technologies.{t.id}.existing_age_a"
            words = {"age": f"{t.existing_age_a:g}", "machine": t.id, "lifetime": f"{t.lifetime_a:g}"}
            yield Fault("W189", place_of(case, field), field, params=words)


def _project(case: Case) -> Iterator[Fault]:
    """Yield the remark that nothing but BAU is described, and what variants say that nothing follows from."""
    central = any(not serves_building(t, case) for t in case.technologies)
    projects = [v for name, v in case.variants.items() if name != BAU]
    if projects and not case.networks and not central and not any(v.changes for v in projects):
        yield Fault("W187", place_of(case, "variants"), "variants")
    if projects and all(variant.on_request for variant in projects):
        names = [name for name in case.variants if name != BAU]
        words = {"first": names[0]}
        yield Fault("W1954", place_of(case, "variants"), "variants", listing(names), "", words, "not_on_request")
    yield from _alike(case)
    for name, variant in case.variants.items():
        path = f"variants.{name}"
        of_bau = [field for field in ("baseline", "replacements") if getattr(variant, field)]
        if name != BAU and BAU not in case.variants and (_means_bau(name) or of_bau):
            yield Fault("W1851", place_of(case, path), path, name, params={"nearest": BAU}, hint="nearest")
        elif name != BAU:
            yield from (
                Fault("E1952", place_of(case, f"{path}.{field}"), f"{path}.{field}", hint="under_bau")
                for field in of_bau
            )


def _alike(case: Case) -> Iterator[Fault]:
    """Yield project variants that say what another one says: they are computed twice and differ in nothing."""
    first: dict[str, str] = {}
    for name, variant in case.variants.items():
        if name != BAU:
            said = variant.model_copy(update={"description": "", "on_request": False}).model_dump_json()
            other = first.setdefault(said, name)
            if other != name:
                path = f"variants.{name}"
                yield Fault("W1955", place_of(case, path), path, name, params={"other": other}, hint="change_one")


def _means_bau(name: str) -> bool:
    """Return whether a name is business-as-usual in other words, or its name with letters swapped or one too many."""
    plain = name.casefold().replace("-", "_")
    return plain in _LIKE_BAU or sorted(plain) == sorted(BAU) or (len(name) > len(BAU) and nearest(name, (BAU,)) == BAU)

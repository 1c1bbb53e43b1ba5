"""What a run would refuse or remark of the files and buildings of a case, found by the run's own readers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from functools import partial
from heapq import heappop, heappush
from math import sqrt
from typing import TYPE_CHECKING

from edsim.case.checks.ids import placed
from edsim.case.checks.place import far_weather
from edsim.case.checks.reach import distance_km
from edsim.case.offers import joins, taken
from edsim.case.parts.network_spec import NetworkSpec
from edsim.case.schema import Building, Case
from edsim.case.shipped import countries_with_normals
from edsim.case.variants import apply_scenario, apply_variant
from edsim.case.wording.messages import render_all
from edsim.core.errors import CaseError, DataError, Finding
from edsim.core.i18n import Lang

if TYPE_CHECKING:
    from edsim.case.parts.building_use import Measured
    from edsim.network.request import LengthOnlyTrench
    from edsim.profiles.weather.types import Weather

_READ = ("weather", "buildings", "sources", "networks", "emissions")
"""Parts of a case whose change by a variant changes what is read."""
_COUNTS = ("occupants", "beds", "rooms", "meals_per_day")
"""What a building holds, and may hold too many of for its floor area."""
_CLOSE = 0.75
"""Likeness of two names from which one is taken for the other misspelt."""
_STRAIGHT, _SPAN_M = 0.9, 15.0
"""Places stand within the walls of their building: so much shorter than their distance a trench may be; judgement."""
_DETOUR, _LONG_M = 10.0, 500.0
"""Times the straight line, and metres beyond it, above which no trench goes round: another unit or end; judgement."""
_OF_LENGTH = "correct the length, or the places of its ends"
_LEAST_TRENCH_M = 1.0
"""Trenches shorter than this are kilometers typed as meters."""


def refusals(case: Case, lang: Lang = "en") -> tuple[Finding, ...]:
    """Return what the stages of a run before the solve refuse and remark, of the case and variants that change it.

    Parameters
    ----------
    case
        A case that :func:`edsim.case.loading.load` accepts.
    lang
        Language of what has words of its own; the sentences of a run's stages are in English.
    """
    changed = [name for name, spec in case.variants.items() if any(key in _READ for key in spec.changes)]
    under = [name for name, spec in case.scenarios.items() if any(key in _READ for key in spec.changes)]
    cases = [case, *(apply_variant(case, name) for name in changed), *(apply_scenario(case, name) for name in under)]
    found = [finding for one in cases for step in _steps(one, lang) for finding in _of(step)]
    return tuple(dict.fromkeys(found))


def remarks_of_files(case: Case, weather: Weather, lang: Lang = "en") -> tuple[Finding, ...]:
    """Return what is unlikely of the series and the place of the weather of a case, which is not said as it is loaded.

    Raises
    ------
    DataError
        A series cannot be read.
    """
    from edsim.case.readers.series_facts import examine_series

    far = () if _place_is_read(case) else _far(case, weather, lang)
    return (*examine_series(case, lang)[1], *far)


def _of(step: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """Return the findings of one step, those it raises among them."""
    try:
        return list(step())
    except (CaseError, DataError) as error:
        return list(error.findings)


def _steps(case: Case, lang: Lang) -> Iterator[Callable[[], Iterable[Finding]]]:
    """Yield the readers of a run, each only where there is something to read."""
    yield lambda: _assumed(case)
    yield lambda: _nobody(case)
    if (case.folder / "expected.csv").is_file():
        yield lambda: _published(case)
    if case.weather.file is not None or any(s.file for s in case.sources):
        yield lambda: _weather(case, lang)
    if any(b.archetype or any(getattr(b, name) is not None for name in _COUNTS) for b in case.buildings):
        yield lambda: _buildings(case)
    if case.measures:
        yield lambda: _measures(case)
    yield lambda: _of_the_grid(case, lang)
    for building in case.buildings:
        for service, measured in building.measured.items():
            if measured.file is not None:
                path = f"buildings.{building.id}.measured.{service}.file"
                yield partial(_series, case, measured, (service, path), lang)
    for network in (n for n in case.networks if n.obstacles or n.existing_pipes or n.trenches):
        yield partial(_network, case, network)


def _assumed(case: Case) -> Iterator[Finding]:
    """Yield what a run assumes where the case gives nothing: holidays of its country, streets.

    Holidays are known for every country that normals are shipped for; to ask for another loads rules of 250 countries.
    """
    from edsim.network.places.no_streets import no_streets

    if case.city.country not in countries_with_normals():
        from edsim.profiles.buildings.stock.calendar import holiday_findings

        yield from (placed(finding, case) for finding in holiday_findings(case.city.country))
    for n in (n for n in case.networks if n.streets is None and n.trenches is None):
        yield placed(no_streets(f"networks.{n.id}.streets"), case)


def _nobody(case: Case) -> Iterator[Finding]:
    """Yield the networks no building may connect to, which no design can be made for."""
    lonely = [n.id for n in case.networks if not any(taken(case, n, b) for b in case.buildings)]
    if lonely:
        from edsim.network.checks import nobody_to_serve

        yield from (placed(nobody_to_serve(name, f"networks.{name}"), case) for name in lonely)


def _published(case: Case) -> Iterable[Finding]:
    from edsim.appraisal.published import published_figures

    published_figures(case)
    return ()


def _weather(case: Case, lang: Lang) -> Iterable[Finding]:
    """Return what is unlikely of the weather and its place; read it, and the sources that follow it.

    The place of an EPW file is looked at when the case is loaded.
    """
    from edsim.profiles.district import make_weather, sources_of, weather_findings

    weather = make_weather(case)
    sources_of(case, weather)
    far = () if _place_is_read(case) else _far(case, weather, lang)
    return (*far, *weather_findings(case, weather))


def _place_is_read(case: Case) -> bool:
    """Return whether the place of the weather is looked at when the case is loaded, as that of an EPW file is."""
    return case.weather.file is None or case.weather.file.casefold().endswith(".epw")


def _far(case: Case, weather: Weather, lang: Lang) -> tuple[Finding, ...]:
    return render_all(far_weather(case, weather.name, weather.lat_deg, weather.lon_deg), lang)


def _buildings(case: Case) -> Iterable[Finding]:
    from edsim.profiles.buildings.stock.list_checks import building_findings
    from edsim.profiles.described import building_spec, in_case

    return [in_case(f, case) for f in building_findings([building_spec(b) for b in case.buildings])]


def _measures(case: Case) -> Iterator[Finding]:
    """Yield changes of fields that no building has, or to what none can have."""
    from edsim.profiles.buildings.stock.archetype_names import override_findings
    from edsim.profiles.buildings.stock.list_checks import figure_findings

    for measure in case.measures:
        where = f"measures.{measure.id}.changes"
        found = (*override_findings(measure.changes, where), *figure_findings(measure.changes, where))
        yield from (placed(finding, case) for finding in found)


def _of_the_grid(case: Case, lang: Lang) -> Iterator[Finding]:
    """Read the factor and the prices of every hour, where the case has any; yield a factor of another level."""
    if case.emissions.grid_file is not None:
        from edsim.case.grid_factor import grid_factor_kg_per_kwh, odd_mean

        grid_factor_kg_per_kwh(case, lang)
        yield from odd_mean(case, lang)
    for tariff in (t for t in case.tariffs if t.spot_file is not None):
        from edsim.case.spot_prices import spot_per_kwh

        spot_per_kwh(case, tariff, lang)


def _series(case: Case, measured: Measured, named: tuple[str, str], lang: Lang) -> Iterator[Finding]:
    """Yield the fault of a measured series that no demand can be; sums below 0 are refused where they are read."""
    from edsim.case.readers.series_measured import read_measured

    service, field = named
    values = read_measured(case.folder, measured, service, lang=lang).values
    if float(values.min()) < 0.0:
        lowest = float(values.min())
        got, what = f"{lowest:g} at hour {int(values.argmin())}", "a measured demand is negative"
        marked = "it looks like the mark of a missing value: fill in what the meter would have read"
        hint = marked if set(f"{-lowest:g}") == {"9"} else "correct the file"
        yield Finding("E565", what, file=measured.file or "", field=field, got=got, allowed="0 or more", hint=hint)


def _network(case: Case, network: NetworkSpec) -> Iterator[Finding]:
    """Yield buildings and plants no trench of a list touches or leads to; the other files of a network are read."""
    from edsim.network.places.inputs import read_existing_pipes, read_obstacles, read_trenches

    if network.obstacles is not None:
        read_obstacles(case.folder, network.obstacles)
    if network.existing_pipes is not None:
        read_existing_pipes(case.folder, network.existing_pipes)
    if network.trenches is None:
        return
    trenches = [t for t in read_trenches(case.folder, network.trenches) if not t.forbidden]
    for t in trenches:
        if t.length_m <= 0.0:
            what, field = "a trench has no length", f"{t.from_node} - {t.to_node}"
            yield Finding("E567", what, file=network.trenches, field=field, got=f"{t.length_m:g} m", allowed="> 0 m")
        elif t.length_m < _LEAST_TRENCH_M:
            yield _short_trench(network.trenches, t)
    yield from _odd_trenches(case, network, trenches)
    yield from _short_ways(case, network, trenches)
    ends = {end for t in trenches for end in (t.from_node, t.to_node)}
    joining = [b for b in case.buildings if joins(case, network, b) == "must"]
    lost = [b for b in joining if b.id not in ends]
    fields = [f"buildings.{b.id}" for b in _in_need(case, lost, network)]
    fields += [f"networks.{network.id}.plants.{p.id}" for p in network.plants if p.id not in ends]
    slips = _misspelt(ends, [b.id for b in case.buildings] + [p.id for p in network.plants])
    for field in fields:
        name = field.rpartition(".")[2]
        hint = (
            f"add a row to the list of trenches that ends at this id; is a name misspelt: {slips}?"
            if slips
            else "add a row to the list of trenches that ends at this id"
        )
        yield Finding("E566", f"no trench touches {name}", file=network.trenches, field=field, hint=hint)
    reached = _reached({p.id for p in network.plants}, [(t.from_node, t.to_node) for t in trenches])
    apart = [b for b in joining if b.id in ends - reached]
    for building in _in_need(case, apart, network):
        what = f"no chain of trenches leads to {building.id}"
        hint = (
            f"add the trench that is missing on the way; is a name misspelt: {slips}?"
            if slips
            else "add the trench that is missing on the way"
        )
        yield Finding("E568", what, file=network.trenches, field=f"buildings.{building.id}", hint=hint)


def _misspelt(ends: Iterable[str], ids: Sequence[str]) -> str:
    """Return junctions with names close to an id and that id, to ask whether it is meant; empty if none."""
    close = {end: get_close_matches(end, ids, n=1, cutoff=_CLOSE) for end in sorted(set(ends) - set(ids))}
    pairs = [f"{end} → {match[0]}" for end, match in close.items() if match]
    return ", ".join(pairs)


def _short_trench(file: str, trench: LengthOnlyTrench) -> Finding:
    return Finding(
        "W569",
        "a trench is shorter than any that is dug",
        file=file,
        field=f"{trench.from_node} - {trench.to_node}",
        got=f"{trench.length_m:g} m",
        allowed=f"≥ {_LEAST_TRENCH_M:g} m",
        hint="give lengths in m, not in km",
        severity="warning",
    )


def _odd_trenches(case: Case, network: NetworkSpec, trenches: Sequence[LengthOnlyTrench]) -> Iterator[Finding]:
    """Yield trenches shorter than the straight line between their ends, and ends joined twice by other lengths."""
    places = {p.id: (p.lat_deg, p.lon_deg) for p in network.plants}
    places |= {b.id: (b.lat_deg, b.lon_deg) for b in case.buildings if b.lat_deg is not None and b.lon_deg is not None}
    span_m = {b.id: max(_SPAN_M, sqrt(b.floor_area_m2 / b.storeys)) for b in case.buildings}
    first: dict[frozenset[str], float] = {}
    for t in (t for t in trenches if t.length_m >= _LEAST_TRENCH_M):
        field = f"{t.from_node} - {t.to_node}"
        one, other = places.get(t.from_node), places.get(t.to_node)
        straight_m = 1000.0 * distance_km(*one, *other) if one and other else 0.0
        if t.length_m < _STRAIGHT * straight_m - sum(span_m.get(end, _SPAN_M) for end in (t.from_node, t.to_node)):
            what, hint = "a trench is shorter than the straight line between its ends", _OF_LENGTH
            yield _remark("W596", what, network, field, (f"{t.length_m:g} m", f"≥ {straight_m:.0f} m"), hint)
        elif straight_m and t.length_m > max(_DETOUR * straight_m, straight_m + _LONG_M):
            what, most = "a trench is far longer than the straight line between its ends", _DETOUR * straight_m
            yield _remark("W598", what, network, field, (f"{t.length_m:g} m", f"≤ {most:.0f} m"), _OF_LENGTH)
        known = first.setdefault(frozenset((t.from_node, t.to_node)), t.length_m)
        if known != t.length_m:
            what, hint = "two trenches of different length join the same ends", "keep one, unless two trenches are dug"
            yield _remark("W597", what, network, field, (f"{known:g} m, {t.length_m:g} m", ""), hint)


def _short_ways(case: Case, network: NetworkSpec, trenches: Sequence[LengthOnlyTrench]) -> Iterator[Finding]:
    """Yield buildings to which the chain of trenches from their plant is shorter than the straight line."""
    direct = {frozenset((t.from_node, t.to_node)) for t in trenches}
    for plant in network.plants:
        way_m = _ways_m(plant.id, trenches)
        for b in case.buildings:
            if b.lat_deg is None or b.lon_deg is None or frozenset((plant.id, b.id)) in direct or b.id not in way_m:
                continue
            straight_m = 1000.0 * distance_km(plant.lat_deg, plant.lon_deg, b.lat_deg, b.lon_deg)
            span_m = _SPAN_M + max(_SPAN_M, sqrt(b.floor_area_m2 / b.storeys))
            if _LEAST_TRENCH_M <= way_m[b.id] < _STRAIGHT * straight_m - span_m:
                what, field = (
                    "a chain of trenches is shorter than the straight line between its ends",
                    f"{plant.id} - {b.id}",
                )
                found = f"{way_m[b.id]:g} m", f"≥ {straight_m:.0f} m"
                yield _remark("W596", what, network, field, found, "correct the lengths, or the places of its ends")


def _ways_m(start: str, trenches: Sequence[LengthOnlyTrench]) -> dict[str, float]:
    """Return the shortest way along trenches from one end to every other, m (Dijkstra)."""
    beside: dict[str, list[tuple[str, float]]] = {}
    for t in trenches:
        beside.setdefault(t.from_node, []).append((t.to_node, t.length_m))
        beside.setdefault(t.to_node, []).append((t.from_node, t.length_m))
    way_m: dict[str, float] = {}
    edge = [(0.0, start)]
    while edge:
        here_m, node = heappop(edge)
        if node in way_m:
            continue
        way_m[node] = here_m
        for other, length_m in beside.get(node, ()):
            if other not in way_m:
                heappush(edge, (here_m + max(length_m, 0.0), other))
    return way_m


def _remark(code: str, what: str, network: NetworkSpec, field: str, found: tuple[str, str], hint: str) -> Finding:
    file, (got, allowed) = network.trenches or "", found
    return Finding(code, what, file=file, field=field, got=got, allowed=allowed, hint=hint, severity="warning")


def _reached(plants: set[str], trenches: Sequence[tuple[str, str]]) -> set[str]:
    """Return every end of a trench that a chain of them joins to a plant."""
    beside: dict[str, set[str]] = {}
    for a, b in trenches:
        beside.setdefault(a, set()).add(b)
        beside.setdefault(b, set()).add(a)
    reached, edge = set(plants), set(plants)
    while edge:
        edge = {after for node in edge for after in beside.get(node, ())} - reached
        reached |= edge
    return reached


def _in_need(case: Case, buildings: Sequence[Building], network: NetworkSpec) -> list[Building]:
    """Return the buildings with demand for what they take of a network, which does without the others.

    The loads of these buildings are computed; a run that could not compute them says why by its other findings.
    """
    from edsim.network.taken import taken_services
    from edsim.profiles.district import make_profiles

    if not buildings:
        return []
    of_these = case.model_copy(update={"buildings": tuple(buildings)})
    needing = taken_services(of_these, network, make_profiles(of_these))
    return [b for b in buildings if b.id in needing]

"""Checks of what a run would refuse after it has begun: machines, sizes, levels, prices and weather nobody gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from math import inf, prod

from edsim.case.bau import BAU
from edsim.case.checks.ids import ELECTRICITY, no_normals, place_of, unknown
from edsim.case.checks.needs import is_heated, without_winter
from edsim.case.checks.place import misfits
from edsim.case.conform import price_level_fault
from edsim.case.nodes import Node
from edsim.case.normals import case_normals, table_faults
from edsim.case.offers import joins, taken
from edsim.case.parts.exchange_rate import case_prices
from edsim.case.parts.tariff_spec import TariffSpec
from edsim.case.schema import SERVICES, Building, Case
from edsim.case.shipped import archetype_number, pipe_price_year
from edsim.case.wording.messages import Fault, listing
from edsim.core.errors import EdsimError
from edsim.core.money import convert_money
from edsim.core.technology import IndividualMachine

_MOST_LEVELS = 12
"""Combinations of temperature levels a run tries."""
_SERVICES_OF = {
    "chilled_water": ("cooling",),
    "hot_water": ("heating", "hot_water"),
    "steam": ("steam",),
    "compressed_air": ("compressed_air",),
}
"""Carrier a machine gives at a building → services it serves there."""
_NEED = {
    "hot_water": "dhw_l_per_unit_day",
    "steam": "steam_kg_per_unit_day",
    "compressed_air": "compressed_air_nm3_per_h_m2",
}
"""Service → field of the archetype that gives a building its demand."""


def check_runnable(case: Case) -> Iterator[Fault]:
    """Yield what no run of the case could get past."""
    yield from _machines(case)
    yield from _left_out(case)
    yield from _purchases(case)
    yield from _sizes(case)
    yield from _levels(case)
    yield from _weather(case)
    yield from _prices(case)
    if not any(name != BAU for name in case.variants):
        yield Fault("W1880", place_of(case, "variants"), "variants", hint="add_variant")


def _machines(case: Case) -> Iterator[Fault]:
    """Yield services that the project takes over and no machine serves in business-as-usual."""
    offered = _offered(case)
    networks = [n for n in case.networks if not misfits(n)]
    for building in case.buildings:
        if not set(building.bau) <= set(SERVICES):
            continue  # a misspelt service may be the one that is missing
        how = [(joins(case, n, building), n.id, taken(case, n, building)) for n in networks]
        laid = {service: network for must, network, gets in how if must == "must" for service in gets}
        suppliers = laid | {service: name for (node, service), name in offered.items() if node == building.id}
        maybe = {service for may, _, gets in how if may == "optional" for service in gets}
        for service in sorted({*suppliers, *maybe}.intersection(SERVICES) - {ELECTRICITY, *building.bau}):
            needed = needs(building, service, case)
            if service in suppliers and needed:
                yield _no_machine(case, building, (service, suppliers[service]), may_leave=service in laid)
            elif needed is not False and any(service in n.services for n in case.networks):
                path = f"buildings.{building.id}.bau"
                yield Fault("W188", place_of(case, path), path, params={"service": service})


def _offered(case: Case) -> dict[tuple[str, str], str]:
    """Return (node, service) → the first machine of the project that gives it there."""
    return {
        (t.node, service): t.id
        for t in reversed(case.technologies)
        if not isinstance(t, IndividualMachine)
        for port in t.ports
        if port.direction == "out"
        for service in _SERVICES_OF.get(t.carrier_of(port), ())
    }


def _no_machine(case: Case, building: Building, supply: tuple[str, str], *, may_leave: bool) -> Fault:
    """Return that `supply`, a service and who takes it over, has no machine of business-as-usual in a building."""
    service, supplier = supply
    path = f"buildings.{building.id}.bau"
    fitting = [t.id for t in case.technologies if isinstance(t, IndividualMachine) and t.serves(service)]
    hint = ("name_machine" if fitting else "add_machine") + ("_or_leave" if may_leave else "")
    words = {"service": service, "supplier": supplier}
    return Fault("E1875", place_of(case, path), f"{path}.{service}", "", ", ".join(fitting), words, hint)


def _left_out(case: Case) -> Iterator[Fault]:
    """Yield needs that a network of the case could serve by its carrier and nothing serves, in BAU or project."""
    given = {s for n in case.networks for s in n.services}
    near = {s: n.id for n in case.networks for s in _SERVICES_OF.get(n.family, ()) if s in _NEED and s not in given}
    for service, network in near.items():
        at = {t.node for t in case.technologies for p in t.ports if service in _SERVICES_OF.get(t.carrier_of(p), ())}
        lost = [b.id for b in case.buildings if service not in b.bau and b.id not in at and needs(b, service, case)]
        if lost:
            path = f"buildings.{lost[0]}.bau"
            words = {"service": service, "network": network}
            yield Fault("W1887", place_of(case, path), path, listing(lost), "", words, "left_out")


def needs(building: Building, service: str, case: Case) -> bool | None:
    """Return whether a building has a demand of `service`, None when only its loads can tell."""
    if service in building.measured:
        return True
    if service == "cooling":
        return building.conditioned_frac != 0.0
    if service == "heating":
        return is_heated(building) or (None if case.weather.file is not None else not without_winter(case))
    field = _NEED[service]
    stated = building.steam_kg_per_day if service == "steam" else None
    given = building.archetype.get(field) if stated is None else stated
    if isinstance(given, str):
        return None
    return (archetype_number(building.use, {}, field) if given is None else float(given)) > 0.0


def _purchases(case: Case) -> Iterator[Fault]:
    """Yield electricity of machines that is bought in a case without a tariff."""
    machines: Mapping[str, object] = {} if case.tariffs else {t.id: t for t in case.technologies}
    for building in case.buildings:
        if getattr(machines.get(building.bau.get(ELECTRICITY, "")), "feeds_building", False):
            continue
        for service, name in building.bau.items():
            machine = machines.get(name)
            if service != ELECTRICITY and machine is not None and not hasattr(machine, "fuel"):
                path = f"buildings.{building.id}.bau.{service}"
                yield Fault("E1876", place_of(case, path), path, name, params={"service": service}, hint="add_tariff")


def _sizes(case: Case) -> Iterator[Fault]:
    """Yield machines whose largest size is below what stands or must stand."""
    for t in case.technologies:
        for size in t.sizes:
            largest = getattr(t, f"max_{size.name}", None)
            least = {n: float(getattr(t, n, None) or 0.0) for n in (f"existing_{size.name}", f"min_{size.name}")}
            name = max(least, key=lambda n: least[n])
            if largest is not None and largest < least[name]:
                path = f"technologies.{t.id}.max_{size.name}"
                allowed = f"≥ {least[name]:g} {size.unit} ({name})"
                yield Fault("E1877", place_of(case, path), path, f"{largest:g}", allowed)


def _levels(case: Case) -> Iterator[Fault]:
    """Yield temperature levels to choose from that name no network, are empty, too many or in the wrong order."""
    networks = {n.id: n for n in case.networks}
    for variant, spec in case.variants.items():
        for name, pairs in spec.levels_c.items():
            path = f"variants.{variant}.levels_c.{name}"
            if name not in networks:
                yield unknown(case, "E159", path, name, networks)
                continue
            carrier = networks[name].carrier
            cold = networks[name].family == "chilled_water"
            for supply, back in pairs:
                if carrier != "ambient_water" and (supply >= back if cold else supply <= back):
                    words = {"carrier": carrier}
                    hint = "cooling_order" if cold else "heating_order"
                    yield Fault("E186", place_of(case, path), path, f"{supply:g} / {back:g} °C", "", words, hint)
        count = prod(len(pairs) for pairs in spec.levels_c.values())
        if spec.levels_c and not 1 <= count <= _MOST_LEVELS:
            path = f"variants.{variant}.levels_c"
            yield Fault("E1878", place_of(case, path), path, str(count), f"1 – {_MOST_LEVELS}")


def _weather(case: Case) -> Iterator[Fault]:
    """Yield a city without weather: no file, no normals of its own name."""
    given = case.weather.file or case.weather.normals
    if given is None and not case_normals(case) and not (case.weather.normals_file and list(table_faults(case))):
        yield no_normals(case, "city.name", case.city.name)


def _prices(case: Case) -> Iterator[Fault]:
    """Yield a currency or price year that the prices of pipes cannot be brought to, and exports dearer than imports."""
    written = {"currency": case.currency, "price_year": str(case.price_year)}
    try:
        convert_money(1.0, "USD", pipe_price_year(), case.currency, case.price_year, case_prices(case))
    except EdsimError as error:
        stated = {key: Node(text, place_of(case, key), text) for key, text in written.items()}
        if case.networks:
            fault = price_level_fault(error, stated, "networks (pipes)")
            yield replace(fault, hint="pipes_level") if fault.hint == "price_level" else fault
    selling = {getattr(t, "tariff", None) for t in case.technologies if getattr(t, "max_export_kw", 0.0) != 0.0}
    for spec in case.tariffs:
        path, price = f"tariffs.{spec.id}.export_per_kwh", spec.export_per_kwh
        dearest = max([spec.energy_per_kwh, *(w.per_kwh for w in spec.time_of_use)])
        if spec.id in selling and price > (cheapest := _cheapest(spec)) + 1e-12:
            yield Fault("E1882", place_of(case, path), path, f"{price:g}", f"≤ {cheapest:g}", {}, "resale")
        elif price > dearest > 0.0 and not spec.spot_file:
            yield Fault("W1949", place_of(case, path), path, f"{price:g}", f"≤ {dearest:g}", hint="sold_dear")


def _cheapest(spec: TariffSpec) -> float:
    """Return the lowest price of energy over the hours of the week in every month."""
    lowest = inf
    for month, day, hour in product(range(1, 13), range(1, 8), range(24)):
        price = spec.energy_per_kwh
        for w in spec.time_of_use:
            if all(not of or at in of for of, at in ((w.months, month), (w.weekdays, day), (w.hours, hour))):
                price = w.per_kwh
        lowest = min(lowest, price)
    return lowest

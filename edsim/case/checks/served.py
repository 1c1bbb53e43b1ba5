"""Checks of which network serves whom: the lists of buildings, and water too warm for whom it is given to."""

from __future__ import annotations

from collections.abc import Iterator

from edsim.case.checks.ids import place_of, unknown
from edsim.case.checks.runnable import needs
from edsim.case.offers import taken
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault, listing

_DRYING_C = 10.0
"""Supply of chilled water above which coils no longer dry air: supply air of 12 to 14 °C at its dew point needs water
some 4 K colder (ASHRAE Handbook HVAC Applications, displacement and chilled beams run at 14 to 18 °C on dry air).
Unverified."""


def check_served(case: Case) -> Iterator[Fault]:
    """Yield faults of the lists of buildings of networks, and comfort cooling given by water that dries no air."""
    yield from _lists(case)
    yield from _left_over(case)
    yield from _too_warm(case)


def _lists(case: Case) -> Iterator[Fault]:
    """Yield buildings listed that are not there, are listed for one service twice, or join no network."""
    buildings = {b.id: b for b in case.buildings}
    first: dict[tuple[str, str], str] = {}
    for network in case.networks:
        path = f"networks.{network.id}.buildings"
        for name in dict.fromkeys(network.buildings):
            if name not in buildings:
                yield unknown(case, "E1900", path, name, buildings)
                continue
            others = [first.setdefault((name, service), network.id) for service in network.services]
            if other := next((o for o in others if o != network.id), None):
                yield Fault("E1901", place_of(case, path), path, name, params={"other": other}, hint="one_list")
            elif not taken(case, network, buildings[name]):
                yield Fault("W1902", place_of(case, path), path, name, hint="listed_never")


def _left_over(case: Case) -> Iterator[Fault]:
    """Yield buildings that several networks of a service leave out, as each of them lists its own."""
    for service in dict.fromkeys(s for n in case.networks for s in n.services):
        of_it = [n for n in case.networks if service in n.services]
        if not all(n.buildings for n in of_it):
            continue
        listed = {b for n in of_it for b in n.buildings}
        left = [b for b in case.buildings if b.id not in listed and b.takes((service,))]
        if len(of_it) == 1:  # who is in no list is left out on purpose, unless the case says that it must connect
            left = [b for b in left if b.connect == "must" and place_of(case, f"buildings.{b.id}.connect").file]
        wanting = [b.id for b in left if service in b.bau and needs(b, service, case) is not False]
        if wanting:
            path, words = f"networks.{of_it[0].id}.buildings", {"service": service}
            yield Fault("W1903", place_of(case, path), path, listing(wanting), params=words, hint="listed_nowhere")


def _too_warm(case: Case) -> Iterator[Fault]:
    """Yield networks of chilled water too warm to dry air that cool rooms, whose load has moisture in it."""
    for network in case.networks:
        is_level = network.carrier != network.family  # of chilled water itself, W184 says that it is warm
        if not is_level or network.family != "chilled_water" or network.supply_temp_c <= _DRYING_C:
            continue
        rooms = [b for b in case.buildings if "cooling" not in b.measured and "cooling" in taken(case, network, b)]
        humid = [b.id for b in rooms if needs(b, "cooling", case)]
        if humid:
            path = f"networks.{network.id}.supply_temp_c"
            got, allowed = f"{network.supply_temp_c:g} °C", f"≤ {_DRYING_C:g} °C"
            words = {"buildings": listing(humid)}
            yield Fault("W1904", place_of(case, path), path, got, allowed, words, "drying")

"""The hour and the place of a shortage in the user's words: date and clock, network, the buildings that draw most."""

from __future__ import annotations

from dataclasses import dataclass

from edsim.core.carriers import family
from edsim.core.i18n import Lang
from edsim.core.timegrid import DAYS_PER_MONTH, MONTH_OF_DAY
from edsim.network.district import District
from edsim.optimization.district.prepare_system import CARRIER_OF_SERVICE

_MONTHS: dict[Lang, tuple[str, ...]] = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
           "noviembre", "diciembre"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Load:
    """What one building draws in an hour, kW."""

    building: str
    name: str
    kw: float


@dataclass(frozen=True, slots=True)
class Moment:
    """An hour of a carrier at a node.

    Attributes
    ----------
    hour
        Hour of the year, 0–8759.
    loads
        Buildings that draw the carrier there, the largest first.
    dry_bulb_temp_c, wet_bulb_temp_c
        Outdoor air.
    """

    hour: int
    loads: tuple[Load, ...]
    dry_bulb_temp_c: float
    wet_bulb_temp_c: float


def clock(hour: int, lang: Lang) -> str:
    """Return an hour of the year as date and time: ``14 March 15:00``, ``14 de marzo, 15:00``."""
    day, time = divmod(hour, 24)
    month = int(MONTH_OF_DAY[day])
    number = day + 1 - int(DAYS_PER_MONTH[:month].sum())
    name = _MONTHS[lang][month]
    return f"{number} {name} {time:02d}:00" if lang == "en" else f"{number} de {name}, {time:02d}:00"


def moment(district: District, node: str, carrier: str, hour: int) -> Moment:
    """Return what happens in an hour of a carrier at an energy center, or at a building with machines of its own."""
    profiles, case = district.profiles, district.case
    names = {b.id: b.name or b.id for b in case.buildings}
    plants = {n.id: {p.id for p in n.plants if n.carrier == carrier} for n in case.networks}
    drawn: dict[str, float] = {}
    served = district.served()
    for service, series in profiles.demand.items():
        if CARRIER_OF_SERVICE[service] != family(carrier):
            continue
        for row, building in enumerate(profiles.building_ids):
            network = served.get((building, service))
            if (network is not None and node in plants[network]) or (network is None and building == node):
                drawn[building] = drawn.get(building, 0.0) + float(series[row, hour])
    loads = sorted((Load(b, names[b], kw) for b, kw in drawn.items() if kw > 0.0), key=lambda x: -x.kw)
    weather = profiles.weather
    dry, wet = float(weather.dry_bulb_temp_c[hour]), float(weather.wet_bulb_temp_c[hour])
    return Moment(hour, tuple(loads), dry, wet)

"""A building as the building list gives it; read without numpy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edsim.profiles.buildings.spec import System
    from edsim.profiles.buildings.stock.archetype_names import Vintage
    from edsim.profiles.buildings.stock.retrofit import Retrofit


@dataclass(frozen=True, slots=True)
class BuildingSpec:
    """One building as the building list gives it; None takes the archetype's value.

    Attributes
    ----------
    id, use, floor_area_m2
        Identifier, use (see :func:`edsim.profiles.buildings.uses`) and gross floor area of all storeys.
    storeys, aspect, orientation_deg
        Number of storeys, length over width of the plate, and the direction a long facade faces.
    vintage
        Construction period.
    conditioned_frac, heated_frac
        Shares of the floor area that are cooled, and heated where there is a heating set point.
    wwr_frac
        Window share of the facades.
    cooling_set_c, heating_set_c
        Set points while in use; a heating set point below -50 means no heating.
    people, beds, rooms, meals_per_day, m2_per_person
        Size of the use; beds, rooms (hotel beds count two to a room) and meals are the units of hot water and steam.
    steam_kg_per_day, steam_pressure_bar, condensate_frac
        Steam used on a day of mean use, its gauge pressure, and the share of condensate that returns.
    system
        System class of the air handling.
    overrides
        Any other field of :class:`edsim.profiles.buildings.Archetype` by name.
    retrofits
        Measures applied to the building as described by all of the above.
    """

    id: str
    use: str
    floor_area_m2: float
    storeys: int | None = None
    aspect: float | None = None
    orientation_deg: float = 0.0
    vintage: Vintage = "2000_2015"
    conditioned_frac: float | None = None
    heated_frac: float | None = None
    wwr_frac: float | None = None
    cooling_set_c: float | None = None
    heating_set_c: float | None = None
    people: float | None = None
    beds: float | None = None
    rooms: float | None = None
    meals_per_day: float | None = None
    m2_per_person: float | None = None
    steam_kg_per_day: float | None = None
    steam_pressure_bar: float | None = None
    condensate_frac: float | None = None
    system: System | None = None
    overrides: Mapping[str, float | str] = field(default_factory=dict)
    retrofits: tuple[Retrofit, ...] = ()

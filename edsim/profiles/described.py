"""Buildings of a case as the load model describes them, and loads as services."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from edsim.case.checks.ids import placed
from edsim.case.comparison import DRAWS
from edsim.case.joining import SUPPLY_FIELDS
from edsim.case.schema import Building, Case
from edsim.core.errors import Finding

if TYPE_CHECKING:
    from edsim.profiles.buildings import BuildingLoads, BuildingSpec
    from edsim.profiles.buildings.stock.archetype_names import Vintage
    from edsim.profiles.types import Array

_OF_THE_SUPPLY = {*SUPPLY_FIELDS, "measures"}
"""Fields of a building that say how it is served or retrofitted, not what it needs as it stands."""
_NAMED = re.compile(r"buildings\[(?P<id>.+?)\](?:\.overrides)?(?:\.(?P<field>.+))?")
_FIELD_OF = {"people": "occupants", "vintage": "year_built"}
"""Name of the load model → name in the case, where they differ."""
_SPREADS = {"schedule_spread_h": "schedule_sigma_h", "day_spread_frac": "day_sigma_frac"}
"""Setting of the case → field of the archetype."""


def needs_of(case: Case) -> tuple[Any, ...]:
    """Return what fixes the loads of the buildings as they stand, besides weather and place."""
    draws = (getattr(case.settings, name) for name in DRAWS)
    return (*draws, *(b.model_dump(exclude=_OF_THE_SUPPLY) for b in case.buildings))


def demand_of(loads: BuildingLoads) -> dict[str, Array]:
    """Return service → (buildings, 8760), kW (compressed air Nm³/h)."""
    return {
        "cooling": loads.cooling_sensible_kw + loads.cooling_latent_kw,
        "heating": loads.heating_kw,
        "hot_water": loads.hot_water_kw,
        "electricity": loads.electricity_kw,
        "steam": loads.steam_kw,
        "compressed_air": loads.compressed_air_nm3_per_h,
    }


def latent_of(latent_kw: Array, cooling_kw: Array, scaled_kw: Array) -> Array:
    """Return the latent part of a scaled cooling demand: its hourly share stays."""
    share = np.divide(latent_kw, cooling_kw, out=np.zeros_like(cooling_kw), where=cooling_kw > 0)
    return np.asarray(share * scaled_kw)


def in_case(finding: Finding, case: Case) -> Finding:
    """Return a finding on a building of the load model with the field of the case that it is about, and its place."""
    named = _NAMED.fullmatch(finding.field)
    if named is None:
        return finding
    path, field = f"buildings.{named['id']}", named["field"] or ""
    given = next((b.archetype for b in case.buildings if b.id == named["id"]), {})
    inside = f"archetype.{field}" if field in given else _FIELD_OF.get(field, field)
    return placed(replace(finding, field=f"{path}.{inside}".rstrip(".")), case)


def specs_of(case: Case, buildings: Sequence[Building]) -> list[BuildingSpec]:
    """Return the load model's description of buildings of a case, with the spreads that the case sets.

    A spread among a building's own `archetype` values stands before that of the case.
    """
    specs = [building_spec(b) for b in buildings]
    wanted = {name: getattr(case.settings, setting) for setting, name in _SPREADS.items()}
    given = {name: value for name, value in wanted.items() if value is not None}
    return [replace(s, overrides=given | dict(s.overrides)) for s in specs] if given else specs


def building_spec(building: Building) -> BuildingSpec:
    """Return the load model's description of a building of the case as it stands, without measures."""
    from edsim.profiles.buildings import BuildingSpec

    return BuildingSpec(
        id=building.id,
        use=building.use,
        floor_area_m2=building.floor_area_m2,
        storeys=building.storeys,
        orientation_deg=building.orientation_deg,
        vintage=vintage_of(building.year_built),
        conditioned_frac=building.conditioned_frac,
        heated_frac=building.heated_frac,
        people=building.occupants,
        beds=building.beds,
        rooms=building.rooms,
        meals_per_day=building.meals_per_day,
        aspect=building.aspect,
        wwr_frac=building.wwr_frac,
        cooling_set_c=building.cooling_set_c,
        heating_set_c=building.heating_set_c,
        system=building.system,
        steam_kg_per_day=building.steam_kg_per_day,
        steam_pressure_bar=building.steam_pressure_bar,
        condensate_frac=None,  # the boilers fire for make-up water, those of today at the building's share
        overrides=dict(building.archetype),
    )


def vintage_of(year_built: int | None) -> Vintage:
    """Return the construction period of a year; unknown counts as 2000-2015."""
    if year_built is None:
        return "2000_2015"
    return "pre2000" if year_built < 2000 else "2000_2015" if year_built <= 2015 else "post2015"

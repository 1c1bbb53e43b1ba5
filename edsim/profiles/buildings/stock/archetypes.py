"""Archetypes: default properties of a building by use, vintage and climate band, each with its source.

The table ``edsim/data/archetypes/archetypes.csv`` has one value per row; ``*`` stands for every use, vintage or
band. For one field the most specific row wins: use before vintage before climate band.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from edsim.profiles.buildings.stock.archetype_names import ARCHETYPE_TABLE, TEXT_FIELDS, archetype_fields, uses

if TYPE_CHECKING:
    from edsim.profiles.buildings.spec import Glazing, System
    from edsim.profiles.weather.types import Weather

ClimateBand = Literal["winter", "mild_winter", "cold", "temperate", "hot_dry", "hot_humid"]
_GLASS = frozenset({"window_u_w_per_m2_k", "window_g_frac"})
WINTER_BELOW_C, HEATED_BELOW_C = 8.0, 12.0
"""Means of the coldest month below which buildings are insulated, and below which they are heated."""


@dataclass(frozen=True, slots=True)
class Archetype:
    """All properties of one archetype; units are in the names, sources in the table (see :func:`provenance`).

    `glazing` None: glass known by its U and g alone, as :class:`~edsim.profiles.buildings.spec.Window` takes it.
    """

    floor_height_m: float
    storeys: float
    wwr_frac: float
    small_wwr_frac: float
    aspect: float
    m2_per_person: float
    sensible_w_per_person: float
    latent_w_per_person: float
    light_w_per_m2: float
    light_base_frac: float
    plug_w_per_m2: float
    plug_base_frac: float
    process_w_per_m2: float
    process_electric_frac: float
    process_latent_frac: float
    process_lost_frac: float
    outdoor_air_l_per_s_person: float
    outdoor_air_l_per_s_m2: float
    infiltration_ach: float
    cooling_set_c: float
    cooling_setback_c: float
    heating_set_c: float
    heating_setback_c: float
    max_relative_humidity_frac: float
    conditioned_frac: float
    heated_frac: float
    system: System
    reheat: float
    economizer: float
    apparatus_dew_point_c: float
    bypass_frac: float
    recovery_sensible_frac: float
    recovery_latent_frac: float
    fan_w_per_l_per_s: float
    supply_l_per_s_m2: float
    dense_area_frac: float
    dense_gain_frac: float
    dhw_l_per_unit_day: float
    m2_per_unit: float
    dhw_temp_c: float
    dhw_loss_frac: float
    lift_w_per_m2: float
    exterior_light_w_per_m2: float
    steam_kg_per_unit_day: float
    compressed_air_nm3_per_h_m2: float
    compressed_air_leak_frac: float
    it_w_per_m2: float
    ups_loss_frac: float
    refrigeration_w_per_m2: float
    refrigeration_evaporation_c: float
    case_credit_sensible_w_per_m2: float
    case_credit_latent_w_per_m2: float
    pool_frac: float
    pool_temp_c: float
    schedule: str
    dhw_schedule: str
    hvac_always: float
    hvac_threshold_frac: float
    schedule_sigma_h: float
    intensity_sigma_frac: float
    day_sigma_frac: float
    partition_m2_per_m2: float
    partition_kj_per_m2_k: float
    expected_cooling_low_kwh_per_m2: float
    expected_cooling_high_kwh_per_m2: float
    expected_heating_low_kwh_per_m2: float
    expected_heating_high_kwh_per_m2: float
    expected_heating_low_w_per_m2: float
    expected_heating_high_w_per_m2: float
    wall_u_w_per_m2_k: float
    roof_u_w_per_m2_k: float
    window_u_w_per_m2_k: float
    window_g_frac: float
    glazing: Glazing | None
    roof_absorptance_frac: float
    wall_absorptance_frac: float
    wall_mass_kg_per_m2: float
    roof_mass_kg_per_m2: float
    shading_factor_frac: float


@dataclass(frozen=True, slots=True)
class ArchetypeValue:
    """One row of the archetype table."""

    use: str
    vintage: str
    climate_band: str
    field: str
    value: float | str
    unit: str
    source: str
    year: int
    quality: str

    def rank(self) -> tuple[bool, bool, bool]:
        """Return how specific the row is."""
        return self.use != "*", self.vintage != "*", self.climate_band != "*"

    def fits(self, use: str, vintage: str, band: str) -> bool:
        """Return whether the row is about this use, vintage and climate band."""
        return self.use in {"*", use} and self.vintage in {"*", vintage} and self.climate_band in {"*", band}


@lru_cache(maxsize=1)
def archetype_table() -> tuple[ArchetypeValue, ...]:
    """Return all rows of the archetype table."""
    with ARCHETYPE_TABLE.open(encoding="utf-8", newline="") as stream:
        return tuple(
            ArchetypeValue(
                r["use"],
                r["vintage"],
                r["climate_band"],
                r["field"],
                r["value"] if r["field"] in TEXT_FIELDS else float(r["value"]),
                r["unit"],
                r["source"],
                int(r["year"]),
                r["quality"],
            )
            for r in csv.DictReader(stream)
        )


@lru_cache(maxsize=256)
def provenance(use: str, vintage: str, band: str) -> Mapping[str, ArchetypeValue]:
    """Return the row that gives each field of an archetype."""
    chosen: dict[str, ArchetypeValue] = {}
    for row in archetype_table():
        if row.fits(use, vintage, band) and (row.field not in chosen or row.rank() >= chosen[row.field].rank()):
            chosen[row.field] = row
    return chosen


def archetype(use: str, vintage: str, band: str, overrides: Mapping[str, float | str]) -> Archetype:
    """Return the archetype of a use with some fields replaced.

    Glass of a U or g of its own is no longer of the archetype's glazing class, unless a class is given too.

    Raises
    ------
    ValueError
        When the use or a field is not known; :func:`override_findings` reports the same to users.
    """
    if use not in uses():
        raise ValueError(f"no archetype for use {use!r}")
    values: dict[str, Any] = {name: row.value for name, row in provenance(use, vintage, band).items()}
    unknown = set(overrides) - set(archetype_fields())
    if unknown:
        raise ValueError(f"not fields of an archetype: {sorted(unknown)}")
    return Archetype(**(values | dict.fromkeys(unclassed(overrides)) | dict(overrides)))


def unclassed(given: Collection[str]) -> tuple[str, ...]:
    """Return the field ``glazing`` where other glass is given by U or g alone, else nothing."""
    return () if "glazing" in given or not _GLASS & set(given) else ("glazing",)


def climate_band(weather: Weather) -> ClimateBand:
    """Return the climate band of a weather year.

    Annual mean below 18 °C is cold, below 24 °C temperate, above hot; hot is dry below 75 % mean relative humidity (the
    four climates of Colombia's Resolution 0549 of 2015). A place with monthly degree-days below the heating limit of
    12 °C (usual of buildings; VDI 3807-1), which is a coldest month below that, is heated whatever its annual mean:
    ``mild_winter``, and ``winter`` with insulated buildings where the coldest month is below 8 °C.

    Raises
    ------
    DataError
        E204 when the year has no 8760 numbers in every series.
    """
    # both load numpy, which the table of archetypes does without
    from edsim.core.timegrid import MONTH_OF_HOUR
    from edsim.profiles.weather.validity import require_weather

    require_weather(weather)
    temp = weather.dry_bulb_temp_c
    coldest = min(float(temp[m == MONTH_OF_HOUR].mean()) for m in range(12))
    if coldest < WINTER_BELOW_C:
        return "winter"
    if coldest < HEATED_BELOW_C:
        return "mild_winter"
    mean = float(np.mean(temp))
    if mean < 18.0:
        return "cold"
    if mean < 24.0:
        return "temperate"
    return "hot_dry" if float(np.mean(weather.relative_humidity_frac)) < 0.75 else "hot_humid"

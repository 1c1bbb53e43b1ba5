"""Building loads: zone model, coils, archetypes, schedules, other services and measured profiles."""

from typing import TYPE_CHECKING

from edsim.core.lazy import lazy_names

if TYPE_CHECKING:
    from edsim.profiles.buildings.archetype_names import uses
    from edsim.profiles.buildings.archetypes import Archetype, climate_band
    from edsim.profiles.buildings.building_spec import BuildingSpec
    from edsim.profiles.buildings.calibration import BillContext, Calibration, calibrate
    from edsim.profiles.buildings.loads import BuildingLoads, building_loads
    from edsim.profiles.buildings.measured import scale_profile, series_from_measured
    from edsim.profiles.buildings.peaks import peak_factor
    from edsim.profiles.buildings.spec import Coil, Gains, Layer, Surface, Window, ZoneResult, ZoneSpec
    from edsim.profiles.buildings.zones import simulate_zones

_EXPORTS = {
    "Archetype": "archetypes",
    "BillContext": "calibration",
    "BuildingLoads": "loads",
    "BuildingSpec": "building_spec",
    "Calibration": "calibration",
    "Coil": "spec",
    "Gains": "spec",
    "Layer": "spec",
    "Surface": "spec",
    "Window": "spec",
    "ZoneResult": "spec",
    "ZoneSpec": "spec",
    "building_loads": "loads",
    "calibrate": "calibration",
    "climate_band": "archetypes",
    "peak_factor": "peaks",
    "scale_profile": "measured",
    "series_from_measured": "measured",
    "simulate_zones": "zones",
    "uses": "archetype_names",
}

__all__ = [
    "Archetype",
    "BillContext",
    "BuildingLoads",
    "BuildingSpec",
    "Calibration",
    "Coil",
    "Gains",
    "Layer",
    "Surface",
    "Window",
    "ZoneResult",
    "ZoneSpec",
    "building_loads",
    "calibrate",
    "climate_band",
    "peak_factor",
    "scale_profile",
    "series_from_measured",
    "simulate_zones",
    "uses",
]

__getattr__ = lazy_names(__name__, _EXPORTS)

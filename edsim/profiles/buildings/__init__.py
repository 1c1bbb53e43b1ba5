"""Loads of buildings: zone model, coils, archetypes, schedules, other services and measured profiles.

==========  ========================================================================================================
`stock`     buildings of a list as zones: archetypes, calendars, schedules, shapes, measures, services beside space
`envelope`  elements, films, glass and sun of zones
`balance`   what drives a zone, its heat balance as a network, and the march through the hours
`air`       outdoor air, moisture, coils, and the loads of air handling
==========  ========================================================================================================

`loads` goes from a list of buildings to their loads, `peaks` to those within the hour; `zones` simulates zones as
`spec` describes and `zone_checks` and `kinds` check them. `measured` and `calibration` hold to what was metered.
"""

from typing import TYPE_CHECKING

from edsim.core.lazy import lazy_names

if TYPE_CHECKING:
    from edsim.profiles.buildings.calibration import BillContext, Calibration, calibrate
    from edsim.profiles.buildings.loads import BuildingLoads, building_loads
    from edsim.profiles.buildings.measured import scale_profile, series_from_measured
    from edsim.profiles.buildings.peaks import peak_factor
    from edsim.profiles.buildings.spec import Coil, Gains, Layer, Surface, Window, ZoneResult, ZoneSpec
    from edsim.profiles.buildings.stock.archetype_names import uses
    from edsim.profiles.buildings.stock.archetypes import Archetype, climate_band
    from edsim.profiles.buildings.stock.building_spec import BuildingSpec
    from edsim.profiles.buildings.zones import simulate_zones

_EXPORTS = {
    "Archetype": "stock.archetypes",
    "BillContext": "calibration",
    "BuildingLoads": "loads",
    "BuildingSpec": "stock.building_spec",
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
    "climate_band": "stock.archetypes",
    "peak_factor": "peaks",
    "scale_profile": "measured",
    "series_from_measured": "measured",
    "simulate_zones": "zones",
    "uses": "stock.archetype_names",
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

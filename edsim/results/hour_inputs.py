"""What each hour's figures were computed with: weather, ground, sources, condenser water, and the numbers of machines.

A row of table ``hourly`` says what a machine drew; the row of table ``conditions`` of the same hour says why. For an
electric chiller ``input = max over k of (power_slope_k * cooling + power_intercept_k * capacity)``: output and input
stand in ``hourly``, capacity in ``capacities``, slopes and intercepts here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.machines.site import SiteConditions, cooling_water_temp_c
from edsim.network.pipes.catalogue import load_catalogue, soil_properties
from edsim.network.pipes.ground import fit_ground, ground_temperature
from edsim.optimization.district.prepare_system import prepare_system
from edsim.results.variant import VariantRun

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]


def conditions_table(runs: Sequence[VariantRun]) -> pd.DataFrame:
    """Return table ``conditions``: a block of 8760 rows for every variant that has a plant."""
    import pandas as pd

    blocks = [
        pd.DataFrame({"variant": run.name, "hour": np.arange(HOURS_PER_YEAR), **dict(_columns(run))})
        for run in runs
        if run.design is not None
    ]
    return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame({"variant": [], "hour": []})


def _columns(run: VariantRun) -> Iterator[tuple[str, Array]]:
    """Yield the columns of a variant: site, ground at the pipes, sources, nodes and machines of the plant."""
    site = run.conditions
    yield "site.dry_bulb_c", site.dry_bulb_temp_c
    yield "site.wet_bulb_c", site.wet_bulb_temp_c
    specs = {n.id: n for n in run.district.case.networks}
    for design in run.district.designs:
        spec = specs[design.id]
        depth = spec.cover_m + 0.5 * float(np.median(load_catalogue(design.catalogue).casing_m))
        model = fit_ground(site.dry_bulb_temp_c, soil_properties(spec.soil)[1])
        yield f"ground.{design.id}.temp_c", ground_temperature(model, depth)
    for name, source in site.sources.items():
        yield f"source.{name}.temp_c", source.temp_c
        yield f"source.{name}.available_kw", source.available_kw
    system = prepare_system(run.district, site.refrigerants)
    for node, around in system.conditions.items():
        if isinstance(around, SiteConditions) and (around.tower_approach_k > 0.0 or around.water_sources):
            yield f"{node}.condenser_water_c", cooling_water_temp_c(around, 0.0)
    for machine in system.technologies:
        for name, value in machine.prepare(system.conditions[machine.node]).items():
            if np.shape(value) == (HOURS_PER_YEAR,):
                yield f"{machine.node}.{machine.id}.{name}", np.asarray(value, dtype=float)

"""GHG accounting frames of one study side by side, from the same hourly flows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from edsim.appraisal.emissions import VariantEmissions
from edsim.case.schema import Case
from edsim.core.timegrid import HOURS_PER_YEAR
from edsim.ghg import Inventory, emission_reduction
from edsim.ghg.inventories import BASIS_OF_FRAME
from edsim.results.tables import frame as table_of

if TYPE_CHECKING:
    import pandas as pd


def frames_table(case: Case, emissions: Mapping[str, VariantEmissions], variants: Sequence[str]) -> pd.DataFrame:
    """Return BAU, project and reduction over the horizon in every frame; a frame without its factor says why."""
    rows: list[dict[str, Any]] = []
    for variant in variants:
        both = Inventory((*emissions["bau"].inventory.lines, *emissions[variant].inventory.lines))
        for name, basis in BASIS_OF_FRAME.items():
            factor = emissions[variant].activity.factor(basis)
            row: dict[str, Any] = {"variant": variant, "frame": name, "grid_basis": basis}
            if factor is None:
                missing = dict.fromkeys(_NUMBERS, np.nan)
                rows.append({**row, **missing, "reason": f"no {basis} factor in the case"})
                continue
            replicated = case.emissions.replication_factor if name == "gef" else 0.0
            cut = emission_reduction(both, name, variant, replication_factor=replicated)
            base = both.select(variant="bau", frame=name).total() / 1000.0
            rows.append(
                {
                    **row,
                    "grid_kg_per_kwh": _year_one(factor.kg_per_kwh),
                    "bau_t": base,
                    "value_t": base - cut.lifetime_kgco2e / 1000.0,
                    "reduction_t": cut.lifetime_kgco2e / 1000.0,
                    "reduction_t_per_a": cut.mean_kgco2e_per_a / 1000.0,
                    "memo_t": cut.memo_kgco2e / 1000.0,
                    "indirect_t": cut.indirect_kgco2e / 1000.0,
                    "reason": "",
                }
            )
    return table_of("ghg_frames", rows)


_NUMBERS = ("grid_kg_per_kwh", "bau_t", "value_t", "reduction_t", "reduction_t_per_a", "memo_t", "indirect_t")


def _year_one(kg_per_kwh: ArrayLike) -> float:
    """Return the mean grid factor of year 1, of a constant, yearly or hourly factor."""
    values = np.atleast_1d(np.asarray(kg_per_kwh, dtype=float))
    return float(values.mean() if len(values) == HOURS_PER_YEAR else values[0])

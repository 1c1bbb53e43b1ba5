"""The table of efficient district heating: every stage of the directive for every variant with a heat network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from edsim.appraisal.supply.trace import Traced
from edsim.energy.efficient_district import STAGES
from edsim.results.tables import frame

if TYPE_CHECKING:
    import pandas as pd


def efficient_heating_table(traced: Mapping[str, Traced]) -> pd.DataFrame:
    """Return variant by variant, stage by stage, whether its heat networks are efficient district heating."""
    rows = []
    for variant, found in traced.items():
        heat = found.heat_networks
        if heat.kwh <= 0.0 or heat.mix.sum() <= 0.0:
            continue
        mix = heat.shares
        for stage in STAGES:
            criterion = stage.met_by(mix)
            rows.append(
                {
                    "variant": variant,
                    "first_year": stage.first_year,
                    "last_year": stage.last_year,
                    "by_share": bool(criterion),
                    "criterion": criterion,
                    "by_ghg": stage.is_met_by_ghg(heat.ghg_kg_per_kwh),
                    "max_ghg_kg_per_kwh": stage.most_kg_per_kwh,
                    "ghg_kg_per_kwh": heat.ghg_kg_per_kwh,
                    "renewable_frac": mix.renewable,
                    "waste_frac": mix.waste,
                    "chp_frac": mix.cogenerated,
                    "other_chp_frac": mix.cogenerated_other,
                    "other_frac": mix.other,
                }
            )
    return frame("efficient_heating", rows)

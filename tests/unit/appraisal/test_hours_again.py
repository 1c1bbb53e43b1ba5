"""Hours of a machine, a pipe and a meter, computed again from the tables of a run alone."""

from typing import Any

import numpy as np
import pytest

from edsim.app import RunOutcome
from edsim.core.timegrid import MONTH_OF_HOUR

pytestmark = pytest.mark.medium


def test_power_of_chillers_follows_from_the_conditions_of_the_hour(financed: RunOutcome) -> None:
    """Proves: of every hour load, size and three lines of the part-load curve at its temperature give the power.

    Warmer air costs power: the ratio at full load rises with the dry bulb. If ignored: an hour of a chiller has to be
    believed, for nothing in the folder says at which temperature and on which curve it ran.
    """
    tables = {n: financed.appraisal.tables[n].query("variant == 'district'") for n in ("hourly", "conditions")}
    hourly, around = (tables[n].set_index("hour") for n in ("hourly", "conditions"))
    sizes = financed.appraisal.tables["capacities"].query("variant == 'district' and technology == 'chillers'")
    size = sizes["value"].iloc[0]
    cooling = hourly["energy_center.chilled_water.chillers.cooling_kw"]
    of = "energy_center.chillers.power"
    lines = [around[f"{of}_slope_{k}"] * cooling + around[f"{of}_intercept_{k}"] * size for k in range(3)]
    drawn = hourly["energy_center.electricity.chillers.compressor_kw"]
    assert np.allclose(np.max(lines, axis=0), drawn, rtol=1e-6, atol=1e-6 * drawn.max())
    warm, cold = (around[f"{of}_per_cooling"][pick(around["site.dry_bulb_c"])] for pick in (np.argmax, np.argmin))
    assert warm > 1.1 * cold


def test_gain_of_a_pipe_by_hand(financed: RunOutcome) -> None:
    """Proves: EN 13941-1 with the diameters among the assumptions and the ground of the hour gives the gain of a pipe.

    Water comes back colder than planned at part load, up to a tenth more. If ignored: a pipe's gain rests on diameters
    and a ground nobody can see.
    """
    tables = financed.appraisal.tables
    inputs = tables["assumptions"].set_index("path")["value"]
    pipe = tables["pipes"].query("variant == 'district'").iloc[0]
    sizes = [f"pipes.steel_series1.dn{pipe.dn}.{x}" for x in ("outer_diameter_mm", "casing_diameter_mm")]
    tube, casing = (float(inputs[path]) / 1000.0 for path in sizes)
    wool, soil = float(inputs[f"pipes.steel_series1.dn{pipe.dn}.insulation_w_per_mk"]), 1.5
    depth = 0.8 + casing / 2.0 + 0.0685 * soil
    own = np.log(casing / tube) / (2.0 * np.pi * wool) + np.log(4.0 * depth / casing) / (2.0 * np.pi * soil)
    pair = np.log(1.0 + (2.0 * depth / (casing + 0.15)) ** 2) / (4.0 * np.pi * soil)
    ground = tables["conditions"].query("variant == 'district'")["ground.cold.temp_c"]
    kwh = float((2.0 * ground - 6.0 - 14.0).sum()) / (own + pair) * pipe.length_m / 1000.0
    assert kwh < pipe.gain_or_loss_kwh < 1.1 * kwh


def test_bills_of_buildings_follow_from_their_meters(financed: RunOutcome) -> None:
    """Proves: energy and billed peak of every building and month, in BAU and project, are those of its hours.

    If ignored: the peak a building is billed for cannot be found in any table.
    """
    meters, bills = (financed.appraisal.tables[n] for n in ("meter_loads", "electricity_bill_lines"))
    for name in ("bau", "district"):
        mine = meters[meters["variant"] == name]
        lines = bills[(bills["variant"] == name) & bills["meter"].isin(["north", "south"])]
        billed: Any = lines.groupby(["meter", "month", "item"], as_index=False)["quantity"].sum()
        for row in billed.to_dict("records"):
            hours = mine[row["meter"]].to_numpy()[row["month"] - 1 == MONTH_OF_HOUR]
            assert row["quantity"] == pytest.approx(hours.max() if row["item"] == "demand" else hours.sum())

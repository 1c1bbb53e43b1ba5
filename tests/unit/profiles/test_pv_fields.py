"""Photovoltaic surfaces of a case: their yields by tilt, direction and dirt."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from edsim.core.hours import HOURS_OF_MONTH
from edsim.profiles.district import make_weather, pv_yields
from edsim.technologies.pv import Pv
from edsim.workflow import load_case

MONTH = np.repeat(np.arange(12), HOURS_OF_MONTH)


def test_dirt_of_a_month_takes_that_month(write_case: Callable[..., Path]) -> None:
    """Proves: 20 % of dirt in January leave 80/98 of a clean January's direct current, one value holds all year.

    If ignored: PV of a dry season under dust is worth as much as under daily rain.
    """
    case = load_case(write_case())
    dry = (0.2, *(0.02,) * 11)
    panels = (Pv(id="plain"), Pv(id="dry", soiling_frac=dry), Pv(id="dusty", soiling_frac=(0.2,)))
    weather = make_weather(case)
    found = pv_yields(case.model_copy(update={"technologies": panels}), weather)
    months = {name: np.bincount(MONTH, kw) for name, kw in found.items()}
    assert months["dry"][1:] == pytest.approx(months["plain"][1:])
    assert months["dry"][0] == pytest.approx(months["plain"][0] * 0.80 / 0.98, rel=0.01)  # the inverter loses little
    assert months["dusty"] == pytest.approx(months["plain"] * 0.80 / 0.98, rel=0.01)
    with pytest.raises(ValidationError, match="twelve, January first: got 2"):
        Pv(id="two", soiling_frac=(0.1, 0.2))

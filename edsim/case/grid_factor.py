"""Emission factor of grid electricity by hour: constant, or the shape of a file at the mean the case states.

``factor[h] = grid_kg_per_kwh * series[h] / mean(series)``: the file says when the grid is dirty, the case how dirty on
which basis, so that the two cannot contradict each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edsim.case.nodes import Place
from edsim.case.readers.series import read_series
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault, render_all
from edsim.core.errors import DataError, Finding
from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.i18n import Lang

_TIMES = 3.0
"""How far the mean of the file may be from the factor of the case: factors of another basis or year differ by 2."""
_SAME_UNIT = (1e-6, 1e-3, 1.0, 1e3)
"""kg/kWh per unit of the file: g/MWh, g/kWh or kg/MWh, kg/kWh, t/kWh."""


def odd_mean(case: Case, lang: Lang = "en") -> tuple[Finding, ...]:
    """Return the remark of a file whose mean is another factor than the case states, in whatever unit of mass it is.

    Raises
    ------
    DataError
        The file cannot be read.
    """
    emissions = case.emissions
    if emissions.grid_file is None or not emissions.grid_kg_per_kwh:
        return ()
    mean = float(read_series(case.folder, emissions.grid_file, emissions.grid_column, lang=lang).mean())
    ratios = [mean * unit / emissions.grid_kg_per_kwh for unit in _SAME_UNIT]
    if any(1.0 / _TIMES <= ratio <= _TIMES for ratio in ratios):
        return ()
    got, path = f"{mean:.4g}", "emissions.grid_file"
    allowed = f"emissions.grid_kg_per_kwh: {emissions.grid_kg_per_kwh:g}"
    return render_all([Fault("W1963", Place(emissions.grid_file), path, got, allowed, {}, "one_factor")], lang)


def grid_factor_kg_per_kwh(case: Case, lang: Lang = "en") -> NDArray[np.float64]:
    """Return the factor of every hour of the year, kgCO2e/kWh.

    Raises
    ------
    DataError
        The file cannot be read (see :func:`edsim.case.readers.series.read_series`), or E158: a value below 0, or all 0.
    """
    emissions = case.emissions
    if emissions.grid_file is None:
        return np.full(HOURS_PER_YEAR, emissions.grid_kg_per_kwh)
    series = read_series(case.folder, emissions.grid_file, emissions.grid_column, lang=lang)
    if float(series.min()) < 0.0 or float(series.mean()) <= 0.0:
        got, path = f"{series.min():g} – {series.max():g}", "emissions.grid_file"
        fault = Fault("E158", Place(emissions.grid_file), path, got, "≥ 0", {}, "factor_of_hours")
        raise DataError.of(render_all([fault], lang))
    return np.asarray(emissions.grid_kg_per_kwh * series / series.mean())

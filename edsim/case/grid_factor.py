"""Emission factor of grid electricity by hour: constant, or the shape of a file at the mean the case states.

``factor[h] = grid_kg_per_kwh * series[h] / mean(series)``: the file says when the grid is dirty, the case how dirty on
which basis, so that the two cannot contradict each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edsim.case.readers.series import read_series
from edsim.case.schema import Case
from edsim.core.errors import DataError, Finding
from edsim.core.hours import HOURS_PER_YEAR


def grid_factor_kg_per_kwh(case: Case) -> NDArray[np.float64]:
    """Return the factor of every hour of the year, kgCO2e/kWh.

    Raises
    ------
    DataError
        The file cannot be read (see :func:`edsim.case.readers.series.read_series`), or E158: a value below 0, or all 0.
    """
    emissions = case.emissions
    if emissions.grid_file is None:
        return np.full(HOURS_PER_YEAR, emissions.grid_kg_per_kwh)
    series = read_series(case.folder, emissions.grid_file, emissions.grid_column)
    if float(series.min()) < 0.0 or float(series.mean()) <= 0.0:
        raise DataError.of(
            [
                Finding(
                    "E158",
                    "the hourly factor of the grid is no shape of a year",
                    file=emissions.grid_file,
                    field="emissions.grid_file",
                    got=f"values from {series.min():g} to {series.max():g}",
                    allowed="0 or more, and not all 0",
                    hint="give kgCO2e/kWh of every hour",
                )
            ]
        )
    return np.asarray(emissions.grid_kg_per_kwh * series / series.mean())

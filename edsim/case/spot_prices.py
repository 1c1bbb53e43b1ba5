"""Price of electricity that changes by the hour: what a tariff's file says of every hour, beside its fixed part.

``price[h] = energy_per_kwh (or that of time_of_use) + spot_factor * file[h]``
``export[h] = export_per_kwh + spot_export_frac * spot_factor * file[h]``

so that fees, taxes and markups stand in the tariff and the price of the market in its file. Prices may be below 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edsim.case.checks.usual import SPOT_USD_PER_KWH, usd_per_unit
from edsim.case.nodes import Place
from edsim.case.readers.series import read_series
from edsim.case.wording.messages import Fault, render_all
from edsim.core.errors import DataError
from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.i18n import Lang

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edsim.case.parts.tariff_spec import TariffSpec
    from edsim.case.schema import Case


def spot_per_kwh(case: Case, tariff: TariffSpec, lang: Lang = "en") -> NDArray[np.float64]:
    """Return what the file of a tariff adds to its price of energy in every hour, currency/kWh; 0 without a file.

    Raises
    ------
    DataError
        The file cannot be read (see :func:`edsim.case.readers.series.read_series`), or E1895: its mean is no price of a
        kWh.
    """
    if tariff.spot_file is None:
        return np.zeros(HOURS_PER_YEAR)
    price = tariff.spot_factor * read_series(case.folder, tariff.spot_file, tariff.spot_column, lang=lang)
    mean = float(price.mean())
    rate = usd_per_unit(case)
    most = SPOT_USD_PER_KWH[1]
    if rate is not None and abs(mean) * rate > most:
        path = f"tariffs.{tariff.id}.spot_factor"
        got, allowed = f"{mean:.4g} {case.currency}/kWh", f"≤ {most / rate:.3g} {case.currency}/kWh"
        fault = Fault("E1895", Place(tariff.spot_file), path, got, allowed, {}, "price_per_mwh")
        raise DataError.of(render_all([fault], lang))
    return np.asarray(price)


def spot_export_per_kwh(tariff: TariffSpec, spot: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the price of exports in every hour, currency/kWh, from what :func:`spot_per_kwh` returns."""
    return np.asarray(tariff.export_per_kwh + tariff.spot_export_frac * spot)

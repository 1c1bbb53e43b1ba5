"""Prices of a purchased carrier on a grid of steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[np.float64]


MOST_DEMAND_BANDS = 12
"""Most bands of hours a tariff may charge the peak of."""


@dataclass(frozen=True, slots=True)
class DemandBand:
    """A charge on the highest import of each month within some hours.

    Attributes
    ----------
    counts : (n,)
        1 in steps whose import counts, 0 in others.
    per_kw_month
        Charge, currency/(kW month); a month without such a step has none.
    """

    counts: Array
    per_kw_month: float


@dataclass(frozen=True, slots=True)
class Tariff:
    """Prices of a purchased carrier on a grid of steps, in case currency.

    Attributes
    ----------
    energy_per_kwh : (n,)
        Purchase price by step.
    export_per_kwh : (n,)
        Price of energy fed back.
    demand_per_kw_month : (12,)
        Charge on the highest import of each month.
    fixed_per_a
        Fixed charge per year.
    ghg_kg_per_kwh : (n,)
        Emission factor of the delivered energy (LHV for fuels).
    primary_energy_factor
        Non-renewable primary energy per kWh delivered.
    demand_bands
        Further charges, each on the highest import of each month within its own hours.
    """

    energy_per_kwh: Array
    export_per_kwh: Array
    demand_per_kw_month: Array
    fixed_per_a: float
    ghg_kg_per_kwh: Array
    primary_energy_factor: float
    demand_bands: tuple[DemandBand, ...] = ()

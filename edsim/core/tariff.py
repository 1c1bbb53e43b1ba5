"""Prices of a purchased carrier on a grid of steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[np.float64]


BilledByEnergy: TypeAlias = "tuple[tuple[bool, ...], ...]"
"""Charge on a peak, the one on all hours first → months in which its cap on energy is billed."""

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
    demand_load_factor_frac
        No charge bills more than the mean import of the month over this; 0 where the peak is billed whatever it is.
    """

    energy_per_kwh: Array
    export_per_kwh: Array
    demand_per_kw_month: Array
    fixed_per_a: float
    ghg_kg_per_kwh: Array
    primary_energy_factor: float
    demand_bands: tuple[DemandBand, ...] = ()
    demand_load_factor_frac: float = 0.0


@dataclass(frozen=True, slots=True)
class PeakCharge:
    """A charge on monthly peaks that is never more than a charge on the energy of the month.

    Attributes
    ----------
    per_kw_month : (instances, 12)
        Charge on the peak.
    per_kwh : (instances, 12)
        Charge on the energy of the month; infinite where the peak is billed whatever it is.
    by_energy : (instances, 12)
        Whether what is minimized counts the charge on energy.
    """

    per_kw_month: Array
    per_kwh: Array
    by_energy: NDArray[np.bool_]

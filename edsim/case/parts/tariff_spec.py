"""Electricity tariffs: prices of energy by the hour, charges on the peak of all hours and of bands of hours."""

from __future__ import annotations

from pydantic import Field

from edsim.case.parts.base import Part
from edsim.core.quantity import quantity
from edsim.core.tariff import MOST_DEMAND_BANDS
from edsim.core.windows import Numbers


class TimeOfUse(Part):
    """A price that holds in some hours; later entries win."""

    per_kwh: float = quantity(..., unit="currency/kWh", doc="Price in these hours.")
    hours: Numbers = ()
    """Hours of the day 0–23; empty means all; 18-21 is a range."""
    months: Numbers = ()
    """Months 1–12; empty means all."""
    weekdays: Numbers = ()
    """Days of the week, 1 = Monday; empty means all."""


class DemandBandSpec(Part):
    """A charge on the highest import of each month within some hours; the charges of a tariff add up."""

    demand_per_kw_month: float = quantity(
        ..., unit="currency/kW/month", doc="Charge on the month's highest import in these hours.", ge=0
    )
    hours: Numbers = ()
    """Hours of the day 0–23; empty means all; 18-21 is a range."""
    months: Numbers = ()
    """Months 1–12 in which it is charged; empty means all."""
    weekdays: Numbers = ()
    """Days of the week, 1 = Monday; empty means all."""


class TariffSpec(Part):
    """Purchase and sale of electricity."""

    id: str
    energy_per_kwh: float = quantity(..., unit="currency/kWh", doc="Energy price.", ge=0)
    time_of_use: tuple[TimeOfUse, ...] = ()
    demand_per_kw_month: float = quantity(
        0.0, unit="currency/kW/month", doc="Charge on the month's highest import of all hours.", ge=0
    )
    demand_bands: tuple[DemandBandSpec, ...] = Field((), max_length=MOST_DEMAND_BANDS)
    """Charges on the peak within some hours only, such as the hours of the system's peak."""
    demand_load_factor_frac: float | None = quantity(
        None,
        unit="frac",
        doc="Every charge on a peak bills at most the month's mean import over this load factor "
        "(GDMTH of Mexico: 0.57, to be checked).",
        gt=0,
        le=1,
    )
    fixed_per_a: float = quantity(0.0, unit="currency/a", doc="Fixed charge.", ge=0)
    export_per_kwh: float = quantity(0.0, unit="currency/kWh", doc="Price of exported energy.", ge=0)
    spot_file: str | None = Field(
        None,
        description="CSV with a price of every hour, paid beside the energy price; currency of the case.",
        json_schema_extra={"data_file": True},
    )
    spot_column: str | None = None
    """Column of the price in `spot_file`; may be left out when there is only one."""
    spot_factor: float = Field(
        1.0,
        gt=0,
        le=100,
        description="What the prices of the file are multiplied by: 0.001 for prices per MWh.",
        json_schema_extra={"unit": "-"},
    )
    spot_export_frac: float = quantity(
        0.0, unit="frac", doc="Share of the hour's price that exports earn beside export_per_kwh.", ge=0, le=1
    )
    escalation_frac: float = quantity(0.0, unit="frac/a", doc="Real price growth.", ge=-0.2, le=0.5)

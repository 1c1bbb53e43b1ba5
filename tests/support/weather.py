"""Weather years made by hand, and the text of weather files."""

import numpy as np
from numpy.typing import NDArray

from edsim.core.moist_air import humidity_ratio, wet_bulb_c
from edsim.profiles.weather import Weather

Array = NDArray[np.float64]
HOURS = 8760
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
EPW_HEADER = (
    "DESIGN CONDITIONS,0",
    "TYPICAL/EXTREME PERIODS,0",
    "GROUND TEMPERATURES,0",
    "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0",
    "COMMENTS 1,written by a test",
    "COMMENTS 2,",
    "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31",
)


def sunless_year(temp_c: float | Array, rh_frac: float = 0.5, *, lat_deg: float = 0.0) -> Weather:
    """Return a year without sun and wind whose sky is as warm as the air."""
    temp = np.broadcast_to(np.asarray(temp_c, dtype=float), HOURS).copy()
    rh, pressure, dark = np.full(HOURS, rh_frac), np.full(HOURS, 101325.0), np.zeros(HOURS)
    ratio = humidity_ratio(temp, rh, pressure)
    return Weather(
        name="hand-made",
        source="test",
        lat_deg=lat_deg,
        lon_deg=0.0,
        elevation_m=0.0,
        utc_offset_h=0.0,
        dry_bulb_temp_c=temp,
        relative_humidity_frac=rh,
        pressure_pa=pressure,
        wind_speed_m_per_s=dark,
        ghi_w_per_m2=dark,
        dni_w_per_m2=dark,
        dhi_w_per_m2=dark,
        sky_infrared_w_per_m2=5.670374419e-8 * (temp + 273.15) ** 4,
        humidity_ratio_kg_per_kg=ratio,
        wet_bulb_temp_c=wet_bulb_c(temp, ratio, pressure),
    )


def epw_rows(year: Weather) -> list[str]:
    """Return the 8760 lines of data of an EPW file of that year."""
    clock = [
        (month, day, hour) for month, days in enumerate(DAYS, 1) for day in range(1, days + 1) for hour in range(1, 25)
    ]
    rows = []
    for at, (month, day, hour) in enumerate(clock):
        fields = ["2009", str(month), str(day), str(hour), "60", "?9?9", *["0"] * 29]
        fields[6] = f"{year.dry_bulb_temp_c[at]:.2f}"
        fields[7] = "99.9"
        fields[8] = f"{100 * year.relative_humidity_frac[at]:.2f}"
        fields[9] = f"{year.pressure_pa[at]:.0f}"
        fields[12] = f"{year.sky_infrared_w_per_m2[at]:.2f}"
        fields[13] = f"{year.ghi_w_per_m2[at]:.2f}"
        fields[14] = f"{year.dni_w_per_m2[at]:.2f}"
        fields[15] = f"{year.dhi_w_per_m2[at]:.2f}"
        fields[21] = f"{year.wind_speed_m_per_s[at]:.2f}"
        fields[23] = "5"
        rows.append(",".join(fields))
    return rows

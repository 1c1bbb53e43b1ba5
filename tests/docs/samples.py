"""Files a page takes for granted, made from what edsim ships."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path

from edsim.profiles.weather import find_normals, synthesize_year

_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_HEAD = (
    "DESIGN CONDITIONS,0",
    "TYPICAL/EXTREME PERIODS,0",
    "GROUND TEMPERATURES,0",
    "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0",
    "COMMENTS 1,written by a test",
    "COMMENTS 2,",
    "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31",
)


def write_epw(path: str) -> None:
    """Write a typical year of Cartagena as an EPW file."""
    city = find_normals("Cartagena")
    year = synthesize_year(city, city.lat_deg, city.lon_deg, city.elevation_m, city.utc_offset_h, seed=1)
    place = f"LOCATION,Cartagena,BOL,COL,test,0,{city.lat_deg},{city.lon_deg},{city.utc_offset_h},{city.elevation_m}"
    first = (0, *accumulate(_DAYS))
    lines = [place, *_HEAD]
    for hour in range(8760):
        day, clock = divmod(hour, 24)
        month = max(m for m in range(12) if first[m] <= day)
        cells = ["2009", str(month + 1), str(day - first[month] + 1), str(clock + 1), "60", "?9?9", *["0"] * 29]
        cells[6] = f"{year.dry_bulb_temp_c[hour]:.2f}"
        cells[7] = "99.9"
        cells[8] = f"{100 * year.relative_humidity_frac[hour]:.2f}"
        cells[9] = f"{year.pressure_pa[hour]:.0f}"
        cells[12] = f"{year.sky_infrared_w_per_m2[hour]:.2f}"
        cells[13] = f"{year.ghi_w_per_m2[hour]:.2f}"
        cells[14] = f"{year.dni_w_per_m2[hour]:.2f}"
        cells[15] = f"{year.dhi_w_per_m2[hour]:.2f}"
        cells[21] = f"{year.wind_speed_m_per_s[hour]:.2f}"
        lines.append(",".join(cells))
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")

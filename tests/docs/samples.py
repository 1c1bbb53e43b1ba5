"""Files a page takes for granted, made from what edsim ships."""

from __future__ import annotations

from pathlib import Path

from edsim.profiles.weather import find_normals, synthesize_year
from tests.support.weather import EPW_HEADER, epw_rows


def write_epw(path: str) -> None:
    """Write a typical year of Cartagena as an EPW file."""
    city = find_normals("Cartagena")
    year = synthesize_year(city, city.lat_deg, city.lon_deg, city.elevation_m, city.utc_offset_h, seed=1)
    place = f"LOCATION,Cartagena,BOL,COL,test,0,{city.lat_deg},{city.lon_deg},{city.utc_offset_h},{city.elevation_m}"
    lines = [place, *EPW_HEADER, *epw_rows(year)]
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")

"""How far a typical year made from the normals of a real year is from that year."""

from dataclasses import dataclass, replace

import numpy as np

from edsim.profiles.pv import PvSurface, pv_kw_per_kwp
from edsim.profiles.weather import Weather, monthly_normals, synthesize_year

BASE_C = 24.0


@dataclass(frozen=True, slots=True)
class YearErrors:
    """Differences of a made year from the real one.

    Attributes
    ----------
    pv_frac
        PV yield at 10° tilt.
    degree_hours, real_degree_hours
        Cooling degree-hours above 24 °C: difference and that of the real year, K h.
    dry_k, wet_k
        99.6 % dry and wet bulb.
    """

    pv_frac: float
    degree_hours: float
    real_degree_hours: float
    dry_k: float
    wet_k: float

    @property
    def passes(self) -> dict[str, bool]:
        """Which bars are held: PV 1 %, degree-hours 3 % or 300 K h, 99.6 % dry bulb 1 K and wet bulb 1.5 K."""
        return {
            "pv": abs(self.pv_frac) <= 0.01,
            "degree_hours": abs(self.degree_hours) <= max(300.0, 0.03 * self.real_degree_hours),
            "dry": abs(self.dry_k) <= 1.0,
            "wet": abs(self.wet_k) <= 1.5,
        }


def year_errors(real: Weather, seed: int, *, spread_stated: bool = False) -> YearErrors:
    """Return the errors of the year made with `seed` from the monthly means of `real`, and the spread of its days."""
    normals = monthly_normals(real)
    if not spread_stated:
        normals = replace(normals, daily_mean_std_k=None)
    made = synthesize_year(normals, real.lat_deg, real.lon_deg, real.elevation_m, real.utc_offset_h, seed)
    field = PvSurface(tilt_deg=10.0, azimuth_deg=180.0 if real.lat_deg > 0 else 0.0)
    pv = [float(pv_kw_per_kwp(w, field).sum()) for w in (made, real)]
    hours = [float(np.maximum(w.dry_bulb_temp_c - BASE_C, 0.0).sum()) for w in (made, real)]
    dry = [float(np.percentile(w.dry_bulb_temp_c, 99.6)) for w in (made, real)]
    wet = [float(np.percentile(w.wet_bulb_temp_c, 99.6)) for w in (made, real)]
    return YearErrors(pv[0] / pv[1] - 1.0, hours[0] - hours[1], hours[1], dry[0] - dry[1], wet[0] - wet[1])

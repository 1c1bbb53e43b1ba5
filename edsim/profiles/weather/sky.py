"""Infrared radiation of the sky and cloud cover, when a file does not give them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from edsim.core.units import KELVIN
from edsim.profiles.solar import SunPosition, clear_sky_ghi_w_per_m2

Array = NDArray[np.float64]

_STEFAN_BOLTZMANN_W_PER_M2_K4: Final = 5.670374419e-8  # CODATA 2018


def sky_infrared_w_per_m2(dry_bulb_temp_c: Array, dew_point_temp_c: Array, cloud_cover_frac: Array) -> Array:
    """Return the horizontal infrared radiation from the sky, W/m².

    Emissivity of the clear sky ``0.787 + 0.764 ln(Tdew/273)`` (Clark and Allen 1978), raised by clouds of N tenths by
    ``1 + 0.0224 N - 0.0035 N² + 0.00028 N³`` (Walton 1983): the pair EnergyPlus uses (Engineering Reference, "Sky
    radiation modeling"). Limited to 0.4 to 1.
    """
    tenths = 10.0 * np.clip(cloud_cover_frac, 0.0, 1.0)
    clear = 0.787 + 0.764 * np.log((dew_point_temp_c + KELVIN) / 273.0)
    emissivity = clear * (1.0 + tenths * (0.0224 + tenths * (-0.0035 + tenths * 0.00028)))
    black_body = _STEFAN_BOLTZMANN_W_PER_M2_K4 * (dry_bulb_temp_c + KELVIN) ** 4
    return np.clip(emissivity, 0.4, 1.0) * black_body


def sky_temp_c(sky_infrared: Array) -> Array:
    """Return the temperature of a black sky that sends `sky_infrared` W/m², °C."""
    return np.asarray((sky_infrared / _STEFAN_BOLTZMANN_W_PER_M2_K4) ** 0.25 - KELVIN)


def cloud_cover_from_ghi(ghi_w_per_m2: Array, sun: SunPosition) -> Array:
    """Return a daily cloud cover repeated over the hours, fraction, (8760,).

    Daily radiation over that of a clear sky is ``1 - 0.75 N^3.4`` (Kasten and Czeplak 1980, Solar Energy 24(2),
    177-189), solved for the cover N; days without sun take the mean of the others, 0.5 when there are none.
    """
    clear = clear_sky_ghi_w_per_m2(sun).reshape(365, 24).sum(axis=1)
    total = ghi_w_per_m2.reshape(365, 24).sum(axis=1)
    light = clear > 100.0
    ratio = np.divide(total, clear, out=np.ones(365), where=light)
    cover = np.clip((1.0 - ratio) / 0.75, 0.0, 1.0) ** (1.0 / 3.4)
    dark = cover[light].mean() if light.any() else 0.5
    return np.repeat(np.where(light, cover, dark), 24)

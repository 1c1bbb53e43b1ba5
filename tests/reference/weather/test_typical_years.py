"""Typical years made from the normals of real years, held against those years.

Quick: the two years that pvlib ships (Miami TMY2, Greensboro TMY3, NREL, public). The others need the folder named by
EDSIM_REFERENCE_WEATHER with the EPW files of FILES, plain, ``.gz`` or ``.xz``: they may not be shipped.
"""

import gzip
import lzma
import os
from pathlib import Path

import pvlib
import pytest

from edsim.profiles.weather import Weather, check_weather, read_weather
from tests.reference.weather.typical_year_errors import year_errors

pytestmark = pytest.mark.reference

FOLDER = os.environ.get("EDSIM_REFERENCE_WEATHER", "")
# File, mean dry bulb °C and yearly global radiation kWh/m² as published for it or computed with another reader.
FILES = {
    "SGP_Singapore-Changi_Meteonorm7_1990-2010.epw": (27.63, 1638),
    "BRA_Palmas_Meteonorm8.epw": (29.80, 1977),
    "IND_Ahmedabad_Meteonorm8.epw": (27.61, 1832),
    "MDG_Antananarivo.670830_IWEC.epw": (18.35, 1834),
    "COL_Bogota.802220_IWEC.epw": (13.19, 1618),
    "CE300TM2.epw": (19.91, 1681),
    "Miami.epw": (24.51, 1753),
}


def real_year(name: str, folder: Path) -> Weather:
    source = Path(FOLDER)
    target = folder / name
    for suffix, unpack in ((".gz", gzip.decompress), (".xz", lzma.decompress), ("", bytes)):
        packed = source / (name + suffix)
        if packed.is_file():
            target.write_bytes(unpack(packed.read_bytes()))
            return read_weather(target)
    pytest.fail(f"{name} is not in {source}: EDSIM_REFERENCE_WEATHER is set but incomplete")


def missed(real: Weather, seed: int) -> list[str]:
    """Return the bars a typical year misses: PV 1 %, degree-hours 3 % or 300 K·h, 99.6 % dry 1 K, wet 1.5 K."""
    errors = year_errors(real, seed)
    return [f"{real.name} seed {seed}: {bar} of {errors}" for bar, kept in errors.passes.items() if not kept]


@pytest.mark.medium
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_miami_from_its_own_normals(seed):
    """Proves: a year made from Miami's twelve means loads a plant as Miami's TMY2 does. If ignored: loads are off."""
    assert missed(read_weather(Path(pvlib.__file__).parent / "data" / "12839.tm2"), seed) == []


@pytest.mark.slow
@pytest.mark.skipif(not FOLDER, reason="EDSIM_REFERENCE_WEATHER is not set: real EPW files cannot be shipped")
@pytest.mark.parametrize("name", list(FILES))
def test_real_epw_files(name, tmp_path):
    """Proves: real files are read right, found plausible, and met by years made from their normals, five seeds each."""
    real = real_year(name, tmp_path)
    temp, ghi = FILES[name]
    assert real.dry_bulb_temp_c.mean() == pytest.approx(temp, abs=0.01)
    assert real.ghi_w_per_m2.sum() / 1e3 == pytest.approx(ghi, abs=1)
    assert check_weather(real) == ()
    assert [bar for seed in range(5) for bar in missed(real, seed)] == []

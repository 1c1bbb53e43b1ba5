"""The command line run in this process, and a small case of shipped technologies."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from edsim.cli.root import run

CASE = """\
schema_version: 1
name: Command line
city: {name: Medellin, country: COL, lat_deg: 6.2447, lon_deg: -75.5741, elevation_m: 1490, utc_offset_h: -5}
currency: USD
price_year: 2020
buildings:
  - {id: hall, use: office, floor_area_m2: 12000, storeys: 10, lat_deg: 6.2449, lon_deg: -75.574, bau: {cooling: split}}
technologies:
  - {id: grid, kind: grid, tariff: main}
  - {id: split, kind: split_ac}
tariffs: [{id: main, energy_per_kwh: 0.16}]
emissions: {grid_kg_per_kwh: 0.165, grid_basis: inventory}
finance: {discount_rate_frac: 0.08}
"""


@dataclass(frozen=True)
class Result:
    """What a call printed and its exit code."""

    code: int
    out: str
    err: str


@pytest.fixture
def edsim(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Return a function that runs ``edsim`` with words."""

    def call(*words: object) -> Result:
        code = run([str(w) for w in words])
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "district"
    folder.mkdir()
    (folder / "case.yaml").write_text(CASE, encoding="utf-8")
    return folder

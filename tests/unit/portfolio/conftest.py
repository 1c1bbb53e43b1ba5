"""Tiny cases for portfolio tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent

TINY = """\
schema_version: 1
name: Tiny {name}
city: {{name: Medellin, country: COL, lat_deg: 6.2447, lon_deg: -75.5741, elevation_m: 1490, utc_offset_h: -5}}
currency: USD
price_year: 2025
weather: {{normals: Medellin, seed: 1}}
buildings:
  - {{id: hall, use: office, floor_area_m2: 1000, storeys: 2, lat_deg: 6.24, lon_deg: -75.57, bau: {{cooling: split}}}}
technologies:
  - {{id: split, kind: split_ac, node: building}}
tariffs:
  - {{id: flat, energy_per_kwh: 0.15}}
emissions: {{grid_kg_per_kwh: 0.165, grid_basis: combined_margin}}
finance: {{discount_rate_frac: {rate}, horizon_a: 20}}
variants: {{bau: {{baseline: frozen}}, project: {{}}}}
"""


@pytest.fixture(autouse=True)
def _find_runners(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the processes of a test find `fake_runner`."""
    monkeypatch.setenv("PYTHONPATH", f"{HERE}:{HERE.parents[2]}")
    monkeypatch.syspath_prepend(str(HERE))


@pytest.fixture
def make_cases(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes tiny cases of the given names under a folder."""

    def make(*names: str, folder: str = "cases", more: str = "") -> Path:
        root = tmp_path / folder
        for k, name in enumerate(names):
            place = root / name
            place.mkdir(parents=True, exist_ok=True)
            text = TINY.format(name=name, rate=0.05 + 0.001 * k)
            (place / "case.yaml").write_text(text + more, encoding="utf-8")
        return root

    return make

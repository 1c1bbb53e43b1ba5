"""A seasonal year made by hand and a small district on disk."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from edsim.profiles.weather import Weather
from tests.support.small_district import office, small_district
from tests.support.weather import sunless_year

HOURS = 8760


@pytest.fixture
def write_case(tmp_path: Path) -> Callable[..., Path]:
    """Return a writer of case folders; keywords replace top-level keys, `add` appends technologies."""

    def write(*, add: tuple[dict[str, Any], ...] = (), **keys: Any) -> Path:
        values = {**small_district("One office", [office("tower")]), **keys}
        values["technologies"] = [*values["technologies"], *add]
        (tmp_path / "case.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture(scope="session")
def seasonal() -> Weather:
    """Return a year of air at 20 °C mean with a half swing of 10 K, warmest at the end of June, without sun."""
    day = (np.arange(HOURS) + 0.5) / 24.0
    temp = 20.0 - 10.0 * np.cos(2 * np.pi * day / 365.0)
    return sunless_year(temp, 0.6, lat_deg=40.0)

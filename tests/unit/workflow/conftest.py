"""A small district written to disk: two buildings on one street, electric chillers, a grid."""

import json
import pickle
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest
import yaml

from edsim.profiles import buildings, weather
from tests.support.small_district import office, small_district

P = ParamSpec("P")
T = TypeVar("T")

BASE = small_district(
    "Two buildings",
    [office(name, lon_deg=lon, bau_age_a=10) for name, lon in (("north", -75.574), ("south", -75.573))],
)


def remembered(function: Callable[P, T]) -> Callable[P, T]:
    """Return a function that computes each set of arguments once and hands out copies of its result."""
    known: dict[bytes, T] = {}

    @wraps(function)
    def look_up(*args: P.args, **kwargs: P.kwargs) -> T:
        key = pickle.dumps((args, kwargs))
        if key not in known:
            known[key] = function(*args, **kwargs)
        return deepcopy(known[key])

    return look_up


@pytest.fixture(scope="package", autouse=True)
def _demand_once() -> Iterator[None]:
    """Simulate the weather and the two buildings once for all plants and variants that serve them."""
    with pytest.MonkeyPatch.context() as patch:
        for package, name in ((weather, "synthesize_year"), (weather, "check_weather"), (buildings, "building_loads")):
            patch.setattr(package, name, remembered(getattr(package, name)))
        yield


def write_district(folder: Path, **changes: object) -> Path:
    """Write the small district with top-level keys replaced (None: left out) and return its folder."""
    folder.mkdir(exist_ok=True)
    data = json.loads(json.dumps({**BASE, **changes}))  # parts used twice become parts of their own
    (folder / "case.yaml").write_text(
        yaml.safe_dump({k: v for k, v in data.items() if v is not None}, allow_unicode=True), encoding="utf-8"
    )
    return folder


@pytest.fixture
def write_case(tmp_path: Path) -> Callable[..., Path]:
    """Return a writer of case folders: write_case(key=value, ...) replaces top-level keys of the small district."""

    def write(**changes: object) -> Path:
        return write_district(tmp_path / "case", **changes)

    return write

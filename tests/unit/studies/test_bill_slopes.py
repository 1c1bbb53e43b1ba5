"""Where the fast path of prices does not hold, points are evaluated one by one, and none ends the study."""

from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

from edsim.core.errors import Finding, InfeasibleError
from edsim.studies import bill_slopes


def _bench(reach: str, solve: Any) -> Any:
    case = SimpleNamespace(tariffs=(), fuels=())
    return SimpleNamespace(case=case, variant="district", reach=lambda _: reach, solve=solve)


@pytest.fixture(autouse=True)
def _any_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bill_slopes, "with_values", lambda case, *_, **__: case)


def test_an_end_the_plant_cannot_serve_does_not_end_the_study() -> None:
    """Proves: a tornado whose fixed plant is too small at one end goes on point by point, where that end says so.

    If ignored: E559 of a hot place with colder supply ends all bars, without the name of the alternative.
    """
    short = InfeasibleError.of([Finding("E559", "short")])
    bench = _bench("plant", Mock(side_effect=short))
    assert bill_slopes.bills_and_slopes(bench, {"technologies.towers.approach_k": (5.0, 7.0)}) is None


def test_changes_beyond_prices_solve_nothing_on_the_fast_path() -> None:
    """Proves: a field that lays networks out anew is known not to be priced before anything is solved."""
    bench = _bench("networks", Mock(side_effect=AssertionError("solved")))
    assert bill_slopes.bills_and_slopes(bench, {"networks.cold.supply_temp_c": (6.0, 7.0)}) is None

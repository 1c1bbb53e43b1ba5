"""The D1 district of the benchmarks, compiled once per size."""

import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


@cache
def _compiled(nodes: int, hours: int) -> Any:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        d1, contender = import_module("d1"), import_module("contenders.edsim_")
    finally:
        sys.path.remove(str(BENCHMARKS))
    return contender.build(d1.make(nodes, hours))


@pytest.fixture(scope="session")
def district() -> Callable[[int, int], Any]:
    """Return the compiled D1 for a number of nodes and hours."""
    return _compiled

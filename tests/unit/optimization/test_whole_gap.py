"""Designs tried while the gap of whole numbers is closed."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from edsim.core.errors import Finding, InfeasibleError, SolverError
from edsim.lp import SolverOptions
from edsim.optimization.whole import gap as whole_gap

SIZE = ("boilers", "capacity_kw")


@dataclass
class Found:
    """What :func:`whole_gap.close_gap` reads of a design."""

    solutions: tuple[Any, ...] = field(default_factory=lambda: (SimpleNamespace(capacities={SIZE: 600.0}, cost=100.0),))


class Boxes:
    """One box that buys 1000 kW at a cost of 50."""

    lower, is_exhausted, first = 0.0, False, None

    def __init__(self, *_: Any) -> None:
        """Take no notice of the program."""

    def step(self) -> np.ndarray:
        """Return the point of the box."""
        return np.array([1000.0])


@pytest.fixture
def gap(monkeypatch):
    """Return a call of close_gap for one boiler of at most 1000 kW, `dispatch` trying the design of the box."""
    parts = SimpleNamespace(
        lp=SimpleNamespace(col_upper=np.array([1000.0]), num_cols=1), size_columns=lambda: {SIZE: 0}
    )
    plan = SimpleNamespace(years=(SimpleNamespace(parts=parts),), cost=lambda solutions: solutions[0].cost)
    program = SimpleNamespace(cost=np.array([0.05]), nnz=1_800_000)

    def close(dispatch, boxes=Boxes, limit_s=5.0):
        monkeypatch.setattr(whole_gap, "BuildTree", boxes)
        monkeypatch.setattr(whole_gap, "_numbers", lambda *_: None)
        monkeypatch.setattr(whole_gap, "build_columns", lambda _: np.array([0]))
        monkeypatch.setattr(whole_gap, "sizes_around", lambda _plan, _goals, bought, _how: [{SIZE: 0.9 * bought[0]}])
        monkeypatch.setattr(whole_gap, "dispatch_sizes", dispatch)
        options = whole_gap.GapOptions(0.01, SolverOptions(time_limit_s=limit_s), SolverOptions())
        return whole_gap.close_gap((plan, ()), Found(), ((program, 0.0), None), options, lambda _: None)[0]

    return close


@pytest.mark.parametrize("error", [InfeasibleError.of([Finding("E510", "above the cap")]), SolverError.of([])])
def test_a_design_that_cannot_run_is_left(gap, error):
    """Proves: a box whose design breaks a limit leaves the design found. If ignored: a run that had a design ends."""

    def dispatch(*_):
        raise error

    assert gap(dispatch).solutions[0].cost == 100.0


def test_a_design_tried_has_sizes_found_around_its_numbers(gap):
    """Proves: sizes are those found around the 1000 units of the box. If ignored: loose ones, which break limits."""
    tried = []

    def dispatch(*arguments):
        tried.append(arguments[2][0][SIZE])
        return (SimpleNamespace(capacities=arguments[2][0], cost=60.0),)

    assert gap(dispatch).solutions[0].cost == 60.0
    assert tried == pytest.approx([900.0])


@pytest.mark.parametrize(("limit_s", "boxes"), [(600.0, 10), (1.0, 4), (1e6, 12)])
def test_boxes_are_counted_not_timed(gap, limit_s, boxes):
    """Proves: 600 s are 10 boxes of 1.8 million nonzeros on any machine, and never less than 4; 12 without gain end it.

    If ignored: a design of a loaded machine has another gap, and other units, than the same one on an idle machine.
    """
    solved = []

    class Barren(Boxes):
        """Boxes that lead nowhere."""

        def step(self) -> None:
            solved.append(1)

    gap(None, Barren, limit_s)
    assert len(solved) == boxes

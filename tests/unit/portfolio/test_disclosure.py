"""What a public release withholds: rules by hand, and attacks by brute force instead of by linear programs."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from edsim.core.errors import DataError
from edsim.portfolio.disclosure import (
    Grid,
    Rules,
    determined,
    exposed_cells,
    interval,
    is_own_total,
    is_sensitive,
    lines,
    protect,
)

pytestmark = pytest.mark.medium

AXES = (("A", "B", "C"), ("s", "t"))
MEASURES = ("x", "y")
Cell = tuple[int, int]


def test_sensitive_cells() -> None:
    """Proves: few studies, one large, two large or a guessable largest make a sum sensitive; equals and none do not."""
    rules = Rules()
    assert is_sensitive(np.ones(4), rules)
    assert not is_sensitive(np.ones(5), rules)
    assert is_sensitive(np.array([10.0, 1, 1, 1, 1, 1]), rules)
    assert is_sensitive(np.array([9.0, 9.0, 1, 1, 1, 1]), rules)
    assert not is_sensitive(np.array([]), rules)


def test_the_second_largest_must_not_guess_the_largest() -> None:
    """Proves: p%: of 40, 40 and 4 x 1, the rest (4) is 10 % of the largest: sensitive at 15 %, not at 9 %."""
    values = np.array([40.0, 40.0, 1, 1, 1, 1])
    loose = {"largest_frac": 1.0, "two_largest_frac": 1.0}
    assert is_sensitive(values, Rules(**loose, estimate_frac=0.15))
    assert not is_sensitive(values, Rules(**loose, estimate_frac=0.09))


def studies(counts: dict[tuple[str, str], int], seed: int | None = None) -> pd.DataFrame:
    dice = np.random.default_rng(seed)
    rows = [
        {"country": c, "sector": s, "x": 10.0 + k, "y": 10.0 + k if seed is None else float(dice.uniform(1, 10))}
        for (c, s), n in counts.items()
        for k in range(n)
    ]
    return pd.DataFrame(rows, columns=["country", "sector", "x", "y"])


def test_a_single_withheld_cell_draws_others() -> None:
    """Proves: one sensitive cell alone could be subtracted from its totals; others are withheld until it cannot.

    If ignored: total minus published cells gives the withheld study away.
    """
    counts = {("A", "s"): 2, ("A", "t"): 8, ("B", "s"): 9, ("B", "t"): 7, ("C", "s"): 6, ("C", "t"): 6}
    (grid,), withheld = protect(studies(counts), ("x",), AXES, Rules())
    assert withheld[0, 0]
    assert withheld.sum() >= 4
    assert not withheld[-1, -1]
    assert exposed_cells(grid, withheld, Rules()) == []
    alone = np.zeros_like(withheld)
    alone[0, 0] = True
    assert exposed_cells(grid, alone, Rules()) == [(0, 0)]


def test_the_only_study_of_a_cell_cannot_compute_another() -> None:
    """Proves: two single studies in a row with one other cell: each knows itself, so that cell is withheld too.

    If ignored: total - published - own is the neighbor's figure, to the unit.
    """
    axes = (("A", "B"), ("s", "t", "u"))
    counts = {("A", "s"): 1, ("A", "t"): 1, ("A", "u"): 8, ("B", "s"): 8, ("B", "t"): 8, ("B", "u"): 8}
    (grid,), withheld = protect(studies(counts), ("x",), axes, Rules())
    naive = np.zeros_like(withheld)
    naive[:2, :2] = True
    assert (0, 0) in exposed_cells(grid, naive, Rules())
    assert withheld[0].sum() >= 3


def test_a_small_cell_without_a_figure_is_not_withheld_alone() -> None:
    """Proves: two studies that save nothing are no exception. If ignored: the row gives their count and their zero."""
    cells = [(c, s) for c in AXES[0] for s in AXES[1]]
    frame = studies(dict.fromkeys(cells, 8) | {cells[0]: 2})
    mine = (frame["country"] == cells[0][0]) & (frame["sector"] == cells[0][1])
    for tiny in (0.0, 1e-7):
        frame.loc[mine, list(MEASURES)] = tiny
        grids, withheld = protect(frame, MEASURES, AXES, Rules())
        assert withheld[0, 0]
        hidden = [(int(i), int(j)) for i, j in np.argwhere(withheld)]
        assert not determined(withheld.shape, hidden)
        assert all(sum(c in hidden for c in line) != 1 for line in lines(withheld.shape))
        assert grids[0].counts[0, 0] == 2


def test_sums_alone_give_a_cell_that_is_withheld_alone() -> None:
    square = [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert determined((3, 3), [(0, 0)]) == {(0, 0)}
    assert determined((3, 3), square) == frozenset()
    assert determined((3, 3), square[:3]) == set(square[:3])
    assert determined((3, 3), []) == frozenset()


def test_measures_are_withheld_together() -> None:
    """Proves: a cell dominated in one measure is empty in all. If ignored: GHG follows from the energy beside it."""
    frame = studies(dict.fromkeys([(c, s) for c in AXES[0] for s in AXES[1]], 6))
    frame.loc[0, "y"] = 1000.0
    grids, withheld = protect(frame, MEASURES, AXES, Rules(largest_frac=0.9, two_largest_frac=0.95))
    assert not grids[0].sensitive.any()
    assert grids[1].sensitive[0, 0]
    assert withheld[0, 0]


def corners(grid: Grid, unknown: list[Cell]) -> np.ndarray:
    """Return every corner of the tables that fit what is known, by trying all bases; no linear program."""
    rows, sides = [], []
    for line in lines(grid.values.shape):
        weights = dict(zip(line, [*(1.0 for _ in line[:-1]), -1.0], strict=True))
        rows.append([weights.get(c, 0.0) for c in unknown])
        sides.append(-sum(w * grid.values[c] for c, w in weights.items() if c not in unknown))
    matrix, side = np.array(rows), np.array(sides)
    rank, n, top = int(np.linalg.matrix_rank(matrix)), len(unknown), 3.0 * grid.scale
    least = -top if grid.negative else 0.0
    found = []
    for basis in combinations(range(n), rank):
        columns = matrix[:, basis]
        if np.linalg.matrix_rank(columns) < rank:
            continue
        rest = [k for k in range(n) if k not in basis]
        for ends in product((least, top), repeat=len(rest)):
            x = np.zeros(n)
            x[rest] = ends
            x[list(basis)] = np.linalg.lstsq(columns, side - matrix[:, rest] @ np.array(ends), rcond=None)[0]
            fits = np.abs(matrix @ x - side).max() < 1e-7 * grid.scale
            if fits and x.min() >= least - 1e-7 * top and x.max() <= top * (1 + 1e-7):
                found.append(x)
    return np.array(found)


def known_to(grid: Grid, unknown: list[Cell]) -> dict[Cell, tuple[float, float]]:
    """Return cell → smallest and largest value over all tables that fit."""
    found = corners(grid, unknown)
    return {c: (float(found[:, k].min()), float(found[:, k].max())) for k, c in enumerate(unknown)}


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.booleans(), st.lists(st.integers(0, 11), min_size=2, max_size=6, unique=True))
def test_the_attack_is_as_strong_as_brute_force(seed: int, negative: bool, places: list[int]) -> None:
    """Proves: the interval of every withheld cell is that of trying all corners, for any set of withheld cells."""
    dice = np.random.default_rng(seed)
    inner = dice.uniform(-5.0 if negative else 1.0, 10.0, (3, 2))
    values = np.zeros((4, 3))
    values[:3, :2] = inner
    values[3, :2], values[:3, 2], values[3, 2] = inner.sum(axis=0), inner.sum(axis=1), inner.sum()
    grid = Grid("x", values, np.full((4, 3), 9), np.zeros((4, 3), np.bool_), negative)
    unknown = [(p // 3, p % 3) for p in sorted(places)]
    for cell, (low, high) in known_to(grid, unknown).items():
        assert interval(grid, unknown, cell) == pytest.approx((low, high), abs=1e-5 * grid.scale)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=6, max_size=6), st.integers(0, 10_000))
def test_no_withheld_cell_can_be_computed(counts: list[int], seed: int) -> None:
    """Proves: by brute force, no withheld cell of any measure is known better than the protection; or all is refused.

    Nor does the only study of a cell learn another's. If ignored: a release gives away what it withholds.
    """
    rules, cells = Rules(), [(c, s) for c in AXES[0] for s in AXES[1]]
    frame = studies(dict(zip(cells, counts, strict=True)), seed)
    assume(len(frame))
    try:
        grids, withheld = protect(frame, MEASURES, AXES, rules)
    except DataError as error:
        refused = {f.code for f in error.findings}
    else:
        refused = set()
    assert refused <= {"E586", "E587"}
    if refused:
        return
    hidden = [(int(i), int(j)) for i, j in np.argwhere(withheld)]
    assume(len(hidden) <= 9)
    for grid in grids:
        few = (grid.counts > 0) & (grid.counts < rules.smallest)
        assert not (few & ~withheld).any()
        for knows in ([], *([c] for c in hidden if grid.counts[c] == 1)):
            unknown = [c for c in hidden if c not in knows]
            for cell, (low, high) in (known_to(grid, unknown) if unknown else {}).items():
                own = any(is_own_total(grid, cell, c) for c in knows)
                if own or (knows and not grid.sensitive[cell]):
                    continue
                value = grid.values[cell]
                room = min(value - low, high - value)
                assert room >= rules.protection_frac * abs(value) - 1e-5 * grid.scale, (cell, knows)

"""Which cells of sums by two labels must be withheld so that no single study is given away.

A cell is sensitive when it holds fewer studies than the rules ask for, when its largest one or two studies dominate it
(n, k), or when the others leave the largest known to within a share p (p% rule). Further cells are withheld until, by
linear programs over all tables that fit what is published, no withheld cell follows to within the protection asked for
on either side; nor a sensitive one for the sole study of another withheld cell, which knows its own value. Tables of
the same studies are linked: a cell is withheld in all of them or in none, since one measure tells much about another.

Rules after Hundepool et al., Statistical Disclosure Control (Wiley 2012), chapter 4; thresholds are ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from edsim.core.errors import DataError, Finding

if TYPE_CHECKING:
    import pandas as pd

FloatArray = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Cell = tuple[int, int]
Axes = tuple[Sequence[str], Sequence[str]]

TOTAL = "total"
_HIGHEST = 3.0
"""An attacker takes it for granted that no cell is above this many times the largest figure."""
_NOISE = 1e-6
_RANK = 1e-9


@dataclass(frozen=True, slots=True)
class Rules:
    """Thresholds of a release.

    Attributes
    ----------
    smallest
        Fewest studies in a published cell.
    largest_frac, two_largest_frac
        Largest share of a cell that one, or two, of its studies may have.
    estimate_frac
        No study may be estimated from a published cell by its second largest to within this share (p% rule).
    protection_frac
        A withheld value must not be known better than this share on either side.
    """

    smallest: int = 5
    largest_frac: float = 0.5
    two_largest_frac: float = 0.8
    estimate_frac: float = 0.15
    protection_frac: float = 0.1


@dataclass(frozen=True, slots=True)
class Grid:
    """A measure by two labels, with totals as last row and column.

    Attributes
    ----------
    name
        The measure.
    values, counts : (rows + 1, columns + 1)
        Sums and numbers of studies.
    sensitive : (rows + 1, columns + 1)
        Cells that say too much about one study.
    negative
        Whether a study may have a value below zero.
    """

    name: str
    values: FloatArray
    counts: npt.NDArray[np.int64]
    sensitive: Mask
    negative: bool

    @property
    def scale(self) -> float:
        """Largest figure."""
        return max(float(np.abs(self.values).max()), 1e-9)


def protect(frame: pd.DataFrame, names: Sequence[str], axes: Axes, rules: Rules) -> tuple[tuple[Grid, ...], Mask]:
    """Return measures by country and sector, and the cells that are withheld in all of them.

    Parameters
    ----------
    frame
        One row per study, with columns ``country``, ``sector`` and the measures.
    names
        Measures.
    axes
        Countries and sectors in order.
    rules
        Thresholds.

    Raises
    ------
    DataError
        E586 even the total would give a study away; E587 no set of withheld cells protects them.
    """
    grids = tuple(_grid(frame, name, axes, rules) for name in names)
    withheld: Mask = np.logical_or.reduce([g.sensitive for g in grids])
    for grid in grids:
        if grid.sensitive[-1, -1]:
            hint = f"wait until there are {rules.smallest} studies, none of which makes up most of the sum"
            what = "even the total of all studies would give one of them away; nothing is released"
            raise DataError.of(
                [Finding("E586", what, field=grid.name, got=f"{grid.counts[-1, -1]} studies", hint=hint)]
            )
    safe = 0
    while safe < len(grids):
        for grid in grids:
            exposed = exposed_cells(grid, withheld, rules)
            safe = 0 if exposed else safe + 1
            if exposed and not _withhold_more(grid, withheld, exposed[0]):
                row, column = exposed[0]
                got = f"{[*axes[0], TOTAL][row]}, {[*axes[1], TOTAL][column]}"
                what = "a withheld cell can be computed from what is published"
                hint = (
                    "leave out studies that are alone or nearly so in their sector, with --exclude, "
                    "or wait for more of them"
                )
                raise DataError.of([Finding("E587", what, field=grid.name, got=got, hint=hint)])
    return grids, withheld


def _grid(frame: pd.DataFrame, name: str, axes: Axes, rules: Rules) -> Grid:
    shape = (len(axes[0]) + 1, len(axes[1]) + 1)
    values, counts, sensitive = np.zeros(shape), np.zeros(shape, np.int64), np.zeros(shape, np.bool_)
    rows = frame.dropna(subset=[name])
    for i in range(shape[0]):
        for j in range(shape[1]):
            mine = rows if i == len(axes[0]) else rows[rows["country"] == axes[0][i]]
            mine = mine if j == len(axes[1]) else mine[mine["sector"] == axes[1][j]]
            held = mine[name].to_numpy(np.float64)
            values[i, j], counts[i, j], sensitive[i, j] = held.sum(), len(held), is_sensitive(held, rules)
    return Grid(name, values, counts, sensitive, bool((rows[name] < 0.0).any()))


def is_sensitive(values: FloatArray, rules: Rules) -> bool:
    """Return whether a sum of `values` says too much about one of them; an empty cell does not."""
    if not len(values):
        return False
    sizes = np.sort(np.abs(values))[::-1]
    whole, two = float(sizes.sum()), float(sizes[:2].sum())
    dominated = whole > 0.0 and (sizes[0] > rules.largest_frac * whole or two > rules.two_largest_frac * whole)
    estimated = whole > 0.0 and whole - two < rules.estimate_frac * sizes[0]
    return len(values) < rules.smallest or bool(dominated or estimated)


def exposed_cells(grid: Grid, withheld: Mask, rules: Rules) -> list[Cell]:
    """Return the withheld cells whose value follows too closely from what is known, nearest known first.

    Everyone knows the published cells; the only study of a withheld cell knows that cell too, and must not learn a
    sensitive one. A cell that the sums alone give is exposed however small it is, zero included: its count follows too.
    """
    cells = [(int(i), int(j)) for i, j in np.argwhere(withheld)]
    found: dict[Cell, float] = {}
    for known in ((), *((c,) for c in cells if grid.counts[c] == 1)):
        fixed = determined(grid.values.shape, [c for c in cells if c not in known])
        for target in cells:
            if known and (
                not grid.sensitive[target] or any(target == c or is_own_total(grid, target, c) for c in known)
            ):
                continue
            low, high = interval(grid, [c for c in cells if c not in known], target)
            value, noise = float(grid.values[target]), _NOISE * grid.scale
            room = min(value - low, high - value)
            pinned = grid.sensitive[target] and high - low < noise and bool(grid.values.any())
            if pinned or target in fixed or room < rules.protection_frac * abs(value) - noise:
                found[target] = min(room, found.get(target, room))
    return sorted(found, key=lambda c: (found[c], c))


def determined(shape: tuple[int, ...], cells: Sequence[Cell]) -> frozenset[Cell]:
    """Return the cells outside a table's known ones that its sums alone give, whatever the figures."""
    place = {c: k for k, c in enumerate(cells)}
    matrix = np.zeros((sum(shape), len(cells)))
    for row, line in enumerate(lines(shape)):
        for c in line:
            if c in place:
                matrix[row, place[c]] = -1.0 if c == line[-1] else 1.0
    if not cells:
        return frozenset()
    _, sizes, turned = np.linalg.svd(matrix)
    free = turned[int((sizes > _RANK).sum()) :]
    return frozenset(c for c, k in place.items() if np.abs(free[:, k]).max(initial=0.0) < _RANK)


def is_own_total(grid: Grid, cell: Cell, known: Cell) -> bool:
    """Return whether a cell is the total of the row or column of a known one and holds no other study."""
    last_row, last_column = (n - 1 for n in grid.values.shape)
    total = cell in {(known[0], last_column), (last_row, known[1]), (last_row, last_column)}
    return total and grid.counts[cell] == grid.counts[known]


def interval(grid: Grid, cells: Sequence[Cell], target: Cell) -> tuple[float, float]:
    """Return the smallest and largest value of a cell over all tables that fit the cells outside `cells`."""
    from edsim.lp.highs import solve_arrays

    place = cells.index(target)
    low, high = (float(solve_arrays(_attack(grid, cells, place, sign)).values()[place]) for sign in (1.0, -1.0))
    return grid.scale * low, grid.scale * high


def lines(shape: tuple[int, ...]) -> Iterator[list[Cell]]:
    """Yield every row and column of a grid; the last cell of each is the sum of the others."""
    height, width = shape
    yield from ([(i, j) for j in range(width)] for i in range(height))
    yield from ([(i, j) for i in range(height)] for j in range(width))


def _attack(grid: Grid, cells: Sequence[Cell], target: int, sign: float) -> Any:
    """Return the program that finds the smallest (or largest) value of an unknown cell that fits what is known.

    Every row and column sums to its total; a known cell is fixed, another is free within three times the largest
    figure (and not negative where the measure cannot be).
    """
    from edsim.lp.matrix import CompiledLP

    place = {c: k for k, c in enumerate(cells)}
    indices: list[int] = []
    data: list[float] = []
    pointers, sides = [0], []
    for line in lines(grid.values.shape):
        weights = [*(1.0 for _ in line[:-1]), -1.0]
        free = [(place[c], w) for c, w in zip(line, weights, strict=True) if c in place]
        if free:
            known = sum(w * float(grid.values[c]) for c, w in zip(line, weights, strict=True) if c not in place)
            indices += [k for k, _ in free]
            data += [w for _, w in free]
            pointers.append(len(indices))
            sides.append(-known)
    top = np.full(len(cells), _HIGHEST)
    side = np.array(sides) / grid.scale
    slack = 1e-9
    cost = np.zeros(len(cells))
    cost[target] = sign
    return CompiledLP.from_arrays(
        (pointers, indices, data),
        (side - slack, side + slack),
        (-top if grid.negative else 0.0 * top, top),
        cost,
    )


def _withhold_more(grid: Grid, withheld: Mask, cell: Cell) -> bool:
    """Withhold the smallest published cell that shares a row or column with `cell`; False when there is none."""
    i, j = cell
    height, width = grid.values.shape
    near = [(i, c) for c in range(width) if c != j] + [(r, j) for r in range(height) if r != i]
    far = [(r, c) for r in range(height) for c in range(width) if (r, c) not in near]
    for ring in (near, far):
        usable = [c for c in ring if not withheld[c] and grid.counts[c] > 0 and c != (height - 1, width - 1)]
        if usable:
            withheld[min(usable, key=lambda c: (abs(float(grid.values[c])), c))] = True
            return True
    return False

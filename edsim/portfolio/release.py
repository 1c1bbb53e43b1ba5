"""A public release of sums that gives away no single study, or a refusal.

Cells are country × sector with totals. A cell is withheld when fewer than five studies are in it, or when the largest
one or two of them make up most of it (dominance). Further cells are withheld until no withheld cell can be computed
from the published ones and totals to within a tenth of its value on either side; linear programs over all tables that
fit the published figures prove it. Names, places below country, coordinates and single studies are never in it.

Rules after Hundepool et al., Statistical Disclosure Control (Wiley 2012), chapter 4; thresholds are ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from edsim import __version__
from edsim.core.errors import DataError, Finding
from edsim.portfolio.analysis import Analysis
from edsim.portfolio.exchange import to_csv
from edsim.portfolio.totals import MEASURES

if TYPE_CHECKING:
    import pandas as pd

FloatArray = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

TOTAL = "total"
RELEASED = (
    "ghg_bau_t_per_a",
    "ghg_avoided_t_per_a",
    "electricity_saved_mwh",
    "cooling_mwh",
    "investment",
    "floor_area_m2",
)
"""Measures that are released."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Thresholds of a release.

    Attributes
    ----------
    smallest
        Fewest studies in a published cell.
    largest_frac, two_largest_frac
        Largest share of a cell that one, or two, of its studies may have.
    protection_frac
        A withheld value must not be known better than this share on either side.
    """

    smallest: int = 5
    largest_frac: float = 0.5
    two_largest_frac: float = 0.8
    protection_frac: float = 0.1


@dataclass(slots=True)
class _Grid:
    """A measure by country and sector, with totals as last row and column."""

    values: FloatArray
    counts: npt.NDArray[np.int64]
    withheld: Mask
    negative: bool = field(default=False)


def release(analysis: Analysis, rules: Rules | None = None) -> dict[str, bytes]:
    """Return the files of an anonymous public release.

    Parameters
    ----------
    analysis
        The portfolio.
    rules
        Thresholds.

    Returns
    -------
    dict
        ``release.csv``, ``datapackage.json``, ``README.md``.

    Raises
    ------
    DataError
        E586 even the total would give a study away; E587 a withheld cell can be computed from what is published; E588
        a name or coordinate of a study is in the text.
    """
    import pandas as pd

    rules = rules or Rules()
    frame = analysis.measures
    countries, sectors = sorted(frame["country"].unique()), sorted(frame["sector"].unique())
    labels = {m.id: (m.label, m.unit.replace("currency", analysis.basis.currency)) for m in MEASURES}
    parts: list[tuple[Any, ...]] = []
    for name in RELEASED:
        grid = protect(frame, name, (countries, sectors), rules)
        for i, country in enumerate([*countries, TOTAL]):
            for j, sector in enumerate([*sectors, TOTAL]):
                hidden, count = bool(grid.withheld[i, j]), int(grid.counts[i, j])
                shown = str(count) if count == 0 or count >= rules.smallest else f"fewer than {rules.smallest}"
                value = np.nan if hidden else float(grid.values[i, j])
                parts.append((country, sector, name, labels[name][1], shown, value, hidden))
    columns = ["country", "sector", "measure", "unit", "studies", "value", "withheld"]
    table = to_csv(pd.DataFrame(parts, columns=columns))
    files = {"release.csv": table, "README.md": _readme(analysis, rules), "datapackage.json": _package(table)}
    check_anonymous(analysis, files)
    return files


def protect(frame: pd.DataFrame, name: str, axes: tuple[list[str], list[str]], rules: Rules) -> _Grid:
    """Return a measure by country and sector with the cells that must be withheld.

    Raises
    ------
    DataError
        E586, E587 as in :func:`release`.
    """
    grid = _grid(frame, name, axes, rules)
    if grid.withheld[-1, -1]:
        hint = f"wait until there are {rules.smallest} studies, none of which makes up most of the sum"
        what = "even the total of all studies would give one of them away; nothing is released"
        raise DataError.of([Finding("E586", what, field=name, got=f"{grid.counts[-1, -1]} studies", hint=hint)])
    for _ in range(grid.values.size):
        exposed = exposed_cells(grid, rules)
        if not exposed:
            return grid
        if not _withhold_more(grid, exposed[0]):
            row, column = exposed[0]
            got = f"{[*axes[0], TOTAL][row]}, {[*axes[1], TOTAL][column]}"
            what, hint = "a withheld cell can be computed from what is published", "release fewer groups or measures"
            raise DataError.of([Finding("E587", what, field=name, got=got, hint=hint)])
    return grid


def _grid(frame: pd.DataFrame, name: str, axes: tuple[list[str], list[str]], rules: Rules) -> _Grid:
    countries, sectors = axes
    shape = (len(countries) + 1, len(sectors) + 1)
    grid = _Grid(np.zeros(shape), np.zeros(shape, np.int64), np.zeros(shape, np.bool_))
    rows = frame.dropna(subset=[name])
    grid.negative = bool((rows[name] < 0.0).any())
    for i in range(shape[0]):
        for j in range(shape[1]):
            mine = rows if i == len(countries) else rows[rows["country"] == countries[i]]
            mine = mine if j == len(sectors) else mine[mine["sector"] == sectors[j]]
            values = mine[name].to_numpy(np.float64)
            grid.values[i, j], grid.counts[i, j] = values.sum(), len(values)
            grid.withheld[i, j] = is_sensitive(values, rules)
    return grid


def is_sensitive(values: FloatArray, rules: Rules) -> bool:
    """Return whether a sum of `values` says too much about one of them; an empty cell does not."""
    if not len(values):
        return False
    sizes = np.sort(np.abs(values))[::-1]
    whole = float(sizes.sum())
    dominated = whole > 0.0 and (
        sizes[0] > rules.largest_frac * whole or sizes[:2].sum() > rules.two_largest_frac * whole
    )
    return len(values) < rules.smallest or bool(dominated)


def exposed_cells(grid: _Grid, rules: Rules) -> list[tuple[int, int]]:
    """Return the withheld cells whose value follows too closely from the published ones, nearest known first."""
    from edsim.lp.highs import solve_arrays

    cells = [(int(i), int(j)) for i, j in np.argwhere(grid.withheld)]
    scale = _scale(grid)
    found = []
    for k, cell in enumerate(cells):
        low, high = (scale * float(solve_arrays(_attack(grid, cells, k, s)).values()[k]) for s in (1.0, -1.0))
        value = float(grid.values[cell])
        room = min(value - low, high - value)
        if room < rules.protection_frac * abs(value) - 1e-6 * scale:
            found.append((room, cell))
    return [cell for _, cell in sorted(found)]


def _scale(grid: _Grid) -> float:
    return max(float(np.abs(grid.values).max()), 1e-9)


def _unit(size: int, place: int) -> FloatArray:
    out = np.zeros(size)
    out[place] = 1.0
    return out


def _attack(grid: _Grid, cells: list[tuple[int, int]], target: int, sign: float) -> Any:
    """Return the program that finds the smallest (or largest) value of a withheld cell that fits what is published.

    Every row and column sums to its total; a published cell is known, a withheld one is free within three times the
    largest figure (and not negative where the measure cannot be).
    """
    from edsim.lp.matrix import CompiledLP

    place = {c: k for k, c in enumerate(cells)}
    height, width = grid.values.shape
    lines = [[(i, j) for j in range(width)] for i in range(height)]
    lines += [[(i, j) for i in range(height)] for j in range(width)]
    indices: list[int] = []
    data: list[float] = []
    pointers, sides = [0], []
    for line in lines:
        weights = [*(1.0 for _ in line[:-1]), -1.0]
        free = [(place[c], w) for c, w in zip(line, weights, strict=True) if c in place]
        if free:
            known = sum(w * float(grid.values[c]) for c, w in zip(line, weights, strict=True) if c not in place)
            indices += [k for k, _ in free]
            data += [w for _, w in free]
            pointers.append(len(indices))
            sides.append(-known)
    top = np.full(len(cells), 3.0)
    side = np.array(sides) / _scale(grid)
    slack = 1e-9
    return CompiledLP.from_arrays(
        (pointers, indices, data),
        (side - slack, side + slack),
        (-top if grid.negative else 0.0 * top, top),
        sign * _unit(len(cells), target),
    )


def _withhold_more(grid: _Grid, cell: tuple[int, int]) -> bool:
    """Withhold the smallest published cell that shares a row or column with `cell`; False when there is none."""
    i, j = cell
    height, width = grid.values.shape
    near = [(i, c) for c in range(width) if c != j] + [(r, j) for r in range(height) if r != i]
    near += [(r, c) for r in range(height) for c in range(width) if (r, c) not in near]
    for ring in (near[: height + width - 2], near[height + width - 2 :]):
        usable = [c for c in ring if not grid.withheld[c] and grid.counts[c] > 0 and c != (height - 1, width - 1)]
        if usable:
            grid.withheld[min(usable, key=lambda c: (abs(float(grid.values[c])), c))] = True
            return True
    return False


_COORDINATE = re.compile(r"-?\d{1,3}\.\d{4,}\s*[,;]\s*-?\d{1,3}\.\d{4,}|\b(lat|lon)(itude)?(_deg)?\b", re.IGNORECASE)


def check_anonymous(analysis: Analysis, files: Mapping[str, bytes]) -> None:
    """Refuse files that name a case, building or run, or hold coordinates.

    Raises
    ------
    DataError
        E588 with the file and what was found.
    """
    names = {r.case for r in analysis.collection.runs} | {r.id for r in analysis.collection.runs}
    names |= {str(n) for n in analysis.collection.tables["buildings"]["name"].dropna().unique()}
    public = set(analysis.measures["country"]) | set(analysis.measures["sector"])
    names = {n for n in names if len(n) > 3 and n not in public}
    faults = []
    for file, data in files.items():
        text = data.decode("utf-8", "replace")
        found = sorted(n for n in names if n in text)[:3]
        found += [m.group(0) for m in _COORDINATE.finditer(text)][:1]
        what, hint = "the release would name a study or hold coordinates; nothing is released", "rename the sector"
        faults += [Finding("E588", what, file=file, got=got, hint=hint) for got in found]
    if faults:
        raise DataError.of(faults)


def _package(table: bytes) -> bytes:
    import hashlib

    kinds = dict.fromkeys(("country", "sector", "measure", "unit", "studies"), "string")
    kinds |= {"value": "number", "withheld": "boolean"}
    resource = {
        "name": "release",
        "path": "release.csv",
        "profile": "tabular-data-resource",
        "bytes": len(table),
        "hash": f"sha256:{hashlib.sha256(table).hexdigest()}",
        "schema": {"fields": [{"name": n, "type": t} for n, t in kinds.items()], "missingValues": [""]},
    }
    content = {"profile": "tabular-data-package", "name": "edsim-release", "resources": [resource]}
    return json.dumps(content, indent=1).encode() + b"\n"


def _readme(analysis: Analysis, rules: Rules) -> bytes:
    rows = "\n".join(f"- `{m.id}`: {m.label}, {m.unit}" for m in MEASURES if m.id in RELEASED)
    money = f"{analysis.basis.currency} at prices of {analysis.basis.price_year}"
    return (
        f"# Anonymous sums of energy-district studies\n\nMade with edsim {__version__}. Money in {money}.\n\n{rows}\n\n"
        f"A cell is empty (`withheld` is True) when fewer than {rules.smallest} studies are in it, when one makes up "
        f"more than {rules.largest_frac:.0%} or two more than {rules.two_largest_frac:.0%} of it, or when it would let "
        f"a withheld cell be computed to within {rules.protection_frac:.0%}. Studies are computed feasibility studies, "
        "not measurements.\n"
    ).encode()

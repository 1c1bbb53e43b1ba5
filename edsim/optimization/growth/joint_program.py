"""One program of several milestones: their programs side by side, no size below that of the milestone before.

Columns and rows keep their places by step, with the number of the milestone before their name: what a store holds
links hours within a milestone, and only sizes link milestones, so that the program has a time structure like that of
one year (:mod:`edsim.lp.timechain`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from edsim.lp import CompiledLP
from edsim.lp.matrix import Layout
from edsim.optimization.model.compose import Parts

IntArray = NDArray[np.int64]


def with_common_limits(parts: Sequence[Parts]) -> list[Parts]:
    """Return the parts with every size limited as in the milestone that allows it most.

    What an early year needs can be kept.

    Raises
    ------
    ValueError
        The machines differ between milestones.
    """
    columns = [np.array(list(p.size_columns().values()), dtype=np.int64) for p in parts]
    if any(list(p.size_columns()) != list(parts[0].size_columns()) for p in parts):
        raise ValueError("every milestone must hold the same machines")
    most = np.max([p.lp.col_upper[c] for p, c in zip(parts, columns, strict=True)], axis=0)
    found = []
    for part, own in zip(parts, columns, strict=True):
        upper = part.lp.col_upper.copy()
        upper[own] = most
        found.append(replace(part, lp=replace(part.lp, col_upper=upper)))
    return found


def joint_program(parts: Sequence[Parts], programs: Sequence[CompiledLP]) -> CompiledLP:
    """Return one program of the `programs` made of `parts`, with the rows that link their sizes at the end.

    Parameters
    ----------
    parts
        Composed model of every milestone; the same machines in each.
    programs
        Program of every milestone with its objective, bounds and further rows; columns as in its parts.
    """
    starts = np.cumsum([0, *(lp.num_cols for lp in programs)])
    first_rows = np.cumsum([0, *(lp.num_rows for lp in programs)])
    sizes = [np.array(list(p.size_columns().values()), dtype=np.int64) + s for p, s in zip(parts, starts, strict=False)]
    links = [np.stack([later, earlier], axis=1) for earlier, later in pairwise(sizes)]
    pairs = np.concatenate(links) if links else np.zeros((0, 2), dtype=np.int64)
    lengths = np.concatenate([*(np.diff(lp.indptr) for lp in programs), np.full(len(pairs), 2)])
    indices = [lp.indices + s for lp, s in zip(programs, starts, strict=False)]
    program = CompiledLP.from_arrays(
        (
            np.concatenate([[0], np.cumsum(lengths)]),
            np.concatenate([*indices, pairs.ravel()]),
            np.concatenate([*(lp.data for lp in programs), np.tile([1.0, -1.0], len(pairs))]),
        ),
        (
            np.concatenate([*(lp.row_lower for lp in programs), np.zeros(len(pairs))]),
            np.concatenate([*(lp.row_upper for lp in programs), np.full(len(pairs), np.inf)]),
        ),
        (
            np.concatenate([lp.col_lower for lp in programs]),
            np.concatenate([lp.col_upper for lp in programs]),
        ),
        np.concatenate([lp.cost for lp in programs]),
        np.concatenate([lp.integrality for lp in programs]),
    )
    rows = _placed([lp.rows for lp in programs], first_rows)
    if len(pairs):
        rows["size_kept"] = Layout("size_kept", int(first_rows[-1]), (len(pairs),), (range(len(pairs)),))
    return replace(program, columns=_placed([lp.columns for lp in programs], starts), rows=rows)


def _placed(layouts: Sequence[Mapping[str, Layout]], starts: IntArray) -> dict[str, Layout]:
    """Return the layouts of all milestones in the joint program."""
    return {
        f"{k}.{name}": replace(layout, name=f"{k}.{layout.name}", start=layout.start + int(start))
        for k, (own, start) in enumerate(zip(layouts, starts, strict=False))
        for name, layout in own.items()
    }

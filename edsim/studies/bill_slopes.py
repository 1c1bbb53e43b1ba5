"""How bills depend on prices: read off the functions a run uses, and proven affine before anything is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import InfeasibleError
from edsim.studies.bench import Bench
from edsim.studies.bills import Bill, Lines, bill_of, shape, tagged
from edsim.studies.fields import with_values

Array = NDArray[np.float64]
AGREEMENT_FRAC = 1e-9
"""Largest difference allowed between the fast and the full evaluation."""
MARGINS = ("finance.contingency_frac", "finance.engineering_frac")
CARBON = "emissions.carbon_price_per_t"
_PRICED = frozenset({"prices", "plant"})
"""Reach of changes that may move no more than bills; others find networks and operation anew."""


def bills_and_slopes(
    bench: Bench, moves: Mapping[str, tuple[float, float]]
) -> tuple[tuple[Bill, Bill], tuple[Array, Array]] | None:
    """Return the bills of BAU and project at the base values, and their slopes over every field.

    None where operation has to be found anew, or a bill is not affine; `moves` are base value and far end by field.
    """
    neutral = {**dict.fromkeys(MARGINS, 0.0), CARBON: 1000.0}
    tags, key = tagged(bench.case)
    known: list[Lines] = [(), ()]

    def bills(values: Mapping[str, float]) -> tuple[Bill, Bill] | None:
        case = with_values(bench.case, {**neutral, **tags, **values}, variants=(bench.variant,), checked=False)
        if bench.reach(case) not in _PRICED:
            return None
        try:
            solved = bench.solve(case, "fixed")
        except InfeasibleError:  # the plant as it is cannot serve an end: which point it is, is said there
            return None
        if solved.how != "repriced":
            return None
        bau, project = solved.runs
        return bill_of(bau, bau, key, known[0]), bill_of(project, bau, key, known[1])

    at_ends = bills({p: far for p, (_, far) in moves.items()})
    if at_ends is None:
        return None
    known[:] = [b.lines for b in at_ends]  # a price of zero in the case leaves its line out there
    at_base = bills({})
    slopes = None if at_base is None else _slopes(bills, (at_base, at_ends), moves)
    return None if at_base is None or slopes is None else (at_base, slopes)


def _slopes(
    bills: Callable[[Mapping[str, float]], tuple[Bill, Bill] | None],
    known: tuple[tuple[Bill, Bill], tuple[Bill, Bill]],
    moves: Mapping[str, tuple[float, float]],
) -> tuple[Array, Array] | None:
    """Return the slopes of BAU and project over every field, None when they are not affine.

    Parameters
    ----------
    bills
        Bills at other values.
    known
        Bills at the base values, and with every field at its far end.
    moves
        Field → base value and far end.
    """
    at_base, at_ends = known
    rows: tuple[list[Array], list[Array]] = ([], [])
    for path, (start, far) in moves.items():
        end = at_base if far == start else at_ends if len(moves) == 1 else bills({path: far})
        if end is None or not _alike(end, at_base):
            return None
        for side in (0, 1):
            rows[side].append(end[side].numbers - at_base[side].numbers)
    shares = 0.3 + 0.4 * np.arange(1, len(moves) + 1) / (len(moves) + 1)
    between = {p: start + x * (far - start) for (p, (start, far)), x in zip(moves.items(), shares, strict=True)}
    middle = bills(between) if moves else at_base
    if middle is None or not (_alike(middle, at_base) and _alike(at_ends, at_base)):
        return None
    changes = [np.array(r).reshape(len(moves), len(b.numbers)) for r, b in zip(rows, at_base, strict=True)]
    for side in (0, 1):
        for found, share in ((middle[side], shares), (at_ends[side], np.ones(len(moves)))):
            expected = at_base[side].numbers + share @ changes[side]
            if not np.allclose(expected, found.numbers, rtol=AGREEMENT_FRAC, atol=1e-9):
                return None
    span = np.array([far - start if far != start else 1.0 for start, far in moves.values()])[:, None]
    return changes[0] / span, changes[1] / span


def _alike(one: tuple[Bill, Bill], two: tuple[Bill, Bill]) -> bool:
    return all(shape(a) == shape(b) for a, b in zip(one, two, strict=True))

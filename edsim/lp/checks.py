"""Checks before the solver: a program no solver can answer is refused with the components at fault."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from edsim.core.errors import DataError, Finding
from edsim.lp.bounds import implied_bounds
from edsim.lp.matrix import INF, CompiledLP, FloatArray

MAX_NAMED = 5
MAX_COEFFICIENT_RANGE = 1e12
MAX_BOUND = 1e15
"""Largest finite bound or side: beyond it double precision resolves less than the solver's tolerance, and HiGHS takes
1e20 for infinite."""
CHUNK = 65_536


def check_program(lp: CompiledLP, *, needs_objective: bool = False) -> None:
    """Refuse a program no solver can answer, naming the components at fault.

    Raises
    ------
    DataError
        E501 a number that is not finite; E502 a variable's, E503 a row's lower bound above its upper; E504 a variable
        that lowers the cost without limit; E505 no objective though one is needed; E506 no variables, or a component
        over an empty set; E507 coefficients too far apart even after scaling rows and columns, or a finite bound
        beyond 1e15.
    """
    findings: list[Finding] = []
    if lp.num_cols == 0:
        raise DataError.of([Finding("E506", "the model has no variables", hint="check that its sets are not empty")])
    findings += _empty_sets(lp) + _not_finite(lp)
    if not findings:
        findings += _crossed(lp)
        if needs_objective:
            findings += _no_objective(lp)
        findings += _unlimited(lp, lp.cost)
        findings += _ill_scaled(lp) + _huge(lp)
    if findings:
        raise DataError.of(findings)


def check_costs(lp: CompiledLP, cost: FloatArray) -> None:
    """Refuse new costs that are not finite or that a variable without limit would lower for ever (E501, E504)."""
    findings = _named(lp, "E501", "the cost of the variable is not finite", ~np.isfinite(cost), cost)
    if not findings:
        findings = _unlimited(lp, cost)
    if findings:
        raise DataError.of(findings)


def check_objective(lp: CompiledLP) -> None:
    """Refuse to solve a program that states no objective, or one without any cost (E505)."""
    findings = _no_objective(lp)
    if findings:
        raise DataError.of(findings)


def _no_objective(lp: CompiledLP) -> list[Finding]:
    if lp.has_objective and lp.cost.any():
        return []
    what = "the model has no objective, or one without any cost"
    return [Finding("E505", what, hint="state what to minimize: a weight on at least one account that occurs")]


def _empty_sets(lp: CompiledLP) -> list[Finding]:
    """Name the components over a set without members; the model would quietly lack them."""
    return [
        Finding("E506", f"the {what} stands over an empty set", field=layout.name, hint="check its index sets")
        for what, layouts in (("variable", lp.columns), ("constraint", lp.rows))
        for layout in layouts.values()
        if 0 in layout.shape
    ][:MAX_NAMED]


def _huge(lp: CompiledLP) -> list[Finding]:
    findings: list[Finding] = []
    for sides, rows in (((lp.col_lower, lp.col_upper), False), ((lp.row_lower, lp.row_upper), True)):
        for side in sides:
            if any(_at_huge(piece).any() for piece in _pieces(side)):
                what = "the bound is too large to be told from infinite"
                findings += _named(lp, "E507", what, _at_huge(side), side, rows=rows)
    return findings


def _at_huge(side: FloatArray) -> npt.NDArray[np.bool_]:
    size = np.abs(side)
    return (size > MAX_BOUND) & (size < INF)


def _named(lp: CompiledLP, code: str, what: str, at: Any, values: Any, *, rows: bool = False) -> list[Finding]:
    places = np.flatnonzero(at)
    name = lp.row_name if rows else lp.column_name
    findings = [Finding(code, what, field=name(int(k)), got=str(values[k])) for k in places[:MAX_NAMED]]
    if len(places) > MAX_NAMED:
        findings.append(Finding(code, f"{len(places) - MAX_NAMED} more like these"))
    return findings


def _not_finite(lp: CompiledLP) -> list[Finding]:
    findings: list[Finding] = []
    if not _all_finite(lp.cost):
        findings = _named(lp, "E501", "the cost of the variable is not finite", ~np.isfinite(lp.cost), lp.cost)
    if not _all_finite(lp.data):
        entries = np.flatnonzero(~np.isfinite(lp.data))
        for k in entries[:MAX_NAMED]:
            row = int(np.searchsorted(lp.indptr, k, side="right")) - 1
            where = f"{lp.row_name(row)}, {lp.column_name(int(lp.indices[k]))}"
            findings.append(Finding("E501", "a coefficient is not finite", field=where, got=str(lp.data[k])))
    for lower, upper, rows in ((lp.col_lower, lp.col_upper, False), (lp.row_lower, lp.row_upper, True)):
        if not len(lower) or (lower.max() < INF and upper.min() > -INF):  # false for NaN too
            continue
        bad = np.isnan(lower) | np.isnan(upper) | (lower == INF) | (upper == -INF)
        sides = [f"[{a}, {b}]" for a, b in zip(lower[bad], upper[bad], strict=True)]
        shown = dict(zip(np.flatnonzero(bad).tolist(), sides, strict=True))
        findings += _named(lp, "E501", "a bound is not a number", bad, shown, rows=rows)
    if not np.isfinite(lp.offset):
        findings.append(Finding("E501", "the constant of the objective is not finite", got=str(lp.offset)))
    return findings


def _crossed(lp: CompiledLP) -> list[Finding]:
    findings: list[Finding] = []
    for code, what, lower, upper, rows in (
        ("E502", "the variable's lower bound is above its upper bound", lp.col_lower, lp.col_upper, False),
        ("E503", "the constraint's lower side is above its upper side", lp.row_lower, lp.row_upper, True),
    ):
        crossed = lower > upper
        shown = {int(k): f"[{lower[k]}, {upper[k]}]" for k in np.flatnonzero(crossed)[:MAX_NAMED]}
        findings += _named(lp, code, what, crossed, shown, rows=rows)
    return findings


def _unlimited(lp: CompiledLP, cost: FloatArray) -> list[Finding]:
    suspects = ((cost < 0) & np.isinf(lp.col_upper)) | ((cost > 0) & np.isinf(lp.col_lower))
    if not suspects.any():
        return []
    lower, upper = implied_bounds(lp)
    at = ((cost < 0) & np.isinf(upper)) | ((cost > 0) & np.isinf(lower))
    return _named(lp, "E504", "the variable has no limit in the direction that lowers the cost", at, cost)


def _all_finite(values: FloatArray) -> bool:
    return bool(np.isfinite(values.sum())) or bool(np.isfinite(values).all())


def _pieces(values: FloatArray) -> Iterator[FloatArray]:
    """Give the values in pieces that stay in the processor's cache."""
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


def _magnitudes(values: FloatArray) -> tuple[float, float]:
    """Return the smallest and largest nonzero magnitude."""
    low, high = INF, 0.0
    for piece in map(np.abs, _pieces(values)):
        high = max(high, float(piece.max()))
        least = float(piece.min())
        low = min(low, least if least > 0 else float(np.min(piece, where=piece > 0, initial=INF)))
    return low, high


def _ill_scaled(lp: CompiledLP) -> list[Finding]:
    low, high = _magnitudes(lp.data)
    if high <= low * MAX_COEFFICIENT_RANGE:
        return []
    logs = np.log2(np.abs(np.where(lp.data == 0, 1.0, lp.data)))
    row_of = np.repeat(np.arange(lp.num_rows), np.diff(lp.indptr))
    for _ in range(3):  # geometric-mean scaling of rows and columns
        for groups, count in ((row_of, lp.num_rows), (lp.indices, lp.num_cols)):
            held = np.maximum(np.bincount(groups, minlength=count), 1)
            logs = logs - (np.bincount(groups, weights=logs, minlength=count) / held)[groups]
    spread = float(logs.max() - logs.min())
    if 2.0**spread <= MAX_COEFFICIENT_RANGE:
        return []
    k = int(np.argmin(logs))
    row = int(np.searchsorted(lp.indptr, k, side="right")) - 1
    where = f"{lp.row_name(row)}, {lp.column_name(int(lp.indices[k]))}"
    return [
        Finding(
            "E507",
            "coefficients lie too far apart even after scaling rows and columns",
            field=where,
            got=f"a coefficient of {lp.data[k]:.3g}; largest over smallest {2.0**spread:.1e}",
            allowed=f"{MAX_COEFFICIENT_RANGE:.0e}",
            hint="check the units of this quantity",
        )
    ]

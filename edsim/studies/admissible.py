"""Which drawn alternatives a case admits: a draw outside the limits of a field is set aside and said, never computed.

A distribution without ends (normal) and one whose ends were guessed reach beyond what a field allows: a discount rate
below zero. Such a draw is left out with its reason, so that the sample is one of the distribution within the limits;
where a study needs every draw (Morris, Sobol, the ends of a tornado), the value is moved to the limit instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from edsim.case.schema import Case
from edsim.core.errors import CaseError
from edsim.studies.fields import Field, Value, find_field, with_values
from edsim.studies.results import Outcome
from edsim.studies.vary import Point


@dataclass(frozen=True, slots=True)
class Sifted:
    """Drawn alternatives, sifted.

    Attributes
    ----------
    kept
        Those the case admits, in order.
    refused
        Name of a draw → why it is left out.
    """

    kept: tuple[Point, ...]
    refused: Mapping[str, str]

    def joined(self, points: Sequence[Point], outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Return the outcomes of all `points`: those of the kept ones, the rest as ``refused`` without figures."""
        found = iter(outcomes)
        return [
            Outcome(p, "none", "refused", {}, {}, self.refused[p.name]) if p.name in self.refused else next(found)
            for p in points
        ]


def sift(case: Case, variant: str, points: Sequence[Point], *, each: bool) -> Sifted:
    """Return the draws within the limits of their fields and the reasons against the others.

    Parameters
    ----------
    case
        The case as it stands.
    variant
        The project variant.
    points
        Draws of numbers.
    each
        Whether every draw is checked as a whole case; otherwise the two corners of all draws, and every draw only
        where a corner fails.
    """
    fields = _fields(case, points)
    refused = {p.name: reason for p in points if (reason := _outside(fields, p.values))}
    kept = [p for p in points if p.name not in refused]
    if each or not _corners_fit(case, variant, kept):
        for point in kept:
            reason = _reason(case, variant, point.values)
            if reason:
                refused[point.name] = reason
        kept = [p for p in kept if p.name not in refused]
    return Sifted(tuple(kept), refused)


def clipped(case: Case, points: Sequence[Point]) -> tuple[tuple[Point, ...], dict[str, int]]:
    """Return the draws with values beyond a limit moved to it, and field → how many were moved."""
    fields, out = _fields(case, points), []
    moved: dict[str, int] = {}
    for point in points:
        values = {path: fields[path].nearest_to(float(v)) for path, v in _numbers(point.values).items()}
        for path, value in values.items():
            if value != point.values[path]:
                moved[path] = moved.get(path, 0) + 1
        out.append(Point(point.name, {**point.values, **values}))
    return tuple(out), moved


def _fields(case: Case, points: Sequence[Point]) -> dict[str, Field]:
    return {path: find_field(case, path) for path in dict.fromkeys(p for point in points for p in point.values)}


def _numbers(values: Mapping[str, Value]) -> dict[str, float]:
    return {k: float(v) for k, v in values.items() if isinstance(v, int | float) and not isinstance(v, bool)}


def _outside(fields: Mapping[str, Field], values: Mapping[str, Value]) -> str:
    """Return which value is beyond the limits of its field, "" when none is."""
    for path, value in _numbers(values).items():
        field = fields[path]
        if field.nearest_to(value) != value:
            return f"{path} = {value:.4g}, allowed {field.limits}"
    return ""


def _corners_fit(case: Case, variant: str, points: Sequence[Point]) -> bool:
    paths = dict.fromkeys(path for p in points for path in p.values)
    rows = [_numbers(p.values) for p in points]
    return not any(
        _reason(case, variant, {path: end(r[path] for r in rows if path in r) for path in paths}) for end in (min, max)
    )


def _reason(case: Case, variant: str, values: Mapping[str, Value]) -> str:
    """Return why the case does not admit the values, "" when it does."""
    try:
        with_values(case, values, variants=(variant,))
    except CaseError as error:
        finding = error.findings[0]
        return f"{finding.field}: {finding.what}, got {finding.got}, allowed {finding.allowed}"
    return ""

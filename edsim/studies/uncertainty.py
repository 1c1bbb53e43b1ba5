"""Uncertain inputs: which fields, how they are distributed, and which go together; read from YAML or CSV.

YAML::

    uncertainty:
      - {path: tariffs.main.energy_per_kwh, distribution: triangular, low: 0.12, mode: 0.16, high: 0.22}
      - {path: technologies.chillers.capex_per_kw, distribution: pert, low: 0.8, mode: 1, high: 1.4, relative: true}
    correlations:
      - [tariffs.main.energy_per_kwh, fuels.natural_gas.price_per_kwh, 0.6]
    debt: {share_frac: 0.6, rate_frac: 0.09, tenor_a: 12}

CSV: the columns ``path, distribution, low, mode, high`` and, when wanted, ``relative``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from edsim.case.readers.records import read_record
from edsim.case.schema import Case
from edsim.core.errors import DataError, Finding
from edsim.core.i18n import Lang
from edsim.studies.fields import find_field

Array = NDArray[np.float64]
Distribution = Literal["uniform", "triangular", "pert", "normal"]
_PERCENT = 5.0
"""Relative ends from here on are taken for percent: no field is uncertain to five times its value at the least."""
_FAR_TIMES = 3.0
"""Ends about 1 and this far from the value in the case are shares of it."""
_P90 = 1.2815515655446004
"""Standard normal quantile of 0.9."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Uncertain(_Part):
    """One uncertain field.

    ``uniform`` between low and high; ``triangular`` and ``pert`` (beta, weight 4 on the mode) with their mode;
    ``normal`` with low and high as its P10 and P90.
    """

    path: str
    distribution: Distribution = "triangular"
    low: float
    mode: float | None = None
    high: float
    relative: bool = False
    """Whether low, mode and high are shares of the value in the case."""

    @model_validator(mode="after")
    def _ordered(self) -> Uncertain:
        if not self.low < self.high:
            raise ValueError("low must be below high")
        if self.mode is None and self.distribution in {"triangular", "pert"}:
            raise ValueError(
                "a triangular or pert distribution needs its mode; write distribution: uniform without one"
            )
        if self.mode is not None and not self.low <= self.mode <= self.high:
            raise ValueError("mode must lie between low and high")
        return self

    def quantile(self, share: Array) -> Array:
        """Return the values at cumulative probabilities `share` in (0, 1)."""
        low, high = self.low, self.high
        mode = (low + high) / 2 if self.mode is None else self.mode
        if self.distribution == "uniform":
            return low + share * (high - low)
        if self.distribution == "triangular":
            turn = (mode - low) / (high - low)
            left = low + np.sqrt(share * (high - low) * (mode - low))
            right = high - np.sqrt((1.0 - share) * (high - low) * (high - mode))
            return np.where(share < turn, left, right)
        if self.distribution == "pert":
            from scipy.stats import beta

            a = 1.0 + 4.0 * (mode - low) / (high - low)
            return np.asarray(low + (high - low) * beta.ppf(share, a, 6.0 - a))
        from scipy.stats import norm

        return np.asarray((low + high) / 2 + (high - low) / (2 * _P90) * norm.ppf(share))


class Debt(_Part):
    """A loan on the investment, paid back in level amounts; for cover ratios."""

    share_frac: float = Field(gt=0, le=1)
    rate_frac: float = Field(ge=0, le=0.5)
    tenor_a: int = Field(ge=1, le=60)


class _File(_Part):
    uncertainty: tuple[Uncertain, ...] = Field(min_length=1)
    correlations: tuple[tuple[str, str, float], ...] = ()
    debt: Debt | None = None


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Uncertain fields in the unit of the case, their rank correlations, and the loan.

    Attributes
    ----------
    inputs
        Fields, none of them relative any more.
    correlation : (inputs, inputs)
        Rank correlations wanted.
    debt
        Loan for cover ratios, None without.
    """

    inputs: tuple[Uncertain, ...]
    correlation: Array
    debt: Debt | None

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the inputs."""
        return tuple(u.path for u in self.inputs)


def _looks_relative(u: Uncertain, base: object) -> bool:
    """Return whether the ends lie about 1 and far from the value in the case."""
    if not isinstance(base, int | float) or isinstance(base, bool) or base <= 0:
        return False
    far = u.high * _FAR_TIMES < base or u.low > base * _FAR_TIMES
    return u.low <= 1.0 <= u.high and far


def _less(low: float) -> tuple[float, float]:
    """Return what a relative end below 0 takes away, in percent, and the share it leaves."""
    percent = low if low <= -1.0 else 100.0 * low
    return percent, 1.0 + percent / 100.0


def read_uncertainty(case: Case, path: Path, lang: Lang = "en") -> Uncertainty:
    """Return the uncertain inputs of a file.

    Raises
    ------
    DataError
        E555 an entry is not usable; E551 there is no such field; any fault of a file, with line and column.
    """
    return resolved(case, read_record(path, _File, "uncertainty", lang), str(path))


def resolved(case: Case, file: _File, name: str) -> Uncertainty:
    """Return the inputs in the unit of the case, with the matrix of their correlations.

    Raises
    ------
    DataError
        E555 a field that is no number, is given twice, or correlations no joint distribution can have.
    """
    findings, inputs = [], []
    paths = [u.path for u in file.uncertainty]
    for u in file.uncertainty:
        found = find_field(case, u.path)
        if u.relative and (u.low >= _PERCENT or u.low < 0.0):
            what = "a relative end is a share of the value in the case, not percent"
            percent, share = (u.low, u.low / 100.0) if u.low > 0.0 else _less(u.low)
            got, hint = f"{u.low:g} – {u.high:g}", f"write {percent:g} % as {share:g}"
            findings.append(
                Finding("E555", what, file=name, field=u.path, got=got, allowed=f"< {_PERCENT:g}", hint=hint)
            )
        if not found.is_number or (u.relative and found.base is None):
            findings.append(
                Finding("E555", "only a number can be uncertain", file=name, field=u.path, got=str(found.base))
            )
            continue
        if not u.relative and _looks_relative(u, found.base):
            what, got = "the ends look like shares of the value in the case", f"{u.low:g} – {u.high:g}"
            hint = "write relative: true beside them, or values in the unit of the field"
            near = f"near {found.base:g}"
            findings.append(Finding("E555", what, file=name, field=u.path, got=got, allowed=near, hint=hint))
        scale = float(found.base) if u.relative else 1.0
        low, high = sorted((u.low * scale, u.high * scale))
        mode = None if u.mode is None else u.mode * scale
        inputs.append(u.model_copy(update={"low": low, "mode": mode, "high": high, "relative": False}))
    findings += [
        Finding("E555", "the field is given twice", file=name, field=p)
        for p in dict.fromkeys(paths)
        if paths.count(p) > 1
    ]
    matrix = np.eye(len(paths))
    for one, two, r in file.correlations:
        if one not in paths or two not in paths or one == two or not -1 < r < 1:
            allowed = "two different paths listed above and a number between -1 and 1"
            findings.append(
                Finding("E555", "the correlation is not usable", file=name, got=f"{one}, {two}, {r:g}", allowed=allowed)
            )
            continue
        i, j = paths.index(one), paths.index(two)
        matrix[i, j] = matrix[j, i] = r
    if not findings and float(np.linalg.eigvalsh(matrix)[0]) <= 1e-9:
        what = "no joint distribution has these correlations: they contradict each other"
        findings.append(Finding("E555", what, file=name, hint="bring the largest ones closer to zero"))
    if findings:
        raise DataError.of(findings)
    return Uncertainty(tuple(inputs), matrix, file.debt)

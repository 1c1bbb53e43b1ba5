"""Published figures of the real district, from the case's expected.csv, beside ours."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from edsim.case.schema import Case
from edsim.core.errors import DataError, Finding

if TYPE_CHECKING:
    import pandas as pd

EXPECTED_FILE = "expected.csv"
"""File of published figures in a case folder; optional."""
_COLUMNS = ("id", "label", "unit", "published", "kpi", "take", "factor", "source", "comment")


def published_figures(case: Case) -> list[Mapping[str, str]]:
    """Return the rows of the case's expected.csv, empty when it has none.

    Raises
    ------
    DataError
        E819 the file is not UTF-8, a column is missing or a number cannot be read.
    """
    path = case.folder / EXPECTED_FILE
    if not path.is_file():
        return []
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
    except UnicodeDecodeError:
        raise DataError.of([_bad_figure(1, "", "the file is not UTF-8", "save it as UTF-8")]) from None
    findings = []
    for line, row in enumerate(rows, start=2):
        missing = [c for c in _COLUMNS if row.get(c) is None]
        if missing:
            findings.append(_bad_figure(line, missing[0], "the column is missing", ", ".join(_COLUMNS)))
            continue
        if row["take"] not in {"value", "bau", "difference", "difference_frac"}:
            findings.append(
                _bad_figure(line, "take", f"got {row['take']!r}", "value, bau, difference, difference_frac")
            )
        findings += [
            _bad_figure(line, c, f"not a number: {row[c]!r}", "a number with a decimal point")
            for c in ("published", "factor")
            if not _is_number(row[c])
        ]
    if findings:
        raise DataError.of(findings)
    return list(rows)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _bad_figure(line: int, column: str, what: str, allowed: str) -> Finding:
    return Finding("E819", what, file=EXPECTED_FILE, line=line, field=column, allowed=allowed)


def published_table(
    rows: Sequence[Mapping[str, str]], kpis: pd.DataFrame, tables: Mapping[str, pd.DataFrame], variant: str
) -> pd.DataFrame:
    """Return published figures beside ours.

    Parameters
    ----------
    rows
        Rows of the case's expected.csv: id, label, unit, published, kpi, take (value, difference, difference_frac),
        factor, source, comment. A kpi ``networks.<column>`` is the sum of that column over the networks.
    kpis, tables
        Of this run.
    variant
        Main project variant.
    """
    from edsim.results.tables import frame  # loads pandas, which reading the figures does not need

    mine = kpis[kpis["variant"] == variant].set_index("id")
    out = []
    for row in rows:
        name = row["kpi"]
        if name.startswith("networks."):
            table = tables["networks"]
            ours = float(table.loc[table["variant"] == variant, name.removeprefix("networks.")].sum())
        elif name in mine.index:
            ours = float(mine[row["take"]].loc[name])
        else:
            ours = np.nan
        out.append(
            {
                "id": row["id"],
                "label": row["label"],
                "unit": row["unit"],
                "published": float(row["published"]),
                "ours": ours * float(row["factor"]),
                "source": row["source"],
                "comment": row["comment"],
            }
        )
    return frame("published", out)

"""A public release of sums that gives away no single study, or a refusal.

Cells are country × sector with totals; which are withheld, :mod:`edsim.portfolio.disclosure` says. Names, places below
country, coordinates and single studies are never in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from edsim import __version__
from edsim.core.errors import DataError, Finding
from edsim.portfolio.analysis import Analysis
from edsim.portfolio.disclosure import TOTAL, Rules, protect
from edsim.portfolio.exchange import to_csv
from edsim.portfolio.totals import MEASURES

RELEASED = (
    "ghg_bau_t_per_a",
    "ghg_avoided_t_per_a",
    "electricity_saved_mwh",
    "cooling_mwh",
    "investment",
    "floor_area_m2",
)
"""Measures that are released."""


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
    grids, withheld = protect(frame, RELEASED, (countries, sectors), rules)
    for grid in grids:
        for i, country in enumerate([*countries, TOTAL]):
            for j, sector in enumerate([*sectors, TOTAL]):
                hidden, count = bool(withheld[i, j]), int(grid.counts[i, j])
                shown = "" if hidden else str(count)
                value = np.nan if hidden else float(grid.values[i, j])
                parts.append((country, sector, grid.name, labels[grid.name][1], shown, value, hidden))
    columns = ["country", "sector", "measure", "unit", "studies", "value", "withheld"]
    table = to_csv(pd.DataFrame(parts, columns=columns))
    files = {"release.csv": table, "README.md": _readme(analysis, rules), "datapackage.json": _package(table)}
    check_anonymous(analysis, files)
    return files


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
    released = [m for m in MEASURES if m.id in RELEASED]
    rows = "\n".join(f"- `{m.id}`: {m.label}, {m.unit.replace('currency', analysis.basis.currency)}" for m in released)
    money = f"{analysis.basis.currency} at prices of {analysis.basis.price_year}"
    return (
        f"# Anonymous sums of energy-district studies\n\nMade with edsim {__version__}. Money in {money}.\n\n{rows}\n\n"
        "A cell and its number of studies are empty (`withheld` is True) in all measures when, in one of them, fewer "
        f"than {rules.smallest} studies are in it, when one makes up more than {rules.largest_frac:.0%} or two more "
        f"than {rules.two_largest_frac:.0%} of it, when its second largest could estimate its largest to within "
        f"{rules.estimate_frac:.0%}, or when it would let a withheld cell be computed to within "
        f"{rules.protection_frac:.0%}, also by the only study of another withheld cell. One variant of each study is "
        f"added up ({analysis.variants.rule[0]}). Studies are computed feasibility studies, not measurements.\n"
    ).encode()

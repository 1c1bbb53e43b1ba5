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
from edsim.core.i18n import Lang
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


def release(analysis: Analysis, rules: Rules | None = None, *, lang: Lang = "en") -> dict[str, bytes]:
    """Return the files of an anonymous public release.

    Parameters
    ----------
    analysis
        The portfolio.
    rules
        Thresholds.
    lang
        Language of ``README.md``.

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
    files = {"release.csv": table, "README.md": _readme(analysis, rules, lang), "datapackage.json": _package(table)}
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


def _readme(analysis: Analysis, rules: Rules, lang: Lang) -> bytes:
    from edsim.report.i18n import language

    words, basis = language(lang), analysis.basis
    released = [(m.id, words.text(m.label), m.unit.replace("currency", basis.currency)) for m in MEASURES]
    shares = ("largest_frac", "two_largest_frac", "estimate_frac", "protection_frac")
    said = _README[lang].format(
        version=__version__,
        currency=basis.currency,
        price_year=basis.price_year,
        measures="\n".join(f"- `{name}`: {label}, {unit}" for name, label, unit in released if name in RELEASED),
        smallest=rules.smallest,
        rule=analysis.variants.rule[0],
        **{name: words.percent(getattr(rules, name), 0) for name in shares},
    )
    return said.encode()


_README: Mapping[Lang, str] = {
    "en": """# Anonymous sums of energy-district studies

Made with edsim {version}. Money in {currency} at prices of {price_year}.

{measures}

A cell and its number of studies are empty (`withheld` is True) in all measures when, in one of them, fewer than \
{smallest} studies are in it, when one makes up more than {largest_frac} or two more than {two_largest_frac} of it, \
when its second largest could estimate its largest to within {estimate_frac}, or when it would let a withheld cell be \
computed to within {protection_frac}, also by the only study of another withheld cell. One variant of each study is \
added up ({rule}). Studies are computed feasibility studies, not measurements.
""",
    "es": """# Sumas anónimas de estudios de distritos energéticos

Hecho con edsim {version}. Dinero en {currency} a precios de {price_year}.

{measures}

Una celda y su número de estudios quedan vacíos (`withheld` es True) en todas las medidas cuando, en alguna de ellas, \
hay en la celda menos de {smallest} estudios, uno solo suma más de {largest_frac} o dos más de {two_largest_frac}, el \
segundo en tamaño podría estimar el mayor con un error de hasta {estimate_frac}, o la celda permitiría calcular otra \
retenida con un error de hasta {protection_frac}, también para el único estudio de otra celda retenida. Se suma una \
variante de cada estudio ({rule}). Los estudios son estudios de factibilidad calculados, no mediciones.
""",
}

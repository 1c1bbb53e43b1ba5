"""How a run looks in a notebook: a compact summary in plain HTML, every text escaped, no script."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from edsim.appraisal.types import Appraisal
    from edsim.optimization.types import Certificate

SHOWN = (
    "investment", "life_cycle_cost", "npv", "irr", "simple_payback", "lcoc", "final_energy", "electricity",
    "ghg_total", "grid_peak", "water",
)  # fmt: skip
"""Indicators of the summary, where the run has them."""

_LEFT = "text-align:left"
_NONE = "–"


class Tables(dict[str, "pd.DataFrame"]):
    """Result tables by name; a notebook shows what there is instead of the tables themselves."""

    def __repr__(self) -> str:
        """Return name and rows of every table."""
        return f"Tables({', '.join(f'{name}: {len(t)} rows' for name, t in self.items())})"

    def _repr_html_(self) -> str:
        """Return name, rows and columns of every table."""
        rows = [(name, f"{len(t):,}", ", ".join(map(str, t.columns[:12])) + (", …" if len(t.columns) > 12 else ""))
                for name, t in self.items()]  # fmt: skip
        return _table(("table", "rows", "columns"), rows, left=(0, 2))


def summary_html(run: Appraisal) -> str:
    """Return headline, indicators, certificates and number of findings of a run as HTML."""
    place = f"{run.city}, {run.country} · {run.currency} {run.price_year}"
    parts = [f"<h4>{escape(run.name)}</h4><p>{escape(place)}</p>"]
    parts.append("<ul>" + "".join(f"<li>{escape(s)}</li>" for s in run.headline) + "</ul>")
    parts.append(_indicators(run))
    parts += [f"<p>{escape(variant)}: {escape(_proof(c))}</p>" for variant, c in run.certificates.items()]
    counts = {s: sum(f.severity == s for f in run.findings) for s in ("error", "warning")}
    parts.append(f"<p>{counts['warning']} warnings, {len(run.tables)} tables in <code>.tables</code></p>")
    return f'<div class="edsim">{"".join(parts)}</div>'


def _indicators(run: Appraisal) -> str:
    table = run.tables.get("kpis")
    if table is None:
        return ""
    records: Sequence[Mapping[Any, Any]] = table.to_dict("records")
    by_id: dict[str, dict[str, Mapping[Any, Any]]] = {}
    for row in records:
        by_id.setdefault(str(row["id"]), {})[str(row["variant"])] = row
    rows = []
    for key in SHOWN:
        found = by_id.get(key)
        if found:
            first = next(iter(found.values()))
            values = [_number(found[v]["value"]) if v in found else _NONE for v in run.variants]
            rows.append((str(first["label"]), str(first["unit"]), _number(first["bau"]), *values))
    return _table(("indicator", "unit", "BAU", *run.variants), rows, left=(0, 1))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], left: tuple[int, ...]) -> str:
    def cells(tag: str, texts: Sequence[str]) -> str:
        style = [f' style="{_LEFT}"' if k in left else "" for k in range(len(texts))]
        return "".join(f"<{tag}{s}>{escape(t)}</{tag}>" for s, t in zip(style, texts, strict=True))

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table><thead><tr>{cells('th', heads)}</tr></thead><tbody>{body}</tbody></table>"


def _proof(certificate: Certificate) -> str:
    hours = f"{certificate.hours_checked:,} hours"
    if certificate.gap_frac is None:
        return f"{certificate.status}, dispatched over {hours}, no bound"
    return f"{certificate.status}, gap {certificate.gap_frac:.2%} over {hours}"


def _number(value: object) -> str:
    """Return a number with about four significant digits, a dash for none."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        return _NONE
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"

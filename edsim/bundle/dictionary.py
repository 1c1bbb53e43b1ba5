"""The data dictionary of a run: every table and column with unit and meaning, from the result schema."""

import csv
import io

from edsim.results.schema import TABLES

_HEAD = """# Result tables

<!-- Written from edsim/results/schema.py by edsim.bundle.dictionary.markdown(); a test keeps the two in step. -->

A run folder holds every table below twice: `NAME.parquet` (exact types) and `NAME.csv` (UTF-8, comma, decimal point,
empty cell for no value). Text that a spreadsheet would take for a formula has a leading apostrophe in the CSV only.
Money is in the currency and price year of the case (`manifest.json`); money out is negative in `cash_flows`, and a
positive difference is a saving against business-as-usual (BAU).

Beside the tables stand `manifest.json` (versions, options, digests of all files), `certificate.json` (the proof of
each variant), `network.geojson` (WGS84), `dictionary.csv` (this page as a table), `inputs/` (the case as it was read)
and, when asked for, `report.html` and `workbook.xlsx`.

## certificate.json

One object per project variant:

| field | unit | meaning |
|---|---|---|
| `upper_bound` | of `minimized` | Cost (currency/a) or other criterion of this design over the hours checked. |
| `lower_bound` | of `minimized` | No design reaches less; null for a screening run. |
| `gap_frac` | frac | (upper - lower) / upper; null for a screening run. |
| `hours_checked` | h | Hours dispatched with the sizes fixed. |
| `unserved_kwh` | kWh/a | Demand that is not served. |
| `max_balance_residual_frac` | frac | Largest node residual over the peak of the node. |
| `money_residual_frac` | frac | Largest difference between the optimizer's accounts and the ledger added up again. |
| `status` | | `certified`, `screening` or `open` (gap above target). |
| `minimized` | | `cost`, `ghg_kg`, `grid_peak_kw`, `water_m3` or `primary_energy_kwh`. |
| `caps` | of each | Criterion → cap the design keeps; empty for a least-cost design. |
"""


def rows() -> list[tuple[str, str, str, str, str]]:
    """Return ``(table, column, kind, unit, meaning)`` for every column of every table."""
    found: list[tuple[str, str, str, str, str]] = []
    for table in TABLES.values():
        found += [(table.name, c.name, c.kind, c.unit, c.doc) for c in table.columns]
        if table.open_columns:
            found.append((table.name, "*", "number", "", table.open_columns))
    return found


def as_csv() -> bytes:
    """Return the dictionary as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("table", "column", "kind", "unit", "meaning"))
    writer.writerows(rows())
    return text.getvalue().encode()


def markdown() -> str:
    """Return the page ``docs/reference/results.md``."""
    parts = [_HEAD]
    for table in TABLES.values():
        parts += [f"\n## {table.name}\n\n{table.doc}\n\n| column | kind | unit | meaning |\n|---|---|---|---|\n"]
        parts += [f"| `{c.name}` | {c.kind} | {c.unit} | {c.doc} |\n" for c in table.columns]
        if table.open_columns:
            parts.append(f"| … | number | | {table.open_columns} |\n")
    return "".join(parts)

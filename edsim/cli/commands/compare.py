"""``edsim compare``: the indicators of two runs side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from edsim.cli.indicators import indicator_cells
from edsim.cli.session import Session, json_option, show_json, show_table
from edsim.cli.words import word

if TYPE_CHECKING:
    from edsim.appraisal.types import Appraisal


@click.command("compare", epilog="Example: edsim compare result-today result-cheap-gas")
@click.argument("first", metavar="A", type=click.Path(path_type=Path))
@click.argument("second", metavar="B", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def command(session: Session, first: Path, second: Path) -> None:
    """Show two runs side by side.

    The indicators of the run folders A and B are printed with the change from A to B.
    """
    from edsim.bundle import load

    runs = load(first), load(second)
    rows = _rows(_indicators(runs[0]), _indicators(runs[1]))
    if session.as_json:
        show_json(rows)
        return
    header = (word("indicator", session.lang), word("unit", session.lang), "A", "B", word("change", session.lang))
    for variant in dict.fromkeys(row["variant"] for row in rows):
        mine = [row for row in rows if row["variant"] == variant]
        cells = indicator_cells(mine, ("a", "b"), runs[0].currency, session.lang)
        show_table(header, cells, title=variant, numbers=header[2:])
        click.echo()


def _indicators(run: Appraisal) -> dict[tuple[str, str], dict[str, Any]]:
    """Return (variant, id) → row of the indicator table of a run."""
    rows = [{str(k): v for k, v in row.items()} for row in run.tables["kpis"].to_dict("records")]
    return {(r["variant"], r["id"]): r for r in rows}


def _rows(
    first: dict[tuple[str, str], dict[str, Any]], second: dict[tuple[str, str], dict[str, Any]]
) -> list[dict[str, Any]]:
    rows = []
    for key in {**first, **second}:
        a, b = first.get(key), second.get(key)
        facts = a or b or {}
        values = _value(a), _value(b)
        difference = values[1] - values[0] if values[0] is not None and values[1] is not None else None
        rows.append(
            {
                "variant": key[0],
                "id": key[1],
                "label": facts.get("label", key[1]),
                "unit": facts.get("unit", ""),
                "a": values[0],
                "b": values[1],
                "difference": difference,
            }
        )
    return rows


def _value(row: dict[str, Any] | None) -> float | None:
    """Return the value of a row, None when it is missing or not a number."""
    value = None if row is None else row.get("value")
    return float(value) if isinstance(value, int | float) and value == value else None  # noqa: PLR0124 - NaN test

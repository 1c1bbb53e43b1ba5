"""``edsim compare``: the indicators of two runs side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from edsim.cli.session import Session, as_text, json_option, show_json, show_table


@click.command("compare", epilog="Example: edsim compare result-today result-cheap-gas")
@click.argument("first", metavar="A", type=click.Path(path_type=Path))
@click.argument("second", metavar="B", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def command(session: Session, first: Path, second: Path) -> None:
    """Show two runs side by side.

    The indicators of the run folders A and B are printed with the difference B - A.
    """
    rows = _rows(_indicators(first), _indicators(second))
    if session.as_json:
        show_json(rows)
        return
    columns = ("variant", "label", "unit", "a", "b", "difference")
    show_table(columns, [tuple(as_text(r[c]) for c in columns) for r in rows], numbers=columns[3:])


def _indicators(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Return (variant, id) → row of the indicator table of a run."""
    from edsim.bundle import load

    table = load(folder).tables["kpis"]
    rows = [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]
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

"""Two columns of a table that stand under each other's name: all values of one are those the other may have."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from edsim.case.nodes import Node
from edsim.case.reflect import field_infos, field_kinds, within_limits


def swapped_with(name: str, rows: Sequence[Node], model: type[BaseModel] | None) -> str:
    """Return the only column whose values could be those of column `name` and the reverse, "" when there is none.

    Parameters
    ----------
    name
        Column whose values are all outside their limits.
    rows
        Rows of the table, two or more.
    model
        What a row is made to.
    """
    if model is None or len(rows) < 2 or name not in field_infos(model):
        return ""
    own = _values(name, rows)
    fitting = [
        other
        for other, kind in field_kinds(model).items()
        if other != name
        and kind.shape == "number"
        and _fit(own, other, model)
        and _fit(_values(other, rows), name, model)
    ]
    return fitting[0] if len(fitting) == 1 else ""


def _values(name: str, rows: Sequence[Node]) -> list[float]:
    """Return the numbers of a column, those of the rows that have one."""
    cells = [row.members[name].value for row in rows if name in row.members]
    return [float(v) for v in cells if isinstance(v, int | float)]


def _fit(values: Sequence[float], name: str, model: type[BaseModel]) -> bool:
    """Return whether numbers keep the limits of a field, and are whole where it is."""
    info, is_whole = field_infos(model)[name], field_kinds(model)[name].is_whole
    kept = all(within_limits(info, v) and (v.is_integer() or not is_whole) for v in values)
    return len(values) > 1 and kept

"""What differs between a stored run and the same run made again."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from edsim.appraisal.types import Appraisal


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same in two runs.

    Attributes
    ----------
    place
        Table and column (``kpis.value``), or the field of a certificate or manifest.
    first, second
        What the stored run and the new one say: an example for a column.
    rows
        Rows that differ; 0 where there are no rows.
    largest_frac
        Largest relative difference of the numbers of a column, None for anything else.
    """

    place: str
    first: str
    second: str
    rows: int = 0
    largest_frac: float | None = None


def differences(first: Appraisal, second: Appraisal) -> tuple[Difference, ...]:
    """Return everything that differs in the results of two runs; empty when they are equal bit for bit.

    Parameters
    ----------
    first
        The stored run.
    second
        The same run made again. Seconds and time of creation do not count.
    """
    found = [d for name in _union(first.tables, second.tables) for d in _of_tables(name, first.tables, second.tables)]
    proofs = [{v: asdict(c) for v, c in a.certificates.items()} for a in (first, second)]
    found += _of_fields("certificate", _flat(proofs[0]), _flat(proofs[1]))
    found += _of_fields("summary", {"headline": first.headline}, {"headline": second.headline})
    return tuple(found)


def surroundings(first: Mapping[str, Any], second: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return what differs in the software that made two runs, from their manifests."""
    names = ("edsim", "python")
    mine, theirs = ({n: str(m.get(n, "")) for n in names} | _flat(m.get("packages", {})) for m in (first, second))
    return tuple(_of_fields("software", mine, theirs))


def _of_tables(name: str, first: Mapping[str, pd.DataFrame], second: Mapping[str, pd.DataFrame]) -> list[Difference]:
    if name not in first or name not in second:
        return [Difference(name, _presence(name, first), _presence(name, second))]
    a, b = first[name].reset_index(drop=True), second[name].reset_index(drop=True)
    if len(a) != len(b):
        return [Difference(name, f"{len(a)} rows", f"{len(b)} rows")]
    found = []
    for column in _union(a, b):
        if column not in a or column not in b:
            found.append(Difference(f"{name}.{column}", _presence(column, a), _presence(column, b)))
        else:
            found += _of_columns(f"{name}.{column}", a[column], b[column])
    return found


def _of_columns(place: str, a: pd.Series[Any], b: pd.Series[Any]) -> list[Difference]:
    unequal = ((a != b) & ~(a.isna() & b.isna())).to_numpy(dtype=bool)
    if not unequal.any():
        return []
    row = int(unequal.argmax())
    largest = None
    if a.dtype.kind in "fiu" and b.dtype.kind in "fiu":
        x, y = a.to_numpy(dtype=float), b.to_numpy(dtype=float)
        scale = np.maximum(np.abs(x), np.abs(y))
        change = np.abs(x - y)[unequal] / np.maximum(scale[unequal], np.finfo(float).tiny)
        largest = None if np.isnan(change).any() else float(change.max())
    return [Difference(place, f"row {row + 1}: {a[row]}", f"{b[row]}", int(unequal.sum()), largest)]


def _of_fields(group: str, first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Difference]:
    missing = object()
    return [
        Difference(f"{group}.{key}", str(first.get(key, "missing")), str(second.get(key, "missing")))
        for key in _union(first, second)
        if first.get(key, missing) != second.get(key, missing)
    ]


def _flat(nested: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in nested.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {f"{prefix}{key}": value}
    return flat


def _presence(name: str, names: Container[str]) -> str:
    return "present" if name in names else "missing"


def _union(a: Any, b: Any) -> list[str]:
    return list(dict.fromkeys([*a, *b]))

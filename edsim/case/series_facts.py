"""What the series of a case hold: one line per column, for the eye of an engineer before anything is computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from edsim.case.csv_table import Dialect, split_csv
from edsim.case.files import MAX_TABLE_BYTES, decode, find_data_file, read_bytes
from edsim.case.messages import Fault, render_all
from edsim.case.nodes import NOWHERE, Place
from edsim.case.schema import Case
from edsim.core.errors import DataError
from edsim.core.i18n import Lang


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """One column of a series file, in the unit of the file.

    Attributes
    ----------
    file, column
        Where it stands.
    used_by
        Field of the case that names the file.
    count
        Number of values.
    min, mean, max, sum
        Of the values; `sum` of hourly kW is kWh.
    delimiter, decimal, encoding
        How the file was read; `decimal` is "" for a column of whole numbers.
    """

    file: str
    column: str
    used_by: str
    count: int
    min: float
    mean: float
    max: float
    sum: float
    delimiter: str
    decimal: str
    encoding: str


def series_facts(case: Case, lang: Lang = "en") -> tuple[SeriesFacts, ...]:
    """Return the facts of every number column of the series files `case` names, in their order.

    Raises
    ------
    DataError
        With every fault of every file: cells that are no numbers, wrong separators, missing files.
    """
    faults: list[Fault] = []
    found = [facts for file, field in dict(_named(case)).items() for facts in _of_file(case, file, field, faults)]
    errors = [f for f in faults if f.severity == "error"]
    if errors:
        raise DataError.of(render_all(errors, lang))
    return tuple(found)


def _named(case: Case) -> Iterator[tuple[str, str]]:
    """Yield file and field of every series, the first field of each file last so that it stays."""
    fields = [
        (m.file, f"buildings.{b.id}.measured.{service}.file")
        for b in case.buildings
        for service, m in b.measured.items()
        if m.file
    ]
    fields += [(s.file, f"sources.{s.id}.file") for s in case.sources if s.file]
    first: dict[str, str] = {}
    for file, field in fields:
        first.setdefault(file, field)
    yield from first.items()


def _of_file(case: Case, file: str, field: str, faults: list[Fault]) -> Iterator[SeriesFacts]:
    from edsim.case.series import TIME_COLUMNS, read_column

    path = find_data_file(case.folder, file, NOWHERE, field)
    data = path if isinstance(path, Fault) else read_bytes(path, file, MAX_TABLE_BYTES)
    text = data if isinstance(data, Fault) else decode(data, file, fallback=True)
    if isinstance(text, Fault):
        faults.append(text)
        return
    if text[1] == "cp1252":
        faults.append(Fault("W102", Place(file), field, params={"encoding": "Windows-1252"}))
    table = split_csv(text[0], file, faults, Dialect())
    if table is None:
        return
    decimals = table.decimals()
    for index, name in enumerate(table.names):
        if name.casefold() in TIME_COLUMNS:
            continue
        before = len(faults)
        values = read_column(table, index, file, faults)
        if len(faults) > before:
            continue
        decimal = decimals[index] if decimals[index] in {".", ","} else ""
        numbers = (float(values.min()), float(values.mean()), float(values.max()), float(values.sum()))
        yield SeriesFacts(file, name, field, len(values), *numbers, table.dialect.delimiter, decimal, text[1])

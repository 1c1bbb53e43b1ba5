"""What the series of a case hold: one line per column, for the eye of an engineer before anything is computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from edsim.case.checks.ids import place_of
from edsim.case.checks.measured import check_series
from edsim.case.checks.meters import check_months
from edsim.case.checks.usual import SPOT_USD_PER_KWH, short, usd_per_unit
from edsim.case.files import find_data_file
from edsim.case.nodes import NOWHERE, Place
from edsim.case.parts.source_spec import SOURCE_COLUMNS
from edsim.case.readers.csv_table import Cells
from edsim.case.readers.series_files import number_columns, split_series
from edsim.case.readers.series_periods import periods_of
from edsim.case.readers.series_shape import check_days, standing_still
from edsim.case.readers.series_times import check_times, is_time, other_weekdays, stated_offset_h
from edsim.case.readers.series_unit import (
    AIR_UNIT,
    is_mass,
    is_rate,
    kw_per_value,
    named_unit,
    shown_unit,
    steps_per_hour,
    unit_read,
)
from edsim.case.readers.time_words import plain_words
from edsim.case.schema import Case
from edsim.case.steam_mass import steam_kwh_per_kg
from edsim.case.wording.messages import Fault, render_all
from edsim.core.currencies import CURRENCIES
from edsim.core.errors import DataError, Finding
from edsim.core.i18n import Lang

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SPIKE = 20.0
"""A value so many times that of all but nine hours of the year is another unit or a fault of the meter."""
_COUNTED = 5.0
"""Times the first of twelve rising bills above which the last one is the sum of all of them; judgement."""
_DATED, _OF_DATES = frozenset({"W1827", "W1831"}), frozenset({"W1972", "W1973"})
"""Times of another zone or year, and what follows from them."""
_TIME_AND_VALUES = 2
"""Columns of a file whose only series needs no name."""
_OF_FILL = 3.0
"""Times all other values that a mark of missing readings is; judgement."""
_MOST_SUMS = 366
"""Values up to which those of a year are sums of days or months."""


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """One column of a series file, in the unit of the file.

    Attributes
    ----------
    file, column, heading
        Where it stands; the heading has the unit in brackets beside the name of the column.
    used_by
        Field of the case that names the file.
    count
        Number of values.
    min, mean, max, sum
        Of the values.
    unit, year_total, total_unit
        Of a column that a service is measured by: the unit its values are read in, as kW, kWh/15 min or
        kWh/month, and what the year adds up to, in kWh or Nm3; "" and None of any other.
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
    heading: str = ""
    unit: str = ""
    year_total: float | None = None
    total_unit: str = ""


def examine_series(case: Case, lang: Lang = "en") -> tuple[tuple[SeriesFacts, ...], tuple[Finding, ...]]:
    """Return the facts of every number column of the series files `case` names, in their order, and remarks on them.

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
    found = [_with_unit(case, f) for f in found]
    faults.extend(check_series(case, {(f.file, f.column): (f.mean, f.max, f.count, f.heading) for f in found}))
    faults.extend(_copies(case, found))
    return tuple(found), render_all(faults, lang)


def _copies(case: Case, found: list[SeriesFacts]) -> Iterator[Fault]:
    """Yield the measured series of a building that is that of another one under another name, value for value."""
    first: dict[tuple[float, ...], tuple[SeriesFacts, str]] = {}
    for building in case.buildings:
        for service, m in building.measured.items():
            path = f"buildings.{building.id}.measured.{service}.file"
            for facts in (f for f in found if f.file == m.file and m.column in {f.column, None} and f.min < f.max):
                known, other = first.setdefault((facts.count, facts.min, facts.mean, facts.max), (facts, path))
                if (known.file, known.column) != (facts.file, facts.column) and path != other:
                    yield Fault("W1971", place_of(case, path), path, facts.file, "", {"other": other}, "counted_twice")


def _with_unit(case: Case, facts: SeriesFacts) -> SeriesFacts:
    """Return the facts of a column with its unit and total, where a service of a building is measured by it."""
    for building in case.buildings:
        for service, m in building.measured.items():
            if m.file == facts.file and m.column in {facts.column, None}:
                unit, steps = unit_read(m, service, facts.heading), steps_per_hour(facts.count)
                if facts.count <= _MOST_SUMS and is_rate(unit) and unit != AIR_UNIT:
                    continue
                per_kg = steam_kwh_per_kg(case, building) if is_mass(unit) else 0.0
                year_total = kw_per_value(unit, steps, per_kg) * facts.sum / steps
                total_unit = "Nm3" if unit == AIR_UNIT else "kWh"
                return replace(facts, unit=shown_unit(unit, facts.count), year_total=year_total, total_unit=total_unit)
    return facts


def _named(case: Case) -> Iterator[tuple[str, str]]:
    """Yield file and field of every series, the first field of each file last so that it stays."""
    fields = [
        (m.file, f"buildings.{b.id}.measured.{service}.file")
        for b in case.buildings
        for service, m in b.measured.items()
        if m.file
    ]
    fields += [(s.file, f"sources.{s.id}.file") for s in case.sources if s.file]
    fields += [(t.spot_file, f"tariffs.{t.id}.spot_file") for t in case.tariffs if t.spot_file]
    first: dict[str, str] = {}
    for file, field in fields:
        first.setdefault(file, field)
    yield from first.items()


def _asked(case: Case, file: str) -> set[str]:
    """Return the columns of a file that the case names."""
    meters = [m for b in case.buildings for m in b.measured.values() if m.file == file]
    named = {column for m in meters for column in (m.column, m.peak_column) if column}
    named |= {column for s in case.sources if s.file == file for column in SOURCE_COLUMNS}
    return named | {t.spot_column for t in case.tariffs if t.spot_file == file and t.spot_column}


def _of_file(case: Case, file: str, field: str, faults: list[Fault]) -> Iterator[SeriesFacts]:
    from edsim.case.readers.series import decimal_sign, read_column

    path = find_data_file(case.folder, file, NOWHERE, field)
    if isinstance(path, Fault):
        faults.append(path)
        return
    known = len(faults)
    table, encoding = split_series(path, file, faults)
    if table is None:
        return
    if encoding == "cp1252":
        faults.append(Fault("W102", Place(file), field, params={"encoding": "Windows-1252"}))
    asked = _asked(case, file).intersection(table.names)
    others = [name for name in table.names if not is_time(name) and name not in asked]
    read = asked | set(number_columns(table, others) or others)
    for index, name in enumerate(table.names):
        if name not in read:
            continue
        wrong: list[Fault] = []
        values = read_column(table, index, file, wrong)
        if wrong:
            faults.extend(wrong if name in asked or not asked else ())
            continue
        sign = decimal_sign(table, index)
        decimal = sign if sign in {".", ","} else ""
        faults.extend(_below_zero(case, values, table, index, file))
        numbers = (float(values.min()), float(values.mean()), float(values.max()), float(values.sum()))
        faults.extend(_fill_values(values, table, index, file))
        faults.extend(_of_values(case, values, table, index, (file, field)))
        faults.extend(_of_prices(case, table, file, name))
        faults.extend(_of_market(case, file, name, numbers[1]))
        faults.extend(_of_bills(case, table, file, name, [float(v) for v in values]) if len(values) == 12 else ())
        how = (table.dialect.delimiter, decimal, encoding)
        yield SeriesFacts(file, name, field, len(values), *numbers, *how, heading=table.heading(name))
    if all(f.severity == "warning" for f in faults[known:]):
        faults.extend((*check_times(table, file), *_of_clock(case, table, Place(file, 2), field)))
    dated = {f.code for f in faults[known:]} & _DATED  # the dates tell why hours and weekends lie elsewhere
    faults[known:] = [f for f in faults[known:] if not (dated and f.code in _OF_DATES)]


def _below_zero(case: Case, values: NDArray[np.float64], table: Cells, index: int, file: str) -> Iterator[Fault]:
    """Yield the first value below 0 of a column that a building is measured by."""
    name = table.names[index]
    users = [
        f"buildings.{b.id}.measured.{service}.file"
        for b in case.buildings
        for service, m in b.measured.items()
        if m.file == file and (m.column == name or (m.column is None and len(table.names) <= _TIME_AND_VALUES))
    ]
    if users and values.min() < 0.0 and len(values) > _MOST_SUMS:
        row = table.rows[int((values < 0.0).argmax())]
        place = row.place(index, table.dialect.delimiter, file)
        yield Fault("E123", place, users[0], row.cells[index], "≥ 0", hint="sign_of_meter")


def _fill_values(values: NDArray[np.float64], table: Cells, index: int, file: str) -> Iterator[Fault]:
    """Yield a largest value of nines alone that stands in several rows, far above all others: no reading was taken."""
    most = float(values.max())
    marked = values == most
    text = f"{most:.10g}".replace(".", "")
    rest = values[~marked]
    if 1 < marked.sum() < len(rest) and text.strip("9") == "" and len(text) > 2 and most > _OF_FILL * rest.max():
        row = table.rows[int(values.argmax())]
        place = row.place(index, table.dialect.delimiter, file)
        words = {"count": f"{int(marked.sum())}"}
        yield Fault("W1983", place, table.names[index], row.cells[index], params=words, hint="no_reading")


def _of_values(
    case: Case, values: NDArray[np.float64], table: Cells, index: int, used: tuple[str, str]
) -> Iterator[Fault]:
    """Yield what the values of a column cannot be: a spike, a meter that stands still or counts, work at night."""
    import numpy as np

    file, field = used
    most = float(values.max())
    if values.min() >= 0.0 and most > _SPIKE * float(np.quantile(values, 0.999)) > 0.0:
        place = table.rows[int(values.argmax())].place(index, table.dialect.delimiter, file)
        yield Fault("W1857", place, field, got=f"{most:.10g}", params={"times": f"{_SPIKE:g}"}, hint="check_slip")
    if field.startswith("buildings.") and len(values) > _MOST_SUMS:
        yield from standing_still(values, table, index, file, field)
        yield from _counting(values, table, index, file, field)
        yield from check_days(case, values, file, table.names[index])


def _counting(values: NDArray[np.float64], table: Cells, index: int, file: str, field: str) -> Iterator[Fault]:
    """Yield a series that rises all year and never falls, as the readings of a counter do and no demand does."""
    import numpy as np

    steps = np.diff(values)
    if float(steps.min()) >= 0.0 and 2 * int((steps > 0.0).sum()) > len(steps):
        place = table.rows[0].place(index, table.dialect.delimiter, file)
        yield Fault("W1964", place, field, f"{values[0]:.10g} … {values[-1]:.10g}", hint="take_differences")


def _of_prices(case: Case, table: Cells, file: str, column: str) -> Iterator[Fault]:
    """Yield a column of prices named per MWh, or after another currency, which a tariff counts as it stands."""
    heading = table.heading(column)
    words = set(plain_words(heading))
    money = {w for w in words if w.upper() in CURRENCIES and w.upper() != case.currency}
    for tariff in case.tariffs:
        mine = tariff.spot_file == file and tariff.spot_column in {column, None}
        if (
            mine
            and tariff.spot_factor == 1.0
            and "spot_factor" not in tariff.model_fields_set
            and (money or "mwh" in words)
        ):
            path, wanted = f"tariffs.{tariff.id}.spot_factor", f"{case.currency}/kWh"
            yield Fault("W1953", Place(file, 1), path, heading, wanted, {"currency": case.currency}, "state_factor")


def _of_market(case: Case, file: str, column: str, mean: float) -> Iterator[Fault]:
    """Yield the hours of a tariff whose mean is below what a kWh costs on any market: another currency or sign."""
    rate, least = usd_per_unit(case), SPOT_USD_PER_KWH[0]
    for tariff in case.tariffs:
        usd = mean * tariff.spot_factor * (rate or 0.0)
        if tariff.spot_file == file and tariff.spot_column in {column, None} and usd != 0.0 and usd < least:
            path, got = f"tariffs.{tariff.id}.spot_file", f"{mean * tariff.spot_factor:.4g} {case.currency}/kWh"
            words, allowed = (
                {"usd": f"{short(usd)} USD/kWh", "currency": case.currency},
                f"≥ {least:g} USD/kWh",
            )
            yield Fault("W1890", Place(file), path, got, allowed, words, "spot_money")


def _of_bills(case: Case, table: Cells, file: str, column: str, values: list[float]) -> Iterator[Fault]:
    """Yield what the bills of twelve months cannot be, brought in the order of the calendar."""
    months = periods_of(table, "month").months
    first = max(months[0] - 1, 0) if months else 0
    rises = all(a < b for a, b in pairwise(values)) and values[-1] > _COUNTED * values[0]
    in_order = tuple(values[12 - first :] + values[: 12 - first])
    is_peak = named_unit(table.heading(column)) == "kW"
    for building in case.buildings:
        for service, m in building.measured.items():
            if m.file == file and (m.column == column or (m.column is None and not is_peak)):
                path = f"buildings.{building.id}.measured.{service}.file"
                if rises:
                    got = f"{values[0]:.10g} … {values[-1]:.10g}"
                    yield Fault("W1964", Place(file, 2), path, got, hint="take_differences")
                yield from check_months(case, service, m, in_order, path)


def _of_clock(case: Case, table: Cells, place: Place, field: str) -> Iterator[Fault]:
    """Yield the remarks on times of another zone than that of the city, and of a year of other weekdays."""
    offset, local = stated_offset_h(table), case.city.utc_offset_h
    if offset not in {None, local}:
        words = {"local": f"{local:+g}"}
        yield Fault("W1827", place, field, f"UTC{offset:+g} h", f"UTC{local:+g} h", words, "local_time")
    if len(table.rows) == 12:
        return
    year, of_case = other_weekdays(table, case.settings.calendar_year), case.settings.calendar_year
    if year is not None:
        yield Fault("W1831", place, field, str(year), f"settings.calendar_year: {of_case}")

"""What a run made again is compared by."""

from dataclasses import replace

from edsim.appraisal.types import Appraisal
from edsim.bundle.reproduction import differences, surroundings


def test_equal_runs_differ_in_nothing(appraisal: Appraisal) -> None:
    """Proves: equal results give no difference, whatever the time and the seconds in the manifest say."""
    later = replace(appraisal, manifest={**appraisal.manifest, "created": "2031-01-01", "seconds": {"load": 99.0}})
    assert differences(appraisal, later) == ()


def test_one_changed_number_is_found(appraisal: Appraisal) -> None:
    """Proves: a change in the last bit of one cell is a difference, with its row and size.

    If ignored: "reproduced bit for bit" would mean "about the same".
    """
    kpis = appraisal.tables["kpis"].copy()
    row = int(kpis["value"].notna().to_numpy().argmax())
    kpis.loc[row, "value"] = kpis.loc[row, "value"] * (1 + 4e-16)
    changed = replace(appraisal, tables={**appraisal.tables, "kpis": kpis})
    (found,) = differences(appraisal, changed)
    assert (found.place, found.rows) == ("kpis.value", 1)
    assert found.first.startswith(f"row {row + 1}: ")
    assert found.largest_frac is not None
    assert 0 < found.largest_frac < 1e-15


def test_missing_tables_columns_and_rows_are_found(appraisal: Appraisal) -> None:
    """Proves: a table, a column or rows that are gone are named. If ignored: less output would count as equal."""
    tables = dict(appraisal.tables)
    tables["capacities"] = tables["capacities"].drop(columns="value")
    tables["kpis"] = tables["kpis"].iloc[:-1]
    gone = next(name for name in tables if name not in {"capacities", "kpis"})
    del tables[gone]
    places = {d.place: (d.first, d.second) for d in differences(appraisal, replace(appraisal, tables=tables))}
    assert places["capacities.value"] == ("present", "missing")
    assert places[gone] == ("present", "missing")
    assert places["kpis"][1] == f"{len(tables['kpis'])} rows"


def test_another_solver_version_is_named(appraisal: Appraisal) -> None:
    """Proves: software that differs is listed, since it is the usual cause of other results."""
    first = {"edsim": "0.1.0", "python": "3.11.2", "packages": {"highspy": "1.15.0"}}
    second = {**first, "packages": {"highspy": "1.15.1"}}
    (found,) = surroundings(first, second)
    assert (found.place, found.first, found.second) == ("software.highspy", "1.15.0", "1.15.1")
    assert surroundings(first, dict(first)) == ()
    certificates = {v: replace(c, upper_bound=c.upper_bound + 1.0) for v, c in appraisal.certificates.items()}
    moved = differences(appraisal, replace(appraisal, certificates=certificates))
    assert {d.place for d in moved} == {f"certificate.{v}.upper_bound" for v in appraisal.certificates}

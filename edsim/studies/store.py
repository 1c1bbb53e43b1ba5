"""Storing a study whole or not at all, and reading it back: tables (CSV and Parquet), pages and a sealed manifest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edsim.bundle import manifest, verify
from edsim.bundle.disk import staged, write_bytes
from edsim.bundle.store import UNREADABLE
from edsim.bundle.tables import connect, copy_out, inert
from edsim.case.hashing import hash_inputs
from edsim.case.schema import Case
from edsim.core.errors import DataError
from edsim.core.i18n import is_missing
from edsim.studies.results import StudyResult

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


def save_study(result: StudyResult, case: Case, folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write a study into `folder`; an earlier study there is replaced once the new one is complete.

    Parameters
    ----------
    result
        The study.
    case
        The case as it stands; its digest goes into the manifest.
    folder
        Target folder.
    files
        More files by name (the page and its script).

    Raises
    ------
    DataError
        E801 the disk refused; what stood there is unchanged.
    """
    target = folder.absolute()

    def seal(stage: Path) -> None:
        write_bytes(stage / manifest.MANIFEST, manifest.sealed(_content(result, case, stage)))

    with staged(target, seal) as stage:
        with connect() as session:
            for name, table in result.tables.items():
                _write(session, table, stage / name)
        for name, data in files.items():
            write_bytes(stage / name, data)
    return target


def load_study(folder: Path) -> StudyResult:
    """Return a stored study, each of its files as it was written.

    Raises
    ------
    DataError
        E802–E804 the folder is no finished study; E811–E815 a file is missing, cut, changed, extra, or a link.
    """
    faults = verify(folder)
    if faults:
        raise DataError.of(list(faults))
    import duckdb

    content = manifest.read(folder, (manifest.STUDY_FORMAT,))
    try:
        return _read(folder, content)
    except (*UNREADABLE, duckdb.Error) as fault:
        raise manifest.sealed_anew(folder, str(fault)) from fault


def _read(folder: Path, content: Mapping[str, Any]) -> StudyResult:
    about = dict(content["study"])
    kind, headline = about.pop("kind"), tuple(about.pop("headline"))
    names = [name for name in content["files"] if name.endswith(".parquet")]
    with connect() as session:
        read = {n: session.execute("SELECT * FROM read_parquet(?)", [str(folder / n)]).df() for n in names}
    return StudyResult(kind, about, {name.removesuffix(".parquet"): table for name, table in read.items()}, headline)


def _content(result: StudyResult, case: Case, stage: Path) -> dict[str, Any]:
    stored = sorted(p for p in stage.rglob("*") if p.is_file())
    return {
        "format": manifest.STUDY_FORMAT,
        "study": {"kind": result.kind, **result.about, "headline": list(result.headline)},
        "input_sha256": hash_inputs(case),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": {
            p.relative_to(stage).as_posix(): {"bytes": p.stat().st_size, "sha256": manifest.digest_file(p)}
            for p in stored
        },
    }


def _write(session: duckdb.DuckDBPyConnection, table: pd.DataFrame, stem: Path) -> None:
    """Write a table as Parquet and CSV; text that a spreadsheet could run gets an apostrophe in the CSV only."""
    text = [c for c in table.columns if table[c].dtype == object]
    plain = table.assign(**{c: [_text(v) for v in table[c]] for c in text})
    safe = plain.assign(**{c: plain[c].map(inert) for c in text}).rename(columns=lambda c: inert(str(c)))
    for frame, suffix, options in (
        (plain, "parquet", "FORMAT parquet, COMPRESSION zstd"),
        (safe, "csv", "FORMAT csv, HEADER, DELIMITER ','"),
    ):
        copy_out(session, frame, stem.with_name(f"{stem.name}.{suffix}"), options)


def _text(value: object) -> str:
    return "" if is_missing(value) else str(value)

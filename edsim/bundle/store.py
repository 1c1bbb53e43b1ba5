"""Save an appraisal as a run folder and load it back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

from edsim.appraisal.types import Appraisal
from edsim.bundle import dictionary, manifest, tables
from edsim.bundle.audit import verify
from edsim.bundle.disk import staged, sweep, write_bytes
from edsim.core.errors import DataError, Finding
from edsim.optimization.types import Certificate
from edsim.results.schema import TABLES

_MOST_SHOWN = 12
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)
"""What files raise that are as long as their manifest says and are no tables or texts of a run."""
_NOTHING: Mapping[str, bytes] = MappingProxyType({})


def save(
    appraisal: Appraisal,
    folder: str | Path,
    *,
    report_html: str | None = None,
    files: Mapping[str, bytes] = _NOTHING,
) -> Path:
    """Write an appraisal as a run folder, whole or not at all.

    Parameters
    ----------
    appraisal
        What to store. Tables it does not have are left out.
    folder
        The run folder. An earlier run at this place is replaced once the new one is complete; any other folder that
        is not empty is refused.
    report_html
        Content of ``report.html``.
    files
        More files by name (``workbook.xlsx``, ``plotly.min.js``).

    Returns
    -------
    Path
        The run folder.

    Raises
    ------
    DataError
        E801 the disk refused (full, no permission): what stood at this place is unchanged; E805 the place is taken by
        something that is not a run; E806 a file name that would leave the folder.
    ValueError
        A table does not have the columns of the schema, or a value is not finite where it must be.
    """
    target = Path(folder).absolute()
    unknown = sorted(set(appraisal.tables) - set(TABLES))
    if unknown:
        raise ValueError(f"no result table is called {unknown[0]!r}")
    _check_place(target)
    sweep(target.parent)
    extra = dict(files) | ({} if report_html is None else {"report.html": report_html.encode("utf-8", "replace")})
    plain = _plain_files(appraisal) | {_safe_name(n, target): data for n, data in extra.items()}
    plain |= {f"inputs/{_safe_name(n, target)}": data for n, data in appraisal.inputs.items()}

    def seal(stage: Path) -> None:
        write_bytes(stage / manifest.MANIFEST, manifest.sealed(_content(appraisal, stage)))

    with staged(target, seal) as stage:
        with tables.connect() as session:
            for name in TABLES:
                if name in appraisal.tables:
                    tables.write(session, name, appraisal.tables[name], stage)
        for name, data in plain.items():
            write_bytes(stage / name, data)
    return target


def load(folder: str | Path) -> Appraisal:
    """Return the appraisal of a run folder after checking every file of it.

    Raises
    ------
    DataError
        The findings of :func:`verify`: not a run, changed, missing, extra or cut files, another schema version.
    """
    import duckdb

    place = Path(folder)
    findings = verify(place)
    if findings:
        raise DataError.of(findings)
    try:
        return _read(place)
    except (*UNREADABLE, duckdb.Error) as fault:
        raise manifest.sealed_anew(place, str(fault)) from fault


def _read(place: Path) -> Appraisal:
    """Return the appraisal of a folder whose files are as its manifest lists them."""
    content = manifest.read(place)
    about: dict[str, Any] = content["appraisal"]
    names = list(content["files"])
    certificates = json.loads((place / "certificate.json").read_bytes())
    with tables.connect() as session:
        read = {t: tables.read(session, t, place) for t in TABLES if f"{t}.parquet" in names}
    lacking = [f"{t}.{c}" for t, (_, columns) in read.items() for c in columns]
    known = {f.name for f in fields(Certificate)}
    lacking += sorted({f"certificate.{n}" for c in certificates.values() for n in known - set(c)})
    return Appraisal(
        name=about["name"],
        city=about["city"],
        country=about["country"],
        currency=about["currency"],
        price_year=about["price_year"],
        main_variant=about["main_variant"],
        variants=tuple(about["variants"]),
        descriptions=about["descriptions"],
        tables={name: table for name, (table, _) in read.items()},
        certificates={v: Certificate(**{n: c[n] for n in known & set(c)}) for v, c in certificates.items()},
        network_geojson=json.loads((place / "network.geojson").read_bytes()),
        findings=(*(Finding(**f) for f in about["findings"]), *_older(place, lacking)),
        headline=tuple(about["headline"]),
        manifest=content["run"],
        inputs={n.removeprefix("inputs/"): (place / n).read_bytes() for n in names if n.startswith("inputs/")},
    )


def _older(place: Path, lacking: Sequence[str]) -> tuple[Finding, ...]:
    """Return the remark on a run that was written before the columns and fields `lacking` existed."""
    if not lacking:
        return ()
    shown = ", ".join(lacking[:_MOST_SHOWN]) + (", …" if len(lacking) > _MOST_SHOWN else "")
    what = "the run was written by an earlier edsim; what it did not compute is empty"
    hint = "run the case in its inputs folder again to fill them"
    return (Finding("W804", what, file=str(place), got=shown, hint=hint, severity="warning"),)


def _plain_files(appraisal: Appraisal) -> dict[str, bytes]:
    return {
        "certificate.json": manifest.to_json({v: asdict(c) for v, c in appraisal.certificates.items()}),
        "network.geojson": manifest.to_json(appraisal.network_geojson),
        "dictionary.csv": dictionary.as_csv(),
    }


def _content(appraisal: Appraisal, stage: Path) -> dict[str, Any]:
    stored = sorted(p for p in stage.rglob("*") if p.is_file())
    return {
        "run_id": manifest.run_id(appraisal.inputs, appraisal.manifest.get("options", {})),
        "run": dict(appraisal.manifest),
        "appraisal": {
            "name": appraisal.name,
            "city": appraisal.city,
            "country": appraisal.country,
            "currency": appraisal.currency,
            "price_year": appraisal.price_year,
            "main_variant": appraisal.main_variant,
            "variants": list(appraisal.variants),
            "descriptions": dict(appraisal.descriptions),
            "findings": [asdict(f) for f in appraisal.findings],
            "headline": list(appraisal.headline),
        },
        "files": {
            p.relative_to(stage).as_posix(): {"bytes": p.stat().st_size, "sha256": manifest.digest_file(p)}
            for p in stored
        },
    }


def _check_place(target: Path) -> None:
    if not target.exists() and not target.is_symlink():
        return
    if target.is_symlink() or not target.is_dir():
        got = "a link" if target.is_symlink() else "a file"
    elif (target / manifest.MANIFEST).is_file() or not any(target.iterdir()):
        return
    else:
        got = "a folder with other files"
    raise DataError.of(
        [
            Finding(
                "E805",
                "a run would replace something that is not a run",
                file=str(target),
                got=got,
                allowed="a new folder, an empty one, or an earlier run",
                hint="choose another folder with --out",
            )
        ]
    )


def _safe_name(name: str, target: Path) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    if not name or path.is_absolute() or ".." in path.parts or "\0" in name or ":" in name:
        raise DataError.of(
            [
                Finding(
                    "E806",
                    "a file name would leave the run folder",
                    file=str(target),
                    got=repr(name),
                    allowed="a relative path without ..",
                )
            ]
        )
    return path.as_posix()

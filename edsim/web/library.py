"""The runs of a folder: found by their manifests, read when asked for, never outside the folder."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from edsim.bundle import manifest
from edsim.core.errors import DataError, EdsimError, Finding
from edsim.portfolio.store import read_manifest, write_json

if TYPE_CHECKING:
    from edsim.appraisal.types import Appraisal
    from edsim.core.i18n import Lang
    from edsim.studies.results import StudyResult

_MOST_RUNS = 5_000
"""Runs listed; more belong into folders of their own."""
_DEEPEST = 5
"""Levels of folders below the one served in which runs are looked for."""
_KEPT = 6
"""Runs whose tables are kept in memory."""

STARTED = "started"
"""Where runs started from a page stand in a portfolio store."""

_TITLES = ".titles.json"

STUDY_PAGE = "study.html"
"""The page of a study in its folder."""

_SLUG = re.compile(r"[^a-z0-9]+")
_PAGE_LANGUAGE = re.compile(rb'<html lang="([a-z]+)"')
_SHOWN = ("npv", "ghg_total", "final_energy", "life_cycle_cost", "investment")


@dataclass(frozen=True, slots=True)
class RunEntry:
    """A run as the lists show it.

    Attributes
    ----------
    id
        In addresses: made from its place in the folder; only known ones are ever looked up.
    folder
        The run folder.
    place
        Relative to the folder served.
    name, city, country, currency, price_year, sector, stage, scenario, variant, created
        Of the run.
    year
        Of the study; the price year where the case does not state one.
    lang
        Language of the stored report.
    status
        Of the certificate of the main variant: ``certified``, ``open``, ``screening`` or ``none``.
    gap_frac
        Certified gap, None without one.
    kpis
        Indicator → (BAU, value, unit) of the main variant.
    """

    id: str
    folder: Path
    place: str
    name: str
    city: str
    country: str
    currency: str
    price_year: int
    year: int
    sector: str
    stage: str
    scenario: str
    variant: str
    created: str
    lang: str
    status: str
    gap_frac: float | None
    kpis: Mapping[str, tuple[float, float, str]]


@dataclass(frozen=True, slots=True)
class StudyEntry:
    """A study of many solves (sweep, front, risk) as the list shows it: where it is, when made, what it found."""

    id: str
    folder: Path
    place: str
    created: str
    headline: str
    lang: str
    """Language of the stored page and headline."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a folder holds: runs and studies by identifier, and folders that look like them and cannot be used."""

    entries: Mapping[str, RunEntry]
    studies: Mapping[str, StudyEntry]
    damaged: tuple[Finding, ...]


@dataclass(slots=True)
class Library:
    """The runs below `root`; entries and loaded runs are kept until their manifest changes."""

    root: Path
    _entries: dict[str, tuple[tuple[int, int], RunEntry]] = field(default_factory=dict)
    _loaded: dict[str, tuple[tuple[int, int], Appraisal]] = field(default_factory=dict)
    _told: dict[tuple[str, Lang], tuple[tuple[int, int], str]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def listing(self) -> Listing:
        """Return the runs there are now, newest first."""
        found: list[RunEntry] = []
        studies: list[StudyEntry] = []
        damaged: list[Finding] = []
        with self._lock:
            for path in _manifests(self.root):
                try:
                    if (path.parent / STUDY_PAGE).is_file():
                        studies.append(_read_study(self.root, path.parent))
                    else:
                        found.append(self._entry(path))
                except EdsimError as fault:
                    damaged += fault.findings
                except (OSError, KeyError, ValueError, TypeError) as fault:
                    what = "the run lacks what the list shows"
                    damaged.append(Finding("E593", what, file=str(path.parent), got=str(fault)[:200]))
        found.sort(key=lambda e: (e.created, e.place), reverse=True)
        studies.sort(key=lambda e: (e.created, e.place), reverse=True)
        return Listing({e.id: e for e in found}, {e.id: e for e in studies}, tuple(damaged))

    def entry(self, run_id: str) -> RunEntry | None:
        """Return a run by identifier, None when there is none."""
        return self.listing().entries.get(run_id)

    def appraisal(self, entry: RunEntry) -> Appraisal:
        """Return the checked results of a run.

        Raises
        ------
        DataError
            What :func:`edsim.bundle.load` finds.
        """
        from edsim.bundle import load

        stamp = _stamp(entry.folder / manifest.MANIFEST)
        with self._lock:
            kept = self._loaded.pop(entry.id, None)
            if kept is None or kept[0] != stamp:
                kept = (stamp, load(entry.folder))
            self._loaded[entry.id] = kept
            while len(self._loaded) > _KEPT:
                del self._loaded[next(iter(self._loaded))]
            return kept[1]

    def study(self, entry: StudyEntry, lang: Lang) -> StudyResult:
        """Return the checked tables of a study with its sentences in a language.

        Raises
        ------
        DataError
            What :func:`edsim.studies.store.load_study` finds.
        """
        from edsim.studies.headline import with_headline
        from edsim.studies.store import load_study

        return with_headline(load_study(entry.folder), lang)

    def told(self, entry: StudyEntry, lang: Lang) -> StudyEntry:
        """Return an entry with its headline in a language; as it is stored when the study cannot be read."""
        if entry.lang in {"", lang}:
            return entry
        key, stamp = (entry.id, lang), _stamp(entry.folder / manifest.MANIFEST)
        with self._lock:
            kept = self._told.get(key)
        if kept is None or kept[0] != stamp:
            try:
                headline = next(iter(self.study(entry, lang).headline), entry.headline)
            except EdsimError:
                headline = entry.headline
            kept = (stamp, headline)
            with self._lock:
                self._told[key] = kept
        return replace(entry, headline=kept[1])

    def titles(self) -> dict[str, str]:
        """Return place → the title that was typed when a run was started from a page."""
        found: dict[str, str] = {}
        for base in (self.root, self.root / STARTED):
            try:
                read = json.loads((base / _TITLES).read_bytes())
                found |= {(base / n).relative_to(self.root).as_posix(): str(t) for n, t in read.items()}
            except (OSError, ValueError, AttributeError):
                continue
        return found

    def set_title(self, out: Path, title: str) -> None:
        """Store the title of a run that is to stand at `out`, beside it: run folders hold only what was sealed."""
        with self._lock:
            known = {self.root / p: t for p, t in self.titles().items()}
            told = {p.name: t for p, t in known.items() if p.parent == out.parent and p.exists()}
            out.parent.mkdir(parents=True, exist_ok=True)
            write_json(out.parent / _TITLES, told | {out.name: title})

    def file(self, entry: RunEntry | StudyEntry, name: str) -> bytes:
        """Return a file of a run or a study as it was written.

        Raises
        ------
        DataError
            E592 there is no such file, it is a link, or it was changed.
        """
        listed: Mapping[str, Mapping[str, Any]] = manifest.read(entry.folder, manifest.SEALED_FORMATS)["files"]
        path = entry.folder / name
        if name not in listed or _leaves(entry.folder, path):
            raise _unusable(path, "it is not one of its files")
        data = path.read_bytes()
        if manifest.digest(data) != listed[name]["sha256"]:
            raise _unusable(path, "it was changed after it was written")
        return data

    def _entry(self, path: Path) -> RunEntry:
        stamp = _stamp(path)
        place = path.parent.relative_to(self.root).as_posix()
        kept = self._entries.get(place)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        made = _read_entry(self.root, path.parent)
        self._entries[place] = (stamp, made)
        return made


def _unusable(path: Path, got: str) -> EdsimError:
    return DataError.of([Finding("E592", "the file of the run cannot be shown", file=str(path), got=got)])


def _stamp(path: Path) -> tuple[int, int]:
    facts = path.stat()
    return facts.st_mtime_ns, facts.st_size


def _leaves(folder: Path, path: Path) -> bool:
    """Return whether a path is, or passes through, a link, or leads out of its folder."""
    try:
        inside = path.resolve(strict=True).is_relative_to(folder.resolve())
    except (OSError, ValueError):
        return True
    between = [path, *(p for p in path.parents if p != folder and p.is_relative_to(folder))]
    return not inside or any(p.is_symlink() for p in between) or not path.is_file()


def _manifests(root: Path) -> list[Path]:
    """Return the manifests below a folder, links and hidden folders left out."""
    found: list[Path] = []
    for place, folders, files in os.walk(root, followlinks=False):
        here = Path(place)
        depth = len(here.relative_to(root).parts)
        is_run = manifest.MANIFEST in files and not (here / manifest.MANIFEST).is_symlink()
        if is_run:
            found.append(here / manifest.MANIFEST)
        deeper = [] if is_run or depth >= _DEEPEST else sorted(f for f in folders if not f.startswith("."))
        folders[:] = [f for f in deeper if f != "damaged" and not (here / f).is_symlink()]
        if len(found) >= _MOST_RUNS:
            break
    return found


def _read_entry(root: Path, folder: Path) -> RunEntry:
    content = read_manifest(folder)
    about, run = content["appraisal"], content["run"]
    study = run.get("study") or {}
    place = folder.relative_to(root).as_posix()
    status, gap = _status(folder, content["files"], str(about["main_variant"]))
    return RunEntry(
        id=run_address(place),
        folder=folder,
        place=place,
        name=str(about["name"]),
        city=str(about["city"]),
        country=str(about["country"]),
        currency=str(about["currency"]),
        price_year=int(about["price_year"]),
        year=int(study.get("study_year") or about["price_year"]),
        sector=str(study.get("sector") or ""),
        stage=str(study.get("stage") or ""),
        scenario=str((run.get("options") or {}).get("scenario") or ""),
        variant=str(about["main_variant"]),
        created=str(run.get("created") or ""),
        lang=str((run.get("options") or {}).get("lang") or "en"),
        status=status,
        gap_frac=gap,
        kpis=_kpis(folder, content["files"], str(about["main_variant"])),
    )


def _read_study(root: Path, folder: Path) -> StudyEntry:
    content = manifest.read(folder, (manifest.STUDY_FORMAT,))
    place = folder.relative_to(root).as_posix()
    said = (content.get("study") or {}).get("headline") or [""]
    with (folder / STUDY_PAGE).open("rb") as page:
        lang = _PAGE_LANGUAGE.search(page.read(200))
    return StudyEntry(
        run_address(place),
        folder,
        place,
        str(content.get("created") or ""),
        str(said[0]),
        lang[1].decode() if lang else "",
    )


def run_address(place: str) -> str:
    """Return the identifier of a run by its place: readable, and safe in any address."""
    slug = _SLUG.sub("-", PurePosixPath(place).name.lower()).strip("-")[:40] or "run"
    return f"{slug}-{hashlib.sha256(place.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"


def _checked(folder: Path, files: Mapping[str, Mapping[str, Any]], name: str) -> bytes:
    path = folder / name
    if name not in files or _leaves(folder, path):
        raise _unusable(path, "it is missing or a link")
    data = path.read_bytes()
    if manifest.digest(data) != files[name]["sha256"]:
        raise _unusable(path, "it was changed after it was written")
    return data


def _status(folder: Path, files: Mapping[str, Mapping[str, Any]], variant: str) -> tuple[str, float | None]:
    if "certificate.json" not in files:
        return "none", None
    found = json.loads(_checked(folder, files, "certificate.json")).get(variant)
    if not found:
        return "none", None
    return str(found["status"]), None if found["gap_frac"] is None else float(found["gap_frac"])


def _kpis(folder: Path, files: Mapping[str, Mapping[str, Any]], variant: str) -> dict[str, tuple[float, float, str]]:
    if "kpis.csv" not in files:
        return {}
    rows = csv.DictReader(io.StringIO(_checked(folder, files, "kpis.csv").decode("utf-8")))
    mine = [r for r in rows if r["variant"] == variant and r["id"] in _SHOWN]
    return {r["id"]: (_number(r["bau"]), _number(r["value"]), r["unit"]) for r in mine}


def _number(text: str) -> float:
    return float(text) if text else math.nan

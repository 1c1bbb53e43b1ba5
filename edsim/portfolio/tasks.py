"""What a portfolio run consists of: every case and scenario under a folder, each named by its content."""

from __future__ import annotations

import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from edsim import __version__
from edsim.core.errors import DataError, EdsimError, Finding

if TYPE_CHECKING:
    from edsim.case.schema import Case
    from edsim.core.i18n import Lang

CASE_FILE = "case.yaml"
_ALMOST = frozenset({"case.yaml", "case.yml"})
_FAULTS = (EdsimError, OSError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError)
"""What reading a case may end in, faults of ours included: one case never stops the others."""
_BESIDE = ("expected.csv",)
"""Files that no key of the case names and that change result tables."""


@dataclass(frozen=True, slots=True)
class PortfolioOptions:
    """How the cases of a portfolio are run; all but the language is part of the name of each task.

    Attributes
    ----------
    mode
        As in :class:`edsim.app.RunOptions`.
    scenarios
        Whether every scenario of a case runs beside the case itself.
    lang
        Language of labels and reports.
    """

    mode: Literal["typical", "full_year", "screening"] = "typical"
    scenarios: bool = True
    lang: Lang = "en"


@dataclass(frozen=True, slots=True)
class Task:
    """One case under one scenario, all its project variants beside business-as-usual.

    Attributes
    ----------
    id
        Readable name and 16 digits of the content; names the run folder.
    case
        Folder of the case, absolute.
    label
        Folder of the case relative to the portfolio, for people.
    scenario
        Scenario, "" for none.
    mode, lang
        Of :class:`PortfolioOptions`.
    """

    id: str
    case: str
    label: str
    scenario: str
    mode: str
    lang: str

    def as_dict(self) -> dict[str, str]:
        """Return the task as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A case that cannot be planned: its name in the store, its folder and what is wrong with it."""

    id: str
    label: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The tasks of a portfolio in the order of their folders, cases that could not be read, files that are no case."""

    tasks: tuple[Task, ...]
    unreadable: tuple[Unreadable, ...]
    remarks: tuple[Finding, ...] = ()


def plan(folder: str | Path, options: PortfolioOptions) -> Plan:
    """Return the tasks of every case under `folder`.

    A task is named by the values of the case under its scenario, its data files, the edsim version and the mode:
    comments, order of keys, other scenarios and the language of the reports do not rename it.

    Parameters
    ----------
    folder
        Folder searched for ``case.yaml``, itself included.
    options
        Mode, scenarios, language.

    Raises
    ------
    DataError
        E570 the folder is not there or holds no case.
    """
    root = Path(folder).absolute()
    folders, remarks = sorted(find_cases(root)), tuple(_passed_over(root))
    if not folders:
        raise DataError.of(
            [
                *remarks,
                Finding(
                    "E570",
                    "there is no case under this folder",
                    file=str(folder),
                    allowed=f"a folder with {CASE_FILE} in it or below it",
                    hint="check the path, or make a case with: edsim new DIR",
                ),
            ]
        )
    tasks: list[Task] = []
    unreadable: list[Unreadable] = []
    for place in folders:
        label = place.relative_to(root).as_posix() if place != root else place.name
        for scenario in _scenarios(place, label, options, unreadable):
            try:
                tasks.append(_task(place, label, scenario, options))
            except _FAULTS as fault:
                unreadable.append(_unreadable(place, label, fault))
    return Plan(tuple(tasks), tuple(unreadable), remarks)


def find_cases(root: Path) -> Iterator[Path]:
    """Yield the folders with a case at or below `root`; run folders, stores and hidden folders are passed over."""
    return (here for here, files in _folders(root) if CASE_FILE in files)


def _passed_over(root: Path) -> Iterator[Finding]:
    """Yield one remark per folder whose case has another name than the one that is read."""
    for here, files in _folders(root):
        for name in sorted(f for f in files if f.casefold() in _ALMOST and CASE_FILE not in files):
            what, hint = "this file is not read as a case", f"call it {CASE_FILE}"
            yield Finding("W570", what, file=str(here / name), allowed=CASE_FILE, hint=hint, severity="warning")


def _folders(root: Path) -> Iterator[tuple[Path, list[str]]]:
    """Yield the folders cases may be in, with their files."""
    for name, folders, files in os.walk(root):
        here = Path(name)
        if "manifest.json" in files or "portfolio.json" in files:
            folders.clear()
            continue
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        yield here, files


def _scenarios(place: Path, label: str, options: PortfolioOptions, unreadable: list[Unreadable]) -> list[str]:
    from edsim.workflow import load_case

    try:
        case = load_case(place, lang=options.lang)
    except _FAULTS as fault:
        unreadable.append(_unreadable(place, label, fault))
        return []
    return ["", *(sorted(case.scenarios) if options.scenarios else ())]


def _task(place: Path, label: str, scenario: str, options: PortfolioOptions) -> Task:
    from edsim.workflow import load_case

    case = load_case(place, scenario=scenario or None, lang=options.lang)
    name = slug("--".join(p for p in (label, scenario) if p))
    return Task(
        id=f"{name}-{content_hash(case, options)}",
        case=str(place),
        label=label,
        scenario=scenario,
        mode=options.mode,
        lang=options.lang,
    )


def content_hash(case: Case, options: PortfolioOptions) -> str:
    """Return 16 hexadecimal digits of all that the figures of a run of `case` depend on, which language is not."""
    from edsim.bundle import SCHEMA_VERSION
    from edsim.case.hashing import hash_inputs

    beside = {n: _digest(case.folder / n) for n in _BESIDE if (case.folder / n).is_file()}
    parts: list[Any] = [__version__, SCHEMA_VERSION, options.mode, beside]
    parts.append(hash_inputs(case.model_copy(update={"scenarios": {}})))
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def slug(text: str, most: int = 60) -> str:
    """Return `text` as a folder name that every file system takes: lower case letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:most].strip("-") or "case"


def _unreadable(place: Path, label: str, fault: Exception) -> Unreadable:
    try:
        content = _digest(place / CASE_FILE)
    except OSError:
        content = hashlib.sha256(str(place).encode()).hexdigest()
    said = fault.findings if isinstance(fault, EdsimError) else ()
    findings = said or (Finding("E571", f"{type(fault).__name__}: {fault}", file=label),)
    return Unreadable(f"{slug(label)}-unread-{content[:16]}", label, findings)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

"""Points of a study that were evaluated before it was stopped: kept beside the study folder, one line each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from inspect import getfile
from pathlib import Path
from typing import Any

from edsim.bundle.disk import write_lines
from edsim.case.hashing import hash_inputs
from edsim.case.schema import Case
from edsim.core.resources import package_versions, program_digest
from edsim.studies import feeder
from edsim.studies.results import Outcome
from edsim.studies.vary import Point

Key = frozenset[tuple[str, Any]]
"""What tells an alternative from others: its values that are not those of the case."""


@dataclass(slots=True)
class KeptPoints:
    """Outcomes by what tells their point from others, in a file that grows by a line with each.

    The first line tells what the rest hangs on: inputs, the program and its packages, variant and mode. A file of
    anything else, or one that cannot be read, is begun anew; a last line that was cut short is left out.

    Attributes
    ----------
    path
        The file, ``STUDY.points`` beside the study folder.
    hangs_on
        What the outcomes hang on, as hexadecimal digits.
    """

    path: Path
    hangs_on: str
    _known: dict[str, Outcome] = field(default_factory=dict, init=False, repr=False)
    _begun: bool = field(default=False, init=False, repr=False)

    def __post_init__(self) -> None:
        """Read what is there."""
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines(keepends=True)
            if lines[:1] == [f"{self.hangs_on}\n"]:
                self._known.update(map(_read, (line for line in lines[1:] if line.endswith("\n"))))
        except (OSError, ValueError):
            self._known.clear()

    def __len__(self) -> int:
        """Return how many outcomes are there."""
        return len(self._known)

    def outcome(self, key: Key) -> Outcome | None:
        """Return the outcome of a point, without its name and values; None where it was not evaluated."""
        return self._known.get(_named(key))

    def keep(self, key: Key, outcome: Outcome) -> None:
        """Write an outcome so that it outlives the program.

        Raises
        ------
        DataError
            E801 the disk refused.
        """
        self._known[_named(key)] = outcome
        if self._begun:
            write_lines(self.path, [_row(_named(key), outcome)], anew=False)
            return
        rows = [_row(name, known) for name, known in self._known.items()]
        write_lines(self.path, [self.hangs_on, *rows], anew=True)  # what was there may end in half a line
        self._begun = True

    def drop(self) -> None:
        """Delete the file: the study is stored."""
        self.path.unlink(missing_ok=True)


def kept_points(case: Case, target: Path, hangs_on: Mapping[str, Any]) -> KeptPoints:
    """Return the outcomes kept beside the study folder `target` of a study of `case`.

    Parameters
    ----------
    case
        The case as it stands.
    target
        Folder the study goes to.
    hangs_on
        What else an outcome hangs on: variant, mode, whether networks are laid out anew; plain data.
    """
    program = [program_digest(), *outside_edsim(case), package_versions()]
    parts = json.dumps([program, hash_inputs(case), dict(hangs_on)], sort_keys=True)
    path = target.absolute().with_name(f"{target.absolute().name}.points")
    return KeptPoints(path, hashlib.sha256(parts.encode()).hexdigest())


def outside_edsim(case: Case) -> list[str]:
    """Return the digests of the files that kinds of machines outside edsim come from."""
    kinds = {type(t) for t in case.technologies if not type(t).__module__.startswith("edsim.")}
    return sorted(hashlib.sha256(Path(getfile(k)).read_bytes()).hexdigest() for k in kinds)


def _named(key: Key) -> str:
    return json.dumps(sorted(key, key=lambda item: item[0]))


def _row(name: str, o: Outcome) -> str:
    year = feeder.plain(o.feeder)
    return json.dumps([name, o.how, o.status, dict(o.bau), dict(o.value), o.note, o.flows, o.gap_frac, year, o.sizes])


def _read(line: str) -> tuple[str, Outcome]:
    name, how, status, bau, value, note, flows, gap, year, sizes = json.loads(line)
    held = tuple(map(tuple, sizes))
    return name, Outcome(Point("", {}), how, status, bau, value, note, tuple(flows), gap, feeder.read(year), held)

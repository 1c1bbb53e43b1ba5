"""Refuse a run folder that could not be written before the computation, not after it."""

from __future__ import annotations

import os
from pathlib import Path

from edsim.core.errors import DataError, EdsimError, Finding


def refuse_place(target: Path) -> None:
    """Refuse `target` as a run folder when it is taken by something else or nothing may be written there.

    Raises
    ------
    DataError
        E801 no folder may be made at this place; E805 the place holds something that is not a run.
    """
    place = target.absolute()
    problem = _problem(place)
    if problem:
        what = "the run could not be written; nothing was computed"
        raise _refusal(place, "E801", what, problem, "a folder you may write to")
    taken = _taken_by(place)
    if taken:
        what, allowed = "a run would replace something that is not a run", "a new folder, an empty one, an earlier run"
        raise _refusal(place, "E805", what, taken, allowed)


def _problem(place: Path) -> str:
    """Return why no folder can be made at `place`, "" when it can."""
    above = next(p for p in place.parents if os.path.lexists(p))
    if not above.is_dir():
        return f"{above} is a file"
    if not os.access(above, os.W_OK | os.X_OK):
        return f"no permission to write in {above}"
    return f"no permission to read {place}" if place.is_dir() and not os.access(place, os.R_OK | os.X_OK) else ""


def _taken_by(place: Path) -> str:
    """Return what that is not a run stands at `place`, "" when nothing does."""
    if not os.path.lexists(place):
        return ""
    if place.is_symlink():
        return "a link"
    if not place.is_dir():
        return "a file"
    return "a folder with other files" if any(place.iterdir()) and not (place / "manifest.json").is_file() else ""


def _refusal(place: Path, code: str, what: str, got: str, allowed: str) -> EdsimError:
    hint = "choose another folder with --out"
    return DataError.of([Finding(code, what, file=str(place), got=got, allowed=allowed, hint=hint)])

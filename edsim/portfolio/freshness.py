"""Whether the cases of a store are still what their runs were made of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from edsim.core.errors import EdsimError, Finding
from edsim.portfolio.harmonize import named
from edsim.portfolio.store import MARK, Store, read_manifest


def changed_since(folder: str | Path, runs: frozenset[str]) -> tuple[Finding, ...]:
    """Return one remark that names the cases of a store that were changed after their run; none without.

    Files are held to the digests in the manifest of the run; only where one differs the case is read, so that comments
    and order of keys do not count. A case that is no longer there is not spoken of.

    Parameters
    ----------
    folder
        A store; any other folder gives no remark.
    runs
        Runs that are added up.
    """
    if not (Path(folder) / MARK).is_file():
        return ()
    store = Store.open(folder)
    tasks = [t for t in store.read_plan()["tasks"] if t["id"] in runs]
    labels = [t["label"] for t in tasks if "case" in t and _changed(t, store.run_folder(t["id"]))]
    if not labels:
        return ()
    what = "studies were changed after their run: the sums hold them as they were"
    got = f"{len(labels)}/{len(tasks)}: {named(labels)}"
    hint = "run the portfolio again"
    return (Finding("W589", what, file=str(folder), got=got, hint=hint, severity="warning"),)


def _changed(task: Mapping[str, Any], run: Path) -> bool:
    from edsim.portfolio.tasks import CASE_FILE, PortfolioOptions, content_hash
    from edsim.workflow import load_case

    place = Path(task["case"])
    if not (place / CASE_FILE).is_file():
        return False
    stored: Mapping[str, str] = read_manifest(run).get("run", {}).get("input_files", {})
    if all(_digest(place / name) == digest for name, digest in stored.items()):
        return False
    try:
        case = load_case(place, scenario=task["scenario"] or None)
        return not task["id"].endswith(content_hash(case, PortfolioOptions(mode=task["mode"])))
    except (EdsimError, OSError):
        return True


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""

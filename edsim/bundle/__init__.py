"""The run store: a finished run as a folder of plain files that proves its own integrity.

A run is written into a hidden folder beside its final place, every file flushed to disk, the manifest last, and
published by one rename. A folder without a valid manifest is therefore never a run.

`store` saves and loads through `disk` (whole or not at all), `tables` (Parquet and CSV), `dictionary` (what columns
mean) and `manifest` (digests); `as_read` takes the files a case was read from; `audit` checks a stored run,
`reproduction` compares it with the same run made again.
"""

from typing import TYPE_CHECKING

from edsim.core.lazy import lazy_names

if TYPE_CHECKING:
    from edsim.bundle.audit import verify
    from edsim.bundle.disk import sweep
    from edsim.bundle.manifest import SCHEMA_VERSION, run_id
    from edsim.bundle.store import load, save

__all__ = ["SCHEMA_VERSION", "load", "run_id", "save", "sweep", "verify"]

_HOMES = {
    "SCHEMA_VERSION": "manifest",
    "load": "store",
    "run_id": "manifest",
    "save": "store",
    "sweep": "disk",
    "verify": "audit",
}

__getattr__ = lazy_names(__name__, _HOMES)

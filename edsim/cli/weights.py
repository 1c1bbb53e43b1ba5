"""Which remarks a reader of a study must see first, and which can wait."""

from __future__ import annotations

from edsim.core.errors import Finding

_OUTSIDE = (
    *("W529", "W1887", "W403", "W402", "W407", "W412", "W188", "W1866"),
    *("W851", "W843", "W844", "W845", "W846", "W849", "W1837"),
)
"""Remarks on demand or cost that the study leaves out: nothing weighs more for who reads its figures."""
_HINTS = ("W517", "W515", "W513", "W514", "W511", "W189", "W401", "W409", "W783")
"""Remarks on costs by size, ages of machines and figures nobody verified: they change no balance of the study."""


def weight(finding: Finding) -> int:
    """Return the place of a finding: errors, what is left out, all others as they came, and hints at last."""
    if finding.severity == "error":
        return -len(_OUTSIDE) - 1
    if finding.code in _OUTSIDE:
        return _OUTSIDE.index(finding.code) - len(_OUTSIDE)
    return 1 + _HINTS.index(finding.code) if finding.code in _HINTS else 0

"""The remark on a network that is laid without a map of streets; read without numpy."""

from __future__ import annotations

from edsim.core.errors import Finding


def no_streets(field: str, got: str = "") -> Finding:
    """Return the remark at `field`; `got` is the factor that lengthens straight lines, where it is known."""
    what = "no streets given: trenches follow straight lines with a detour factor"
    return Finding("W401", what, field=field, got=got, severity="warning")

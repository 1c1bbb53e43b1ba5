"""The schema version a case says it is written in."""

from __future__ import annotations

from edsim.case.nodes import Node
from edsim.case.schema import SCHEMA_VERSION
from edsim.case.wording.messages import Fault

VERSION_KEY = "schema_version"
FIRST_VERSION = 1
"""Version of the first release: nothing leads on from what is below."""


def version_fault(root: Node, current: int = SCHEMA_VERSION) -> Fault | None:
    """Return the fault of a case of another schema version, None for the current one or a version that is no number."""
    node = root.members.get(VERSION_KEY)
    if node is None or not isinstance(node.value, int) or isinstance(node.value, bool) or node.value == current:
        return None
    words = {"current": str(current)}
    if node.value > current:
        return Fault("E119", node.place, VERSION_KEY, got=str(node.value), params=words, hint="upgrade")
    hint = "migrate" if node.value >= FIRST_VERSION else "no_migration"
    return Fault("E149", node.place, VERSION_KEY, got=str(node.value), allowed=str(current), params=words, hint=hint)

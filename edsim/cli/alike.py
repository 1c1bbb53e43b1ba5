"""Findings that say the same of many places, as one with the list of the places."""

from __future__ import annotations

from collections.abc import Sequence

from edsim.cli.words import word
from edsim.core.errors import Finding
from edsim.core.i18n import Lang, printable

_FEWEST = 4
"""Findings from which those that say the same are shown as one."""
_MOST_PLACES = 12
"""Places listed behind the first."""
_LONGEST_GOT = 24

Group = tuple[Finding, ...]


def grouped(findings: Sequence[Finding]) -> tuple[Group, ...]:
    """Return the findings in groups of those that say the same of the same field of many parts, in their order.

    The same are those of one code about one column or field of one file, as W189 of every building whose machine is
    older than its life. Fewer than four stand alone, each with its own line.
    """
    alike: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        leaf = finding.field.rpartition(".")[2]
        alike.setdefault((finding.severity, finding.code, finding.file, leaf), []).append(finding)
    groups = ([tuple(found)] if len(found) >= _FEWEST else [(f,) for f in found] for found in alike.values())
    order = {id(finding): k for k, finding in enumerate(findings)}
    return tuple(sorted((group for some in groups for group in some), key=lambda group: order[id(group[0])]))


def others(group: Group, lang: Lang) -> str:
    """Return how many more there are like the first of a group and where, "" for a finding alone.

    What was found there stands behind a line where it is another than that of the first.
    """
    first, rest = group[0], group[1:]
    if not rest:
        return ""
    more = word("more_alike", lang).format(count=len(rest))
    by_line = all(f.line for f in rest) and len({f.line for f in group}) > 1
    places = list(dict.fromkeys(place for f in rest if (place := _place(f, first, by_line=by_line))))
    if not places:
        return more
    shown = ", ".join(places[:_MOST_PLACES]) + (", …" if len(places) > _MOST_PLACES else "")
    return more + word("alike_lines" if by_line else "alike_parts", lang).format(places=printable(shown))


def _place(finding: Finding, first: Finding, *, by_line: bool) -> str:
    """Return the line of a finding, or else the part it is about, and what was found if that differs."""
    part = finding.field.rpartition(".")[0].rpartition(".")[2]
    where = str(finding.line) if by_line else part
    got = finding.got if finding.got != first.got and len(finding.got) <= _LONGEST_GOT else ""
    return f"{where} ({got})" if where and got else where or got

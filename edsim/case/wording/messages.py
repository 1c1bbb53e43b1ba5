"""Texts of all findings about a case, by code, in English and Spanish, and how a fault becomes a finding.

Readers and checks record a :class:`Fault`: code, place and the words to fill in. Only :func:`render` knows a
language. ``docs/reference/messages.md`` has one entry per code.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from itertools import accumulate
from typing import Literal

from edsim.case.nodes import NOWHERE, Place
from edsim.case.wording.hints_en import ENGLISH_HINTS
from edsim.case.wording.hints_es import SPANISH_HINTS
from edsim.case.wording.messages_en import ENGLISH, ENGLISH_WORDS
from edsim.case.wording.messages_es import SPANISH, SPANISH_WORDS
from edsim.case.wording.refusals_es import refusal_es, syntax_es
from edsim.case.wording.said_otherwise import SAID_OTHERWISE
from edsim.core.errors import Finding
from edsim.core.i18n import Lang, pick, printable
from edsim.core.language.sentences import colombian_numbers
from edsim.core.language.system_es import system_es

TEXTS: Mapping[Lang, Mapping[str, str]] = {"en": ENGLISH, "es": SPANISH}
HINTS: Mapping[Lang, Mapping[str, str]] = {"en": ENGLISH_HINTS, "es": SPANISH_HINTS}
WORDS: Mapping[Lang, Mapping[str, str]] = {"en": ENGLISH_WORDS, "es": SPANISH_WORDS}
"""What is expected where, for the ``expected`` word of a fault."""
_GOT_LENGTH = 80
_PROBLEM_LENGTH = 240
"""Of a whole sentence filled in."""
_FIGURES = frozenset({"price", "cost", "usd", "usual", "each", "distance", "mean", "intensity"})
"""Words that are figures edsim worked out; all other numbers stand as a case is written, with a decimal point."""
_SPANISH_OF = {"E102": system_es, "E103": syntax_es, "E107": syntax_es, "E133": refusal_es, "E169": system_es}
"""Spanish of what is said by others: the operating system, the readers of YAML and JSON, the rules of a part."""
_LIST_LENGTH, _SHIPPED_LIST_LENGTH = 12, 60
"""Names of a case that are listed, and names edsim itself gives, which are told whole."""
_SHIPPED_NAMES = frozenset({"E130", "E188", "E195"})
_MORE: Mapping[Lang, str] = {"en": " and {count} more", "es": " y {count} más"}
_MOST_FINDINGS = 200
_SURE = 0.8
"""Likeness from which a name is taken for misspelt before its words are read."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_ADDRESS = re.compile(r"(.*!)([A-Z]{1,3})(\d{1,7})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a place, in no language yet.

    Attributes
    ----------
    code
        ``E...`` stops, ``W...`` warns; a key of :data:`TEXTS`.
    place
        File, line and column.
    field
        Dotted path as the user writes it.
    got, allowed
        Value found and values accepted, the same in every language.
    params
        Words for the placeholders of text and hint.
    hint
        Key of :data:`HINTS`.
    """

    code: str
    place: Place = NOWHERE
    field: str = ""
    got: str = ""
    allowed: str = ""
    params: Mapping[str, str] = dataclasses.field(default_factory=dict)
    hint: str = ""

    @property
    def severity(self) -> Literal["error", "warning"]:
        """Return ``warning`` for codes that begin with W."""
        return "warning" if self.code.startswith("W") else "error"


def render(fault: Fault, lang: Lang = "en") -> Finding:
    """Return `fault` as a finding in `lang`; text from the user's files is made safe to print."""
    lengths = {"problem": _PROBLEM_LENGTH, "fields": 0}
    words = {key: printable(value, lengths.get(key, _GOT_LENGTH)) for key, value in fault.params.items()}
    if "fields" in words:
        words["fields"] = _whole_names(words["fields"].split(", "), lang)
    in_spanish = _SPANISH_OF.get(fault.code) if lang == "es" else None
    if in_spanish is not None:
        words["problem"] = in_spanish(words["problem"])
    words |= {key: colombian_numbers(words[key]) for key in _FIGURES & words.keys() if lang == "es"}
    if "expected" in words:
        words["expected"] = pick(WORDS, lang).get(words["expected"], words["expected"])
    return Finding(
        code=fault.code,
        what=pick(TEXTS, lang)[fault.code].format_map(words),
        file=printable(fault.place.file),
        line=fault.place.line,
        column=fault.place.column,
        field=printable(fault.field, 160),
        got=printable(fault.got, _GOT_LENGTH),
        allowed=printable(fault.allowed, 400),
        hint=pick(HINTS, lang)[fault.hint].format_map(words) if fault.hint else "",
        severity=fault.severity,
    )


def _whole_names(names: list[str], lang: Lang) -> str:
    """Return as many names as a sentence holds, and how many more there are."""
    ends = accumulate(len(name) + 2 for name in names)
    shown = max(1, sum(end <= _PROBLEM_LENGTH for end in ends))
    more = len(names) - shown
    listed = ", ".join(printable(name, _PROBLEM_LENGTH) for name in names[:shown])
    return listed + (pick(_MORE, lang).format(count=more) if more else "")


def render_all(faults: Iterable[Fault], lang: Lang = "en") -> tuple[Finding, ...]:
    """Return the findings of `faults` without repetitions, by file and line, the first 200."""
    unique = {(f.code, f.place, f.field, f.got): f for f in faults}
    ordered = sorted(unique.values(), key=_order)
    findings = [render(fault, lang) for fault in ordered[:_MOST_FINDINGS]]
    if len(ordered) > _MOST_FINDINGS:
        findings.append(render(Fault("E199", params={"count": str(len(ordered) - _MOST_FINDINGS)}), lang))
    return tuple(findings)


def _order(fault: Fault) -> tuple[str, int, int, str]:
    """Return what findings are sorted by: file, line and column, which a cell of a workbook has in its address."""
    place, cell = fault.place, _ADDRESS.fullmatch(fault.place.file)
    if cell is None:
        return place.file, place.line, place.column, fault.code
    column = sum((ord(c) - 64) * 26**i for i, c in enumerate(reversed(cell[2])))
    return cell[1], int(cell[3]), column, fault.code


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name closest to `name`, "" when none is close."""
    return _nearest(name.casefold()[:_GOT_LENGTH], tuple(known))


@lru_cache(maxsize=1024)
def _nearest(name: str, known: tuple[str, ...]) -> str:
    folded = {n.casefold(): n for n in known}
    close = get_close_matches(name, list(folded), n=1, cutoff=_SURE)
    close = close or _said_otherwise(name, list(folded)) or get_close_matches(name, list(folded), n=1, cutoff=0.6)
    if close:
        return folded[close[0]]
    shared = {f: len(set(_WORD.findall(name)) & set(_WORD.findall(f))) for f in folded}
    best = max(shared, key=lambda f: shared[f], default="")
    return folded[best] if shared.get(best) else ""


def _said_otherwise(name: str, known: Sequence[str]) -> list[str]:
    """Return the known name that shares most words with what a name says in other words, the shortest of equals."""
    words = _WORD.findall(name)
    if not any(word in SAID_OTHERWISE for word in words):
        return []
    meant = {said for word in words for said in SAID_OTHERWISE.get(word, (word,))}
    shared = {f: len(meant & set(_WORD.findall(f))) for f in known}
    best = max(shared, key=lambda f: (shared[f], -len(f)), default="")
    return [best] if shared.get(best) else []


def unknown_name(code: str, place: Place, path: str, name: str, known: Iterable[str]) -> Fault:
    """Return the fault for a name that is not among `known`, with the closest one as hint."""
    names = sorted(set(known))
    close = nearest(name, names)
    return Fault(
        code,
        place,
        path,
        got=name,
        allowed=listing(names, _SHIPPED_LIST_LENGTH if code in _SHIPPED_NAMES else _LIST_LENGTH),
        params={"name": name, "nearest": close},
        hint="nearest" if close else "",
    )


def listing(names: Iterable[str], most: int = _LIST_LENGTH) -> str:
    """Return names separated by commas, cut with an ellipsis when there are many."""
    many = list(names)
    return ", ".join(many[:most]) + (", …" if len(many) > most else "")

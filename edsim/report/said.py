"""Findings stored with a run, said in the language of the reader.

Findings about a case are stored in the language of the run; all others are stored in English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from string import Formatter

from edsim.case.wording.messages import HINTS, TEXTS
from edsim.core.errors import Finding
from edsim.core.i18n import Lang
from edsim.core.language.sentences import finding_in_language
from edsim.studies.field_names import with_labels


def said(finding: Finding, lang: Lang) -> Finding:
    """Return `finding` with its sentences in `lang`; a sentence nobody has translated stays as it is."""
    found = finding_in_language(finding, lang)
    other: Lang = "es" if lang == "en" else "en"
    if finding.code not in TEXTS[other]:
        return found
    code = finding.code
    what = found.what
    if what == finding.what:
        what = _again(what, {code: TEXTS[other][code]}, {code: TEXTS[lang][code]})
    hint = _again(found.hint, HINTS[other], HINTS[lang]) if found.hint == finding.hint else found.hint
    return replace(found, what=what, hint=hint)


def labeled(finding: Finding, lang: Lang) -> Finding:
    """Return `finding` with the fields its sentences name followed by what they are called in `lang`."""
    what, hint = with_labels(finding.what, lang), with_labels(finding.hint, lang)
    return replace(finding, what=what, hint=hint)


def sentence(finding: Finding, lang: Lang) -> str:
    """Return a finding as one line in `lang`: where, what, what was found, what is allowed, what helps, code."""
    found = said(finding, lang)
    if lang == "en":
        return found.text()
    found = labeled(found, lang)
    parts = [found.what]
    if found.got:
        parts.append(f"se encontró {found.got}")
    if found.allowed:
        parts.append(f"se admite: {found.allowed}")
    return replace(found, what="; ".join(parts), got="", allowed="").text()


def _again(sentence: str, templates: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    """Return a sentence made from one of `templates` as the template of the same key in `wanted` says it."""
    for key in sorted(templates, key=lambda k: -len(templates[k])):
        found = _pattern(templates[key]).fullmatch(sentence)
        if found is not None and key in wanted:
            return wanted[key].format_map(found.groupdict())
    return sentence


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """Return what a sentence of a template looks like, each of its places a group."""
    parts, seen = [], set[str]()
    for literal, name, _, _ in Formatter().parse(template):
        parts.append(re.escape(literal))
        if name is not None:
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.*?)")
            seen.add(name)
    return re.compile("".join(parts), re.DOTALL)

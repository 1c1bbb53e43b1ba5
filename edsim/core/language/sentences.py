"""Spanish for the sentences of findings outside the reading of a case, which are written in English.

``edsim/data/findings_es.tsv`` has a line per sentence; ``{}`` stands for what the program fills in, in the order of the
English sentence.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from edsim.core.language.system_es import system_es

if TYPE_CHECKING:
    from edsim.core.errors import Finding
    from edsim.core.i18n import Lang

_FILLED = "{}"
_NUMBER = re.compile(r"(?<![\w.,/])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w.,]*\w)|(?<![\w.,/])\d+\.\d+(?![\w,]|\.\d)")
"""A number as programs write it, with thousands or decimals; no part of a name, path or version."""

_FIGURE = re.compile(r"[-+]?[\d.,]+(?: [^\W\d]\S*| ?%)+")
"""A number with its unit; what was read from a file may be a number alone, and stays as it was read."""

_PERCENT = re.compile(r"(?<=\d)%(?!\w)")
_MONEY = re.compile(r"(\d) million ([A-Z]{3})\b")

_OF_A_CASE = re.compile(r"[EW]1(?:\d\d|8\d\d)")
"""Codes of what is read from a case: made in the language of the reader, numbers beside them as a case is written."""

_COMPARED = re.compile(r"(?<=% )(?:more|less)\Z")
_WORDS = {
    "more": "más", "less": "menos", "cold": "fría", "hot": "caliente", "nothing": "nada", "none": "ninguno",
    "set of global warming potentials": "el conjunto de potenciales de calentamiento",
    "basis of the grid factor": "la base del factor de la red", "grid factor": "el factor de la red",
    "currency of the figures": "la moneda de las cifras", "price year": "el año de precios",
    "discount rate": "la tasa de descuento", "boundary of the study": "el límite del estudio",
    "horizon of the study": "el horizonte del estudio",
    "replacements": "reemplazos", "major reserves": "reservas mayores", "tax": "impuesto",
    "receivables": "cuentas por cobrar", "guarantee fees": "comisiones de garantía",
    "days": "días", "months": "meses", "months and peaks": "meses y puntas",
}  # fmt: skip
"""Words the program fills into sentences."""

_FRAGMENTS = {
    "within {} of {}": "a no más de {} de {}",
    "within {}": "a no más de {}",
    "model {} kWh/a, staged {} kWh/a": "modelo {} kWh/a, por unidades {} kWh/a",
    "{} behind the station": "{} tras la estación",
    "{} to {}": "{} a {}",
    "above {} to {}": "más de {} hasta {}",
    "nothing": "nada",
    "none": "ninguno",
    "missing": "falta",
}
"""What stands beside sentences as the value got and the values allowed."""
_LETTERS = re.compile("[a-z]{2}")
_CODE = re.compile(r"(.*\S)( \[[EW]\d{3,4}\])", re.DOTALL)
_OF_A_MILESTONE = re.compile(r"(\d{4}: )(.+)", re.DOTALL)


@cache
def spanish_sentences() -> dict[str, str]:
    """Return English → Spanish template."""
    from edsim.core.resources import data_path

    lines = data_path("findings_es.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return dict(line.split("\t", 1) for line in lines)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the sentences with something filled in, the most specific first."""
    filled = [(e, s) for e, s in spanish_sentences().items() if _FILLED in e]
    filled.sort(key=lambda pair: -len(pair[0].replace(_FILLED, "")))
    return tuple((re.compile("(.*?)".join(map(re.escape, e.split(_FILLED))), re.DOTALL), s) for e, s in filled)


def in_language(sentence: str, lang: Lang) -> str:
    """Return a sentence in `lang`; one that is in it already, or that nobody has translated, stays as it is."""
    if lang == "en" or not sentence:
        return sentence
    known = spanish_sentences().get(sentence)
    if known is not None:
        return known
    for pattern, spanish in _patterns():
        found = pattern.fullmatch(sentence)
        if found is not None:
            return _filled(spanish, found)
    if coded := _CODE.fullmatch(sentence):
        return in_language(coded[1], lang) + coded[2]
    of_year = _OF_A_MILESTONE.fullmatch(sentence)
    return of_year[1] + in_language(of_year[2], lang) if of_year else sentence


def finding_in_language(finding: Finding, lang: Lang) -> Finding:
    """Return `finding` with its sentences in `lang`; place, values and code stay."""
    if lang == "en":
        return finding
    if _OF_A_CASE.fullmatch(finding.code):  # said in the language of the reader when it was found, but for a few
        return replace(finding, what=spanish_sentences().get(finding.what, finding.what))
    return replace(
        finding,
        what=in_language(finding.what, lang),
        hint=in_language(finding.hint, lang),
        got=_beside(finding.got),
        allowed=_beside(finding.allowed),
    )


def phrase_in_language(text: str, lang: Lang) -> str:
    """Return a phrase that stands beside sentences, such as the origin of a weather year, in `lang`."""
    return text if lang == "en" else _beside(text)


def _beside(text: str) -> str:
    if (said := system_es(text)) != text:
        return said
    if _LETTERS.search(text):
        for pattern, spanish in _fragments():
            found = pattern.fullmatch(text)
            if found is not None:
                return _filled(spanish, found)
    return colombian_numbers(text) if _FIGURE.fullmatch(text) else text


def colombian_numbers(text: str) -> str:
    """Return a text with the numbers that programs write, 1,234.5 and 5%, as in Colombia, 1.234,5 and 5 %."""
    return _PERCENT.sub(" %", _MONEY.sub(r"\1 millones de \2", _NUMBER.sub(_colombian, text)))


@cache
def _fragments() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return what stands beside sentences, the most specific first; numbers alone are filled into those of the code."""
    from edsim.core.resources import data_path

    lines = data_path("fragments_es.tsv").read_text(encoding="utf-8").splitlines()[1:]
    listed = sorted((line.split("\t", 1) for line in lines), key=lambda pair: -len(pair[0].replace(_FILLED, "")))
    made = [(_pattern(english, "(.+?)"), spanish) for english, spanish in listed]
    return (*((_pattern(e, r"([\d.,]+.*?)"), s) for e, s in _FRAGMENTS.items()), *made)


def _pattern(template: str, filled: str) -> re.Pattern[str]:
    return re.compile(filled.join(map(re.escape, template.split(_FILLED))), re.DOTALL)


def _filled(spanish: str, found: re.Match[str]) -> str:
    """Return a Spanish sentence with what the English one was filled with: words translated, numbers as in Colombia."""
    known = (_WORDS.get(w) or system_es(w) for w in found.groups())
    words = [*(colombian_numbers(_COMPARED.sub(_word, w)) for w in known), ""]
    return "".join(part + word for part, word in zip(spanish.split(_FILLED), words, strict=True))


def _word(compared: re.Match[str]) -> str:
    return _WORDS[compared[0]]


def _colombian(number: re.Match[str]) -> str:
    return number[0].translate(str.maketrans(",.", ".,"))

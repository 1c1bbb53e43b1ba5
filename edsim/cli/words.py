"""The words around findings, in both languages."""

from collections.abc import Mapping

from edsim.core.errors import Finding
from edsim.core.i18n import Lang, pick

WORDS: Mapping[Lang, Mapping[str, str]] = {
    "en": {
        "got": "got",
        "allowed": "allowed:",
        "error": "error",
        "warning": "warning",
        "errors": "{count} errors",
        "remarks": "ok, {count} remarks",
        "interrupted": "interrupted",
        "case": "{name}: {buildings} buildings, {area} m2, {networks} networks, {technologies} technologies, "
        "variants: {variants}",
    },
    "es": {
        "got": "se encontró",
        "allowed": "se admite:",
        "error": "error",
        "warning": "aviso",
        "errors": "{count} errores",
        "remarks": "correcto, {count} avisos",
        "interrupted": "interrumpido",
        "case": "{name}: {buildings} edificios, {area} m2, {networks} redes, {technologies} tecnologías, "
        "variantes: {variants}",
    },
}


def word(key: str, lang: Lang) -> str:
    """Return the text of `key` in `lang`."""
    return pick(WORDS, lang)[key]


def finding_line(finding: Finding, lang: Lang) -> str:
    """Return a finding as one line: where · field · what · got · allowed · hint · code."""
    head = " ".join(f"{part}:" for part in (finding.where, finding.field) if part)
    tail = [finding.what]
    if finding.got:
        tail.append(f"{word('got', lang)} {finding.got}")
    if finding.allowed:
        tail.append(f"{word('allowed', lang)} {finding.allowed}")
    if finding.hint:
        tail.append(finding.hint)
    return f"{head} {'; '.join(tail)} [{finding.code}]".strip()

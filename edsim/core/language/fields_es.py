"""Spanish for what the fields of a case and of machines mean.

``edsim/data/fields_es.tsv`` has a line per text; a text nobody has translated stays English.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edsim.core.i18n import Lang


def meaning(text: str, lang: Lang) -> str:
    """Return what a field means, on one line, in `lang`."""
    flat = " ".join(text.split())
    return flat if lang == "en" else _spanish().get(flat, flat)


@cache
def _spanish() -> dict[str, str]:
    from edsim.core.resources import data_path

    lines = data_path("fields_es.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return dict(line.split("\t", 1) for line in lines)

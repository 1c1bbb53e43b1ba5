"""Options of a run, and the refusal of arguments that hold something else than they may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from edsim.core.errors import DataError, Finding
from edsim.core.i18n import Lang

Mode = Literal["typical", "full_year", "screening"]
MODES: Mapping[Mode, Literal["certified", "full_year", "screening"]] = {
    "typical": "certified",
    "full_year": "full_year",
    "screening": "screening",
}
"""Mode of a run → kind of its certificate."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run a case.

    Attributes
    ----------
    variants
        Project variants to run; empty runs all that are not `on_request`.
    scenario
        Scenario of the case, None for none.
    mode
        ``typical`` (typical days, full-year dispatch, certificate), ``full_year`` (sizes on 8760 h) or ``screening``
        (no bound).
    lang
        Language of labels and report.
    """

    variants: tuple[str, ...] = ()
    scenario: str | None = None
    mode: Mode = "typical"
    lang: Lang = "en"

    def __post_init__(self) -> None:
        """Refuse what is no option, such as one name where a tuple of names belongs.

        Raises
        ------
        DataError
            E1933 with every field that holds something else.
        """
        refuse_others(
            ("variants", self.variants, isinstance(self.variants, tuple | list), 'names, such as ("district",)'),
            ("scenario", self.scenario, self.scenario is None or isinstance(self.scenario, str), "a name, None"),
            ("mode", self.mode, self.mode in MODES, ", ".join(MODES)),
            ("lang", self.lang, self.lang in {"en", "es"}, "en, es"),
        )


def refuse_others(*fields: tuple[str, object, bool, str]) -> None:
    """Refuse fields of a call that hold something else than they may: name, value, whether it may, what may."""
    findings = [
        Finding("E1933", "this argument holds something else", field=name, got=repr(value)[:60], allowed=allowed)
        for name, value, good, allowed in fields
        if not good
    ]
    if findings:
        raise DataError.of(findings)

"""Options of a run, and the refusal of arguments that hold something else than they may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

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
            Argument(
                "variants", self.variants, isinstance(self.variants, tuple | list), 'names, such as ("district",)'
            ),
            Argument(
                "scenario", self.scenario, self.scenario is None or isinstance(self.scenario, str), "a name, None"
            ),
            Argument("mode", self.mode, self.mode in MODES, ", ".join(MODES)),
            Argument("lang", self.lang, self.lang in {"en", "es"}, "en, es"),
        )


class Argument(NamedTuple):
    """An argument of a call, whether it holds what it may, and what that is."""

    name: str
    value: object
    is_good: bool
    allowed: str


def refuse_others(*arguments: Argument) -> None:
    """Refuse arguments that hold something else than they may, all at once.

    Raises
    ------
    DataError
        E1933 with each of them.
    """
    findings = [
        Finding("E1933", "this argument holds something else", field=a.name, got=repr(a.value)[:60], allowed=a.allowed)
        for a in arguments
        if not a.is_good
    ]
    if findings:
        raise DataError.of(findings)

"""How the inputs that differ between runs are named and written."""

from __future__ import annotations

import re

from edsim.report.comparison.differences import Comparison, InputDifference
from edsim.report.i18n import Language, nice_unit
from edsim.studies.field_names import field_in_words

_NUMBER = re.compile(r"\A(-?)(\d+)(?:\.(\d+))?(?=\Z|e[-+]?\d+\Z| [^\d])")
"""A number at the start of a value, with or without its unit."""
_YEAR_DIGITS = 4
"""As many whole digits may be a year, which has no sign of thousands; a unit says that it is none."""
MADE = {
    "run.edsim": "Version of edsim",
    "run.scenario": "Scenario",
    "run.mode": "Mode of the run",
    "run.variants": "Variants asked for",
    "run.variant": "Variant compared",
    "run.sharing": "Method by which joint cost is shared",
}
"""Option of a run → its name."""


def input_name(lang: Language, difference: InputDifference) -> str:
    """Return how an input is called: in words when it is an option of the run, else its path in the case."""
    if difference.path in MADE:
        return lang.text(MADE[difference.path])
    return difference.path.removeprefix("run.")


def input_in_words(lang: Language, difference: InputDifference) -> str:
    """Return what an input is called, with its path, which is what may be typed."""
    name = input_name(lang, difference)
    words = field_in_words(name, lang.code)
    return name if words == name else f"{words} · {name}"


def input_unit(data: Comparison, difference: InputDifference) -> str:
    """Return the unit of an input; none for money of different currencies, whose values carry their own."""
    currencies = {a.currency for a in data.runs}
    if len(currencies) > 1:
        return "" if "currency" in difference.unit else difference.unit
    return difference.unit.replace("currency", currencies.pop())


def input_values(data: Comparison, difference: InputDifference, absent: str) -> tuple[str, ...]:
    """Return the value of every run in six digits that tell them apart, with its unit where currencies differ."""
    mixed = "currency" in difference.unit and len({a.currency for a in data.runs}) > 1
    units = [f" {difference.unit.replace('currency', a.currency)}" if mixed else "" for a in data.runs]
    rounded = [v if v is None or not (mixed or "." in v) else _six_digits(v) for v in difference.values]
    shown = rounded if mixed or len(set(rounded)) == len(set(difference.values)) else difference.values
    return tuple(absent if v is None else f"{v}{u}" for v, u in zip(shown, units, strict=True))


def _six_digits(value: str) -> str:
    """Return a number of the case in six digits, any other text as it is."""
    try:
        return f"{float(value):.6g}"
    except ValueError:
        return value


def values_said(lang: Language, data: Comparison, difference: InputDifference) -> tuple[str, ...]:
    """Return the value of every run as it was read, a number with the signs of the language."""
    point, thousands = lang.separators[0], lang.separators[1]

    def written(number: re.Match[str]) -> str:
        sign, whole, decimals = number.groups()
        if difference.unit or len(whole) > _YEAR_DIGITS:
            whole = f"{int(whole):,}".replace(",", thousands)
        return sign + (whole if decimals is None else f"{whole}{point}{decimals}")

    values = input_values(data, difference, lang.text("absent"))
    return tuple(nice_unit(_NUMBER.sub(written, v)) for v in values)

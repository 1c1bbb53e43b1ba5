"""One rule for the size, unit and rounding of money on every page and screen."""

from typing import Any

import pytest

from edsim.cli.indicators import indicator_cells
from edsim.core.errors import Finding
from edsim.core.i18n import money_text
from edsim.report.i18n import language
from edsim.report.said import said


@pytest.mark.parametrize(
    ("amount", "en", "es"),
    [
        (22_064_123_456.0, "22,064 million COP", "22.064 millones de COP"),
        (-1_082_900_000.0, "-1,083 million COP", "-1.083 millones de COP"),
        (123_456_789.0, "123.5 million COP", "123,5 millones de COP"),
        (5_341_000.0, "5.34 million COP", "5,34 millones de COP"),
        (654_321.4, "654,321 COP", "654.321 COP"),
        (48.25, "48.2 COP", "48,2 COP"),
        (0.0, "0 COP", "0 COP"),
    ],
)
def test_a_sum_is_written_alike_in_sentence_screen_report_and_warning(amount: float, en: str, es: str) -> None:
    """Proves: the sentence, the table on the screen, the page and a translated warning write the same text.

    If ignored: one page says 22,064, another 22,060, a third 22,064.1 MCOP of the same investment.
    """
    row = {"label": "x", "unit": "COP", "bau": None, "value": amount}
    for lang, text in (("en", en), ("es", es)):
        language_: Any = lang
        assert money_text(amount, "COP", language_) == text
        ((_, unit, _, shown, _),) = indicator_cells([row], ("bau", "value"), "COP", language_)
        assert f"{shown} {unit}" == text
        assert " ".join(language(lang).quantity(amount, "COP")).replace("\u2212", "-") == text
    warned = Finding("W843", "{} in {} and not in BAU: without it the net present value is about {}".format(
        "sun", "district", money_text(amount, "COP")), severity="warning")  # fmt: skip
    assert said(warned, "es").what.endswith(es)


def test_amounts_beside_each_other_share_scale_and_decimals() -> None:
    """Proves: in a table led by 22 064 million all are whole millions, in one led by 5 million all have two decimals.

    If ignored: a column reads 22,064 beside 1.25 and a reader takes the second for the larger precision.
    """
    large = language("es").money(22_064e6, "COP/a")
    assert (large.unit, large.shown(1_254_000.0), large.shown(22_064e6, sign=True)) == (
        "millones de COP/a", "1", "+22.064")  # fmt: skip
    small = language("en").money(5.3e6, "USD")
    assert (small.unit, small.shown(250_000.0), small.shown(-5.3e6)) == ("million USD", "0.25", "\u22125.30")
    assert language("en").money(float("nan"), "USD").shown(float("nan")) == "–"


def test_a_unit_price_is_no_sum() -> None:
    """Proves: a price per kWh keeps three figures. If ignored: 0.1264 USD/kWh would read 0."""
    assert language("es").quantity(0.1264, "USD/kWh") == ("0,126", "USD/kWh")
    assert language("es").quantity(273.4, "COP/kWh") == ("273", "COP/kWh")

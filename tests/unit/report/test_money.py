"""One rule for the size, unit and rounding of money on every page and screen."""

import dataclasses
from typing import Any

import pandas as pd
import pytest

from edsim.appraisal.types import Appraisal
from edsim.cli.indicators import indicator_cells
from edsim.core.errors import Finding
from edsim.core.i18n import format_number, money_text
from edsim.report.figures.money import bridge, stack
from edsim.report.i18n import language, within
from edsim.report.said import said
from edsim.report.view import Study


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


def test_a_cost_too_small_to_show_is_in_the_table_alone(appraisal: Appraisal) -> None:
    """Proves: a line that rounds to nothing has no step and no entry of the legend, but its row in the tables.

    If ignored: the bridge of a district of millions ends in a step of 0.00 and a color that is nowhere in the bars.
    """
    costs = appraisal.tables["costs"]
    tiny = costs[costs["variant"] == "district"].head(1).assign(line="variable_om", present_value=1e-6, annual=1e-6)
    tables = appraisal.tables | {"costs": pd.concat([costs[costs["line"] != "variable_om"], tiny], ignore_index=True)}
    study = Study(dataclasses.replace(appraisal, tables=tables), language("en"))
    steps, bars = bridge(study), stack(study, "present_value", "stack", "Costs", "All.")
    assert steps is not None
    assert bars is not None
    named = [row[0] for row in steps.table.rows]
    (trace,) = steps.figure["data"]
    gone = set(named[:-1]) - set(trace["y"])
    assert len(gone) == 1
    assert [d["name"] for d in bars.figure["data"] if not d["showlegend"]] == list(gone)
    assert steps.table.summed


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("Net present value", "net present value"),
        ("GHG, Kyoto basket", "GHG, Kyoto basket"),
        ("Ñame", "ñame"),
        ("", ""),
    ],
)
def test_a_name_within_a_sentence_begins_small(name: str, inside: str) -> None:
    """Proves: a heading quoted in a sentence is a word of it, an acronym stays. If ignored: "by Net present value"."""
    assert within(name) == inside


@pytest.mark.parametrize("value", [-0.0, -0.004])
def test_nothing_has_no_sign(value: float) -> None:
    """Proves: what rounds to nothing is printed as 0. If ignored: a milestone that buys nothing costs "-0 USD"."""
    assert (format_number(value, "en", 2), format_number(value, "es")) == ("0.00", "0")

"""The money of a study on its page and on the screen."""

import pandas as pd
import pytest

from edsim.report.figures.studies import StudyView
from edsim.report.i18n import language
from edsim.report.studies.money import in_readable_money
from edsim.studies import headline


def test_amounts_of_a_study_are_in_millions_with_their_unit() -> None:
    """Proves: ranked values, a column of an indicator and its row in the distribution share the unit that is shown.

    If ignored: the page says -1 127 947 536 COP where the report of the same design says -1 128 million, or a number in
    millions stands under COP.
    """
    spread = ("mean", "sd", "p10", "p50", "p90")
    tables = {
        "ranking": pd.DataFrame({"value": [-1_127_947_536.0, -3_095_747_614.0], "behind_best": [0.0, 1.9678e9]}),
        "points": pd.DataFrame({"npv": [-1_127_947_536.0], "grid_peak": [1054.0]}),
        "distribution": pd.DataFrame({"id": ["npv", "grid_peak"], **{k: [2e9, 1054.0] for k in spread}}),
    }  # fmt: skip
    view = StudyView({"rank_unit": "COP"}, tables, language("es"), {}, {"npv": "COP", "grid_peak": "kW"})
    shown = in_readable_money(view)
    assert shown.about["rank_unit"] == shown.units["npv"] == "millones de COP"
    assert shown.units["grid_peak"] == "kW"
    assert shown.figure(shown.tables["ranking"]["value"].iloc[0], "value") == "\u22121.128"
    assert shown.tables["points"]["npv"].iloc[0] == pytest.approx(-1127.947536)
    assert shown.tables["distribution"]["mean"].tolist() == [2000.0, 1054.0]
    assert view.tables["points"]["npv"].iloc[0] < -1e9  # the workbook keeps whole amounts


def test_a_study_without_large_amounts_stays_as_it_is() -> None:
    """Proves: unit prices and small sums are not divided. If ignored: 0.12 USD/kWh would be told as nothing."""
    tables = {"points": pd.DataFrame({"lcoc": [0.1264], "npv": [-654_321.0]})}
    view = StudyView({}, tables, language("en"), {}, {"lcoc": "USD/kWh", "npv": "USD"})
    shown = in_readable_money(view)
    assert shown.units == {"lcoc": "USD/kWh", "npv": "USD"}
    assert shown.tables["points"].to_numpy().tolist() == [[0.1264, -654_321.0]]


def test_sentences_of_a_study_tell_money_as_the_page_does() -> None:
    """Proves: both ends of a sentence have one unit. If ignored: a sum has two roundings on one page."""
    said = headline._say("es", "sweep_base", rank=2, count=5, value=-3_095_747_614.0, unit="COP")
    assert said.endswith("con -3.096 millones de COP.")
    assert headline._say("en", "sweep_base", rank=2, count=5, value=12.5, unit="kW").endswith("12.5 kW.")

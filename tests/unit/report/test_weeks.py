"""The typical weeks of a carrier."""

from dataclasses import replace

import numpy as np
import pytest

from edsim.appraisal.types import Appraisal
from edsim.core.timegrid import days_of_year
from edsim.report.figures.dispatch import dated, dispatch
from edsim.report.figures.flows import NodeFlows, Series
from edsim.report.figures.weeks import weeks_layout, weeks_of
from edsim.report.i18n import language
from edsim.report.view import Study


@pytest.fixture
def study(appraisal: Appraisal) -> Study:
    """Return the run of the tests as the page sees it."""
    return Study(appraisal, language("en"))


def test_weeks_run_from_monday_and_are_the_extremes_and_the_median(study: Study) -> None:
    """Proves: of a load that grows by the day the last full week is the greatest, the first the least.

    2025 begins on a Wednesday: the first Monday is 6 January, day 5; 51 weeks end on 28 December.
    If ignored: weeks that begin on any day, whose Sunday hides in the middle.
    """
    grows = np.repeat(np.arange(365.0), 24)
    weeks = weeks_of(study, grows, days_of_year(2025))
    assert [w.first_day for w in weeks] == [5 + 7 * 50, 5 + 7 * 25, 5]
    assert {w.monday.item().weekday() for w in weeks} == {0}


def test_weeks_of_a_leap_year_are_those_of_its_calendar(study: Study) -> None:
    """Proves: 2024 begins on a Monday, and no week spans its dropped 29 February. If ignored: Sundays on Saturday."""
    grows = np.repeat(np.arange(365.0), 24)
    last, _, first = weeks_of(study, grows, days_of_year(2024))
    assert (str(first.monday), first.first_day) == ("2024-01-01", 0)
    assert (str(last.monday), last.first_day) == ("2024-12-23", 356)
    greatest, _, _ = weeks_of(study, np.where((grows > 55) & (grows < 65), 1e3, 0.0), days_of_year(2024))
    assert str(greatest.monday) == "2024-03-04"


def test_the_hours_of_a_leap_year_stand_on_their_own_dates(study: Study) -> None:
    """Proves: after a 29 February that is left out hours are a day later and nothing is drawn in it.

    If ignored: a chart of 2024 calls its Fridays Thursdays.
    """
    hours = np.arange(8760.0)
    held = dated(hours, 2024)
    assert (held[1415], held[1416:1440].sum(), held[1440]) == (1415.0, 0.0, 1416.0)
    assert np.array_equal(dated(hours, 2025), hours)
    settings = {**study.appraisal.manifest["settings"], "calendar_year": 2024}
    leap = Study(replace(study.appraisal, manifest={"settings": settings}), language("en"))
    drawn = dispatch(leap, "d", ("chilled_water",))
    assert drawn is not None
    assert drawn.figure["data"][0]["x0"] == "2024-01-01"
    assert drawn.figure["layout"]["xaxis"]["rangebreaks"] == [{"bounds": ["2024-02-29", "2024-03-01"]}]


def test_a_year_without_use_is_drawn(study: Study) -> None:
    """Proves: no use at all gives a scale, not a division by nothing. If ignored: an empty carrier breaks the page."""
    idle = np.zeros(8760)
    node = NodeFlows("n", "chilled_water", (Series("c", "vapour_chiller", "C", idle),), (), ())
    drawn = weeks_layout(study, node, weeks_of(study, idle, days_of_year(2025)))
    assert drawn["yaxis"]["range"] == [0.0, 1.0]

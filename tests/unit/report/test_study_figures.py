"""Figures of studies of many alternatives."""

import pandas as pd

from edsim.report.figures.studies import StudyView, tornado
from edsim.report.i18n import language


def test_a_tornado_tells_the_side_of_a_p10_from_that_of_a_p90() -> None:
    """Proves: from the case as it stands, a bar of its own leads to the result at P10 and to that at P90.

    If ignored: of two bars from 0.4 to 2.6 million nobody reads which discount rate made which.
    """
    row = {"path": "finance.discount_rate_frac", "mode": "fixed", "base": 1.4e6, "at_low": 2.6e6, "at_high": 0.4e6}
    view = StudyView(
        about={"indicator": "npv", "unit": "USD"}, tables={"tornado": pd.DataFrame([row])}, lang=language("en"),
        names={}, units={},
    )  # fmt: skip
    low, high = tornado(view).figure["data"]
    assert [t["name"].split(" · ")[1] for t in (low, high)] == ["P10", "P90"]
    assert [t["base"][0] + t["x"][0] for t in (low, high)] == [2.6e6, 0.4e6]
    assert low["marker"] != high["marker"]
    assert low["offsetgroup"] == high["offsetgroup"] == "fixed"

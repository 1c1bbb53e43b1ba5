"""Cases with milestones among others: their years, their money and their energy."""

import csv
import io
from pathlib import Path

import pytest

from edsim.portfolio.analysis import Analysis, AnalysisOptions, analyze
from edsim.portfolio.exchange import iamc
from edsim.portfolio.totals import yearly_by_run
from tests.unit.portfolio.synthetic import Made, write_run

pytestmark = pytest.mark.medium
GROWN = (
    ("bau", 2027, 1, 5, 4e6, 0.0),
    ("bau", 2032, 6, 20, 8e6, 100.0),
    ("district", 2027, 1, 5, 3e6, 1200.0),
    ("district", 2032, 6, 20, 4e6, 400.0),
)


@pytest.fixture
def added(tmp_path: Path) -> Analysis:
    """Return a case of 2025 built at once and one studied in 2020 that opens in 2027 and grows in 2032."""
    write_run(tmp_path, Made("plain", lat_deg=3.4, study={"study_year": 2025}))
    grown = Made("grown", ghg_t=50.0, scrapped_t=150.0, study={"study_year": 2020}, milestones=GROWN)
    write_run(tmp_path, grown)
    return analyze(tmp_path, AnalysisOptions(draws=200))


def test_years_begin_with_the_first_milestone(added: Analysis) -> None:
    """Proves: what the start scraps stands in 2026, the first saving in 2027, the twentieth in 2046.

    If ignored: a district that opens in 2027 avoids from the year after its study, 2021, and meets targets of 2025.
    """
    years = yearly_by_run(added.collection, dict.fromkeys(("grown", "plain"), "district"))
    grown = years[years["run"] == "grown"].set_index("calendar_year")["avoided_t"]
    assert grown.index.tolist() == list(range(2026, 2047))
    assert grown[2026] == pytest.approx(-150.0)
    assert grown[2027] == pytest.approx(50.0)


def test_investment_is_that_of_all_milestones(added: Analysis) -> None:
    """Proves: 1200 at the start and 400 in 2032 are 1600, and 100 of them BAU would spend too.

    If ignored: the sum leaves out what later phases build, while energy, GHG and NPV count what it brings.
    """
    row = added.measures.set_index("run").loc["grown"]
    assert row["investment"] == pytest.approx(1600.0)
    assert row["extra_investment"] == pytest.approx(1000.0 + 300.0)


def test_the_template_spreads_money_and_energy_over_the_years(added: Analysis) -> None:
    """Proves: three quarters of the money in 2026, a quarter in 2031; half of the energy of BAU until 2031."""
    rows = {
        (r["Scenario"], r["Variable"].split("|")[0]): r
        for r in csv.DictReader(io.StringIO(iamc(added).decode()))
        if r["Region"] == "COL"
    }
    money = rows["Project", "Investment"]
    assert float(money["2026"]) == pytest.approx(1200.0 / 1e6)
    assert float(money["2031"]) == pytest.approx(400.0 / 1e6)
    energy = rows["BAU", "Final Energy"]
    assert float(energy["2027"]) == pytest.approx(1.5 * float(energy["2046"]))


def test_two_levels_of_a_carrier_are_one_service(tmp_path: Path) -> None:
    """Proves: chilled water at two temperatures is grouped with chilled water."""
    write_run(tmp_path, Made("one", carriers=("chilled_water", "chilled_water_high", "hot_water")))
    assert analyze(tmp_path, AnalysisOptions(draws=200)).measures["service"].tolist() == ["chilled_water + hot_water"]

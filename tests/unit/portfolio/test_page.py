"""What the page and the workbook of a portfolio show beside the figures: totals, map, reasons, pages on paper."""

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from edsim.portfolio.analysis import Analysis, AnalysisOptions, analyze
from edsim.portfolio.exchange import iamc
from edsim.portfolio.publish import report_data
from edsim.report.i18n import language
from edsim.report.portfolio.map import studies_map
from edsim.report.portfolio.page import render_portfolio
from edsim.report.portfolio.sections import sections
from edsim.report.portfolio.view import PortfolioView
from edsim.report.portfolio.workbook import render_portfolio_workbook
from edsim.report.view import Table
from tests.unit.portfolio.synthetic import Made, write_run

pytestmark = pytest.mark.medium


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    """Return two studies in two cities."""
    root = tmp_path_factory.mktemp("page")
    write_run(root, Made("one", npv=-60.0))
    write_run(root, Made("two", city="Cali", sector="industry", lat_deg=3.4, npv=20.0))
    return analyze(root, AnalysisOptions(draws=200))


def test_groups_on_the_page_end_with_the_whole(added: Analysis) -> None:
    """Proves: the last row of sums by city is the whole, set apart. If ignored: readers add up by hand."""
    page = render_portfolio(report_data(added), lang="es")
    block = page.split("<h3>Por ciudad</h3>")[1].split("</table>")[0]
    last = block.split('<tr class="sum">')[1]
    cells = [re.sub("<[^>]*>", "", c) for c in re.findall(r"<t[hd][^>]*>.*?</t[hd]>", last)]
    assert cells[:2] == ["Total", "2"]
    avoided = added.measures["ghg_avoided_t_per_a"]
    assert cells[2] == language("es").quantity(float(avoided.sum()), "tCO2e/a", scale_of=float(avoided.max()))[0]


def test_one_study_and_the_sums_are_in_one_unit(added: Analysis) -> None:
    """Proves: where all studies save GWh, a single one stands in GWh too, and the year of each study is there.

    If ignored: 4.873 MWh stands above a sum of 43,1 GWh, and nobody finds the studies of one year.
    """
    saved, data = "final_energy_saved_mwh", report_data(added)
    measures = data.tables["measures"].assign(**{saved: [9000.0, 4000.0]})
    sums = data.tables["totals"].assign(value=lambda t: t["value"].where(t["measure"] != saved, 13_000.0))
    tables = {**data.tables, "measures": measures, "totals": sums}
    view = PortfolioView(replace(data, tables=tables), language("es").of_sums())
    shown = next(s for s in sections(view) if s.key == "studies").blocks[0]
    assert isinstance(shown, Table)
    place = [h.label for h in shown.heads].index(view.label(saved))
    assert (shown.heads[place].unit, *(r[place] for r in shown.rows)) == ("GWh/a", "9,00", "4,00")
    assert str(measures["study_year"].iloc[0]) in shown.rows[0]


def test_the_published_page_has_the_map(added: Analysis) -> None:
    """Proves: the page that is sent shows where the studies stand, and no table of it holds a coordinate.

    If ignored: only who runs the server sees the map, or the data package tells where buildings are.
    """
    data = report_data(added)
    assert set(data.places) == set(added.measures["run"])
    assert 'id="portfolio-map"' in render_portfolio(data)
    assert 'id="portfolio-map"' not in render_portfolio(replace(data, places={}))
    assert not {c for table in data.tables.values() for c in table.columns} & {"lat_deg", "lon_deg"}


def test_cities_of_one_name_stay_apart(tmp_path: Path) -> None:
    """Proves: Cordoba in Argentina and in Colombia are two cities in sums, on the map and in the targets of a city.

    If ignored: their tons are added to one another, and the name stands in the ocean between them.
    """
    write_run(tmp_path, Made("one", city="Cordoba", ghg_t=50.0))
    write_run(tmp_path, Made("two", city="Cordoba", country="ARG", lat_deg=-31.4, ghg_t=30.0))
    write_run(tmp_path, Made("three", city="Cali", lat_deg=3.4))
    added = analyze(tmp_path, AnalysisOptions(draws=200))
    sums = added.totals.query("dimension == 'city' and measure == 'ghg_avoided_t_per_a'").set_index("group")["value"]
    assert sorted(sums.index) == ["Cali", "Cordoba (ARG)", "Cordoba (COL)"]
    assert sums["Cordoba (ARG)"] == pytest.approx(30.0)
    drawn = studies_map(PortfolioView(report_data(added), language("en")))
    assert drawn is not None
    names = drawn.figure["data"][-1]
    assert dict(zip((t.strip() for t in names["text"]), names["y"], strict=True))["Cordoba (ARG)"] == -31.4
    regions = {row["Region"] for row in csv.DictReader(io.StringIO(iamc(added).decode()))}
    assert regions == {"ARG", "ARG|Cordoba", "COL", "COL|Cali", "COL|Cordoba"}


def test_what_a_dash_and_a_year_below_zero_mean_is_said(added: Analysis) -> None:
    """Proves: ratios per person without people have a reason beside their dash. If ignored: it looks like a fault."""
    data = report_data(added)
    frameworks_ = data.tables["frameworks"]
    per_person = frameworks_["unit"].str.contains("person")
    said = "how many people it serves"
    missing = frameworks_.assign(value=frameworks_["value"].mask(per_person))
    there = frameworks_.assign(value=frameworks_["value"].fillna(1.0))
    for table, wanted in ((missing, True), (there, False)):
        page = render_portfolio(replace(data, tables={**data.tables, "frameworks": table}))
        assert (said in page) is wanted
    below = data.tables["yearly"].assign(avoided_t=-1.0)
    page = render_portfolio(replace(data, tables={**data.tables, "yearly": below}))
    assert "Below zero stand years" in page


def test_long_tables_of_the_workbook_print_one_page(added: Analysis) -> None:
    """Proves: a table for programs prints its first rows; studies print whole. If ignored: a portfolio is 90 pages."""
    data = report_data(added)
    long = {n: pd.concat([data.tables[n]] * 130, ignore_index=True) for n in ("ratios", "measures")}
    book = openpyxl.load_workbook(io.BytesIO(render_portfolio_workbook(replace(data, tables={**data.tables, **long}))))
    assert re.search(r"\$A\$1:\$[A-Z]+\$41$", book["Ratios"].print_area)
    assert "40" in book["Ratios"].oddHeader.left.text
    assert not book["Studies"].print_area
    assert book["Studies"].print_title_rows == "$1:$1"

"""The table of prices that a portfolio is given: what it may hold, and what no table can mean."""

from pathlib import Path

import pytest

from edsim.core.errors import DataError
from edsim.portfolio.money import read_prices

HEAD = "series,currency,calendar_year,value\n"


def test_a_table_of_a_spreadsheet_is_read(tmp_path: Path) -> None:
    """Proves: semicolons and decimal commas are read. If ignored: the table has to be written by hand."""
    table = tmp_path / "p.csv"
    table.write_text("series;currency;calendar_year;value\nfx_per_usd;COP;2025;4100,5\n", encoding="utf-8")
    assert read_prices(table).tables.fx_per_usd["COP"][2025] == 4100.5


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (f"{HEAD}fx_per_usd,COP,2025,0.00024\n", 2, "upside down"),
        (f"{HEAD}fx_per_usd,COP,2025,41000\n", 2, "far from that of any day of 2025"),
        (f"{HEAD}cpi,COP,2025,150\ncpi,COP,2025,151\n", 3, "twice"),
        (f"{HEAD}fx_per_usd,pesos,2025,4100\n", 2, "not usable"),
        ("series;currency;calendar_year;value\ncpi;COP;2025;4.100,50\n", 2, "not usable"),
        ("series,currency,year,value\ncpi,COP,2025,150\n", 1, "no column"),
    ],
    ids=["upside down", "a digit", "twice", "no currency", "two marks", "column"],
)
def test_what_no_table_can_mean_is_refused(tmp_path: Path, text: str, line: int, words: str) -> None:
    """Proves: a rate upside down, contradictions and unknown names are named by their row.

    If ignored: a portfolio in pesos is added up with a rate sixteen million times too small.
    """
    (tmp_path / "p.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_prices(tmp_path / "p.csv")
    (found,) = caught.value.findings
    assert (found.code, found.line) == ("E583", line)
    assert words in found.what


def test_the_same_row_twice_is_no_contradiction(tmp_path: Path) -> None:
    """Proves: a row pasted twice counts once. If ignored: a table without a fault is refused."""
    (tmp_path / "p.csv").write_text(f"{HEAD}cpi,COP,2025,150\ncpi,COP,2025,150\n", encoding="utf-8")
    assert read_prices(tmp_path / "p.csv").tables.cpi["COP"][2025] == 150.0

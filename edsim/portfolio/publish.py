"""Write what is said about a portfolio: page, workbook, tables for other programs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from edsim import __version__
from edsim.core.errors import DataError, Finding
from edsim.portfolio.analysis import Analysis
from edsim.portfolio.exchange import exchange_files, tables_of, write_files
from edsim.portfolio.totals import MEASURES
from edsim.report.portfolio.view import PortfolioData

if TYPE_CHECKING:
    from edsim.core.i18n import Lang


def report_data(analysis: Analysis) -> PortfolioData:
    """Return an analysis as the report reads it."""
    budget = None
    if analysis.selection is not None:
        budget = {k: v for k, v in asdict(analysis.selection).items() if k != "rows"}
    return PortfolioData(
        currency=analysis.basis.currency,
        price_year=analysis.basis.price_year,
        tables=tables_of(analysis),
        labels={m.id: (m.label, m.unit) for m in MEASURES},
        budget=budget,
        findings=analysis.findings,
        version=__version__,
        variant_rule=analysis.variants.rule,
        places=_places(analysis),
    )


def _places(analysis: Analysis) -> dict[str, tuple[float, float]]:
    """Return the middle of the buildings of every run that has one, degrees."""
    buildings = analysis.collection.tables["buildings"]
    middle = buildings.groupby("run")[["lat_deg", "lon_deg"]].mean().dropna()
    return {str(run): (float(lat), float(lon)) for run, (lat, lon) in zip(middle.index, middle.to_numpy(), strict=True)}


def write_report(analysis: Analysis, folder: str | Path, *, lang: Lang = "en") -> Path:
    """Write ``portfolio.html``, ``portfolio.xlsx``, CSV tables, ``datapackage.json`` and ``iamc.csv``.

    Parameters
    ----------
    analysis
        The portfolio.
    folder
        Folder to write to; files of these names are replaced.
    lang
        Language of page and workbook.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    DataError
        E821 a file cannot be written.
    """
    from edsim.report.portfolio.page import portfolio_files

    target = Path(folder)
    try:
        write_files(exchange_files(analysis) | portfolio_files(report_data(analysis), lang=lang), target)
    except OSError as fault:
        what, got = "the report could not be written", fault.strerror or str(fault)
        hint = "free space or permission there, or choose another folder with --out"
        raise DataError.of([Finding("E821", what, file=str(fault.filename or target), got=got, hint=hint)]) from fault
    return target

"""The page of a portfolio: one HTML file that needs no network, under the rules of the report of a run."""

from __future__ import annotations

from edsim.report.i18n import language, printed
from edsim.report.page import rendered
from edsim.report.plotting import PLOTLY, plotly_script
from edsim.report.portfolio.notes import notes
from edsim.report.portfolio.sections import headline, sections, tiles
from edsim.report.portfolio.view import PortfolioData, PortfolioView


def render_portfolio(data: PortfolioData, *, lang: str = "en") -> str:
    """Return the page of a portfolio; ``plotly.min.js`` must lie beside it.

    Scripts run only under a nonce, and nothing is fetched from elsewhere.

    Parameters
    ----------
    data
        The portfolio as it was added up.
    lang
        ``en`` or ``es``.

    Returns
    -------
    str
        UTF-8 text; the same data give the same text.

    Raises
    ------
    DataError
        E820 unknown language.
    """
    view = PortfolioView(data, language(lang).of_sums())
    told = {"headline": tuple(map(printed, headline(view))), "notes": notes(view), "tiles": tiles(view)}
    shown = {"title": view.name, "view": view, **told}
    return rendered("portfolio.html.j2", shown, sections(view), view.lang, one_file=False)


def portfolio_files(data: PortfolioData, *, lang: str = "en") -> dict[str, bytes]:
    """Return ``portfolio.html``, its script and ``portfolio.xlsx`` by name."""
    from edsim.report.portfolio.workbook import render_portfolio_workbook

    return {
        "portfolio.html": render_portfolio(data, lang=lang).encode("utf-8", "replace"),
        "portfolio.xlsx": render_portfolio_workbook(data, lang=lang),
        PLOTLY: plotly_script().encode(),
    }

"""Figures of a run for notebooks: what the report draws, as plotly figures that can be changed and saved.

Every function takes an :class:`~edsim.appraisal.types.Appraisal` and a language, and returns a
``plotly.graph_objects.Figure``; ``None`` stands for what the run has no data for::

    from edsim import plot
    plot.load_duration(appraisal).show()
    plot.network_map(appraisal, lang="es").write_html("map.html")
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from edsim.appraisal.types import Appraisal
    from edsim.report.view import Chart, Study

__all__ = [
    "building_demand",
    "carrier_duration",
    "cash_flow",
    "comparison_costs",
    "cost_bridge",
    "cost_stack",
    "debt_cover",
    "dispatch",
    "ghg",
    "ghg_years",
    "load_duration",
    "network_map",
    "peak_day",
    "sankey",
]


def load_duration(appraisal: Appraisal, lang: str = "en") -> go.Figure | None:
    """Return grid import sorted from its highest hour, kW, BAU beside every variant."""
    from edsim.report.figures import dispatch as figures

    return _figure(appraisal, lang, figures.duration)


def carrier_duration(appraisal: Appraisal, carrier: str = "chilled_water", lang: str = "en") -> go.Figure | None:
    """Return the sorted output of every supplier of a carrier, kW; see :func:`dispatch`."""
    from edsim.report.figures import dispatch as figures

    return _figure(appraisal, lang, lambda study: figures.carrier_duration(study, "duration", (carrier,)))


def dispatch(appraisal: Appraisal, carrier: str = "chilled_water", lang: str = "en") -> go.Figure | None:
    """Return who supplies a carrier hour by hour, kW, two weeks shown and the year in the slider.

    Parameters
    ----------
    appraisal
        The run.
    carrier
        Such as ``chilled_water``, ``electricity``, ``hot_water`` or ``steam``.
    lang
        ``en`` or ``es``.
    """
    from edsim.report.figures import dispatch as figures

    return _figure(appraisal, lang, lambda study: figures.dispatch(study, "dispatch", (carrier,)))


def peak_day(appraisal: Appraisal, carrier: str = "chilled_water", lang: str = "en") -> go.Figure | None:
    """Return who supplies a carrier on the day of its highest use, kW; see :func:`dispatch`."""
    from edsim.report.figures import dispatch as figures

    return _figure(appraisal, lang, lambda study: figures.peak_day(study, "peak-day", (carrier,)))


def sankey(appraisal: Appraisal, lang: str = "en") -> go.Figure | None:
    """Return the energy balance of the year from source to use, MWh."""
    from edsim.report.figures import balance

    return _figure(appraisal, lang, balance.sankey)


def network_map(appraisal: Appraisal, lang: str = "en") -> go.Figure | None:
    """Return buildings by connection and pipes by diameter and flow, without map tiles."""
    from edsim.report.figures import site

    return _figure(appraisal, lang, site.site_map)


def cost_stack(appraisal: Appraisal, column: str = "present_value", lang: str = "en") -> go.Figure | None:
    """Return one bar per variant stacked by cost line.

    Parameters
    ----------
    appraisal
        The run.
    column
        ``present_value`` of all years, ``investment`` at the start, or ``annual`` of the first year.
    lang
        ``en`` or ``es``.

    Raises
    ------
    ValueError
        Another column.
    """
    from edsim.report.figures import money

    allowed = ("present_value", "investment", "annual")
    if column not in allowed:
        raise ValueError(f"column {column!r} is not one of {allowed}")
    return _figure(appraisal, lang, lambda study: money.stack(study, column, column, "", ""))


def cost_bridge(appraisal: Appraisal, lang: str = "en") -> go.Figure | None:
    """Return the steps from the present value of BAU to that of the main variant, line by line."""
    from edsim.report.figures import money

    return _figure(appraisal, lang, money.bridge)


def cash_flow(appraisal: Appraisal, lang: str = "en") -> go.Figure | None:
    """Return the running sum of project minus BAU cash flow, not discounted; it crosses zero at the payback."""
    from edsim.report.figures import money

    return _figure(appraisal, lang, money.cumulative)


def debt_cover(appraisal: Appraisal, lang: str = "en") -> go.Figure | None:
    """Return debt service and its cover by year, when the case finances a company."""
    from edsim.report.figures import company

    return _figure(appraisal, lang, company.debt_cover)


def ghg(appraisal: Appraisal, lang: str = "en") -> go.Figure | None:
    """Return emissions by source, mean of a year, BAU beside every variant."""
    from edsim.report.figures import impact

    return _figure(appraisal, lang, impact.ghg)


def ghg_years(appraisal: Appraisal, lang: str = "en") -> go.Figure | None:
    """Return emissions by year of the study, BAU beside every variant."""
    from edsim.report.figures import impact

    return _figure(appraisal, lang, impact.ghg_years)


def building_demand(appraisal: Appraisal, lang: str = "en") -> go.Figure | None:
    """Return the yearly cooling demand of every building, MWh."""
    from edsim.report.figures import impact

    return _figure(appraisal, lang, impact.building_demand)


def comparison_costs(runs: dict[str, Appraisal], lang: str = "en") -> go.Figure | None:
    """Return the present value of costs of several runs side by side, by cost line.

    Parameters
    ----------
    runs
        Name → run, at least two.
    lang
        ``en`` or ``es``.
    """
    from edsim.report.comparison.page import comparison_costs as costs

    return _drawn(costs(list(runs.items()), lang))


def _figure(appraisal: Appraisal, lang: str, draw: Callable[[Study], Chart | None]) -> go.Figure | None:
    from edsim.report.i18n import language
    from edsim.report.view import Study

    return _drawn(draw(Study(appraisal, language(lang))))


def _drawn(chart: Chart | None) -> go.Figure | None:
    """Return a chart of the report as a figure with its title."""
    if chart is None:
        return None
    import plotly.graph_objects as go

    figure = go.Figure(data=list(chart.figure["data"]), layout=_accepted(chart.figure["layout"]))
    figure.update_layout(height=chart.height, template="plotly_white")
    if chart.title:
        figure.update_layout(title={"text": chart.title, "font": {"size": 16}}, margin_t=48)
    return figure


def _accepted(layout: Mapping[str, Any]) -> dict[str, Any]:
    """Return a layout without the second axis of a range slider, which plotly.js knows and the package refuses."""
    slider = layout.get("xaxis", {}).get("rangeslider")
    if not slider:
        return dict(layout)
    kept = {k: v for k, v in slider.items() if not k.startswith("yaxis") or k == "yaxis"}
    return {**layout, "xaxis": {**layout["xaxis"], "rangeslider": kept}}

"""What the pages show, selected from stored results; nothing is computed but sums of the portfolio."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edsim.core.language.countries import country_name
from edsim.report.comparison.differences import by_name, compare
from edsim.report.comparison.page import ComparisonView, comparison_headline, comparison_sections
from edsim.report.i18n import Language
from edsim.report.portfolio.notes import notes
from edsim.report.portfolio.sections import headline, sections, tiles
from edsim.report.portfolio.view import PortfolioView
from edsim.report.run.sections import sections as report_sections
from edsim.report.run.summary import Summary, summary
from edsim.report.theme import BLACK, CYCLE, axis, layout, plain, short
from edsim.report.view import Chart, Head, Note, Section, Study, Table
from edsim.web.words import STATUSES

if TYPE_CHECKING:
    from edsim.appraisal.types import Appraisal
    from edsim.portfolio.analysis import Analysis
    from edsim.web.library import RunEntry

_RUN_SECTIONS = ("site", "plant", "proof", "warnings")
_LEAST_SPAN_DEG = 2.0
"""A map of studies shows no less, however near they are."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page made of sections, as the template wants it.

    Attributes
    ----------
    eyebrow, title, place
        Of the heading.
    lead, sentences
        What is said first.
    notes
        Notices below.
    tiles
        Label, value, unit, small print.
    sections
        The rest.
    """

    eyebrow: str
    title: str
    place: str
    lead: str
    sentences: tuple[str, ...]
    notes: tuple[Note, ...]
    tiles: tuple[tuple[str, str, str, str], ...]
    sections: tuple[Section, ...]


def run_sheet(appraisal: Appraisal, lang: Language) -> tuple[Sheet, Summary]:
    """Return the page of a run: indicators, map, equipment, certificate, warnings."""
    study = Study(appraisal, lang)
    first = summary(study)
    found = {s.key: s for s in report_sections(study)}
    shown = tuple(found[k] for k in _RUN_SECTIONS if k in found)
    place = lang.text("prices of {year} in {currency}", {"year": appraisal.price_year, "currency": appraisal.currency})
    sheet = Sheet(
        eyebrow=lang.text("Energy district · feasibility study"),
        title=appraisal.name,
        place=f"{appraisal.city}, {study.country} · {place} · {lang.text('variant')} {study.variant(study.main)}",
        lead=first.headline[0] if first.headline else "",
        sentences=first.headline[1:],
        notes=(Note(first.proof[1], first.proof[0]),),
        tiles=(),
        sections=shown,
    )
    return sheet, first


def comparison_sheet(runs: Sequence[tuple[str, Appraisal]], lang: Language) -> Sheet:
    """Return the page that holds runs side by side, inputs first."""
    view = ComparisonView(compare(by_name(runs)), lang)
    said = comparison_headline(view)
    eyebrow = lang.text("Energy districts · comparison")
    return Sheet(
        eyebrow=eyebrow,
        title=view.name,
        place=view.place,
        lead=said[0],
        sentences=said[1:],
        notes=(),
        tiles=(),
        sections=comparison_sections(view),
    )


def portfolio_sheet(analysis: Analysis, lang: Language) -> Sheet:
    """Return the page of all runs: totals, map, sums by city and sector, and what the portfolio report says."""
    from edsim.portfolio.publish import report_data

    view = PortfolioView(report_data(analysis), lang)
    said = headline(view)
    chart = portfolio_map(analysis, lang)
    first = () if chart is None else (Section("map", lang.text("Map of the studies"), (chart,)),)
    place = lang.text("prices of {year} in {currency}", {"year": view.price_year, "currency": view.currency})
    return Sheet(
        eyebrow=lang.text("Energy districts · portfolio"),
        title=view.name,
        place=f"{view.place} · {place}",
        lead=said[0],
        sentences=said[1:],
        notes=tuple(notes(view)),
        tiles=tuple(tiles(view)),
        sections=(*first, *sections(view)),
    )


def portfolio_map(analysis: Analysis, lang: Language) -> Chart | None:
    """Return the studies by place: color by sector, size by GHG avoided; drawn without map tiles."""
    buildings = analysis.collection.tables["buildings"]
    places = buildings.groupby("run")[["lat_deg", "lon_deg"]].mean().dropna()
    frame = analysis.measures.join(places, on="run", how="inner")
    if frame.empty:
        return None
    cities = frame.groupby("city")[["lat_deg", "lon_deg"]].mean()
    frame = _apart(frame)
    largest = float(frame["ghg_avoided_t_per_a"].clip(lower=0.0).max()) or 1.0
    sectors = sorted(set(frame["sector"].astype(str)))
    data: list[dict[str, Any]] = []
    for k, sector in enumerate(sectors):
        rows = frame[frame["sector"].astype(str) == sector]
        amounts = [float(v) for v in rows["ghg_avoided_t_per_a"]]
        shown = [f"{plain(c)}<br>{plain(y)} · {lang.number(v)} tCO₂e/a" for c, y, v in zip(
            rows["case"], rows["city"], amounts, strict=True)]  # fmt: skip
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": short(_word(lang, sector)),
                "x": [float(v) for v in rows["lon_deg"]],
                "y": [float(v) for v in rows["lat_deg"]],
                "hovertext": shown,
                "hoverinfo": "text",
                "marker": {
                    "size": [round(12 + 26 * (max(v, 0.0) / largest) ** 0.5, 1) for v in amounts],
                    "color": CYCLE[k % len(CYCLE)],
                    "opacity": 0.85,
                    "line": {"width": 1.5, "color": "#FFFFFF"},
                },
            }
        )
    data.append(
        {
            "type": "scatter",
            "mode": "text",
            "x": [float(v) for v in cities["lon_deg"]],
            "y": [float(v) for v in cities["lat_deg"]],
            "text": ["\u00a0" * 7 + short(c) for c in cities.index],
            "textposition": "middle right",
            "textfont": {"size": 11, "color": BLACK},
            "hoverinfo": "skip",
            "showlegend": False,
        }
    )
    drawn = layout(lang, {"hovermode": "closest", "dragmode": "pan", "legend": {"y": -0.12}, **_extent(frame, lang)})
    caption = lang.text(
        "Circles grow with the greenhouse gas avoided in a year; colors are sectors."
        " Studies of one place stand around it."
    )
    table = _place_table(frame, lang)
    title = lang.text("Map of the studies")
    return Chart("portfolio-map", title, caption, {"data": data, "layout": drawn}, table, height=520)


def _apart(frame: Any) -> Any:
    """Return studies so close that one circle would hide the next moved to a small ring around their city."""
    step = 0.018 * max(_LEAST_SPAN_DEG, *(float(frame[c].max() - frame[c].min()) for c in ("lat_deg", "lon_deg")))
    groups = frame.groupby("city")
    count, rank = groups["case"].transform("size"), groups.cumcount()
    near = groups["lat_deg"].transform(lambda v: v.max() - v.min()) < step
    near &= groups["lon_deg"].transform(lambda v: v.max() - v.min()) < step
    moved = step * (near & (count > 1))
    turn = 2.0 * math.pi * rank / count
    lat_deg = frame["lat_deg"] + moved * turn.map(math.cos)
    return frame.assign(lat_deg=lat_deg, lon_deg=frame["lon_deg"] + moved * turn.map(math.sin))


def _extent(frame: Any, lang: Language) -> dict[str, Any]:
    """Return axes around the studies in true proportion, with some country around."""
    found: dict[str, Any] = {}
    middle = math.radians(float(frame["lat_deg"].mean()))
    for name, column, word in (("xaxis", "lon_deg", "Longitude"), ("yaxis", "lat_deg", "Latitude")):
        low, high = float(frame[column].min()), float(frame[column].max())
        pad = max(0.15 * (high - low), 0.5 * _LEAST_SPAN_DEG)
        title = lang.text("Longitude") if word == "Longitude" else lang.text("Latitude")
        found[name] = axis(f"{title}, °", {"range": [low - pad, high + pad], "ticksuffix": "°"})
    found["yaxis"] |= {"scaleanchor": "x", "scaleratio": 1.0 / max(math.cos(middle), 0.05)}
    return found


def _word(lang: Language, text: str) -> str:
    return lang.text(text.replace("_", " ")) if text else ""


def _place_table(frame: Any, lang: Language) -> Table:
    heads = (
        Head(lang.text("Study")),
        Head(lang.text("City")),
        Head(lang.text("Sector")),
        Head(lang.text("GHG avoided"), "tCO₂e/a", numeric=True),
    )
    rows = tuple(
        (str(c), str(y), _word(lang, str(s)), lang.number(float(v)))
        for c, y, s, v in zip(frame["case"], frame["city"], frame["sector"], frame["ghg_avoided_t_per_a"], strict=True)
    )
    return Table(lang.text("Map of the studies"), heads, rows)


@dataclass(frozen=True, slots=True)
class ListRow:
    """A run in the list, finished text."""

    id: str
    name: str
    city: str
    sector: str
    scenario: str
    status: str
    tone: str
    created: str
    place: str
    figures: tuple[tuple[str, str], ...]
    title: str


def list_rows(entries: Sequence[RunEntry], lang: Language, titles: Mapping[str, str]) -> tuple[ListRow, ...]:
    """Return the rows of the list of runs; `titles` holds those typed for a place."""
    return tuple(
        ListRow(
            id=e.id,
            name=e.name,
            city=f"{e.city}, {country_name(e.country, lang.code)}",
            sector=_word(lang, e.sector),
            scenario=e.scenario,
            status=_certificate(e, lang),
            tone="good" if e.status == "certified" else "warn" if e.status in {"open", "none"} else "plain",
            created=e.created[:10],
            place=e.place,
            figures=_figures(e, lang),
            title=titles.get(e.place, ""),
        )
        for e in entries
    )


def _certificate(entry: RunEntry, lang: Language) -> str:
    word = lang.text(STATUSES.get(entry.status, entry.status))
    return word if entry.gap_frac is None else f"{word} {lang.percent(max(entry.gap_frac, 1e-4), 2)}"


def _figures(entry: RunEntry, lang: Language) -> tuple[tuple[str, str], ...]:
    """Return value and tone of net present value, GHG and energy against BAU."""
    found = []
    npv = entry.kpis.get("npv")
    if npv is None or math.isnan(npv[1]):
        found.append(("–", "plain"))
    else:
        value, unit = lang.quantity(npv[1], npv[2])
        found.append((f"{value} {unit}", "good" if npv[1] >= 0 else "bad"))
    for key in ("ghg_total", "final_energy"):
        bau, project, _ = entry.kpis.get(key, (0.0, 0.0, ""))
        if not bau:
            found.append(("–", "plain"))
            continue
        change = (project - bau) / bau
        tone = "plain" if abs(change) < 0.005 else "good" if change < 0 else "bad"
        found.append((lang.percent(change, sign=True), tone))
    return tuple(found)


def choices(entries: Mapping[str, RunEntry]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the cities and sectors there are."""
    cities = sorted({e.city for e in entries.values()})
    return tuple(cities), tuple(sorted({e.sector for e in entries.values() if e.sector}))

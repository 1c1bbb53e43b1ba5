"""What the pages show, selected from stored results; nothing is computed but sums of the portfolio."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edsim.core.language.countries import country_name
from edsim.report.comparison.differences import by_name, compare
from edsim.report.comparison.page import ComparisonView, comparison_headline, comparison_sections
from edsim.report.i18n import Language, printed
from edsim.report.portfolio.notes import notes
from edsim.report.portfolio.sections import headline, sections, tiles
from edsim.report.portfolio.view import PortfolioView
from edsim.report.run.sections import sections as report_sections
from edsim.report.run.summary import Summary, summary
from edsim.report.view import Note, Section, Study
from edsim.web.filters import city_label
from edsim.web.words import STATUSES

if TYPE_CHECKING:
    from edsim.appraisal.types import Appraisal
    from edsim.portfolio.analysis import Analysis
    from edsim.web.library import RunEntry

_RUN_SECTIONS = ("site", "plant", "proof", "warnings")


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
        notes=(),
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

    view = PortfolioView(report_data(analysis), lang.of_sums())
    said = tuple(map(printed, headline(view)))
    place = lang.text("prices of {year} in {currency}", {"year": view.price_year, "currency": view.currency})
    return Sheet(
        eyebrow=lang.text("Energy districts · portfolio"),
        title=view.name,
        place=f"{view.place} · {place}",
        lead=said[0],
        sentences=said[1:],
        notes=tuple(notes(view)),
        tiles=tuple(tiles(view)),
        sections=sections(view),
    )


def _word(lang: Language, text: str) -> str:
    return lang.text(text.replace("_", " ")) if text else ""


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
    year: str


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
            year=lang.text("{year}, prices of {prices}", {"year": e.year, "prices": e.price_year}),
        )
        for e in entries
    )


def _certificate(entry: RunEntry, lang: Language) -> str:
    word = lang.text(STATUSES.get(entry.status, entry.status))
    if entry.gap_frac is None:
        return word
    return lang.text("{status}, gap {gap}", {"status": word, "gap": lang.percent(max(entry.gap_frac, 1e-4), 2)})


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


def choices(entries: Mapping[str, RunEntry]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the cities, sectors and years there are; cities of one name in several countries with its code."""
    countries = Counter(city for city, _ in {(e.city, e.country) for e in entries.values()})
    shared = {city for city, count in countries.items() if count > 1}
    cities = sorted({city_label(e, among=e.city in shared) for e in entries.values()})
    sectors = sorted({e.sector for e in entries.values() if e.sector})
    return tuple(cities), tuple(sectors), tuple(sorted({str(e.year) for e in entries.values()}, reverse=True))

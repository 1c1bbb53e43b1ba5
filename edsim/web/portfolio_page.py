"""The portfolio page: runs of the folder added up as `edsim portfolio report` adds them up.

Over a portfolio store the plan of the store says which runs count. In any other folder every run counts, but of several
runs of one district, which is the same name, city, country and buildings, only the newest.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import escape
from starlette.routing import Route

from edsim.core.errors import DataError, EdsimError, Finding
from edsim.portfolio.store import MARK
from edsim.report.portfolio.notes import CONVENTIONS
from edsim.report.said import sentence
from edsim.web import views

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams
    from starlette.requests import Request
    from starlette.responses import Response

    from edsim.portfolio.analysis import Analysis, AnalysisOptions
    from edsim.report.i18n import Language
    from edsim.web.library import RunEntry
    from edsim.web.pages import Site

_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_HEADER = "series,currency,calendar_year,value"
_MOST_PRICES = 4_000
"""Letters of a price table typed into the form."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form of the page holds, as far as it is of use.

    Attributes
    ----------
    currency, price_year
        Basis of all money; "" and 0 for that of the cases.
    allow
        Conventions that may differ.
    exclude
        Names of runs left out.
    prices
        Rows of more price indices and exchange rates, as text.
    """

    currency: str
    price_year: int
    allow: tuple[str, ...]
    exclude: tuple[str, ...]
    prices: str

    @classmethod
    def read(cls, query: QueryParams, runs: Sequence[str]) -> Asked:
        """Return what an address asks for; runs that are not there are passed over."""
        from edsim.portfolio.harmonize import CONVENTION_KEYS

        currency, year = query.get("currency", "").strip().upper(), query.get("price_year", "").strip()
        return cls(
            currency=currency if _CURRENCY.match(currency) else "",
            price_year=int(year) if year.isdigit() and len(year) == 4 else 0,
            allow=tuple(k for k in CONVENTION_KEYS if k in query.getlist("allow")),
            exclude=tuple(r for r in runs if r in query.getlist("exclude")),
            prices=query.get("prices", "").strip()[:_MOST_PRICES],
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """The runs that are added up: name → folder; others of the folder that are not, and whether a plan says so."""

    folders: Mapping[str, Path]
    others: int
    planned: bool


def portfolio_route(site: Site) -> Route:
    """Return the route of the portfolio page."""

    def page(request: Request) -> Response:
        return _portfolio(site, request)

    return Route("/portfolio", page, methods=["GET"])


def _portfolio(site: Site, request: Request) -> Response:
    from edsim.portfolio.harmonize import CONVENTION_KEYS, MONEY_KEYS

    lang = site.language(request)
    counted = _counted(site)
    asked = Asked.read(request.query_params, tuple(counted.folders))
    form = {
        "currency": asked.currency,
        "price_year": asked.price_year or "",
        "allow": asked.allow,
        "exclude": asked.exclude,
        "runs": tuple(counted.folders),
        "prices": escape(asked.prices),
        "header": _HEADER,
        "others": counted.others,
        "planned": counted.planned,
    }
    try:
        analysis = _added_up(site, asked, counted)
    except EdsimError as fault:
        found = fault.findings
        differing = {f.field for f in found} | set(asked.allow)
        keys = tuple(k for k in CONVENTION_KEYS if k in differing and k not in MONEY_KEYS)
        texts = _differing(found, lang)
        return site.page(request, "apart.html.j2", {"findings": texts, "options": form | {"keys": keys}})
    sheet = views.portfolio_sheet(analysis, lang)
    return site.page(request, "sheet.html.j2", {"sheet": sheet, "options": form | {"keys": asked.allow}})


def _differing(findings: Sequence[Finding], lang: Language) -> tuple[str, ...]:
    """Return what runs do not share, each value with the runs that have it."""
    return tuple(
        f"{lang.text(CONVENTIONS[f.field])}: {f.got.replace('not stated', lang.text('not stated'))} [{f.code}]"
        if f.field in CONVENTIONS
        else sentence(f, lang.code)
        for f in findings
    )


def _counted(site: Site) -> Counted:
    """Return the runs that count, and how many others of the folder do not."""
    from edsim.portfolio.facts import run_folders, run_names

    root = Path(site.settings.root).resolve()
    entries = [e for e in site.library.listing().entries.values() if not e.scenario]
    if (root / MARK).is_file():
        try:
            folders = run_folders(root)
        except DataError:
            folders = []
        planned = set(folders)
        names = run_names(folders)
        return Counted({names[str(f)]: f for f in folders}, sum(e.folder not in planned for e in entries), planned=True)
    newest = _newest(entries)
    folders = [e.folder for e in sorted(newest, key=lambda e: e.place)]
    names = run_names(folders)
    return Counted({names[str(f)]: f for f in folders}, len(entries) - len(newest), planned=False)


def _newest(entries: Sequence[RunEntry]) -> list[RunEntry]:
    """Return the newest run of every district; entries come newest first."""
    alike: dict[tuple[str, str, str], list[RunEntry]] = {}
    for entry in entries:
        alike.setdefault((entry.name, entry.city, entry.country), []).append(entry)
    found: list[RunEntry] = []
    for group in alike.values():
        seen: dict[object, RunEntry] = {}
        for entry in group:
            district: object = _buildings(entry.folder) if len(group) > 1 else ()
            seen.setdefault(entry.id if district is None else district, entry)
        found += seen.values()
    return found


def _buildings(folder: Path) -> tuple[object, ...] | None:
    """Return which buildings a run is about and where they stand; None where it does not say."""
    import duckdb

    from edsim.bundle.tables import connect

    query = "select building, round(lat_deg, 4), round(lon_deg, 4) from read_parquet(?) order by all"
    try:
        with connect() as session:
            rows = session.execute(query, [str(folder / "buildings.parquet")]).fetchall()
    except duckdb.Error:
        return None
    return tuple(rows) or None


def _added_up(site: Site, asked: Asked, counted: Counted) -> Analysis:
    """Return the portfolio, kept until a run, the plan or what is asked changes."""
    from edsim.portfolio.analysis import AnalysisOptions, analyze

    options = AnalysisOptions(
        currency=asked.currency, price_year=asked.price_year, allow=asked.allow, exclude=asked.exclude
    )
    root = Path(site.settings.root).resolve()
    marks = [root / MARK, *(f / "manifest.json" for f in counted.folders.values())]
    listing = site.library.listing()
    key = repr((asked, [(str(m), m.stat().st_mtime_ns) for m in marks if m.is_file()], listing.damaged))
    if key not in site.added_up:
        folders = None if counted.planned else list(counted.folders.values())
        with tempfile.TemporaryDirectory(prefix="edsim-prices-") as place:
            found = analyze(root, _with_prices(options, asked.prices, Path(place)), folders)
        site.added_up.clear()
        site.added_up[key] = found
    return site.added_up[key]


def _with_prices(options: AnalysisOptions, text: str, place: Path) -> AnalysisOptions:
    """Return the options with a table of typed prices; its first line may be left out."""
    rows = text if text.startswith("series") else f"{_HEADER}\n{text}"
    if rows.strip() == _HEADER or not text:
        return options
    table = place / "portfolio-page.csv"
    table.write_text(rows + "\n", encoding="utf-8")
    return replace(options, prices=table)

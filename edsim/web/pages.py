"""Addresses and answers. Every page is whole HTML; scripts only draw charts and follow the progress of a run."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from edsim.core.errors import EdsimError, Finding
from edsim.core.i18n import LANGUAGES
from edsim.report import render_html, render_workbook
from edsim.report.page import asset, environment, figures_json
from edsim.report.plotting import plotly_script
from edsim.report.portfolio.notes import CONVENTIONS
from edsim.report.said import sentence
from edsim.report.studies.page import render_study
from edsim.web import views
from edsim.web.filters import Filters
from edsim.web.guard import REFUSALS, SCRIPT, Guard, TooLargeError, document_csp, page_csp
from edsim.web.jobs import Queue
from edsim.web.library import STUDY_PAGE, Library, RunEntry
from edsim.web.public import TEMPLATES, render_public
from edsim.web.settings import Settings
from edsim.web.words import STATUSES, spoken

if TYPE_CHECKING:
    from starlette.requests import Request

    from edsim.portfolio.analysis import Analysis
    from edsim.report.i18n import Language
    from edsim.web.views import Sheet

_LANGUAGE = "edsim_lang"
_MOST_COMPARED = 6
_MOST_SCENARIOS = 4
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(slots=True)
class Site:
    """A server's pages: its settings, runs and jobs, and how a page is made."""

    settings: Settings
    library: Library
    jobs: Queue
    added_up: dict[str, Analysis] = field(default_factory=dict)

    def language(self, request: Request) -> Language:
        """Return the language asked for, that of the cookie, or the default."""
        wanted = request.query_params.get("lang") or request.cookies.get(_LANGUAGE) or self.settings.lang
        return spoken(wanted if wanted in LANGUAGES else self.settings.lang)

    def entry(self, request: Request) -> RunEntry:
        """Return the run of an address; 404 when there is none."""
        entry = self.library.entry(str(request.path_params["run"]))
        if entry is None:
            raise HTTPException(404)
        return entry

    def page(self, request: Request, template: str, content: Mapping[str, Any], status: int = 200) -> Response:
        """Return a page of ours, its template filled with `content`, under its own nonce."""
        lang, nonce = self.language(request), request.scope["edsim.nonce"]
        sheet: Sheet | None = content.get("sheet")
        charts = sheet is not None
        text = environment(TEMPLATES).get_template(template).render(
            t=lang.text,
            lang=lang,
            conventions=CONVENTIONS,
            nonce=nonce,
            path=request.url.path,
            languages=_language_links(request),
            css=asset("report.css") + (TEMPLATES / "web.css").read_text("utf-8"),
            script=(TEMPLATES / "web.js").read_text("utf-8"),
            chart_script=asset("report.js") if charts else "",
            plotly=f"/static/{SCRIPT}" if charts else "",
            figures=figures_json(sheet.sections) if sheet is not None else "",
            **content,
        )  # fmt: skip
        answer = HTMLResponse(text, status, {"content-security-policy": page_csp(nonce, charts=charts)})
        if request.query_params.get("lang") in LANGUAGES:
            answer.set_cookie(_LANGUAGE, lang.code, max_age=31_536_000, httponly=True, samesite="strict")
        return answer

    def message(self, request: Request, status: int, title: str, findings: tuple[str, ...] = ()) -> Response:
        """Return a plain page that says one thing."""
        return self.page(request, "message.html.j2", {"title": title, "findings": findings}, status)


def _language_links(request: Request) -> tuple[tuple[str, str], ...]:
    """Return language and address of this page in it."""
    return tuple((code, f"?{request.url.include_query_params(lang=code).query}") for code in LANGUAGES)


def create_app(settings: Settings) -> Guard:
    """Return the application over the folder of `settings`, behind its guard."""
    library = Library(Path(settings.root).resolve())
    jobs = Queue(
        time_s=settings.job_seconds,
        memory_mb=settings.job_memory_mb,
        most_waiting=settings.max_jobs_waiting,
        keep=lambda order: library.set_title(order.out, order.title),
    )
    site = Site(settings, library, jobs)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        jobs.close()

    from edsim.web.portfolio_page import portfolio_route
    from edsim.web.starting import starting_routes

    app = Starlette(
        routes=[*_routes(site), portfolio_route(site), *starting_routes(site)],
        exception_handlers=_handlers(site),
        lifespan=lifespan,
    )

    def refuse(status: int, why: str) -> bytes:
        lang = spoken(settings.lang)
        template = environment(TEMPLATES).get_template("refused.html.j2")
        return template.render(t=lang.text, lang=lang, status=status, why=why).encode()

    return Guard(app, settings, refuse)


def _routes(site: Site) -> list[Route]:
    pages: Mapping[str, Callable[[Site, Request], Response]] = {
        "/": _list,
        "/compare": _compare,
        "/runs/{run}": _run,
        "/runs/{run}/report": _report,
        "/runs/{run}/public": _public,
        "/runs/{run}/bundle.zip": _bundle,
        "/runs/{run}/workbook.xlsx": _workbook,
        "/studies/{run}/": _study,
        f"/studies/{{run}}/{SCRIPT}": _script,
        f"/runs/{{run}}/{SCRIPT}": _script,
        f"/static/{SCRIPT}": _script,
    }

    def bound(handler: Callable[[Site, Request], Response]) -> Callable[[Request], Response]:
        return lambda request: handler(site, request)

    return [Route(path, bound(handler), methods=["GET"]) for path, handler in pages.items()]


def _handlers(site: Site) -> dict[Any, Any]:
    def http(request: Request, fault: Exception) -> Response:
        status = fault.status_code if isinstance(fault, HTTPException) else 500
        lang = site.language(request)
        texts = {
            404: lang.text("There is no such page."),
            405: lang.text("This address does not answer such requests."),
            400: lang.text("The form could not be read."),
        }
        return site.message(request, status, texts.get(status, lang.text("The request is refused.")))

    def known(request: Request, fault: Exception) -> Response:
        findings: tuple[Finding, ...] = fault.findings if isinstance(fault, EdsimError) else ()
        lang = site.language(request)
        return site.message(request, 422, lang.text("This cannot be shown."), _said(findings, lang) or (str(fault),))

    def bug(request: Request, fault: Exception) -> Response:
        del fault
        lang = site.language(request)
        return site.message(request, 500, lang.text("The server made a mistake; its log says more."))

    def large(request: Request, fault: Exception) -> Response:
        del fault
        return site.message(request, 413, site.language(request).text(REFUSALS[413]))

    def gone(request: Request, fault: Exception) -> Response:
        """Answer nobody: who sent the request hung up before its end."""
        del request, fault
        return Response(status_code=400)

    return {HTTPException: http, EdsimError: known, TooLargeError: large, ClientDisconnect: gone, Exception: bug}


def _list(site: Site, request: Request) -> Response:
    filters, listing, lang = Filters.read(request.query_params), site.library.listing(), site.language(request)
    shown = [e for e in listing.entries.values() if filters.matches(e)]
    cities, sectors, years = views.choices(listing.entries)
    return site.page(
        request,
        "list.html.j2",
        {
            "filters": filters,
            "rows": views.list_rows(shown, lang, site.library.titles()),
            "studies": tuple(site.library.told(e, lang.code) for e in listing.studies.values()),
            "count": len(listing.entries),
            "cities": cities,
            "sectors": sectors,
            "years": years,
            "damaged": _said(listing.damaged, lang),
            "folder": Path(site.settings.root).resolve().name,
        },
    )


def _said(findings: Sequence[Finding], lang: Language) -> tuple[str, ...]:
    return tuple(sentence(f, lang.code) for f in findings)


def _run(site: Site, request: Request) -> Response:
    entry = site.entry(request)
    sheet, first = views.run_sheet(site.library.appraisal(entry), site.language(request))
    word = site.language(request).text(STATUSES.get(entry.status, entry.status))
    return site.page(request, "run.html.j2", {"sheet": sheet, "first": first, "entry": entry, "status_word": word})


def _report(site: Site, request: Request) -> Response:
    """Return the report in the language of the pages: as it is stored, or made again."""
    entry, lang = site.entry(request), site.language(request)
    if entry.lang == lang.code:
        data = site.library.file(entry, "report.html")
    else:
        data = render_html(site.library.appraisal(entry), lang=lang.code).encode("utf-8", "replace")
    return HTMLResponse(data, headers={"content-security-policy": document_csp()})


def _workbook(site: Site, request: Request) -> Response:
    """Return the workbook in the language of the pages: as it is stored, or made again."""
    entry, lang = site.entry(request), site.language(request)
    if entry.lang == lang.code:
        data = site.library.file(entry, "workbook.xlsx")
    else:
        data = render_workbook(site.library.appraisal(entry), lang=lang.code)
    headers = {"content-disposition": f'attachment; filename="{entry.id}-{lang.code}.xlsx"'}
    return Response(data, media_type=_XLSX, headers=headers)


def _study(site: Site, request: Request) -> Response:
    """Return the page of a study in the language of the pages: as it is stored, or made again."""
    entry, lang = site.library.listing().studies.get(str(request.path_params["run"])), site.language(request).code
    if entry is None:
        raise HTTPException(404)
    if entry.lang in {"", lang}:
        return _document(site.library.file(entry, STUDY_PAGE))
    try:
        made = site.library.study(entry, lang)
    except EdsimError:  # its tables cannot be read: the page as it was made
        return _document(site.library.file(entry, STUDY_PAGE))
    page = render_study(made.kind, made.about, made.tables, made.headline, lang=lang)
    return _document(page.encode("utf-8", "replace"))


def _document(data: bytes) -> HTMLResponse:
    return HTMLResponse(data, headers={"content-security-policy": document_csp()})


def _public(site: Site, request: Request) -> Response:
    entry, lang = site.entry(request), site.language(request)
    others = [
        e
        for e in site.library.listing().entries.values()
        if e.name == entry.name and e.scenario != entry.scenario and e.id != entry.id
    ]
    by_scenario = {e.scenario or lang.text("base case"): e for e in reversed(others)}
    loaded = [(n.replace("_", " "), site.library.appraisal(e)) for n, e in list(by_scenario.items())[:_MOST_SCENARIOS]]
    save = request.query_params.get("save") == "1"
    text = render_public(site.library.appraisal(entry), lang, loaded, one_file=save)
    headers = {"content-security-policy": document_csp()}
    if save:
        headers["content-disposition"] = f'attachment; filename="{entry.id}-{lang.code}.html"'
    return HTMLResponse(text.encode("utf-8", "replace"), headers=headers)


def _bundle(site: Site, request: Request) -> Response:
    from starlette.responses import StreamingResponse

    from edsim.web.packing import pack, pieces

    entry = site.entry(request)
    archive = tempfile.TemporaryFile()  # noqa: SIM115  closed when the last piece is sent
    try:
        size = pack(entry.folder, entry.id, archive)
    except BaseException:
        archive.close()
        raise
    headers = {"content-length": str(size), "content-disposition": f'attachment; filename="{entry.id}.zip"'}
    return StreamingResponse(pieces(archive), media_type="application/zip", headers=headers)


def _script(site: Site, request: Request) -> Response:
    del site, request
    headers = {"cache-control": "public, max-age=86400", "cross-origin-resource-policy": "cross-origin"}
    return Response(plotly_script(), media_type="text/javascript", headers=headers)


def _compare(site: Site, request: Request) -> Response:
    lang = site.language(request)
    wanted = list(dict.fromkeys(request.query_params.getlist("run")))
    known = site.library.listing().entries
    if not 2 <= len(wanted) <= _MOST_COMPARED:
        text = lang.text("Choose from two to {most} runs in the list.", {"most": _MOST_COMPARED})
        return site.message(request, 400, text)
    if any(w not in known for w in wanted):
        raise HTTPException(404)
    chosen = sorted((known[w] for w in wanted), key=lambda e: (e.created, e.place))
    runs = [(e.place, site.library.appraisal(e)) for e in chosen]
    return site.page(request, "sheet.html.j2", {"sheet": views.comparison_sheet(runs, lang), "options": None})

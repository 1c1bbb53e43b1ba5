"""Pages that start runs: a case is uploaded or a stored one edited, then followed while it runs, and cancelled."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import escape
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from edsim.core.errors import EdsimError
from edsim.core.resources import share_path
from edsim.portfolio.store import MARK
from edsim.portfolio.tasks import CASE_FILE, slug
from edsim.report.said import sentence
from edsim.web.jobs import ENDED, Job, Order
from edsim.web.library import STARTED, run_address
from edsim.web.uploads import refused, unpack, write_case
from edsim.web.words import MODES, STATES

if TYPE_CHECKING:
    from starlette.requests import Request

    from edsim.report.i18n import Language
    from edsim.web.pages import Site

_BEAT_S = 2.0
"""Between two signs of life of a page that waits."""
_MOST_TEXT = 2_000_000
"""Bytes of a `case.yaml` typed into the form; those shipped have less than 10 000."""
_LONGEST_NAME = 100
"""Characters kept of a title, a scenario or the name of an upload."""


def starting_routes(site: Site) -> list[Route]:
    """Return the routes of runs started from pages."""

    def start(request: Request) -> Response:
        return _form(site, request)

    async def order(request: Request) -> Response:
        return await _order(site, request)

    def job(request: Request) -> Response:
        return _job(site, request)

    async def events(request: Request) -> Response:
        return StreamingResponse(_events(site, _find(site, request), request), media_type="text/event-stream")

    def cancel(request: Request) -> Response:
        found = _find(site, request)
        site.jobs.cancel(found.id)
        return RedirectResponse(f"/jobs/{found.id}", 303)

    return [
        Route("/start", start, methods=["GET"]),
        Route("/jobs", order, methods=["POST"]),
        Route("/jobs/{job:int}", job, methods=["GET"]),
        Route("/jobs/{job:int}/events", events, methods=["GET"]),
        Route("/jobs/{job:int}/cancel", cancel, methods=["POST"]),
    ]


def _find(site: Site, request: Request) -> Job:
    found = site.jobs.get(int(request.path_params["job"]))
    if found is None:
        raise HTTPException(404)
    return found


def _form(site: Site, request: Request) -> Response:
    """Return the form; with the case of a stored run to edit when the address names one."""
    run_id = request.query_params.get("run", "")
    entry = site.library.entry(run_id) if run_id else None
    if run_id and entry is None:
        raise HTTPException(404)
    text = site.library.appraisal(entry).inputs[CASE_FILE].decode("utf-8", "replace") if entry else ""
    lang = site.language(request)
    return site.page(
        request,
        "start.html.j2",
        {
            "entry": entry,
            "text": escape(text),
            "examples": grouped(example_cases()),
            "modes": tuple((key, lang.text(words)) for key, words in MODES.items()),
            "limit_mb": site.settings.max_upload_bytes // 1_000_000,
            "jobs": tuple((j, lang.text(STATES[j.state])) for j in site.jobs.jobs()),
        },
    )


async def _order(site: Site, request: Request) -> Response:
    async with request.form(max_files=1, max_fields=8, max_part_size=_MOST_TEXT) as form:
        try:
            order = await run_in_threadpool(_accept, site, form, site.language(request).code)
        except EdsimError as fault:
            text = ", ".join(sentence(f, site.language(request).code) for f in fault.findings)
            title = site.language(request).text("The case was not accepted.")
            return await run_in_threadpool(site.message, request, 422, title, (text,))
    job = site.jobs.add(order)
    if job is None:
        shutil.rmtree(order.case, ignore_errors=True)
        text = site.language(request).text("Too many runs wait already; try again when some have ended.")
        return await run_in_threadpool(site.message, request, 503, text)
    return RedirectResponse(f"/jobs/{job.id}", 303)


def _accept(site: Site, form: FormData, lang: str) -> Order:
    """Return the order of a form, its case written into a folder of our own, which is removed on a fault."""
    mode = _field(form, "mode") or "typical"
    if mode not in MODES:
        raise refused("there is no such mode", mode[:40])
    title = _field(form, "title").strip()[:_LONGEST_NAME]
    place = Path(tempfile.mkdtemp(prefix="edsim-case-"))
    try:
        given = _fill(site, form, place)
        title = title or given
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    out = _free_place(site, slug(title or "run"))
    return Order(title or out.name, place, out, mode, _field(form, "scenario").strip()[:_LONGEST_NAME], lang)


def _fill(site: Site, form: FormData, place: Path) -> str:
    """Write the case of a form into a folder and return how it is called."""
    upload, source = form.get("case"), _field(form, "run")
    if isinstance(upload, UploadFile) and upload.filename:
        unpack(upload.file, place, site.settings)
        return Path(upload.filename.replace("\\", "/")).stem[:_LONGEST_NAME]
    example = example_cases().get(_field(form, "example"))
    if example is not None:
        shutil.copytree(example, place, dirs_exist_ok=True)
        return example.name
    entry = site.library.entry(source) if source else None
    if entry is None:
        raise refused("there is no file in the form" if not source else "there is no such run", source[:60])
    write_case(site.library.appraisal(entry).inputs, _field(form, "text"), place)
    return entry.folder.name


def example_cases() -> dict[str, Path]:
    """Return the cases that come with edsim by their path below the folder of cases."""
    shipped = share_path("cases")
    return {p.parent.relative_to(shipped).as_posix(): p.parent for p in sorted(shipped.rglob("case.yaml"))}


def grouped(names: Iterable[str]) -> dict[str, list[str]]:
    """Return folder → names of cases; those that lie in no folder come first, under no name."""
    groups: dict[str, list[str]] = {"": []}
    for name in names:
        groups.setdefault(name.rpartition("/")[0], []).append(name)
    return groups


def _field(form: FormData, name: str) -> str:
    value: Any = form.get(name, "")
    return value if isinstance(value, str) else ""


def _free_place(site: Site, name: str) -> Path:
    """Return a run folder that is not there and that no waiting job takes."""
    root = site.library.root
    base = root / STARTED if (root / MARK).is_file() else root
    taken = {j.order.out for j in site.jobs.jobs()}
    number = 1
    while (place := base / (name if number == 1 else f"{name}-{number}")) in taken or place.exists():
        number += 1
    return place


def _job(site: Site, request: Request) -> Response:
    job, lang = _find(site, request), site.language(request)
    run = run_address(job.order.out.relative_to(site.library.root).as_posix()) if job.state == "done" else ""
    return site.page(
        request,
        "job.html.j2",
        {
            "job": job,
            "findings": tuple(_said(site, lang, text) for text in job.findings),
            "state": lang.text(STATES[job.state]),
            "ended": job.state in ENDED,
            "run": run,
            "seconds": lang.number(job.seconds, 0),
            "steps": tuple((lang.number(s, 1), _said(site, lang, text)) for s, text in job.steps),
        },
    )


def _said(site: Site, lang: Language, step: str) -> str:
    """Return a line of progress, which jobs say in English, in the language of the page."""
    return step if lang.code == "en" else site.settings.in_spanish(step)


async def _events(site: Site, job: Job, request: Request) -> AsyncIterator[str]:
    """Yield the steps of a job as they come, its state, and a beat that shows the server is there."""
    seen, lang = 0, site.language(request)
    while True:
        found = job.as_dict(seen)
        found["steps"] = [[second, _said(site, lang, text)] for second, text in found["steps"]]
        seen += len(found["steps"])
        yield f"data: {json.dumps(found)}\n\n"
        if found["state"] in ENDED or await request.is_disconnected():
            return
        await run_in_threadpool(site.jobs.wait, job, seen, str(found["state"]), _BEAT_S)

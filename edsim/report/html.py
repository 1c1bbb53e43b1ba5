"""Put the sections on a page: one HTML file that needs no network, and what lies beside it."""

from __future__ import annotations

import hashlib
import json
import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edsim.core.errors import DataError, Finding
from edsim.report.i18n import language
from edsim.report.plotting import PLOTLY, plotly_script
from edsim.report.sections import sections
from edsim.report.summary import summary
from edsim.report.theme import clean
from edsim.report.view import Block, Chart, Study, walk

if TYPE_CHECKING:
    import jinja2

    from edsim.appraisal.types import Appraisal


def render_html(appraisal: Appraisal, *, lang: str = "en", one_file: bool = False) -> str:
    """Return the report of a run as an HTML page.

    The page selects, sums and formats what the tables hold; it computes no result. Scripts run only under a nonce,
    and nothing is fetched from elsewhere.

    Parameters
    ----------
    appraisal
        The run.
    lang
        ``en`` or ``es`` (numbers as in Colombia).
    one_file
        Whether the plotting script is inside the page; otherwise ``plotly.min.js`` must lie beside it.

    Returns
    -------
    str
        UTF-8 text; the same appraisal gives the same text.

    Raises
    ------
    DataError
        E820 unknown language.
    """
    study = Study(appraisal, language(lang))
    parts = sections(study)
    first = summary(study)
    figures = {b.key: _figure(b) for s in parts for b in walk(s.blocks) if isinstance(b, Chart)}
    content = {
        "study": study,
        "appraisal": appraisal,
        "summary": first,
        "sections": parts,
        "figures": script_json(figures),
    }
    body = _environment().get_template("body.html.j2").render(t=study.t, **content)
    nonce = hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    page = _environment().get_template("page.html.j2")
    return page.render(
        t=study.t,
        study=study,
        appraisal=appraisal,
        body=body,
        nonce=nonce,
        css=_asset("report.css"),
        script=_asset("report.js"),
        plotly=plotly_script() if one_file else None,
    )


def write_report(appraisal: Appraisal, path: str | Path, *, lang: str = "en", one_file: bool = False) -> Path:
    """Write the report of a run; see :func:`render_html`.

    Parameters
    ----------
    appraisal
        The run.
    path
        The HTML file; its folder is made. An earlier file is replaced. Unless `one_file`, ``plotly.min.js`` is
        written beside it.
    lang, one_file
        As in :func:`render_html`.

    Returns
    -------
    Path
        The HTML file.

    Raises
    ------
    DataError
        E820 unknown language; E821 the file cannot be written.
    """
    target = Path(path)
    page = render_html(appraisal, lang=lang, one_file=one_file)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not one_file:
            replace_file(target.with_name(PLOTLY), plotly_script().encode())
        replace_file(target, page.encode("utf-8", "replace"))
    except OSError as fault:
        raise DataError.of(
            [
                Finding(
                    "E821",
                    "the report could not be written",
                    file=str(fault.filename or target),
                    got=fault.strerror or str(fault),
                    hint="free space or permission there, or choose another file with --out",
                )
            ]
        ) from fault
    return target


def replace_file(path: Path, data: bytes) -> None:
    """Write a file under another name and rename it, so that readers see the old or the new one, never a half."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def report_files(appraisal: Appraisal, *, lang: str = "en", one_file: bool = False) -> dict[str, bytes]:
    """Return ``report.html``, its script and ``workbook.xlsx`` by name, for the run store."""
    from edsim.report.workbook import render_workbook

    found = {
        "report.html": render_html(appraisal, lang=lang, one_file=one_file).encode("utf-8", "replace"),
        "workbook.xlsx": render_workbook(appraisal, lang=lang),
    }
    return found if one_file else found | {PLOTLY: plotly_script().encode()}


def script_json(value: Any) -> str:
    """Return JSON that stays inert inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _figure(chart: Chart) -> dict[str, Any]:
    shown: dict[str, Any] = _gaps(chart.figure)
    return {"data": shown["data"], "layout": shown["layout"] | {"height": chart.height}}


def _gaps(value: Any) -> Any:
    """Return a figure with null, which is drawn as a gap, for every number that is not finite."""
    if isinstance(value, dict):
        return {key: _gaps(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_gaps(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _asset(name: str) -> str:
    return (Path(__file__).with_name("templates") / name).read_text("utf-8")


def _kind(block: Block) -> str:
    return type(block).__name__.lower()


def _groups(blocks: tuple[Block, ...]) -> list[list[Block]]:
    """Return blocks with neighbouring half-width charts together."""
    groups: list[list[Block]] = []
    for block in blocks:
        half = isinstance(block, Chart) and block.half
        last = groups[-1] if groups else []
        if half and last and isinstance(last[0], Chart) and last[0].half and len(last) < 2:
            last.append(block)
        else:
            groups.append([block])
    return groups


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: clean(value) if isinstance(value, str) and not hasattr(value, "__html__") else value,
    )
    environment.filters["kind"] = _kind
    environment.filters["groups"] = _groups
    return environment

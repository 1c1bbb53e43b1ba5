"""Put the sections on a page: one HTML file that needs no network, and what lies beside it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from edsim.bundle.manifest import SEALED_FORMATS, stated_format
from edsim.core.errors import DataError, Finding
from edsim.report.i18n import language
from edsim.report.page import rendered
from edsim.report.plotting import PLOTLY, plotly_script
from edsim.report.run.sections import sections
from edsim.report.run.summary import summary
from edsim.report.view import Study

if TYPE_CHECKING:
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
    shown = {"title": appraisal.name, "study": study, "appraisal": appraisal, "summary": summary(study)}
    return rendered("body.html.j2", shown, sections(study), study.lang, one_file=one_file)


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
        E820 unknown language; E821 the file cannot be written, or would change a stored run.
    """
    _refuse_inside_a_run(Path(path))
    return write_page(render_html(appraisal, lang=lang, one_file=one_file), Path(path), one_file=one_file)


def write_page(page: str, target: Path, *, one_file: bool) -> Path:
    """Write a page, and the plotting script beside it unless the page holds it; return the page's file.

    Raises
    ------
    DataError
        E821 the file cannot be written, or would change a stored run.
    """
    _refuse_inside_a_run(target)
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


def _refuse_inside_a_run(target: Path) -> None:
    """Refuse a file anywhere in the folder of a run or study: its files are sealed, one more makes it a changed one."""
    if any(stated_format(folder) in SEALED_FORMATS for folder in Path(os.path.realpath(target)).parents):
        what, hint = "the folder is that of a run, which would be changed", "name a file in another folder with --out"
        raise DataError.of([Finding("E821", what, file=str(target), hint=hint)])


def replace_file(path: Path, data: bytes) -> None:
    """Write a file under another name and rename it, so that readers see the old or the new one, never a half.

    Raises
    ------
    DataError
        E821 the file would change a stored run.
    """
    _refuse_inside_a_run(path)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def report_files(appraisal: Appraisal, *, lang: str = "en") -> dict[str, bytes]:
    """Return ``report.html``, its script and ``workbook.xlsx`` by name, for the run store."""
    from edsim.report.sheets.workbook import render_workbook

    return {
        "report.html": render_html(appraisal, lang=lang).encode("utf-8", "replace"),
        "workbook.xlsx": render_workbook(appraisal, lang=lang),
        PLOTLY: plotly_script().encode(),
    }

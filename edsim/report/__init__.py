"""Reports of a run: HTML page, workbook. They select, sum and format, and compute nothing.

==========  ====================================================================================================
page        `html` (of a run), `page` (what all pages share), `view` (what a page is made of), `theme`, `plotting`
words       `i18n` (numbers and words of a language), `labels`, `codes`, `uses`, `said` (findings)
figures     `figures`: every chart from the result tables
sections    `run` (of a run), `portfolio`, `studies`, `comparison`: what stands on their pages
workbook    `sheets`; portfolio and studies have their own
==========  ====================================================================================================
"""

from typing import TYPE_CHECKING

from edsim.core.lazy import lazy_names

if TYPE_CHECKING:
    from edsim.report.html import render_html, report_files, write_report
    from edsim.report.sheets.workbook import render_workbook, write_workbook

__all__ = ["render_html", "render_workbook", "report_files", "write_report", "write_workbook"]

_HOMES = {
    "render_html": "html",
    "render_workbook": "sheets.workbook",
    "report_files": "html",
    "write_report": "html",
    "write_workbook": "sheets.workbook",
}

__getattr__ = lazy_names(__name__, _HOMES)

"""Reports of a run: HTML page, workbook. They select, sum and format, and compute nothing."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from edsim.report.html import render_html, report_files, write_report
    from edsim.report.sheets.workbook import render_workbook, write_workbook

__all__ = ["render_html", "render_workbook", "report_files", "write_report", "write_workbook"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    home = "sheets.workbook" if "workbook" in name else "html"
    return getattr(import_module(f"{__name__}.{home}"), name)

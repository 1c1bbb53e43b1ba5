"""What every page shares with the report of a run: templates, style, script, the data of figures, the frame."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from edsim.report.html import _asset, _environment, _figure, script_json
from edsim.report.plotting import plotly_script
from edsim.report.view import Chart, Section, walk

if TYPE_CHECKING:
    import jinja2

    from edsim.report.i18n import Language


@cache
def environment(*folders: Path) -> jinja2.Environment:
    """Return the template environment of the report, looking into `folders` first."""
    import jinja2

    own = _environment()
    paths = [*folders, Path(__file__).with_name("templates")]
    return own.overlay(loader=jinja2.FileSystemLoader(paths))


def asset(name: str) -> str:
    """Return the text of a file beside the templates of the report (``report.css``, ``report.js``)."""
    return _asset(name)


def figures_json(sections: Iterable[Section]) -> str:
    """Return the figures of all charts of `sections` by key, as JSON that stays inert inside a script element."""
    return script_json({b.key: _figure(b) for s in sections for b in walk(s.blocks) if isinstance(b, Chart)})


def document(title: str, body: str, lang: Language, *, one_file: bool) -> str:
    """Return a page that needs no network: `body` in the frame of the report, scripts under a nonce only.

    Parameters
    ----------
    title
        Of the browser's window.
    body
        Escaped HTML that ends with the JSON of its figures.
    lang
        Language of the page.
    one_file
        Whether the plotting script is inside the page; otherwise ``plotly.min.js`` must lie beside it.
    """
    content: dict[str, Any] = {
        "t": lang.text,
        "study": SimpleNamespace(lang=lang),
        "appraisal": SimpleNamespace(name=title),
        "body": body,
        "nonce": hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()[:32],
        "css": asset("report.css"),
        "script": asset("report.js"),
        "plotly": plotly_script() if one_file else None,
    }
    return environment().get_template("page.html.j2").render(**content)

"""What every page shares with the report of a run: templates, style, script, the data of figures, the frame."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edsim.report.i18n import printed
from edsim.report.plotting import plotly_script
from edsim.report.theme import clean
from edsim.report.view import Block, Chart, Section, walk

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup

    from edsim.report.i18n import Language

_LONG_LETTERS = 18
"""A longer word may be broken where a table is narrow; a shorter one never."""

_FIELD = re.compile(r"(?<![\w./-])((?:[a-z]\w*\.)+[a-z]\w*(?:\.\w+)*|[a-z][a-z0-9]*(?:_[a-z0-9]+)+)(?![\w/-])")
"""The name of a field, a machine or a file as a case has it."""

_TEMPLATES = Path(__file__).with_name("templates")


@cache
def environment(*folders: Path) -> jinja2.Environment:
    """Return the template environment of the report, looking into `folders` first."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader([*folders, _TEMPLATES]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: clean(value) if isinstance(value, str) and not hasattr(value, "__html__") else value,
    )
    made.filters["kind"] = _kind
    made.filters["long"] = _long
    made.filters["code"] = _code
    made.filters["groups"] = _groups
    made.filters["printed"] = printed
    return made


def asset(name: str) -> str:
    """Return the text of a file beside the templates of the report (``report.css``, ``report.js``)."""
    return (_TEMPLATES / name).read_text("utf-8")


def figures_json(sections: Iterable[Section]) -> str:
    """Return the figures of all charts of `sections` by key, as JSON that stays inert inside a script element."""
    return _script_json({b.key: _figure(b) for s in sections for b in walk(s.blocks) if isinstance(b, Chart)})


def rendered(
    template: str, context: Mapping[str, Any], sections: Sequence[Section], lang: Language, *, one_file: bool
) -> str:
    """Return a page of sections: `template` with `context` and the figures, framed under the ``title`` in it."""
    figures = figures_json(sections)
    body = environment().get_template(template).render(t=lang.text, sections=sections, figures=figures, **context)
    return document(str(context["title"]), body, lang, one_file=one_file)


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
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            t=lang.text,
            code=lang.code,
            title=title,
            body=body,
            nonce=hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()[:32],
            css=asset("report.css"),
            script=asset("report.js"),
            plotly=plotly_script() if one_file else None,
        )
    )


def _script_json(value: Any) -> str:
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


def _kind(block: Block) -> str:
    return type(block).__name__.lower()


def _long(text: str) -> bool:
    return any(len(word) > _LONG_LETTERS for word in text.split())


def _code(text: str) -> Markup:
    """Return escaped text with the names of fields set as code, as they are typed in a file."""
    from markupsafe import Markup, escape

    parts = _FIELD.split(clean(text))
    shown = (Markup("<code>{}</code>").format(p) if k % 2 else escape(p) for k, p in enumerate(parts))
    return Markup("").join(shown)


def _groups(blocks: tuple[Block, ...]) -> list[list[Block]]:
    """Return blocks with neighboring half-width charts together."""
    groups: list[list[Block]] = []
    for block in blocks:
        half = isinstance(block, Chart) and block.half
        last = groups[-1] if groups else []
        if half and last and isinstance(last[0], Chart) and last[0].half and len(last) < 2:
            last.append(block)
        else:
            groups.append([block])
    return groups

"""``edsim technologies``: the kinds of machines and their fields."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

from edsim.cli.session import Session, as_text, json_option, show_json, show_table
from edsim.cli.words import word
from edsim.core.i18n import Lang, printable, screen_unit
from edsim.core.language.fields_es import meaning

if TYPE_CHECKING:
    from edsim.case.describe import FieldFacts
    from edsim.core.technology import Technology


@click.command("technologies", epilog="Example: edsim technologies vapour_chiller")
@click.argument("kind", required=False)
@json_option
@click.pass_obj
def command(session: Session, kind: str | None) -> None:
    """List the technology kinds, or the fields of KIND.

    Fields are shown with unit, limits, default and the source of the default.
    """
    from edsim.case.wording.messages import Fault, render_all, unknown_name
    from edsim.core.errors import DataError
    from edsim.core.registry import load_kinds

    kinds = load_kinds("edsim.technologies")
    if kind is None:
        _list([_summary(name, cls, session) for name, cls in kinds.items()], session)
        return
    if kind not in kinds:
        raise DataError.of(render_all([unknown_name("E130", Fault("E130").place, "", kind, kinds)], session.lang))
    _describe(kind, kinds[kind], session)


def _summary(name: str, cls: type[Technology], session: Session) -> dict[str, object]:
    title = cls.title[1 if session.lang == "es" else 0] or name
    return {
        "kind": name,
        "title": title,
        "draws": sorted({p.carrier for p in cls.ports if p.direction == "in"}),
        "delivers": sorted({p.carrier for p in cls.ports if p.direction == "out"}),
    }


def _list(rows: list[dict[str, Any]], session: Session) -> None:
    if session.as_json:
        show_json(rows)
        return
    table = [(r["kind"], r["title"], _carriers(r["draws"], session), _carriers(r["delivers"], session)) for r in rows]
    show_table([word(k, session.lang) for k in ("kind", "name", "draws", "delivers")], table)


def _carriers(names: list[str], session: Session) -> str:
    """Return carriers as a cell: by name in Spanish, as they are written in a case in English."""
    from edsim.studies.diagnosis.words import carrier_name

    return ", ".join(names if session.lang == "en" else [carrier_name(name, session.lang) for name in names])


def _describe(name: str, cls: type[Technology], session: Session) -> None:
    from edsim.case.describe import describe_fields

    fields = describe_fields(cls)
    summary = _summary(name, cls, session)
    if session.as_json:
        show_json(summary | {"fields": [f.as_dict() for f in fields]})
        return
    click.echo(f"{name}: {summary['title']}")
    lang = session.lang
    for field in fields:
        click.echo(f"\n{printable(_field_head(field, lang))}")
        said = meaning(field.description, lang).replace("``", "")
        for text in (said, f"{word('source', lang)}: {field.source}" if field.source else ""):
            if text:
                click.echo(fill(printable(text), 80, initial_indent="    ", subsequent_indent="    "))


def _field_head(field: FieldFacts, lang: Lang) -> str:
    """Return name, unit, limits and default of a field as one line; numbers as they are written in a case."""
    unit = f" [{screen_unit(field.unit)}]" if field.unit else ""
    default = as_text(field.default)
    stated = f"{word('default', lang)} {default}" if default not in {"", "{}"} else ""
    need = word("required", lang) if field.required else stated
    return f"{field.name}{unit}  {'; '.join(part for part in (field.limits, need) if part)}".rstrip()

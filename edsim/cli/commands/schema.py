"""``edsim schema``: the JSON Schema of a case file, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from edsim.cli.session import Session, json_option
from edsim.core.i18n import Lang
from edsim.core.language.fields_es import meaning


@click.command("schema", epilog="Example: edsim schema --out case.schema.json")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; default is the screen.")
@json_option
@click.pass_obj
def command(session: Session, out: Path | None) -> None:
    """Print the JSON Schema of case.yaml.

    It holds all technologies, units, limits and defaults. An editor with a YAML language server completes and
    checks the file when its first line is "# yaml-language-server: $schema=case.schema.json". With --lang es what the
    fields mean is said in Spanish.
    """
    from edsim.case.input_schema import input_schema
    from edsim.core.registry import load_kinds

    schema = _said(input_schema(load_kinds("edsim.technologies")), session.lang)
    text = json.dumps(schema, ensure_ascii=False, indent=2)
    if out is None:
        click.echo(text)
        return
    try:
        out.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"cannot write {out}: {error.strerror}") from None


def _said(part: Any, lang: Lang) -> Any:
    """Return a part of the schema with its descriptions in `lang`."""
    if isinstance(part, dict):
        return {
            key: meaning(value, lang) if key == "description" and isinstance(value, str) else _said(value, lang)
            for key, value in part.items()
        }
    return [_said(value, lang) for value in part] if isinstance(part, list) else part

"""``edsim schema``: the JSON Schema of a case file, for editors."""

from __future__ import annotations

import json
from pathlib import Path

import click

from edsim.cli.session import json_option


@click.command("schema", epilog="Example: edsim schema --out case.schema.json")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; default is the screen.")
@json_option
def command(out: Path | None) -> None:
    """Print the JSON Schema of case.yaml.

    It holds all technologies, units, limits and defaults. An editor with a YAML language server completes and
    checks the file when its first line is "# yaml-language-server: $schema=case.schema.json".
    """
    from edsim.case.input_schema import input_schema
    from edsim.core.registry import load_kinds

    text = json.dumps(input_schema(load_kinds("edsim.technologies")), ensure_ascii=False, indent=2)
    if out is None:
        click.echo(text)
        return
    try:
        out.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"cannot write {out}: {error.strerror}") from None

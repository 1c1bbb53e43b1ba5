"""``edsim network``: lay out and size the networks of a case."""

from __future__ import annotations

import json
from pathlib import Path

import click

from edsim.cli.session import (
    Session,
    as_text,
    case_argument,
    json_option,
    progress_printer,
    show_findings,
    show_json,
    show_table,
)


@click.command("network", epilog="Example: edsim network my-district --out network.geojson")
@case_argument
@click.option("--variant", help="Variant to lay out; default is the first project variant, else the case itself.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="GeoJSON file for trenches and nodes.")
@json_option
@click.pass_obj
def command(session: Session, case: Path, variant: str | None, out: Path | None) -> None:
    """Lay out and size the networks of CASE.

    Streets, pipe sizes, pressure and temperature are checked hour by hour; the main figures are printed.
    """
    from edsim.network.geojson import to_geojson
    from edsim.workflow import load_case, prepare, project_variants, variant_case

    progress = progress_printer(session)
    loaded = load_case(case)
    names = project_variants(loaded)
    chosen = variant or (names[0] if names else None)
    levels = loaded.variants[chosen].levels_c if chosen is not None and chosen in loaded.variants else None
    district = prepare(loaded if chosen is None else variant_case(loaded, chosen), progress=progress, levels_c=levels)
    if out is not None:
        collections = [to_geojson(d) for d in district.designs]
        features = [f for c in collections for f in c["features"]]
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, allow_nan=False)
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise click.ClickException(f"cannot write {out}: {error.strerror}") from None
        progress(f"wrote {out}")
    summaries = [d.summary() for d in district.designs]
    findings = [f for d in district.designs for f in d.findings]
    if session.as_json:
        show_json({"variant": chosen, "networks": summaries, "findings": [f.as_dict() for f in findings]})
        return
    show_findings(findings, session)
    for summary in summaries:
        show_table(("figure", "value"), [(k, as_text(v)) for k, v in summary.items()])
    if not summaries:
        click.echo("the case has no network")

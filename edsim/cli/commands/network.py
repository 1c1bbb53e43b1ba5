"""``edsim network``: lay out and size the networks of a case."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from edsim.network.critical_path import ProfilePoint

_PROFILE = ("critical path", "m from plant", "height m", "DN", "supply bar", "return bar")


def _profile_row(point: ProfilePoint) -> tuple[str, ...]:
    numbers = (point.distance_m, point.z_m, point.supply_bar, point.return_bar)
    distance, height, supply, back = (
        "-" if isnan(value) else f"{value:.{k}f}" for value, k in zip(numbers, (0, 1, 2, 2), strict=True)
    )
    return point.node, distance, height, str(point.dn or "-"), supply, back


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror}") from None


@click.command("network", epilog="Example: edsim network my-district --out network.geojson")
@case_argument
@click.option("--variant", help="Variant to lay out; default is the first project variant, else the case itself.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File for the map: .geojson, or .svg for a picture with the pressures.",
)
@click.option(
    "--csv", "table", type=click.Path(path_type=Path, dir_okay=False), help="CSV file for the table of pipes."
)
@json_option
@click.pass_obj
def command(session: Session, case: Path, variant: str | None, out: Path | None, table: Path | None) -> None:
    """Lay out and size the networks of CASE.

    Streets, pipe sizes, pressure and temperature are checked hour by hour. Printed are the main figures with the
    verified gap and the pressures along the critical path; --out writes the map, --csv the table of pipes.
    """
    from edsim.network.critical_path import critical_path
    from edsim.network.geojson import to_geojson
    from edsim.workflow import load_case, prepare, project_variants, variant_case

    progress = progress_printer(session)
    loaded = load_case(case)
    names = project_variants(loaded)
    chosen = variant or (names[0] if names else None)
    levels = loaded.variants[chosen].levels_c if chosen is not None and chosen in loaded.variants else None
    district = prepare(loaded if chosen is None else variant_case(loaded, chosen), progress=progress, levels_c=levels)
    laid = (*district.designs, *district.mains)
    if out is not None and out.suffix.lower() == ".svg":
        from edsim.network.picture import to_svg

        _write(out, to_svg(laid))
        progress(f"wrote {out}")
    elif out is not None:
        collections = [to_geojson(d) for d in laid]
        features = [f for c in collections for f in c["features"]]
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, allow_nan=False)
        _write(out, text)
        progress(f"wrote {out}")
    if table is not None:
        frames = [d.edges.table().assign(network=d.id) for d in laid]
        _write(table, "".join(f.to_csv(index=False, header=k == 0) for k, f in enumerate(frames)))
        progress(f"wrote {table}")
    summaries = [d.summary() for d in laid]
    findings = [f for d in laid for f in d.findings]
    if session.as_json:
        paths = {d.id: [asdict(point) for point in critical_path(d)] for d in laid}
        pipes = {d.id: d.edges.table().to_dict("records") for d in laid}
        told = [f.as_dict() for f in findings]
        show_json({"variant": chosen, "networks": summaries, "critical_paths": paths, "pipes": pipes, "findings": told})
        return
    show_findings(findings, session)
    for design, summary in zip(laid, summaries, strict=True):
        show_table(("figure", "value"), [(k, as_text(v, session.lang)) for k, v in summary.items()])
        show_table(_PROFILE, [_profile_row(point) for point in critical_path(design)])
    if not summaries:
        click.echo("the case has no network")

"""``edsim network``: lay out and size the networks of a case."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from edsim.cli.indicators import figures
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
from edsim.cli.words import word
from edsim.core.carriers import is_of
from edsim.core.i18n import Lang, format_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edsim.case.schema import Case
    from edsim.network.critical_path import ProfilePoint
    from edsim.network.types import NetworkDesign

_PATH = ("critical_path", "from_plant_m", "height_m", "supply_bar", "return_bar")
_MONEY = "currency"
_UNITS = {
    "connected_buildings": "",
    "trench_length_m": "m",
    "linear_density_mwh_per_m_a": "MWh/(m·a)",
    "capex_pipe": _MONEY,
    "capex_civil": _MONEY,
    "capex_ets": _MONEY,
    "heat_gain_kwh_a": "kWh/a",
    "pump_kwh_a": "kWh/a",
    "bypass_m3_a": "m³/a",
    "bypass_pump_kwh_a": "kWh/a",
    "bypass_heat_kwh_a": "kWh/a",
    "design_lift_kpa": "kPa",
    "gap_frac": "%",
}
"""Headline figures and their units."""


def _path_row(point: ProfilePoint, names: Mapping[str, str], lang: Lang) -> tuple[str, ...]:
    numbers = ((point.distance_m, 0), (point.z_m, 1), (point.supply_bar, 2), (point.return_bar, 2))
    distance, height, supply, back = ("-" if isnan(v) else format_number(v, lang, k) for v, k in numbers)
    return names.get(point.node, point.node), distance, height, supply, back, str(point.dn or "-")


def _show(design: NetworkDesign, case: Case, lang: Lang) -> None:
    """Print the headline figures of a network and the pressures along its critical path."""
    from edsim.studies.diagnosis.words import carrier_name

    rows = []
    for name, value in design.summary().items():
        if name in _UNITS:
            lost = name == "heat_gain_kwh_a" and not is_of(design.carrier, "chilled_water")
            label = "heat_loss_kwh_a" if lost else name
            shown = as_text(value * 100.0 if name == "gap_frac" and value is not None else value, lang)
            unit = _UNITS[name]
            if unit == _MONEY:
                unit, (shown,) = figures([value], case.currency, {case.currency}, lang)
            rows.append((word(label, lang), shown, unit))
    header = [word(k, lang) for k in ("figure", "value", "unit")]
    show_table(header, rows, title=f"{design.id} ({carrier_name(design.carrier, lang)})", numbers=header[1:2])
    from edsim.network.critical_path import critical_path

    header = [*(word(k, lang) for k in _PATH), "DN"]
    buildings = {b.id: b.name or b.id for b in case.buildings}
    kinds = {"junction": word("junction", lang), "producer": word("plant_node", lang)}
    names = {n.id: buildings.get(n.building_id) or kinds.get(n.kind, n.id) for n in design.nodes}
    show_table(header, [_path_row(point, names, lang) for point in critical_path(design)], numbers=header[1:])


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror}") from None


def _map_text(laid: Sequence[NetworkDesign], *, as_picture: bool) -> str:
    """Return the networks as GeoJSON, or as an SVG picture with the pressures."""
    if as_picture:
        from edsim.network.picture import to_svg

        return to_svg(laid)
    from edsim.network.places.geojson import to_geojson

    features = [f for d in laid for f in to_geojson(d)["features"]]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, allow_nan=False)


def _figures(laid: Sequence[NetworkDesign]) -> dict[str, Any]:
    """Return the networks for ``--json``: headline figures, critical paths and pipes."""
    from edsim.network.critical_path import critical_path

    return {
        "networks": [d.summary() for d in laid],
        "critical_paths": {d.id: [asdict(point) for point in critical_path(d)] for d in laid},
        "pipes": {d.id: d.edges.table().to_dict("records") for d in laid},
    }


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
    from edsim.optimization.district.network_check import with_bypasses
    from edsim.workflow import load_case, prepare, project_variants, variant_case

    progress = progress_printer(session)
    loaded = load_case(case)
    names = project_variants(loaded)
    chosen = variant or (names[0] if names else None)
    levels = loaded.variants[chosen].levels_c if chosen is not None and chosen in loaded.variants else None
    district = prepare(loaded if chosen is None else variant_case(loaded, chosen), progress=progress, levels_c=levels)
    district = with_bypasses(district)
    laid = (*district.designs, *district.mains)
    if out is not None:
        _write(out, _map_text(laid, as_picture=out.suffix.lower() == ".svg"))
        progress(f"wrote {out}")
    if table is not None:
        frames = [d.edges.table().assign(network=d.id) for d in laid]
        _write(table, "".join(f.to_csv(index=False, header=k == 0) for k, f in enumerate(frames)))
        progress(f"wrote {table}")
    findings = [f for d in laid for f in d.findings]
    if session.as_json:
        show_json({"variant": chosen, **_figures(laid), "findings": [f.as_dict() for f in findings]})
        return
    show_findings(findings, session)
    for design in laid:
        _show(design, loaded, session.lang)
    if not laid:
        click.echo(word("no_network", session.lang))

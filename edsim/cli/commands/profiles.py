"""``edsim profiles``: the hourly demand of every building, as a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from edsim.cli.session import (
    Session,
    case_argument,
    json_option,
    progress_printer,
    show_findings,
    show_json,
    show_table,
)

if TYPE_CHECKING:
    from edsim.profiles.types import Profiles


@click.command("profiles", epilog="Example: edsim profiles my-district --out demand.csv")
@case_argument
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="CSV file for the 8760 hours.")
@json_option
@click.pass_obj
def command(session: Session, case: Path, out: Path | None) -> None:
    """Make the hourly loads of CASE.

    Yearly totals and peaks by building and service are printed; --out writes every hour.
    """
    from edsim.profiles.district import make_profiles
    from edsim.workflow import load_case

    progress = progress_printer(session)
    profiles = make_profiles(load_case(case), progress)
    rows = _totals(profiles)
    if out is not None:
        _write(profiles, out)
        progress(f"wrote {out}")
    if session.as_json:
        show_json({"rows": rows, "findings": [f.as_dict() for f in profiles.findings]})
        return
    show_findings(profiles.findings, session)
    columns = ("building", "service", "annual_mwh", "peak_kw", "annual_kwh_per_m2", "peak_w_per_m2")
    cells = [(str(r["building"]), str(r["service"]), *(f"{r[c]:,.1f}" for c in columns[2:])) for r in rows]
    show_table(columns, cells, numbers=columns[2:])


def _totals(profiles: Profiles) -> list[dict[str, object]]:
    """Return yearly sum and peak of every building and service that has demand."""
    rows: list[dict[str, object]] = []
    for i, building in enumerate(profiles.building_ids):
        area = float(profiles.conditioned_area_m2[i]) or float("nan")
        for service, demand in profiles.demand.items():
            total, peak = float(demand[i].sum()), float(demand[i].max())
            if peak > 0:
                rows.append(
                    {
                        "building": building,
                        "service": service,
                        "annual_mwh": total / 1e3,
                        "peak_kw": peak,
                        "annual_kwh_per_m2": total / area,
                        "peak_w_per_m2": 1e3 * peak / area,
                    }
                )
    return rows


def _write(profiles: Profiles, out: Path) -> None:
    """Write one column per building and service with demand, and the weather, one row per hour."""
    import numpy as np

    weather = profiles.weather
    columns = {"hour": np.arange(8760.0), "dry_bulb_temp_c": weather.dry_bulb_temp_c}
    columns |= {"wet_bulb_temp_c": weather.wet_bulb_temp_c, "ghi_w_per_m2": weather.ghi_w_per_m2}
    for service, demand in profiles.demand.items():
        unit = "nm3_per_h" if service == "compressed_air" else "kw"
        for i, building in enumerate(profiles.building_ids):
            if demand[i].any():
                columns[f"{building}.{service}_{unit}"] = demand[i]
    lines = [",".join(_cell(name) for name in columns)]
    lines += [",".join(f"{v:.6g}" for v in row) for row in np.column_stack(list(columns.values()))]
    try:
        out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"cannot write {out}: {error.strerror}") from None


def _cell(name: str) -> str:
    """Return a header cell: never a formula, quoted when it holds a separator."""
    safe = f"'{name}" if name[:1] in "=+-@" else name
    return '"' + safe.replace('"', '""') + '"' if any(c in safe for c in ',"\n\r') else safe

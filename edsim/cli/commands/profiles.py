"""``edsim profiles``: the hourly demand of every building and of the district, as tables and pictures."""

from __future__ import annotations

from dataclasses import asdict
from math import isnan
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
from edsim.cli.words import word
from edsim.core.i18n import Lang, format_number

if TYPE_CHECKING:
    from edsim.case.schema import Case
    from edsim.profiles.summary import ServiceSummary, SourceSummary
    from edsim.profiles.types import Profiles

_COLUMNS = ("building", "service", "MWh/a", "kW", "h/a", "kWh/m2", "W/m2", "expected")
_WORDS = {"building", "service", "expected"}
_TEMPS = ("lowest", "mean", "highest")
_NAME_WIDTH = 16


@click.command("profiles", epilog="Example: edsim profiles my-district --out my-district-profiles")
@case_argument
@click.option("--variant", help="Variant whose measures and sources count; default is the case as it stands.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for tables and pictures, or a .csv file for the 8760 hours."
)
@json_option
@click.pass_obj
def command(session: Session, case: Path, variant: str | None, out: Path | None) -> None:
    """Make the hourly loads of CASE.

    A case may be what loads are made from alone: schema_version, name, city and buildings, with weather, sources,
    measures and settings where there are any. Of a whole case the same parts count.

    Printed: yearly sum, peak and full-load hours (h/a) of every building and service (electricity without machines
    of cooling, compressed air in Nm3), sums and peaks per m2 (cooling per cooled m2, all else per m2 of gross floor),
    the range expected of the use ("!" outside it), and the diversity of the district (its peak over the sum of peaks);
    then what every source of heat or cold can give or take, nothing where it has no limit, and its temperatures in °C.
    --out writes them with every hour, every month and a picture per building and for the district.
    """
    from edsim.case.lazy_kinds import LazyKinds
    from edsim.case.loads_only import load_for_loads
    from edsim.profiles.district import make_profiles
    from edsim.profiles.summary import service_summaries, source_summaries
    from edsim.workflow import load_case, variant_case

    progress = progress_printer(session)
    if variant is None:
        chosen, said = load_for_loads(case, LazyKinds("edsim.technologies"), lang=session.lang)
    else:
        chosen, said = variant_case(load_case(case, lang=session.lang), variant), ()
    profiles = make_profiles(chosen, progress)
    findings = (*said, *profiles.findings)
    rows = service_summaries(profiles)
    if out is not None:
        _write(chosen, profiles, rows, out)
        progress(f"wrote {out}")
    sources = source_summaries(profiles)
    if session.as_json:
        parts = {"rows": [_plain(r) for r in rows], "sources": [_without_nan(s) for s in sources]}
        show_json({**parts, "findings": [f.as_dict() for f in findings]})
        return
    show_findings(findings, session)
    header = [word(k, session.lang) if k in _WORDS else k for k in _COLUMNS]
    show_table(header, [_cells(r, session.lang) for r in rows], numbers=header[2:])
    click.echo(word("per_area", session.lang))
    if sources:
        click.echo()
        temps = [f"{word(k, session.lang)} °C" for k in _TEMPS]
        header = [word("source", session.lang).lower(), "MWh/a", "kW", "h/a", *temps]
        show_table(header, [_source_cells(s, session.lang) for s in sources], numbers=header[1:])


def _plain(row: ServiceSummary) -> dict[str, object]:
    """Return a row for JSON; areas of nothing give null."""
    data = _without_nan(row)
    return {"building": data.pop("name"), **data, "is_expected": row.is_expected}


def _without_nan(row: ServiceSummary | SourceSummary) -> dict[str, object]:
    return {k: None if isinstance(v, float) and isnan(v) else v for k, v in asdict(row).items()}


def _cells(row: ServiceSummary, lang: Lang) -> tuple[str, ...]:
    """Return a row for an 80-column terminal."""
    from edsim.profiles.summary import DISTRICT

    last = (
        "" if row.diversity_frac is None else f"{word('diversity', lang)} {format_number(row.diversity_frac, lang, 2)}"
    )
    if row.expected_kwh_per_m2 is not None:
        low, high = row.expected_kwh_per_m2
        last = f"{low:.0f}-{high:.0f}" + ("" if row.is_expected is not False else "!")
    area = not isnan(row.kwh_per_m2) and row.service != "compressed_air"
    name = word("district", lang) if row.name == DISTRICT else row.name
    return (
        _short(name),
        word(row.service, lang),
        format_number(row.annual_kwh / 1e3, lang),
        format_number(row.peak_kw, lang),
        format_number(row.full_load_hours, lang),
        format_number(row.kwh_per_m2, lang) if area else "",
        format_number(row.peak_w_per_m2, lang) if area else "",
        last,
    )


def _source_cells(row: SourceSummary, lang: Lang) -> tuple[str, ...]:
    """Return a row of a source; what it does not have is left blank."""
    heat = (row.annual_kwh / 1e3, row.peak_kw, row.full_load_hours)
    temps = (row.low_temp_c, row.mean_temp_c, row.high_temp_c)
    return (
        _short(row.name),
        *("" if isnan(v) else format_number(v, lang) for v in heat),
        *("" if isnan(v) else format_number(v, lang, 1) for v in temps),
    )


def _short(name: str) -> str:
    return name if len(name) <= _NAME_WIDTH else name[: _NAME_WIDTH - 1] + "…"


def _write(case: Case, profiles: Profiles, rows: list[ServiceSummary], out: Path) -> None:
    """Write the hours to a file, or all tables and pictures to a folder."""
    from edsim.profiles.files import hourly_csv, profile_files

    try:
        if out.suffix.lower() == ".csv":
            out.write_text(hourly_csv(profiles), encoding="utf-8")
            return
        names = {b.id: b.name or b.id for b in case.buildings}
        for name, text in profile_files(profiles, rows, case.name, names).items():
            target = out / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"cannot write {out}: {error.strerror}") from None

"""``edsim check``: read a case and say everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edsim.cli.session import Session, as_text, case_argument, json_option, progress_printer, show_findings, show_json
from edsim.cli.words import counted, word
from edsim.core.deferred import defer_import
from edsim.core.i18n import format_number, printable

if TYPE_CHECKING:
    from edsim.case.readers.series_facts import SeriesFacts
    from edsim.case.schema import Case
    from edsim.core.errors import Finding

_INFEASIBLE = 3


@click.command("check", epilog="Example: edsim check cases/medellin-alpujarra")
@case_argument
@click.option(
    "--deep", is_flag=True, help="Also simulate loads and look for demand no plant can serve (takes a while)."
)
@json_option
@click.pass_obj
def command(session: Session, case: Path, *, deep: bool) -> int:
    """Say everything that is wrong with CASE.

    Every error and remark comes with file, line and column. Units, limits, names, variants and scenarios are
    checked, and what an engineer would look at first: missing suppliers, temperatures, reach of the networks,
    prices and areas a factor of 1000 off. Each series is shown with its least, mean and largest value, and measured
    demand with its unit and total. Nothing is computed, unless --deep is given: then loads per floor area are
    checked and, hour by hour, whether the plant of every variant that runs can serve them within its limits. The exit
    code is 2 when there is an error, 3 when a plant cannot serve its demand.
    """
    defer_import("numpy")
    defer_import("secrets")  # imported by pydantic, as the next, and needed by nothing a case holds
    defer_import("importlib.metadata", "entry_points")
    from edsim.studies.diagnosis.examined import examined

    checked, series, found = examined(case, session.lang)
    sizes = {k: len(getattr(checked, k)) for k in ("buildings", "networks", "technologies")}
    area_m2 = sum(b.floor_area_m2 for b in checked.buildings)
    findings = (*found, *(_deep(checked, session, found) if deep else ()))
    code = _INFEASIBLE if any(f.severity == "error" for f in findings) else 0
    if session.as_json:
        from edsim.case.hashing import hash_inputs

        show_json(
            {
                "status": "infeasible" if code else "ok",
                "name": checked.name,
                **sizes,
                "floor_area_m2": area_m2,
                "variants": list(checked.variants),
                "scenarios": list(checked.scenarios),
                "inputs_sha256": hash_inputs(checked),
                "series": [asdict(s) for s in series],
                "findings": [f.as_dict() for f in findings],
            }
        )
        return code
    show_findings(findings, session)
    area = format_number(area_m2, session.lang)
    counts = {k: counted(k, n, session.lang) for k, n in sizes.items()}
    variants = ", ".join(checked.variants) or "-"
    line = word("case", session.lang).format(name=checked.name, area=area, variants=variants, **counts)
    click.echo(printable(line))
    for s in series:
        click.echo(printable(_series_line(s, session)))
    if not code:
        click.echo(word("remarks", session.lang).format(remarks=counted("remarks", len(findings), session.lang)))
    return code


def _series_line(s: SeriesFacts, session: Session) -> str:
    """Return the line on one column of a series file."""
    from edsim.case.readers.series_unit import is_rate, steps_per_hour
    from edsim.studies.diagnosis.words import unit_name

    numbers = {k: as_text(getattr(s, k), session.lang) for k in ("min", "mean", "max")}
    unit, steps = unit_name(s.unit, session.lang), steps_per_hour(s.count)
    as_mean = steps > 1 and s.unit and is_rate(s.unit)
    total = {
        "unit": word("of_mean", session.lang).format(unit=unit, minutes=60 // steps) if as_mean else unit,
        "total": as_text(s.year_total, session.lang),
        "total_unit": s.total_unit,
    }
    return word("series", session.lang).format(
        file=s.file,
        column=s.column,
        count=s.count,
        separator={"\t": "tab", "": "-"}.get(s.delimiter, s.delimiter),
        decimal=s.decimal or "-",
        total=word("total", session.lang).format(**total) if s.unit else "",
        **numbers,
    )


def _deep(case: Case, session: Session, found: Sequence[Finding]) -> list[Finding]:
    """Return what shows only once loads and networks are computed: loads per area, demand that cannot be served.

    What was `found` before, with its place, is not said again; a service is left out where no variant serves it.
    """
    from edsim.app import chosen_variants
    from edsim.results.left_out import LEFT_OUT
    from edsim.studies.diagnosis.cause import check_supply

    progress = progress_printer(session)
    said = {(f.code, f.what) for f in found}
    each = [check_supply(case, name, session.lang, progress) for name in chosen_variants(case, ())]
    every = dict.fromkeys(f for one in each for f in one if f.code != LEFT_OUT or all(f in other for other in each))
    return [f for f in every if (f.code, f.what) not in said]

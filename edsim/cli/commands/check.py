"""``edsim check``: read a case and say everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from edsim.cli.session import Session, case_argument, json_option, progress_printer, show_findings, show_json
from edsim.cli.words import word
from edsim.core.i18n import format_number, printable

if TYPE_CHECKING:
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
def command(session: Session, case: Path, deep: bool) -> int:
    """Say everything that is wrong with CASE.

    Every error and remark comes with file, line and column. Units, limits, names, variants and scenarios are
    checked, and what an engineer would look at first: missing suppliers, temperatures, reach of the networks,
    prices and areas a factor of 1000 off. Nothing is computed, unless --deep is given: then loads per floor area are
    checked and, hour by hour, whether the plant of every variant that runs can serve them within its limits. The exit
    code is 2 when there is an error, 3 when a plant cannot serve its demand.
    """
    from edsim.case.lazy_kinds import LazyKinds
    from edsim.case.loading import load

    checked = load(case, LazyKinds("edsim.technologies"), lang=session.lang)
    facts = {
        "name": checked.name,
        "buildings": len(checked.buildings),
        "floor_area_m2": sum(b.floor_area_m2 for b in checked.buildings),
        "networks": len(checked.networks),
        "technologies": len(checked.technologies),
        "variants": list(checked.variants),
        "scenarios": list(checked.scenarios),
    }
    findings = (*checked.warnings, *(_deep(checked, session) if deep else ()))
    code = _INFEASIBLE if any(f.severity == "error" for f in findings) else 0
    if session.as_json:
        from edsim.case.hashing import hash_inputs

        status = {"status": "infeasible" if code else "ok"}
        found = [f.as_dict() for f in findings]
        show_json(status | facts | {"inputs_sha256": hash_inputs(checked), "findings": found})
        return code
    show_findings(findings, session)
    area = format_number(sum(b.floor_area_m2 for b in checked.buildings), session.lang)
    counts = {k: str(facts[k]) for k in ("buildings", "networks", "technologies")}
    variants = ", ".join(checked.variants) or "-"
    line = word("case", session.lang).format(name=checked.name, area=area, variants=variants, **counts)
    click.echo(printable(line))
    if not code:
        click.echo(word("remarks", session.lang).format(count=len(findings)))
    return code


def _deep(case: Case, session: Session) -> list[Finding]:
    """Return what shows only once loads and networks are computed: loads per area, demand that cannot be served."""
    from edsim.app import chosen_variants
    from edsim.studies.diagnosis.cause import check_supply

    progress = progress_printer(session)
    return [f for name in chosen_variants(case, ()) for f in check_supply(case, name, session.lang, progress)]

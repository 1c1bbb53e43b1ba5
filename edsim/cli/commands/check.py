"""``edsim check``: read a case and say everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

import click

from edsim.cli.session import Session, case_argument, json_option, show_findings, show_json
from edsim.cli.words import word
from edsim.core.i18n import format_number, printable


@click.command("check", epilog="Example: edsim check cases/medellin-alpujarra")
@case_argument
@json_option
@click.pass_obj
def command(session: Session, case: Path) -> None:
    """Say everything that is wrong with CASE.

    Every error and remark comes with file, line and column. Units, limits, names, variants and scenarios are
    checked, and what an engineer would look at first: missing suppliers, temperatures, reach of the networks,
    prices and areas a factor of 1000 off. Nothing is computed. The exit code is 2 when there is an error.
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
    if session.as_json:
        from edsim.case.hashing import hash_inputs

        found = [f.as_dict() for f in checked.warnings]
        show_json({"status": "ok", **facts, "inputs_sha256": hash_inputs(checked), "findings": found})
        return
    show_findings(checked.warnings, session)
    area = format_number(sum(b.floor_area_m2 for b in checked.buildings), session.lang)
    counts = {k: str(facts[k]) for k in ("buildings", "networks", "technologies")}
    variants = ", ".join(checked.variants) or "-"
    line = word("case", session.lang).format(name=checked.name, area=area, variants=variants, **counts)
    click.echo(printable(line))
    click.echo(word("remarks", session.lang).format(count=len(checked.warnings)))

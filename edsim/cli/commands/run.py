"""``edsim run``: the whole study of a case."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from edsim.cli.indicators import DECISION_KPIS, indicator_cells, is_beside_the_case
from edsim.cli.places import case_name
from edsim.cli.preflight import refuse_place
from edsim.cli.session import (
    Session,
    case_argument,
    json_option,
    mode_options,
    progress_printer,
    show_by_code,
    show_json,
    show_table,
)
from edsim.cli.words import word
from edsim.core.i18n import Lang, format_number, printable

if TYPE_CHECKING:
    from edsim.appraisal.types import Appraisal
    from edsim.core.run_options import Mode
    from edsim.optimization.types import Certificate

_SMALLEST_GAP_PERCENT = 0.01
"""A proven distance below this is shown as this: the solver's own tolerance is not finer."""


@click.command("run", epilog="Example: edsim run cases/medellin-alpujarra --out result")
@case_argument
@click.option("--out", type=click.Path(path_type=Path), help="Run folder; default NAME-result here.")
@click.option("--variant", "variants", multiple=True, help="Only this project variant; may be repeated.")
@click.option("--scenario", help="Scenario of the case to apply to every variant.")
@mode_options
@json_option
@click.pass_obj
def command(
    session: Session, case: Path, out: Path | None, variants: tuple[str, ...], scenario: str | None, mode: Mode | None
) -> None:
    """Study CASE from end to end.

    Every variant is sized, dispatched over the year and compared with business-as-usual. The run folder holds
    tables (CSV and Parquet), the map, the workbook and report.html. Nothing is written unless every variant is
    solved and the balances of the result close.
    """
    from edsim.app import RunOptions, run

    target = out or Path(f"{case_name(case)}-result")
    refuse_place(target)
    options = RunOptions(variants=variants, scenario=scenario, mode=mode or "typical", lang=session.lang)
    appraisal = run(case, target, options, progress_printer(session)).appraisal
    if session.as_json:
        show_json(_summary(appraisal, target))
        return
    for sentence in appraisal.headline:
        click.echo(printable(sentence))
    for variant in appraisal.variants:
        click.echo()
        _show_variant(appraisal, variant, session.lang)
    click.echo()
    show_by_code(appraisal.findings, session)
    for key, file in (("report", "report.html"), ("all_kpis", "kpis.csv")):
        click.echo(printable(word(key, session.lang).format(file=target / file)))


def _show_variant(appraisal: Appraisal, variant: str, lang: Lang) -> None:
    """Print the decision table of a variant beside BAU and its certificate."""
    by_id = {row["id"]: row for row in _kpis(appraisal) if row["variant"] == variant}
    rows = [by_id[name] for name in DECISION_KPIS if name in by_id and not is_beside_the_case(by_id[name])]
    header = (word("indicator", lang), word("unit", lang), "BAU", word("variant", lang), word("change", lang))
    cells = indicator_cells(rows, ("bau", "value"), appraisal.currency, lang)
    show_table(header, cells, title=variant, numbers=header[2:], whole=header[1:2])
    if variant in appraisal.certificates:
        click.echo(certificate_line(appraisal.certificates[variant], lang))


def certificate_line(certificate: Certificate, lang: Lang) -> str:
    """Return what was proven about a design, as one line."""
    percent = max(100 * (certificate.gap_frac or 0.0), _SMALLEST_GAP_PERCENT)
    hours = format_number(certificate.hours_checked, lang)
    gap = format_number(percent, lang, 2)
    if certificate.minimized == "cost":
        return word(certificate.status, lang).format(gap=gap, hours=hours)
    goal = word(certificate.minimized, lang)
    return word(f"{certificate.status}_goal", lang).format(gap=gap, hours=hours, goal=goal)


def _kpis(appraisal: Appraisal) -> list[dict[str, Any]]:
    table = appraisal.tables["kpis"]
    clean = table.astype(object).where(table.notna(), None)
    return [{str(k): v for k, v in row.items()} for row in clean.to_dict("records")]


def _summary(appraisal: Appraisal, folder: Path) -> dict[str, object]:
    return {
        "status": "ok",
        "folder": str(folder),
        "headline": list(appraisal.headline),
        "kpis": _kpis(appraisal),
        "certificates": {name: asdict(c) for name, c in appraisal.certificates.items()},
        "findings": [f.as_dict() for f in appraisal.findings],
    }

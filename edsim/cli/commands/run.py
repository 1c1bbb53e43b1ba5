"""``edsim run``: the whole study of a case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    from edsim.app import Mode
    from edsim.appraisal.types import Appraisal


@click.command("run", epilog="Example: edsim run cases/medellin-alpujarra --out result")
@case_argument
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Run folder; default NAME-result here.")
@click.option("--variant", "variants", multiple=True, help="Only this project variant; may be repeated.")
@click.option("--scenario", help="Scenario of the case to apply to every variant.")
@click.option("--full-year", "mode", flag_value="full_year", help="Size on all 8760 hours at once.")
@click.option("--screening", "mode", flag_value="screening", help="Skip the certificate: fast, no proven gap.")
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

    target = out or Path(f"{case.resolve().parent.name if case.is_file() else case.resolve().name}-result")
    options = RunOptions(variants=variants, scenario=scenario, mode=mode or "typical", lang=session.lang)
    appraisal = run(case, target, options, progress_printer(session)).appraisal
    if session.as_json:
        show_json(_summary(appraisal, target))
        return
    show_findings(appraisal.findings, session)
    for sentence in appraisal.headline:
        click.echo(sentence)
    for variant in appraisal.variants:
        rows = [tuple(as_text(r[c]) for c in _COLUMNS) for r in _kpis(appraisal) if r["variant"] == variant]
        click.echo()
        show_table(_COLUMNS, rows, title=variant, numbers=_COLUMNS[2:])
    click.echo(f"\n{target / 'report.html'}")


_COLUMNS = ("label", "unit", "bau", "value", "difference")


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
        "certificates": {name: _certificate(c) for name, c in appraisal.certificates.items()},
        "findings": [f.as_dict() for f in appraisal.findings],
    }


def _certificate(certificate: Any) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(certificate)

"""``edsim portfolio``: run many cases, watch them, add them up, publish them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from edsim.cli.session import Session, json_option, progress_printer, show_findings, show_json, show_table
from edsim.core.i18n import LANGUAGES, Lang, printable

if TYPE_CHECKING:
    from edsim.portfolio.runs import PortfolioOutcome
    from edsim.portfolio.status import State

_SOME_FAILED = 5


@click.group(
    "portfolio", epilog="Example: edsim portfolio run cases --out portfolio && edsim portfolio report portfolio"
)
def command() -> None:
    """Run many cases, add them up, compare and publish them."""


@command.command("run", epilog="Example: edsim portfolio run cases --out portfolio --workers 2")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--out", "store", required=True, type=click.Path(path_type=Path), help="Store of the results.")
@click.option("--workers", type=click.IntRange(1, 1024), help="Worker processes here; default half the processors.")
@click.option("--scheduler", default="", help="Address of a Dask scheduler, such as tls://host:8786.")
@click.option("--tls-ca", type=click.Path(path_type=Path), help="Certificate of the authority.")
@click.option("--tls-cert", type=click.Path(path_type=Path), help="Certificate of this machine.")
@click.option("--tls-key", type=click.Path(path_type=Path), help="Key of this machine.")
@click.option("--memory-limit", help="Memory of one case, such as 4GB; default a share of the machine.")
@click.option("--time-limit", type=click.FloatRange(min=0, min_open=True), default=3600.0, help="Seconds of one case.")
@click.option("--retries", type=click.IntRange(0, 20), default=2, help="Attempts after one that fails.")
@click.option("--retry-failed", is_flag=True, help="Try again what was given up earlier.")
@click.option("--full-year", "mode", flag_value="full_year", help="Size on all 8760 hours at once.")
@click.option("--screening", "mode", flag_value="screening", help="Skip the certificate: fast, no proven gap.")
@click.option("--no-scenarios", is_flag=True, help="Leave out the scenarios of the cases.")
@json_option
@click.pass_obj
def run(  # noqa: PLR0913, PLR0917  one parameter per option of the command
    session: Session,
    folder: Path,
    store: Path,
    workers: int | None,
    scheduler: str,
    tls_ca: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    memory_limit: str | None,
    time_limit: float,
    retries: int,
    retry_failed: bool,
    mode: Literal["full_year", "screening"] | None,
    no_scenarios: bool,
) -> int:
    """Run every case and scenario under DIR.

    Finished cases are kept: the same command goes on where it stopped and computes only what changed. A case that
    crashes, hangs or needs too much memory is tried again and then given up; the others go on. The exit code is 5
    when some cases were given up.
    """
    from edsim.portfolio.queue import Engine
    from edsim.portfolio.runs import RunLimits, memory_mb, run_portfolio
    from edsim.portfolio.tasks import PortfolioOptions

    options = PortfolioOptions(mode=mode or "typical", scenarios=not no_scenarios, lang=session.lang)
    limits = RunLimits(memory_mb(memory_limit), time_limit, retries, retry_failed)
    engine = Engine(workers or max(1, (os.cpu_count() or 2) // 2), scheduler, tls_ca, tls_cert, tls_key)
    outcome = run_portfolio(folder, store, options, limits, engine=engine, progress=progress_printer(session))
    _show_outcome(session, outcome)
    return 0 if outcome.complete else _SOME_FAILED


def _show_outcome(session: Session, outcome: PortfolioOutcome) -> None:
    if session.as_json:
        show_json(
            {
                "status": "ok" if outcome.complete else "incomplete",
                "store": str(outcome.store),
                "computed": list(outcome.computed),
                "kept": list(outcome.kept),
                "quarantined": outcome.quarantined,
                "seconds": round(outcome.seconds, 3),
            }
        )
        return
    click.echo(f"{len(outcome.computed)} computed, {len(outcome.kept)} kept, {len(outcome.quarantined)} given up")
    for task_id, reason in sorted(outcome.quarantined.items()):
        click.echo(printable(f"  {task_id}: {reason}"), err=True)
    click.echo(printable(f"Runs: {outcome.store / 'runs'}"))
    if outcome.quarantined:
        click.echo(printable(f"Logs: {outcome.store / 'logs'}; after a repair give the same command again"), err=True)


@command.command("status", epilog="Example: edsim portfolio status portfolio")
@click.argument("store", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def status(session: Session, store: Path) -> int:
    """Show what is finished, running, waiting or given up in STORE, also while it runs elsewhere."""
    from dataclasses import asdict

    from edsim.portfolio.status import read_status

    found = read_status(store)
    states: tuple[State, ...] = ("finished", "running", "waiting", "quarantined")
    failed = found.count("quarantined") > 0
    if session.as_json:
        show_json({"counts": {s: found.count(s) for s in states}, "tasks": [asdict(t) for t in found.tasks]})
        return _SOME_FAILED if failed else 0
    header = ("Case", "Scenario", "State", "Tries", "Seconds", "Reason")
    rows = [
        (t.label, t.scenario, t.state, str(t.attempts), f"{t.seconds:,.1f}", t.reason)
        for t in sorted(found.tasks, key=lambda t: (states[::-1].index(t.state), t.label, t.scenario))
    ]
    show_table(header, rows, numbers=("Tries", "Seconds"))
    click.echo(", ".join(f"{found.count(s)} {s}" for s in states))
    return _SOME_FAILED if failed else 0


@command.command("report", epilog="Example: edsim portfolio report portfolio --out portfolio-report --budget 2e6")
@click.argument("store", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the report; default STORE/report.")
@click.option("--lang", "page_lang", type=click.Choice(LANGUAGES), help="Language of page and workbook.")
@click.option("--currency", default="", help="Currency of all money, such as USD; needed when the cases differ.")
@click.option("--price-year", type=int, default=0, help="Price year of all money; default the latest of the cases.")
@click.option("--prices", type=click.Path(path_type=Path), help="CSV with more price indices and exchange rates.")
@click.option("--targets", type=click.Path(path_type=Path), help="CSV with more climate targets.")
@click.option("--allow", multiple=True, help="Convention that may differ between cases; may be repeated.")
@click.option("--exclude", multiple=True, help="Case to leave out; may be repeated.")
@click.option("--scenario", default="", help="Scenario that is added up; default the cases themselves.")
@click.option("--budget", type=float, help="Grant money to choose projects for.")
@click.option("--goal", type=click.Choice(["ghg", "npv"]), default="ghg", help="What the choice maximizes.")
@click.option("--grant-share", type=float, help="Grant as share of the extra investment; default the viability gap.")
@json_option
@click.pass_obj
def report(  # noqa: PLR0913, PLR0917  one parameter per option of the command
    session: Session,
    store: Path,
    out: Path | None,
    page_lang: Lang | None,
    currency: str,
    price_year: int,
    prices: Path | None,
    targets: Path | None,
    allow: tuple[str, ...],
    exclude: tuple[str, ...],
    scenario: str,
    budget: float | None,
    goal: Literal["ghg", "npv"],
    grant_share: float | None,
) -> int:
    """Add up the finished runs of STORE: page, workbook, CSV tables, data package, IAMC template.

    Runs that cannot be used are left out and named; the exit code is then 5. Cases that cannot be compared, or count
    the same thing twice, are refused.
    """
    from edsim.portfolio.analysis import AnalysisOptions, analyze
    from edsim.portfolio.publish import write_report

    options = AnalysisOptions(
        currency.upper(), price_year, prices, targets, allow, exclude, scenario, budget, goal, grant_share
    )
    found = analyze(store, options)
    folder = write_report(found, out or store / "report", lang=page_lang or session.lang)
    show_findings(found.findings, session)
    if session.as_json:
        totals = found.totals[found.totals["dimension"] == "portfolio"]
        show_json(
            {
                "status": "incomplete" if found.left_out else "ok",
                "folder": str(folder),
                "studies": len(found.measures),
                "totals": dict(zip(totals["measure"], totals["value"], strict=True)),
                "findings": [f.as_dict() for f in found.findings],
            }
        )
    else:
        click.echo(printable(f"{len(found.measures)} studies added up: {folder / 'portfolio.html'}"))
    return _SOME_FAILED if found.left_out else 0


@command.command("release", epilog="Example: edsim portfolio release portfolio --out public")
@click.argument("store", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder of the release.")
@click.option("--currency", default="", help="Currency of all money; needed when the cases differ.")
@click.option("--price-year", type=int, default=0, help="Price year of all money.")
@click.option("--prices", type=click.Path(path_type=Path), help="CSV with more price indices and exchange rates.")
@click.option("--allow", multiple=True, help="Convention that may differ between cases; may be repeated.")
@click.option("--exclude", multiple=True, help="Case to leave out; may be repeated.")
@json_option
@click.pass_obj
def release(
    session: Session,
    store: Path,
    out: Path,
    currency: str,
    price_year: int,
    prices: Path | None,
    allow: tuple[str, ...],
    exclude: tuple[str, ...],
) -> int:
    """Write sums by country and sector that give away no single study.

    Cells of fewer than five studies, or that one or two studies make up, are withheld, with as many others as it
    takes that nothing withheld can be computed. When that cannot be had, nothing is written and the exit code is 2.
    """
    from edsim.portfolio.analysis import AnalysisOptions, analyze
    from edsim.portfolio.exchange import write_files
    from edsim.portfolio.release import release as anonymous

    options = AnalysisOptions(currency.upper(), price_year, prices, allow=allow, exclude=exclude)
    found = analyze(store, options)
    files = anonymous(found)
    write_files(files, out)
    show_findings(found.findings, session)
    if session.as_json:
        show_json({"status": "ok", "folder": str(out), "files": sorted(files), "studies": len(found.measures)})
    else:
        click.echo(printable(f"released without names: {out / 'release.csv'}"))
    return _SOME_FAILED if found.left_out else 0

"""``edsim portfolio``: run many cases, watch them, add them up, publish them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edsim.cli.session import Session, json_option, progress_printer, show_json, show_table
from edsim.core.errors import DataError, Finding
from edsim.core.i18n import printable

if TYPE_CHECKING:
    from typing import Literal

    from edsim.portfolio.runs import PortfolioOutcome
    from edsim.portfolio.status import State

_SOME_FAILED = 5
_SIZES = {"": 1.0, "MB": 1.0, "M": 1.0, "GB": 1e3, "G": 1e3, "MIB": 1.048576, "GIB": 1073.741824}


@click.group(
    "portfolio", epilog="Example: edsim portfolio run cases --out portfolio && edsim portfolio report portfolio"
)
def command() -> None:
    """Run many cases, add them up over cities and sectors, publish them."""


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
    from edsim.portfolio.runs import RunLimits, run_portfolio
    from edsim.portfolio.tasks import PortfolioOptions

    options = PortfolioOptions(mode=mode or "typical", scenarios=not no_scenarios, lang=session.lang)
    limits = RunLimits(memory_mb(memory_limit), time_limit, retries, retry_failed)
    engine = Engine(workers or max(1, (os.cpu_count() or 2) // 2), scheduler, tls_ca, tls_cert, tls_key)
    outcome = run_portfolio(folder, store, options, limits, engine=engine, progress=progress_printer(session))
    _show_outcome(session, outcome)
    return 0 if outcome.complete else _SOME_FAILED


def memory_mb(text: str | None) -> float | None:
    """Return megabytes of a size such as ``4GB``; None for None.

    Raises
    ------
    DataError
        E575 not a size.
    """
    if text is None:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*", text)
    if found is None or found[2].upper() not in _SIZES or float(found[1]) <= 0.0:
        finding = Finding("E575", "this is not a size of memory", field="--memory-limit", got=repr(text))
        raise DataError.of([_with(finding, allowed="a number with MB or GB, such as 4GB")])
    return float(found[1]) * _SIZES[found[2].upper()]


def _with(finding: Finding, *, allowed: str) -> Finding:
    from dataclasses import replace

    return replace(finding, allowed=allowed)


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

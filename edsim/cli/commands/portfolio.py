"""``edsim portfolio``: run many cases, watch them, add them up, publish them."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from edsim.cli.gathered import gathering
from edsim.cli.session import (
    Session,
    json_option,
    mode_options,
    progress_printer,
    show_findings,
    show_json,
    show_table,
)
from edsim.cli.words import word
from edsim.core.i18n import LANGUAGES, Lang, format_number, printable

if TYPE_CHECKING:
    from edsim.portfolio.runs import PortfolioOutcome
    from edsim.portfolio.status import State

_SOME_FAILED = 5


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where cases run."""

    workers: int | None
    scheduler: str
    tls_ca: Path | None
    tls_cert: Path | None
    tls_key: Path | None


@dataclass(frozen=True, slots=True)
class Effort:
    """How cases run, and when one is given up."""

    memory_limit: str | None
    time_limit: float
    retries: int
    retry_failed: bool
    mode: Literal["full_year", "screening"] | None
    no_scenarios: bool


@dataclass(frozen=True, slots=True)
class Sums:
    """What is added up, and in which money; fields of :class:`edsim.portfolio.analysis.AnalysisOptions`."""

    currency: str
    price_year: int
    prices: Path | None
    variants: tuple[str, ...]
    allow: tuple[str, ...]
    exclude: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the sums are held against, and what a budget is to buy."""

    targets: Path | None
    scenario: str
    budget: float | None
    goal: Literal["ghg", "npv"]
    grant_share: float | None


def _sum_options(function: Any) -> Any:
    """Add the options of :class:`Sums`."""
    for option in (
        click.option("--exclude", multiple=True, help="Case to leave out; may be repeated."),
        click.option("--allow", multiple=True, help="Convention that may differ between cases; may be repeated."),
        click.option("--variant", "variants", multiple=True, metavar="RULE|NAME|CASE=NAME",
                     help="The one variant of each case: main (default), best:npv, best:cost, best:ghg or a name."),
        click.option("--prices", type=click.Path(path_type=Path),
                     help="CSV with more price indices and exchange rates."),
        click.option("--price-year", type=int, default=0,
                     help="Price year of all money; default the latest of the cases."),
        click.option("--currency", default="", callback=lambda _ctx, _option, value: value.upper(),
                     help="Currency of all money, such as USD; needed when the cases differ."),
    ):  # fmt: skip
        function = option(function)
    return function


command = click.Group(
    "portfolio",
    help="Run many cases, add them up, compare and publish them.",
    epilog="Example: edsim portfolio run cases --out portfolio && edsim portfolio report portfolio",
)


@command.command(
    "run",
    cls=gathering({"cluster": Cluster, "effort": Effort}),
    epilog="Example: edsim portfolio run cases --out portfolio --workers 2",
)
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
@mode_options
@click.option("--no-scenarios", is_flag=True, help="Leave out the scenarios of the cases.")
@json_option
@click.pass_obj
def run(session: Session, folder: Path, store: Path, cluster: Cluster, effort: Effort) -> int:
    """Run every case and scenario under DIR.

    Finished cases are kept: the same command goes on where it stopped and computes only what changed. A case that
    crashes, hangs or needs too much memory is tried again and then given up; the others go on. The exit code is 5
    when some cases were given up.
    """
    from edsim.portfolio.queue import Engine
    from edsim.portfolio.runs import RunLimits, memory_mb, run_portfolio
    from edsim.portfolio.tasks import PortfolioOptions

    options = PortfolioOptions(mode=effort.mode or "typical", scenarios=not effort.no_scenarios, lang=session.lang)
    limits = RunLimits(memory_mb(effort.memory_limit), effort.time_limit, effort.retries, effort.retry_failed)
    workers = cluster.workers or max(1, (os.cpu_count() or 2) // 2)
    engine = Engine(workers, cluster.scheduler, cluster.tls_ca, cluster.tls_cert, cluster.tls_key)
    outcome = run_portfolio(folder, store, options, limits, engine=engine, progress=progress_printer(session))
    _show_outcome(session, outcome)
    return 0 if outcome.complete else _SOME_FAILED


def _show_outcome(session: Session, outcome: PortfolioOutcome) -> None:
    show_findings(outcome.remarks, session)
    if session.as_json:
        show_json(
            {
                "status": "ok" if outcome.complete else "incomplete",
                "store": str(outcome.store),
                "computed": list(outcome.computed),
                "kept": list(outcome.kept),
                "quarantined": outcome.quarantined,
                "seconds": round(outcome.seconds, 3),
                "findings": [f.as_dict() for f in outcome.remarks],
            }
        )
        return
    counts = {"computed": len(outcome.computed), "kept": len(outcome.kept), "failed": len(outcome.quarantined)}
    click.echo(word("outcome", session.lang).format(**counts))
    for task_id, reason in sorted(outcome.quarantined.items()):
        click.echo(printable(f"  {task_id}: {reason}"), err=True)
    click.echo(printable(word("runs", session.lang).format(folder=outcome.store / "runs")))
    if outcome.quarantined:
        click.echo(printable(word("logs", session.lang).format(folder=outcome.store / "logs")), err=True)


@command.command("status", epilog="Example: edsim portfolio status portfolio")
@click.argument("store", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def status(session: Session, store: Path) -> int:
    """Show how far the cases of STORE are.

    What is finished, running, waiting or given up, also while it runs elsewhere.
    """
    from edsim.portfolio.status import read_status

    found = read_status(store)
    states: tuple[State, ...] = ("finished", "running", "waiting", "quarantined")
    failed = found.count("quarantined") > 0
    if session.as_json:
        show_json({"counts": {s: found.count(s) for s in states}, "tasks": [asdict(t) for t in found.tasks]})
        return _SOME_FAILED if failed else 0
    columns = ("state_case", "state_scenario", "state", "tries", "seconds")
    header = [word(c, session.lang) for c in columns]
    tasks = sorted(found.tasks, key=lambda t: (states[::-1].index(t.state), t.label, t.scenario))
    rows = [
        (
            t.label,
            t.scenario,
            word(f"one_{t.state}", session.lang),
            str(t.attempts),
            format_number(t.seconds, session.lang, 1),
        )
        for t in tasks
    ]
    show_table(header, rows, numbers=header[3:5], whole=header)
    for t in tasks:
        if t.reason:
            click.echo(f"{' · '.join(filter(None, (t.label, t.scenario)))}: {printable(t.reason)}")
    click.echo(", ".join(f"{found.count(s)} {word(s, session.lang)}" for s in states))
    return _SOME_FAILED if failed else 0


@command.command(
    "report",
    cls=gathering({"sums": Sums, "wish": Wish}),
    epilog="Example: edsim portfolio report portfolio --out portfolio-report --budget 2e6",
)
@click.argument("store", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the report; default STORE/report.")
@click.option("--lang", "page_lang", type=click.Choice(LANGUAGES), help="Language of page and workbook.")
@_sum_options
@click.option("--targets", type=click.Path(path_type=Path), help="CSV with more climate targets.")
@click.option("--scenario", default="", help="Scenario that is added up; default the cases themselves.")
@click.option("--budget", type=click.FloatRange(0), help="Grant money to choose projects for.")
@click.option("--goal", type=click.Choice(["ghg", "npv"]), default="ghg", help="What the choice maximizes.")
@click.option(
    "--grant-share",
    type=click.FloatRange(0, 1),
    help="Grant as share of the extra investment; default the viability gap.",
)
@json_option
@click.pass_obj
def report(session: Session, store: Path, out: Path | None, page_lang: Lang | None, sums: Sums, wish: Wish) -> int:
    """Add up the finished runs of STORE.

    The report is a page, a workbook, CSV tables, a data package and an IAMC template. Runs that cannot be used are left
    out and named; the exit code is then 5. Cases that cannot be compared, or count the same thing twice, are refused.
    """
    from edsim.portfolio.analysis import AnalysisOptions, analyze
    from edsim.portfolio.publish import write_report

    options = AnalysisOptions(
        targets=wish.targets, scenario=wish.scenario, budget=wish.budget, goal=wish.goal,
        grant_share_frac=wish.grant_share, **asdict(sums),
    )  # fmt: skip
    found = analyze(store, options)
    folder = write_report(found, out or store / "report", lang=page_lang or session.lang)
    show_findings(found.findings, session)
    if session.as_json:
        totals = found.totals[(found.totals["dimension"] == "portfolio") & found.totals["value"].notna()]
        show_json(
            {
                "status": "incomplete" if found.left_out else "ok",
                "folder": str(folder),
                "studies": len(found.measures),
                "variant_rule": list(found.variants.rule),
                "variants": dict(found.variants.by_run),
                "totals": dict(zip(totals["measure"], totals["value"], strict=True)),
                "findings": [f.as_dict() for f in found.findings],
            }
        )
    else:
        rule = (word("main", session.lang) if r == "main" else r for r in found.variants.rule)
        about = {"count": len(found.measures), "variants": ", ".join(rule)}
        click.echo(printable(word("added_up", session.lang).format(**about, file=folder / "portfolio.html")))
    return _SOME_FAILED if found.left_out else 0


@command.command(
    "release", cls=gathering({"sums": Sums}), epilog="Example: edsim portfolio release portfolio --out public"
)
@click.argument("store", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder of the release.")
@click.option("--lang", "readme_lang", type=click.Choice(LANGUAGES), help="Language of README.md.")
@_sum_options
@json_option
@click.pass_obj
def release(session: Session, store: Path, out: Path, readme_lang: Lang | None, sums: Sums) -> int:
    """Write sums by country and sector that give away no single study.

    Cells of fewer than five studies, or that one or two studies make up, are withheld, with as many others as it
    takes that nothing withheld can be computed. When that cannot be had, nothing is written and the exit code is 2.
    """
    from edsim.portfolio.analysis import AnalysisOptions, analyze
    from edsim.portfolio.exchange import write_files
    from edsim.portfolio.release import release as anonymous

    found = analyze(store, AnalysisOptions(**asdict(sums)))
    files = anonymous(found, lang=readme_lang or session.lang)
    write_files(files, out)
    show_findings(found.findings, session)
    if session.as_json:
        show_json({"status": "ok", "folder": str(out), "files": sorted(files), "studies": len(found.measures)})
    else:
        click.echo(printable(word("released", session.lang).format(file=out / "release.csv")))
    return _SOME_FAILED if found.left_out else 0

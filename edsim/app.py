"""What command line, web pages, portfolio and ``edsim.run`` call: a case in, a run folder out."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from edsim import __version__
from edsim.core.errors import CaseError, Finding, InfeasibleError
from edsim.core.resources import package_versions
from edsim.core.run_options import MODES, Argument, RunOptions, refuse_others

if TYPE_CHECKING:
    from edsim.appraisal.types import Appraisal
    from edsim.bundle.as_read import CaseAsRead
    from edsim.bundle.reproduction import Difference
    from edsim.case.schema import Case
    from edsim.core.i18n import Lang
    from edsim.results.variant import VariantRun

__all__ = [
    "Reproduction",
    "RunOptions",
    "RunOutcome",
    "chosen_variants",
    "read_case",
    "rerun",
    "run",
    "run_read",
    "silent",
    "verify",
    "write_report",
]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """A finished run.

    Attributes
    ----------
    appraisal
        The results.
    folder
        Where they are stored, None when they are not.
    seconds
        Wall time of each stage.
    """

    appraisal: Appraisal
    folder: Path | None
    seconds: Mapping[str, float] = field(default_factory=dict)

    def _repr_html_(self) -> str:
        """Return the summary of the run for a notebook."""
        from edsim.appraisal.notebook import summary_html

        return summary_html(self.appraisal)


def silent(line: str) -> None:
    """Say nothing of a step: progress for those who do not want to see it."""
    del line


def run(
    case: str | Path,
    out: str | Path | None = None,
    options: RunOptions | None = None,
    progress: Progress = silent,
) -> RunOutcome:
    """Run a case: load, prepare, solve every variant, evaluate, and store the run folder when `out` is given.

    Parameters
    ----------
    case
        Case folder or its case.yaml.
    out
        Run folder to write, whole or not at all.
    options
        Variants, scenario, mode, language.
    progress
        Called with one line of text per step.

    Raises
    ------
    CaseError, DataError, InfeasibleError, SolverError
        Nothing is written then.
    """
    options = RunOptions() if options is None else options
    refuse_others(
        Argument("case", case, isinstance(case, str | Path), "the path of a case folder or its case.yaml"),
        Argument("out", out, out is None or isinstance(out, str | Path), "the path of a folder, None"),
        Argument("options", options, isinstance(options, RunOptions), "edsim.RunOptions(...)"),
    )
    clock = _Clock()
    return run_read(read_case(case, options), out, options, progress, clock)


def read_case(case: str | Path, options: RunOptions) -> CaseAsRead:
    """Return the case under the scenario of `options` with its files as they are now.

    Raises
    ------
    CaseError, DataError
        The case cannot be read.
    """
    from edsim import workflow
    from edsim.appraisal.published import EXPECTED_FILE
    from edsim.bundle.as_read import read_with_files

    return read_with_files(
        lambda: workflow.load_case(case, scenario=options.scenario, lang=options.lang), beside=(EXPECTED_FILE,)
    )


def run_read(
    read: CaseAsRead,
    out: str | Path | None,
    options: RunOptions,
    progress: Progress = silent,
    clock: _Clock | None = None,
) -> RunOutcome:
    """Run a case that was read, as `run` does; `clock` holds the time its reading took.

    Raises
    ------
    CaseError, DataError, InfeasibleError, SolverError
        Nothing is written then; E807 a data file was changed meanwhile.
    """
    from edsim.appraisal.published import published_figures
    from edsim.bundle.as_read import refuse_changed

    clock = _Clock() if clock is None else clock
    published = published_figures(read.case)
    clock.lap("load")
    runs = _solve(read.case, options, progress, clock)
    progress("evaluating")
    refuse_changed(read)
    appraisal = _evaluate(read, published, runs, options, clock)
    clock.lap("evaluate")
    folder = None
    if out is not None:
        progress("writing tables, report and workbook")
        folder = _store(appraisal, Path(out), options)
        clock.lap("store")
    return RunOutcome(appraisal, folder, clock.seconds)


class _Clock:
    """Wall seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, stage: str) -> None:
        """Book the time since the last lap to `stage`."""
        now = perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._last = now


def chosen_variants(case: Case, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the project variants to run, in the order of the case.

    Raises
    ------
    CaseError
        The case has no project variant, or a wanted one is not there.
    """
    from edsim.workflow import project_variants

    known = project_variants(case)
    findings = [
        Finding("E171", "no such variant", field="variants", got=w, allowed=", ".join(known) or "none is defined")
        for w in wanted
        if w not in known
    ]
    if not known:
        findings.append(
            Finding(
                "E176",
                "the case has no project variant to compare with business-as-usual",
                field="variants",
                hint="add one, such as variants: {bau: {baseline: frozen}, district: {}}",
            )
        )
    if findings:
        raise CaseError.of(findings)
    always = tuple(v for v in known if not case.variants[v].on_request)
    return tuple(v for v in known if v in (wanted or always or known[:1]))


def _solve(case: Case, options: RunOptions, progress: Progress, clock: _Clock) -> list[VariantRun]:
    """Return the runs of BAU and of the chosen project variants."""
    from edsim import workflow
    from edsim.case.comparison import check_comparable
    from edsim.optimization.sizing.certify import DesignOptions
    from edsim.profiles.district import profiles_for, today_profiles

    names = chosen_variants(case, options.variants)
    profiles = today_profiles(case, progress)
    clock.lap("profiles")
    cases = {name: workflow.variant_case(case, name) for name in (*names, "bau")}
    check_comparable(case, cases)
    mine = {name: profiles_for(cases[name], case, profiles, progress) for name in names}
    how = DesignOptions(
        mode=MODES[options.mode],
        typical_days=case.settings.typical_days,
        target_gap_frac=case.settings.target_gap_frac,
        time_limit_s=case.settings.time_limit_s,
    )
    projects = {}
    for name in names:
        try:
            projects[name] = workflow.lay_out(cases[name], mine[name], progress, case.variants[name].levels_c)
        except InfeasibleError as error:
            from edsim.studies.diagnosis.run_causes import explained_choice

            progress(f"{name}: looking for the limit to blame")
            raise explained_choice(error, case, name, options.lang) from None
    clock.lap("networks")
    pairs = workflow.boundary([d for districts in projects.values() for d in districts], case)
    runs = [workflow.solve_stages("bau", workflow.without_networks(cases["bau"], profiles), pairs, how, progress)]
    for name, districts in projects.items():

        def say(text: str, variant: str = name) -> None:
            progress(f"{variant}: {text}")

        try:
            runs.append(workflow.solve_stages(name, districts, pairs, how, say))
        except InfeasibleError as error:
            from edsim.studies.diagnosis.run_causes import explained

            say("looking for the limit to blame")
            raise explained(error, districts, options.lang) from None
    clock.lap("optimize")
    return runs


def _evaluate(
    read: CaseAsRead,
    published: Sequence[Mapping[str, str]],
    runs: Sequence[VariantRun],
    options: RunOptions,
    clock: _Clock,
) -> Appraisal:
    from edsim.appraisal.evaluate import Provided, evaluate
    from edsim.results.design_notes import design_findings
    from edsim.results.map_features import map_features
    from edsim.studies.diagnosis.refusals import remarks_of_files

    case = read.case
    stages = [p.run for r in runs[1:] for p in r.phases] or list(runs[1:])
    notes = [f for r in stages for d in (*r.district.designs, *r.district.mains) for f in d.findings]
    provided = Provided(
        manifest=_manifest(read, runs, options, clock),
        inputs=read.files,
        findings=(
            *case.warnings,
            *remarks_of_files(case, runs[0].district.profiles.weather, options.lang),
            *runs[0].district.profiles.findings,
            *dict.fromkeys(notes),
            *design_findings(runs),
        ),
        published=published,
        geojson=map_features(runs[1]),
        lang=options.lang,
    )
    return evaluate(case, runs, provided)


def _manifest(read: CaseAsRead, runs: Sequence[VariantRun], options: RunOptions, clock: _Clock) -> dict[str, Any]:
    case = read.case
    solved = {r.name: r.design.solution for r in runs if r.design is not None}
    return {
        "edsim": __version__,
        "case": case.name,
        "input_sha256": read.input_sha256,
        "input_files": {n: hashlib.sha256(d).hexdigest() for n, d in read.files.items()},
        "options": asdict(options),
        "settings": case.settings.model_dump(mode="json"),
        "seed": case.settings.seed,
        "study": case.study.model_dump(mode="json"),
        "threads": 1,
        "solver": {n: {"method": s.method, "status": s.status, "gap_frac": s.gap_frac} for n, s in solved.items()},
        "typical_days": {r.name: list(r.design.typical_grids) for r in runs if r.design is not None},
        "seconds": {k: round(v, 3) for k, v in clock.seconds.items()},
        "weather": runs[0].district.profiles.weather.source,
        "python": platform.python_version(),
        "packages": package_versions(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _store(appraisal: Appraisal, folder: Path, options: RunOptions) -> Path:
    from edsim.bundle import save
    from edsim.report import report_files

    return save(appraisal, folder, files=report_files(appraisal, lang=options.lang))


def write_report(
    run_folder: str | Path, lang: Lang = "en", *, one_file: bool = False, out: str | Path | None = None
) -> Path:
    """Write the report of a stored run, or the page of a stored study, again: in another language or as one file.

    Raises
    ------
    DataError
        The folder is not a run or a study, or was changed.
    """
    from edsim.bundle import load
    from edsim.bundle.manifest import STUDY_FORMAT, stated_format
    from edsim.report import write_report as write

    if stated_format(Path(run_folder)) == STUDY_FORMAT:
        return _write_study(Path(run_folder), lang, Path(out or f"study-{lang}.html"), one_file=one_file)
    return write(load(run_folder), Path(out or f"report-{lang}.html"), lang=lang, one_file=one_file)


def _write_study(folder: Path, lang: Lang, target: Path, *, one_file: bool) -> Path:
    """Write the page of a stored study again."""
    from edsim.report.html import write_page
    from edsim.report.studies.page import render_study
    from edsim.studies.headline import with_headline
    from edsim.studies.store import load_study

    study = with_headline(load_study(folder), lang)
    page = render_study(study.kind, study.about, study.tables, study.headline, lang=lang, one_file=one_file)
    return write_page(page, target, one_file=one_file)


@dataclass(frozen=True, slots=True)
class Reproduction:
    """A stored run made again: the new run and what differs, in results and in software."""

    outcome: RunOutcome
    differences: tuple[Difference, ...]
    software: tuple[Difference, ...]


def rerun(run_folder: str | Path, out: str | Path | None = None, progress: Progress = silent) -> Reproduction:
    """Make a stored run again from its inputs and options and compare every result.

    Parameters
    ----------
    run_folder
        The stored run; its files are checked first.
    out
        Folder for the new run, None keeps none.
    progress
        Called with one line of text per step.

    Raises
    ------
    DataError
        The folder is not a run or was changed; what :func:`run` raises.
    """
    from tempfile import TemporaryDirectory

    from edsim.bundle import load
    from edsim.bundle.reproduction import differences, surroundings

    stored = load(run_folder)
    recorded: Mapping[str, Any] = stored.manifest["options"]
    options = RunOptions(
        variants=tuple(recorded["variants"]),
        scenario=recorded["scenario"],
        mode=recorded["mode"],
        lang=recorded["lang"],
    )
    with TemporaryDirectory(prefix="edsim-rerun-") as place:
        for name, data in stored.inputs.items():
            target = Path(place) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        outcome = run(place, out, options, progress)
    again = outcome.appraisal
    return Reproduction(outcome, differences(stored, again), surroundings(stored.manifest, again.manifest))


def verify(run_folder: str | Path) -> tuple[Finding, ...]:
    """Return what is wrong with a stored run: changed, missing, extra or truncated files; empty when it is sound."""
    from edsim.bundle import verify as check

    return tuple(check(Path(run_folder)))

"""What command line, web pages, portfolio and ``edsim.run`` call: a case in, a run folder out."""

from __future__ import annotations

import csv
import hashlib
import io
import math
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

from edsim import __version__
from edsim.core.errors import CaseError, DataError, Finding

if TYPE_CHECKING:
    from edsim.appraisal.types import Appraisal
    from edsim.case.schema import Case
    from edsim.core.i18n import Lang
    from edsim.results.variant import VariantRun

Mode = Literal["typical", "full_year", "screening"]
Progress = Callable[[str], None]
_MODES: Mapping[Mode, Literal["certified", "full_year", "screening"]] = {
    "typical": "certified",
    "full_year": "full_year",
    "screening": "screening",
}
_EXPECTED = "expected.csv"
_RECORDED = ("numpy", "scipy", "pandas", "pyomo", "highspy", "tsam", "pvlib", "networkx")


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run a case.

    Attributes
    ----------
    variants
        Project variants to run; empty runs all that are not `on_request`.
    scenario
        Scenario of the case, None for none.
    mode
        ``typical`` (typical days, full-year dispatch, certificate), ``full_year`` (sizes on 8760 h) or ``screening``
        (no bound).
    lang
        Language of labels and report.
    """

    variants: tuple[str, ...] = ()
    scenario: str | None = None
    mode: Mode = "typical"
    lang: Lang = "en"


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """A finished run: its appraisal and the folder it was stored in, None when it was not stored."""

    appraisal: Appraisal
    folder: Path | None
    seconds: Mapping[str, float] = field(default_factory=dict)


def run(
    case: str | Path,
    out: str | Path | None = None,
    options: RunOptions | None = None,
    progress: Progress = lambda _: None,
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
    from edsim import workflow

    options = options or RunOptions()
    clock = _Clock()
    read = workflow.load_case(case, scenario=options.scenario)
    published_figures(read)
    clock.lap("load")
    runs = _solve(read, options, progress, clock)
    progress("evaluating")
    appraisal = _evaluate(read, runs, options, clock)
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


_SAME_EVERYWHERE = ("currency", "price_year", "city", "finance", "emissions", "refrigerants", "weather")
_OF_THE_PROJECT = {"connect", "bau", "bau_age_a", "bau_service_age_a", "tariff"}
"""Building fields a variant may change: they say how a building is served, not what it needs."""


def check_comparable(case: Case, cases: Mapping[str, Case]) -> None:
    """Refuse variants that would be compared on different terms, or that serve other buildings.

    Raises
    ------
    CaseError
        E177 a variant changes rates, factors or place; E178 it changes what buildings need; E179 two networks of a
        variant deliver the same service or carry the same carrier.
    """
    findings = []
    needs = [b.model_dump(exclude=_OF_THE_PROJECT) for b in case.buildings]
    for name, variant in cases.items():
        findings += [
            Finding(
                "E177",
                "variants must be compared on the same terms",
                field=f"variants.{name}.changes.{part}",
                got=f"another {part}",
                allowed="the values of the case",
                hint="make it a scenario: it then holds for business-as-usual too",
            )
            for part in _SAME_EVERYWHERE
            if getattr(variant, part) != getattr(case, part)
        ]
        if [b.model_dump(exclude=_OF_THE_PROJECT) for b in variant.buildings] != needs:
            findings.append(
                Finding(
                    "E178",
                    "variants must serve the same buildings with the same needs",
                    field=f"variants.{name}.changes.buildings",
                    allowed=f"changes of {', '.join(sorted(_OF_THE_PROJECT))}",
                    hint="use connect: never to leave a building out of the networks",
                )
            )
        for what in ("service", "carrier"):
            held = [getattr(n, what) for n in variant.networks]
            findings += [
                Finding(
                    "E179",
                    f"two networks with the same {what} are not computed by this version",
                    field="networks",
                    got=f"{what} {value} in {name}",
                    allowed=f"one network per {what}",
                )
                for value in sorted({v for v in held if held.count(v) > 1})
            ]
    if findings:
        raise CaseError.of(findings)


def _solve(case: Case, options: RunOptions, progress: Progress, clock: _Clock) -> list[VariantRun]:
    """Return the runs of BAU and of the chosen project variants."""
    from edsim import workflow
    from edsim.network.district import District
    from edsim.optimization.certify import DesignOptions
    from edsim.profiles.district import make_profiles, profiles_for

    names = chosen_variants(case, options.variants)
    profiles = make_profiles(case, progress)
    clock.lap("profiles")
    cases = {name: workflow.variant_case(case, name) for name in (*names, "bau")}
    check_comparable(case, cases)
    mine = {name: profiles_for(cases[name], case, profiles, progress) for name in names}
    projects = {name: workflow.prepare(cases[name], mine[name], progress) for name in names}
    clock.lap("networks")
    pairs = workflow.boundary(list(projects.values()), case)
    how = DesignOptions(
        mode=_MODES[options.mode],
        typical_days=case.settings.typical_days,
        target_gap_frac=case.settings.target_gap_frac,
        time_limit_s=case.settings.time_limit_s,
    )
    bau = workflow.solve_variant("bau", District(cases["bau"], profiles, ()), pairs, how, progress)
    runs = [bau]
    for name, district in projects.items():

        def say(text: str, variant: str = name) -> None:
            progress(f"{variant}: {text}")

        runs.append(workflow.solve_variant(name, district, pairs, how, say))
    clock.lap("optimize")
    return runs


def _evaluate(case: Case, runs: Sequence[VariantRun], options: RunOptions, clock: _Clock) -> Appraisal:
    from edsim.appraisal.evaluate import Provided, evaluate

    inputs = input_files(case)
    notes = [f for r in runs[1:] for d in r.district.designs for f in d.findings]
    provided = Provided(
        manifest=_manifest(case, runs, options, clock),
        inputs=inputs,
        findings=(*case.warnings, *runs[0].district.profiles.findings, *dict.fromkeys(notes), *_proof_notes(runs)),
        published=published_figures(case),
        geojson=_geojson(runs[1]),
        lang=options.lang,
    )
    return evaluate(case, runs, provided)


def _proof_notes(runs: Sequence[VariantRun]) -> list[Finding]:
    """Return warnings about the designs: unit staging off the model, gaps still open."""
    from edsim.results.staging import staging_findings

    notes = [f for r in runs for f in staging_findings(r)]
    notes += [
        Finding(
            "W512",
            "the gap to the cheapest possible design is above the target",
            field=r.name,
            got=f"{r.design.certificate.gap_frac:.2%}",
            allowed=f"{r.district.case.settings.target_gap_frac:.2%}",
            hint="raise settings.typical_days or run with --full-year",
            severity="warning",
        )
        for r in runs
        if r.design is not None and r.design.certificate.status == "open" and r.design.certificate.gap_frac is not None
    ]
    return notes


def input_files(case: Case) -> dict[str, bytes]:
    """Return name → content of the case file, every data file it names, its README and its published figures."""
    from edsim.case.hashing import data_file_names

    names = {"case.yaml", "README.md", _EXPECTED, *data_file_names(case)}
    tables = {"buildings.csv", "buildings.geojson"}
    return {n: (case.folder / n).read_bytes() for n in sorted(names | tables) if (case.folder / n).is_file()}


_PUBLISHED_COLUMNS = ("id", "label", "unit", "published", "kpi", "take", "factor", "source", "comment")


def published_figures(case: Case) -> list[Mapping[str, str]]:
    """Return the rows of the case's expected.csv, empty when it has none.

    Raises
    ------
    DataError
        E819 the file is not UTF-8, a column is missing or a number cannot be read.
    """
    path = case.folder / _EXPECTED
    if not path.is_file():
        return []
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
    except UnicodeDecodeError:
        raise DataError.of([_bad_figure(1, "", "the file is not UTF-8", "save it as UTF-8")]) from None
    findings = []
    for line, row in enumerate(rows, start=2):
        missing = [c for c in _PUBLISHED_COLUMNS if row.get(c) is None]
        if missing:
            findings.append(_bad_figure(line, missing[0], "the column is missing", ", ".join(_PUBLISHED_COLUMNS)))
            continue
        if row["take"] not in {"value", "bau", "difference", "difference_frac"}:
            findings.append(
                _bad_figure(line, "take", f"got {row['take']!r}", "value, bau, difference, difference_frac")
            )
        findings += [
            _bad_figure(line, c, f"not a number: {row[c]!r}", "a number with a decimal point")
            for c in ("published", "factor")
            if not _is_number(row[c])
        ]
    if findings:
        raise DataError.of(findings)
    return list(rows)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _bad_figure(line: int, column: str, what: str, allowed: str) -> Finding:
    return Finding("E819", what, file=_EXPECTED, line=line, field=column, allowed=allowed)


def _geojson(main: VariantRun) -> dict[str, Any]:
    """Return trenches, nodes and buildings of the main variant as one FeatureCollection."""
    from edsim.network.geojson import to_geojson

    served = main.district.served()
    features = [f for d in main.district.designs for f in to_geojson(d)["features"]]
    features += [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [b.lon_deg, b.lat_deg]},
            "properties": {
                "feature": "building",
                "id": b.id,
                "name": b.name or b.id,
                "use": b.use,
                "floor_area_m2": b.floor_area_m2,
                "connected": any(key[0] == b.id for key in served),
            },
        }
        for b in main.district.case.buildings
        if b.lat_deg is not None and b.lon_deg is not None
    ]
    return {"type": "FeatureCollection", "features": features}


def _manifest(case: Case, runs: Sequence[VariantRun], options: RunOptions, clock: _Clock) -> dict[str, Any]:
    from edsim.case.hashing import hash_inputs

    solved = {r.name: r.design.solution for r in runs if r.design is not None}
    return {
        "edsim": __version__,
        "case": case.name,
        "input_sha256": hash_inputs(case),
        "input_files": {n: hashlib.sha256(d).hexdigest() for n, d in input_files(case).items()},
        "options": asdict(options),
        "settings": case.settings.model_dump(mode="json"),
        "seed": case.settings.seed,
        "threads": 1,
        "solver": {n: {"method": s.method, "status": s.status, "gap_frac": s.gap_frac} for n, s in solved.items()},
        "typical_days": {r.name: list(r.design.typical_grids) for r in runs if r.design is not None},
        "seconds": {k: round(v, 3) for k, v in clock.seconds.items()},
        "weather": runs[0].district.profiles.weather.source,
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in _RECORDED},
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _store(appraisal: Appraisal, folder: Path, options: RunOptions) -> Path:
    from edsim.bundle import save
    from edsim.report import report_files

    return save(appraisal, folder, files=report_files(appraisal, lang=options.lang))


def write_report(
    run_folder: str | Path, lang: Lang = "en", *, one_file: bool = False, out: str | Path | None = None
) -> Path:
    """Write the report of a stored run again, in another language or as one file.

    Raises
    ------
    DataError
        The folder is not a run or was changed.
    """
    from edsim.bundle import load
    from edsim.report import write_report as write

    target = Path(out) if out is not None else Path(f"report-{lang}.html")
    return write(load(run_folder), target, lang=lang, one_file=one_file)


def verify(run_folder: str | Path) -> tuple[Finding, ...]:
    """Return what is wrong with a stored run: changed, missing, extra or truncated files; empty when it is sound."""
    from edsim.bundle import verify as check

    return tuple(check(Path(run_folder)))

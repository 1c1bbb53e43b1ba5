"""Commands, exit codes and what is printed where."""

import dataclasses
import json
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Literal

import click
import pytest

from edsim.cli.root import COMMANDS, root
from edsim.cli.words import WORDS, finding_line
from edsim.core.errors import EdsimError, Finding, InfeasibleError, SolverError
from edsim.optimization.types import Certificate

Call = Callable[..., Any]


def _edit(case: Path, old: str, new: str) -> None:
    file = case / "case.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_help_lists_every_command_with_an_example(edsim: Call) -> None:
    """Proves: help of the program and of each command, each with an example. If ignored: users guess."""
    listed = edsim("--help").out
    for name in COMMANDS:
        assert f"  {name} " in listed
        text = edsim(name, "--help")
        assert text.code == 0
        assert f"Example: edsim {name}" in " ".join(text.out.split())


def test_commands_do_not_shorten_their_summary() -> None:
    """Proves: the first sentence of each command fits the list. If ignored: help ends in dots."""
    context = click.Context(root)
    for name in COMMANDS:
        command = root.get_command(context, name)
        assert command is not None
        assert not command.get_short_help_str(60).endswith("..."), name


def test_check_of_a_sound_case(edsim: Call, case: Path) -> None:
    """Proves: exit code 0, counts on standard output."""
    result = edsim("check", case)
    assert result.code == 0, result.err
    assert "1 building, 12,000 m2, 0 networks, 2 technologies" in result.out


@pytest.mark.parametrize("how", [("--lang", "es"), ("--lang=es",)])
def test_a_language_after_the_command_is_told_its_place(edsim: Call, case: Path, how: tuple[str, ...]) -> None:
    """Proves: the refusal says where --lang goes. If ignored: a user takes the language for unsupported."""
    result = edsim("run", case, *how)
    assert result.code == 2
    assert "edsim --lang es run" in result.err
    assert "--lang goes" not in edsim("run", case, "--color").err
    assert "edsim --lang es portfolio run" in edsim("portfolio", "run", *how).err


def test_a_case_can_be_sent_to_another_process(case: Path) -> None:
    """Proves: a loaded case survives pickling with its origins and variants. If ignored: no workers, no portfolio."""
    from edsim.workflow import load_case

    loaded = load_case(case)
    copy = pickle.loads(pickle.dumps(loaded))
    assert copy == loaded
    assert copy.provenance["tariffs.main.energy_per_kwh"].where == "case.yaml:11:38"
    assert dict(load_case(case).provenance) == dict(loaded.provenance)


def test_check_as_json(edsim: Call, case: Path) -> None:
    """Proves: JSON for sound and faulty cases on standard output, with the hash of the inputs."""
    sound = json.loads(edsim("check", case, "--json").out)
    assert (sound["status"], len(sound["inputs_sha256"])) == ("ok", 64)
    _edit(case, "storeys: 10", "storeys: 0")
    faulty = edsim("check", case, "--json")
    data = json.loads(faulty.out)
    assert (faulty.code, data["exit_code"], faulty.err) == (2, 2, "")
    assert data["findings"][0]["code"] == "E123"
    assert data["findings"][0]["line"] == 7


def test_check_points_at_the_column(edsim: Call, case: Path) -> None:
    """Proves: findings on standard error with folder, file, line, column, the line itself and a caret."""
    _edit(case, "storeys: 10", "storeys: 0")
    result = edsim("check", case)
    assert (result.code, result.out) == (2, "")
    first, shown, caret = result.err.splitlines()[:3]
    assert first.startswith(f"error: {case}/case.yaml:7:60: buildings.hall.storeys:")
    assert shown[caret.index("^")] == "0"


def test_check_in_spanish(edsim: Call, case: Path) -> None:
    """Proves: --lang es reaches the findings."""
    assert "correcto, 1 aviso" in edsim("--lang", "es", "check", case).out
    _edit(case, "storeys: 10", "storeyz: 10")
    text = edsim("--lang", "es", "check", case).err
    assert "¿quiso decir storeys?" in text
    assert "se encontró storeyz; se admite: " in text


def test_words_around_findings_in_both_languages() -> None:
    """Proves: the same words in both languages, and the English line is the one every other part prints."""
    assert list(WORDS["en"]) == list(WORDS["es"])
    finding = Finding("E123", "wrong", "case.yaml", 3, 4, "a.b", "5", "> 6", "try 7")
    assert finding_line(finding, "en") == finding.text()


def test_missing_case(edsim: Call, tmp_path: Path) -> None:
    """Proves: exit code 2 and one message."""
    result = edsim("check", tmp_path / "nowhere")
    assert result.code == 2
    assert "there is no such file" in result.err
    assert "Traceback" not in result.err


def test_hostile_text_does_not_reach_the_terminal(edsim: Call, case: Path) -> None:
    """Proves: escape sequences in file names and ids are printed as text. If ignored: a case rewrites the screen."""
    _edit(case, "tariff: main", 'tariff: "\\e]0;owned\\a"')
    result = edsim("check", case)
    assert "\x1b]" not in result.err
    assert r"\x1b]0;owned\x07" in result.err
    assert "\x1b" not in edsim("check", "a\x1b[2Jb").err


@pytest.mark.parametrize("words", [("chekc",), ("check",), ("--nope",), ("run", "x", "--out"), ("check", "a", "b")])
def test_usage_errors(edsim: Call, words: tuple[str, ...]) -> None:
    """Proves: exit code 2, one line and the way to help."""
    result = edsim(*words)
    assert result.code == 2
    assert "Try 'edsim" in result.err
    assert "--help'." in result.err


def test_the_closest_command_is_offered(edsim: Call) -> None:
    """Proves: chekc leads to check."""
    assert "Did you mean check?" in edsim("chekc").err


def test_technologies(edsim: Call) -> None:
    """Proves: the list and one kind, as text and as data, with unit, limits and source."""
    kinds = json.loads(edsim("technologies", "--json").out)
    assert {"grid", "vapour_chiller"} <= {k["kind"] for k in kinds}
    assert "vapour_chiller" in edsim("technologies").out
    facts = json.loads(edsim("technologies", "vapour_chiller", "--json").out)
    life = next(f for f in facts["fields"] if f["name"] == "lifetime_a")
    assert (life["unit"], life["limits"]) == ("a", "> 0, ≤ 100")
    assert life["source"]
    assert "lifetime_a" in edsim("technologies", "vapour_chiller").out


def test_unknown_technology(edsim: Call) -> None:
    """Proves: exit code 2 with the closest kind."""
    result = edsim("technologies", "vapor_chiller")
    assert result.code == 2
    assert "did you mean vapour_chiller?" in result.err


@pytest.mark.medium
def test_schema_knows_kinds_units_and_origins(edsim: Call, tmp_path: Path) -> None:
    """Proves: a JSON Schema with all kinds, units as text and values with origin allowed."""
    file = tmp_path / "case.schema.json"
    assert edsim("schema", "--out", file).code == 0
    schema = json.loads(file.read_text(encoding="utf-8"))
    assert {"folder", "provenance", "warnings"}.isdisjoint(schema["properties"])
    area = schema["$defs"]["Building"]["properties"]["floor_area_m2"]
    assert area["unit"] == "m2"
    assert {"$ref": "#/$defs/text_with_unit"} in area["anyOf"]
    kinds = [item["$ref"].rsplit("_", 1)[0] for item in schema["properties"]["technologies"]["items"]["oneOf"]]
    assert "#/$defs/technology_vapour" in kinds
    references = {text.split('"')[0] for text in file.read_text(encoding="utf-8").split('"#/$defs/')[1:]}
    assert references <= set(schema["$defs"])


def test_new_makes_a_case_that_checks(edsim: Call, tmp_path: Path) -> None:
    """Proves: the copy is sound. If ignored: the first thing a user sees is an error."""
    folder = tmp_path / "mine"
    result = edsim("new", folder)
    assert result.code == 0, result.err
    assert (folder / "case.yaml").is_file()
    assert edsim("check", folder).code == 0


def test_new_never_overwrites(edsim: Call, case: Path) -> None:
    """Proves: a folder with files is refused and left as it is."""
    before = (case / "case.yaml").read_bytes()
    result = edsim("new", case)
    assert result.code == 2
    assert "not empty" in result.err
    assert (case / "case.yaml").read_bytes() == before


def test_new_from_a_folder_and_from_nothing(edsim: Call, case: Path, tmp_path: Path) -> None:
    """Proves: own cases can be templates, links are not followed, an unknown name lists what there is."""
    (case / "link.csv").symlink_to("/etc/hosts")
    assert edsim("new", tmp_path / "copy", "--from", case).code == 0
    assert sorted(p.name for p in (tmp_path / "copy").iterdir()) == ["case.yaml"]
    result = edsim("new", tmp_path / "other", "--from", "medellin-alpujara")
    assert result.code == 2
    assert "did you mean medellin-alpujarra?" in result.err


def test_next_commands_can_be_typed_and_cases_found_by_their_last_name(edsim: Call, tmp_path: Path) -> None:
    """Proves: a folder with a space stands in quotation marks, and a case below colombia/ is proposed by its own name.

    If ignored: the command shown ends in an error; who types neiva-health is sent through a list of thirty names.
    """
    folder = tmp_path / "my district"
    said = edsim("new", folder, "--from", "colombia/neiva-health").out
    assert f'edsim check "{folder}"' in said
    assert f'--out "{folder}-result"' in said
    spanish = edsim("--lang", "es", "new", tmp_path / "distrito", "--from", "colombia/neiva-health").out
    assert f"edsim --lang es check {tmp_path / 'distrito'}" in spanish  # the next command answers in Spanish too
    assert "colombia/neiva-health?" in edsim("new", tmp_path / "other", "--from", "neiva-health").err


class _App(ModuleType):
    """Stands for edsim.app: records the call, then returns or raises."""

    def __init__(self, outcome: object = None) -> None:
        super().__init__("edsim.app")
        self.calls: list[tuple[Any, ...]] = []
        self._outcome = outcome

    RunOptions = dict

    def run(self, *arguments: Any) -> object:
        return self._answer("run", *arguments)

    def verify(self, *arguments: Any) -> object:
        return self._answer("verify", *arguments)

    def write_report(self, *arguments: Any, **options: Any) -> object:
        return self._answer("write_report", *arguments, options)

    def _answer(self, *call: Any) -> object:
        self.calls.append(call)
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        return self._outcome


def _install(monkeypatch: pytest.MonkeyPatch, outcome: object) -> _App:
    app = _App(outcome)
    monkeypatch.setitem(sys.modules, "edsim.app", app)
    return app


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (EdsimError("plain"), 1),
        (InfeasibleError.of([Finding("E501", "cooling is short", got="627 kW")]), 3),
        (SolverError.of([Finding("E901", "time limit")]), 4),
        (KeyboardInterrupt(), 130),
        (RuntimeError("secret\x1b[2J"), 1),
    ],
)
def test_each_error_has_its_exit_code(
    edsim: Call, case: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    """Proves: each kind of error has its exit code, a message and no traceback."""
    _install(monkeypatch, error)
    result = edsim("run", case, "--out", case / "out")
    assert result.code == code
    assert result.err.strip()
    assert "Traceback" not in result.err + result.out
    assert "\x1b[2J" not in result.err
    assert not (case / "out").exists()


def test_debug_shows_the_traceback_of_a_bug(edsim: Call, case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: only --debug shows it."""
    _install(monkeypatch, RuntimeError("bug"))
    assert "Traceback" in edsim("--debug", "run", case, "--out", case / "out").err


def test_run_passes_its_options(edsim: Call, case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: variant, scenario, mode and language arrive."""
    app = _install(monkeypatch, InfeasibleError("stop here"))
    edsim(
        "--lang", "es", "run", case, "--out", "x", "--variant", "a", "--variant", "b", "--scenario", "s", "--full-year"
    )
    _, path, out, options, _ = app.calls[0]
    assert (path, out) == (case, Path("x"))
    assert options == {"variants": ("a", "b"), "scenario": "s", "mode": "full_year", "lang": "es"}


def test_json_errors_of_a_run(edsim: Call, case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: with --json the reason of an infeasible run is data."""
    _install(monkeypatch, InfeasibleError.of([Finding("E501", "cooling is short")]))
    result = edsim("run", case, "--json")
    assert result.code == 3
    assert json.loads(result.out)["findings"][0]["code"] == "E501"


def test_verify_names_the_faulty_file(edsim: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: exit code 0 for a sound run, 2 with one finding per faulty file."""
    _install(monkeypatch, ())
    assert edsim("verify", tmp_path).code == 0
    _install(monkeypatch, (Finding("E813", "a file of the run was changed", file="kpis.csv"),))
    result = edsim("verify", tmp_path)
    assert result.code == 2
    assert "kpis.csv: a file of the run was changed [E813]" in result.err


def test_report_hands_on_language_and_file(edsim: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: language and file arrive; the written file is named."""
    app = _install(monkeypatch, Path("informe.html"))
    result = edsim("report", tmp_path, "--lang", "es", "--one-file", "--out", "informe.html")
    assert result.out.strip() == "informe.html"
    assert app.calls[0] == ("write_report", tmp_path, "es", {"one_file": True, "out": Path("informe.html")})


def test_without_a_command_the_help_is_shown(edsim: Call) -> None:
    """Proves: ``edsim`` alone prints readable help. If ignored: the first line a newcomer sees is escaped newlines."""
    result = edsim()
    assert result.code == 2
    assert result.err.startswith("Usage: edsim")
    assert "\\n" not in result.err


def test_a_missing_case_is_named_as_it_was_typed(edsim: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: nowhere, and not nowhere/nowhere."""
    monkeypatch.chdir(tmp_path)
    assert edsim("check", "nowhere").err.startswith("error: nowhere: there is no such file")
    (tmp_path / "empty").mkdir()
    assert edsim("check", "empty").err.startswith("error: empty/case.yaml: there is no such file")


@pytest.mark.parametrize("place", ["a_file", "a_file/below", "others"])
def test_a_run_folder_that_cannot_be_is_refused_before_the_run(
    edsim: Call, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Proves: exit code 2 and nothing computed. If ignored: minutes of work end in an error."""
    (tmp_path / "a_file").write_text("x", encoding="utf-8")
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "thesis.txt").write_text("x", encoding="utf-8")
    app = _install(monkeypatch, RuntimeError("must not be reached"))
    result = edsim("run", case, "--out", tmp_path / place)
    assert result.code == 2
    assert f"error: {tmp_path / place}: " in result.err
    assert "choose another folder with --out" in result.err
    assert app.calls == []


def test_an_earlier_run_may_be_replaced(tmp_path: Path) -> None:
    """Proves: a folder with a manifest, an empty and a new one pass, and looking makes or removes nothing."""
    from edsim.cli.preflight import refuse_place

    (tmp_path / "run").mkdir()
    refuse_place(tmp_path / "run")
    (tmp_path / "run" / "manifest.json").write_text("{}", encoding="utf-8")
    refuse_place(tmp_path / "run")
    refuse_place(tmp_path / "new" / "deeper")
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")) == ["run", "run/manifest.json"]


def test_errors_of_usage_as_json(edsim: Call, case: Path) -> None:
    """Proves: with --json a refusal of a command is data too."""
    result = edsim("new", case, "--json")
    assert (result.code, result.err) == (2, "")
    assert "not empty" in json.loads(result.out)["message"]


def _appraisal(certificate: Certificate, findings: tuple[Finding, ...]) -> object:
    import pandas as pd

    rows = [
        ("district", "investment", "Investment at start", "USD", 3_295_837.0, 15_145_007.0),
        ("district", "npv", "Net present value against BAU", "USD", None, -653_512.0),
        ("district", "irr", "Internal rate of return", "frac", None, 0.0131),
        ("district", "ghg_montreal", "GHG of CFC and HCFC refrigerants (memo)", "tCO2e/a", 1467.774, 0.0),
        ("district", "fuel", "Fuel", "MWh LHV/a", 0.0, 23_770.4),
        ("district", "odp", "Ozone depletion", "kg CFC-11 eq./a", 134.0, 0.0),
    ]
    table = pd.DataFrame(rows, columns=["variant", "id", "label", "unit", "bau", "value"])
    appraisal = SimpleNamespace(
        headline=("It costs more.",),
        findings=findings,
        variants=("district",),
        currency="USD",
        tables={"kpis": table},
        certificates={"district": certificate},
    )
    return SimpleNamespace(appraisal=appraisal)


def test_the_result_of_a_run_fits_80_columns(
    edsim: Call, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: few digits, scaled money, change in percent, the proof, the places, one warning of each code."""
    monkeypatch.setenv("COLUMNS", "80")
    old = tuple(Finding("W189", f"machine {i} is old", severity="warning") for i in range(7))
    other = [Finding(code, f"said of {code}", severity="warning") for code in ("W513", "W301", "W529")]
    notes = (*old, *other)
    proof = Certificate(100.0, 99.15, 0.0085, 8760, 0.0, 0.0, 0.0, "certified")
    _install(monkeypatch, _appraisal(proof, notes))
    result = edsim("run", case, "--out", tmp_path / "r")
    assert result.code == 0
    lines = result.out.splitlines()
    table = lines[: next(i for i, line in enumerate(lines) if line.startswith("least cost"))]
    assert max(map(len, table)) <= 80
    cells = [re.split(r"  +", line.strip()) for line in table]
    assert ["Indicator", "Unit", "BAU", "Variant", "Change %"] in cells
    assert ["Investment at start", "million USD", "3.30", "15.15", "+359.5"] in cells
    assert ["Net present value against BAU", "USD", "-", "-653,512", "-"] in cells
    assert ["Internal rate of return", "%", "-", "1.31", "-"] in cells
    assert ["GHG of CFC and HCFC refrigerants (memo)", "tCO2e/a", "1,468", "0", "-100.0"] in cells
    assert ["Fuel", "MWh LHV/a", "0", "23,770", "-"] in cells
    assert "Ozone" not in result.out
    assert "least cost proven within 0.85 % over 8,760 hours" in lines
    assert f"Report: {tmp_path / 'r' / 'report.html'}" in lines
    said = result.err.splitlines()[-5:]
    assert [line[-5:-1] for line in said[:3]] == ["W529", "W301", "W513"]
    assert said[3:] == [
        "warning: machine 0 is old [W189] – and 6 more like it",
        "10 remarks in all: each of them is in report.html",
    ]


def test_json_of_a_run_keeps_everything(
    edsim: Call, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: every indicator and warning, unrounded, with the certificate."""
    notes = tuple(Finding("W189", f"machine {i} is old", severity="warning") for i in range(7))
    proof = Certificate(100.0, None, None, 8760, 0.0, 0.0, 0.0, "screening")
    _install(monkeypatch, _appraisal(proof, notes))
    data = json.loads(edsim("run", case, "--out", tmp_path / "r", "--json").out)
    assert len(data["findings"]) == 7
    assert data["kpis"][0]["bau"] == 3_295_837.0
    assert data["kpis"][2]["bau"] is None
    assert data["certificates"]["district"]["status"] == "screening"


@pytest.mark.parametrize(
    ("status", "gap", "words"),
    [
        ("certified", 1e-15, "least cost proven within 0.01 % over 8,760 hours"),
        ("open", 0.0324, "not proven: within 3.24 % of the least cost over 8,760 hours, above the target"),
        ("screening", None, "screening: dispatched over 8,760 hours, distance to the least cost not proven"),
    ],
)
def test_what_was_proven(status: Literal["certified", "open", "screening"], gap: float | None, words: str) -> None:
    """Proves: the proof in one line, never a claim without one."""
    from edsim.cli.commands.run import certificate_line

    assert certificate_line(Certificate(1.0, None, gap, 8760, 0.0, 0.0, 0.0, status), "en") == words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (20158.43, "20,158"), (628.9, "629"), (0.088710, "0.0887"), (-5.7318, "-5.73"), (999.96, "1,000"),
        (1234567.0, "1,234,567"), (0.000002, "2.00e-06"),
    ],
)  # fmt: skip
def test_figures_are_shown_with_few_digits(value: float, text: str) -> None:
    """Proves: three digits below 1000, whole above, thousands signs."""
    from edsim.cli.indicators import few_digits

    assert few_digits(value, "en") == text


def test_fields_of_a_technology_fit_80_columns(edsim: Call) -> None:
    """Proves: unit, limits, default, meaning and source of a field are readable. If ignored: words cut in columns."""
    text = edsim("technologies", "vapour_chiller").out
    assert "lifetime_a [a]  > 0, ≤ 100; default 25\n    Technical life" in text
    assert "    Source: " in text
    assert "``" not in text


@pytest.mark.medium
def test_kinds_are_imported_when_named() -> None:
    """Proves: one kind costs one import, all kinds are those of load_kinds. If ignored: every check pays for all."""
    program = (
        "import sys; from edsim.case.lazy_kinds import LazyKinds; k = LazyKinds('edsim.technologies'); "
        "assert k['grid'].model_fields['kind'].default == 'grid'; assert 'chp' in k; "
        "assert 'edsim.technologies.chp' not in sys.modules; assert 'warp_drive' not in k; "
        "from edsim.core.registry import load_kinds; assert dict(k) == dict(load_kinds('edsim.technologies'))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == 0


def test_lazy_kinds_of_an_unknown_name() -> None:
    """Proves: KeyError, as any mapping."""
    from edsim.case.lazy_kinds import LazyKinds

    with pytest.raises(KeyError):
        LazyKinds("edsim.technologies")["warp_drive"]


@pytest.mark.slow
def test_rerun_reproduces_and_names_what_differs(
    edsim: Call, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: a stored run is made again from its own inputs, equal bit for bit; other software is named, exit code 2.

    If ignored: a number a bank asks about in two years could not be shown again.
    """
    _edit(case, "finance:", "variants: {bau: {baseline: frozen}, same: {}}\nfinance:")
    folder = tmp_path / "result"
    assert edsim("run", case, "--out", folder, "--screening").code == 0
    (case / "case.yaml").write_text("not: a case", encoding="utf-8")
    again = edsim("rerun", folder)
    assert again.code == 0, again.err
    assert "came out the same" in again.out

    from edsim import app

    true_run = app.run

    def drifting(*arguments: Any, **named: Any) -> Any:
        outcome = true_run(*arguments, **named)
        kpis = outcome.appraisal.tables["kpis"]
        kpis["value"] = kpis["value"] * 1.5
        manifest = {**outcome.appraisal.manifest, "python": "9.9"}
        return app.RunOutcome(dataclasses.replace(outcome.appraisal, manifest=manifest), outcome.folder)

    monkeypatch.setattr(app, "run", drifting)
    other = edsim("rerun", folder)
    assert other.code == 2
    assert "E816" in other.err
    assert "software.python" in other.out
    assert "kpis.value" in other.out


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "internal error: RuntimeError: boom"), ("es", "error interno: RuntimeError: boom")]
)
def test_a_fault_of_the_program_is_told_in_the_language_asked_for(
    edsim: Call, case: Path, monkeypatch: pytest.MonkeyPatch, lang: str, words: str
) -> None:
    """Proves: one line without a traceback, in both languages. If ignored: a Spanish reader cannot report a fault."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("edsim.workflow.load_case", broken)
    result = edsim("--lang", lang, "network", case)
    assert result.code == 1
    assert words in result.err
    assert "[E900]" in result.err
    assert "Traceback" not in result.err

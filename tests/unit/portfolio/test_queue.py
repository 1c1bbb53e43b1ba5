"""Planning, running, giving up and going on."""

import errno
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from edsim.app import RunOptions
from edsim.bundle import manifest
from edsim.cli.progress_es import in_spanish
from edsim.core.errors import DataError, SolverError
from edsim.portfolio.child import answer, read_planned
from edsim.portfolio.queue import Engine, Work, execute, interrupt_held
from edsim.portfolio.runs import Ledger, RunLimits, memory_mb, run_portfolio
from edsim.portfolio.status import read_status
from edsim.portfolio.store import Store
from edsim.portfolio.supervise import CHANGED, UNWRITABLE, Limits, attempt
from edsim.portfolio.tasks import PortfolioOptions, find_cases, plan, slug
from edsim.report.said import sentence
from edsim.workflow import load_case

Make = Callable[..., Path]
STEADY, MOODY = "fake_runner:steady", "fake_runner:moody"


def job(task: dict[str, str], store: Path, runner: str, memory_mb: float = 2000.0, time_s: float = 60.0) -> dict:
    Store.create(store).write_plan({"tasks": [task], "unreadable": []})
    return {"task": task, "store": str(store), "runner": runner, "memory_mb": memory_mb, "time_s": time_s}


def first_task(folder: Path) -> dict[str, str]:
    return plan(folder, PortfolioOptions()).tasks[0].as_dict()


def test_plan_names_tasks_by_content(make_cases: Make) -> None:
    """Proves: a comment keeps the name of a task, a value changes it, and scenarios are tasks of their own.

    If ignored: a portfolio would compute everything again, or keep results of old inputs.
    """
    root = make_cases("one", "two")
    before = [t.id for t in plan(root, PortfolioOptions()).tasks]
    file = root / "one" / "case.yaml"
    file.write_text("# a remark\n" + file.read_text("utf-8"), "utf-8")
    assert [t.id for t in plan(root, PortfolioOptions()).tasks] == before
    file.write_text(file.read_text("utf-8").replace("0.15}", "0.16}"), "utf-8")
    after = [t.id for t in plan(root, PortfolioOptions()).tasks]
    assert after[0] != before[0]
    assert after[1:] == before[1:]
    assert plan(root, PortfolioOptions(mode="screening")).tasks[0].id != after[0]


def test_language_is_no_part_of_a_result(make_cases: Make, tmp_path: Path) -> None:
    """Proves: another language names the same tasks, whose runs are kept, and says that reports are in the other one.

    If ignored: a portfolio of hundreds of cases is computed again for the words of its reports.
    """
    root, store, lines = make_cases("one"), tmp_path / "store", list[str]()
    for lang in ("en", "es"):
        options = PortfolioOptions(lang=lang)
        (task,) = plan(root, options).tasks
        if lang == "en":
            facts = {"files": {}, "run": {"options": {"lang": "en"}}}
            folder = Store.create(store).run_folder(task.id)
            folder.mkdir()
            (folder / manifest.MANIFEST).write_bytes(manifest.sealed(facts))
        outcome = run_portfolio(root, store, options, progress=lines.append)
        assert (outcome.computed, outcome.kept) == ((), (task.id,))
        assert any("another language" in line for line in lines) == (lang == "es")


def test_a_case_of_another_name_is_told(make_cases: Make) -> None:
    """Proves: `case.yml` is named, whether other cases are there or none. If ignored: a study is missing unseen."""
    root = make_cases("one")
    (root / "two").mkdir()
    (root / "two" / "case.yml").write_text("schema_version: 1\n", "utf-8")
    (remark,) = plan(root, PortfolioOptions()).remarks
    assert (remark.code, remark.severity) == ("W570", "warning")
    assert remark.file.endswith("two/case.yml")
    with pytest.raises(DataError, match="W570"):
        plan(root / "two", PortfolioOptions())


def test_a_reason_keeps_the_numbers_of_its_language(make_cases: Make) -> None:
    """Proves: a finding in Spanish stays as it is in a Spanish line; what the watchdog says is put into Spanish.

    If ignored: "faltan 6,393 kW" stands in Spanish where 6.393 kW are meant.
    """
    said = "faltan 6.393 kW de 98,66 %; se encontró 7.438 kW [E560]"
    line = in_spanish(f"2 left, 3 done, 1 failed, about 52 s left | cali: given up ({said}) in 25 s")
    assert said in line
    assert "se admiten 4000 MB" in in_spanish("cali: used 5000 MB, allowed 4000 MB; trying again")
    root = make_cases("one", more="study: {sector: salud}\n")
    (bad,) = plan(root, PortfolioOptions(lang="es")).unreadable
    reason = sentence(bad.findings[0], "es")
    assert " got " not in reason
    assert "se encontró salud" in reason


def test_the_study_of_a_case_reaches_its_manifest(make_cases: Make) -> None:
    """Proves: the key `study` is read, and a sector that does not exist is refused with its place."""
    claims = "study: {sector: health, stage: feasibility, population: 500, claims: ['waste heat: kiln 2']}\n"
    case = load_case(make_cases("one", more=claims) / "one")
    assert (case.study.sector, case.study.claims) == ("health", ("waste heat: kiln 2",))
    wrong = make_cases("one", folder="wrong", more="study: {sector: helth}\n")
    assert plan(wrong, PortfolioOptions()).unreadable[0].findings[0].field == "study.sector"


def test_scenarios_are_tasks(make_cases: Make) -> None:
    """Proves: each scenario is a task, and a new scenario leaves the names of the others alone."""
    dear = "scenarios: {dear: {changes: {tariffs: {flat: {energy_per_kwh: 0.3}}}}}\n"
    plain = plan(make_cases("one"), PortfolioOptions()).tasks
    root = make_cases("one", more=dear)
    both = plan(root, PortfolioOptions()).tasks
    assert [t.scenario for t in both] == ["", "dear"]
    assert both[0].id == plain[0].id
    assert len({t.id for t in both}) == 2
    assert len(plan(root, PortfolioOptions(scenarios=False)).tasks) == 1


def test_an_unreadable_case_does_not_stop_the_plan(make_cases: Make) -> None:
    """Proves: a faulty case is set down with its findings and the others are planned."""
    root = make_cases("good", "bad")
    (root / "bad" / "case.yaml").write_text("schema_version: 1\n")
    found = plan(root, PortfolioOptions())
    assert [t.label for t in found.tasks] == ["good"]
    assert found.unreadable[0].label == "bad"
    assert found.unreadable[0].findings[0].code == "E120"


def test_no_case_is_said(tmp_path: Path) -> None:
    """Proves: E570 names the folder that holds no case."""
    with pytest.raises(DataError, match="E570"):
        plan(tmp_path, PortfolioOptions())


def test_run_folders_and_stores_hold_no_cases(make_cases: Make) -> None:
    """Proves: the copies of case.yaml inside run folders and stores are not taken for cases."""
    root = make_cases("one")
    shutil.copytree(root / "one", root / "store" / "runs" / "x" / "inputs")
    (root / "store" / "portfolio.json").write_text("{}")
    shutil.copytree(root / "one", root / "result" / "inputs")
    (root / "result" / "manifest.json").write_text("{}")
    assert [p.name for p in find_cases(root)] == ["one"]


@pytest.mark.parametrize(("text", "name"), [("Bogotá/Salud Nº 1", "bogota-salud-no-1"), ("日本", "case")])
def test_slugs_are_plain(text: str, name: str) -> None:
    """Proves: any name becomes a folder name that every system takes."""
    assert slug(text) == name


def test_a_foreign_folder_is_not_a_store(tmp_path: Path) -> None:
    """Proves: E572 keeps a portfolio from writing among other files."""
    (tmp_path / "thesis.docx").write_text("work of years")
    with pytest.raises(DataError, match="E572"):
        Store.create(tmp_path)
    (tmp_path / "portfolio.json").write_text(json.dumps({"format": "edsim-portfolio", "format_version": 99}))
    with pytest.raises(DataError, match="version 99"):
        Store.open(tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "[]",
        '{"format": "edsim-portfolio", "format_version": 1, "tasks": {}, "unreadable": []}',
        '{"format": "edsim-portfolio", "format_version": 1, "tasks": [{"id": "../../x", "label": "", "scenario": ""}],'
        ' "unreadable": []}',
    ],
)
def test_a_damaged_plan_is_said_and_written_anew(tmp_path: Path, damage: str) -> None:
    """Proves: E572 tells to run again, and a run then goes on in the store. If ignored: finished runs are locked in."""
    store = Store.create(tmp_path / "store")
    (store.root / "portfolio.json").write_text(damage)
    with pytest.raises(DataError, match="E572"):
        read_status(store.root)
    Store.create(store.root).write_plan({"tasks": [], "unreadable": []})
    assert read_status(store.root).tasks == ()


def test_damaged_notes_of_a_task_count_as_none(tmp_path: Path) -> None:
    """Proves: files of attempts and marks that hold anything but what edsim writes do not stop the status."""
    store = Store.create(tmp_path / "store")
    store.write_plan({"tasks": [{"id": n, "label": n, "scenario": ""} for n in ("a", "b")], "unreadable": []})
    (store.root / "attempts" / "a.json").write_text('{"attempts": [1], "quarantine": 3}')
    (store.root / "attempts" / "b.json").write_text('{"attempts": [{"seconds": [1]}], "quarantine": null}')
    (store.root / "running" / "b.json").write_text("{}")
    assert [(t.state, t.attempts) for t in read_status(store.root).tasks] == [("waiting", 0), ("running", 1)]


def test_a_killed_task_is_shown_as_interrupted(tmp_path: Path) -> None:
    """Proves: a fresh mark of a process of this machine that is gone is no running task; one of another machine is."""
    gone = subprocess.Popen([sys.executable, "-S", "-c", ""])
    gone.wait()
    store = Store.create(tmp_path / "store")
    marks = {"gone": (gone.pid, platform.node()), "here": (os.getpid(), platform.node()), "there": (gone.pid, "else")}
    store.write_plan({"tasks": [{"id": n, "label": n, "scenario": ""} for n in marks], "unreadable": []})
    for name, (pid, host) in marks.items():
        store.set_running(name, {"pid": pid, "host": host, "since": 0.0})
    states = [(t.state, t.reason) for t in read_status(store.root).tasks]
    assert states == [("waiting", "interrupted"), ("running", ""), ("running", "")]


@pytest.mark.medium
def test_an_attempt_finishes_and_is_not_repeated(make_cases: Make, tmp_path: Path) -> None:
    """Proves: a finished task is recognized by its files; one with a cut or changed file is computed again."""
    root = make_cases("one")
    task, place = first_task(root), tmp_path / "store"
    assert attempt(job(task, place, STEADY))["computed"] is True
    assert attempt(job(task, place, STEADY))["computed"] is False
    store = Store.open(place)
    assert store.finished(task["id"])
    table = store.run_folder(task["id"]) / "kpis.csv"
    table.write_bytes(table.read_bytes()[:-5])
    assert not store.finished(task["id"])
    assert attempt(job(task, place, STEADY))["computed"] is True
    table.write_bytes(table.read_bytes()[::-1])
    assert store.finished(task["id"])
    assert not store.sound(task["id"])
    assert attempt(job(task, place, STEADY))["computed"] is True
    assert len(list((place / "damaged").iterdir())) == 2
    assert (root / "journal").read_text().count("begin") == 3


def test_a_case_that_changed_since_the_plan_is_not_run(make_cases: Make) -> None:
    """Proves: E589. If ignored: the results of the new values would stand under the name of the old ones."""
    root = make_cases("one")
    task, file = first_task(root), root / "one" / "case.yaml"
    read_planned(task, RunOptions())
    file.write_text(file.read_text("utf-8").replace("0.15}", "0.16}"), "utf-8")
    with pytest.raises(DataError, match="E589"):
        read_planned(task, RunOptions())


def test_a_full_disk_is_no_fault_of_the_case(make_cases: Make, tmp_path: Path) -> None:
    """Proves: E801 ends the portfolio, books nothing against the case, and the same command later finishes it.

    If ignored: every case that met the full disk would be given up for good.
    """
    root, place = make_cases("full"), tmp_path / "store"
    assert attempt(job(first_task(root), place, MOODY))["status"] == UNWRITABLE
    ledger = Ledger(Store.open(place), RunLimits(), lambda _: None, 1, {"full-1": "full"})
    with pytest.raises(DataError, match="E801"):
        ledger.decide("full-1", {"status": UNWRITABLE, "reason": "No space left on device"})
    assert Store.open(place).attempts("full-1") == {"attempts": [], "quarantine": None}


def test_time_to_come_is_told_by_tasks_that_ran(tmp_path: Path) -> None:
    """Proves: cases given up without a try do not shorten the time told. If ignored: ten minutes are told as one."""
    store, told = Store.create(tmp_path / "store"), list[str]()
    unread = {f"unread-{k}": "E121" for k in range(9)}
    ledger = Ledger(store, RunLimits(), told.append, 2, {"one-1": "one", "two-1": "two"}, quarantined=unread)
    ledger.start -= 50.0
    ledger.decide("one-1", {"status": "ok", "computed": True, "seconds": 50.0})
    assert told == ["1 left, 1 done, 9 failed, about 50 s left | one: done in 50 s"]


def test_a_case_edited_while_the_portfolio_runs_is_not_given_up(make_cases: Make, tmp_path: Path) -> None:
    """Proves: E589, also of a half-written case, books nothing: a case changed and changed back is computed next time.

    If ignored: the same command would do nothing about a case that its own hint says is computed.
    """
    root, store = make_cases("one"), Store.create(tmp_path / "store")
    task, file = first_task(root), root / "one" / "case.yaml"
    for edited in (file.read_text("utf-8").replace("0.15}", "0.16}"), "schema_version: 1\n"):
        file.write_text(edited, "utf-8")
        found = answer({"task": task, "store": str(store.root), "runner": "edsim.portfolio.child:run_case"})
        assert found["status"] == CHANGED
        ledger = Ledger(store, RunLimits(), lambda _: None, 1, {task["id"]: "one"})
        assert ledger.decide(task["id"], found) is False
        assert "E589" in ledger.outcome([]).quarantined[task["id"]]
        assert store.attempts(task["id"]) == {"attempts": [], "quarantine": None}


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (OSError(errno.ENOSPC, "full"), DataError),
        (PermissionError(errno.EACCES, "no"), DataError),
        (TimeoutError("late"), TimeoutError),
        (ConnectionResetError(errno.ECONNRESET, "gone"), ConnectionResetError),
        (FileNotFoundError(errno.ENOENT, "none"), FileNotFoundError),
    ],
)
def test_only_a_barred_disk_is_a_store_that_cannot_be_written(
    make_cases: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: OSError, kind: type[Exception]
) -> None:
    """Proves: E801 is said of a full or write-protected disk only; other faults of the system stay what they are."""

    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr("edsim.portfolio.runs.execute", fail)
    with pytest.raises(kind):
        run_portfolio(make_cases("one"), tmp_path / "store")


def test_ctrl_c_waits_until_the_cluster_stands() -> None:
    """Proves: Ctrl-C within the block is raised at its end, and what threads of the block start never sees it.

    If ignored: a cluster interrupted half-way and each of its workers print a page of traceback.
    """
    steps: list[str] = []
    masks: list[set[int]] = []

    def interrupted_start() -> None:
        with interrupt_held():
            thread = threading.Thread(target=lambda: masks.append(signal.pthread_sigmask(signal.SIG_BLOCK, ())))
            thread.start()
            thread.join()
            os.kill(os.getpid(), signal.SIGINT)
            steps.append("on")

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores Ctrl-C
    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted_start()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert steps == ["on"]
    assert signal.SIGINT in masks[0]
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_workers_that_do_not_start_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: E574 names the start of the workers, whatever way Dask says that it failed."""

    def fail(**_: object) -> None:
        raise TimeoutError("Worker failed to start")

    monkeypatch.setattr("distributed.LocalCluster", fail)
    with pytest.raises(SolverError, match=r"did not start.*Worker failed to start.*E574"):
        execute([], Work(tmp_path, STEADY, Limits(1.0, 1.0)), Engine(), lambda _, __: False)


@pytest.mark.medium
@pytest.mark.parametrize(
    ("name", "memory_mb", "time_s", "status", "words"),
    [
        ("crash", 2000.0, 60.0, "crashed", "signal 11"),
        ("hang", 2000.0, 1.0, "time", "after 1 s"),
        ("hungry", 300.0, 60.0, "memory", "allowed 300 MB"),
        ("refuse", 2000.0, 60.0, "refused", "E599"),
        ("once", 2000.0, 60.0, "failed", "the first attempt fails"),
    ],
)
def test_what_a_case_may_do(
    make_cases: Make, tmp_path: Path, name: str, memory_mb: float, time_s: float, status: str, words: str
) -> None:
    """Proves: crash, hang, hunger, refusal and error each become a record with a reason. If ignored: one stops all."""
    task = first_task(make_cases(name))
    found = attempt(job(task, tmp_path / "store", MOODY, memory_mb, time_s))
    assert found["status"] == status
    assert words in found["reason"]
    assert found["seconds"] < 20.0
    assert not Store.open(tmp_path / "store").finished(task["id"])
    assert Store.open(tmp_path / "store").running() == {}


@pytest.mark.medium
def test_finished_tasks_need_no_workers(make_cases: Make, tmp_path: Path) -> None:
    """Proves: a portfolio whose tasks are finished starts no worker and keeps all of them."""
    root, place = make_cases("one", "two"), tmp_path / "store"
    for t in plan(root, PortfolioOptions()).tasks:
        attempt(job(t.as_dict(), place, STEADY))
    found = run_portfolio(root, place, runner="nothing:nobody")
    assert found.complete
    assert len(found.kept) == 2
    assert [t.state for t in read_status(place).tasks] == ["finished", "finished"]


@pytest.mark.parametrize(("text", "size"), [("4GB", 4000.0), ("512 mb", 512.0), ("1.5g", 1500.0), (None, None)])
def test_sizes_of_memory(text: str | None, size: float | None) -> None:
    """Proves: sizes are read as people write them."""
    assert memory_mb(text) == size


@pytest.mark.parametrize("text", ["4 bananas", "-1GB", "0", "GB"])
def test_other_sizes_are_refused(text: str) -> None:
    """Proves: E575 says what a size looks like."""
    with pytest.raises(DataError, match="E575"):
        memory_mb(text)


@pytest.mark.medium
@pytest.mark.parametrize(
    ("engine", "words"),
    [
        (Engine(scheduler="tcp://192.0.2.7:8786"), "needs TLS"),
        (Engine(scheduler="http://127.0.0.1:8786"), "not usable"),
        (Engine(scheduler="tls://127.0.0.1:8786", tls_ca=Path("/nowhere/ca.pem")), "not there"),
        (Engine(scheduler="tls://127.0.0.1:8786", tls_ca=Path(__file__)), "three files"),
    ],
)
def test_unsafe_schedulers_are_refused(tmp_path: Path, engine: Engine, words: str) -> None:
    """Proves: E573: inputs and results leave the machine only under TLS."""
    with pytest.raises(DataError, match=words):
        execute([], Work(tmp_path, STEADY, Limits(1.0, 1.0)), engine, lambda _, __: False)


@pytest.mark.slow
def test_ill_behaved_cases_do_not_stop_the_others(make_cases: Make, tmp_path: Path) -> None:
    """Proves: among crash, hang, hunger and refusal all sound cases finish, and each bad one is given up with reason.

    If ignored: one bad case would cost a night of computing.
    """
    root = make_cases("crash", "hang", "hungry", "refuse", "once", "a", "b", "c")
    limits = RunLimits(memory_mb=400.0, time_s=3.0, retries=2)
    lines: list[str] = []
    found = run_portfolio(
        root, tmp_path / "store", limits=limits, engine=Engine(workers=2), runner=MOODY, progress=lines.append
    )
    states = {t.label: (t.state, t.attempts) for t in read_status(tmp_path / "store").tasks}
    assert {k for k, v in states.items() if v[0] == "finished"} == {"a", "b", "c", "once"}
    assert states["crash"] == states["hang"] == states["hungry"] == ("quarantined", 3)
    assert states["refuse"] == ("quarantined", 1)
    assert states["once"] == ("finished", 2)
    assert len(found.quarantined) == 4
    assert lines[-1].startswith("0 left")
    again = run_portfolio(root, tmp_path / "store", runner="nothing:nobody")
    assert again.quarantined == found.quarantined


@pytest.mark.slow
def test_one_and_two_workers_give_the_same_tables(make_cases: Make, tmp_path: Path) -> None:
    """Proves: real studies run by one worker and by two are byte-identical tables, and nothing is left to do after.

    If ignored: a result would depend on the machine it was computed on.
    """
    root = make_cases("one", "two", "three")
    options = PortfolioOptions(mode="screening")
    found = {}
    for workers in (1, 2):
        place = tmp_path / f"store{workers}"
        outcome = run_portfolio(root, place, options, engine=Engine(workers=workers))
        assert outcome.complete, outcome.quarantined
        tables = sorted((place / "runs").rglob("*.csv")) + sorted((place / "runs").rglob("*.parquet"))
        found[workers] = {str(p.relative_to(place)): p.read_bytes() for p in tables if p.parent.name != "inputs"}
        assert len(outcome.computed) == 3
        assert run_portfolio(root, place, options, engine=Engine(workers=workers)).computed == ()
    assert len(found[1]) > 30
    assert found[1] == found[2]

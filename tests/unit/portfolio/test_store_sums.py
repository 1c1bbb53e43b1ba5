"""What of a store is added up: sound runs of its plan, without those left out by any name they go by."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from edsim.bundle import manifest
from edsim.core.errors import DataError
from edsim.portfolio.analysis import Analysis, AnalysisOptions, analyze
from edsim.portfolio.store import Store
from edsim.portfolio.tasks import PortfolioOptions, plan
from tests.unit.portfolio.synthetic import Made, write_run

pytestmark = pytest.mark.medium

FINAL = "Monterrey – industria (versión FINAL)"
PLAN = {
    "2023-cartagena-0123456789abcdef": "2023/cartagena",
    "monterrey-industria-version-final-0123456789abcdef": FINAL,
    "monterrey-industria-0123456789abcdef": "monterrey-industria",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store of three finished studies."""
    store = Store.create(tmp_path_factory.mktemp("made"))
    for k, name in enumerate(PLAN):
        write_run(store.root / "runs", Made(name, lat_deg=1.0 + k, npv=10.0**k))
    tasks = [{"id": i, "label": label, "scenario": ""} for i, label in PLAN.items()]
    store.write_plan({"tasks": tasks, "unreadable": [{"id": "bad-case-unread-0123", "label": "bad case"}]})
    return store.root


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    """Return a copy that may be damaged."""
    return Path(shutil.copytree(made, tmp_path / "store"))


def added(root: Path, *exclude: str) -> Analysis:
    return analyze(root, AnalysisOptions(exclude=exclude, draws=200))


@pytest.mark.parametrize(
    ("name", "gone"),
    [
        ("2023/cartagena", 0),
        ("2023-cartagena", 0),
        (FINAL, 1),
        ("monterrey-industria-version-final", 1),
        ("monterrey-industria", 2),
        ("Case monterrey-industria-0123456789abcdef", 2),
    ],
)
def test_a_study_is_left_out_by_what_status_prints(made: Path, name: str, gone: int) -> None:
    """Proves: folder as printed, its plain form and the name of the case leave out that study and no other.

    If ignored: the name a reader sees is refused, and he has to guess the digits of a run folder.
    """
    left = list(PLAN)
    del left[gone]
    assert added(made, name).measures["run"].tolist() == sorted(left)


def test_what_is_left_out_is_not_asked_for(store: Path) -> None:
    """Proves: an unreadable case, an unfinished and a damaged study that are left out make no sum incomplete."""
    first, second, _ = PLAN
    assert {f.code for f in added(store).findings} == {"E576"}
    shutil.rmtree(store / "runs" / first)
    (store / "runs" / second / "kpis.parquet").write_bytes(b"")
    found = added(store, "bad case", "2023/cartagena", FINAL)
    assert (found.left_out, len(found.measures)) == (False, 1)
    with pytest.raises(DataError, match="E579"):
        added(store, "somebody else")


def test_a_run_changed_in_any_file_is_left_out(store: Path) -> None:
    """Proves: a file that adding up does not read was changed, and the run is left out and named, as `run` takes it.

    If ignored: a run that the portfolio holds for damaged and computes again is in the sums unseen.
    """
    folder = store / "runs" / next(iter(PLAN))
    for data, code in ((b"kpi,value\n", ""), (b"kpi,valu3\n", "E813"), (b"kpi\n", "E812")):
        (folder / "kpis.csv").write_bytes(data)
        if not code:
            content = json.loads((folder / manifest.MANIFEST).read_bytes())
            content.pop("manifest_sha256")
            content["files"]["kpis.csv"] = {"bytes": len(data), "sha256": manifest.digest(data)}
            (folder / manifest.MANIFEST).write_bytes(manifest.sealed(content))
        codes = [f.code for f in added(store, "bad case").findings]
        assert codes == ([code] if code else [])


def test_a_case_changed_after_its_run_is_told(tmp_path: Path, make_cases: Callable[..., Path]) -> None:
    """Proves: a value changed is W589 by name, a comment is nothing; the sums hold the run as it was.

    If ignored: a report of last month passes for one of the cases as they are.
    """
    root, store = make_cases("one", "two"), Store.create(tmp_path / "store")
    tasks = plan(root, PortfolioOptions()).tasks
    for k, task in enumerate(tasks):
        folder = write_run(store.root / "runs", Made(task.id, lat_deg=1.0 + k))
        content = json.loads((folder / manifest.MANIFEST).read_bytes())
        content.pop("manifest_sha256")
        digest = manifest.digest((Path(task.case) / "case.yaml").read_bytes())
        content["run"]["input_files"] = {"case.yaml": digest}
        (folder / manifest.MANIFEST).write_bytes(manifest.sealed(content))
    store.write_plan({"tasks": [t.as_dict() for t in tasks], "unreadable": []})
    assert added(store.root).findings == ()
    for place, edit in (("one", "# a remark\n"), ("two", "")):
        file = root / place / "case.yaml"
        file.write_text(edit + file.read_text("utf-8").replace("0.15}", "0.15}" if edit else "0.16}"), "utf-8")
    found = added(store.root)
    assert [(f.code, f.got) for f in found.findings] == [("W589", "1/2: two")]
    assert not found.left_out

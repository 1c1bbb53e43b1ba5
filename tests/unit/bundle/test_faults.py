"""Disk faults at every step, kills, damage: nothing half done is ever taken for a finished run."""

import dataclasses
import errno
import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pandas as pd
import pytest

from edsim import bundle
from edsim.appraisal.types import Appraisal
from edsim.bundle import disk, manifest, tables
from edsim.core.errors import DataError
from tests.support.chance import dice

pytestmark = pytest.mark.medium

STEPS = ("write", "fsync", "rename", "open")


@pytest.fixture
def tiny(appraisal: Appraisal) -> Appraisal:
    kept = {n: appraisal.tables[n].head(5) for n in ("kpis", "hourly")}
    return dataclasses.replace(appraisal, tables=kept)


@pytest.fixture
def plain_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write tables as text through the same steps of the disk: what is tested is not the database that formats them."""

    def write(session: object, name: str, frame: pd.DataFrame, folder: Path) -> tuple[str, str]:
        del session
        names = (f"{name}.parquet", f"{name}.csv")
        for file in names:
            (folder / file).write_text(frame.to_csv(index=False), encoding="utf-8")
            disk.sync_file(folder / file)
        return names

    monkeypatch.setattr(tables, "write", write)
    monkeypatch.setattr(tables, "connect", nullcontext)


class FaultyOs:
    """The os module, failing at the k-th call of one function (or counting calls when k is 0)."""

    def __init__(self, step: str, k: int, code: int) -> None:
        self._step, self._k, self._code = step, k, code
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        real: Callable[..., Any] = getattr(os, name)
        if name != self._step:
            return real

        def call(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            if self.calls == self._k:
                raise OSError(self._code, os.strerror(self._code), str(args[0]))
            return real(*args, **kwargs)

        return call


def _save_with_fault(tiny: Appraisal, run: Path, faulty: FaultyOs, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(disk, "os", faulty)
        bundle.save(tiny, run)


@pytest.mark.usefixtures("plain_tables")
@pytest.mark.parametrize("step", STEPS)
def test_a_fault_at_any_step_leaves_the_earlier_run(
    step: str, tiny: Appraisal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: ENOSPC, EIO or EACCES at the k-th write, fsync, rename or open leaves the earlier run whole.

    For every k there is a message with the path. If ignored: a full disk destroys yesterday's study.
    """
    run = bundle.save(tiny, tmp_path / "run", files={"mark.txt": b"yesterday"})
    count = FaultyOs(step, 0, 0)
    _save_with_fault(tiny, tmp_path / "count", count, monkeypatch)
    codes = (errno.ENOSPC, errno.EIO, errno.EACCES)
    assert count.calls >= 1
    for k in range(1, count.calls + 1 + (step == "rename")):  # replacing takes one rename more
        with pytest.raises(DataError) as fault:
            _save_with_fault(tiny, run, FaultyOs(step, k, codes[k % 3]), monkeypatch)
        finding = fault.value.findings[0]
        assert finding.code == "E801"
        assert os.strerror(codes[k % 3]) in finding.got
        assert finding.file
        assert ".edsim-tmp-" not in finding.file or step == "rename"
        assert bundle.verify(run) == ()
        assert (run / "mark.txt").read_bytes() == b"yesterday"
        assert sorted(p.name for p in tmp_path.iterdir()) == ["count", "run"]


@pytest.mark.usefixtures("plain_tables")
def test_a_fault_in_a_first_save_leaves_nothing(
    tiny: Appraisal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in STEPS:
        count = FaultyOs(step, 0, 0)
        _save_with_fault(tiny, tmp_path / step, count, monkeypatch)
        for k in (1, count.calls // 2 + 1, count.calls):
            with pytest.raises(DataError, match="E801"):
                _save_with_fault(tiny, tmp_path / "run", FaultyOs(step, k, errno.ENOSPC), monkeypatch)
            assert not (tmp_path / "run").exists()
            assert not list(tmp_path.glob(".run*"))


def test_a_full_disk_inside_the_parquet_writer(
    tiny: Appraisal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import duckdb

    connect = MagicMock()
    full = duckdb.IOException("Could not write file: No space left on device")
    connect.return_value.__enter__.return_value.execute.side_effect = full
    monkeypatch.setattr(tables, "connect", connect)
    with pytest.raises(DataError) as fault:
        bundle.save(tiny, tmp_path / "run")
    assert "No space left" in fault.value.findings[0].got
    assert list(tmp_path.iterdir()) == []


_KILLED = """
    import os, sys
    from pathlib import Path
    from edsim import bundle
    from edsim.bundle import disk, store, tables
    import duckdb, pandas
    class Deadly:
        calls = 0
        def __getattr__(self, name):
            if name == step:
                Deadly.calls += 1
                if Deadly.calls == k:
                    os.kill(os.getpid(), 9)
            return getattr(os, name)
    for folder, step, count in zip(*[iter(sys.argv[1:])] * 3):
        k, child = int(count), os.fork()
        if not child:
            made = bundle.load(Path(folder))
            disk.os = Deadly()
            bundle.save(made, Path(folder))
            os._exit(0)
        print(os.waitpid(child, 0)[1])
"""


@pytest.mark.parametrize(
    "steps",
    [
        {"first": ("rename", "1"), "second": ("rename", "2")},
        pytest.param({"early": ("write", "2"), "late": ("fsync", "9")}, marks=pytest.mark.slow),
    ],
    ids=["renames", "writes"],
)
def test_a_killed_writer_is_swept_and_the_earlier_run_is_back(
    steps: dict[str, tuple[str, str]], tiny: Appraisal, tmp_path: Path
) -> None:
    """Proves: kill -9 between the two renames loses nothing. If ignored: a crash leaves no run at all."""
    for place in steps:
        bundle.save(tiny, tmp_path / place / "run", files={"mark.txt": b"1"})
    asked = [word for place, at in steps.items() for word in (str(tmp_path / place / "run"), *at)]
    program = [sys.executable, "-c", textwrap.dedent(_KILLED), *asked]
    done = subprocess.run(program, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.split() == [str(int(signal.SIGKILL))] * len(steps)
    for place in steps:
        folder = tmp_path / place
        assert list(folder.glob(".run*"))
        assert bundle.sweep(folder)
        assert [p.name for p in folder.iterdir()] == ["run"]
        assert bundle.verify(folder / "run") == ()
        assert (folder / "run" / "mark.txt").exists()


def test_sweep_leaves_a_writer_that_still_runs(tmp_path: Path) -> None:
    alive = tmp_path / f".run{disk._STAGE}{disk._owner()}-00000000"
    alive.mkdir()
    elsewhere = tmp_path / f".run{disk._STAGE}abcdef01-1-00000000"
    elsewhere.mkdir()
    assert bundle.sweep(tmp_path) == ()
    os.utime(elsewhere, (0, 0))
    assert bundle.sweep(tmp_path) == (elsewhere,)
    assert bundle.sweep(tmp_path / "absent") == ()


def test_every_bit_flip_and_cut_is_found(tiny: Appraisal, tmp_path: Path) -> None:
    """Proves: 300 random bit flips and cuts in any stored file, the manifest included, are all found."""
    run = bundle.save(tiny, tmp_path / "run", report_html="<p>report")
    files = sorted(p for p in run.rglob("*") if p.is_file())
    chance = dice(7)
    missed = []
    for trial in range(300):
        path = files[trial % len(files)]
        whole = path.read_bytes()
        if trial % 3:
            bit = chance.randrange(len(whole) * 8)
            damaged = bytearray(whole)
            damaged[bit // 8] ^= 1 << (bit % 8)
            path.write_bytes(bytes(damaged))
        else:
            path.write_bytes(whole[: chance.randrange(len(whole))])
        if not bundle.verify(run):
            missed.append((path.name, trial))
        path.write_bytes(whole)
    assert missed == []
    assert bundle.verify(run) == ()


@pytest.mark.parametrize("name", ["hourly.parquet", "network.geojson", "certificate.json"])
def test_a_manifest_sealed_anew_over_damage_is_refused(tiny: Appraisal, tmp_path: Path, name: str) -> None:
    """Proves: files that are as long as a remade manifest says, and no tables, end in a finding, not a traceback."""
    run = bundle.save(tiny, tmp_path / "run")
    cut = (run / name).read_bytes()[:-9]
    (run / name).write_bytes(cut)
    content = json.loads((run / manifest.MANIFEST).read_bytes())
    del content["manifest_sha256"]
    content["files"][name] = {"bytes": len(cut), "sha256": manifest.digest(cut)}
    (run / manifest.MANIFEST).write_bytes(manifest.sealed(content))
    assert bundle.verify(run) == ()
    with pytest.raises(DataError, match="E803"):
        bundle.load(run)


def test_each_kind_of_damage_has_its_finding(tiny: Appraisal, tmp_path: Path) -> None:
    run = bundle.save(tiny, tmp_path / "run")
    (run / "kpis.csv").unlink()
    (run / "hourly.csv").write_bytes(b"x")
    changed = bytearray((run / "hourly.parquet").read_bytes())
    changed[40] ^= 1
    (run / "hourly.parquet").write_bytes(bytes(changed))
    (run / "extra.txt").write_text("x")
    (run / "inputs" / "extra").symlink_to(run)
    (run / "network.geojson").unlink()
    (run / "network.geojson").symlink_to(run / "certificate.json")
    found = {Path(f.file).name: f.code for f in bundle.verify(run)}
    assert found == {
        "kpis.csv": "E811",
        "hourly.csv": "E812",
        "hourly.parquet": "E813",
        "extra.txt": "E814",
        "extra": "E814",
        "network.geojson": "E815",
    }
    with pytest.raises(DataError, match="E813"):
        bundle.load(run)


def test_what_is_not_a_run_is_said(tiny: Appraisal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [f.code for f in bundle.verify(tmp_path)] == ["E802"]
    (tmp_path / "manifest.json").write_text("[1, 2")
    assert [f.code for f in bundle.verify(tmp_path)] == ["E803"]
    (tmp_path / "manifest.json").write_text("[" * 100_000)
    assert [f.code for f in bundle.verify(tmp_path)] == ["E803"]
    monkeypatch.setattr("edsim.bundle.manifest.SCHEMA_VERSION", 99)
    run = bundle.save(tiny, tmp_path / "run")
    monkeypatch.undo()
    assert [f.code for f in bundle.verify(run)] == ["E804"]

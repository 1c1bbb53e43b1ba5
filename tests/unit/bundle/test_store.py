"""A run folder holds what was saved, replaces only runs, and gives the same bytes for the same results."""

import csv
import dataclasses
import json
import os
from pathlib import Path

import pandas as pd
import pytest

from edsim import bundle
from edsim.appraisal.types import Appraisal
from edsim.bundle import dictionary, manifest, tables
from edsim.core.errors import DataError
from edsim.results.schema import TABLES
from tests.support.certificate import CERTIFICATE_KEYS

pytestmark = pytest.mark.medium

HOSTILE = (
    '=HYPERLINK("http://x","y")',
    "+1+cmd|'/C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\tTab",
    "\rReturn",
    "<script>alert(1)</script>",
    "nul\0inside",
    'quote " comma , line\nbreak',
)


@pytest.fixture
def small(appraisal: Appraisal) -> Appraisal:
    hourly = appraisal.tables["hourly"].groupby("variant", sort=False).head(24).reset_index(drop=True)
    return dataclasses.replace(appraisal, tables=dict(appraisal.tables) | {"hourly": hourly})


@pytest.fixture
def tiny(small: Appraisal) -> Appraisal:
    return dataclasses.replace(small, tables={n: small.tables[n] for n in ("kpis", "hourly")})


def test_load_returns_what_was_saved(small: Appraisal, tmp_path: Path) -> None:
    """Proves: values and types survive the round trip. If ignored: a stored run differs from the one computed."""
    again = bundle.load(bundle.save(small, tmp_path / "run"))
    for name in TABLES:
        pd.testing.assert_frame_equal(small.tables[name], again.tables[name])
    for field in dataclasses.fields(Appraisal):
        if field.name != "tables":
            assert getattr(small, field.name) == getattr(again, field.name), field.name


def test_same_results_give_same_bytes(small: Appraisal, tmp_path: Path) -> None:
    """Proves: storing is deterministic. If ignored: equal runs cannot be recognized by their digests."""
    one, two = (bundle.save(small, tmp_path / n) for n in "ab")
    for path in sorted(p for p in one.rglob("*") if p.is_file()):
        assert path.read_bytes() == (two / path.relative_to(one)).read_bytes(), path.name


def test_names_and_fields_other_programs_rely_on(small: Appraisal, tmp_path: Path) -> None:
    run = bundle.save(small, tmp_path / "run", report_html="<p>é", files={"workbook.xlsx": b"x"})
    assert (run / "report.html").read_text("utf-8") == "<p>é"
    header = (run / "kpis.csv").read_text("utf-8").splitlines()[0]
    assert header == "variant,id,label,unit,bau,value,difference,difference_frac"
    header = (run / "capacities.csv").read_text("utf-8").splitlines()[0]
    assert header == "variant,technology,kind,node,quantity,value,unit"
    certificate = json.loads((run / "certificate.json").read_text("utf-8"))
    assert set(certificate) == {"district", "electric"}
    assert set(certificate["district"]) == CERTIFICATE_KEYS
    assert certificate["electric"]["lower_bound"] is None
    assert (run / "inputs/measured/load.csv").read_bytes() == b"hour,kw\r\n0,1\r\n"
    assert {p.name for p in run.iterdir()} >= {f"{n}.{e}" for n in TABLES for e in ("csv", "parquet")}


def test_a_run_written_before_a_column_existed_still_opens(tiny: Appraisal, tmp_path: Path) -> None:
    """Proves: columns and certificate fields added since are empty and named; a column gone since is left out.

    If ignored: every new column makes all stored runs unreadable.
    """
    run = bundle.save(tiny, tmp_path / "run")
    kpis = tables.TABLES["kpis"]
    older = dataclasses.replace(kpis, columns=tuple(c for c in kpis.columns if c.name != "unit"))
    path = run / "certificate.json"
    proofs = json.loads(path.read_bytes())
    for proof in proofs.values():
        del proof["minimized"], proof["caps"]
    path.write_text(json.dumps(proofs), "utf-8")
    with pytest.MonkeyPatch.context() as patch, tables.connect() as session:
        patch.setitem(tables.TABLES, "kpis", older)
        tables.write(session, "kpis", tiny.tables["kpis"].drop(columns="unit"), run)
    _seal_again(run)
    again = bundle.load(run)
    assert set(again.tables["kpis"]["unit"]) == {""}
    pd.testing.assert_frame_equal(again.tables["kpis"].drop(columns="unit"), tiny.tables["kpis"].drop(columns="unit"))
    assert again.certificates["district"].minimized == "cost"
    (found,) = [f for f in again.findings if f.code == "W804"]
    assert found.got == "kpis.unit, certificate.caps, certificate.minimized"


def _seal_again(run: Path) -> None:
    """Write the manifest anew, as if the files of the run had been stored like this."""
    content = manifest.read(run)
    for name in content["files"]:
        data = (run / name).read_bytes()
        content["files"][name] = {"bytes": len(data), "sha256": manifest.digest(data)}
    (run / manifest.MANIFEST).write_bytes(manifest.sealed(content))


def test_missing_and_empty_tables(appraisal: Appraisal, tmp_path: Path) -> None:
    empty = {n: appraisal.tables[n].iloc[:0] for n in ("pipes", "networks", "hourly", "published")}
    made = dataclasses.replace(appraisal, tables={"kpis": appraisal.tables["kpis"], **empty}, certificates={})
    again = bundle.load(bundle.save(made, tmp_path / "run"))
    assert set(again.tables) == {"kpis", *empty}
    assert len(again.tables["pipes"]) == 0
    assert again.tables["pipes"].dtypes["dn"] == "int64"


def test_wrong_columns_are_a_fault_of_the_caller(appraisal: Appraisal, tmp_path: Path) -> None:
    wrong = appraisal.tables["kpis"].rename(columns={"value": "worth"})
    with pytest.raises(ValueError, match="table kpis"):
        bundle.save(dataclasses.replace(appraisal, tables={"kpis": wrong}), tmp_path / "run")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="no result table"):
        bundle.save(dataclasses.replace(appraisal, tables={"kpi": wrong}), tmp_path / "run")


def test_an_earlier_run_is_replaced_anything_else_refused(tiny: Appraisal, tmp_path: Path) -> None:
    """Proves: --out on a user's own folder never deletes it. If ignored: a typo loses documents."""
    run = bundle.save(tiny, tmp_path / "run", files={"old.txt": b"1"})
    bundle.save(tiny, run)
    assert not (run / "old.txt").exists()
    own = tmp_path / "documents"
    own.mkdir()
    (own / "thesis.txt").write_text("years of work")
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(run)
    for place in (own, tmp_path / "file", tmp_path / "link"):
        with pytest.raises(DataError) as fault:
            bundle.save(tiny, place)
        assert [f.code for f in fault.value.findings] == ["E805"]
    assert (own / "thesis.txt").read_text() == "years of work"
    bundle.verify(bundle.save(tiny, tmp_path / "deep" / "er"))
    (tmp_path / "empty").mkdir()
    assert bundle.verify(bundle.save(tiny, tmp_path / "empty")) == ()


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "", "C:evil", "..\\evil", "nul\0"])
def test_file_names_stay_inside(tiny: Appraisal, tmp_path: Path, name: str) -> None:
    for made, files in ((tiny, {name: b""}), (dataclasses.replace(tiny, inputs={name: b""}), {})):
        with pytest.raises(DataError) as fault:
            bundle.save(made, tmp_path / "run", files=files)
        assert [f.code for f in fault.value.findings] == ["E806"]
    assert list(tmp_path.iterdir()) == []


def test_csv_text_cannot_run_in_a_spreadsheet(appraisal: Appraisal, tmp_path: Path) -> None:
    """Proves: no CSV cell begins like a formula, while Parquet keeps the name. If ignored: a name runs code."""
    frame = pd.concat([appraisal.tables["buildings"]] * 2, ignore_index=True).head(len(HOSTILE))
    frame["name"] = list(HOSTILE)
    hourly = (
        appraisal.tables["hourly"].head(2).rename(columns={"energy_center.electricity.grid.import_kw": "=cmd.import"})
    )
    made = dataclasses.replace(appraisal, tables={"buildings": frame, "hourly": hourly})
    run = bundle.save(made, tmp_path / "run")
    assert list(bundle.load(run).tables["buildings"]["name"]) == list(HOSTILE)
    with (run / "buildings.csv").open(newline="", encoding="utf-8") as stream:
        cells = [row["name"] for row in csv.DictReader(stream)]
    assert cells[0] == "'" + HOSTILE[0]
    assert not [c for c in cells if c.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert "'=cmd.import" in (run / "hourly.csv").read_text("utf-8").splitlines()[0]
    assert cells[6] == HOSTILE[6]


def test_signed_numbers_stay_numbers() -> None:
    assert [tables.inert(x) for x in ("-5.0", "+3", "-1e-3", "-", "-1+2", "--1")] == [
        "-5.0",
        "+3",
        "-1e-3",
        "-",
        "'-1+2",
        "'--1",
    ]


def test_run_id_counts_content_not_dress() -> None:
    """Proves: line ends and byte-order marks do not make another run, a digit does."""
    base = bundle.run_id({"a.yaml": b"x: 1\ny: 2\n"}, {"full_year": True})
    assert base == bundle.run_id({"a.yaml": b"\xef\xbb\xbfx: 1 \r\ny: 2"}, {"full_year": True})
    others = [
        bundle.run_id({"a.yaml": b"x: 1\ny: 3\n"}, {"full_year": True}),
        bundle.run_id({"b.yaml": b"x: 1\ny: 2\n"}, {"full_year": True}),
        bundle.run_id({"a.yaml": b"x: 1\ny: 2\n"}, {"full_year": False}),
        bundle.run_id({"a.yaml": b"x: 1\ny: 2\n"}, {"full_year": True}, version="9"),
        bundle.run_id({"a.yaml": b"\xff\xfe\x00"}, {"full_year": True}),
    ]
    assert len({base, *others}) == 6


def test_the_documentation_is_in_step_with_the_schema() -> None:
    page = Path(__file__).resolve().parents[3] / "docs" / "reference" / "results.md"
    assert page.read_text("utf-8") == dictionary.markdown()
    assert len(dictionary.rows()) == dictionary.as_csv().decode().count("\n") - 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_no_permission(tiny: Appraisal, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    with pytest.raises(DataError, match="E801"):
        bundle.save(tiny, locked / "run")

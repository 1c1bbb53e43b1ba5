"""Cases from outside: only harmless archives are unpacked, and only into a folder of our own."""

import io
import stat
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from edsim.core.errors import DataError
from edsim.portfolio.tasks import slug
from edsim.web import Settings
from edsim.web.starting import example_cases, grouped
from edsim.web.uploads import unpack, write_case

CASE = b"schema_version: 1\n"


def _zip(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out


def _refused(upload: io.BytesIO, tmp_path: Path, **limits: int) -> str:
    target = tmp_path / "case"
    target.mkdir()
    with pytest.raises(DataError) as caught:
        unpack(upload, target, Settings(tmp_path, **limits))
    assert caught.value.findings[0].code == "E595"
    assert [p.name for p in tmp_path.iterdir()] == ["case"]
    return caught.value.findings[0].text()


@pytest.mark.parametrize(
    "name",
    [
        "../evil.csv", "a/../../evil.csv", "/etc/evil.csv", "C:/evil.csv", "C:\\evil.csv", "..\\evil.csv", "a//b.csv",
        "./x.csv", ".hidden.csv", "a/.ssh/x.csv", "x\u202ecsv.csv", "a/b/c/d/e.csv", "nul\x01.csv", "x.csv ", "x.csv.",
        "a*b.csv", "y" * 250 + ".csv",
    ],
)  # fmt: skip
def test_names_stay_in_the_folder(name: str, tmp_path: Path) -> None:
    """Proves: no entry is written outside its folder on any system. If ignored: an upload replaces any file."""
    assert "name" in _refused(_zip({"case.yaml": CASE, name: b"x"}), tmp_path)


@pytest.mark.parametrize("name", ["run.py", "x.so", "x.pkl", "x.sh", "x.zip", "LICENSE", "x.parquet", "x.html"])
def test_only_files_of_cases_are_taken(name: str, tmp_path: Path) -> None:
    assert "kind of file" in _refused(_zip({"case.yaml": CASE, name: b"x"}), tmp_path)


def test_links_and_devices_are_refused(tmp_path: Path) -> None:
    """Proves: a link in an archive cannot make a later entry leave the folder."""
    for number, kind in enumerate((stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR)):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("case.yaml", CASE)
            entry = zipfile.ZipInfo("streets.geojson")
            entry.external_attr = (kind | 0o777) << 16
            archive.writestr(entry, "/etc/passwd")
        place = tmp_path / str(number)
        place.mkdir()
        assert "link" in _refused(out, place)


def test_bombs_are_refused(tmp_path: Path) -> None:
    """Proves: size, number and ratio are bounded, as declared and as found. If ignored: 1 MB fills the disk."""
    cases = {
        "tightly": (_zip({"case.yaml": CASE, "a.csv": b"0" * 5_000_000}), {}),
        "too large": (_zip({"case.yaml": CASE, "a.csv": b"0" * 2_000}, zipfile.ZIP_STORED), {"max_case_bytes": 1_000}),
        "too many": (_zip({"case.yaml": CASE} | {f"{k}.csv": b"" for k in range(20)}), {"max_case_files": 10}),
        "empty": (_zip({}), {}),
        "not a zip": (io.BytesIO(b"PK\x03\x04 no archive"), {}),
        "case.yaml": (_zip({"a/case.yaml": CASE, "b/case.yaml": CASE}), {}),
        "twice": (_zip({"case.yaml": CASE, "A.csv": b"1", "a.csv": b"2"}), {}),
    }
    for number, (word, (upload, limits)) in enumerate(cases.items()):
        place = tmp_path / str(number)
        place.mkdir()
        assert word in _refused(upload, place, **limits)


def test_a_false_size_is_found(tmp_path: Path) -> None:
    """Proves: an entry that declares less than it holds is stopped."""
    data = bytearray(_zip({"case.yaml": CASE * 500}, zipfile.ZIP_DEFLATED).getvalue())
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(mark) + offset
        data[at : at + 4] = struct.pack("<I", 10)
    assert "Bad CRC-32" in _refused(io.BytesIO(bytes(data)), tmp_path)


def test_encrypted_entries_are_refused(tmp_path: Path) -> None:
    data = bytearray(_zip({"case.yaml": CASE}).getvalue())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + offset
        data[at] |= 1
    assert "encrypted" in _refused(io.BytesIO(bytes(data)), tmp_path)


@pytest.mark.parametrize("prefix", ["", "my case/"])
def test_good_archives_are_unpacked(prefix: str, tmp_path: Path) -> None:
    """Proves: a packed case folder arrives whole, with or without its own folder, without what desktops add."""
    files = {f"{prefix}case.yaml": CASE, f"{prefix}measured/año.csv": b"1", "__MACOSX/._case.yaml": b"x"}
    unpack(_zip(files), tmp_path, Settings(tmp_path))
    assert {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.*")} == {"case.yaml", "measured/año.csv"}
    assert (tmp_path / "case.yaml").read_bytes() == CASE


def test_edited_cases_keep_their_tables(tmp_path: Path) -> None:
    write_case({"case.yaml": b"old", "measured/a.csv": b"1"}, "new: ñ\r\n", tmp_path)
    assert (tmp_path / "case.yaml").read_text("utf-8") == "new: ñ\n"
    assert (tmp_path / "measured" / "a.csv").read_bytes() == b"1"
    with pytest.raises(DataError):
        write_case({"../x.csv": b"1"}, "", tmp_path)


@pytest.mark.parametrize(
    ("title", "name"),
    [("La Alpujarra, Medellín", "la-alpujarra-medellin"), ("../../etc", "etc"), ("\0", "case"), ("x" * 200, "x" * 60)],
)
def test_folder_names_are_plain(title: str, name: str) -> None:
    assert slug(title) == name


def test_every_shipped_case_can_be_started() -> None:
    """Proves: cases in folders of folders are offered, under the name of their folder. If ignored: half are hidden."""
    names = tuple(example_cases())
    assert "medellin-alpujarra" in names
    groups = grouped(names)
    assert "colombia/neiva-health" in groups["colombia"]
    assert sorted(name for group in groups.values() for name in group) == sorted(names)

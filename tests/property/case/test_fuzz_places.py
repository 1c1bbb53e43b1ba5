"""Folders, links and foreign bytes where a command expects a file of a case: a message, never a bug."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from edsim.cli.root import run
from edsim.core.resources import share_path


def _folder(path: Path) -> None:
    path.mkdir()


def _nothing(path: Path) -> None:
    path.write_bytes(b"")


def _circle(path: Path) -> None:
    path.symlink_to(path)


def _dead_link(path: Path) -> None:
    path.symlink_to(path.with_name("gone") / "x")


def _outside(path: Path) -> None:
    path.symlink_to(share_path("weather", "normals.csv"))


def _archive(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04\x14\x00" + bytes(range(256)))


def _other_text(path: Path) -> None:
    path.write_bytes("name: Ñandú".encode("utf-16") + b"\x00\xff")


@pytest.mark.parametrize("file", ["case.yaml", "buildings.csv", "streets.geojson"])
@pytest.mark.parametrize("put", [_folder, _nothing, _circle, _dead_link, _outside, _archive, _other_text])
def test_what_is_no_file_of_a_case_is_told(
    put: Callable[[Path], None], file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: check, explain and migrate end with code 2 and name the file. If ignored: a link in a circle is a bug."""
    case = tmp_path / "district"
    shutil.copytree(share_path("cases", "medellin-alpujarra"), case)
    (case / file).unlink()
    put(case / file)
    for words in (["check"], ["explain"], ["migrate"]) if file == "case.yaml" else (["check"],):
        assert run([*words, str(case)]) == 2
        assert file in capsys.readouterr().err

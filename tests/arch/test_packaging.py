"""The package as users get it: a wheel that carries cases and weather, an editable install, pinned requirements."""

import re
import subprocess
import sys
import tomllib
import zipfile
from fnmatch import fnmatch
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHOW = """
import edsim
from edsim.core.resources import data_path, share_path
for shown in (share_path("cases"), share_path("weather", "normals.csv"), edsim.__file__):
    print(shown)
print(data_path("fuels", "fuels.csv").is_file())
"""


def _paths(python: str | Path, folder: Path) -> list[str]:
    """Return what an interpreter finds when it starts in `folder`."""
    done = subprocess.run([python, "-I", "-c", SHOW], capture_output=True, text=True, cwd=folder, check=True)
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", str(ROOT), "--no-deps", "--quiet", "--wheel-dir", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("edsim-*.whl")
    return built


@pytest.mark.slow
def test_wheel_carries_what_a_study_needs_and_nothing_else(wheel: Path) -> None:
    """Proves: code, tables, cases and weather are in the wheel; tests and results are not.

    If ignored: `edsim new` would fail for everybody who does not work from a clone.
    """
    names = zipfile.ZipFile(wheel).namelist()
    tracked = subprocess.run(
        ["git", "ls-files", "cases", "weather", "edsim"], capture_output=True, text=True, cwd=ROOT, check=False
    ).stdout.splitlines()
    wanted = {n if n.startswith("edsim/") else f"edsim/_share/{n}" for n in tracked if (ROOT / n).is_file()}
    assert "edsim/_share/cases/medellin-alpujarra/case.yaml" in names
    assert "edsim/_share/weather/normals.csv" in names
    assert "edsim/data/technologies/catalogue.csv" in names
    for part in ("edsim/report/locale/", "edsim/report/templates/", "edsim/web/"):
        assert any(n.startswith(part) and not n.endswith(".py") for n in names), part
    assert wanted - set(names) == set()
    assert {n.split("/")[0] for n in names} == {"edsim", f"edsim-{_version()}.dist-info"}
    assert [n for n in names if "test" in Path(n).stem.lower() or "__pycache__" in n or "-result/" in n] == []


@pytest.mark.slow
def test_installed_wheel_finds_its_cases_from_anywhere(wheel: Path, tmp_path: Path) -> None:
    """Proves: an installed wheel finds cases and weather inside itself, started in an empty folder."""
    place = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    install = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    empty = tmp_path / "empty"
    empty.mkdir()
    cases, normals, module, has_tables = _paths(python, empty)
    assert (Path(cases) / "medellin-alpujarra" / "case.yaml").is_file()
    assert Path(normals).is_file()
    assert Path(cases).is_relative_to(Path(module).parent)
    assert Path(module).is_relative_to(place)
    assert has_tables == "True"


def test_editable_install_finds_its_cases_from_anywhere(tmp_path: Path) -> None:
    """Proves: an editable install finds the folders of the clone, started in an empty folder."""
    try:
        distribution("edsim")
    except PackageNotFoundError:
        pytest.skip("edsim is not installed here: editable install not checked")
    cases, normals, *_ = _paths(sys.executable, tmp_path)
    assert (Path(cases) / "medellin-alpujarra" / "case.yaml").is_file()
    assert Path(normals).is_file()


def _version() -> str:
    from edsim import __version__

    return __version__


def _project() -> dict[str, object]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return dict(tomllib.load(file)["project"])


def test_version_is_stated_once() -> None:
    """Proves: package, metadata and citation carry the same version. If ignored: papers cite one that never was."""
    assert _project()["version"] == _version()
    assert f"\nversion: {_version()}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_the_source_distribution_has_all_of_the_repository() -> None:
    """Proves: every tracked folder and file goes into the archive of sources, but what only the host of the code reads.

    If ignored: tests of who builds from the archive miss `.ci/run` and the lock.
    """
    done = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        pytest.skip("not a clone")
    with (ROOT / "pyproject.toml").open("rb") as file:
        patterns = tomllib.load(file)["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    always = {"pyproject.toml", "LICENSE", ".gitignore"}
    tops = {line.split("/")[0] for line in done.stdout.splitlines()} - always - {".github"}
    assert [t for t in sorted(tops) if not any(fnmatch(t, p.lstrip("/")) for p in patterns)] == []


def _name(requirement: str) -> str:
    return re.split(r"[<>=!~;\[ ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def test_lock_pins_every_dependency_with_hashes() -> None:
    """Proves: every run-time, test and documentation dependency is pinned with hashes, and the file names no host.

    If ignored: an install of today could not be repeated, or would depend on one company's index.
    """
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.findall(
        r"^([a-z0-9][a-z0-9._-]*)==(\S+)(?: ; [^\\\n]+)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)",
        text,
        re.MULTILINE,
    )
    pinned = {name for name, _, _ in blocks}
    lines = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(blocks) == len(lines)
    project = _project()
    extras = project["optional-dependencies"]
    assert isinstance(extras, dict)
    wanted = {_name(r) for r in [*project["dependencies"], *extras["test"], *extras["docs"]]}
    assert wanted - pinned == set()
    assert "://" not in text
    assert "index" not in text.replace("index-", "")

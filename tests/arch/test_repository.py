"""What the repository promises in words: commands, examples, links, decisions."""

import os
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    p
    for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("cases/**/*.md"), *ROOT.glob("weather/*.md")]
    if p.is_file()
)
LINK = re.compile(r"\]\(([^)\s#]+)(#[^)\s]+)?\)")


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _python_blocks(name: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", _read(name), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """Proves: every relative link of a page leads to a file. If ignored: readers are sent nowhere."""
    targets = [t for t, _ in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in t]
    assert [t for t in targets if not (page.parent / t).exists()] == []


def test_readme_commands_are_those_of_continuous_integration() -> None:
    """Proves: the test command of the README is what .ci/run installs and runs."""
    readme, script = _read("README.md"), _read(".ci/run")
    assert 'pip install -e ".[test]" && pytest' in readme
    assert '--editable ".[test,docs]"' in script
    assert re.search(r'^stage "pytest" pytest$', script, re.MULTILINE)
    for tool in ("ruff check .", "ruff format --check .", "lint-imports", "mypy"):
        assert f" {tool}\n" in script


def test_ci_script_names_the_stage_that_fails(tmp_path: Path) -> None:
    """Proves: .ci/run goes on after a failing stage, names each and exits 1. If ignored: failures would pass."""
    for tool, code in (("ruff", 0), ("lint-imports", 3), ("mypy", 0), ("pytest", 1), ("python", 0)):
        fake = tmp_path / tool
        fake.write_text(f"#!/bin/sh\nexit {code}\n", encoding="utf-8")
        fake.chmod(0o755)
    env = {k: v for k, v in os.environ.items() if k != "CI"} | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run([str(ROOT / ".ci" / "run")], capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 1
    assert re.findall(r"^FAILED: (.+)$", done.stderr, re.MULTILINE) == [
        "import contracts",
        "pytest",
        "pytest, tests of whole runs",
        "blocks of the documentation",
    ]


def test_pre_commit_hooks_are_local() -> None:
    """Proves: no hook is fetched from elsewhere."""
    text = _read(".pre-commit-config.yaml")
    assert re.findall(r"- repo: (\S+)", text) == ["local"]
    assert set(re.findall(r"language: (\S+)", text)) == {"system"}


def test_every_dependency_has_a_reason() -> None:
    """Proves: each run-time and test dependency is in decision 2, and its table lists no other."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    text = _read("docs/decisions/0002-dependencies.md")
    names = {re.split(r"[<>=!~ ]", r, maxsplit=1)[0] for r in project["dependencies"]}
    rows = re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)[1:]
    listed = {re.sub(r" *`[^`]*`", "", n).strip() for row in rows for n in row.split(",")}
    assert {n.lower() for n in listed} == {n.lower() for n in names}
    for requirement in project["optional-dependencies"]["test"]:
        name = re.split(r"[<>=!~ ]", requirement, maxsplit=1)[0]
        assert name in text or name.startswith("types-") or name.endswith("-stubs"), name


@pytest.mark.slow
@pytest.mark.parametrize("page", ["README.md", "docs/explanation/architecture.md"])
def test_examples_run(page: str, tmp_path: Path) -> None:
    """Proves: the Python example of a page runs as printed. If ignored: the first thing a reader tries would fail."""
    code = "\n".join(_python_blocks(page)).replace('"cases/', f'"{(ROOT / "cases").as_posix()}/')
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, env=env, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_technology_example_is_a_valid_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: the complete file of the guide registers and makes a valid machine. If ignored: newcomers get stuck."""
    from edsim.core import registry

    (code,) = re.findall(
        r'^```py title="well_for_edsim/geothermal_well.py"\n(.*?)^```',
        _read("docs/how-to/add-a-technology.md"),
        re.MULTILINE | re.DOTALL,
    )
    (tmp_path / "well_of_the_guide.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        module = import_module("well_of_the_guide")
        assert registry._KINDS["geothermal_well"] is module.GeothermalWell
        assert module.GeothermalWell.example().kind == "geothermal_well"
    finally:
        registry._KINDS.pop("geothermal_well", None)
        sys.modules.pop("well_of_the_guide", None)

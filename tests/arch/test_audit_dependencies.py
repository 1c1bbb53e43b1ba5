"""The stage of .ci/run that asks for known vulnerabilities: a finding fails it, a missing answer is said."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit_dependencies", ROOT / ".ci" / "audit_dependencies.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


KNOWN = {"name": "jinja2", "version": "3.1.0", "vulns": [{"id": "X-1", "fix_versions": ["3.1.6"]}]}
CLEAN = {"name": "click", "version": "8.2", "vulns": []}
SKIPPED = {"name": "dask", "version": "2026.8", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("releases", "code", "said"),
    [
        ([KNOWN, CLEAN], 1, "jinja2 3.1.0: X-1, fixed in 3.1.6"),
        ([KNOWN, SKIPPED], 1, "NOTE: not audited for known vulnerabilities: 1 of 2 pinned releases"),
        ([CLEAN], 0, "1 pinned releases, no known vulnerability"),
        ([SKIPPED], 0, "NOTE: not audited for known vulnerabilities: the vulnerability service cannot be reached"),
    ],
)
def test_a_known_vulnerability_fails_and_silence_is_said(
    audit: ModuleType, capsys: pytest.CaptureFixture[str], releases: list[object], code: int, said: str
) -> None:
    """Proves: a vulnerability fails the stage, an audit that saw nothing is never taken for a clean one."""
    assert audit.judge(json.dumps({"dependencies": releases}), "") == code
    assert said in capsys.readouterr().out


def test_no_report_is_a_note(audit: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: without a network or the program, the reason is printed and the stage passes."""
    assert audit.judge("", "x\nNo module named pip_audit") == 0
    assert "No module named pip_audit" in capsys.readouterr().out


def test_the_lock_keeps_the_bounds_of_the_project() -> None:
    """Proves: every pinned release satisfies pyproject.toml. If ignored: the lock installs what edsim refuses."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = {n: Version(v) for n, v in re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^\s;]+)", lock, re.MULTILINE)}
    extras = project["optional-dependencies"]
    for text in [*project["dependencies"], *extras["test"], *extras["docs"]]:
        wanted = Requirement(text)
        name = wanted.name.lower().replace("_", "-")
        assert pinned[name] in wanted.specifier, f"{name} {pinned[name]} is outside {text}"

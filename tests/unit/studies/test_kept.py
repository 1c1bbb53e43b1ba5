"""A study that was stopped goes on where it was: what is kept, what is not taken for it."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from edsim.case.schema import Case
from edsim.core import resources
from edsim.core.errors import DataError, Finding, InfeasibleError
from edsim.studies.bench import Bench
from edsim.studies.feeder import FeederYear
from edsim.studies.kept import KeptPoints, kept_points, outside_edsim
from edsim.studies.results import Outcome
from edsim.studies.sweep import Evaluator
from edsim.studies.vary import Point

RATE = "finance.discount_rate_frac"
POINTS = [Point(f"{k}", {RATE: 0.05 + 0.01 * k}) for k in range(4)]


class _Refusing:
    """Stands for a prepared case: refuses every point by name, and stops the program at one of them."""

    variant = "district"

    def __init__(self, case: Case, stop_at: float = -1.0) -> None:
        self.case = case
        self.stop_at = stop_at
        self.solved: list[float] = []

    def reach(self, _: Case) -> str:
        return "prices"

    def solve(self, case: Case, _: str) -> Any:
        rate = case.finance.discount_rate_frac
        if rate == self.stop_at:
            raise KeyboardInterrupt
        self.solved.append(rate)
        raise InfeasibleError.of([Finding("E510", f"nothing at {rate:g}")])


def _evaluated(bench: _Refusing, kept: KeptPoints) -> list[Outcome]:
    return Evaluator(cast("Bench", bench), "optimized", kept=kept).outcomes(POINTS)


def test_points_known_before_a_stop_are_not_solved_again(case: Case, tmp_path: Path) -> None:
    """Breaks if outcomes lived in memory only: an hour of points is lost with the program."""
    hangs_on = {"mode": "optimized"}
    first = _Refusing(case, stop_at=0.05 + 0.01 * 2)
    with pytest.raises(KeyboardInterrupt):
        _evaluated(first, kept_points(case, tmp_path / "study", hangs_on))
    known = kept_points(case, tmp_path / "study", hangs_on)
    assert len(known) == len(first.solved) > 0

    second = _Refusing(case)
    outcomes = _evaluated(second, known)
    assert sorted(first.solved + second.solved) == [p.values[RATE] for p in POINTS]
    assert [o.point for o in outcomes] == POINTS
    assert [o.note for o in outcomes] == [o.note for o in _evaluated(_Refusing(case), KeptPoints(tmp_path / "no", ""))]
    known.drop()
    assert not list(tmp_path.glob("study*"))


def test_what_a_point_hangs_on_is_held_against_the_file(case: Case, tmp_path: Path) -> None:
    """Breaks if the file were trusted by its name: another case or mode would be given figures that are not its own."""
    kept = kept_points(case, tmp_path / "study", {"mode": "optimized"})
    key = frozenset({(RATE, 0.05)})
    year = FeederYear(3.0, 4.0, 7, 1.0, None, 0.0, 0, (0.1,) * 24, (0.3,) * 24, (0.7,) * 12, (7,) * 12)
    made = Outcome(POINTS[0], "optimized", "screening", {"npv": 0.0}, {"npv": 0.1}, "", (1.0, -1e-17), 0.01, year)
    kept.keep(key, replace(made, sizes=(("chillers", "capacity_kw", 0.1, "kW"),)))
    again = kept_points(case, tmp_path / "study", {"mode": "optimized"})
    found = again.outcome(key)
    assert found is not None
    assert (found.value, found.flows, found.gap_frac) == ({"npv": 0.1}, (1.0, -1e-17), 0.01)
    assert found.feeder == year
    assert found.sizes == (("chillers", "capacity_kw", 0.1, "kW"),)
    assert len(kept_points(case, tmp_path / "study", {"mode": "certified"})) == 0
    other = case.model_copy(update={"finance": case.finance.model_copy(update={"discount_rate_frac": 0.2})})
    assert len(kept_points(other, tmp_path / "study", {"mode": "optimized"})) == 0


def test_points_of_another_program_are_not_taken(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Breaks if the number of the version stood for the program: a study would mix figures of before and after an edit.

    The digest is that of the files: a file changed by a letter, or one more of them, makes another program.
    """
    kept = kept_points(case, tmp_path / "study", {})
    kept.keep(frozenset({(RATE, 0.05)}), Outcome(POINTS[0], "optimized", "screening", {}, {}))
    assert len(kept_points(case, tmp_path / "study", {})) == 1
    package, weather = tmp_path / "edsim", tmp_path / "weather"
    weather.mkdir()
    package.mkdir()
    seen = set()
    for name, text in (("a.py", "x = 1"), ("a.py", "x = 2"), ("data.csv", "1")):
        (package / name).write_text(text, encoding="utf-8")
        monkeypatch.setattr(resources, "_PACKAGE", package)
        resources.program_digest.cache_clear()
        seen.add(resources.program_digest())
        assert len(kept_points(case, tmp_path / "study", {})) == 0
    monkeypatch.undo()
    resources.program_digest.cache_clear()
    assert len(seen) == 3
    assert len(kept_points(case, tmp_path / "study", {})) == 1


def test_the_file_of_a_machine_outside_edsim_counts(case: Case, tmp_path: Path) -> None:
    """Breaks if only files of edsim counted: an edited technology of one's own would show old figures."""

    def machine(body: str) -> Any:
        (tmp_path / "own_machine.py").write_text(f"class Own:\n    {body}\n", encoding="utf-8")
        spec = spec_from_file_location("own_machine", tmp_path / "own_machine.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules["own_machine"] = module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return SimpleNamespace(technologies=(*case.technologies, module.Own()))

    first, second = outside_edsim(machine("pass")), outside_edsim(machine("efficiency = 2"))
    del sys.modules["own_machine"]
    assert outside_edsim(case) == []
    assert len(first) == len(second) == 1
    assert first != second


@pytest.mark.parametrize("cut", [1, 20, 60])
def test_a_line_cut_short_is_solved_again_and_the_file_stays_whole(case: Case, tmp_path: Path, cut: int) -> None:
    """Breaks if a new line were glued to half a line: every later start would lose both."""
    target = tmp_path / "study"
    kept = kept_points(case, target, {})
    outcome = Outcome(POINTS[0], "optimized", "screening", {"npv": 0.0}, {"npv": 0.1})
    for rate in (0.05, 0.06):
        kept.keep(frozenset({(RATE, rate)}), outcome)
    kept.path.write_bytes(kept.path.read_bytes()[:-cut])
    after = kept_points(case, target, {})
    assert len(after) == 1
    after.keep(frozenset({(RATE, 0.07)}), outcome)
    assert len(kept_points(case, target, {})) == 2
    kept.path.write_text("{broken", encoding="utf-8")
    assert len(kept_points(case, target, {})) == 0


def test_a_disk_that_refuses_is_named(case: Case, tmp_path: Path) -> None:
    kept = kept_points(case, tmp_path / "missing" / "study", {})
    with pytest.raises(DataError) as caught:
        kept.keep(frozenset(), Outcome(POINTS[0], "optimized", "screening", {}, {}))
    assert caught.value.findings[0].code == "E801"
    assert "study.points" in caught.value.findings[0].file

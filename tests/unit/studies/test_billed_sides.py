"""Capped demand charges in a study: every alternative finds the sides that its own plant pays."""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from edsim.studies import workbench
from edsim.studies.workbench import Workbench

pytestmark = pytest.mark.medium

OTHER = {"grid": ((True,) * 12,)}


@pytest.mark.parametrize(("paid", "plants"), [({}, ["quick"]), (OTHER, ["quick", "screening", "certified"])])
def test_an_alternative_that_pays_other_sides_seeks_its_own(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, paid: Any, plants: list[str]
) -> None:
    """Proves: a plant that pays what it was told is found once; one that pays other sides is sought as a run does.

    If ignored: a plant is the best for a bill that nobody sends, up to 2 % dearer than what `edsim run` finds.
    """
    found = []
    prepared = bench._prepared

    def settle(now: Sequence[Any], find: Any, how: Any, *_: Any) -> Any:
        find(now, replace(how, mode="screening"))
        return [replace(now[0], billed_by_energy=OTHER)], find(now, how)

    def quick(_: Any) -> Any:
        found.append("screening")
        return SimpleNamespace(solution=None)

    def design(_: Any) -> Any:
        found.append("certified" if found else "quick")
        return SimpleNamespace(solution=None)

    monkeypatch.setattr(workbench, "caps_demand", lambda _: True)
    monkeypatch.setattr(workbench, "sides_paid", lambda *_: paid)
    monkeypatch.setattr(workbench, "settle_billing", settle)
    monkeypatch.setattr(Workbench, "_quick_design", lambda _, district: quick(district))
    monkeypatch.setattr(Workbench, "_at_cost", lambda _, district, find, __: (district, find(district)))
    monkeypatch.setattr(Workbench, "_with_design", lambda _, prepared, *__: prepared.district)
    district: Any = bench._sized(prepared, design, ("certified", "prices"), "certified")
    assert found == plants
    assert district.billed_by_energy == paid

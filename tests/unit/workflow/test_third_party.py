"""A heat rejection of a third party, joined by its entry point: costs, tables and audit from its class alone."""

import importlib.metadata
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edsim.app import RunOutcome, run
from edsim.case.lazy_kinds import LazyKinds
from edsim.core import registry
from tests.unit.workflow.conftest import BASE

DRY_COOLER = '''
"""Dry cooler: condenser water to the air by fans alone. Valid: water warmer than the air. Sources: invented."""

from typing import ClassVar, Literal

from edsim.core.machines.catalogue import existing, maximum, minimum
from edsim.core.machines.one_output import OneOutput
from edsim.core.quantity import Source, quantity
from edsim.core.technology import Port, Size, Technology


class DryCooler(OneOutput, Technology):
    """Fans over the condenser water."""

    ports: ClassVar = (
        Port("heat", "condenser_water", "in", "heat_kw"),
        Port("electricity", "electricity", "in", "heat_kw", factor="fan_frac"),
    )
    sizes: ClassVar = (Size("capacity_kw", "kW", "capex_per_kw", "condenser_water"),)
    output: ClassVar[str] = "heat_kw"
    cost_line: ClassVar = "heat_rejection"
    takes_heat_away: ClassVar = True
    title: ClassVar = ("Dry cooler", "Enfriador seco")

    kind: Literal["dry_cooler"] = "dry_cooler"
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = quantity(
        60.0, unit="currency/kW", doc="Investment.", ge=0, price="USD 2024", source=Source("a maker", 2024)
    )
    lifetime_a: float = quantity(20.0, unit="a", doc="Life.", gt=0, source=Source("a maker", 2024))

    def prepare(self, conditions):
        """Return the power of the fans."""
        return {"fan_frac": 0.03}

    @classmethod
    def example(cls):
        """Return a cooler."""
        return cls(id="cooler")
'''
TRAITS = ('    cost_line: ClassVar = "heat_rejection"\n', "    takes_heat_away: ClassVar = True\n")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Return what installs a package with a text as its one technology; it is forgotten afterwards."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def install(text: str) -> None:
        (tmp_path / "dry_cooler_for_edsim.py").write_text(text, encoding="utf-8")
        point = importlib.metadata.EntryPoint("dry_cooler", "dry_cooler_for_edsim", "edsim.technologies")
        known = importlib.metadata.entry_points

        def points(**asked: str) -> object:
            return [point] if asked.get("group") == point.group else known(**asked)

        monkeypatch.setattr(importlib.metadata, "entry_points", points)
        monkeypatch.setattr(LazyKinds, "_every", lambda _: registry.load_kinds("edsim.technologies"))

    yield install
    registry._KINDS.pop("dry_cooler", None)
    sys.modules.pop("dry_cooler_for_edsim", None)


def cooled(write_case: Callable[..., Path]) -> RunOutcome:
    """Run the small district on water-cooled chillers and a dry cooler."""
    grid, _, old = BASE["technologies"]
    machines = [grid, {"id": "chillers", "kind": "vapour_chiller"}, {"id": "cooler", "kind": "dry_cooler"}, old]
    return run(write_case(technologies=machines, settings={"typical_days": 3}))


@pytest.mark.medium
def test_a_dry_cooler_of_a_third_party_is_counted_as_a_tower(installed, write_case) -> None:
    """Proves: line of investment, heat in `equipment`, fans in the electricity of cooling, and an audit that passes.

    If ignored: its investment stands under Plant, its output is 0 and the COP of the chain leaves its fans out.
    """
    installed(DRY_COOLER)
    done = cooled(write_case)
    tables = done.appraisal.tables
    costs = tables["costs"]
    assert "capex_heat_rejection" in set(costs.loc[costs["variant"] == "district", "line"])
    row = tables["equipment"].set_index(["variant", "technology"]).loc["district", "cooler"]
    assert row["output_kwh"] == pytest.approx(row["input_kwh"] / 0.03, rel=1e-6)
    assert row["output_kwh"] > 0.0
    kpis = tables["kpis"].set_index(["variant", "id"])["value"]
    drawn = kpis["district", "electricity"]
    assert kpis["district", "cop"] == pytest.approx(kpis["district", "cooling"] / drawn, rel=1e-3)


@pytest.mark.medium
def test_a_dry_cooler_that_says_nothing_is_no_heat_rejection(installed, write_case) -> None:
    """Proves: it is the class that says so: without its statements the investment stands under Plant, heat as 0."""
    text = DRY_COOLER
    for trait in TRAITS:
        text = text.replace(trait, "")
    installed(text)
    tables = cooled(write_case).appraisal.tables
    assert "capex_plant" in set(tables["costs"]["line"])
    assert tables["equipment"].set_index(["variant", "technology"]).loc[("district", "cooler"), "output_kwh"] == 0.0

"""The promise: a technology is one file; everything else follows from the registry."""

from __future__ import annotations

import importlib.metadata
import sys
import textwrap

import numpy as np
import pytest

from edsim.core import registry
from edsim.core.errors import DataError
from edsim.core.registry import load_kinds
from edsim.technologies.boiler import Boiler
from edsim.technologies.fuel_supply import FuelSupply

ONE_FILE = '''
"""Geothermal well: heat at a constant rate for nothing but its investment. Valid: always. Sources: invented."""

from typing import ClassVar, Literal

from edsim.core.machines.catalogue import existing, maximum, minimum
from edsim.core.quantity import Source, quantity
from edsim.core.technology import Port, Size, Technology


class GeothermalWell(Technology):
    """A well."""

    ports: ClassVar = (Port("heat", "hot_water", "out", "heat_kw"),)
    sizes: ClassVar = (Size("capacity_kw", "kW", "capex_per_kw", "hot_water"),)
    output: ClassVar[str] = "heat_kw"
    title: ClassVar = ("Geothermal well", "Pozo geotérmico")

    kind: Literal["geothermal_well"] = "geothermal_well"
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = quantity(
        500.0, unit="currency/kW", doc="Investment.", ge=0, price="USD 2024", source=Source("a driller", 2024)
    )
    lifetime_a: float = quantity(30.0, unit="a", doc="Life.", gt=0, source=Source("a driller", 2024))

    @classmethod
    def declare(cls, block, ctx):
        """Declare the heat."""
        ctx.sized(block)
        ctx.flow(block, "heat_kw", ctx.upper("capacity_kw"))

    @classmethod
    def constrain(cls, block, ctx):
        """Limit the heat."""
        from edsim.lp import Constraint

        block.limit = Constraint(block.I, block.T, rule=lambda b, i, t: b.heat_kw[i, t] <= b.capacity_kw[i])

    @classmethod
    def example(cls):
        """Return a well."""
        return cls(id="well")
'''


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Write a package with one technology file and forget it afterwards."""
    folder = tmp_path / "third_party_kinds"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""Technologies of a third party."""\n', encoding="utf-8")
    (folder / "geothermal_well.py").write_text(textwrap.dedent(ONE_FILE), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "third_party_kinds"
    registry._KINDS.pop("geothermal_well", None)
    for name in [m for m in sys.modules if m.startswith("third_party_kinds")]:
        del sys.modules[name]


def test_one_file_adds_a_technology_that_is_sized_and_dispatched(package, model):
    """Proves: one file registers a kind, and the optimizer sizes and runs it beside the built-in ones.

    100 kW of heat: gas costs 0.05 / 0.94 * 8760 = 466 per kW and year, the well 500 / 30 = 17, so the well serves all.
    If ignored: a new technology would need changes in schema, model or report.
    """
    kinds = load_kinds(package)
    well = kinds["geothermal_well"].example()
    assert {"boiler", "geothermal_well"} <= set(kinds)
    s = model((FuelSupply(id="gas"), Boiler(id="boiler"), well), {"hot_water": 100.0}).solve()
    assert s.capacities["well", "capacity_kw"] == pytest.approx(100.0)
    heat = next(f.values for f in s.flows if f.technology == "well")
    np.testing.assert_allclose(heat, 100.0)
    assert s.accounts["capex_annuity"] == pytest.approx(100 * 500 / 30)


def test_two_classes_cannot_share_a_kind(package):
    """Proves: a name used twice is refused at import, naming both modules."""
    load_kinds(package)
    with pytest.raises(ValueError, match=r"geothermal_well.*defined by"):

        class Impostor(Boiler):
            """A boiler that claims another kind."""

            kind: str = "geothermal_well"


def test_a_package_that_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a plug-in without one of its modules ends in a message with its name. If ignored: edsim looks broken."""
    point = importlib.metadata.EntryPoint("well", "no_such_package.well:Well", "edsim.technologies")
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_: [point])
    with pytest.raises(DataError, match=r"no_such_package\.well:Well: .*ModuleNotFoundError.*E608"):
        load_kinds("edsim.technologies")

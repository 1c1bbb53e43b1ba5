"""Investment per kW over the size of a machine, and the plant sized again at the cost of the size found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from edsim.core.cost_curves import cost_at_size, cost_curves, machine_size
from edsim.core.quantity import Provenance
from edsim.core.registry import load_kinds
from edsim.core.technology import Technology
from edsim.network.district import District
from edsim.optimization.certify import Design
from edsim.optimization.size_costs import SETTLED_SOURCE, settle_costs
from edsim.technologies.absorption_chiller import AbsorptionChiller
from edsim.technologies.boiler import Boiler
from edsim.technologies.chp import Chp
from edsim.technologies.vapour_chiller import VapourChiller


@dataclass(frozen=True)
class FakeCase:
    """The parts of a case that costs are looked up with."""

    technologies: tuple[Technology, ...]
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    currency: str = "USD"
    price_year: int = 2023

    def model_copy(self, update: dict[str, Any]) -> FakeCase:
        """Return the case with some parts replaced."""
        return replace(self, **update)


@dataclass(frozen=True)
class FakeDistrict:
    """A district that is its case."""

    case: FakeCase


def settled(
    machine: Technology, capacity_at: Callable[[float], float], where: str = ""
) -> tuple[list[float], Technology, Mapping[str, Provenance]]:
    """Return the costs the plant was sized with, the machine and the origins at the end.

    `capacity_at` gives the capacity that is best at a cost per kW: the optimizer as a demand curve.
    """
    used: list[float] = []
    path = f"technologies.{machine.id}.capex_per_kw"

    def solve(now: Sequence[District]) -> list[Design]:
        cost = float(cast("Any", now[0].case.technologies[0]).capex_per_kw)
        used.append(cost)
        found = SimpleNamespace(capacities={(machine.id, "capacity_kw"): capacity_at(cost)})
        return [cast("Design", SimpleNamespace(solution=found))]

    origin = Provenance(cast("Any", machine).capex_per_kw, "currency/kW", "catalogue", 2024, "default", where)
    start = [cast("District", FakeDistrict(FakeCase((machine,), {path: origin})))]
    districts, _ = settle_costs(start, solve(start), solve)
    case = districts[-1].case
    return used, case.technologies[0], case.provenance


def test_cost_follows_the_table_and_a_power_law_between() -> None:
    """Proves: 1000 and 2000 kW engines cost 2800 and 2550; 1414 kW the geometric mean; beyond the table its ends.

    If ignored: a rule of sizes could be off by a class.
    """
    engine = Chp(id="engines")
    assert cost_at_size(engine, 1000.0, "USD", 2023) == pytest.approx(2800.0)
    assert cost_at_size(engine, 1000.0 * 2**0.5, "USD", 2023) == pytest.approx((2800.0 * 2550.0) ** 0.5)
    assert cost_at_size(engine, 10.0, "USD", 2023) == pytest.approx(4250.0)
    assert cost_at_size(engine, 9e4, "USD", 2023) == pytest.approx(2000.0)


def test_a_curve_holds_for_the_choices_it_names() -> None:
    """Proves: a turbine is not costed like an engine, nor a wood boiler like a gas boiler.

    If ignored: 5 MW of turbine would cost 2000 instead of 2600 USD/kW, wood a fifteenth of its price.
    """
    assert cost_at_size(Chp(id="t", mover="turbine"), 5400.0, "USD", 2023) == pytest.approx(2550.0)
    assert cost_at_size(Boiler(id="b", fuel="biomass"), 1000.0, "USD", 2015) is None
    assert cost_at_size(Boiler(id="b"), 1000.0, "USD", 2015) == pytest.approx(93.126 + 15.521, rel=1e-3)
    steam = AbsorptionChiller(id="a", effect="double", driven_by="steam")
    assert cost_at_size(steam, 3516.8, "USD", 2023) == pytest.approx(1427 / 3.51685, rel=1e-3)


@pytest.mark.reference
def test_a_small_chiller_plant_costs_more_per_kw_than_3000_tons() -> None:
    """Proves: three machines of 1000 TR cost 462-517 USD 2015/kW, one of 400 kW 1.9 times the figure of 3.9 MW.

    Ratios of installed costs in Building magazine 2006: 240 GBP/kW at 400 kW, 125 at 3.9 MW. If ignored: a plant of
    3 000 TR and one of 50 kW would cost the same per kW.
    """
    chillers = VapourChiller(id="c", units=3)
    big = cost_at_size(chillers, machine_size(chillers, 3000 * 3.51685), "USD", 2015)
    small = cost_at_size(VapourChiller(id="c", units=1), 50.0, "USD", 2015)
    assert big is not None
    assert small is not None
    assert 462.0 <= big <= 500.0
    assert small / 462.0 == pytest.approx(240.0 / 125.0, rel=0.005)


def test_costs_fall_with_size_and_name_fields_that_exist() -> None:
    """Proves: every curve falls, its sizes rise and its choices are values of the kind's fields.

    If ignored: a misspelt choice would silently hold for nothing.
    """
    for kind, cls in load_kinds("edsim.technologies").items():
        for curve in cost_curves(kind):
            assert list(curve.costs) == sorted(curve.costs, reverse=True), kind
            assert list(curve.sizes) == sorted(set(curve.sizes)), kind
            for name, values in curve.applies.items():
                assert values <= set(cls.model_json_schema()["properties"][name]["enum"]), (kind, name)


def test_a_plant_is_sized_again_at_the_cost_of_the_size_found() -> None:
    """Proves: engines of 100 kW found at 2800 are sized again at 3700, and that settles; the origin says so.

    If ignored: a small plant would be costed like one of 1000 kW.
    """
    used, machine, origins = settled(Chp(id="engines", units=2), lambda _: 200.0)
    assert used == pytest.approx([2800.0, 3700.0])
    assert cast("Any", machine).capex_per_kw == pytest.approx(3700.0)
    assert origins["technologies.engines.capex_per_kw"].source.startswith(SETTLED_SOURCE)


def test_a_machine_refused_at_its_cost_keeps_it() -> None:
    """Proves: an engine that pays at 2800 and not at its true 3700 is left out, and that settles.

    If ignored: its cost would fall back to that of a larger machine and it would come and go for ever.
    """
    used, machine, _ = settled(Chp(id="engines", units=1), lambda cost: 100.0 if cost < 3000.0 else 0.0)
    assert used == pytest.approx([2800.0, 3700.0])
    assert cast("Any", machine).capex_per_kw == pytest.approx(3700.0)


def test_costs_that_do_not_settle_end_after_three_passes() -> None:
    """Proves: sizes that swing with their cost are sized three times more and no further.

    If ignored: a run could go on for ever.
    """
    used, _, _ = settled(Chp(id="engines", units=1), lambda cost: 3000.0 if cost > 2700.0 else 500.0)
    assert used == pytest.approx([2800.0, 2350.0, 3150.0, 2350.0])


def test_quotes_and_kinds_without_a_curve_are_left_alone() -> None:
    """Proves: an investment typed in the case is never replaced. If ignored: a quote would be overwritten."""
    assert settled(Chp(id="engines", units=2), lambda _: 200.0, where="case.yaml:7:3")[0] == [2800.0]
    assert len(settled(Boiler(id="wood", fuel="biomass"), lambda _: 200.0)[0]) == 1

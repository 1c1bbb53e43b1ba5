"""Investment per kW over the size of a machine, and the plant sized again at the cost of the size found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from edsim.case.schema import Case
from edsim.core.machines.catalogue import catalogue
from edsim.core.machines.cost_curves import cost_at_size, cost_curves, machine_size
from edsim.core.quantity import Provenance
from edsim.core.registry import load_kinds
from edsim.core.technology import Technology
from edsim.network.district import District
from edsim.optimization.district.individual import at_cost_of_size
from edsim.optimization.sizing.size_costs import SETTLED_SOURCE, settle_costs
from edsim.technologies.absorption_chiller import AbsorptionChiller
from edsim.technologies.boiler import Boiler
from edsim.technologies.chp import Chp
from edsim.technologies.cooling_tower import CoolingTower
from edsim.technologies.individual_chiller import IndividualChiller
from edsim.technologies.vapour_chiller import VapourChiller


@dataclass(frozen=True)
class FakeCase:
    """The parts of a case that costs are looked up with."""

    technologies: tuple[Technology, ...]
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    currency: str = "USD"
    price_year: int = 2023
    exchange_rate_per_usd: float | None = None
    settings: Any = field(default_factory=lambda: SimpleNamespace(cost_by_size=True))

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

    def size(now: Sequence[District]) -> list[Mapping[tuple[str, str], float]]:
        cost = float(cast("Any", now[0].case.technologies[0]).capex_per_kw)
        used.append(cost)
        return [{(machine.id, "capacity_kw"): capacity_at(cost)}]

    origin = Provenance(cast("Any", machine).capex_per_kw, "currency/kW", "catalogue", 2024, "default", where)
    start = [cast("District", FakeDistrict(FakeCase((machine,), {path: origin})))]
    districts = settle_costs(start, size)
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
def test_chillers_of_plants_and_of_buildings_are_priced_alike() -> None:
    """Proves: the default of a building's chiller lies on the curve of the plant's, between 400 and 1000 kW.

    Building magazine 2006: 240 GBP/kW installed at 400 kW, 184 at 1000 kW, 125 at 3.9 MW, air-cooled 140, 120 and 106.7
    at 1.5 MW, times 1.84 USD/GBP and consumer prices 237.0/201.6.
    The water-cooled ones hold their condensing system: that of a plant has it as the tower, which is priced alone.
    If ignored: the same machine would cost 1.7 times as much in the district as without, or its tower be paid twice.
    """
    wet = ((50.0, 240.0), (400.0, 240.0), (1000.0, 184.0), (3900.0, 125.0), (1e4, 125.0))
    dry = ((50.0, 140.0), (400.0, 140.0), (1000.0, 120.0), (1500.0, 106.7))
    for condenser, points in (("water", wet), ("air", dry)):
        for size, pounds in points:
            machines = [m(id="c", compressor="screw", condenser=condenser) for m in (VapourChiller, IndividualChiller)]
            plant, building = (cast("float", cost_at_size(m, size, "USD", 2015)) for m in machines)
            heat = 1.17 * max(size, 400.0)  # per kW of cooling; below the table a chiller is that of 400 kW
            tower = 1.17 * cast("float", cost_at_size(CoolingTower(id="t"), min(heat, 4563.0), "USD", 2015))
            assert building == pytest.approx(pounds * 1.84 * 237.0 / 201.6, rel=1e-3)
            assert plant == pytest.approx(building - tower * (condenser == "water"), rel=1e-3)
    at_650_kw = cost_at_size(IndividualChiller(id="c", condenser="water"), 650.0, "USD", 2015)
    assert catalogue()["individual_chiller", "capex_per_kw"].value == pytest.approx(at_650_kw, rel=0.01)


def test_boilers_of_plants_and_of_buildings_are_priced_alike() -> None:
    """Proves: the default of a building's boiler is that of 250 kW of the plant's curve.

    If ignored: BAU would be costed with boilers at the price per kW of 1 MW.
    """
    at_250_kw = cost_at_size(Boiler(id="b", units=1), 250.0, "USD", 2015)
    assert catalogue()["individual_boiler", "capex_per_kw"].value == pytest.approx(at_250_kw)


def test_existing_capacity_is_not_bought() -> None:
    """Proves: of two boilers 3250 kW, 3000 kW standing, one of 250 kW is bought; of 2000 kW new beside 1250 kW two.

    If ignored: a new boiler would be priced like the bank it joins.
    """
    boilers = Boiler(id="b", units=2)
    assert machine_size(boilers, 3250.0, 3000.0) == pytest.approx(250.0)
    assert machine_size(boilers, 3250.0, 1250.0) == pytest.approx(1000.0)
    assert machine_size(boilers, 3250.0) == pytest.approx(1625.0)
    assert machine_size(boilers, 3000.0, 3000.0) == 0.0


def test_costs_fall_with_size_and_name_fields_that_exist() -> None:
    """Proves: every curve falls, its sizes rise and its choices are values of the kind's fields.

    If ignored: a misspelt choice would silently hold for nothing.
    """
    for kind, cls in load_kinds("edsim.technologies").items():
        for curve in cost_curves(kind):
            assert list(curve.costs) == sorted(curve.costs, reverse=True), kind
            assert list(curve.sizes) == sorted(set(curve.sizes)), kind
            for name, values in curve.applies.items():
                assert values <= set(cls.model_json_schema()["properties"][name].get("enum", values)), (kind, name)


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


def test_costs_that_do_not_settle_end_after_six_passes() -> None:
    """Proves: sizes that swing with their cost are found six times and no more, half way when they turn back.

    2350 is the cost of 3000 kW, 3150 that of 500 kW; 2750, 2550, 2850 and 2600 are means. If ignored: a run could go on
    for ever.
    """
    used, _, origins = settled(Chp(id="engines", units=1), lambda cost: 3000.0 if cost > 2700.0 else 500.0)
    assert used == pytest.approx([2800.0, 2350.0, 2750.0, 2550.0, 2850.0, 2600.0])
    assert "mean with the cost used before" in origins["technologies.engines.capex_per_kw"].source


def test_sizes_that_swing_less_and_less_settle_by_going_half_way() -> None:
    """Proves: capacity that rises with the sixth power of cost agrees with its cost, within 2 %, after three passes.

    Going all the way the error would shrink to 0.7 of itself and change sign in every pass. If ignored: such a plant
    would end unsettled.
    """
    used, machine, _ = settled(Chp(id="engines", units=1), lambda cost: 1000.0 * (cost / 2600.0) ** 6)
    size = 1000.0 * (used[-1] / 2600.0) ** 6
    assert cost_at_size(machine, size, "USD", 2023) == pytest.approx(used[-1], rel=0.02)


def test_a_new_machine_beside_existing_ones_is_priced_at_its_own_size() -> None:
    """Proves: 250 kW of boiler beside 3000 kW that stand are sized again at 356.9 USD/kW; nothing bought, nothing done.

    If ignored: it would be priced at 60 USD/kW.
    """
    boilers = Boiler(id="b", existing_capacity_kw=3000.0)
    assert settled(boilers, lambda _: 3250.0)[0][1:] == pytest.approx([356.9], rel=1e-3)
    assert len(settled(boilers, lambda _: 3000.0)[0]) == 1


def test_quotes_and_kinds_without_a_curve_are_left_alone() -> None:
    """Proves: an investment typed in the case is never replaced. If ignored: a quote would be overwritten."""
    assert settled(Chp(id="engines", units=2), lambda _: 200.0, where="case.yaml:7:3")[0] == [2800.0]
    assert len(settled(Boiler(id="wood", fuel="biomass"), lambda _: 200.0)[0]) == 1


def test_machines_of_buildings_follow_their_own_size_too() -> None:
    """Proves: 1000 kW of air-cooled chiller in a building costs 120 GBP 2006/kW, a quote or no wish for it stays.

    If ignored: cost by size would correct the plant alone, and BAU would keep the price of another size.
    """
    machine = IndividualChiller(id="c", compressor="screw", condenser="air")
    origin = Provenance(450.0, "currency/kW", "quote", 2024, "engineered", "case.yaml:7:3")
    quote = {"technologies.c.capex_per_kw": origin}
    cases = (
        FakeCase((machine,), price_year=2015),
        FakeCase((machine,), quote, price_year=2015),
        FakeCase((machine,), price_year=2015, settings=SimpleNamespace(cost_by_size=False)),
    )
    costs = [at_cost_of_size(machine, 1000.0, cast("Case", c)).capex_per_size for c in cases]
    assert costs == pytest.approx([120.0 * 1.84 * 237.0 / 201.6, 450.0, 450.0], rel=1e-3)

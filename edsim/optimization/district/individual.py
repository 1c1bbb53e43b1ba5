"""Machines without a choice: each serves one building alone and is evaluated in numpy before any model.

All business-as-usual machines are of this kind, and so are those of services a project variant leaves to the building.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from edsim.case.parts.exchange_rate import case_prices
from edsim.case.schema import Building, Case
from edsim.case.steam_mass import boiler_steam_c
from edsim.core.errors import CaseError, Finding
from edsim.core.machines.cost_curves import cost_at_size
from edsim.core.technology import Conditions, IndividualMachine, Operation
from edsim.core.timegrid import HOURS_PER_YEAR
from edsim.network.district import District
from edsim.optimization.district.prepare_system import building_demand_in_model

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class IndividualRun:
    """A year of one machine in one building.

    Attributes
    ----------
    building, service
        What it serves.
    machine
        The machine; None for electricity bought directly.
    demand_kw : (8760,)
        What it delivers to the building.
    operation
        What it draws and rejects.
    tariff
        Electricity tariff of the building; empty in a case without tariffs.
    own_power
        Whether the building makes all its electricity itself, so that nothing the machine draws of it is bought.
    to_machines_kw : (8760,)
        Electricity a generating set gives to the other machines of its building, beside `demand_kw`.
    """

    building: str
    service: str
    machine: IndividualMachine | None
    demand_kw: Array
    operation: Operation
    tariff: str
    own_power: bool = False
    to_machines_kw: Array = field(default_factory=lambda: np.zeros(HOURS_PER_YEAR))

    @property
    def bought_kw(self) -> dict[str, Array]:
        """Return carrier → what is bought for the machine, kW by hour."""
        inputs = self.operation.inputs_kw
        return {c: kw for c, kw in inputs.items() if not (c == "electricity" and self.own_power)}

    @property
    def passed_on_kw(self) -> Array:
        """Return electricity of the grid that serves the demand past a generating set, kW by hour."""
        if self.service != "electricity" or self.machine is None:
            return np.zeros_like(self.demand_kw)
        return np.asarray(self.bought_kw.get("electricity", np.zeros_like(self.demand_kw)))

    @property
    def made_kw(self) -> Array:
        """Return what the machine itself delivers, to the building and to its machines, kW by hour."""
        return np.asarray(self.demand_kw + self.to_machines_kw - self.passed_on_kw)


def boundary_of(districts: Iterable[District], case: Case) -> tuple[tuple[str, str], ...]:
    """Return the (building, service) pairs in the boundary of the comparison.

    These are the services some variant serves by a network or by a model technology at the building, and those the
    case names an individual machine for; the same list holds for BAU and for every project variant, so that the same
    service is delivered hour by hour. The electricity of a building whose measures change it is compared too.
    """
    pairs: dict[tuple[str, str], None] = {}
    for d in districts:
        pairs |= dict.fromkeys([*d.served(), *building_demand_in_model(d)])
        for row, b in enumerate(d.profiles.building_ids):
            building = next(x for x in case.buildings if x.id == b)
            for service in building.bau:
                if float(d.profiles.demand[service][row].max()) > 0.0:
                    pairs[b, service] = None
            if "electricity" in d.profiles.saved and d.profiles.saved["electricity"][row].any():
                pairs[b, "electricity"] = None
    return tuple(sorted(pairs))


def run_individual(
    district: District, boundary: Iterable[tuple[str, str]], conditions: Conditions
) -> tuple[IndividualRun, ...]:
    """Return the individual machines of every (building, service) in `boundary` that nothing else serves.

    Raises
    ------
    CaseError
        A building names no machine for a service it needs one for.
    """
    case, profiles = district.case, district.profiles
    elsewhere = set(district.served()) | set(building_demand_in_model(district))
    machines = {t.id: t for t in case.technologies if isinstance(t, IndividualMachine)}
    buildings = {b.id: b for b in case.buildings}
    row = {b: i for i, b in enumerate(profiles.building_ids)}
    runs: list[IndividualRun] = []
    findings: list[Finding] = []
    for building, service in boundary:
        if (building, service) in elsewhere:
            continue
        demand = profiles.demand[service][row[building]]
        spec = buildings[building]
        tariff = spec.tariff or next((t.id for t in case.tariffs), "")
        machine = machines.get(spec.bau.get(service, ""))
        if service == "electricity" and machine is None:
            bought = Operation(
                float(demand.max()), {"electricity": demand}, np.zeros_like(demand), np.zeros_like(demand)
            )
            runs.append(IndividualRun(building, service, None, demand, bought, tariff))
            continue
        if machine is None:
            findings.append(_missing(spec, service, machines))
            continue
        aged = with_age(machine, age_ahead_a(spec.machine_age_a(service), machine.lifetime_a, case.finance.horizon_a))
        if service == "steam":
            aged = with_condensate(aged, spec.condensate_frac)
        operation = aged.serve(service, demand, _making(conditions, boiler_steam_c(case, spec)))
        priced = at_cost_of_size(aged, operation.capacity_kw, case)
        runs.append(IndividualRun(building, service, priced, demand, operation, tariff))
    if findings:
        raise CaseError.of(findings)
    own = [r for r in runs if r.service == "electricity" and getattr(r.machine, "feeds_building", False)]
    for generator in own:
        runs = _with_own_power(runs, generator, conditions)
    _refuse_purchase_without_tariff(runs)
    return tuple(runs)


def _making(conditions: Conditions, steam_c: tuple[float, float] | None) -> Conditions:
    """Return the conditions of a building whose boilers make steam of the level of its network, °C."""
    if steam_c is None or steam_c == (conditions.supply_temp_c.get("steam"), conditions.return_temp_c.get("steam")):
        return conditions
    supply_c, return_c = steam_c
    return replace(
        conditions,
        supply_temp_c={**conditions.supply_temp_c, "steam": supply_c},
        return_temp_c={**conditions.return_temp_c, "steam": return_c},
    )


def _with_own_power(
    runs: Sequence[IndividualRun], generator: IndividualRun, conditions: Conditions
) -> list[IndividualRun]:
    """Return the runs with the machines of a building fed by its generating set, which is sized for plugs and them."""
    mine = [r for r in runs if r.building == generator.building and r is not generator]
    machines = np.zeros(HOURS_PER_YEAR)
    for r in mine:
        machines += r.operation.inputs_kw.get("electricity", 0.0)
    assert generator.machine is not None  # it is what feeds the building
    operation = generator.machine.operate(generator.demand_kw + machines, conditions)
    fed = replace(generator, operation=operation, own_power=True, to_machines_kw=machines)
    return [fed if r is generator else replace(r, own_power=True) if any(r is m for m in mine) else r for r in runs]


def _refuse_purchase_without_tariff(runs: Sequence[IndividualRun]) -> None:
    """Refuse electricity that is bought in a case without a tariff.

    Raises
    ------
    CaseError
        E523 with every building concerned.
    """
    buying = {r.building: r.service for r in runs if not r.tariff and "electricity" in r.bought_kw}
    if buying:
        raise CaseError.of(
            [
                Finding(
                    code="E523",
                    field=f"buildings.{building}",
                    what=f"electricity is bought for {service}, and the case has no tariff",
                    got="no tariffs",
                    allowed="a tariff, or a generating set of the building that runs all year",
                    hint="add one, or name a standby_generator with running_h_per_a: 8760 in bau.electricity",
                )
                for building, service in buying.items()
            ]
        )


def age_ahead_a(age_at_start_a: float, lifetime_a: float, horizon_a: int) -> float:
    """Return how much older a machine is, on the mean of the study, than the same machine bought new at its start.

    What is bought new ages alike on both sides of the comparison, so that it ages on neither; today's machines of
    buildings are older until they are replaced, and newer from then until the life of the other ends. Never below 0.
    """
    return mean_age_a(age_at_start_a, lifetime_a, horizon_a) - mean_age_a(0.0, lifetime_a, horizon_a)


def mean_age_a(age_at_start_a: float, lifetime_a: float, horizon_a: int) -> float:
    """Return the mean age of a machine over the years of the study; it is replaced whenever its life ends.

    A machine past its life is replaced at the start, as the cash flows book it.
    """
    start = age_at_start_a if age_at_start_a < lifetime_a else 0.0
    ages = (start + np.arange(horizon_a) + 0.5) % lifetime_a
    return float(ages.mean())


def at_cost_of_size(machine: IndividualMachine, capacity_kw: float, case: Case) -> IndividualMachine:
    """Return a machine at the investment of its own size, where the case counts costs by size and has no quote."""
    cost = cost_of_own_size(machine, capacity_kw, case) if case.settings.cost_by_size else None
    return machine if cost is None else machine.model_copy(update={machine.capex_field: cost})


def cost_of_own_size(machine: IndividualMachine, capacity_kw: float, case: Case) -> float | None:
    """Return the investment per unit of size of a machine of `capacity_kw`; None for a quote, or without a curve."""
    quote = case.provenance.get(f"technologies.{machine.id}.{machine.capex_field}")
    if capacity_kw <= 0.0 or (quote is not None and quote.where):
        return None
    return cost_at_size(machine, capacity_kw, case.currency, case.price_year, case_prices(case))


def with_age(machine: IndividualMachine, age_a: float) -> IndividualMachine:
    """Return the machine at an age, as far as its kind ages."""
    if "age_a" not in type(machine).model_fields:
        return machine
    return machine.model_copy(update={"age_a": age_a})


def with_condensate(machine: IndividualMachine, back_frac: float | None) -> IndividualMachine:
    """Return a steam boiler with the share of condensate its building returns, where the building states one."""
    if back_frac is None or "condensate_return_frac" not in type(machine).model_fields:
        return machine
    return machine.model_copy(update={"condensate_return_frac": back_frac})


def _missing(building: Building, service: str, machines: Mapping[str, IndividualMachine]) -> Finding:
    named = building.bau.get(service, "")
    return Finding(
        code="E518",
        field=f"buildings.{building.id}.bau.{service}",
        what=f"no individual machine serves {service} of {building.name or building.id}",
        got=named or "nothing",
        allowed=", ".join(sorted(k for k, m in machines.items() if m.serves(service))) or "no machine offers it",
        hint="name a technology with node: building that provides the service",
    )

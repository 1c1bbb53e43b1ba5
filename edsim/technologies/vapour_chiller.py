"""Electric vapour-compression chiller, water- or air-cooled, as a bank of equal units.

For each step, with capacity ratio c, input ratio e (condenser temperature and chilled-water supply, see
:mod:`edsim.core.machines.cooling_curves`) and the convex part load s_k, d_k of the compressor
(:mod:`edsim.core.machines.part_load`)::

    cooling <= c * running share * capacity
    compressor >= (e / COP) * (s_k * cooling + d_k * c * capacity)      k = 1..3
    compressor <= (e / COP) * cooling                                a chiller is no load for power nobody wants
    rejected = cooling + compressor                  two ports into the condenser water; to the air when air-cooled
    electricity = compressor + pump_frac * cooling   two ports

Water-cooled machines see the tower: wet bulb + the larger approach of tower and machine, not below 18.3 °C. Air-cooled
machines see the dry bulb. Refrigerant loss per year: ``charge * (leak + (filling loss + end-of-life loss) / life)``.
Valid range and sources: modules named above; refrigerant ranges IPCC 2006 volume 3 table 7.9.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import model_validator

from edsim.core.machines.bank import Bank
from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.commitment import Units, equal_machines
from edsim.core.machines.cooling_curves import (
    CoolingCurves,
    capacity_frac,
    cooling_curves,
    input_ratio,
    require_machine,
)
from edsim.core.machines.part_load import SEGMENTS, bank_power_frac, convex_part_load
from edsim.core.machines.refrigerant_loss import LosesRefrigerant, refrigerant_loss
from edsim.core.machines.site import cooling_water_temp_c
from edsim.core.machines.surroundings import supply_temp_c
from edsim.core.machines.traits import CostLine
from edsim.core.technology import Array, Conditions, ModelContext, Port, Size

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("vapour_chiller")

_SUPPLY_RANGE_C = (4.0, 20.0)
"""Supply for which capacity is taken as rated; colder machines run on brine and give about 3 % less per K."""


class VapourChiller(LosesRefrigerant, Bank):
    """Bank of electric chillers."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("cooling", "chilled_water", "out", "cooling_kw"),
        Port("compressor", "electricity", "in", "compressor_kw"),
        Port("pump", "electricity", "in", "cooling_kw", factor="pump_frac"),
        Port("rejected_cooling", "condenser_water", "out", "cooling_kw", factor="to_condenser_water"),
        Port("rejected_work", "condenser_water", "out", "compressor_kw", factor="to_condenser_water"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "chilled_water"),)
    needs_levels: ClassVar[tuple[str, ...]] = ("cooling",)
    output: ClassVar[str] = "cooling_kw"
    cost_line: ClassVar[CostLine] = "chillers"
    is_chiller: ClassVar[bool] = True
    rejects_to_air: ClassVar[bool] = True
    title: ClassVar[tuple[str, str]] = ("Electric chiller", "Enfriador eléctrico")

    kind: Literal["vapour_chiller"] = "vapour_chiller"
    compressor: Literal["centrifugal", "centrifugal_vsd", "screw", "screw_vsd", "scroll"] = "centrifugal_vsd"
    """Compressor type; centrifugal machines are water-cooled, screw with speed control is air-cooled."""
    condenser: Literal["water", "air"] = "water"
    """What takes the rejected heat."""
    units: Units = equal_machines(3)
    rated_cop: float | None = _default.by(
        "cop",
        "compressor",
        "condenser",
        unit="kW/kW",
        doc="COP at the AHRI 550/590 rating point, compressor only, up to 0.75 of the ideal",
        gt=1,
        le=12,
    )
    approach_k: float = _default(
        "approach_k", doc="Condenser-entering water above wet bulb, at least that of the tower.", ge=1, le=15
    )
    pump_frac: float = _default("pump_frac", doc="Power of the chiller pumps per cooling.", ge=0, le=0.2)
    refrigerant: str = "R-134a"
    """Refrigerant, by its name in the refrigerant table."""
    charge_kg_per_kw: float = _default.charge(varies_with="condenser")
    leak_frac_per_a: float | None = _default.by(
        "leak", "compressor", unit="frac/a", doc="Yearly leak, share of the charge", ge=0, le=1
    )
    filling_loss_frac: float = _default.filling_loss()
    end_of_life_loss_frac: float = _default.end_of_life_loss()
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    @model_validator(mode="after")
    def _known_machine(self) -> VapourChiller:
        require_machine(self.compressor, self.condenser, self.rated_cop)
        return self

    def idle_ports(self) -> frozenset[str]:
        """Return the condenser-water ports of an air-cooled machine."""
        return frozenset() if self.condenser == "water" else frozenset({"rejected_cooling", "rejected_work"})

    def curve_ranges(self) -> tuple[tuple[str, float, float], ...]:
        """Return the supplies for which the capacity holds."""
        return (("cooling", *_SUPPLY_RANGE_C),)

    @property
    def curves(self) -> CoolingCurves:
        """Return the curves of the machine type."""
        return cooling_curves(self.compressor, self.condenser)

    def entering_temp_c(self, conditions: Conditions) -> Array:
        """Return what enters the condenser: tower water or outdoor air, °C."""
        if self.condenser == "air":
            return conditions.dry_bulb_temp_c
        return np.asarray(np.maximum(cooling_water_temp_c(conditions, self.approach_k), self.curves.entering_temp_c[0]))

    def full_load(self, conditions: Conditions) -> tuple[Array, Array]:
        """Return available capacity fraction and compressor power per cooling at full load, by step."""
        entering = self.entering_temp_c(conditions)
        supply = supply_temp_c(conditions, self.carrier_of(self.ports[0]), self.id)
        cop = self.rated_cop or self.curves.rated_cop
        return capacity_frac(self.curves, entering), input_ratio(self.curves, entering, supply) / cop

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return available capacity, pieces of the power curve, pump share and refrigerant loss."""
        available, per_cooling = self.full_load(conditions)
        slopes, intercepts = convex_part_load(self.curves.load_frac, self.curves.power_frac)
        arrays: dict[str, Array | float] = {
            "available_frac": available * self.running_frac(conditions),
            "full_power_frac": available * per_cooling,
            "power_per_cooling": per_cooling,
            "pump_frac": self.pump_frac,
            "to_condenser_water": 1.0 if self.condenser == "water" else 0.0,
            **refrigerant_loss(self, conditions),
        }
        for k in range(SEGMENTS):
            arrays[f"power_slope_{k}"] = per_cooling * slopes[k]
            arrays[f"power_intercept_{k}"] = per_cooling * available * intercepts[k]
        return arrays

    def staged_input_kw(self, output_kw: Array, capacity_kw: float, conditions: Conditions) -> Array:
        """Return compressor power when the bank serves `output_kw` : (n,) with the best number of whole units."""
        available, per_cooling = self.full_load(conditions)
        room = np.maximum(available * capacity_kw, 1e-9)
        load = np.clip(output_kw / room, 0.0, 1.0)
        table = self.curves
        frac = bank_power_frac(load, table.load_frac, table.power_frac, self.unit_count(capacity_kw))
        return np.asarray(frac * room * per_cooling)

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare cooling and compressor power."""
        ctx.sized(block)
        lines = [f"power_{part}_{k}" for part in ("slope", "intercept") for k in range(SEGMENTS)]
        ctx.params(block, "available_frac", "power_per_cooling", *lines)
        upper = ctx.upper("capacity_kw")[:, None]
        ctx.flow(block, "cooling_kw", upper * ctx.arrays["available_frac"])
        ctx.flow(block, "compressor_kw", upper * ctx.arrays["full_power_frac"])

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Limit cooling, and hold power between the part-load pieces and the ratio of full load, which is the chord."""
        from edsim.lp import Constraint

        del ctx
        block.capacity = Constraint(
            block.I, block.T, rule=lambda b, i, t: b.cooling_kw[i, t] <= b.available_frac[i, t] * b.capacity_kw[i]
        )
        block.no_idle_power = Constraint(
            block.I,
            block.T,
            rule=lambda b, i, t: b.compressor_kw[i, t] <= b.power_per_cooling[i, t] * b.cooling_kw[i, t],
        )
        for k in range(SEGMENTS):
            slope, intercept = getattr(block, f"power_slope_{k}"), getattr(block, f"power_intercept_{k}")
            setattr(block, f"power_{k}", Constraint(block.I, block.T, rule=_power_rule(slope, intercept)))

    @classmethod
    def example(cls) -> VapourChiller:
        """Return three centrifugal machines with speed control."""
        return cls(id="chillers")


def _power_rule(slope: Any, intercept: Any) -> Callable[..., Any]:
    return lambda b, i, t: (
        b.compressor_kw[i, t] >= slope[i, t] * b.cooling_kw[i, t] + intercept[i, t] * b.capacity_kw[i]
    )

"""What a technology is: its fields, ports, physics, variables, relations and accounts in one class.

A technology is one file under ``edsim/technologies``. Subclassing :class:`Technology` with a ``kind`` registers it;
schema, command-line list, documentation, report labels and contract tests follow from the registry.

The optimizer calls, for all instances of a kind together::

    prepare(conditions)              per instance: physics in numpy -> named arrays
    declare(block, ctx)              per kind: variables, each with finite bounds
    constrain(block, ctx)            per kind: ordinary Pyomo rules over block.I (instances) x block.T (steps)
    contribute(block, accounts, ctx) per kind: what goes to which account
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, TypeAlias

import numpy as np
from pydantic import BaseModel, ConfigDict, model_validator

from edsim.core.machines.levels import Levels
from edsim.core.machines.source_conditions import SourceConditions as SourceConditions  # noqa: PLC0414 - part of this vocabulary
from edsim.core.machines.traits import Traits
from edsim.core.quantity import Quality, quantity
from edsim.core.registry import register
from edsim.core.tariff import BilledByEnergy, PeakCharge, Tariff

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyomo.core import Block, Var

    from edsim.core.timegrid import TimeGrid

Array: TypeAlias = "NDArray[np.float64]"
Direction = Literal["in", "out"]


@dataclass(frozen=True, slots=True)
class Port:
    """A connection of a technology to a carrier.

    The flow through a port is ``factor[i, t] * variable[i, t]``, never negative; `direction` says which way.

    Attributes
    ----------
    name
        Unique within the kind (``cooling``, ``electricity``).
    carrier
        Default carrier; an instance may override it through ``carriers``.
    direction
        ``out`` feeds the node, ``in`` draws from it.
    variable
        Name of the block variable, indexed by instance and step.
    factor
        Name of a prepared array (per instance, or per instance and step) multiplied with the variable; empty means 1.
    """

    name: str
    carrier: str
    direction: Direction
    variable: str
    factor: str = ""


@dataclass(frozen=True, slots=True)
class Size:
    """A quantity the optimizer sizes, one variable per instance.

    The spec carries ``min_<name>``, ``max_<name>`` and ``existing_<name>`` and the cost fields named here.

    Attributes
    ----------
    name
        Variable and field stem with unit (``capacity_kw``, ``capacity_kwh``).
    unit
        Unit shown to users.
    capex
        Field with the specific investment, currency per unit.
    carrier
        Carrier whose peak sets the default upper bound.
    port
        Port the size limits, where several feed the carrier; empty for all of them.
    """

    name: str
    unit: str
    capex: str
    carrier: str
    port: str = ""


@dataclass(frozen=True, slots=True)
class Refrigerant:
    """Properties of a refrigerant in the GWP set of the case."""

    name: str
    gwp_kg_per_kg: float
    odp_kg_per_kg: float
    montreal_gas: bool


@dataclass(frozen=True, slots=True)
class Conditions:
    """What surrounds a technology: weather on the grid, temperatures of its carriers, prices and sources.

    Attributes
    ----------
    grid
        Steps of the model.
    dry_bulb_temp_c, wet_bulb_temp_c : (n,)
    pressure_pa
        Mean air pressure at the site.
    supply_temp_c, return_temp_c
        By carrier at the technology's node, of the design.
    supply_by_step_c
        Carriers whose supply follows the outdoor temperature → supply, (n,).
    tariffs, fuels
        By identifier.
    refrigerants, sources, pv_kw_per_kwp
        By name.
    water_price_per_m3
        Purchase price of make-up water.
    billed_by_energy
        Connection → months in which a cap of its charges on peaks is billed.
    """

    grid: TimeGrid
    dry_bulb_temp_c: Array
    wet_bulb_temp_c: Array
    pressure_pa: float
    supply_temp_c: Mapping[str, float] = field(default_factory=dict)
    return_temp_c: Mapping[str, float] = field(default_factory=dict)
    supply_by_step_c: Mapping[str, Array] = field(default_factory=dict)
    tariffs: Mapping[str, Tariff] = field(default_factory=dict)
    fuels: Mapping[str, Tariff] = field(default_factory=dict)
    refrigerants: Mapping[str, Refrigerant] = field(default_factory=dict)
    sources: Mapping[str, SourceConditions] = field(default_factory=dict)
    pv_kw_per_kwp: Mapping[str, Array] = field(default_factory=dict)
    water_price_per_m3: float = 0.0
    billed_by_energy: Mapping[str, BilledByEnergy] = field(default_factory=dict)


class ModelContext(Protocol):
    """What `declare` and `constrain` may use; made by the optimizer, one per kind and model."""

    @property
    def grid(self) -> TimeGrid:
        """Steps of the model."""

    @property
    def specs(self) -> Sequence[Technology]:
        """Instances of the kind."""

    @property
    def arrays(self) -> Mapping[str, Array]:
        """Prepared arrays stacked over instances: ``(instances,)`` or ``(instances, steps)``."""

    def sized(self, block: Block) -> None:
        """Declare one variable per instance for every entry of ``sizes``, bounded by the spec or by the data."""

    def upper(self, size: str) -> Array:
        """Return the finite upper bound of a size per instance."""

    def flow(self, block: Block, name: str, upper: Array) -> Var:
        """Declare a non-negative variable over instance x step, at most `upper` (per instance or instance x step)."""

    def monthly(self, block: Block, name: str, upper: Array) -> Var:
        """Declare a non-negative variable over instance x the 12 months (index set ``block.M``)."""

    def params(self, block: Block, *names: str) -> None:
        """Declare prepared arrays as parameters of the same name on the block."""

    def days(self, block: Block) -> None:
        """Declare the days ``block.D``, the steps of a day ``block.K`` and ``block.step_of_day[d, k]``."""

    def relate(self, block: Block, name: str, rule: Callable[..., Any]) -> None:
        """Declare the relation ``rule(block, i, t)`` over instance x step, for bases that stand below the solver."""

    def storage(self, block: Block, level: str, change: str, *, kept_per_step: str, capacity: str) -> None:
        """Declare the level of a store and link its steps.

        ``level[i,t] = kept_per_step[i] * level[i,t-1] + change[i,t]`` with ``0 <= level <= capacity[i]``; cyclic over
        the year on a full grid; on typical days the levels are linked over the 365 days.

        Parameters
        ----------
        level, change
            Name of the level variable to declare, kWh at the end of the step, and of a block rule
            ``change(block, i, t) -> expression``, kWh added in the step.
        kept_per_step
            Name of a prepared array: share of the level kept over a step.
        capacity
            Name of the size that bounds the level.
        """


class Accounts(Protocol):
    """Collects what a block costs, emits and uses."""

    def add(
        self,
        account: str,
        variable: Var,
        *,
        quantity: Array | float = 1.0,
        price: Array | float = 1.0,
        offset: Array | float = 0.0,
        line: str = "",
    ) -> None:
        """Add ``sum((variable - offset) * quantity * price)`` to `account`.

        Variables over instance x step are summed over the year with the weights of the grid (kW become kWh).

        Parameters
        ----------
        account, variable
            A key of :data:`ACCOUNTS`, and a variable of the block.
        quantity
            Physical quantity per unit of the variable.
        price
            Price or factor per physical quantity; kept apart so that it can change.
        offset
            Part of the variable that is not booked (existing capacity); all are broadcast to its shape.
        line
            Label of the ledger line; default is the variable's name.
        """

    def lesser(self, account: str, peaks: Var, flow: Var, charge: PeakCharge, *, line: str) -> None:
        """Add the lesser of charges on monthly `peaks` and on the energy of `flow`; what is minimized counts one."""

    def constant(self, account: str, values: Array, *, line: str) -> None:
        """Add a yearly sum per instance that no variable changes (a fixed charge)."""


class Technology(Levels, Traits, BaseModel):
    """Base of all technologies: the fields every machine has.

    Class attributes to set in a subclass: ``ports``, ``sizes`` and, when not every cost is proportional to size,
    an own ``contribute``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    ports: ClassVar[tuple[Port, ...]] = ()
    sizes: ClassVar[tuple[Size, ...]] = ()
    output: ClassVar[str] = ""
    """Variable that variable operation and maintenance is paid on."""
    title: ClassVar[tuple[str, str]] = ("", "")
    """Name of the kind in English and Spanish."""

    kind: str
    id: str
    """Unique name of the machine group in the case."""
    node: str = "energy_center"
    """Energy center or building it stands at; ``building`` marks a template for individual machines."""
    label: str = ""
    """Name shown in reports; default is the id."""
    carriers: dict[str, str] = {}
    """Port name → carrier, where it differs from the default."""
    lifetime_a: float = quantity(..., unit="a", doc="Technical life, after which it is replaced.", gt=0, le=100)
    fixed_om_frac: float = quantity(
        0.0, unit="frac/a", doc="Fixed operation and maintenance per year, share of investment.", ge=0, le=1
    )
    om_variable_per_kwh: float = quantity(
        0.0, unit="currency/kWh", doc="Variable operation and maintenance per kWh of output.", ge=0
    )
    existing_age_a: float | None = quantity(
        None, unit="a", doc="Age of what is installed already, at the start; default half its life.", gt=0, le=100
    )
    quality: Quality = "default"
    """Tier of the data of this machine."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Enter the class in the registry once its ``kind`` is known."""
        super().__pydantic_init_subclass__(**kwargs)
        default = cls.model_fields["kind"].default
        if isinstance(default, str):
            register(default, cls)

    @model_validator(mode="after")
    def _ports_exist(self) -> Any:
        unknown = sorted(set(self.carriers) - {p.name for p in self.ports})
        if unknown:
            names = ", ".join(p.name for p in self.ports) or "none"
            raise ValueError(f"no port {', '.join(unknown)}; ports are {names}")
        return self

    @model_validator(mode="after")
    def _age_of_something(self) -> Any:
        if self.existing_age_a is not None and not any(getattr(self, f"existing_{s.name}", 0.0) for s in self.sizes):
            names = ", ".join(f"existing_{s.name}" for s in self.sizes) or "bau_age_a"
            raise ValueError(f"existing_age_a is the age of what exists, and nothing does: give {names}")
        return self

    def carrier_of(self, port: Port) -> str:
        """Return the carrier of `port` for this instance."""
        return self.carriers.get(port.name, port.carrier)

    def node_of(self, _port: Port) -> str:
        """Return the node a port stands at; a link between nodes has ports at both."""
        return self.node

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return the named arrays the rules of this kind use; the same keys and shapes for every instance."""
        del conditions
        return {}

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare the variables of all instances on `block`, every bound finite."""
        raise NotImplementedError(f"{cls.__name__}.declare")

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Declare the relations of all instances on `block`."""
        raise NotImplementedError(f"{cls.__name__}.constrain")

    @classmethod
    def contribute(cls, block: Block, accounts: Accounts, ctx: ModelContext) -> None:
        """Book investment, operation and maintenance; extend for energy, water, refrigerant and GHG."""
        specs = ctx.specs
        for size in cls.sizes:
            variable = getattr(block, size.name)
            capex = np.array([getattr(s, size.capex) for s in specs], dtype=float)
            annuity = ctx.arrays["annuity_factor"]
            fixed = np.array([s.fixed_om_frac for s in specs])
            existing = np.array([getattr(s, f"existing_{size.name}", 0.0) for s in specs], dtype=float)
            accounts.add("capex_annuity", variable, price=capex * annuity, offset=existing)
            accounts.add("om_fixed", variable, price=capex * fixed)
        if cls.output:
            variable_om = np.array([s.om_variable_per_kwh for s in specs])[:, None]
            if variable_om.any():
                accounts.add("om_variable", getattr(block, cls.output), price=variable_om)

    @classmethod
    def example(cls) -> Technology:
        """Return the smallest valid instance."""
        raise NotImplementedError(f"{cls.__name__}.example")


@dataclass(frozen=True, slots=True)
class Operation:
    """Year of a machine without a choice, computed before the model.

    Attributes
    ----------
    capacity_kw
        Installed output.
    inputs_kw : carrier → (n,)
        What it draws (electricity, natural_gas ...), kW.
    water_m3_per_h : (n,)
        Make-up water.
    rejected_heat_kw : (n,)
        Heat given to the surroundings.
    refrigerant_charge_kg
        Installed refrigerant.
    """

    capacity_kw: float
    inputs_kw: Mapping[str, Array]
    water_m3_per_h: Array
    rejected_heat_kw: Array
    refrigerant_charge_kg: float = 0.0


class IndividualMachine(Technology):
    """A machine that serves one building and has no choice; evaluated in numpy, never in the model.

    ``node`` is ``building``: the case lists templates and each building names the one that serves it, as BAU does.
    """

    service: ClassVar[str] = "cooling"
    """Service it provides."""
    also_serves: ClassVar[tuple[str, ...]] = ()
    """Further services a machine of the kind can be named for."""
    capex_field: ClassVar[str] = "capex_per_kw"
    """Field with the investment per unit of installed output."""
    node: str = "building"
    oversizing_frac: float = quantity(0.0, unit="frac", doc="Installed capacity above the peak demand.", ge=0, le=3)

    @classmethod
    def serves(cls, service: str) -> bool:
        """Return whether a machine of the kind can be named for `service`."""
        return service == cls.service or service in cls.also_serves

    @property
    def capex_per_size(self) -> float:
        """Return the investment per unit of installed output, currency per kW (compressors per Nm³/h)."""
        return float(getattr(self, self.capex_field))

    def operate(self, demand_kw: Array, conditions: Conditions) -> Operation:
        """Return what the machine draws and rejects when it serves `demand_kw` : (n,)."""
        raise NotImplementedError(f"{type(self).__name__}.operate")

    def serve(self, _service: str, demand_kw: Array, conditions: Conditions) -> Operation:
        """Return :meth:`operate` for a service; a kind that works otherwise for one of its services says so here."""
        return self.operate(demand_kw, conditions)

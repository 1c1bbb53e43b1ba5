"""What a machine says of its part in the model, with the answers of one that has nothing special.

A kind overrides what holds for it; nothing here is a field of the case, and nothing loads numpy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, Self

if TYPE_CHECKING:
    from edsim.core.technology import Array, Conditions, ModelContext


CostLine = Literal[
    "chillers", "heat_rejection", "power", "storage", "heat", "grid_connection", "ets", "network", "plant"
]
"""Lines of investment a machine may stand under."""
FUEL_ON_LHV = 1.12
"""Most energy given per fuel on its lower heating value: the higher value of any (gas 1.11, DIN EN ISO 6976)."""
JudgedAt = Literal["mean", "mild", "return", "supply", "coldest"]
"""Temperature of its carriers a machine is held to by the second law: the mean of supply and return, where the supply
follows the weather that of its mild end, or one of the two alone for a machine that may go a part of the way."""


@dataclass(frozen=True, slots=True)
class SourceUse:
    """A variable that takes heat from the source of its machine, or gives heat to it.

    Attributes
    ----------
    variable
        Name of the block variable, kW.
    heat
        Prepared array of the heat of the source per unit of the variable; empty is 1.
    share
        Prepared array of the share of the source the variable can reach; empty is 1.
    """

    variable: str
    heat: str = ""
    share: str = ""


class Traits:
    """Statements every technology may make to the optimizer and to those who read its results."""

    level_variable: ClassVar[str] = ""
    """Variable with the level of a store; empty where nothing is stored."""
    switches_off: ClassVar[tuple[str, ...]] = ()
    """Ports that deliver by switching off what is drawn, and thus no more than that."""
    source_uses: ClassVar[tuple[SourceUse, ...]] = ()
    """Uses of the source the machine names; its kind prepares ``available_kw``. All machines of a source share that."""
    source_side: ClassVar[Literal["", "heat", "cold"]] = ""
    """What the machine wants of its source: heat, or cold that takes its heat; empty where either will do."""
    cost_line: ClassVar[CostLine] = "plant"
    """Line of the investment in costs and reports."""
    takes_heat_away: ClassVar[bool] = False
    """Whether the product is the heat it takes in: rated by that, and its power is borne by the cooling it serves."""
    is_chiller: ClassVar[bool] = False
    """Whether its first size is capacity of cooling."""
    rejects_to_air: ClassVar[bool] = False
    """Whether its heat goes to the outdoor air of the hour, or the source of an intake: what the second law asks."""
    by_the_sun: ClassVar[bool] = False
    """Whether its heat is of the sun, which the second law is not asked about."""
    judged_at: ClassVar[JudgedAt] = "mean"
    """Temperature of its carriers the second law holds it to."""
    most_out_per_in: ClassVar[float | None] = None
    """Most energy given per energy drawn, of fuels on the lower heating value; None where it draws on surroundings."""
    uses_water: ClassVar[bool] = False
    """Whether it buys make-up water."""
    metered_ways: ClassVar[tuple[str, ...]] = ()
    """Two opposite flows of which a step has the difference alone, and the credit that falls with them."""

    def at_a_source(self, kind: str) -> Self:
        """Return the machine at a source of a kind, for those whose figures left open go by it."""
        del kind
        return self

    @classmethod
    def billed_peaks(cls, ctx: ModelContext) -> Mapping[str, Array]:
        """Return variable of monthly peaks → 1 in steps whose flow through the first port counts, 0 in others.

        Arrays are instance x step. A peak no price holds down may stand anywhere below its bound; where money is added
        up it is that of the hours.
        """
        del ctx
        return {}

    @property
    def drawn_source(self) -> str:
        """Source of the case the machine takes heat from or gives heat to; empty where it uses none."""
        return str(getattr(self, "source", None) or "") if self.source_uses else ""

    @property
    def firm_frac(self) -> float:
        """Least share of what is installed that may run in any hour."""
        return 1.0

    @property
    def has_integers(self) -> bool:
        """Whether the machine asks for whole numbers: units, least loads, starts or fixed investments."""
        return False

    @property
    def is_committed(self) -> bool:
        """Whether it matters how many of its units run in an hour."""
        return False

    @property
    def own_draw_kw(self) -> float:
        """Most electricity drawn for a use that is no demand of the case, kW."""
        return 0.0

    def days_to_keep(self, _conditions: Conditions) -> tuple[int, ...]:
        """Return days (0-364) on which something rare happens: typical days show each of them as it is."""
        return ()

    def staged_input_kw(self, _output_kw: Array, _capacity_kw: float, _conditions: Conditions) -> Array | None:
        """Return the input for an output : (n,) with the best number of whole units; None where none are known."""
        return None

    def staged_for_heat_kw(
        self, _output_kw: Array, _heat_kw: Array, _capacity_kw: float, _conditions: Conditions
    ) -> Array | None:
        """Return the input for an output and heat beside it : (n,); None where heat asks for no more units."""
        return None

"""Whether a heat network is "efficient district heating and cooling": shares of the heat that enters it, by year.

Two alternatives of Directive (EU) 2023/1791: shares by origin (article 26 (1)) or, where a member state chose it, GHG
per unit of heat delivered (article 26 (2)). Both tighten by stages:

============ ============================================================================= ==========
years        shares, any one suffices                                                      kgCO2e/kWh
============ ============================================================================= ==========
2026 to 2027 renewable >= 50 %; waste >= 50 %; cogenerated >= 75 %; all of them >= 50 %    0.15
2028 to 2034 renewable and waste >= 50 %; HE >= 80 %; renewable >= 5 % and all >= 50 %     0.15
2035 to 2039 renewable and waste >= 50 %; all >= 80 % with renewable and waste >= 35 %     0.10
2040 to 2044 renewable and waste >= 75 %; all >= 95 % with renewable and waste >= 35 %     0.10
2045 to 2049 renewable and waste >= 75 %                                                   0.05
from 2050    renewable and waste 100 %                                                     0
============ ============================================================================= ==========

HE is heat of high-efficiency cogeneration; "all" is renewable, waste and HE heat together, until 2027 cogenerated heat
of any efficiency. Guidelines for reading them: Recommendation (EU) 2024/2395. The limits are restated, nobody has yet
held them to the page of the Official Journal (unverified).
"""

from collections.abc import Callable
from dataclasses import dataclass

_EXACT = 1e-6
"""Shares that miss a limit by less, as sums of hours do, reach it."""


@dataclass(frozen=True, slots=True)
class HeatMix:
    """Shares of heat by origin, fractions that add up to 1.

    Attributes
    ----------
    renewable
        Sun, biomass, and ambient heat of heat pumps.
    waste
        Heat that would be lost.
    cogenerated, cogenerated_other
        Fossil heat of cogeneration of high efficiency, and of other or unknown efficiency.
    other
        All else: boilers, electricity.
    """

    renewable: float = 0.0
    waste: float = 0.0
    cogenerated: float = 0.0
    cogenerated_other: float = 0.0
    other: float = 0.0

    @property
    def clean(self) -> float:
        """Renewable and waste heat."""
        return self.renewable + self.waste

    @property
    def every(self) -> float:
        """Renewable, waste and high-efficiency cogenerated heat."""
        return self.clean + self.cogenerated

    @property
    def all_cogenerated(self) -> float:
        """Cogenerated heat of any efficiency."""
        return self.cogenerated + self.cogenerated_other


@dataclass(frozen=True, slots=True)
class Criterion:
    """One way to be efficient: shares, each with the least it must reach."""

    name: str
    parts: tuple[tuple[Callable[[HeatMix], float], float], ...]

    def is_met(self, mix: HeatMix) -> bool:
        """Return whether every share reaches its limit."""
        return all(share(mix) >= least - _EXACT for share, least in self.parts)


def _clean(least: float) -> Criterion:
    return Criterion(f"renewable and waste heat >= {least:.0%}", ((lambda m: m.clean, least),))


def _with_cogeneration(least: float, clean: float) -> Criterion:
    name = f"renewable, waste and high-efficiency cogenerated heat >= {least:.0%}, renewable and waste >= {clean:.0%}"
    return Criterion(name, ((lambda m: m.every, least), (lambda m: m.clean, clean)))


@dataclass(frozen=True, slots=True)
class Stage:
    """Years with the same criteria, 0 as the last for no end; any criterion, or GHG at most `most_kg_per_kwh`."""

    first_year: int
    last_year: int
    most_kg_per_kwh: float
    criteria: tuple[Criterion, ...]

    def met_by(self, mix: HeatMix) -> str:
        """Return the first criterion a mix of the heat that enters the network meets, empty for none."""
        return next((c.name for c in self.criteria if c.is_met(mix)), "")

    def is_met_by_ghg(self, kg_per_kwh: float) -> bool:
        """Return whether GHG per kWh delivered meets the alternative of article 26 (2)."""
        return kg_per_kwh <= self.most_kg_per_kwh + _EXACT


STAGES = (
    Stage(
        2026,
        2027,
        0.15,
        (
            Criterion("renewable heat >= 50%", ((lambda m: m.renewable, 0.5),)),
            Criterion("waste heat >= 50%", ((lambda m: m.waste, 0.5),)),
            Criterion("cogenerated heat >= 75%", ((lambda m: m.all_cogenerated, 0.75),)),
            Criterion("renewable, waste and cogenerated heat >= 50%", ((lambda m: m.clean + m.all_cogenerated, 0.5),)),
        ),
    ),
    Stage(
        2028,
        2034,
        0.15,
        (
            _clean(0.5),
            Criterion("high-efficiency cogenerated heat >= 80%", ((lambda m: m.cogenerated, 0.8),)),
            Criterion(
                "renewable, waste and high-efficiency cogenerated heat >= 50%, renewable >= 5%",
                ((lambda m: m.every, 0.5), (lambda m: m.renewable, 0.05)),
            ),
        ),
    ),
    Stage(2035, 2039, 0.1, (_clean(0.5), _with_cogeneration(0.8, 0.35))),
    Stage(2040, 2044, 0.1, (_clean(0.75), _with_cogeneration(0.95, 0.35))),
    Stage(2045, 2049, 0.05, (_clean(0.75),)),
    Stage(2050, 0, 0.0, (_clean(1.0),)),
)
"""Stages of article 26."""

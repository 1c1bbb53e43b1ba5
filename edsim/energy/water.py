"""Water balance of evaporative cooling towers.

``evaporation = rejected heat x latent share / h_fg``, ``blow-down = evaporation / (cycles - 1) - drift``,
``make-up = evaporation + blow-down + drift``.

Sources
-------
ASHRAE Handbook, HVAC Systems and Equipment (2020), ch. 40; h_fg of water 2.43 MJ/kg at 30 °C.
"""

from dataclasses import dataclass

from edsim.core.arguments import reject

LATENT_HEAT_KWH_PER_KG = 2.43 / 3.6
"""Heat of evaporation of water at 30 °C, kWh/kg: 1.48 kg are evaporated per kWh rejected."""

WATER_KG_PER_M3 = 1000.0


@dataclass(frozen=True, slots=True)
class TowerWater:
    """Water of a cooling tower over the period of the heat given, m3."""

    evaporation_m3: float
    blowdown_m3: float
    drift_m3: float

    @property
    def makeup_m3(self) -> float:
        """Water taken from the supply, m3."""
        return self.evaporation_m3 + self.blowdown_m3 + self.drift_m3


def tower_water(
    rejected_kwh: float,
    *,
    cycles: float = 5.0,
    latent_frac: float = 0.85,
    circulated_m3: float = 0.0,
    drift_frac: float = 0.00002,
) -> TowerWater:
    """Return evaporation, blow-down, drift and make-up.

    Parameters
    ----------
    rejected_kwh
        Heat rejected, kWh.
    cycles
        Cycles of concentration, dimensionless, above 1 (default 5: usual treated municipal water, unverified).
    latent_frac
        Share of the heat rejected by evaporation (0.75-0.95; default 0.85, unverified).
    circulated_m3
        Condenser water circulated, m3.
    drift_frac
        Share of it that drifts away (default 0.002 %, high-efficiency eliminators, unverified).
    """
    if cycles <= 1:
        raise reject("E744", "cycles of concentration are above one", "cycles", cycles)
    if not 0 <= latent_frac <= 1:
        raise reject("E744", "out of range", "latent_frac", latent_frac, allowed="0..1")
    if rejected_kwh < 0:
        raise reject("E744", "heat is not negative", "rejected_kwh", rejected_kwh)
    evaporation = rejected_kwh * latent_frac / LATENT_HEAT_KWH_PER_KG / WATER_KG_PER_M3
    drift = drift_frac * circulated_m3
    return TowerWater(evaporation, max(evaporation / (cycles - 1.0) - drift, 0.0), drift)

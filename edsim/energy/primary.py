"""Primary energy and CO2 of delivered and exported energy by weighting factors, steps A and B.

Per time step, on-site production first covers the use of the assessed services, then other uses of the same
carrier, and the rest is exported to the grid. ``Step A``: delivered energy at delivery factors minus exported
energy at the factors of its own production. ``Step B``: ``E_B = E_A - k_exp x sum(exported x (f_grid - f_prod))``.

Source
------
ISO 52000-1:2017, clauses 9.5 and 9.6 and annexes E and J.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.arguments import as_vector, reject
from edsim.core.errors import DataError, Finding


@dataclass(frozen=True, slots=True)
class WeightingFactors:
    """Weights of one unit of an energy carrier.

    Attributes
    ----------
    ren, nren
        Renewable and non-renewable primary energy, kWh/kWh.
    co2_kg_per_kwh
        CO2, kg/kWh.
    """

    ren: float
    nren: float
    co2_kg_per_kwh: float = 0.0

    def vector(self) -> NDArray[np.float64]:
        """Return the three weights as an array: renewable, non-renewable, CO2."""
        return np.array([self.ren, self.nren, self.co2_kg_per_kwh])


@dataclass(frozen=True, slots=True)
class Generation:
    """On-site electricity production.

    Attributes
    ----------
    name
        Label.
    kwh : (n,)
        Production per time step, kWh.
    factors
        Weights of its production, used for what is exported in step A. For PV the primary energy of the sun
        (renewable 1); for cogeneration the share of the fuel allocated to electricity per kWh of electricity.
    delivered
        Whether the production itself counts as delivered energy: True for PV and wind (the sun crosses the
        boundary), False for cogeneration (its fuel is among the delivered carriers already).
    """

    name: str
    kwh: ArrayLike
    factors: WeightingFactors
    delivered: bool = True


@dataclass(frozen=True, slots=True)
class EnergyUse:
    """Energy of the assessed services per time step.

    Attributes
    ----------
    carriers
        Carrier → energy delivered per time step, kWh (fuels, ambient heat, district heat ...); without electricity.
    electricity_kwh : (n,)
        Electricity used by the assessed services, kWh.
    generation
        On-site electricity production, in order of priority of use.
    other_use_kwh : (n,)
        Electricity of other uses in the building, kWh: served from what is left, counted as exported.
    """

    carriers: Mapping[str, ArrayLike] = field(default_factory=dict)
    electricity_kwh: ArrayLike = 0.0
    generation: Sequence[Generation] = ()
    other_use_kwh: ArrayLike = 0.0


@dataclass(frozen=True, slots=True)
class Weighted:
    """Renewable and non-renewable primary energy, kWh, and CO2, kg."""

    ren_kwh: float
    nren_kwh: float
    co2_kg: float

    @property
    def total_kwh(self) -> float:
        """Total primary energy, kWh."""
        return self.ren_kwh + self.nren_kwh

    @property
    def renewable_frac(self) -> float | None:
        """Renewable energy ratio; ``None`` when the total is zero or less."""
        return self.ren_kwh / self.total_kwh if self.total_kwh > 0 else None


@dataclass(frozen=True, slots=True)
class PrimaryEnergy:
    """Result of the balance.

    Attributes
    ----------
    step_a, step_b
        Weighted energy before and after the credit for avoided grid electricity.
    grid_kwh
        Electricity from the grid for the assessed services, kWh.
    used_on_site_kwh, other_use_kwh, exported_kwh
        Production used by the services, by other uses, and exported to the grid, kWh.
    """

    step_a: Weighted
    step_b: Weighted
    grid_kwh: float
    used_on_site_kwh: float
    other_use_kwh: float
    exported_kwh: float


def primary_energy(
    use: EnergyUse,
    factors: Mapping[str, WeightingFactors],
    *,
    k_exp: float = 1.0,
    grid_carrier: str = "grid_electricity",
) -> PrimaryEnergy:
    """Return weighted energy of steps A and B of the balance.

    The balance is made in each time step (``min(use, production)``) and never netted over steps: netting over the
    year hides the grid energy of the months with little sun.

    Parameters
    ----------
    use
        Energy per time step; all arrays have one entry or the same number of steps.
    factors
        Carrier → weighting factors; must hold `grid_carrier` and each carrier used.
    k_exp
        Share of the avoided grid energy credited to exported electricity, 0..1.
    grid_carrier
        Name of grid electricity in `factors`.

    Raises
    ------
    DataError
        E740 for carriers without factors, E741 for negative energy or arrays of different length, E742 for k_exp.
    """
    _check(use, factors, k_exp, grid_carrier)
    n = max(series.size for _, series in _series(use))
    demand, other = _per_step(use.electricity_kwh, n), _per_step(use.other_use_kwh, n)
    grid = factors[grid_carrier].vector()
    delivered, produced_export, credit = np.zeros(3), np.zeros(3), np.zeros(3)
    used_total, other_total, export_total = 0.0, 0.0, 0.0
    for source in use.generation:
        made, own = _per_step(source.kwh, n), source.factors.vector()
        used = np.minimum(made, demand)
        given = np.minimum(made - used, other)
        demand, other = demand - used, other - given
        left = float((made - used).sum())
        delivered += own * float(made.sum()) * source.delivered
        produced_export += own * left
        credit += (grid - own) * left
        used_total, other_total = used_total + float(used.sum()), other_total + float(given.sum())
        export_total += left - float(given.sum())
    for carrier, energy in use.carriers.items():
        delivered += factors[carrier].vector() * float(_per_step(energy, n).sum())
    from_grid = float(demand.sum())
    delivered += grid * from_grid
    a = delivered - produced_export
    b = a - k_exp * credit
    return PrimaryEnergy(
        step_a=_weighted(a),
        step_b=_weighted(b),
        grid_kwh=from_grid,
        used_on_site_kwh=used_total,
        other_use_kwh=other_total,
        exported_kwh=export_total,
    )


@dataclass(frozen=True, slots=True)
class ResidualAllocation:
    """Fuel of a cogeneration unit shared between electricity and heat.

    Attributes
    ----------
    electricity_frac, heat_frac
        Shares of the fuel.
    electricity_fuel_kwh, heat_fuel_kwh
        Fuel allocated, kWh.
    """

    electricity_frac: float
    heat_frac: float
    electricity_fuel_kwh: float
    heat_fuel_kwh: float


def allocate_cogeneration(fuel_kwh: float, electricity_kwh: float, reference_efficiency: float) -> ResidualAllocation:
    """Return the fuel shares of a cogeneration unit by the residual method.

    Electricity bears the fuel of separate production, ``E_el / eta_ref``, heat the rest:
    ``share_el = eta_el / eta_ref``.

    Parameters
    ----------
    fuel_kwh, electricity_kwh
        Fuel burnt and electricity made, kWh.
    reference_efficiency
        Efficiency of separate electricity production, 0..1.
    """
    if not (fuel_kwh > 0 and 0 < reference_efficiency <= 1 and electricity_kwh >= 0):
        raise reject("E741", "needs fuel, electricity and a reference efficiency", "cogeneration", fuel_kwh)
    share = min(electricity_kwh / fuel_kwh / reference_efficiency, 1.0)
    return ResidualAllocation(share, 1.0 - share, share * fuel_kwh, (1.0 - share) * fuel_kwh)


def _weighted(x: NDArray[np.float64]) -> Weighted:
    return Weighted(float(x[0]), float(x[1]), float(x[2]))


def _series(use: EnergyUse) -> list[tuple[str, NDArray[np.float64]]]:
    """Return every energy series beside its name; sources may be called alike."""
    named = [("electricity_kwh", use.electricity_kwh), ("other_use_kwh", use.other_use_kwh)]
    named += [(f"carriers.{name}", kwh) for name, kwh in use.carriers.items()]
    named += [(f"generation.{g.name}", g.kwh) for g in use.generation]
    return [(name, as_vector(series, name)) for name, series in named]


def _per_step(value: ArrayLike, n: int) -> NDArray[np.float64]:
    """Return a series of n steps; a single number is spread evenly."""
    vector = np.atleast_1d(np.asarray(value, dtype=float))
    return vector if vector.size == n else np.full(n, float(vector[0]) / n)


def _check(use: EnergyUse, factors: Mapping[str, WeightingFactors], k_exp: float, grid_carrier: str) -> None:
    findings = [
        Finding("E740", "the carrier has no weighting factors", field=name, allowed=", ".join(factors))
        for name in (grid_carrier, *use.carriers)
        if name not in factors
    ]
    series = _series(use)
    if len({values.size for _, values in series} - {1}) > 1:
        sizes = {name: values.size for name, values in series}
        findings.append(Finding("E741", "series of different length", got=str(sizes)))
    findings += [Finding("E741", "energy is not negative", field=name) for name, values in series if values.min() < 0]
    if not 0 <= k_exp <= 1:
        findings.append(Finding("E742", "out of range", field="k_exp", got=str(k_exp), allowed="0..1"))
    if findings:
        raise DataError.of(findings)

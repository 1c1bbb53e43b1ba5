"""What a variant does in a year, as the GHG inventory needs it: electricity, fuels, refrigerants, materials."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.arguments import as_vector, check_choice, check_length, reject
from edsim.core.hours import HOURS_PER_YEAR
from edsim.ghg.refrigerants import RefrigerantLedger

GridBasis = Literal["inventory", "combined_margin", "ifi_combined_margin", "life_cycle"]
"""What a grid factor is for.

``inventory``: average of the grid, for corporate and city inventories. ``combined_margin``: operating and build
margin, for mitigation projects. ``ifi_combined_margin``: dataset of the international financial institutions.
``life_cycle``: average including upstream and construction of power plants. They are never mixed.
"""


@dataclass(frozen=True, slots=True)
class GridFactor:
    """Emission factor of grid electricity and what it may be used for.

    Attributes
    ----------
    basis
        See :data:`GridBasis`.
    kg_per_kwh : float, (horizon_a,) or (8760,)
        Factor, kgCO2e/kWh: constant, one per year 1..H, or hourly (of a year).
    yearly_index : float or (horizon_a,)
        Multiplier per year on an hourly factor.
    source
        Origin and year of the factor.
    """

    basis: GridBasis
    kg_per_kwh: ArrayLike
    yearly_index: ArrayLike = 1.0
    source: str = ""

    def __post_init__(self) -> None:
        check_choice(self.basis, get_args(GridBasis), "grid.basis")
        factor = as_vector(self.kg_per_kwh, "grid.kg_per_kwh")
        if factor.min() < 0 or factor.max() > 3:
            hint = "the unit is kgCO2e/kWh: 220 g/kWh is 0.22"
            raise reject("E724", "implausible grid factor", "grid.kg_per_kwh", factor.max(), allowed="0..3", hint=hint)


@dataclass(frozen=True, slots=True)
class FuelUse:
    """A fuel burnt.

    Attributes
    ----------
    fuel
        Name.
    kwh_lhv : float or (horizon_a,)
        Energy per year, kWh LHV/a.
    kgco2e_per_kwh
        Combustion factor with CH4 and N2O, kgCO2e/kWh LHV (:func:`edsim.ghg.fuel_factor`).
    biogenic_kgco2_per_kwh
        Biogenic CO2, outside the scopes, kgCO2/kWh LHV.
    upstream_kgco2e_per_kwh
        Extraction and transport, Scope 3, kgCO2e/kWh LHV.
    """

    fuel: str
    kwh_lhv: ArrayLike
    kgco2e_per_kwh: float
    biogenic_kgco2_per_kwh: float = 0.0
    upstream_kgco2e_per_kwh: float = 0.0


@dataclass(frozen=True, slots=True)
class HeatUse:
    """Heat taken from a supplier.

    Attributes
    ----------
    source
        Name.
    kwh : float or (horizon_a,)
        Heat per year, kWh/a.
    kgco2e_per_kwh
        Emission factor of the supplier, kgCO2e/kWh; 0 for waste heat that would otherwise be lost.
    """

    source: str
    kwh: ArrayLike
    kgco2e_per_kwh: float


@dataclass(frozen=True, slots=True)
class Activity:
    """All emitting activity of one variant.

    Attributes
    ----------
    variant
        Name.
    horizon_a
        Years of operation covered, a.
    import_kwh : float, (horizon_a,) or (8760,)
        Electricity from the grid, kWh/a: constant, per year, or hourly of a typical year.
    export_kwh : float, (horizon_a,) or (8760,)
        Electricity fed to the grid, likewise.
    grid
        Grid factors, at most one per basis.
    fuels, refrigerants
        Fuels burnt; refrigerant ledger over the same horizon, ``None`` for none.
    embodied_kgco2e : float or (horizon_a + 1,)
        Emission of materials and construction: at year 0, or per year 0..H.
    transmission_loss_frac
        Share of generation lost between power plant and meter.
    heat
        Heat taken from suppliers.
    """

    variant: str
    horizon_a: int
    import_kwh: ArrayLike = 0.0
    export_kwh: ArrayLike = 0.0
    grid: tuple[GridFactor, ...] = ()
    fuels: tuple[FuelUse, ...] = ()
    refrigerants: RefrigerantLedger | None = None
    embodied_kgco2e: ArrayLike = 0.0
    transmission_loss_frac: float = 0.0
    heat: tuple[HeatUse, ...] = ()

    def __post_init__(self) -> None:
        bases = [g.basis for g in self.grid]
        if len(set(bases)) != len(bases):
            raise reject("E725", "two grid factors of one basis", f"{self.variant}.grid", ", ".join(bases))
        if self.horizon_a < 1:
            raise reject("E721", "a study needs at least one year", f"{self.variant}.horizon_a", self.horizon_a)
        if self.refrigerants is not None and self.refrigerants.horizon_a != self.horizon_a:
            got = self.refrigerants.horizon_a
            raise reject("E721", "the refrigerant ledger covers other years", f"{self.variant}.refrigerants", got)
        if not 0 <= self.transmission_loss_frac < 1:
            got_loss = self.transmission_loss_frac
            raise reject("E721", "out of range", f"{self.variant}.transmission_loss_frac", got_loss, allowed="0..1")

    def factor(self, basis: GridBasis) -> GridFactor | None:
        """Return the grid factor of `basis`, or ``None``."""
        return next((g for g in self.grid if g.basis == basis), None)

    def grid_kgco2e(self, factor: GridFactor, kwh: ArrayLike, field: str) -> NDArray[np.float64]:
        """Return the emission of `kwh` of grid electricity per year 0..H, kgCO2e (0 in year 0).

        Raises
        ------
        DataError
            E726 when the factor is hourly and the electricity is not; E702 for a wrong number of values.
        """
        energy = as_vector(kwh, field)
        ef = as_vector(factor.kg_per_kwh, "grid.kg_per_kwh")
        if not energy.any():
            return np.zeros(self.horizon_a + 1)
        if ef.size == HOURS_PER_YEAR:
            if energy.size != HOURS_PER_YEAR:
                hint = "give the electricity hour by hour"
                raise reject("E726", "an hourly grid factor needs hourly electricity", field, energy.size, hint=hint)
            yearly = np.full(self.horizon_a, float(energy @ ef)) * self._per_year(
                factor.yearly_index, "grid.yearly_index"
            )
        else:
            total = float(energy.sum()) if energy.size == HOURS_PER_YEAR else energy
            yearly = self._per_year(total, field) * self._per_year(ef, "grid.kg_per_kwh")
        return np.concatenate(([0.0], yearly))

    def fuel_kwh(self, use: FuelUse) -> NDArray[np.float64]:
        """Return the energy of a fuel per year 0..H, kWh LHV."""
        return np.concatenate(([0.0], self._per_year(use.kwh_lhv, f"fuels.{use.fuel}")))

    def heat_kwh(self, use: HeatUse) -> NDArray[np.float64]:
        """Return the heat of a supplier per year 0..H, kWh."""
        return np.concatenate(([0.0], self._per_year(use.kwh, f"heat.{use.source}")))

    def embodied(self) -> NDArray[np.float64]:
        """Return the embodied emission per year 0..H, kgCO2e."""
        given = as_vector(self.embodied_kgco2e, "embodied_kgco2e")
        if given.size == 1:
            return np.concatenate((given, np.zeros(self.horizon_a)))
        check_length(given, self.horizon_a + 1, "embodied_kgco2e")
        return given

    def _per_year(self, value: ArrayLike, field: str) -> NDArray[np.float64]:
        vector = as_vector(value, field)
        if vector.size not in {1, self.horizon_a}:
            raise reject("E702", "has the wrong number of values", field, vector.size, allowed=f"1 or {self.horizon_a}")
        return np.broadcast_to(vector, (self.horizon_a,)).astype(float)

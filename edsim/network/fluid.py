"""The liquid of a network: water by temperature, constant properties, or glycol brine."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core import water
from edsim.core.errors import DataError, Finding
from edsim.network import brine

Array = NDArray[np.float64]
FluidKind = Literal["water", "constant", "table", "propylene_glycol", "ethylene_glycol"]

_WATER_RANGE_C = (0.0, 180.0)
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(4)
_GAUSS_SHARES, _GAUSS_WEIGHTS = 0.5 * (1.0 + _NODES), 0.5 * _WEIGHTS


@dataclass(frozen=True, slots=True)
class Fluid:
    """A liquid; use :meth:`water`, :meth:`constant`, :meth:`table` or :meth:`brine` to make one.

    Attributes
    ----------
    kind
        ``water``, ``constant``, ``table``, ``propylene_glycol`` or ``ethylene_glycol``.
    glycol_frac
        Volume fraction of glycol, 0 to 0.5.
    constant_density_kg_per_m3, constant_cp_j_per_kgk, constant_viscosity_pa_s
        Values of a constant fluid.
    rows
        Of a tabulated fluid: temperature, °C, density, kg/m³, heat capacity, J/(kg·K), and viscosity, Pa·s.
    """

    kind: FluidKind = "water"
    glycol_frac: float = 0.0
    constant_density_kg_per_m3: float = 0.0
    constant_cp_j_per_kgk: float = 0.0
    constant_viscosity_pa_s: float = 0.0
    rows: tuple[tuple[float, float, float, float], ...] = ()

    @classmethod
    def water(cls) -> "Fluid":
        """Return liquid water, 0 to 180 °C."""
        return cls()

    @classmethod
    def constant(cls, density_kg_per_m3: float, cp_j_per_kgk: float, viscosity_pa_s: float) -> "Fluid":
        """Return a fluid whose properties do not depend on temperature (all values > 0)."""
        values = {
            "density_kg_per_m3": density_kg_per_m3,
            "cp_j_per_kgk": cp_j_per_kgk,
            "viscosity_pa_s": viscosity_pa_s,
        }
        bad = [
            Finding("E401", "fluid property must be a positive number", field=f"fluid.{k}", got=str(v), allowed="> 0")
            for k, v in values.items()
            if not (np.isfinite(v) and v > 0)
        ]
        if bad:
            raise DataError.of(bad)
        return cls("constant", 0.0, density_kg_per_m3, cp_j_per_kgk, viscosity_pa_s)

    @classmethod
    def table(cls, rows: Sequence[tuple[float, float, float, float]]) -> "Fluid":
        """Return a fluid by table: temperature, °C, density, kg/m³, heat capacity, J/(kg·K), viscosity, Pa·s.

        Values between rows are interpolated linearly; beyond the ends the end values hold. Water that cools has the
        mean of the heat capacities, and of the densities, at both ends and the viscosity at their middle temperature,
        as in programs that read such tables (pandapipes): heats along a way then add up only as closely as the heat
        capacity is straight, a few 0.01 % with water.

        Raises
        ------
        DataError
            E401 for less than two rows, temperatures that do not rise or values that are not positive.
        """
        values = np.array(rows, dtype=float).reshape(-1, 4) if len(rows) else np.zeros((0, 4))
        rising = len(values) > 1 and bool((np.diff(values[:, 0]) > 0.0).all())
        if not (rising and bool((values[:, 1:] > 0.0).all()) and bool(np.isfinite(values).all())):
            allowed = "two rows or more, temperatures rising, properties positive"
            f = Finding(
                "E401", "table of the fluid is not usable", field="fluid", got=f"{len(values)} rows", allowed=allowed
            )
            raise DataError.of([f])
        return cls("table", rows=tuple((t, r, c, m) for t, r, c, m in values.tolist()))

    def _looked_up(self, temp_c: Array, column: int) -> Array:
        values = np.array(self.rows)
        return np.asarray(np.interp(temp_c, values[:, 0], values[:, column]))

    @classmethod
    def brine(cls, kind: brine.Glycol, glycol_frac: float) -> "Fluid":
        """Return a glycol mix by volume fraction, 0 to 0.5.

        Raises
        ------
        DataError
            E401 for another glycol or fraction.
        """
        if kind not in brine.GLYCOLS:
            allowed = ", ".join(brine.GLYCOLS)
            raise DataError.of([Finding("E401", "unknown glycol", field="fluid.kind", got=str(kind), allowed=allowed)])
        if not 0.0 <= glycol_frac <= brine.MOST_GLYCOL_FRAC:
            f = Finding(
                "E401",
                "glycol fraction out of range",
                field="fluid.glycol_frac",
                got=str(glycol_frac),
                allowed="0 to 0.5",
            )
            raise DataError.of([f])
        return cls(kind, glycol_frac)

    @property
    def freezing_temp_c(self) -> float:
        """Freezing point, °C (minus infinity for a constant or tabulated fluid)."""
        if self.kind in {"constant", "table"}:
            return -np.inf
        if self.kind == "water":
            return 0.0
        return brine.freezing_c(self.kind, self.glycol_frac)

    @property
    def highest_temp_c(self) -> float:
        """Highest temperature of the properties, °C (infinity for a constant or tabulated fluid)."""
        if self.kind in {"constant", "table"}:
            return np.inf
        return _WATER_RANGE_C[1] if self.kind == "water" else brine.HIGHEST_BRINE_C

    def density(self, temp_c: ArrayLike) -> Array:
        """Return the density, kg/m³."""
        t = np.asarray(temp_c, dtype=float)
        if self.kind == "constant":
            return np.full(t.shape, self.constant_density_kg_per_m3)
        if self.kind == "table":
            return self._looked_up(t, 1)
        if self.kind != "water":
            return brine.density_kg_per_m3(self.kind, self.glycol_frac, t)
        return water.density_kg_per_m3(np.clip(t, *_WATER_RANGE_C))

    def cp(self, temp_c: ArrayLike) -> Array:
        """Return the specific heat, J/(kg·K)."""
        t = np.asarray(temp_c, dtype=float)
        if self.kind == "constant":
            return np.full(t.shape, self.constant_cp_j_per_kgk)
        if self.kind == "table":
            return self._looked_up(t, 2)
        if self.kind != "water":
            return brine.specific_heat_j_per_kg_k(self.kind, self.glycol_frac, t)
        return np.asarray(1000.0 * water.specific_heat_kj_per_kg_k(np.clip(t, *_WATER_RANGE_C)))

    def mean_cp(self, from_c: ArrayLike, to_c: ArrayLike) -> Array:
        """Return the specific heat between two temperatures, J/(kg·K): enthalpy difference over their difference.

        Gauss–Legendre quadrature with four points, exact for the polynomial of water, so that heats along a way add up;
        of a tabulated fluid the mean of both ends.
        """
        a, b = np.asarray(from_c, dtype=float), np.asarray(to_c, dtype=float)
        if self.kind == "table":
            return np.asarray(0.5 * (self.cp(a) + self.cp(b)))
        a, b = np.broadcast_arrays(a, b)
        return np.asarray(np.tensordot(_GAUSS_WEIGHTS, self.cp(a + np.multiply.outer(_GAUSS_SHARES, b - a)), 1))

    def viscosity(self, temp_c: ArrayLike) -> Array:
        """Return the dynamic viscosity, Pa·s."""
        t = np.asarray(temp_c, dtype=float)
        if self.kind == "constant":
            return np.full(t.shape, self.constant_viscosity_pa_s)
        if self.kind == "table":
            return self._looked_up(t, 3)
        if self.kind != "water":
            return brine.dynamic_viscosity_pa_s(self.kind, self.glycol_frac, t)
        return water.dynamic_viscosity_pa_s(np.clip(t, *_WATER_RANGE_C))

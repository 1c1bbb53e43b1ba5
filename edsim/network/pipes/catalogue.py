"""Pipe catalogues, installed cost, soils and sourced defaults of network design (``edsim/data/pipes``)."""

import csv
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding
from edsim.core.resources import data_path

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PipeCatalogue:
    """One pipe series, small to large; every array has one value per DN.

    Attributes
    ----------
    name, medium
        Catalogue and what it carries (water, steam, compressed_air).
    dn : (n,)
        Nominal diameter (PE: outer diameter).
    inner_m, outer_m, casing_m, roughness_m : (n,)
        Geometry, m.
    pipe_conductivity, insulation_conductivity : (n,)
        W/(m·K).
    max_velocity_m_per_s : (n,)
    published_u_w_per_mk : (n,)
        Conductance of one pipe as published by a maker, nan where none was found; for comparison only.
    pipe_usd_per_m, civil_usd_per_m : (n,)
        Cost per meter of trench with supply and return pipe, in a street, USD of `price_year`.
    pn_bar, max_temp_c
        Limits of the series.
    """

    name: str
    medium: str
    dn: NDArray[np.int64]
    inner_m: Array
    outer_m: Array
    casing_m: Array
    roughness_m: Array
    pipe_conductivity: Array
    insulation_conductivity: Array
    max_velocity_m_per_s: Array
    published_u_w_per_mk: Array
    pipe_usd_per_m: Array
    civil_usd_per_m: Array
    price_year: int
    pn_bar: float
    max_temp_c: float

    def index_of(self, dn: int) -> int:
        """Return the row of a DN; a DataError lists the DNs there are."""
        hit = np.flatnonzero(self.dn == dn)
        if len(hit) == 0:
            sizes = ", ".join(str(d) for d in self.dn)
            raise DataError.of([Finding("E402", f"catalogue {self.name} has no such DN", got=str(dn), allowed=sizes)])
        return int(hit[0])


def catalogue_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of `edsim/data/pipes`, heading → text."""
    with data_path("pipes", name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def load_catalogue(name: str) -> PipeCatalogue:
    """Return a shipped pipe catalogue by name; a DataError names those there are."""
    meta = {row["catalogue"]: row for row in catalogue_rows("catalogues.csv")}
    if name not in meta:
        f = Finding("E402", "no such pipe catalogue", field="catalogue", got=name, allowed=", ".join(meta))
        raise DataError.of([f])
    head = meta[name]
    rows = [r for r in catalogue_rows("catalogue.csv") if r["catalogue"] == name]
    cost = {int(r["dn"]): r for r in catalogue_rows("costs.csv")}

    def column(key: str, scale: float = 1.0) -> Array:
        return np.array([float(r[key]) * scale if r[key] else np.nan for r in rows])

    def cost_column(key: str) -> Array:
        return np.array([float(cost[int(r["cost_dn"])][key]) for r in rows])

    return PipeCatalogue(
        name=name,
        medium=head["medium"],
        dn=np.array([int(r["dn"]) for r in rows], dtype=np.int64),
        inner_m=column("inner_diameter_mm", 1e-3),
        outer_m=column("outer_diameter_mm", 1e-3),
        casing_m=column("casing_diameter_mm", 1e-3),
        roughness_m=column("roughness_mm", 1e-3),
        pipe_conductivity=column("pipe_conductivity_w_per_mk"),
        insulation_conductivity=column("insulation_conductivity_w_per_mk"),
        max_velocity_m_per_s=column("max_velocity_m_per_s"),
        published_u_w_per_mk=column("published_u_w_per_mk"),
        pipe_usd_per_m=cost_column("pipe_usd_per_m") * float(head["pipe_cost_factor"]),
        civil_usd_per_m=cost_column("civil_usd_per_m"),
        price_year=int(next(iter(cost.values()))["price_year"]),
        pn_bar=float(head["pn_bar"]),
        max_temp_c=float(head["max_temp_c"]),
    )


@cache
def default(name: str) -> float:
    """Return a sourced default of ``defaults.csv`` by name."""
    return {row["name"]: float(row["value"]) for row in catalogue_rows("defaults.csv")}[name]


@cache
def surface_factor(surface: str) -> float:
    """Return the civil cost factor of a surface; a DataError names those there are."""
    return _lookup("surfaces.csv", "surface", surface, "civil_factor_frac")


def soil_properties(soil: str) -> tuple[float, float]:
    """Return conductivity, W/(m·K), and diffusivity, m²/s, of a soil; a DataError names those there are."""
    conductivity = _lookup("soils.csv", "soil", soil, "conductivity_w_per_mk")
    return conductivity, _lookup("soils.csv", "soil", soil, "diffusivity_m2_per_s")


@cache
def _lookup(table: str, key: str, value: str, column: str) -> float:
    found = {row[key]: float(row[column]) for row in catalogue_rows(table)}
    if value not in found:
        f = Finding("E402", f"no such {key}", field=key, got=value, allowed=", ".join(found))
        raise DataError.of([f])
    return found[value]


def ets_cost_usd(capacity_kw: Array) -> Array:
    """Return the installed cost of transfer stations, USD, by capacity (log-log, flat unit cost outside)."""
    rows = catalogue_rows("ets_costs.csv")
    size = np.array([float(r["capacity_kw"]) for r in rows])
    unit = np.array([float(r["ets_usd_per_kw"]) for r in rows])
    q = np.asarray(capacity_kw, dtype=float)
    per_kw = np.exp(np.interp(np.log(np.maximum(q, 1e-6)), np.log(size), np.log(unit)))
    return np.asarray(per_kw * q)

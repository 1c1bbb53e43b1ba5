"""Where the figures of a laid-out network come from: rows of the pipe tables it used, with their sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from edsim.case.parts.exchange_rate import case_prices
from edsim.case.schema import Case
from edsim.case.shipped import shipped_rows
from edsim.core.money import convert_money
from edsim.core.quantity import Provenance, Quality
from edsim.network.types import NetworkDesign

Row = Mapping[str, str]

PIPES = "pipes"
"""First part of the paths of these rows; they are no fields of a case."""


def pipe_origins(case: Case, designs: Sequence[NetworkDesign]) -> dict[str, Provenance]:
    """Return path → origin of what the networks of a case took from the shipped tables of pipes.

    Parameters
    ----------
    case
        The case the networks were laid out for; its currency and price year are those of the amounts.
    designs
        Its networks: of every series and diameter that was laid, of every soil, and every row of the cost of stations,
        which is read between rows.

    Returns
    -------
    dict
        Paths such as ``pipes.steel_series1.dn400.civil_per_m`` (of a meter of trench with both pipes, before
        `cost_factor`, surface, contingency and engineering), ``….outer_diameter_mm`` of the tube,
        ``….casing_diameter_mm``, ``….insulation_w_per_mk``,
        ``pipes.moist_sand.conductivity_w_per_mk`` and ``pipes.stations.of_1000_kw.cost_per_kw``.
    """
    soils = {spec.id: spec.soil for spec in case.networks}
    found: dict[str, Provenance] = {}
    for design in designs:
        found |= dict(_of_series(case, design.catalogue, sorted({int(dn) for dn in design.edges.dn})))
        found |= dict(_of_soil(soils.get(design.id)))
    if designs:
        found |= dict(_of_stations(case))
    return found


def _of_series(case: Case, name: str, laid: Sequence[int]) -> Iterator[tuple[str, Provenance]]:
    series = next(r for r in shipped_rows(PIPES, "catalogues.csv") if r["catalogue"] == name)
    factor = float(series["pipe_cost_factor"])
    costs = {r["dn"]: r for r in shipped_rows(PIPES, "costs.csv")}
    for row in shipped_rows(PIPES, "catalogue.csv"):
        if row["catalogue"] != name or int(row["dn"]) not in laid:
            continue
        path, cost = f"{PIPES}.{name}.dn{row['dn']}", costs[row["cost_dn"]]
        of_pipe = f"{float(cost['pipe_usd_per_m']):g}" + ("" if factor == 1.0 else f" x {factor:g} ({name})")
        yield f"{path}.pipe_per_m", _amount(case, cost, factor * float(cost["pipe_usd_per_m"]), of_pipe, "m")
        civil = float(cost["civil_usd_per_m"])
        yield f"{path}.civil_per_m", _amount(case, cost, civil, f"{civil:g}", "m")
        for size in ("outer_diameter_mm", "casing_diameter_mm"):
            yield f"{path}.{size}", _origin(row, float(row[size]), "mm", row["source"])
        conductivity = float(row["insulation_conductivity_w_per_mk"])
        yield f"{path}.insulation_w_per_mk", _origin(row, conductivity, "W/(m K)", row["source"])


def _of_soil(soil: str | None) -> Iterator[tuple[str, Provenance]]:
    for row in shipped_rows(PIPES, "soils.csv"):
        if row["soil"] == soil:
            conductivity = float(row["conductivity_w_per_mk"])
            yield f"{PIPES}.{soil}.conductivity_w_per_mk", _origin(row, conductivity, "W/(m K)", row["source"])


def _of_stations(case: Case) -> Iterator[tuple[str, Provenance]]:
    for row in shipped_rows(PIPES, "ets_costs.csv"):
        usd = float(row["ets_usd_per_kw"])
        path = f"{PIPES}.stations.of_{row['capacity_kw']}_kw.cost_per_kw"
        yield path, _amount(case, row, usd, f"{usd:g}", "kW")


def _amount(case: Case, row: Row, usd: float, shown: str, per: str) -> Provenance:
    """Return an amount per unit in the money of the case, its source with what the table says."""
    year = int(row["price_year"])
    value = convert_money(usd, "USD", year, case.currency, case.price_year, case_prices(case))
    return _origin(row, value, f"currency/{per}", f"{row['source']}; {shown} USD {year} converted")


def _origin(row: Row, value: Any, unit: str, source: str) -> Provenance:
    return Provenance(value, unit, source, int(row["year"]), cast("Quality", row["quality"]), "")

"""The indicators of the result page: id, label in English and Spanish, unit, formula, which way is better."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import numpy as np

from edsim.core.units import KW_PER_TR

if TYPE_CHECKING:
    import pandas as pd

    from edsim.appraisal.company.financing import CompanyView
    from edsim.appraisal.facts import Facts
    from edsim.appraisal.returns import Returns

Direction = Literal["lower", "higher", "none"]
Source = TypeVar("Source")


@dataclass(frozen=True, slots=True)
class Kpi(Generic[Source]):
    """One indicator.

    Attributes
    ----------
    id
        Stable identifier.
    section
        Section of the result table.
    label_en, label_es
        Names.
    unit
        Unit; ``currency`` stands for the currency of the case.
    better
        Which way is better.
    formula
        How it is computed, for the documentation.
    of
        The value, of the facts of a variant, of what it earns against BAU or of the company it founds.
    """

    id: str
    section: str
    label_en: str
    label_es: str
    unit: str
    better: Direction
    formula: str
    of: Callable[[Source], float | None]


def _mwh(name: str) -> Callable[[Facts], float]:
    return lambda f: float(getattr(f, name)) / 1000.0


def _levelized(service: str) -> Callable[[Facts], float | None]:
    return lambda f: f.levelized.get(service)


def _share(origin: str) -> Callable[[Facts], float | None]:
    return lambda f: None if f.heat is None else float(getattr(f.heat.shares, origin))


KPIS: tuple[Kpi[Facts], ...] = (
    Kpi("investment", "cost", "Investment at start", "Inversión inicial", "currency", "lower",
        "sum of all cash flows of year 0", lambda f: f.investment),
    Kpi("yearly_cost", "cost", "Yearly cost of operation", "Costo anual de operación", "currency/a", "lower",
        "energy, water, operation and maintenance of year 1", lambda f: f.yearly_cost),
    Kpi("energy_cost", "cost", "Yearly energy bill", "Factura anual de energía", "currency/a", "lower",
        "electricity, demand charges, fuel and waste heat less export revenue of year 1", lambda f: f.energy_cost),
    Kpi("life_cycle_cost", "cost", "Life-cycle cost", "Costo del ciclo de vida", "currency", "lower",
        "present value of all cash flows, end values by the salvage rule", lambda f: f.life_cycle_cost),
    Kpi("life_cycle_cost_no_salvage", "cost", "Life-cycle cost without end values",
        "Costo del ciclo de vida sin valor residual", "currency", "lower",
        "present value with salvage = 0", lambda f: f.life_cycle_cost_no_salvage),
    Kpi("lcoc", "cost", "Levelized cost of cooling", "Costo nivelado de frío", "currency/kWh", "lower",
        "LCOC = PV(costs of the service) / PV(delivered): its machines and networks, and its share of joint costs by "
        "finance.joint_cost_method", _levelized("cooling")),
    Kpi("lcoc_tr_h", "cost", "Levelized cost of cooling per ton-hour", "Costo nivelado por TR-h", "currency/TR-h",
        "lower", "LCOC x 3.5168528", lambda f: f.levelized_per_tr_h),
    Kpi("lcoh", "cost", "Levelized cost of heating", "Costo nivelado de calefacción", "currency/kWh", "lower",
        "LCOH, as LCOC", _levelized("heating")),
    Kpi("lcohw", "cost", "Levelized cost of hot water", "Costo nivelado de agua caliente", "currency/kWh", "lower",
        "as LCOC", _levelized("hot_water")),
    Kpi("lcos", "cost", "Levelized cost of steam", "Costo nivelado de vapor", "currency/kWh", "lower",
        "as LCOC", _levelized("steam")),
    Kpi("lcos_t", "cost", "Levelized cost of steam per tonne", "Costo nivelado por tonelada de vapor", "currency/t",
        "lower", "LCOS x heat of a tonne, saturated steam at the supply less water at the return of the steam carrier",
        lambda f: f.levelized_per_t),
    Kpi("lcoa", "cost", "Levelized cost of compressed air", "Costo nivelado de aire comprimido", "currency/Nm3",
        "lower", "as LCOC, per normal cubic meter", _levelized("compressed_air")),
    Kpi("lcoe", "cost", "Levelized cost of electricity", "Costo nivelado de electricidad", "currency/kWh", "lower",
        "LCOE of what buildings use, as LCOC; only where electricity is compared", _levelized("electricity")),
    Kpi("cooling", "energy", "Cooling delivered", "Frío entregado", "MWh/a", "none",
        "sum of the cooling demand of all buildings in the boundary", _mwh("cooling_kwh")),
    Kpi("steam", "energy", "Steam delivered", "Vapor entregado", "t/a", "none",
        "steam demand of all buildings / heat of a tonne", lambda f: None if f.steam is None else f.steam.t_per_a),
    Kpi("steam_peak", "size", "Highest steam demand", "Mayor demanda de vapor", "t/h", "none",
        "highest hourly sum over the buildings", lambda f: None if f.steam is None else f.steam.peak_t_per_h),
    Kpi("electricity", "energy", "Grid electricity", "Electricidad de la red", "MWh/a", "lower",
        "grid imports for the services in the boundary", _mwh("grid_kwh")),
    Kpi("fuel", "energy", "Fuel", "Combustible", "MWh LHV/a", "lower",
        "fuel burnt, lower heating value", _mwh("fuel_kwh")),
    Kpi("export", "energy", "Electricity exported", "Electricidad exportada", "MWh/a", "none",
        "fed to the grid", _mwh("export_kwh")),
    Kpi("final_energy", "energy", "Final energy purchased", "Energía final comprada", "MWh/a", "lower",
        "grid electricity + fuel + heat of power plants with a factor - export: energy of own sun, of surroundings and "
        "waste heat is not made for sale and does not count",
        _mwh("final_energy_kwh")),
    Kpi("primary_energy", "energy", "Non-renewable primary energy", "Energía primaria no renovable", "MWh/a", "lower",
        "grid electricity, fuel and heat of suppliers times their primary energy factors", _mwh("primary_energy_kwh")),
    Kpi("pv", "energy", "PV generation", "Generación FV", "MWh/a", "higher", "PV output, what is exported included",
        _mwh("pv_kwh")),
    Kpi("renewable_share", "energy", "Renewables made on site in energy used",
        "Renovables del sitio en la energía usada", "frac", "higher",
        "PV, wind, sun, heat of waters, ground, sewage and air (lifted at the source or from air: where heat is 2.5 "
        "times the electricity or more), over grid electricity + fuel + heat bought + these + recovered heat: shares "
        "that add up to 1",
        lambda f: f.renewable_frac),
    Kpi("recovered_share", "energy", "Recovered heat in energy used", "Calor recuperado en la energía usada", "frac",
        "higher",
        "heat that would be lost, of suppliers and of what heat-recovery chillers cool, without the electricity that "
        "lifts it, over the same; heat of compressors came in as electricity and counts in heat_waste_share alone",
        lambda f: f.recovered_frac),
    Kpi("cop", "energy", "Seasonal COP of the cooling chain", "COP estacional del sistema de frío", "kWh/kWh", "higher",
        "cooling delivered / electricity of chillers, towers, pumps of cooling networks and individual machines of "
        "cooling; of machines that give heat too, the share of cooling in their output; none with absorption",
        lambda f: f.cop),
    Kpi("kw_per_tr", "energy", "Specific power of cooling", "Potencia específica del frío", "kW/TR", "lower",
        "3.5168528 / seasonal COP", lambda f: KW_PER_TR / f.cop if f.cop else None),
    Kpi("ghg_total", "ghg", "GHG, all refrigerants included", "GEI, con todos los refrigerantes", "tCO2e/a", "lower",
        "grid + fuel + heat of suppliers + HFC + Montreal Protocol refrigerants of a year of operation; filling and "
        "end of life of machines spread over their life, without what today's machines release when they are scrapped",
        lambda f: f.ghg_kg / 1000),
    Kpi("ghg_kyoto", "ghg", "GHG, Kyoto basket", "GEI, canasta de Kioto", "tCO2e/a", "lower",
        "grid + fuel + heat of suppliers + HFC", lambda f: f.ghg_kyoto_kg / 1000),
    Kpi("ghg_grid", "ghg", "GHG of grid electricity", "GEI de la electricidad", "tCO2e/a", "lower",
        "grid imports x grid factor", lambda f: f.ghg_grid_kg / 1000),
    Kpi("ghg_fuel", "ghg", "GHG of fuel", "GEI del combustible", "tCO2e/a", "lower",
        "fuel x combustion factor", lambda f: f.ghg_fuel_kg / 1000),
    Kpi("ghg_heat", "ghg", "GHG of heat bought", "GEI del calor comprado", "tCO2e/a", "lower",
        "heat taken from sources x the factor each states; only where one states a factor",
        lambda f: None if f.ghg_heat_kg is None else f.ghg_heat_kg / 1000),
    Kpi("ghg_hfc", "ghg", "GHG of HFC refrigerants", "GEI de refrigerantes HFC", "tCO2e/a", "lower",
        "mean yearly loss x GWP, filling and end of life spread over the life", lambda f: f.ghg_hfc_kg / 1000),
    Kpi("ghg_montreal", "ghg", "GHG of CFC and HCFC refrigerants (memo)", "GEI de refrigerantes CFC y HCFC (memo)",
        "tCO2e/a", "lower", "same for gases of the Montreal Protocol, outside the Kyoto basket",
        lambda f: f.ghg_montreal_kg / 1000),
    Kpi("odp", "ghg", "Ozone depletion", "Agotamiento de ozono", "kg CFC-11 eq./a", "lower",
        "mean yearly loss x ODP", lambda f: f.odp_kg),
    Kpi("hfc_installed", "ghg", "HFC installed", "HFC instalado", "tCO2e", "lower",
        "HFC charge x GWP, the gases of the Kigali Amendment", lambda f: f.hfc_installed_kg / 1000),
    Kpi("heat_renewable_share", "heat", "Renewable heat in heat delivered", "Calor renovable en el calor entregado",
        "frac", "higher",
        "sun, biomass and ambient heat of heat pumps (2.5 or more per electricity) in heating, hot water and steam",
        _share("renewable")),
    Kpi("heat_waste_share", "heat", "Waste heat in heat delivered", "Calor residual en el calor entregado", "frac",
        "higher", "heat that would be lost, without the electricity that lifts it", _share("waste")),
    Kpi("heat_chp_share", "heat", "High-efficiency cogenerated heat in heat delivered",
        "Calor de cogeneración de alta eficiencia en el calor entregado", "frac", "higher",
        "fossil heat of cogeneration of high efficiency by annex III of Directive (EU) 2023/1791",
        _share("cogenerated")),
    Kpi("heat_other_share", "heat", "Other heat in heat delivered", "Otro calor en el calor entregado", "frac", "lower",
        "the rest: boilers, grid electricity, other cogeneration, heat bought",
        lambda f: None if f.heat is None else f.heat.shares.other + f.heat.shares.cogenerated_other),
    Kpi("heat_primary_factor", "heat", "Primary energy factor of heat delivered",
        "Factor de energía primaria del calor entregado", "kWh/kWh", "lower",
        "non-renewable primary energy of heating, hot water and steam per kWh delivered, losses and pumps included; "
        "electricity cogenerated counts as grid electricity (power bonus, EN 15316-4-5)",
        lambda f: None if f.heat is None else f.heat.primary_factor),
    Kpi("heat_ghg", "heat", "GHG per kWh of heat delivered", "GEI por kWh de calor entregado", "kgCO2e/kWh", "lower",
        "GHG of energy, same method; without refrigerants",
        lambda f: None if f.heat is None else f.heat.ghg_kg_per_kwh),
    Kpi("cold_primary_factor", "heat", "Primary energy factor of cold delivered",
        "Factor de energía primaria del frío entregado", "kWh/kWh", "lower",
        "non-renewable primary energy of cooling per kWh delivered, same method",
        lambda f: None if f.cold is None else f.cold.primary_factor),
    Kpi("cold_ghg", "heat", "GHG per kWh of cold delivered", "GEI por kWh de frío entregado", "kgCO2e/kWh", "lower",
        "GHG of energy, same method; without refrigerants",
        lambda f: None if f.cold is None else f.cold.ghg_kg_per_kwh),
    Kpi("grid_peak", "peak", "Peak import of the compared services",
        "Pico de la red, servicios comparados", "kW", "lower",
        "highest hourly grid import for the services in the boundary; what buildings draw besides is not in it",
        lambda f: f.grid_peak_kw),
    Kpi("coincident_peak", "peak", "Import in the 100 highest BAU hours",
        "Compra a la red, 100 horas pico del BAU", "kW", "lower",
        "mean import over the 100 hours in which BAU draws most",
        lambda f: f.coincident_kw),
    Kpi("window_peak", "peak", "Peak import in the hours of demand bands",
        "Pico de la red en las horas de las franjas de demanda", "kW", "lower",
        "highest hourly grid import for the services in the boundary within the hours of the demand_bands of any "
        "tariff, the peak window of the utility; only where a tariff has any",
        lambda f: f.window_peak_kw),
    Kpi("chiller_capacity", "size", "Cooling capacity installed", "Capacidad de frío instalada", "kW", "lower",
        "electric and absorption chillers and individual machines; of heat-recovery chillers their cooling",
        lambda f: f.chiller_kw),
    Kpi("chiller_capacity_tr", "size", "Cooling capacity installed", "Capacidad de frío instalada", "TR", "lower",
        "same, 1 TR = 3.5168528 kW", lambda f: f.chiller_kw / KW_PER_TR),
    Kpi("water", "water", "Make-up water", "Agua de reposición", "m3/a", "lower",
        "evaporation, drift and blow-down of cooling towers, feedwater of steam boilers", lambda f: f.water_m3),
    Kpi("load_factor", "peak", "Load factor of the import", "Factor de carga de lo tomado de la red", "frac", "higher",
        "mean over highest hourly grid import", lambda f: f.load_factor_frac),
    Kpi("heat_rejected", "water", "Heat rejected outdoors", "Calor rechazado al exterior", "MWh/a", "lower",
        "cooling delivered + grid electricity + fuel + PV - export; only where cooling is the one service compared",
        lambda f: None if f.heat_rejected_kwh is None else f.heat_rejected_kwh / 1000.0),
    Kpi("tewi", "ghg", "Total equivalent warming impact", "Impacto total equivalente de calentamiento", "tCO2e",
        "lower", "grid, fuel, heat of suppliers and all refrigerants over the horizon", lambda f: f.tewi_kg / 1000.0),
    Kpi("nox", "water", "Nitrogen oxides", "Óxidos de nitrógeno", "kg/a", "lower",
        "grid electricity and fuel times their NOx factors; only where the case gives factors", lambda f: f.nox_kg),
    Kpi("pm", "water", "Fine particles", "Material particulado fino", "kg/a", "lower",
        "same with particle factors", lambda f: f.pm_kg),
)  # fmt: skip
"""Indicators that BAU and every project variant have; those of the difference stand in :data:`RETURN_KPIS`."""


RETURN_KPIS: tuple[Kpi[Returns], ...] = (
    Kpi("npv", "return", "Net present value against BAU", "Valor presente neto frente al BAU", "currency",
        "higher", "life-cycle cost of BAU - of the variant", lambda r: r.npv),
    Kpi("irr", "return", "Internal rate of return, real, before tax",
        "TIR real, antes de impuestos", "frac", "higher",
        "rate at which the present value of variant - BAU is zero, in constant money", lambda r: r.irr_frac),
    Kpi("modified_irr", "return", "Modified rate of return", "TIR modificada", "frac", "higher",
        "MIRR, financed and reinvested at the discount rate", lambda r: r.modified_irr_frac),
    Kpi("sir", "return", "Savings to investment", "Relación ahorro-inversión", "-", "higher",
        "SIR: present savings other than investment over present extra investment",
        lambda r: r.savings_to_investment),
    Kpi("adjusted_irr", "return", "Adjusted rate of return", "TIR ajustada", "frac", "higher",
        "AIRR = (1 + d) SIR^(1/N) - 1", lambda r: r.adjusted_irr_frac),
    Kpi("first_year_payback", "return", "Payback by the first year's saving",
        "Recuperación con el ahorro del primer año", "a", "lower",
        "extra investment at start / yearly cost saved in year 1; none where nothing more is invested or saved",
        lambda r: r.first_year_payback_a),
    Kpi("simple_payback", "return", "Payback, replacements avoided", "Recuperación, reposiciones evitadas",
        "a", "lower",
        "first time the cumulative flow of variant - BAU reaches zero for good; machines that BAU would replace "
        "meanwhile count as avoided, so that it is not investment / yearly saving", lambda r: r.simple_payback_a),
    Kpi("discounted_payback", "return", "Discounted payback, replacements avoided",
        "Recup. descontada, reposiciones evitadas", "a", "lower", "same on discounted flows",
        lambda r: r.discounted_payback_a),
    Kpi("abatement_cost", "return", "Abatement cost", "Costo de abatimiento", "currency/tCO2e", "lower",
        "- NPV without carbon price / GHG avoided over the horizon, undiscounted",
        lambda r: r.abatement_cost_per_t),
)  # fmt: skip


LEVELIZED = ("lcoc", "lcoc_tr_h", "lcoh", "lcohw", "lcos", "lcos_t", "lcoa", "lcoe")
"""Levelized costs of the services."""
_OF_HEAT = (
    "heat_renewable_share",
    "heat_waste_share",
    "heat_chp_share",
    "heat_other_share",
    "heat_primary_factor",
    "heat_ghg",
)
_OF_COLD = ("cold_primary_factor", "cold_ghg")
_OF_STEAM = ("steam", "steam_peak")
ON_REQUEST = ("window_peak", "ghg_heat", "nox", "pm", "heat_rejected", *_OF_HEAT, *_OF_COLD, *_OF_STEAM, *LEVELIZED)
"""Indicators left out where neither BAU nor the variant has them: no factor is given, no such service is compared."""


COMPANY_KPIS: tuple[Kpi[CompanyView], ...] = (
    Kpi("equity_irr", "company", "Return to the owners", "TIR de los accionistas", "frac", "higher",
        "rate at which the owners' nominal cash after tax and debt is worth zero",
        lambda v: v.result.equity_irr.value if v.tariff else None),
    Kpi("equity_npv", "company", "Owners' net present value", "Valor presente neto de los accionistas",
        "currency", "higher", "owners' nominal cash at the return they ask for",
        lambda v: round(v.result.equity_npv, 2) if v.tariff else None),
    Kpi("project_irr_after_tax", "company", "Project return after tax", "TIR del proyecto después de impuestos",
        "frac", "higher", "same without any debt", lambda v: v.result.project_irr.value if v.tariff else None),
    Kpi("project_irr_before_tax", "company", "Project return before tax",
        "TIR del proyecto antes de impuestos", "frac", "higher", "same without any debt or tax",
        lambda v: v.result.project_irr_pre_tax.value if v.tariff else None),
    Kpi("minimum_dscr", "company", "Lowest debt service cover", "Cobertura mínima del servicio de la deuda", "-",
        "higher", "lowest of cash available over debt service of all loans",
        lambda v: v.result.minimum_dscr.value),
    Kpi("debt", "company", "Debt at close", "Deuda al cierre", "currency", "none", "sum of all loans",
        lambda v: v.result.debt_at_close),
    Kpi("gearing", "company", "Share of debt", "Participación de la deuda", "frac", "none",
        "debt over uses of funds at close",
        lambda v: v.result.debt_at_close / sum(v.result.uses.values())),
    Kpi("required_price", "company", "Mean price of the service", "Precio medio del servicio", "currency/kWh",
        "lower", "present value of all charges over that of the energy, at the customers' rate",
        lambda v: None if v.zone is None else v.zone.negotiation.floor),
    Kpi("ceiling_price", "company", "Lowest ceiling of a customer", "Menor tarifa máxima aceptable",
        "currency/kWh", "higher", "price at which the first customer is indifferent to BAU",
        lambda v: None if v.zone is None else v.zone.negotiation.ceiling),
    Kpi("losing_customers", "company", "Customers who lose", "Clientes que pierden", "-", "lower",
        "customers above BAU less the promised saving", lambda v: float(len(v.losers)) if v.bills else None),
    Kpi("viability_grant", "company", "Viability gap grant", "Subvención de viabilidad", "currency", "lower",
        "smallest grant at which the owners' return and the cover ratio are reached with no customer losing",
        lambda v: None if v.zone is None else v.zone.grant.value),
)  # fmt: skip
"""Indicators of the district company, in nominal money."""


def kpi_table(
    facts: dict[str, Facts],
    returns: dict[str, Returns],
    variants: Sequence[str],
    currency: str,
    *,
    views: Mapping[str, CompanyView] = MappingProxyType({}),
    lang: str = "en",
) -> pd.DataFrame:
    """Return the indicator table: one row per project variant and indicator, beside BAU."""
    from edsim.results.tables import frame

    bau = facts["bau"]
    rows: list[dict[str, Any]] = []
    for v in variants:
        for k in KPIS:
            base, value = k.of(bau), k.of(facts[v])
            if k.id in ON_REQUEST and base is None and value is None:
                continue
            rows.append(_row(v, k, base, value, currency, lang))
        rows.extend(_row(v, r, None, r.of(returns[v]), currency, lang) for r in RETURN_KPIS)
        if v in views:
            rows.extend(_row(v, c, None, c.of(views[v]), currency, lang) for c in COMPANY_KPIS)
    return frame("kpis", rows)


_SAME_FRAC = 1e-12
"""Two figures that differ by less, as sums in another order do, are the same."""


_WHY = {
    "heat_rejected": "cooling is not the one service it compares",
    "ghg_heat": "no source has ghg_kg_per_kwh",
    "window_peak": "no tariff has demand_bands",
    **dict.fromkeys(_OF_HEAT, "it delivers no heat"),
    **dict.fromkeys(_OF_COLD, "it delivers no cooling"),
    **dict.fromkeys(_OF_STEAM, "it delivers no steam"),
}


def why_missing(indicator: str, method: str) -> str:
    """Return why a study has no value of an indicator at its points.

    Parameters
    ----------
    indicator
        Its id.
    method
        How the case shares joint cost (``finance.joint_cost_method``).
    """
    from edsim.appraisal.services.coalitions import GAMES

    if indicator in _WHY:
        return f"this case has no {indicator!r}: {_WHY[indicator]}"
    if indicator not in LEVELIZED:
        return f"this case has no {indicator!r}: it finances no district company"
    if method not in GAMES:
        return f"this case has no {indicator!r}: it does not compare this service"
    return (
        f"no {indicator!r} at the points of a study: services that share their cost by finance.joint_cost_method: "
        f"{method} would need every group of them sized at every point; write exergy, efficiency or energy there, or "
        "rank by life_cycle_cost"
    )


def _difference(base: float, value: float) -> float:
    """Return what a variant saves; 0 where both are the same but for rounding."""
    return 0.0 if abs(base - value) <= _SAME_FRAC * abs(base) else base - value


def _row(
    variant: str, kpi: Kpi[Any], base: float | None, value: float | None, currency: str, lang: str
) -> dict[str, Any]:
    difference = None if base is None or value is None else _difference(base, value)
    share = None if difference is None or not base else difference / base
    return {
        "variant": variant,
        "id": kpi.id,
        "label": kpi.label_es if lang == "es" else kpi.label_en,
        "unit": kpi.unit.replace("currency", currency),
        "bau": np.nan if base is None else base,
        "value": np.nan if value is None else value,
        "difference": np.nan if difference is None else difference,
        "difference_frac": np.nan if share is None else share,
    }

"""Names of columns and rows of study tables for the page, English and Spanish; indicators have names of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from edsim.core.i18n import Lang
from edsim.studies.field_names import point_in_words

STUDY_NAMES: Mapping[str, tuple[str, str]] = {
    "point": ("Alternative", "Alternativa"),
    "rank": ("Place", "Puesto"),
    "value": ("Value", "Valor"),
    "status": ("Proof", "Prueba"),
    "gap_frac": ("Proven gap, share", "Brecha demostrada, fracción"),
    "path": ("Input", "Entrada"),
    "base": ("Case as it stands", "Caso como está"),
    "behind_best": ("Behind the best", "Detrás de la mejor"),
    "change_frac": ("Change, share", "Cambio, fracción"),
    "technology": ("Machine group", "Grupo de máquinas"),
    "quantity": ("Size", "Tamaño"),
    "unit": ("Unit", "Unidad"),
    "best": ("In the best design", "En el mejor diseño"),
    "low": ("Smallest", "Menor"),
    "high": ("Largest", "Mayor"),
    "verdict": ("Verdict", "Veredicto"),
    "slack_frac": ("Above the best, share", "Sobre el mejor, fracción"),
    "above_best_frac": ("Above the best, share", "Sobre el mejor, fracción"),
    "error": ("Sampling error", "Error de muestreo"),
    "first": ("First criterion", "Primer criterio"),
    "second": ("Second criterion", "Segundo criterio"),
    "slope": ("Slope", "Pendiente"),
    "indicator": ("Indicator", "Indicador"),
    "step": ("Step", "Paso"),
    "line": ("Line", "Renglón"),
    "bau": ("BAU", "BAU"),
    "project": ("District", "Distrito"),
    "difference": ("Difference", "Diferencia"),
    "month": ("Month", "Mes"),
    "milestone": ("Milestone", "Hito"),
    "before": ("Before", "Antes"),
    "after": ("After", "Después"),
    "id": ("Figure", "Cifra"),
    "mode": ("Design", "Diseño"),
    "input_base": ("Input in the case", "Entrada en el caso"),
    "input_low": ("Input at its P10", "Entrada en su P10"),
    "input_high": ("Input at its P90", "Entrada en su P90"),
    "at_low": ("Result at P10", "Resultado en P10"),
    "at_high": ("Result at P90", "Resultado en P90"),
    "width": ("Width", "Ancho"),
    "cost": ("Yearly cost", "Costo anual"),
    "ghg_kg": ("Greenhouse gases", "Gases de efecto invernadero"),
    "grid_peak_kw": ("Peak of the grid", "Pico de la red"),
    "water_m3": ("Water", "Agua"),
    "primary_energy_kwh": ("Primary energy", "Energía primaria"),
    "defined": ("Share with a value", "Fracción con valor"),
    "never": ("Never paid back", "Nunca se recupera"),
    "mean": ("Mean", "Media"),
    "sd": ("Standard deviation", "Desviación estándar"),
    "p10": ("P10", "P10"),
    "p50": ("P50", "P50"),
    "p90": ("P90", "P90"),
    "npv_below_0": ("Chance of a net present value below 0", "Probabilidad de valor presente neto bajo 0"),
    "dscr_below_1.0": ("Chance of a debt cover below 1.0", "Probabilidad de cobertura de deuda bajo 1,0"),
    "dscr_below_1.2": ("Chance of a debt cover below 1.2", "Probabilidad de cobertura de deuda bajo 1,2"),
    "break_even_power_price": ("Electricity price at which the NPV is 0",
                               "Precio de la electricidad con VPN de 0"),
    "break_even_power_price_factor": ("The same over today's price", "Lo mismo sobre el precio de hoy"),
    "dscr_min": ("Least debt cover", "Cobertura mínima de la deuda"),
    "rank_correlation": ("Rank correlation", "Correlación de rangos"),
    "mu": ("Mean effect", "Efecto medio"),
    "mu_star": ("Mean absolute effect", "Efecto absoluto medio"),
    "sigma": ("Spread of the effect", "Dispersión del efecto"),
    "first_order": ("Alone", "Sola"),
    "first_order_error": ("± 95 %", "± 95 %"),
    "total": ("With others", "Con otras"),
    "total_error": ("± 95 %", "± 95 %"),
    "peak_kw": ("Peak", "Pico"),
    "peak_hour": ("Hour of the year of the peak, from 0", "Hora del año de la demanda máxima, desde 0"),
    "peak_saving_per_cost": ("Peak relieved per investment above BAU", "Demanda aliviada por inversión sobre BAU"),
    "bau_peak_kw": ("Peak at the feeder before (BAU), kW", "Pico en el alimentador antes (BAU), kW"),
    "feeder_peak_kw": ("Peak at the feeder, kW", "Pico en el alimentador, kW"),
    "services_kw": ("Of it the compared services, kW", "De él los servicios comparados, kW"),
    "other_kw": ("Of it other electricity of the buildings, kW", "De él la demás electricidad de los edificios, kW"),
    "limit_kw": ("Largest connection, kW", "Mayor conexión, kW"),
    "over_kw": ("Above it, kW", "Por encima, kW"),
    "hours_over": ("Hours above it", "Horas por encima"),
    "relief_kw": ("Below the peak of the case as it stands, kW", "Por debajo del pico del caso tal como está, kW"),
    "relief_cost": ("Life-cycle cost above that case", "Costo del ciclo de vida sobre ese caso"),
    "relief_cost_per_kw": ("The same per kW of relief", "Lo mismo por kW de alivio"),
    "highest_kw": ("Highest load, kW", "Carga más alta, kW"),
    "mean_kw": ("Mean load, kW", "Carga media, kW"),
    "hour": ("Hour of the day", "Hora del día"),
    "energy_kwh": ("Energy", "Energía"),
    "load_factor_frac": ("Load factor", "Factor de carga"),
    "coincident_peak_kw": ("Mean of the 100 highest hours", "Media de las 100 horas más altas"),
    "pv_hosting_kwp": ("PV hosted without feeding back", "FV admitida sin inyectar aguas arriba"),
    "ev_hosting_per_day": ("Evening charging hosted", "Carga vespertina admitida"),
    "deferral_a": ("Extension put off", "Ampliación aplazada"),
    "deferral_value": (
        "Value of putting off extensions of every year, without end",
        "Valor de aplazar ampliaciones de cada año, sin fin",
    ),
    "before_peak_kw": ("Peak before, kW", "Pico antes, kW"),
    "after_peak_kw": ("Peak after, kW", "Pico después, kW"),
    "before_kwh": ("Energy before, kWh", "Energía antes, kWh"),
    "after_kwh": ("Energy after, kWh", "Energía después, kWh"),
    "electricity": ("Electricity", "Electricidad"),
    "demand_charge": ("Demand charge", "Cargo por demanda"),
    "export_revenue": ("Sold electricity", "Electricidad vendida"),
    "fuel": ("Fuel", "Combustible"),
    "connection_kw": ("connection", "conexión"),
    "capacity_kw": ("capacity", "capacidad"),
    "capacity_kwh": ("capacity", "capacidad"),
    "capacity_kwp": ("capacity", "capacidad"),
    "capacity_nm3": ("capacity", "capacidad"),
    "capacity_nm3_per_h": ("capacity", "capacidad"),
    "cooling_capacity_kw": ("cooling", "frío"),
    "ice_maker_kw": ("ice maker", "hielera"),
    "lift_kw": ("lift", "elevación"),
    "power_kw": ("power", "potencia"),
    "area_m2": ("area", "área"),
    "length_m": ("length", "longitud"),
    "stations": ("stations", "estaciones"),
    "energy_store_kwh": ("content", "contenido"),
    "refused": ("outside the limits", "fuera de los límites"),
    "unresolved": ("not resolved", "sin resolver"),
    "open": ("open", "abierta"),
    "npv": ("NPV", "VPN"),
    "how": ("Sizes and operation", "Tamaños y operación"),
    "note": ("Note", "Nota"),
    "share": ("Share of the change", "Fracción del cambio"),
}  # fmt: skip
"""Column or identifier → (English, Spanish)."""

_NUMBERED = re.compile(r"(front|design) (\d+)")
_POINTS = {"front": "frente", "design": "diseño"}


@cache
def study_catalogue() -> Mapping[str, str]:
    """Return English → Spanish texts of study pages."""
    from edsim.report.i18n import parse_catalogue

    return parse_catalogue((Path(__file__).parents[1] / "locale" / "studies_es.po").read_text("utf-8"))


def point_name(text: str, lang: Lang, currency: str = "") -> str:
    """Return the name of a point that a study made itself, or of a field, in a language; any other as it is."""
    found = _NUMBERED.fullmatch(text) if lang == "es" else None
    return f"{_POINTS[found[1]]} {found[2]}" if found else point_in_words(text, lang, currency)


def in_spanish(text: str, currency: str = "") -> str:
    """Return the Spanish of a column, an identifier, a point or a word of a study table; others stay."""
    if text in STUDY_NAMES:
        return STUDY_NAMES[text][1]
    return study_catalogue().get(text) or point_name(text, "es", currency)

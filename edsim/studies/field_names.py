"""What the fields a study varies are called in a sentence; a reader of Spanish need not know the names of the file.

Tables of a study keep the paths, which the next study may vary again; page, screen and first sentences say the words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from edsim.core.i18n import Lang, format_number

_SPANISH: Mapping[str, str] = {
    "age_a": "edad",
    "approach_k": "acercamiento",
    "area_m2": "área",
    "available_frac": "disponibilidad",
    "available_kw": "potencia disponible",
    "capex_per_kw": "inversión por kW",
    "capex_per_kwh": "inversión por kWh",
    "capex_per_kwp": "inversión por kWp",
    "carbon_price_per_t": "precio del carbono",
    "conditioned_frac": "fracción acondicionada",
    "heated_frac": "fracción calefaccionada",
    "connection_per_kw": "cargo de conexión por kW",
    "contingency_frac": "imprevistos",
    "cop": "COP",
    "cost_cap_frac": "costo adicional permitido",
    "cost_factor": "factor de costo",
    "customer_discount_rate_frac": "tasa de descuento del cliente",
    "customer_saving_frac": "ahorro del cliente",
    "demand_per_kw_month": "cargo por demanda",
    "discount_rate_frac": "tasa de descuento",
    "efficiency_frac": "eficiencia",
    "electric_efficiency_frac": "eficiencia eléctrica",
    "energy_per_kwh": "precio de la energía por kWh",
    "engineering_frac": "ingeniería",
    "escalation_frac": "escalamiento del precio",
    "existing_capacity_kw": "capacidad existente",
    "export_per_kwh": "precio de venta por kWh",
    "fixed_capex": "inversión fija",
    "fixed_om_frac": "O&M fijo",
    "fixed_per_a": "cargo fijo anual",
    "floor_area_factor": "factor del área construida",
    "floor_area_m2": "área construida",
    "flow_m3_per_h": "caudal",
    "grant": "subvención",
    "grid_change_frac": "cambio anual del factor de la red",
    "grid_kg_per_kwh": "factor de emisión de la red",
    "grid_primary_energy_factor": "factor de energía primaria de la red",
    "heat_recovery_frac": "recuperación de calor",
    "horizon_a": "horizonte",
    "hours": "horas",
    "inflation_frac": "inflación",
    "interest_frac": "interés",
    "leakage_frac": "fugas",
    "lifetime_a": "vida útil",
    "max_capacity_kw": "capacidad máxima kW",
    "max_capacity_kwh": "capacidad máxima kWh",
    "max_capacity_kwp": "capacidad máxima kWp",
    "max_connection_kw": "conexión máxima",
    "max_export_kw": "venta máxima",
    "max_pressure_gradient_pa_per_m": "gradiente máximo de presión",
    "min_capacity_kw": "capacidad mínima kW",
    "min_capacity_kwh": "capacidad mínima kWh",
    "min_capacity_kwp": "capacidad mínima kWp",
    "mild_supply_temp_c": "temperatura de suministro con clima templado",
    "min_part_load_frac": "carga parcial mínima",
    "months": "meses",
    "om_frac": "O&M",
    "om_variable_per_kwh": "O&M variable por kWh",
    "per_kwh": "precio de la franja por kWh",
    "population": "personas",
    "power_kw": "potencia",
    "price_factor": "factor de todos los precios de la energía",
    "price_per_kwh": "precio por kWh",
    "primary_energy_factor": "factor de energía primaria",
    "pump_efficiency_frac": "eficiencia de las bombas",
    "rate_frac": "tasa del préstamo",
    "rated_cop": "COP nominal",
    "return_temp_c": "temperatura de retorno",
    "round_trip_frac": "eficiencia de ida y vuelta",
    "seed": "semilla",
    "shadow_carbon_price_per_t": "precio sombra del carbono",
    "social_discount_rate_frac": "tasa social de descuento",
    "spot_export_frac": "fracción del precio horario en la venta",
    "spot_factor": "factor de los precios horarios",
    "start_up_cost": "costo de arranque",
    "supply_temp_c": "temperatura de suministro",
    "temp_c": "temperatura",
    "tenor_a": "plazo del préstamo",
    "typical_days": "días típicos",
    "unserved_cost_per_kwh": "costo de la energía no servida",
    "utility_supply_cost_per_kwh": "costo de suministro de la empresa eléctrica",
    "value_of_lost_load_per_kwh": "valor de la carga perdida",
    "water_price_per_m3": "precio del agua por m³",
    "weekdays": "días de la semana",
}
"""Last part of a path → Spanish."""

_SERVICES: Mapping[str, str] = {
    "cooling": "frío", "heating": "calefacción", "hot_water": "agua caliente", "steam": "vapor",
    "compressed_air": "aire comprimido", "electricity": "electricidad",
}  # fmt: skip
_NAMED = re.compile(r"(?<![\w./-])(?:'[a-z_]+'|[a-z][\w.]*_[a-z0-9_]+)(?![\w./-]|\.\w| \()")
"""A service in quotes, or the name of a field with or without its path, that no word in brackets explains already."""

CHANGED_INPUT = ("base", "value")
"""Columns of changed inputs: numbers and words mixed, kept as text."""
_POINT = re.compile(r"(\d+): (.+)")
_NEXT_FIELD = re.compile(r", (?=[A-Za-z_])")
"""Between two fields of a point; a window of several parts (``hours 9-11, 18-20``) has commas of its own."""
_FIELD = re.compile(r"[a-z0-9_.-]+\Z")
_ONE_OF = {"finance", "emissions", "settings", "study", "weather", "city"}
"""Parts of a case there is one of: their names add nothing to that of a field."""


def field_in_words(path: str, lang: str) -> str:
    """Return what the field at `path` is called; one without a name, and every one in English, keeps its path.

    Parameters
    ----------
    path
        As the user writes it, or its last parts as in the name of a point.
    lang
        ``en`` or ``es``.
    """
    *above, last = path.split(".")
    if lang != "es" or last not in _SPANISH or not _FIELD.match(path):
        return path
    if above[:1] == ["variants"]:
        above = above[3:]
    owner = [] if above[:1] and above[0] in _ONE_OF else above[1:] or above
    return f"{_SPANISH[last]} ({' '.join(owner)})" if owner else _SPANISH[last]


def with_labels(text: str, lang: Lang) -> str:
    """Return a sentence of a finding in which each field and service is followed once by what it is called.

    The name of the file stays, for it is what must be typed: ``capex_per_kw (inversión por kW)``. English is as it is.
    """
    if lang != "es":
        return text
    told: set[str] = set()

    def labeled(found: re.Match[str]) -> str:
        name = found[0].strip("'").rpartition(".")[2]
        label = _SERVICES.get(name, "") if found[0].startswith("'") else _SPANISH.get(name, "")
        if not label or name in told:
            return found[0]
        told.add(name)
        return f"{found[0]} ({label})"

    return _NAMED.sub(labeled, text)


def point_in_words(name: str, lang: str) -> str:
    """Return the name of a point of a grid (``07: discount_rate_frac 0.08``) in a language, any other as it is."""
    found = _POINT.fullmatch(name) if lang == "es" else None
    if found is None:
        return field_in_words(name, lang) if "." in name else name
    return f"{found[1]}: {'; '.join(_value_in_words(part) for part in _NEXT_FIELD.split(found[2]))}"


def _value_in_words(part: str) -> str:
    """Return one field and its value in Spanish, the number as in Colombia."""
    path, _, value = part.partition(" ")
    return f"{field_in_words(path, 'es')} {as_written(value, 'es')}"


def as_written(value: str, lang: Lang) -> str:
    """Return a number that stands as text with the digits it has, as the language writes it; other text as it is."""
    try:
        number = float(value)
    except ValueError:
        return value
    if "e" in value.lower():
        return value.replace(".", ",") if lang == "es" else value
    return format_number(number, lang, len(value.partition(".")[2]))

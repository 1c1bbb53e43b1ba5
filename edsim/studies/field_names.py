"""What fields are called in a sentence; its reader need not know the names of the file.

Tables of a study keep the paths, which the next study may vary again; page, screen and first sentences say the words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from edsim.core.i18n import Lang, format_number

_NAMES: Mapping[str, tuple[str, str]] = {
    "age_a": ("age", "edad"),
    "approach_k": ("approach", "acercamiento"),
    "area_m2": ("area", "área"),
    "available_frac": ("availability", "disponibilidad"),
    "available_kw": ("available power", "potencia disponible"),
    "azimuth_deg": ("azimuth", "azimut"),
    "blow_down_price_per_m3": ("sewer charge on blow-down per m³", "cargo por purga por m³"),
    "capex_per_kw": ("investment per kW", "inversión por kW"),
    "capex_per_kwh": ("investment per kWh", "inversión por kWh"),
    "capex_per_kwp": ("investment per kWp", "inversión por kWp"),
    "carbon_price_per_t": ("carbon price", "precio del carbono"),
    "charge_kg_per_kw": ("refrigerant charge per kW", "carga de refrigerante por kW"),
    "compressor": ("compressor", "compresor"),
    "condenser": ("condenser", "condensador"),
    "conditioned_frac": ("conditioned share", "fracción acondicionada"),
    "connect": ("connection", "conexión"),
    "connection_per_kw": ("connection charge per kW", "cargo de conexión por kW"),
    "contingency_frac": ("contingency", "imprevistos"),
    "cop": ("COP", "COP"),
    "cost_cap_frac": ("extra cost allowed", "costo adicional permitido"),
    "cost_factor": ("cost factor", "factor de costo"),
    "country": ("country", "país"),
    "currency": ("currency", "moneda"),
    "customer_discount_rate_frac": ("discount rate of the customer", "tasa de descuento del cliente"),
    "customer_saving_frac": ("saving of the customer", "ahorro del cliente"),
    "demand_per_kw_month": ("demand charge", "cargo por demanda"),
    "discount_rate_frac": ("discount rate", "tasa de descuento"),
    "efficiency_frac": ("efficiency", "eficiencia"),
    "electric_efficiency_frac": ("electric efficiency", "eficiencia eléctrica"),
    "elevation_m": ("elevation", "altitud"),
    "energy_per_kwh": ("energy price per kWh", "precio de la energía por kWh"),
    "engineering_frac": ("engineering", "ingeniería"),
    "escalation_frac": ("escalation of the price", "escalamiento del precio"),
    "exchange_rate_per_usd": ("exchange rate per US dollar", "tasa de cambio por dólar"),
    "existing_capacity_kw": ("existing capacity", "capacidad existente"),
    "export_per_kwh": ("sale price per kWh", "precio de venta por kWh"),
    "fixed_capex": ("fixed investment", "inversión fija"),
    "fixed_om_frac": ("fixed O&M", "O&M fijo"),
    "fixed_per_a": ("fixed charge a year", "cargo fijo anual"),
    "floor_area_factor": ("factor of the floor area", "factor del área construida"),
    "floor_area_m2": ("floor area", "área construida"),
    "flow_m3_per_h": ("flow", "caudal"),
    "fuel": ("fuel", "combustible"),
    "grant": ("grant", "subvención"),
    "grid_change_frac": ("yearly change of the grid factor", "cambio anual del factor de la red"),
    "grid_kg_per_kwh": ("grid emission factor", "factor de emisión de la red"),
    "grid_primary_energy_factor": ("primary energy factor of the grid", "factor de energía primaria de la red"),
    "heat_recovery_frac": ("heat recovery", "recuperación de calor"),
    "heated_frac": ("heated share", "fracción calefaccionada"),
    "horizon_a": ("horizon", "horizonte"),
    "hours": ("hours", "horas"),
    "inflation_frac": ("inflation", "inflación"),
    "interest_frac": ("interest", "interés"),
    "lat_deg": ("latitude", "latitud"),
    "leakage_frac": ("leakage", "fugas"),
    "lifetime_a": ("lifetime", "vida útil"),
    "lon_deg": ("longitude", "longitud"),
    "max_capacity_kw": ("largest capacity kW", "capacidad máxima kW"),
    "max_capacity_kwh": ("largest capacity kWh", "capacidad máxima kWh"),
    "max_capacity_kwp": ("largest capacity kWp", "capacidad máxima kWp"),
    "max_connection_kw": ("largest connection", "conexión máxima"),
    "max_export_kw": ("largest sale", "venta máxima"),
    "max_pressure_gradient_pa_per_m": ("largest pressure gradient", "gradiente máximo de presión"),
    "mild_supply_temp_c": ("supply temperature in mild weather", "temperatura de suministro con clima templado"),
    "min_capacity_kw": ("least capacity kW", "capacidad mínima kW"),
    "min_capacity_kwh": ("least capacity kWh", "capacidad mínima kWh"),
    "min_capacity_kwp": ("least capacity kWp", "capacidad mínima kWp"),
    "min_part_load_frac": ("least part load", "carga parcial mínima"),
    "months": ("months", "meses"),
    "normals": ("normals of the city", "normales de la ciudad"),
    "om_frac": ("O&M", "O&M"),
    "om_variable_per_kwh": ("variable O&M per kWh", "O&M variable por kWh"),
    "per_kwh": ("price of the band per kWh", "precio de la franja por kWh"),
    "plant_water_price_per_m3": ("water price of the plant per m³", "precio del agua de la planta por m³"),
    "population": ("people", "personas"),
    "power_kw": ("power", "potencia"),
    "price_factor": ("factor of all energy prices", "factor de todos los precios de la energía"),
    "price_per_kwh": ("price per kWh", "precio por kWh"),
    "price_year": ("price year", "año de precios"),
    "primary_energy_factor": ("primary energy factor", "factor de energía primaria"),
    "pump_efficiency_frac": ("pump efficiency", "eficiencia de las bombas"),
    "rate_frac": ("loan rate", "tasa del préstamo"),
    "rated_cop": ("rated COP", "COP nominal"),
    "refrigerant": ("refrigerant", "refrigerante"),
    "return_temp_c": ("return temperature", "temperatura de retorno"),
    "round_trip_frac": ("round-trip efficiency", "eficiencia de ida y vuelta"),
    "seed": ("seed", "semilla"),
    "shadow_carbon_price_per_t": ("shadow carbon price", "precio sombra del carbono"),
    "social_discount_rate_frac": ("social discount rate", "tasa social de descuento"),
    "spot_export_frac": ("share of the hourly price in sales", "fracción del precio horario en la venta"),
    "spot_factor": ("factor of hourly prices", "factor de los precios horarios"),
    "source": ("source", "fuente"),
    "start_up_cost": ("cost of a start", "costo de arranque"),
    "storeys": ("storeys", "pisos"),
    "supply_temp_c": ("supply temperature", "temperatura de suministro"),
    "temp_c": ("temperature", "temperatura"),
    "tenor_a": ("loan term", "plazo del préstamo"),
    "typical_days": ("typical days", "días típicos"),
    "tariff": ("tariff", "tarifa"),
    "units": ("units", "unidades"),
    "unserved_cost_per_kwh": ("cost of unserved energy", "costo de la energía no servida"),
    "use": ("use", "uso"),
    "utility_supply_cost_per_kwh": ("supply cost of the utility", "costo de suministro de la empresa eléctrica"),
    "value_of_lost_load_per_kwh": ("value of lost load", "valor de la carga perdida"),
    "water_price_per_m3": ("water price per m³", "precio del agua por m³"),
    "weekdays": ("weekdays", "días de la semana"),
    "year_built": ("year built", "año de construcción"),
}
"""Last part of a path → English and Spanish."""
_LANGS = ("en", "es")

_SERVICES: Mapping[str, str] = {
    "cooling": "frío", "heating": "calefacción", "hot_water": "agua caliente", "steam": "vapor",
    "compressed_air": "aire comprimido", "electricity": "electricidad",
}  # fmt: skip
_NAMED = re.compile(r"(?<![\w./-])(?:'[a-z_]+'|[a-z][\w.]*_[a-z0-9_]+)(?![\w./-]|\.\w| \()")
"""A service in quotes, or the name of a field with or without its path, that no word in brackets explains already."""

_MOST_DIGITS = 6
"""Digits of a changed input that a reader sees: a default brought to a price year has a dozen."""
CHANGED_INPUT = ("base", "value")
"""Columns of changed inputs: numbers and words mixed, kept as text."""
_POINT = re.compile(r"(\d+): (.+)")
_NEXT_FIELD = re.compile(r", (?=[A-Za-z_])")
"""Between two fields of a point; a window of several parts (``hours 9-11, 18-20``) has commas of its own."""
_FIELD = re.compile(r"[a-z0-9_.-]+\Z")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
_NO_MONEY: Mapping[str, str] = {
    "_kg_per_kwh": "kg/kWh", "_kg_per_kw": "kg", "_m3_per_h": "m³/h", "_pa_per_m": "Pa/m",
}  # fmt: skip
_UNITS: Mapping[str, str] = {
    **_NO_MONEY, "_kwh": "kWh", "_kwp": "kWp", "_kw": "kW", "_m2": "m²", "_m3": "m³", "_deg": "°", "_c": "°C",
    "_k": "K", "_m": "m", "_a": "a",
}  # fmt: skip
"""Tail of a field → unit of its value."""
_MONEY = {"grant", "fixed_capex", "start_up_cost", "fixed_per_a", "exchange_rate_per_usd"}
"""Fields of money whose names tell per what, if anything."""
_TOLD = re.compile(" (?:per|por) (?:kWh|kWp|kW|m³)")
"""A name that tells per what a price is."""
_PER: tuple[Mapping[str, str], ...] = (
    {"kw_month": "kW/month", "kwh": "kWh", "kw": "kW", "m3": "m³"},
    {"kw_month": "kW/mes", "kwh": "kWh", "kw": "kW", "m3": "m³"},
)
_ONE_OF = {"finance", "emissions", "settings", "study", "weather", "city"}
"""Parts of a case there is one of: their names add nothing to that of a field."""


def field_in_words(path: str, lang: Lang) -> str:
    """Return what the field at `path` is called; one without a name keeps its path.

    Parameters
    ----------
    path
        As the user writes it, or its last parts as in the name of a point.
    lang
        ``en`` or ``es``.
    """
    *above, last = path.split(".")
    if last not in _NAMES or not _FIELD.match(path):
        return path
    if above[:1] == ["variants"]:
        above = above[3:]
    owner = [] if above[:1] and above[0] in _ONE_OF else above[1:] or above
    name = _NAMES[last][_LANGS.index(lang)]
    return f"{name} ({' '.join(owner)})" if owner else name


def with_labels(text: str, lang: Lang) -> str:
    """Return a sentence of a finding in which each field and service is followed once by what it is called.

    The name of the file stays, for it is what must be typed: ``capex_per_kw (inversión por kW)``. English is as it is.
    """
    if lang != "es":
        return text
    told: set[str] = set()

    def labeled(found: re.Match[str]) -> str:
        name = found[0].strip("'").rpartition(".")[2]
        label = _SERVICES.get(name, "") if found[0].startswith("'") else _NAMES.get(name, ("", ""))[1]
        if not label or name in told:
            return found[0]
        told.add(name)
        return f"{found[0]} ({label})"

    return _NAMED.sub(labeled, text)


def point_in_words(name: str, lang: Lang, currency: str = "") -> str:
    """Return the name of a point of a grid (``07: discount_rate_frac 0.08``) in words, any other as it is.

    Values have the unit of their field, shares as percentages; money has one where `currency` is given.
    """
    found = _POINT.fullmatch(name)
    if found is None:
        return field_in_words(name, lang) if "." in name else name
    return f"{found[1]}: {'; '.join(_value_in_words(part, lang, currency) for part in _NEXT_FIELD.split(found[2]))}"


def _value_in_words(part: str, lang: Lang, currency: str) -> str:
    """Return one field and its value, the number as the language writes it, with its unit."""
    path, _, value = part.partition(" ")
    name, last = field_in_words(path, lang), path.rpartition(".")[2]
    if not _NUMBER.fullmatch(value):
        return f"{name} {value}"
    if last.endswith("_frac"):
        return f"{name} {as_written(f'{100.0 * float(value):.6g}', lang)} %"
    unit = _unit(last, name, currency, lang)
    name = name.replace(f" {unit}", "", 1) if unit else name
    return f"{name} {as_written(value, lang)} {unit}".rstrip()


def _unit(last: str, name: str, currency: str, lang: Lang) -> str:
    """Return the unit of the value of a field; of money only the currency where the name tells per what."""
    of_money = last in _MONEY or ("_per_" in last and not any(map(last.endswith, _NO_MONEY)))
    if of_money:
        per = "" if last in _MONEY else last.partition("_per_")[2]
        told = not per or not currency or _TOLD.search(name)
        return currency if told else f"{currency}/{_PER[_LANGS.index(lang)].get(per, per)}"
    unit = next((u for tail, u in _UNITS.items() if last.endswith(tail)), "")
    return "años" if unit == "a" and lang == "es" else unit


def as_written(value: str, lang: Lang) -> str:
    """Return a number that stands as text as the language writes it, six digits at most; other text as it is."""
    try:
        number = float(value)
    except ValueError:
        return value
    if "e" in value.lower():
        return value.replace(".", ",") if lang == "es" else value
    whole, _, decimals = value.partition(".")
    return format_number(number, lang, min(len(decimals), max(_MOST_DIGITS - len(whole.lstrip("-0")), 0)))

"""The sentences of a diagnosis, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import ceil, floor, isfinite, log10
from types import MappingProxyType

from edsim.core.carriers import family, is_of
from edsim.core.i18n import Lang, format_number, pick, screen_unit

_DIGITS = 4
_WORD = re.compile("[A-Za-z]+")

CARRIERS: Mapping[Lang, Mapping[str, str]] = {
    "en": {},
    "es": {
        "chilled_water": "agua helada",
        "hot_water": "agua caliente",
        "condenser_water": "agua de condensación",
        "ambient_water": "agua a temperatura ambiente",
        "electricity": "electricidad",
        "steam": "vapor",
        "steam_low": "vapor de baja presión",
        "compressed_air": "aire comprimido",
        "natural_gas": "gas natural",
        "diesel": "diésel",
        "lpg": "GLP",
        "biogas": "biogás",
        "biomass": "biomasa",
        "coal": "carbón",
        "heat": "calor",
        "cooling": "enfriamiento",
        "exhaust_gas": "gases de escape",
    },
}

_UNITS_ES: Mapping[str, str] = {
    "frac": "fracción",
    "months": "meses",
    "month": "mes",
    "day": "día",
    "persons": "personas",
    "rooms": "habitaciones",
    "beds": "camas",
    "meals": "comidas",
    "cycles": "ciclos",
}
"""Words that stand in units."""

TEXTS: Mapping[Lang, Mapping[str, str]] = {
    "en": {
        "short": "{kw} {unit} of {carrier} are missing at {node} on {when} "
        "(of {load} {unit}; {hours} h and {kwh} {sum_unit} a year)",
        "short_none": "no plant keeps the limits, caps and forced runs of the case, even with all demand left unserved",
        "short_draw": "what {names} must draw is out of reach within the limits, even with all demand left unserved",
        "departed": "of its sources these have left by then: {names}",
        "raise": "raise {path} from {old} to at least {new} {unit}",
        "lower": "lower {path} from {old} to {new} {unit} or less",
        "source": "raise {path} to at least {new} times what the source gives",
        "outage": "allow {owner} to supply {new} kW in the outage (now {path} forbids it)",
        "cap": "raise the cap on {owner} from {old} to at least {new} {unit}, or raise limits and offer machines that "
        "do with less",
        "store": "allow a {kind} of at least {new} {unit} at {node}",
        "drop": "drop {percent} % of the load of {building} on {when}",
        "drop_all": "drop {percent} % of the load of {carrier} at {node} on {when}",
        "dropped": " ({new} {unit}), and up to as much in each of {hours} h in all: {kwh} {sum_unit} a year",
        "dropped_once": " ({new} {unit}, in that hour alone)",
        "cap_broken": "the cap of {old} {unit} on {owner} is out of reach: the lowest that any plant within the limits "
        "reaches while it serves all demand is {new} {unit}",
        "drop_kw": "do without {new} {unit} of {carrier} at {node} in the worst hour",
        "costs": " (about {cost} {currency} a year)",
        "unpriced": " (the case gives it no price)",
        "or": "; or ",
        "together_what": "no single limit repairs it; these must move together",
        "alone_what": "no design serves the demand within the limits of the case",
        "no_limit": "no limit of the case repairs it: a supplier is missing, or a temperature or source does not fit",
        "add_supplier": "add a supplier (edsim technologies lists them)",
        "and": "; and ",
        "at_least": "at least {new} {unit}",
        "at_most": "at most {new} {unit}",
        "with_none": "buildings of connect: optional are left out: the plant cannot serve even those that must connect",
        "with_all": "all buildings of connect: optional are taken as connected: without them the plant can serve; "
        "instead of a repair, connect: never keeps some of them out",
    },
    "es": {
        "short": "faltan {kw} {unit} de {carrier} en {node} el {when} "
        "(de {load} {unit}; {hours} h y {kwh} {sum_unit} al año)",
        "short_none": "ninguna planta cumple los límites, topes y marchas forzadas del caso, aun sin servir demanda "
        "alguna",
        "short_draw": "lo que debe tomar {names} es inalcanzable dentro de los límites, aun sin servir demanda alguna",
        "departed": "de sus fuentes, para entonces ya salieron: {names}",
        "raise": "suba {path} de {old} a por lo menos {new} {unit}",
        "lower": "baje {path} de {old} a {new} {unit} o menos",
        "source": "suba {path} a por lo menos {new} veces lo que da la fuente",
        "outage": "permita que {owner} entregue {new} kW durante el corte (hoy {path} lo impide)",
        "cap": "suba el tope de {owner} de {old} a por lo menos {new} {unit}, o suba límites y ofrezca máquinas que "
        "gasten menos",
        "store": "permita un almacén {kind} de por lo menos {new} {unit} en {node}",
        "drop": "quite {percent} % de la carga de {building} el {when}",
        "drop_all": "quite {percent} % de la carga de {carrier} en {node} el {when}",
        "dropped": " ({new} {unit}), y hasta otro tanto en cada una de {hours} h en total: {kwh} {sum_unit} al año",
        "dropped_once": " ({new} {unit}, solo en esa hora)",
        "cap_broken": "el tope de {old} {unit} para {owner} es inalcanzable: lo más bajo que logra una planta dentro "
        "de los límites, sirviendo toda la demanda, es {new} {unit}",
        "drop_kw": "prescinda de {new} {unit} de {carrier} en {node} en la peor hora",
        "costs": " (unos {cost} {currency} al año)",
        "unpriced": " (el caso no le da precio)",
        "or": "; o ",
        "together_what": "ningún límite por sí solo lo remedia; estos deben moverse juntos",
        "alone_what": "ningún diseño sirve la demanda dentro de los límites del caso",
        "no_limit": "ningún límite del caso lo remedia: falta un proveedor, o no sirve una temperatura o una fuente",
        "add_supplier": "agregue un proveedor (edsim technologies los lista)",
        "and": "; y ",
        "at_least": "por lo menos {new} {unit}",
        "at_most": "a lo sumo {new} {unit}",
        "with_none": "no se cuentan los edificios con connect: optional: la planta no sirve ni a los que deben "
        "conectarse",
        "with_all": "se toman como conectados todos los edificios con connect: optional: sin ellos la planta sí sirve; "
        "en vez de un remedio, connect: never deja algunos por fuera",
    },
}


def say(key: str, lang: Lang, values: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the text of `key` with its values."""
    return pick(TEXTS, lang)[key].format_map(values)


def carrier_name(carrier: str, lang: Lang) -> str:
    """Return the name of a carrier in a sentence."""
    base, names = family(carrier), CARRIERS[lang]
    if carrier in names or base not in names:
        return names.get(carrier, carrier.replace("_", " "))
    return f"{names[base]} ({carrier.removeprefix(base).strip('_').replace('_', ' ')})"


def units_of(carrier: str) -> tuple[str, str]:
    """Return the units of a flow of a carrier and of its sum over time."""
    return ("Nm³/h", "Nm³") if is_of(carrier, "compressed_air") else ("kW", "kWh")


def unit_name(unit: str, lang: Lang) -> str:
    """Return a unit in a sentence: its words in the language, its symbols as they are."""
    said = unit if lang == "en" else _WORD.sub(lambda word: _UNITS_ES.get(word[0], word[0]), unit)
    return screen_unit(said)


def downward(value: float, lang: Lang) -> str:
    """Return a value rounded down to four figures, so that what is printed is enough."""
    if not isfinite(value) or value <= 0.0:
        return format_number(max(value, 0.0), lang)
    digits = _DIGITS - 1 - floor(log10(value))
    step = 10.0**-digits
    return _shortest(floor(value / step + 1e-6) * step, max(0, digits), lang)


def upward(value: float, lang: Lang) -> str:
    """Return a value rounded up to four figures, so that what is printed is enough."""
    if not isfinite(value) or value <= 0.0:
        return format_number(max(value, 0.0), lang)
    digits = _DIGITS - 1 - floor(log10(value))
    step = 10.0**-digits
    return format_number(ceil(value / step - 1e-6) * step, lang, max(0, digits))


def plain(value: float, lang: Lang) -> str:
    """Return a value with at most four figures after rounding, whole above 1,000."""
    if value == 0.0 or not isfinite(value):
        return format_number(0.0, lang) if value == 0.0 else "-"
    digits = max(0, _DIGITS - 1 - floor(log10(abs(value))))
    return _shortest(value, min(digits, 6), lang)


def _shortest(value: float, digits: int, lang: Lang) -> str:
    """Return a value with at most `digits` decimals, without zeros at the end."""
    text = format_number(value, lang, digits)
    decimal = "." if lang == "en" else ","
    return text.rstrip("0").rstrip(decimal) if decimal in text else text

"""What the summary says first: what gets worse, then what is built and what it saves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from edsim.appraisal.facts import Facts
from edsim.appraisal.returns import Returns
from edsim.case.schema import Case
from edsim.core.i18n import Lang, format_number
from edsim.core.units import KW_PER_TR

_WORSE = {
    "en": "{label} rises from {bau} to {value} {unit} in {variant}{better}.",
    "es": "{label} sube de {bau} a {value} {unit} en {variant}{better}.",
}
_BETTER = {"en": "; {names} would not raise it", "es": "; {names} no lo haría"}
_NO_OTHER = {"en": "; no other variant avoids it", "es": "; ninguna otra variante lo evita"}
_LABELS: tuple[tuple[str, float, str, str, str], ...] = (
    ("life_cycle_cost", 1e-6, "Life-cycle cost", "El costo de ciclo de vida", "M{currency}"),
    ("ghg_kg", 1e-3, "GHG with all refrigerants", "El total de GEI con refrigerantes", "tCO2e/a"),
    ("ghg_kyoto_kg", 1e-3, "GHG of the Kyoto basket", "El GEI de la canasta de Kioto", "tCO2e/a"),
    ("hfc_installed_kg", 1e-3, "The HFC installed", "El HFC instalado", "tCO2e"),
    ("final_energy_kwh", 1e-6, "Final energy", "La energía final", "GWh/a"),
    ("primary_energy_kwh", 1e-6, "Non-renewable primary energy", "La energía primaria no renovable", "GWh/a"),
    ("grid_peak_kw", 1e-3, "The peak import", "El pico de importación", "MW"),
    ("coincident_kw", 1e-3, "The import in the peak hours of BAU", "La importación en las horas pico del BAU", "MW"),
    ("water_m3", 1.0, "Water use", "El consumo de agua", "m3/a"),
    ("nox_kg", 1.0, "The emission of nitrogen oxides", "La emisión de óxidos de nitrógeno", "kg/a"),
    ("pm_kg", 1.0, "The emission of fine particles", "La emisión de material particulado", "kg/a"),
)
_BUILD = {
    "en": "{variant}: {tr} TR of chillers for {gwh} GWh of cooling a year, {invest} M{currency}.",
    "es": "{variant}: {tr} TR de enfriadores para {gwh} GWh de frío al año, {invest} M{currency}.",
}
_PARK = {
    "en": "{variant}: networks for {services} to {buildings} buildings, {invest} M{currency}.",
    "es": "{variant}: redes de {services} a {buildings} edificios, {invest} M{currency}.",
}
_SERVICES = {
    "chilled_water": ("cooling", "frío"),
    "ambient_water": ("ambient water", "agua a temperatura ambiente"),
    "hot_water": ("hot water", "agua caliente"),
    "steam": ("steam", "vapor"),
    "compressed_air": ("compressed air", "aire comprimido"),
}
_AGAINST = {"en": "Against BAU it {money}, {energy} and {ghg}.", "es": "Frente al BAU {money}, {energy} y {ghg}."}
_PARTS = {
    "en": {
        "money": (
            "saves {x} M{currency} over {years} years",
            "costs {x} M{currency} more over {years} years",
        ),
        "energy": ("uses {x} % less final energy", "uses {x} % more final energy"),
        "ghg": (
            "avoids {x} tCO2e a year ({frac} %), of which {gas} t from refrigerants",
            "emits {x} tCO2e a year more ({frac} %), although refrigerants fall by {gas} t",
        ),
    },
    "es": {
        "money": ("ahorra {x} M{currency} en {years} años", "cuesta {x} M{currency} más en {years} años"),
        "energy": ("usa {x} % menos de energía final", "usa {x} % más de energía final"),
        "ghg": (
            "evita {x} tCO2e al año ({frac} %), de las que {gas} t son de refrigerantes",
            "emite {x} tCO2e más al año ({frac} %), aunque los refrigerantes bajan {gas} t",
        ),
    },
}
"""Wording of a saving and of a loss."""


def headline(
    facts: Mapping[str, Facts], returns: Mapping[str, Returns], variants: Sequence[str], case: Case, lang: str
) -> tuple[str, ...]:
    """Return the sentences of the summary, the worst news first."""
    language: Lang = "es" if lang == "es" else "en"
    main, bau = variants[0], facts["bau"]
    f = facts[main]
    said = [s for row in _LABELS if (s := _worse(row, facts, variants, (case.currency, language)))]
    carriers = list(dict.fromkeys(n.carrier for n in case.networks))
    sentence = _BUILD if set(carriers) <= {"chilled_water"} else _PARK
    said.append(
        sentence[language].format(
            variant=main,
            services=_listed([_SERVICES[c][language == "es"] for c in carriers], language),
            buildings=len(case.buildings),
            tr=format_number(f.chiller_kw / KW_PER_TR, language),
            gwh=format_number(f.cooling_kwh / 1e6, language, 1),
            invest=format_number((f.investment + f.later_investment) / 1e6, language, 1),
            currency=case.currency,
        )
    )
    said.append(_against(f, bau, returns[main].npv, (case, language)))
    return tuple(said)


def _listed(words: Sequence[str], language: Lang) -> str:
    """Return words as a list in a sentence."""
    last = {"en": " and ", "es": " y "}[language]
    return last.join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _against(f: Facts, bau: Facts, npv: float, frame: tuple[Case, Lang]) -> str:
    """Return the sentence on money, energy and GHG, each as a saving or as a loss."""
    case, language = frame
    refrigerant = bau.ghg_hfc_kg + bau.ghg_montreal_kg - f.ghg_hfc_kg - f.ghg_montreal_kg
    avoided = bau.ghg_kg - f.ghg_kg
    saved_frac = 1 - f.final_energy_kwh / bau.final_energy_kwh if bau.final_energy_kwh else 0.0
    values = {"money": (npv / 1e6, 1), "energy": (100 * saved_frac, 0), "ghg": (avoided / 1000, 0)}
    extra = {
        "currency": case.currency,
        "years": case.finance.horizon_a,
        "frac": format_number(100 * abs(avoided) / bau.ghg_kg if bau.ghg_kg else 0.0, language),
        "gas": format_number(refrigerant / 1000, language),
    }
    words = {
        part: _PARTS[language][part][0 if value >= 0 else 1].format(
            x=format_number(abs(value), language, digits), **extra
        )
        for part, (value, digits) in values.items()
    }
    return _AGAINST[language].format(**words)


def _worse(
    row: tuple[str, float, str, str, str],
    facts: Mapping[str, Facts],
    variants: Sequence[str],
    words: tuple[str, Lang],
) -> str:
    name, factor, english, spanish, unit = row
    currency, language = words
    if any(getattr(facts[v], name) is None for v in ("bau", *variants)):
        return ""
    base, value = (float(getattr(facts[v], name)) for v in ("bau", variants[0]))
    if value <= base * (1 + 1e-6) + 1e-9:
        return ""
    digits = 2 if base * factor < 1000.0 else 0
    others = [v for v in variants[1:] if float(getattr(facts[v], name)) <= base * (1 + 1e-6) + 1e-9]
    otherwise = _NO_OTHER[language] if len(variants) > 1 else ""
    return _WORSE[language].format(
        label=spanish if language == "es" else english,
        bau=format_number(base * factor, language, digits),
        value=format_number(value * factor, language, digits),
        unit=unit.format(currency=currency),
        variant=variants[0],
        better=_BETTER[language].format(names=", ".join(others)) if others else otherwise,
    )

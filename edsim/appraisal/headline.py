"""What the summary says after the verdict: what is built, what gets worse, what the money returns, peak and GHG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor, log10

from edsim.appraisal.facts import Facts
from edsim.appraisal.returns import Returns
from edsim.case.schema import Case
from edsim.core.i18n import Lang, format_number, money_scale, money_text, money_unit
from edsim.core.units import KW_PER_TR

_WORSE = {
    "en": "{label} rises from {bau} to {value} {unit} in {variant}{better}.",
    "es": "{label} sube de {bau} a {value} {unit} en {variant}{better}.",
}
_BETTER = {"en": "; {names} would not raise it", "es": "; {names} no lo haría"}
_CHEAPEST = {
    "en": "Of the variants {best} costs least: net present value {x}, that of {variant} {y}.",
    "es": "De las variantes {best} cuesta menos: valor presente neto {x}, el de {variant} {y}.",
}
"""Sentence where the variant the summary speaks of is not the cheapest."""
_NO_OTHER = {"en": "; no other variant avoids it", "es": "; ninguna otra variante lo evita"}
_LABELS: tuple[tuple[str, float, str, str, str], ...] = (
    ("final_energy_kwh", 1e-3, "Final energy purchased", "La energía final comprada", "MWh/a"),
    ("primary_energy_kwh", 1e-3, "Non-renewable primary energy", "La energía primaria no renovable", "MWh/a"),
    (
        "grid_peak_kw",
        1.0,
        "The peak import of the compared services",
        "El pico tomado de la red por los servicios comparados",
        "kW",
    ),
    (
        "coincident_kw",
        1.0,
        "The import in the peak hours of BAU",
        "La potencia tomada de la red en las horas pico del BAU",
        "kW",
    ),
    ("ghg_kg", 1e-3, "GHG with all refrigerants", "El total de GEI con refrigerantes", "tCO2e/a"),
    ("ghg_kyoto_kg", 1e-3, "GHG of the Kyoto basket", "El GEI de la canasta de Kioto", "tCO2e/a"),
    ("hfc_installed_kg", 1e-3, "The HFC installed", "El HFC instalado", "tCO2e"),
    ("water_m3", 1.0, "Water use", "El consumo de agua", "m3/a"),
    ("nox_kg", 1.0, "The emission of nitrogen oxides", "La emisión de óxidos de nitrógeno", "kg/a"),
    ("pm_kg", 1.0, "The emission of fine particles", "La emisión de material particulado", "kg/a"),
)
"""What is said when it gets worse, in the order of the summary: energy, peak, GHG, water, air; cost is the verdict."""
_BUILD = {
    "en": "{variant}: {tr} TR of chillers for {mwh} MWh of cooling a year, {invest}.",
    "es": "{variant}: {tr} TR de enfriadores para {mwh} MWh de frío al año, {invest}.",
}
_PARK = {
    "en": "{variant}: networks for {services} to {buildings}, {invest}.",
    "es": "{variant}: redes de {services} a {buildings}, {invest}.",
}
_BUILDINGS = {"en": ("{n} building", "{n} buildings"), "es": ("{n} edificio", "{n} edificios")}
_SERVICES = {
    "chilled_water": ("cooling", "frío"),
    "ambient_water": ("ambient water", "agua a temperatura ambiente"),
    "heating": ("heating", "calefacción"),
    "hot_water": ("hot water", "agua caliente"),
    "steam": ("steam", "vapor"),
    "compressed_air": ("compressed air", "aire comprimido"),
}
_HEAT = frozenset({"heating", "hot_water"})
"""Services that water of the carrier hot_water brings to rooms and taps; a process takes the carrier itself."""
_BACK = {
    "en": (
        "real internal rate of return before tax {irr} %",
        "payback {payback} years",
        "no payback within {years} years",
    ),
    "es": (
        "tasa interna de retorno real antes de impuestos {irr} %",
        "recuperación en {payback} años",
        "sin recuperación en {years} años",
    ),
}
_DISCOUNTED = {"en": ", {discounted} discounted", "es": ", {discounted} con flujos descontados"}
_SPARED = {
    "en": ", counting the replacements of BAU it avoids",
    "es": ", contando las reposiciones del BAU que evita",
}
_FIRST_YEAR = {
    "en": "{extra} more at start for {saving} saved in the first year: {plain} years",
    "es": "{extra} más al inicio por {saving} ahorrados el primer año: {plain} años",
}
_LEVELIZED = {
    "en": ("Levelized cost: {parts}.", "{service} {value} {unit} (BAU {bau})"),
    "es": ("Costo nivelado: {parts}.", "{service} {value} {unit} (BAU {bau})"),
}
_SAME_FRAC = 1e-4
"""Difference of two levelized costs that no figure of a study is exact to."""
_SAME = {"en": "the same", "es": "igual"}
_NAMES = {
    "cooling": ("cooling", "frío"),
    "heating": ("heating", "calefacción"),
    "hot_water": ("hot water", "agua caliente"),
    "steam": ("steam", "vapor"),
    "compressed_air": ("compressed air", "aire comprimido"),
    "electricity": ("electricity", "electricidad"),
}
_ENERGY = {
    "en": {
        "peak": (
            "imports {share} % less at the peak of the compared services",
            "imports {share} % more at the peak of the compared services",
        ),
        "ghg": ("avoids {x} tCO2e a year ({share} %)", "emits {x} tCO2e a year more ({share} %)"),
        "energy_alone": ("buys {x} MWh less final energy a year", "buys {x} MWh more final energy a year"),
        "peak_alone": (
            "imports {x} kW less at the peak of the compared services",
            "imports {x} kW more at the peak of the compared services",
        ),
        "ghg_alone": ("avoids {x} tCO2e a year", "emits {x} tCO2e a year more"),
        "gas": (
            ", of which {gas} t from refrigerants",
            ", although refrigerants fall by {gas} t",
            ", although refrigerants rise by {gas} t",
        ),
    },
    "es": {
        "peak": (
            "toma de la red {share} % menos en el pico de los servicios comparados",
            "toma de la red {share} % más en el pico de los servicios comparados",
        ),
        "ghg": ("evita {x} tCO2e al año ({share} %)", "emite {x} tCO2e más al año ({share} %)"),
        "energy_alone": ("compra {x} MWh menos de energía final al año", "compra {x} MWh más de energía final al año"),
        "peak_alone": (
            "toma de la red {x} kW menos en el pico de los servicios comparados",
            "toma de la red {x} kW más en el pico de los servicios comparados",
        ),
        "ghg_alone": ("evita {x} tCO2e al año", "emite {x} tCO2e más al año"),
        "gas": (
            ", de las que {gas} t son de refrigerantes",
            ", aunque los refrigerantes bajan {gas} t",
            ", aunque los refrigerantes suben {gas} t",
        ),
    },
}
"""Wording of a saving and of a loss; ``_alone`` where BAU has none, so that there is no share to give."""
_PHYSICS = {"en": "It {parts}{gas}.", "es": "{parts}{gas}."}
_MOST_DIGITS = 6
"""Decimals after which two figures are said to be the same."""
_ROUNDING_FRAC = 1e-4
"""Rise below which a total is the same."""
_LEAST_RISE = {"kW": 0.1, "MWh/a": 0.1}
_LEAST_RISE_ELSE = 1e-4
"""Rise in the unit it is told in below which it is none: 100 W, 100 kWh/a, 100 g of CO2e."""
_NOTHING = 1e-6
"""Energy (MWh/a), power (kW) and GHG (t/a) below which there is none."""
_SAME_YEARS = 0.05
"""Two paybacks that differ by less are printed alike."""
_LEAST_GAS_KG = 500.0
"""Change of refrigerants that rounds to no ton."""


def headline(
    facts: Mapping[str, Facts], returns: Mapping[str, Returns], variants: Sequence[str], case: Case, lang: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the sentences on what gets worse, and those on the whole: investment, return, unit cost, peak and GHG."""
    language: Lang = "es" if lang == "es" else "en"
    main, bau = variants[0], facts["bau"]
    f = facts[main]
    worse = tuple(s for row in _LABELS if (s := _worse(row, facts, variants, language)))
    back = _return(f, bau, returns[main], case, language)
    built, best = _built(f, main, case, language), _cheapest(returns, variants, case, language)
    whole = (built, back, best, _unit_costs(f, bau, case, language), _physics(f, bau, language))
    return worse, tuple(s for s in whole if s)


def _built(f: Facts, main: str, case: Case, language: Lang) -> str:
    """Return what is built for whom, and what it costs."""
    carriers = list(dict.fromkeys(n.family for n in case.networks))
    served = dict.fromkeys(
        s if n.family == "hot_water" and s in _HEAT else n.family for n in case.networks for s in n.services
    )
    sentence = _BUILD if set(carriers) <= {"chilled_water"} else _PARK
    return sentence[language].format(
        variant=main,
        services=_listed([_SERVICES[s][language == "es"] for s in served], language),
        buildings=_BUILDINGS[language][f.connected_buildings != 1].format(n=f.connected_buildings),
        tr=format_number(f.chiller_kw / KW_PER_TR, language),
        mwh=format_number(f.cooling_kwh / 1e3, language),
        invest=money_text(f.investment + f.later_investment, case.currency, language),
    )


def _listed(words: Sequence[str], language: Lang) -> str:
    """Return words as a list in a sentence."""
    last = {"en": " and ", "es": " y "}[language]
    return last.join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _return(f: Facts, bau: Facts, returns: Returns, case: Case, language: Lang) -> str:
    """Return the rate of return and the payback where there is more to invest; empty where there is neither."""
    rate, back, never = _BACK[language]
    parts = []
    if returns.irr_frac is not None:
        parts.append(rate.format(irr=format_number(100.0 * returns.irr_frac, language, 1)))
    if returns.simple_payback_a is not None:
        parts.append(
            back.format(payback=format_number(returns.simple_payback_a, language, 1)) + _defined(returns, language)
        )
    elif f.investment > bau.investment:
        parts.append(never.format(years=case.finance.horizon_a))
    said = "; ".join([*parts, *_first_year(returns, case, language)])
    return f"{said[0].upper()}{said[1:]}." if said else ""


def _cheapest(returns: Mapping[str, Returns], variants: Sequence[str], case: Case, language: Lang) -> str:
    """Return which variant has the highest present value, where it is another than the first."""
    best = max(variants, key=lambda v: returns[v].npv)
    y, x, unit = _money_apart(returns[variants[0]].npv, returns[best].npv, case.currency, language)
    if x == y:
        return ""
    return _CHEAPEST[language].format(best=best, x=f"{x} {unit}", y=f"{y} {unit}", variant=variants[0])


def _defined(returns: Returns, language: Lang) -> str:
    """Return what the payback counts: replacements where they make it another one than that of the first year."""
    discounted = returns.discounted_payback_a
    plain, lasting = returns.first_year_payback_a, returns.simple_payback_a
    spared = plain is not None and lasting is not None and plain - lasting > _SAME_YEARS
    also = "" if discounted is None else _DISCOUNTED[language].format(discounted=format_number(discounted, language, 1))
    return also + (_SPARED[language] if spared else "")


def _first_year(returns: Returns, case: Case, language: Lang) -> tuple[str, ...]:
    """Return extra investment and first saving with what they give, from which a reader can compute it again."""
    if returns.first_year_payback_a is None:
        return ()
    text = _FIRST_YEAR[language].format(
        extra=money_text(returns.extra_investment, case.currency, language),
        saving=money_text(returns.first_saving, case.currency, language),
        plain=format_number(returns.first_year_payback_a, language, 1),
    )
    return (text,)


def _unit_costs(f: Facts, bau: Facts, case: Case, language: Lang) -> str:
    """Return the levelized cost of every service beside BAU's; empty where there is none."""
    sentence, part = _LEVELIZED[language]
    parts = []
    for service in _NAMES:
        if service in f.levelized and service in bau.levelized:
            now, before = f.levelized[service], bau.levelized[service]
            same = abs(now - before) < _SAME_FRAC * abs(before)
            value, base = _apart(before if same else now, before, language)
            base = _SAME[language] if same else base
            unit = f"{case.currency}/{'Nm3' if service == 'compressed_air' else 'kWh'}"
            name = _NAMES[service][language == "es"]
            parts.append(part.format(service=name, value=value, unit=unit, bau=base))
    separator = "; " if language == "es" else ", "  # a Spanish comma would read as a decimal sign
    return sentence.format(parts=separator.join(parts)) if parts else ""


def _physics(f: Facts, bau: Facts, language: Lang) -> str:
    """Return the sentence on peak and GHG, each as a saving or as a loss; empty where there is none of them.

    Energy is in the verdict as a share; where BAU has none to share it is told here as an amount.
    """
    bought, before = f.final_energy_kwh / 1e3, bau.final_energy_kwh / 1e3
    figures = {
        "energy": _said("energy", bought, before, language) if before < _NOTHING else "",
        "peak": _said("peak", f.grid_peak_kw, bau.grid_peak_kw, language),
        "ghg": _said("ghg", f.ghg_kg / 1e3, bau.ghg_kg / 1e3, language),
    }
    parts = [said for said in figures.values() if said]
    if not parts:
        return ""
    text = _PHYSICS[language].format(
        parts=_listed(parts, language), gas=_of_gas(f, bau, language) if figures["ghg"] else ""
    )
    return text[0].upper() + text[1:]


def _said(part: str, value: float, base: float, language: Lang) -> str:
    """Return a figure of a variant against BAU's in words: as a share, or as it is where BAU has none."""
    if max(abs(value), abs(base)) < _NOTHING:
        return ""
    key, share = (part, 100.0 * (1.0 - value / base)) if base >= _NOTHING else (f"{part}_alone", 0.0)
    return _ENERGY[language][key][0 if value <= base else 1].format(
        x=format_number(abs(base - value), language), share=format_number(abs(share), language)
    )


def _of_gas(f: Facts, bau: Facts, language: Lang) -> str:
    """Return what refrigerants do to the change of GHG; empty where it rounds to no ton."""
    refrigerant = bau.ghg_hfc_kg + bau.ghg_montreal_kg - f.ghg_hfc_kg - f.ghg_montreal_kg
    if abs(refrigerant) < _LEAST_GAS_KG:
        return ""
    kind = 0 if (bau.ghg_kg >= f.ghg_kg) == (refrigerant >= 0) else 1 if refrigerant >= 0 else 2
    return _ENERGY[language]["gas"][kind].format(gas=format_number(abs(refrigerant) / 1000.0, language))


def _decimals(size: float) -> int:
    """Return the decimals that show three digits of a figure of this size."""
    return max(0, 2 - floor(log10(size))) if size > 0.0 else 0


def _money_apart(value: float, base: float, currency: str, language: Lang) -> tuple[str, str, str]:
    """Return two amounts that can be told apart, and their unit."""
    divisor, digits = money_scale(max(abs(value), abs(base)))
    return *_apart(value / divisor, base / divisor, language, digits), money_unit(currency, divisor, language)


def _apart(value: float, base: float, language: Lang, digits: int | None = None) -> tuple[str, str]:
    """Return two figures that can be told apart; without `digits`, at least three of the larger one are shown."""
    digits = _decimals(max(abs(value), abs(base))) if digits is None else digits
    while digits < _MOST_DIGITS and value != base and f"{value:.{digits}f}" == f"{base:.{digits}f}":
        digits += 1
    return format_number(value, language, digits), format_number(base, language, digits)


def _worse(
    row: tuple[str, float, str, str, str],
    facts: Mapping[str, Facts],
    variants: Sequence[str],
    language: Lang,
) -> str:
    name, factor, english, spanish, unit = row
    if any(getattr(facts[v], name) is None for v in ("bau", *variants)):
        return ""
    base, value = (float(getattr(facts[v], name)) for v in ("bau", variants[0]))
    most = base * (1 + _ROUNDING_FRAC) + _LEAST_RISE.get(unit, _LEAST_RISE_ELSE) / factor
    if value <= most:
        return ""
    others = [v for v in variants[1:] if float(getattr(facts[v], name)) <= most]
    otherwise = _NO_OTHER[language] if len(variants) > 1 else ""
    now, before = _apart(value * factor, base * factor, language)
    return _WORSE[language].format(
        label=spanish if language == "es" else english,
        bau=before,
        value=now,
        unit=unit,
        variant=variants[0],
        better=_BETTER[language].format(names=", ".join(others)) if others else otherwise,
    )

"""The first sentence of a study: is it worth building, with cost, energy and GHG against business-as-usual."""

from __future__ import annotations

from edsim.appraisal.facts import Facts
from edsim.appraisal.returns import Returns
from edsim.case.schema import Case
from edsim.core.i18n import Lang, format_number, money_text

_EVEN_FRAC = 0.005
"""Net present value over BAU's life-cycle cost below which neither side is said to be cheaper."""
_SAME_PERCENT = 0.5
"""Change in percent that rounds to none."""
_NOTHING = 1e-3
"""Energy (kWh/a) and GHG (kg/a) below which BAU has none, so that a change has no share."""

_COST = {
    "en": (
        "Worth building on cost: over {years} years at {rate} % real, {variant} costs {x}{share} less than "
        "business-as-usual (BAU)",
        "Not worth building on cost alone: over {years} years at {rate} % real, {variant} costs {x}{share} more than "
        "business-as-usual (BAU)",
        "Even on cost: over {years} years at {rate} % real, {variant} costs as much as business-as-usual (BAU)",
    ),
    "es": (
        "Por costo vale la pena construir: en {years} años, al {rate} % real, {variant} cuesta {x}{share} menos que "
        "la línea base (BAU)",
        "Solo por costo no vale la pena construir: en {years} años, al {rate} % real, {variant} cuesta {x}{share} más "
        "que la línea base (BAU)",
        "Por costo da igual: en {years} años, al {rate} % real, {variant} cuesta lo mismo que la línea base (BAU)",
    ),
}
_ENERGY = {
    "en": ("buys {share} % less final energy", "buys {share} % more final energy", "buys as much final energy"),
    "es": (
        "compra {share} % menos de energía final",
        "compra {share} % más de energía final",
        "compra la misma energía final",
    ),
}
_GHG = {
    "en": ("emits {share} % less GHG", "emits {share} % more GHG", "emits as much GHG"),
    "es": ("emite {share} % menos de GEI", "emite {share} % más de GEI", "emite el mismo GEI"),
}
_WHOLE = {"en": "{cost}; it {energy} and {ghg}.", "es": "{cost}; {energy} y {ghg}."}
_HALF = {"en": "{cost}; it {said}.", "es": "{cost}; {said}."}


def verdict(facts: Facts, bau: Facts, returns: Returns, variant: str, case: Case, lang: str) -> str:
    """Return the answer in one sentence: present value of all costs, yearly final energy and GHG against BAU.

    Parameters
    ----------
    facts, bau
        Facts of the variant and of BAU.
    returns
        Of the variant against BAU; its net present value decides, at the real discount rate of the case.
    variant
        Name of the variant.
    case, lang
        The case, and ``en`` or ``es``.
    """
    language: Lang = "es" if lang == "es" else "en"
    cost = _cost(bau.life_cycle_cost, returns.npv, variant, case, language)
    told = (
        _change(facts.final_energy_kwh, bau.final_energy_kwh, _ENERGY[language], language),
        _change(facts.ghg_kg, bau.ghg_kg, _GHG[language], language),
    )
    said = [t for t in told if t]
    if len(said) == len(told):
        return _WHOLE[language].format(cost=cost, energy=said[0], ghg=said[1])
    return _HALF[language].format(cost=cost, said=said[0]) if said else f"{cost}."


def _cost(base: float, npv: float, variant: str, case: Case, language: Lang) -> str:
    """Return what the variant costs more or less than BAU over the study, with the share of BAU's cost."""
    kind = 2 if abs(npv) < _EVEN_FRAC * abs(base) else 0 if npv >= 0.0 else 1
    share = f" ({format_number(100.0 * abs(npv) / base, language)} %)" if base > 0.0 else ""
    rate = 100.0 * case.finance.discount_rate_frac
    return _COST[language][kind].format(
        years=case.finance.horizon_a,
        rate=format_number(rate, language, 0 if abs(rate - round(rate)) < 0.05 else 1),
        variant=variant,
        x=money_text(abs(npv), case.currency, language),
        share=share,
    )


def _change(value: float, base: float, words: tuple[str, str, str], language: Lang) -> str:
    """Return a change against BAU as a share in words; empty where BAU has none and a share means nothing."""
    if base < _NOTHING:
        return ""
    percent = 100.0 * (value / base - 1.0)
    kind = 2 if abs(percent) < _SAME_PERCENT else 0 if percent < 0.0 else 1
    return words[kind].format(share=format_number(abs(percent), language))

"""What the summary says of a district that grows: when it is built and which year its figures are of."""

from __future__ import annotations

from edsim.core.i18n import Lang, format_number, money_scale, money_unit
from edsim.finance import CashFlows
from edsim.results.variant import VariantRun

_SENTENCE = {
    "en": "It is built in {count} phases: {steps} {unit}; yearly figures are of {last}, the built-out district.",
    "es": "Se construye en {count} fases: {steps} {unit}; las cifras anuales son de {last}, el distrito completo.",
}


def later_investment(run: VariantRun, flows: CashFlows) -> float:
    """Return what the milestones after the first buy, currency."""
    return sum(step for _, step in _steps(run, flows)[1:])


def phase_sentence(run: VariantRun, flows: CashFlows, currency: str, lang: str) -> tuple[str, ...]:
    """Return the sentence on the phases of a variant, nothing for a district that does not grow."""
    if not run.phases:
        return ()
    language: Lang = "es" if lang == "es" else "en"
    separator = "; " if language == "es" else ", "  # a Spanish comma would read as a decimal sign
    bought = _steps(run, flows)
    divisor, digits = money_scale(max(abs(x) for _, x in bought))
    steps = separator.join(f"{year}: {format_number(x / divisor, language, digits)}" for year, x in bought)
    unit, last = money_unit(currency, divisor, language), run.phases[-1].year
    return (_SENTENCE[language].format(count=len(run.phases), steps=steps, unit=unit, last=last),)


def _steps(run: VariantRun, flows: CashFlows) -> list[tuple[int, float]]:
    """Return year and purchases of each milestone."""
    lines = [line for line in flows.lines() if line.startswith("capex_")]
    return [(p.year, -float(flows.select(line=lines, year=p.start_a).total())) for p in run.phases]

"""The first sentence of a study answers the question of the study, with cost, energy and GHG against BAU."""

from types import SimpleNamespace as Record
from typing import Any

import pytest

from edsim.appraisal.verdict import verdict

_BAU: dict[str, Any] = {"life_cycle_cost": 20e6, "final_energy_kwh": 5e6, "ghg_kg": 1e6}
_CASE: Any = Record(currency="USD", finance=Record(horizon_a=20, discount_rate_frac=0.08))


def _said(npv: float, lang: str = "en", bau: dict[str, Any] | None = None, **mine: float) -> str:
    base: Any = Record(**(_BAU | (bau or {})))
    facts: Any = Record(**(_BAU | mine))
    returns: Any = Record(npv=npv)
    return verdict(facts, base, returns, "park", _CASE, lang)


@pytest.mark.parametrize(
    ("npv", "lang", "words"),
    [
        (3e6, "en", "Worth building on cost: over 20 years at 8 % real, park costs 3.00 million USD (15 %) less than "
         "business-as-usual (BAU); it buys 40 % less final energy and emits 10 % more GHG."),
        (-3e6, "en", "Not worth building on cost alone: over 20 years at 8 % real, park costs 3.00 million USD (15 %) "
         "more than business-as-usual (BAU); it buys 40 % less final energy and emits 10 % more GHG."),
        (-3e6, "es", "Solo por costo no vale la pena construir: en 20 años, al 8 % real, park cuesta 3,00 millones de "
         "USD (15 %) más que la línea base (BAU); compra 40 % menos de energía final y emite 10 % más de GEI."),
    ],
)  # fmt: skip
def test_one_sentence_answers_with_three_figures(npv: float, lang: str, words: str) -> None:
    """Proves: answer, present value with rate and years, energy and GHG. If ignored: a reader looks for the answer."""
    assert _said(npv, lang, final_energy_kwh=3e6, ghg_kg=1.1e6) == words


def test_a_difference_that_no_study_can_tell_is_no_verdict() -> None:
    """Proves: 0.05 % of the cost is even, 1 % is not. If ignored: rounding decides whether a district is built."""
    assert _said(-1e4).startswith("Even on cost: ")
    assert _said(1e4, "es").startswith("Por costo da igual: ")
    assert _said(-2e5).startswith("Not worth building on cost alone: ")


def test_no_share_of_nothing() -> None:
    """Proves: where BAU buys or emits nothing there is no share. If ignored: a division by zero, or "0 % more"."""
    assert _said(1e6, bau={"final_energy_kwh": 0.0, "ghg_kg": 0.0}).endswith("business-as-usual (BAU).")
    assert _said(1e6, bau={"final_energy_kwh": 0.0}).endswith("(BAU); it emits as much GHG.")
    assert "%)" not in _said(1e6, bau={"life_cycle_cost": 0.0})

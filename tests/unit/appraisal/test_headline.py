"""What the summary says first: all that gets worse, with the variant in which it would not, in both languages."""

from types import SimpleNamespace as Record
from typing import Any

import pytest

from edsim.appraisal.company.company_headline import company_news
from edsim.appraisal.company.stress import WORTHLESS, Stressed
from edsim.appraisal.headline import headline

_SAME: dict[str, Any] = {
    "life_cycle_cost": 10e6, "ghg_kg": 1e6, "ghg_kyoto_kg": 1e6, "final_energy_kwh": 5e6, "primary_energy_kwh": 9e6,
    "grid_peak_kw": 2000.0, "coincident_kw": 1800.0, "water_m3": 1000.0, "nox_kg": None, "pm_kg": None,
    "ghg_hfc_kg": 1e5, "hfc_installed_kg": 1e5, "ghg_montreal_kg": 0.0, "chiller_kw": 1000.0, "cooling_kwh": 2e6,
    "investment": 3e6, "later_investment": 0.0, "connected_buildings": 1,
    "levelized": {"cooling": 0.14, "compressed_air": 0.0211},
}  # fmt: skip
_NO_BACK: Any = {"irr_frac": None, "simple_payback_a": None, "discounted_payback_a": None, "first_year_payback_a": None}
_NO_RETURN: Any = Record(npv=-1e6, **_NO_BACK)
_CASE: Any = Record(
    currency="USD",
    networks=(Record(carrier="chilled_water", family="chilled_water", services=("cooling",)),),
    buildings=(Record(id="museum", name="Museum"),),
    finance=Record(
        horizon_a=20,
        debt=(Record(target_dscr=1.3),),
        tariffs=Record(target_irr_frac=0.12, target_dscr=None, customer_saving_frac=0.0),
    ),
)
_WORSE = {
    "ghg_kg": 2e6, "ghg_kyoto_kg": 2e6, "final_energy_kwh": 6e6, "primary_energy_kwh": 10e6,
    "hfc_installed_kg": 2e5, "grid_peak_kw": 2500.0, "coincident_kw": 2400.0, "water_m3": 3000.0,
}  # fmt: skip


def _said(main: dict[str, Any], other: dict[str, Any] | None, lang: str) -> tuple[str, ...]:
    facts: Any = {"bau": Record(**_SAME), "engines": Record(**(_SAME | main))}
    if other is not None:
        facts["chillers"] = Record(**(_SAME | other))
    returns: Any = dict.fromkeys(facts, _NO_RETURN)
    return headline(facts, returns, [v for v in facts if v != "bau"], _CASE, lang)[0]


@pytest.mark.parametrize(
    ("lang", "better", "none"),
    [("en", "; chillers would not raise it.", "; no other variant avoids it."),
     ("es", "; chillers no lo haría.", "; ninguna otra variante lo evita.")],
)  # fmt: skip
def test_every_total_that_rises_is_said_with_the_variant_that_would_not(lang: str, better: str, none: str) -> None:
    """Proves: GHG, energy, peak and water each get a sentence with the way out. If ignored: worse GHG hides."""
    assert [s.endswith(better) for s in _said(_WORSE, {}, lang)] == [True] * len(_WORSE)
    assert [s.endswith(none) for s in _said(_WORSE, _WORSE, lang)] == [True] * len(_WORSE)
    assert [";" in s for s in _said(_WORSE, None, lang)] == [False] * len(_WORSE)
    assert _said({}, {}, lang) == ()


def test_a_rise_of_a_few_watts_is_not_told() -> None:
    """Proves: a peak from 0 to 16 W is no rise, and one to 160 kW is. If ignored: "from 0 to 0.0158 kW"."""
    told = []
    for kw in (0.0158, 158.0):
        facts: Any = {"bau": Record(**(_SAME | {"grid_peak_kw": 0.0})), "d": Record(**(_SAME | {"grid_peak_kw": kw}))}
        told.append(headline(facts, {"d": _NO_RETURN}, ["d"], _CASE, "en")[0])
    assert told == [(), ("The peak import of the compared services rises from 0 to 158 kW in d.",)]


def test_nitrogen_oxides_are_said_where_they_are_counted() -> None:
    assert _said({"nox_kg": 9.0}, None, "en") == ()  # BAU has no figure: nothing to compare
    facts: Any = {"bau": Record(**(_SAME | {"nox_kg": 4.0})), "engines": Record(**(_SAME | {"nox_kg": 9.0}))}
    worse, _ = headline(facts, {"engines": _NO_RETURN}, ["engines"], _CASE, "en")
    assert worse[0].startswith("The emission of nitrogen oxides rises")


@pytest.mark.parametrize(
    ("base", "value", "words"),
    [(0.09, 32428.16, "de 0 a 32.428 m3/a"), (91.2, 91.4, "de 91,2 a 91,4 m3/a"),
     (912.2, 912.4, "de 912,2 a 912,4 m3/a"), (32000.2, 32004.0, "de 32.000 a 32.004 m3/a")],
)  # fmt: skip
def test_figures_of_a_sentence_are_round_and_apart(base: float, value: float, words: str) -> None:
    """Proves: no false digits, and no rise from a number to itself."""
    facts: Any = {"bau": Record(**(_SAME | {"water_m3": base})), "wet": Record(**(_SAME | {"water_m3": value}))}
    worse, _ = headline(facts, {"wet": _NO_RETURN}, ["wet"], _CASE, "es")
    assert words in worse[0]


def test_the_whole_is_said_in_the_order_a_bank_reads() -> None:
    """Proves: investment, return, unit cost beside BAU, then peak and GHG; cost and energy are the verdict."""
    better = {"final_energy_kwh": 4e6, "grid_peak_kw": 1500.0, "ghg_kg": 6e5, "ghg_hfc_kg": 4e4,
              "levelized": {"cooling": 0.11, "compressed_air": 0.0213}}  # fmt: skip
    facts: Any = {"bau": Record(**_SAME), "district": Record(**(_SAME | better))}
    returns: Any = {"district": Record(npv=2.34e6, **(_NO_BACK | {"irr_frac": 0.124, "simple_payback_a": 7.25}))}
    assert headline(facts, returns, ["district"], _CASE, "en") == (
        (),
        (
            "district: 284 TR of chillers for 2,000 MWh of cooling a year, 3.00 million USD.",
            "Real internal rate of return before tax 12.4 %; payback 7.2 years.",
            "Levelized cost: cooling 0.110 USD/kWh (BAU 0.140), compressed air 0.0213 USD/Nm3 (BAU 0.0211).",
            "It imports 25 % less at the peak of the compared services and avoids 400 tCO2e a year (40 %), of which 60 "
            "t from refrigerants.",
        ),
    )
    island: Any = {name: Record(**(vars(f) | {"grid_peak_kw": 0.0})) for name, f in facts.items()}
    assert headline(island, returns, ["district"], _CASE, "en")[1][-1].startswith(
        "It avoids"  # no grid, no peak import
    )
    returns = {"district": Record(npv=-2.34e6, **_NO_BACK)}
    dearer: Any = facts | {"district": Record(**(_SAME | better | {"investment": 4e6}))}
    assert headline(dearer, returns, ["district"], _CASE, "es")[1][1] == "Sin recuperación en 20 años."


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "Real internal rate of return before tax 17.0 %; "
      "payback 5.0 years, 7.5 discounted, counting the replacements of BAU it "
      "avoids; 9.17 million USD more at start for 230,000 USD saved in the first year: 39.9 years."),
     ("es", "Tasa interna de retorno real antes de impuestos 17,0 %; "
      "recuperación en 5,0 años, 7,5 con flujos descontados, contando las "
      "reposiciones del BAU que evita; 9,17 millones de USD más al inicio por 230.000 USD ahorrados el primer año: "
      "39,9 años.")],
)  # fmt: skip
def test_a_payback_says_what_it_counts(lang: str, words: str) -> None:
    """Proves: 9.17 over 0.230 is 39.9 years, printed with both figures beside the payback that counts replacements.

    If ignored: a bank divides the figures of the page and gets another payback than the page says.
    """
    facts: Any = {"bau": Record(**_SAME), "d": Record(**_SAME)}
    back = {"irr_frac": 0.17, "simple_payback_a": 4.99, "discounted_payback_a": 7.49}
    returns: Any = {"d": Record(npv=1e6, **(_NO_BACK | back | {"first_year_payback_a": 39.87}),
                                extra_investment=9.17e6, first_saving=0.23e6)}  # fmt: skip
    assert words in headline(facts, returns, ["d"], _CASE, lang)[1][1]


@pytest.mark.parametrize(("count", "en", "es"), [(1, "1 building", "1 edificio"), (3, "3 buildings", "3 edificios")])
def test_networks_are_said_to_reach_the_buildings_they_serve(count: int, en: str, es: str) -> None:
    """Proves: those connected are counted, not those of the case, and what hot water is for is said.

    If ignored: the bank reads of five where three join, and of hot water where rooms are heated.
    """
    case: Any = Record(
        **(
            vars(_CASE)
            | {
                "networks": (
                    Record(carrier="hot_water", family="hot_water", services=("heating", "hot_water")),
                    Record(carrier="steam", family="steam", services=("steam",)),
                )
            }
        )
    )
    facts: Any = {"bau": Record(**_SAME), "d": Record(**(_SAME | {"connected_buildings": count}))}
    told = [headline(facts, {"d": _NO_RETURN}, ["d"], case, lang)[1][0] for lang in ("en", "es")]
    assert told[0] == f"d: networks for heating, hot water and steam to {en}, 3.00 million USD."
    assert told[1] == f"d: redes de calefacción, agua caliente y vapor a {es}, 3,00 millones de USD."


_NONE = {"final_energy_kwh": 0.0, "grid_peak_kw": 0.0, "ghg_kg": 0.0, "ghg_hfc_kg": 0.0}
_SOME = _NONE | {"final_energy_kwh": 120e3, "grid_peak_kw": 45.0, "ghg_kg": 90e3}


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "It buys 120 MWh more final energy a year, imports 45 kW more at the peak of the compared services and "
      "emits 90 tCO2e a year more."),
     ("es", "Compra 120 MWh más de energía final al año, toma de la red 45 kW más en el pico de los servicios "
      "comparados y emite 90 tCO2e más al año.")],
)  # fmt: skip
def test_nothing_has_no_share(lang: str, words: str) -> None:
    """Proves: where BAU has none the amount is said without a share, and nothing where neither has any.

    If ignored: "imports 0 % less at the peak" where nobody imports, "90 t more (0 %)".
    """
    cases: Any = {"bau": Record(**(_SAME | _NONE)), "some": Record(**(_SAME | _SOME))}
    assert headline(cases, {"some": _NO_RETURN}, ["some"], _CASE, lang)[1][-1] == words
    cases = cases | {"none": cases["bau"]}
    said = " ".join(headline(cases, {"none": _NO_RETURN}, ["none"], _CASE, lang)[1])
    assert not any(word in said for word in (" 0 %", "tCO2e", "peak", "pico", "energy", "energía"))


def _view(
    npv: float, cover: float | None, losers: tuple[str, ...], *, tariff: bool = True, bare: float | None = None
) -> Any:
    result = Record(
        equity_npv=npv, uses={"investment": 1e7}, minimum_dscr=Record(value=cover), equity_irr=Record(value=0.1)
    )
    zone = Record(negotiation=Record(floor=0.12, ceiling=0.06, binding="museum"), grant=Record(value=2e6))
    return Record(
        result=result,
        tariff=object() if tariff else None,
        losers=losers,
        stress={WORTHLESS: Stressed(0.0, bare, None)} if bare is not None else {},
        customers=(1, 2),
        zone=zone if tariff else None,
    )


@pytest.mark.parametrize("lang", ["en", "es"])
def test_bad_news_of_the_company_names_the_way_out(lang: str) -> None:
    """Proves: owners who lose, thin cover and losing customers are said first, with the variant without them."""
    views = {"large": _view(-3e6, 1.05, ("museum",)), "small": _view(0.0, 1.4, ())}
    bad, plain = company_news(views, "large", _CASE, lang)
    assert plain == ()
    assert len(bad) == 3
    assert all("small" in sentence for sentence in bad)
    point = "," if lang == "es" else "."
    assert f"3{point}00" in bad[0]
    assert f"1{point}05" in bad[1]
    assert "Museum" in bad[2]
    assert f"2{point}00 mill" in bad[2], "the grant that would be needed"


def test_good_news_of_the_company_comes_last() -> None:
    bad, plain = company_news({"small": _view(0.0, 1.4, ())}, "small", _CASE, "en")
    assert bad == ()
    assert plain[0].endswith("every customer pays at most what machines of their own cost.")
    assert "at the end" not in plain[0]
    assert company_news({}, "small", _CASE, "en") == ((), ())


def test_the_return_is_told_without_a_value_at_the_end_too() -> None:
    """Proves: owners' return of the accounts beside that in which nothing is worth anything in the end.

    If ignored: a bank reads a return that pipes in the ground make.
    """
    view = _view(0.0, 1.4, (), bare=0.085)
    irr = view.result.equity_irr.value
    _, plain = company_news({"small": view}, "small", _CASE, "en")
    assert f"nominal return after tax of {100 * irr:.1f} % to its owners (8.5 % with no value at the end)" in plain[0]


def test_no_tariff_at_all_is_said() -> None:
    bad, _ = company_news({"a": _view(0.0, None, (), tariff=False), "b": _view(0.0, 1.4, ())}, "a", _CASE, "en")
    assert bad == ("No tariff reaches the target of the company in a; b would avoid it.",)
    alone, _ = company_news({"a": _view(0.0, None, (), tariff=False)}, "a", _CASE, "en")
    assert alone == ("No tariff reaches the target of the company in a.",)


def test_a_variant_without_a_tariff_is_no_way_out() -> None:
    """Proves: no accounts, no remedy. If ignored: a variant no price can pay for is named as the better one."""
    views = {"large": _view(-3e6, 1.05, ("museum",)), "none": _view(0.0, None, (), tariff=False)}
    bad, _ = company_news(views, "large", _CASE, "en")
    assert len(bad) == 3
    assert all("no other variant avoids it" in sentence for sentence in bad)


def test_the_cheapest_of_the_variants_is_named() -> None:
    """Proves: where the second variant is worth more, the summary of the first says so; where it is not, nothing.

    If ignored: a summary praises what happens to stand first in the case.
    """
    facts: Any = {v: Record(**_SAME) for v in ("bau", "gas", "sewage")}
    for worth, said in ((-4.8e6, 1), (-5.4e6, 0)):
        returns: Any = {"gas": Record(npv=-5.4e6, **_NO_BACK), "sewage": Record(npv=worth, **_NO_BACK)}
        told = headline(facts, returns, ["gas", "sewage"], _CASE, "en")[1]
        sentences = [s for s in told if "costs least" in s]
        assert len(sentences) == said
        assert all(s.startswith("Of the variants sewage costs least") and "-4.80" in s for s in sentences)

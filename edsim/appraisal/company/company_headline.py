"""What the summary says of the district company: what goes wrong, the variants without it, and the price."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from edsim.appraisal.company.financing import CompanyView, target_of
from edsim.appraisal.company.stress import WORTHLESS
from edsim.case.schema import Case
from edsim.core.i18n import MILLION, Lang, format_number, money_scale, money_text

_WORDS = {
    "en": {
        "price": "The company's service costs {price} {money}/kWh on average",
        "return": " for a nominal return after tax of {irr} % to its owners",
        "bare": " ({bare} % with no value at the end)",
        "losers": "; {losers} of {all} customers would pay more than {bar}, {who} first (at most {ceiling} "
        "{money}/kWh){better}.",
        "winners": "; every customer pays at most {bar}.",
        "promised": "the price promised ({saving} % below machines of their own)",
        "own": "what machines of their own cost",
        "grant": " At a tariff without losers a grant of {grant} would be needed.",
        "no_grant": " At a tariff without losers no grant reaches the company's target.",
        "no_tariff": "No tariff reaches the target of the company in {variant}{better}.",
        "owners": "The owners of the company lose {value} against the return they ask for in {variant}{better}.",
        "cover": "The lowest debt service cover in {variant} is {value}, below the {target} the lenders ask "
        "for{better}.",
        "none_loses": "; in {names} none would",
        "avoided": "; {names} would avoid it",
        "no_other": "; no other variant avoids it",
    },
    "es": {
        "price": "El servicio de la empresa cuesta {price} {money}/kWh en promedio",
        "return": " para un retorno nominal después de impuestos de {irr} % a sus accionistas",
        "bare": " ({bare} % sin valor al final)",
        "losers": "; {losers} de {all} clientes pagarían más que {bar}, primero {who} (a lo sumo {ceiling} "
        "{money}/kWh){better}.",
        "winners": "; cada cliente paga a lo sumo {bar}.",
        "promised": "el precio prometido ({saving} % bajo el de equipos propios)",
        "own": "lo que cuestan los equipos propios",
        "grant": " Con una tarifa sin perdedores haría falta una subvención de {grant}.",
        "no_grant": " Con una tarifa sin perdedores ninguna subvención alcanza la meta de la empresa.",
        "no_tariff": "Ninguna tarifa alcanza la meta de la empresa en {variant}{better}.",
        "owners": "Los accionistas de la empresa pierden {value} frente al retorno que piden en {variant}{better}.",
        "cover": "La cobertura mínima del servicio de deuda en {variant} es {value}, menor que los {target} que piden "
        "los prestamistas{better}.",
        "none_loses": "; en {names} ninguno",
        "avoided": "; {names} lo evitaría",
        "no_other": "; ninguna otra variante lo evita",
    },
}
_SHOWN_FRAC = 5e-4
"""A smaller difference of two returns is not said."""
_LEAST_LOSS_FRAC = 1e-4
"""Loss of the owners, over the uses of funds, below which it is rounding."""

Views = Mapping[str, CompanyView]


def company_news(views: Views, main: str, case: Case, lang: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the sentences on the company of the main variant: those said first, for they are bad, and the others."""
    view = views.get(main)
    if view is None:
        return (), ()
    language: Lang = "es" if lang == "es" else "en"
    bad = _faults(views, main, case, language)
    price = _price(views, main, case, language)
    return ((*bad, *price), ()) if view.losers else (bad, price)


def cover_asked(case: Case) -> float | None:
    """Return the cover ratio the lenders or the tariff of a case ask for; None where nobody does."""
    asked = [x.target_dscr for x in case.finance.debt if x.target_dscr is not None]
    tariffs = case.finance.tariffs
    asked += [tariffs.target_dscr] if tariffs and tariffs.target_dscr is not None else []
    return max(asked, default=None)


def _faults(views: Views, main: str, case: Case, language: Lang) -> tuple[str, ...]:
    """Return what goes wrong for owners and lenders, each with the variants in which it does not."""
    asked, view = cover_asked(case), views[main]
    cover = view.result.minimum_dscr.value
    lost = money_text(-view.result.equity_npv, case.currency, language)
    tests: tuple[tuple[str, Callable[[CompanyView], bool], str], ...] = (
        ("no_tariff", lambda v: target_of(case) is not None and v.tariff is None, ""),
        ("owners", _owners_lose, lost),
        ("cover", lambda v: _short(v, asked), format_number(cover or 0.0, language, 2)),
    )
    words = _WORDS[language]
    return tuple(
        words[key].format(
            variant=main,
            value=value,
            target=format_number(asked or 0.0, language, 2),
            better=_others(views, main, wrong, (language, "avoided")),
        )
        for key, wrong, value in tests
        if wrong(view)
    )


def _owners_lose(view: CompanyView) -> bool:
    uses = sum(view.result.uses.values())
    return view.tariff is not None and view.result.equity_npv < -_LEAST_LOSS_FRAC * max(uses, 1.0)


def _short(view: CompanyView, asked: float | None) -> bool:
    cover = view.result.minimum_dscr.value
    return view.tariff is not None and asked is not None and cover is not None and cover < asked - 1e-3


def _others(views: Views, main: str, wrong: Callable[[CompanyView], bool], how: tuple[Lang, str]) -> str:
    """Return the words that name the variants in which it does not go wrong; none in a case of one variant.

    A variant for which no tariff was found has no accounts to judge and is no way out.
    """
    language, key = how
    rest = {name: view for name, view in views.items() if name != main}
    names = [name for name, view in rest.items() if view.tariff is not None and not wrong(view)]
    if names:
        return _WORDS[language][key].format(names=", ".join(names))
    return _WORDS[language]["no_other"] if rest else ""


def _price(views: Views, main: str, case: Case, language: Lang) -> tuple[str, ...]:
    """Return one sentence on price, losers and viability gap; none without a tariff."""
    view = views[main]
    if view.zone is None:
        return ()
    words, deal, irr = _WORDS[language], view.zone.negotiation, view.result.equity_irr.value
    parts = [words["price"]]
    bare = view.stress[WORTHLESS].equity_irr_frac if WORTHLESS in view.stress else None
    if irr is not None:
        parts.append(words["return"])
    if irr is not None and bare is not None and irr - bare >= _SHOWN_FRAC:
        parts.append(words["bare"])
    parts.append(words["losers" if view.losers else "winners"])
    if view.losers:
        parts.append(words["no_grant" if view.zone.grant.value is None else "grant"])
    terms = case.finance.tariffs
    saving = terms.customer_saving_frac if terms is not None else 0.0
    digits = money_scale(min(max(abs(deal.floor), abs(deal.ceiling)), MILLION / 2.0))[1]
    text = "".join(parts).format(
        bar=words["promised" if saving > 0.0 else "own"].format(saving=format_number(100.0 * saving, language)),
        price=format_number(deal.floor, language, digits),
        ceiling=format_number(deal.ceiling, language, digits),
        irr=format_number(100 * (irr or 0.0), language, 1),
        bare=format_number(100 * (bare or 0.0), language, 1),
        losers=len(view.losers),
        all=len(view.customers),
        who=next((b.name for b in case.buildings if b.id == deal.binding and b.name), deal.binding),
        grant=money_text(view.zone.grant.value or 0.0, case.currency, language),
        money=case.currency,
        better=_others(views, main, lambda v: bool(v.losers), (language, "none_loses")),
    )
    return (text,)

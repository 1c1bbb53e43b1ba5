"""What the summary says of the district company: its price against the customers' ceiling, and the gap."""

from __future__ import annotations

from edsim.appraisal.financing import CompanyView
from edsim.case.schema import Case
from edsim.core.i18n import Lang, format_number

_WORDS = {
    "en": {
        "price": "The company's service costs {price} {money}/kWh on average",
        "return": " for a return of {irr} % to its owners",
        "losers": "; {losers} of {all} customers would pay more than promised, {who} first (at most {ceiling} "
        "{money}/kWh).",
        "winners": "; every customer pays at most what was promised.",
        "grant": " At a tariff without losers a grant of {grant} M{money} would be needed.",
        "no_grant": " At a tariff without losers no grant reaches the company's target.",
    },
    "es": {
        "price": "El servicio de la empresa cuesta {price} {money}/kWh en promedio",
        "return": " para un retorno de {irr} % a sus accionistas",
        "losers": "; {losers} de {all} clientes pagarían más de lo prometido, primero {who} (a lo sumo {ceiling} "
        "{money}/kWh).",
        "winners": "; cada cliente paga a lo sumo lo prometido.",
        "grant": " Con una tarifa sin perdedores haría falta una subvención de {grant} M{money}.",
        "no_grant": " Con una tarifa sin perdedores ninguna subvención alcanza la meta de la empresa.",
    },
}


def company_sentence(view: CompanyView, case: Case, lang: str) -> tuple[str, ...]:
    """Return one sentence on price, losers and viability gap; none without a tariff."""
    if view.zone is None:
        return ()
    language: Lang = "es" if lang == "es" else "en"
    words, deal, irr = _WORDS[language], view.zone.negotiation, view.result.equity_irr.value
    parts = [words["price"]]
    if irr is not None:
        parts.append(words["return"])
    parts.append(words["losers" if view.losers else "winners"])
    if view.losers:
        parts.append(words["no_grant" if view.zone.grant.value is None else "grant"])
    text = "".join(parts).format(
        price=format_number(deal.floor, language, 3),
        ceiling=format_number(deal.ceiling, language, 3),
        irr=format_number(100 * (irr or 0.0), language, 1),
        losers=len(view.losers),
        all=len(view.customers),
        who=next((b.name for b in case.buildings if b.id == deal.binding and b.name), deal.binding),
        grant=format_number((view.zone.grant.value or 0.0) / 1e6, language, 1),
        money=case.currency,
    )
    return (text,)

"""What the codes in the text columns of the result tables are called in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from edsim.core.carriers import family
from edsim.report import labels
from edsim.report.figures.flows import parts, technology_label
from edsim.report.run import networks
from edsim.report.uses import USES
from edsim.report.view import BAU, Study

Row = Mapping[Any, Any]
Name = Callable[[Study, str, Row], str]
"""Study, code and row of the table → what is shown."""

ITEMS = {
    "investment": "Investment",
    "interest_during_construction": "Interest during construction",
    "other_financing": "Other cost of closing",
    "operating_reserve": "Working capital",
    "receivables_reserve": "Receivables",
    "debt_fees": "Fees of loans",
    "debt_closing": "Closing of the loan",
    "debt_service_reserve": "Debt service reserve",
    "equity": "Equity",
    "later_investment": "Investment of later milestones",
    "later_reserves": "Working capital of later milestones",
    "later_connection": "Connection charges of later milestones",
    "later_equity": "Equity of later milestones",
    "connection capital": "Connection charges",
    "grant": "Grants",
    "connection_per_kw": "Connection charge",
    "capacity_per_kw_a": "Capacity charge",
    "consumption_per_kwh": "Consumption charge",
    "low_delta_t_per_kwh": "Surcharge for small temperature difference",
    "floor_per_kwh": "Mean price the company needs",
    "ceiling_per_kwh": "Lowest ceiling of a customer",
    "gap_per_kwh": "Ceiling less price: room to negotiate",
    "affordable_connection_per_kw": "Without losers: connection charge",
    "affordable_capacity_per_kw_a": "Without losers: capacity charge",
    "affordable_consumption_per_kwh": "Without losers: consumption charge",
    "affordable_low_delta_t_per_kwh": "Without losers: surcharge",
    "viability_grant": "Grant that closes the gap",
    "special_deduction": "Special deduction",
    "accelerated_depreciation": "Accelerated depreciation",
    "vat_exclusion": "VAT exclusion",
    "duty_exemption": "Duty exemption",
    "conventional": "Life-cycle cost",
    "damage": "Expected damage",
    "unserved": "Interruptions",
    "carbon": "Carbon at the shadow price",
    "total": "Total",
}
"""Names of funds, prices, incentives and parts of a climate-smart cost."""


FUNDS = {
    "grant": "Grant",
    "concessional": "Concessional loan",
    "commercial": "Commercial loan",
    "mezzanine": "Mezzanine",
    "bond": "Bond",
    "guarantee": "Guarantee",
    "first_loss": "First loss",
    "equity": "Equity",
    "customer_connection": "Connection charges",
}
"""Names of the kinds of funds."""

REASONS = {
    "no price serves all": "No single price per kWh serves all",
    "no ifi_combined_margin factor in the case": "The case gives no combined margin of the financial institutions",
    "no combined_margin factor in the case": "The case gives no combined margin",
    "no inventory factor in the case": "The case gives no inventory factor",
    "no life_cycle factor in the case": "The case gives no life-cycle factor",
}
"""Remarks a table of the study may carry."""

GRID_BASES = {
    "combined_margin": "Combined margin",
    "ifi_combined_margin": "Combined margin of the financial institutions",
    "inventory": "Inventory",
    "life_cycle": "Life cycle",
}

BILL_ITEMS = {
    "energy": "Energy",
    "demand": "Demand charge",
    "fixed": "Fixed charge",
    "export": "Export",
    "net_metering": "Credit of net metering",
}
"""What a line of an electricity bill counts."""

PERSPECTIVE_LINES = {
    "service_charge": "Bill of the service",
    "connection_charge": "Connection charge",
    "receivables": "Receivables",
    "electricity_bill": "Electricity bill",
    "concession_fee": "Concession fee",
    "electricity_supply": "Supply of electricity",
    "interest_and_principal": "Interest and principal",
    "loan": "Loan",
    "fees": "Fees",
    "grant": "Grants",
    "investment": "Investment",
    "replacement": "Replacements",
    "reserves": "Reserves",
    "salvage": "Value at the end",
    "om_fixed": "Fixed operation and maintenance",
    "om_variable": "Variable operation and maintenance",
    "tax": "Tax",
    "water": "Make-up water",
    "fuel": "Fuel purchase",
    "avoided_carbon": "Avoided carbon at the shadow price",
    "avoided_unserved": "Avoided interruptions",
    "avoided_damage": "Avoided damage",
    "total": "Total",
}
"""What a party pays or gets."""

_KINDS = {"cash": "Cash", "memo": "Memo", "payment": "Payment", "resource": "Resource", "total": "Total"}
_SIDES = {"use": "Use", "source": "Source of funds"}
_SCOPES = {"memo": "Memo", "project": "Project", "upstream": "Upstream"}


_LATER = re.compile(r"(.+) in year (\d+)")
"""What is paid or drawn with a later milestone, as the company names it."""


def shown(study: Study, table: str, column: str, row: Row) -> str:
    """Return the text of a cell as a reader sees it; what has no other name stays as it is written."""
    text = str(row[column])
    name = _NAMES.get((table, column)) or _NAMES.get(("", column))
    return text if name is None or not text else name(study, text, row)


def building(study: Study, key: str) -> str:
    """Return the name of a building, its identifier in words where it has none."""
    return study.buildings().get(key) or study.lang.usual(labels.spaced(key))


def event(study: Study, key: str) -> str:
    """Return what happens in a stress of the company."""
    if key.startswith("loss of "):
        return study.t("Loss of {customer}", {"customer": building(study, key.removeprefix("loss of "))})
    return study.t(_EVENTS[key]) if key in _EVENTS else key


def limit(study: Study, key: str) -> str:
    """Return what limits a sized loan."""
    kind, _, year = key.partition(" in year ")
    if year:
        return study.t("the cover ratio of year {year}", {"year": year})
    return study.t(_LIMITS[kind]) if kind in _LIMITS else kind


_LIMITS = {
    "dscr": "the cover ratio of all years",
    "gearing": "its largest share of the funds",
    "uses": "what there is to pay",
    "no_cash": "no cash that could serve it",
}
_EVENTS = {
    "as planned": "As planned",
    "no value at the end": "Nothing is worth anything when the study ends",
    "all who pay more leave": "All customers leave who pay more than in BAU",
    "all customers 2 years late": "All customers two years late",
    "energy 20 % dearer": "Energy 20 % dearer",
    "upkeep 20 % dearer": "Operation and maintenance 20 % dearer",
    "20 % less taken up": "20 % less taken up: customers who never sign",
    "10 % less service sold": "10 % less service sold",
    "investment 15 % dearer": "Investment 15 % dearer, the owners pay it",
    "loans 2 points dearer": "Loans 2 points dearer",
    "downside: all five together": "Downside case: these five together",
}


def reason(study: Study, key: str) -> str:
    """Return a remark of the study, or the building it names."""
    return study.t(REASONS[key]) if key in REASONS else building(study, key)


def machine(study: Study, text: str, variant: str) -> str:
    """Return a machine of the refrigerant ledger, ``machine at building``, with the names of the case."""
    key, _, place = text.partition(" at ")
    named = study.labels(variant).get(key) or building(study, key)
    return f"{named} · {building(study, place)}" if place else named


def party(study: Study, key: str) -> str:
    """Return a party of a perspective: ``customer:hotel`` is the customers' party, by name."""
    group, _, who = key.partition(":")
    name = labels.label(study.lang, labels.PARTIES, group)
    return f"{name} · {building(study, who)}" if who else name


def item(study: Study, names: Mapping[str, str], key: str) -> str:
    """Return the name of an identifier, or the usual word for what a case calls so; with its year where it has one."""
    later = _LATER.fullmatch(key)
    if later is not None:
        return study.t("{name} in year {year}", {"name": item(study, names, later[1]), "year": later[2]})
    return study.t(names[key]) if key in names else study.lang.usual(labels.spaced(key))


def _of(names: Mapping[str, str]) -> Name:
    return lambda study, text, _: item(study, names, text)


def _carrier(study: Study, text: str, _: Row) -> str:
    """Return the name of a carrier or of a level of one."""
    level = family(text) != text and text not in labels.CARRIERS
    return labels.carrier(study.lang, text) if level else item(study, labels.CARRIERS, text)


def _perspective_line(study: Study, text: str, _: Row) -> str:
    if text.startswith("own_"):
        own = text.removeprefix("own_")
        named = PERSPECTIVE_LINES.get(own)
        return study.t("Own machines") + ": " + (study.t(named) if named else labels.line_name(study.lang, own))
    return item(study, PERSPECTIVE_LINES, text)


def _bill_item(study: Study, text: str, _: Row) -> str:
    name, number = text.partition("_band_")[::2]
    return study.t("Demand charge, band {number}", {"number": number}) if number else item(study, BILL_ITEMS, name)


def _products(study: Study, text: str, _: Row) -> str:
    return " + ".join(labels.carrier(study.lang, part) for part in text.split(" + "))


def _place(study: Study, text: str, _: Row) -> str:
    if text == "energy_center":
        return study.t("Energy center")
    return study.t("Buildings") if text == "buildings" else building(study, text)


def _phase_part(study: Study, text: str, row: Row) -> str:
    """Return the building, machine, pipe of a diameter or network that is built, kept or replaced."""
    kind = str(row["kind"])
    if kind == "building":
        return study.buildings().get(text, labels.spaced(text))
    if kind in {"machine", "own_machine"}:
        kinds = study.of("equipment", study.main).set_index("technology")["kind"]
        return technology_label(study, study.main, text, str(kinds.get(text, "")))
    network, diameter, size = text.partition(" DN ")
    named = _carrier(study, network, row) if kind in {"pipe", "station"} else labels.spaced(network)
    return f"{named}{diameter}{size}"


def _price_basis(study: Study, text: str, _: Row) -> str:
    return (
        study.t("constant money of {year}", {"year": text.removeprefix("real ")}) if text.startswith("real ") else text
    )


_NAMES: Mapping[tuple[str, str], Name] = {
    ("", "use"): _of(USES),
    ("", "carrier"): _carrier,
    ("", "product"): _carrier,
    ("", "network"): _carrier,
    ("", "services"): lambda study, text, _: labels.services(study.lang, text),
    ("", "network_services"): lambda study, text, _: labels.services(study.lang, text),
    ("", "better_alone"): _products,
    ("", "frame"): _of(labels.FRAMES),
    ("", "grid_basis"): _of(GRID_BASES),
    ("", "method"): _of(labels.METHODS),
    ("", "quality"): _of(labels.QUALITIES),
    ("", "node"): _place,
    ("", "meter"): lambda study, text, _: building(study, text),
    ("", "customer"): lambda study, text, _: building(study, text),
    ("", "tariff"): _of({}),
    ("", "loan"): _of({"all": "Total"}),
    ("", "side"): _of(_SIDES),
    ("", "event"): lambda study, text, _: event(study, text),
    ("", "reason"): lambda study, text, _: reason(study, text),
    ("", "party"): lambda study, text, _: party(study, text),
    ("", "perspective"): lambda study, text, _: party(study, text),
    ("", "incentive"): _of(ITEMS),
    ("", "price_basis"): _price_basis,
    ("", "from_node"): lambda study, text, _: networks.place(study, text),
    ("", "to_node"): lambda study, text, _: networks.place(study, text),
    ("", "bau_machine"): lambda study, text, _: study.lang.usual(labels.spaced(text)),
    ("equipment", "label"): lambda study, text, row: study.lang.usual(text) + parts(study, str(row["variant"]), row),
    ("electricity_bill_lines", "item"): _bill_item,
    ("equipment", "kind"): lambda study, text, _: labels.kind(study.lang, text),
    ("refrigerants", "machine"): lambda study, text, row: machine(study, text, str(row.get("variant", BAU))),
    ("inventory", "source"): _of(labels.SOURCES),
    ("inventory", "scope"): lambda study, text, _: study.t(_SCOPES[text]) if text in _SCOPES else text,
    ("funding", "item"): _of(ITEMS),
    ("funding", "limit"): lambda study, text, _: limit(study, text),
    ("tariffs", "item"): _of(ITEMS),
    ("concessions", "source"): _of(ITEMS | {"all": "Total"}),
    ("concessions", "kind"): _of(FUNDS | {"all": "Total"}),
    ("climate_smart", "line"): _of(ITEMS),
    ("costs", "line"): lambda study, text, _: labels.line_name(study.lang, text),
    ("cash_flows", "line"): lambda study, text, _: labels.line_name(study.lang, text),
    ("pro_forma", "line"): lambda study, text, _: labels.account(study.lang, text),
    ("pro_forma", "kind"): _of(_KINDS),
    ("perspectives", "line"): _perspective_line,
    ("perspectives", "kind"): _of(_KINDS),
    ("phases", "item"): _phase_part,
    ("phases", "kind"): _of(labels.PHASE_KINDS),
    ("phases", "action"): _of(labels.PHASE_ACTIONS),
}
"""(table, column) or, for every table, ("", column) → how its codes are named."""

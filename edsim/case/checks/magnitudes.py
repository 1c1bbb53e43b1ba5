"""Checks of magnitudes: values the schema allows and that are far from what is usual, as a wrong unit makes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from math import inf, isfinite

from edsim.case.checks.ids import place_of
from edsim.case.checks.usual import Span, check_usual, remark, short, usd_per_unit, within
from edsim.case.parts.exchange_rate import RATE, case_prices
from edsim.case.reflect import field_infos, field_kinds
from edsim.case.schema import Case
from edsim.case.shipped import shipped_rows
from edsim.case.wording.messages import Fault
from edsim.core.errors import EdsimError
from edsim.core.money import convert_money

_MOST_USD_PER_KWH, _LEAST_USD_PER_KWH = 5.0, 0.0005
"""Beyond these a price of energy is in the wrong unit (MWh for kWh or the reverse)."""
_USUAL_USD_PER_KWH = (0.01, 0.8)
_USUAL_FUEL_USD_PER_KWH = (0.003, 0.25)
_USUAL_OF_FUEL: Mapping[str, Span] = {
    "diesel": (0.035, 0.25), "lpg": (0.02, 0.25), "natural_gas": (0.004, 0.2), "biogas": (0.008, 0.25),
    "biomass": (0.002, 0.12), "coal": (0.002, 0.06),
}  # fmt: skip
"""The same of fuels by name, which a price per MJ, kg or liter leaves: diesel of 0.35 to 2.5 USD a liter, coal of 15 to
400 USD a tonne; judgement, unverified."""
MOST_STOREYS = 60
"""The tallest towers of Latin America have 60 to 70 (CTBUH, unverified), and districts are made of lower ones."""
_MOST_TIMES_DEFAULT = 25.0
"""An investment this often or this rarely the default is in another unit or currency."""
_ARCHETYPE_TIMES, _ARCHETYPE_SHARE = 20.0, 100.0
"""Needs this often the largest of all uses, or this small a part of that of their own use, are in another unit."""
_BEYOND_SPREAD = 8.0
"""The same against the spread of the catalogue, where it states one."""
_REFRIGERANT_TIMES = 2.0
"""A potential this often or this rarely that of the assessment reports of the IPCC is of another refrigerant."""
_FEW_TIMES = 50.0
"""Occupants this many times fewer than those of the use are another figure; judgement, unverified."""
_COUNTED_NEEDS = ("dhw_l_per_unit_day", "steam_kg_per_unit_day", "compressed_air_nm3_per_h_m2")
"""Needs of an archetype that are per unit or floor area, and tempt to write those of the whole building."""
_MANY_PRICES = 3
"""Energy prices from here on that a digit of the exchange rate would mend are not likely to be wrong all of them."""
_DIGITS = (10.0, 0.1, 100.0, 0.01, 1000.0, 0.001)
_COMBUSTION = (0.8, 1.6)
"""Least and most of a stated emission factor against combustion by the table of fuels: upstream adds up to half."""
_SIZES = ("max_", "min_", "existing_", "unit_")
"""Beginnings of the names of sizes."""
_USUAL_LIMIT_PER_M2 = {"kW": (2.5e-4, 2.0), "kWh": (5e-4, 100.0), "kWp": (2.5e-5, 1.0), "Nm3/h": (1e-4, 1.5),
                       "Nm3": (1e-6, 0.05)}  # fmt: skip
"""Limits of machines and stores against the floor area they serve: beyond, they are a factor of 1000 off; judgement."""
_HINT_OF_LIMIT = {"kW": "in_kw", "kWh": "in_kwh", "kWp": "in_kwp", "Nm3/h": "in_nm3_per_h", "Nm3": "in_nm3"}
_USUAL_FACTORS: Mapping[str, Span] = {"demand_factor": (0.25, 5.0), "price_factor": (0.2, 5.0)}
"""Factors of a milestone beyond which a percentage or a lost digit is likelier than a plan; judgement, unverified."""
_MOST_YEARS_BEFORE = 2
"""Years by which the first milestone may be before the price level."""
_STUDY_YEARS = (-15.0, 3.0)
"""Years of a study from the price level of its money: old studies are brought to new prices; judgement, unverified."""
_CARBON_PRICE_TIMES = 50.0
"""Carbon price of a milestone against that of the case, either way; the same."""
_MOST_DATA_CENTER_KW = 100_000.0
"""Data centers above 100 MW are hyperscale sites, none of a district (IEA, Energy and AI, 2025, unverified)."""
_LEAST_SOURCE_KW_PER_M2 = 1e-4
"""Power of a source against all floor area, below which nobody would lay a pipe to it; the same."""
_LEAST_FIELD_M2 = 8.0
"""Least area of modules or collectors of an energy center; the same."""
_MOST_ROOFS = 3.0
"""Modules on roofs against the roofs of all buildings; roofs of the energy center are not known."""


def check_magnitudes(case: Case) -> Iterator[Fault]:
    """Yield the remark of every value that is far from what is usual, one each, with its place and what is usual."""
    told: set[tuple[str, str]] = set()
    for fault in _far_from_usual(case):
        if (fault.code, fault.field) not in told:
            told.add((fault.code, fault.field))
            yield fault


def _far_from_usual(case: Case) -> Iterator[Fault]:
    rate = usd_per_unit(case)
    turned: list[Fault] = []
    if rate is not None:
        turned = list(_turned_rate(case, rate)) or list(_odd_rate(case, rate))
        yield from turned or _energy_prices(case, rate)
    yield from check_usual(case, None if turned else rate)
    yield from _investments(case)
    yield from _fuels(case)
    yield from _refrigerants(case)
    yield from _needs(case)
    yield from _people(case)
    yield from _roofs(case)
    yield from _powers(case)
    yield from _milestones(case)


def _energy_priced(case: Case) -> dict[str, tuple[float, Span]]:
    """Return the energy prices of a case by path, each with what is usual in US dollars."""
    prices = {f"tariffs.{t.id}.energy_per_kwh": (t.energy_per_kwh, _USUAL_USD_PER_KWH) for t in case.tariffs}
    for t in case.tariffs:
        for i, window in enumerate(t.time_of_use):
            prices[f"tariffs.{t.id}.time_of_use.{i}.per_kwh"] = (abs(window.per_kwh), _USUAL_USD_PER_KWH)
    for f in case.fuels:
        prices[f"fuels.{f.id}.price_per_kwh"] = (f.price_per_kwh, _USUAL_OF_FUEL.get(f.id, _USUAL_FUEL_USD_PER_KWH))
    return prices


def _turned_rate(case: Case, rate: float) -> Iterator[Fault]:
    """Yield an exchange rate that is upside down: turned round it makes every energy price usual that is not so."""
    judged = [(price * rate, usual) for price, usual in _energy_priced(case).values() if price]
    wrong = [(usd, usual) for usd, usual in judged if not within(usd, usual)]
    mended = all(within(usd / rate / rate, usual) for usd, usual in wrong)
    if case.exchange_rate_per_usd is not None and mended and (len(wrong) > 1 or 0 < len(wrong) == len(judged)):
        got = f"{case.exchange_rate_per_usd:g} {case.currency}/USD"
        words = {"turned": f"{1.0 / case.exchange_rate_per_usd:.6g}", "currency": case.currency}
        yield Fault("E1823", place_of(case, RATE), RATE, got, "", words, "turned_rate")


def _odd_rate(case: Case, rate: float) -> Iterator[Fault]:
    """Yield the remark of an exchange rate with a digit too few or too many: with it right every price is usual."""
    judged = [(price * rate, usual) for price, usual in _energy_priced(case).values() if price]
    wrong = sum(not within(usd, usual) for usd, usual in judged)
    stated = case.exchange_rate_per_usd
    if stated is None or wrong < _MANY_PRICES:
        return
    for factor in _DIGITS:
        if all(within(usd / factor, usual) for usd, usual in judged):
            got = f"{stated:g} {case.currency}/USD"
            words = {"count": str(wrong), "reading": f"{stated * factor:.6g} {case.currency}/USD"}
            yield Fault("W1893", place_of(case, RATE), RATE, got, "", words, "rate_far")
            return


def _energy_prices(case: Case, rate: float) -> Iterator[Fault]:
    """Yield energy prices that are a factor of 1000 off, or at least unusual, judged in US dollars."""
    for path, (price, usual) in _energy_priced(case).items():
        usd = price * rate
        if usd == 0 or within(usd, usual):
            continue
        impossible = usd > _MOST_USD_PER_KWH or usd < _LEAST_USD_PER_KWH
        words, got = {"usd": f"{usd:.4g}", "cents": f"{price / 100.0:g}"}, f"{price:g} {case.currency}/kWh"
        allowed = "" if impossible else f"{usual[0]:g} – {usual[1]:g} USD/kWh"
        of_cents = "in_cents" if within(usd / 100.0, usual) else "check_slip"
        hint = "fuel_price" if path.startswith("fuels") else of_cents
        yield Fault("E193" if impossible else "W182", place_of(case, path), path, got, allowed, words, hint)


def _investments(case: Case) -> Iterator[Fault]:
    """Yield investments that are many times the default of their machine, or a small share of it."""
    money = (case.currency, case.price_year)
    for t in case.technologies:
        for name, kind in field_kinds(type(t)).items():
            default, value = field_infos(type(t))[name].default, getattr(t, name)
            if not kind.price or "capex" not in name or not isinstance(default, int | float) or not (default and value):
                continue
            currency, _, year = kind.price.partition(" ")
            try:
                usual = convert_money(float(default), currency, int(year), *money, case_prices(case))
            except EdsimError:
                continue
            path = f"technologies.{t.id}.{name}"
            low, high = _spread(t.kind, name)
            if not usual * low <= value <= usual * high:
                unit = kind.unit.replace("currency", case.currency)
                words = {"usual": f"{short(usual)} {unit}"}
                yield Fault("W1889", place_of(case, path), path, f"{value:.10g} {unit}", "", words, "check_slip")


@cache
def _spread(kind: str, name: str) -> Span:
    """Return the share and the times of a default that an investment may be: far beyond the spread of the catalogue."""
    rows = [
        r for r in shipped_rows("technologies", "catalogue.csv") if (r["technology"], r["parameter"]) == (kind, name)
    ]
    if not rows or not (rows[0]["low"] and rows[0]["high"]):
        return 1.0 / _MOST_TIMES_DEFAULT, _MOST_TIMES_DEFAULT
    value, low, high = (float(rows[0][column]) for column in ("value", "low", "high"))
    return low / value / _BEYOND_SPREAD, high / value * _BEYOND_SPREAD


def _fuels(case: Case) -> Iterator[Fault]:
    """Yield emission factors of fossil fuels that are not those of burning them."""
    for fuel in case.fuels:
        burnt = _combustion_kg_per_kwh().get(fuel.id, 0.0)
        span = (burnt * _COMBUSTION[0], burnt * _COMBUSTION[1])
        if burnt:
            path, value, ratio = f"fuels.{fuel.id}.ghg_kg_per_kwh", fuel.ghg_kg_per_kwh, _hhv_per_lhv()[fuel.id]
            hint = "in_kg" if within(value * 1000.0, span) else "per_fuel_unit"
            yield from remark(case, path, value, (round(span[0], 3), round(span[1], 3)), "kgCO2e/kWh", hint)
            if ratio > _GAS_HHV_PER_LHV and abs(value * ratio / burnt - 1.0) < _SAME_FACTOR:
                net = (burnt * (1.0 - _SAME_FACTOR), burnt * (1.0 + _SAME_FACTOR))
                yield from remark(case, path, value, (round(net[0], 3), round(net[1], 3)), "kgCO2e/kWh", "net_factor")


_GAS_HHV_PER_LHV = 1.06
"""Above it the two heating values are far enough apart to tell factors of one from those of the other."""
_SAME_FACTOR = 0.02


@cache
def _hhv_per_lhv() -> Mapping[str, float]:
    """Return the higher over the lower heating value of each fuel of the table."""
    return _of_fuels("hhv_per_lhv")


@cache
def _combustion_kg_per_kwh() -> Mapping[str, float]:
    """Return kgCO2/kWh LHV of burning each fossil fuel of the table."""
    return {fuel: value * 0.0036 for fuel, value in _of_fuels("co2_kg_per_gj_lhv").items()}


def _of_fuels(name: str) -> dict[str, float]:
    """Return a property of each fuel of the table; ``coal`` is bituminous coal."""
    rows = [r for r in shipped_rows("fuels", "fuels.csv") if r["property"] == name]
    found = {r["fuel"]: float(r["value"]) for r in rows}
    return {**found, "coal": found["bituminous_coal"]}


def _refrigerants(case: Case) -> Iterator[Fault]:
    """Yield figures of a refrigerant that are not those of the table of refrigerants."""
    for choice in case.refrigerants:
        for name, head in (("gwp_kg_per_kg", "gwp_"), ("odp_kg_per_kg", "odp")):
            known = [v for (fluid, what), v in _potentials().items() if fluid == choice.id and what.startswith(head)]
            value = getattr(choice, name)
            if value and known and max(known):
                usual = (min(known) / _REFRIGERANT_TIMES, max(known) * _REFRIGERANT_TIMES)
                yield from remark(case, f"refrigerants.{choice.id}.{name}", value, usual, "", "")


@cache
def _potentials() -> Mapping[tuple[str, str], float]:
    """Return the ozone and warming potentials of the table by refrigerant and property."""
    rows = shipped_rows("refrigerants", "properties.csv")
    known = [r for r in rows if r["property"].startswith(("gwp", "odp"))]
    return {(r["refrigerant"], r["property"]): float(r["value"]) for r in known}


def _needs(case: Case) -> Iterator[Fault]:
    """Yield needs per unit or floor area many times what any building has."""
    for building in case.buildings:
        for field in _COUNTED_NEEDS:
            value = building.archetype.get(field)
            own, largest = _of_archetypes(field, building.use)
            if value and isinstance(value, int | float):
                path = f"buildings.{building.id}.archetype.{field}"
                usual = (own / _ARCHETYPE_SHARE, largest * _ARCHETYPE_TIMES)
                yield from remark(case, path, float(value), usual, "", "per_unit")


@cache
def _of_archetypes(field: str, use: str) -> tuple[float, float]:
    """Return the value of a use, 0 where it has none, and the largest of all uses."""
    rows = [r for r in shipped_rows("archetypes", "archetypes.csv") if r["field"] == field]
    return max((float(r["value"]) for r in rows if r["use"] == use), default=0.0), max(float(r["value"]) for r in rows)


def _people(case: Case) -> Iterator[Fault]:
    """Yield occupants many times fewer than a building of its use has, as where m2 per person were given."""
    for building in case.buildings:
        each, _ = _of_archetypes("m2_per_person", building.use)
        if building.occupants and each:
            usual = (round(building.floor_area_m2 / each / _FEW_TIMES, 1), inf)
            yield from remark(case, f"buildings.{building.id}.occupants", building.occupants, usual, "", "all_people")


def _roofs(case: Case) -> Iterator[Fault]:
    """Yield modules and collectors of a few m², and modules for which the buildings have not nearly the roofs."""
    roofs = sum(b.floor_area_m2 / b.storeys for b in case.buildings)
    for t in case.technologies:
        most = round(_MOST_ROOFS * roofs) if getattr(t, "mounting", "") == "roof" else inf
        for name in ("area_m2", "existing_area_m2", "min_area_m2", "max_area_m2"):
            area = getattr(t, name, None)
            if area and isinstance(area, int | float):
                hint = "of_roofs" if area > most else "in_m2"
                yield from remark(case, f"technologies.{t.id}.{name}", float(area), (_LEAST_FIELD_M2, most), "m2", hint)


def _powers(case: Case) -> Iterator[Fault]:
    """Yield limits of machines and powers of sources that are in W or MW, judged by the floor area they serve."""
    areas = {b.id: b.floor_area_m2 for b in case.buildings}
    everywhere = sum(areas.values())
    for t in case.technologies:
        area = areas.get(t.node, everywhere)
        for name, kind in field_kinds(type(t)).items():
            value = getattr(t, name)
            limits = kind.unit in _USUAL_LIMIT_PER_M2 and name.startswith(_SIZES)
            if limits and value and isinstance(value, int | float) and isfinite(value):
                least, most = (area * each for each in _USUAL_LIMIT_PER_M2[kind.unit])
                path, hint = f"technologies.{t.id}.{name}", _HINT_OF_LIMIT[kind.unit]
                yield from remark(case, path, float(value), (least, most), kind.unit, hint)
    for spec in case.sources:
        for name, value in (("available_kw", spec.available_kw), ("power_kw", spec.power_kw)):
            if value:
                most = _MOST_DATA_CENTER_KW if spec.kind == "data_center" else inf
                usual = (everywhere * _LEAST_SOURCE_KW_PER_M2, most)
                yield from remark(case, f"sources.{spec.id}.{name}", value, usual, "kW", "in_kw")


def _milestones(case: Case) -> Iterator[Fault]:
    """Yield factors of demand and prices that no district grows by, and years far from that of the prices."""
    for milestone in case.milestones[:1]:
        since = float(case.price_year - _MOST_YEARS_BEFORE)
        yield from remark(case, "milestones.0.year", milestone.year, (since, inf), "", "first_milestone")
    if case.study.study_year:
        near = (case.price_year + _STUDY_YEARS[0], case.price_year + _STUDY_YEARS[1])
        yield from remark(case, "study.study_year", case.study.study_year, near, "", "study_year")
    for index, milestone in enumerate(case.milestones):
        for group, usual in _USUAL_FACTORS.items():
            for name, value in getattr(milestone, group).items():
                yield from remark(case, f"milestones.{index}.{group}.{name}", value, usual, "", "factor_of_base")
        base, price = case.emissions.carbon_price_per_t, milestone.carbon_price_per_t
        if base and price:
            near = (base / _CARBON_PRICE_TIMES, base * _CARBON_PRICE_TIMES)
            yield from remark(
                case, f"milestones.{index}.carbon_price_per_t", price, near, f"{case.currency}/t", "check_slip"
            )

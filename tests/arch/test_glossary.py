"""Every field, column and indicator is made of the words and unit suffixes of the glossary, and its unit agrees."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
Named = tuple[str, str, str]
"""Where a name is used, the name, its declared unit."""


def _rows(heading: str) -> list[list[str]]:
    """Return the cells of the table under a heading, without its head."""
    text = GLOSSARY.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[c.strip() for c in line.strip("|").split("|")] for line in lines[2:]]


def _names(cell: str) -> list[str]:
    return re.findall(r"`([a-z0-9_]+)`", cell)


@cache
def units() -> dict[str, str]:
    """Return suffix → unit."""
    return {n: unit for cell, unit in _rows("Unit suffixes") for n in _names(cell)}


@cache
def own_units() -> dict[str, str]:
    """Return whole name → unit."""
    return {n: unit for cell, unit, _ in _rows("Names with a unit of their own") for n in _names(cell)}


@cache
def words() -> frozenset[str]:
    return frozenset(n for cell, _ in _rows("Words in names") for n in _names(cell))


@cache
def used() -> tuple[Named, ...]:
    return tuple(sorted({*_case_fields(), *_technology_fields(), *_columns(), *_indicators()}))


def _declared(field: object) -> str:
    extra = getattr(field, "json_schema_extra", None)
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def _case_fields() -> Iterator[Named]:
    from edsim.case import schema
    from edsim.case.parts import network_spec

    for name, part in {**vars(network_spec), **vars(schema)}.items():
        if isinstance(part, type) and issubclass(part, schema.Part):
            for field, info in part.model_fields.items():
                yield f"{name}.{field}", field, _declared(info)


def _technology_fields() -> Iterator[Named]:
    from edsim.core.registry import load_kinds

    for kind, cls in load_kinds("edsim.technologies").items():
        if cls.__module__.startswith("edsim."):
            for field, info in cls.model_fields.items():
                yield f"{kind}.{field}", field, _declared(info)


def _columns() -> Iterator[Named]:
    from edsim.results.schema import TABLES

    for table in TABLES.values():
        for column in table.columns:
            yield f"{table.name}.csv {column.name}", column.name, column.unit


def _indicators() -> Iterator[Named]:
    from edsim.appraisal.kpis import KPIS, RETURN_KPIS

    for kpi in (*KPIS, *RETURN_KPIS):
        yield f"kpis.csv id {kpi.id}", kpi.id, ""


def split(name: str) -> tuple[list[str], list[str]]:
    """Return the words of a name and its unit suffix: the longest tail of unit tokens and ``per``."""
    parts = name.split("_")
    start = len(parts)
    while start and (parts[start - 1] in units() or parts[start - 1] == "per"):
        start -= 1
    return parts[:start], parts[start:]


def unit_of(suffix: list[str]) -> str:
    """Return the unit a suffix stands for; nothing before the first ``per`` is currency."""
    groups = [g.split() for g in " ".join(suffix).split("per")]
    top = "*".join(units()[u] for u in groups[0]) or "currency"
    return "/".join([top, *(units()[u] for g in groups[1:] for u in g)])


def _bare(unit: str) -> str:
    """Return a declared unit without brackets, reference substance and heating value."""
    for noise in ("(", ")", " LHV", " CFC-11 eq."):
        unit = unit.replace(noise, "")
    return unit


def agrees(name: str, declared: str) -> bool:
    """Return whether the unit in a name is the declared one, by the rules above the glossary's table."""
    if declared in {"", "-"} or own_units().get(name) == declared:
        return True
    said, unit = unit_of(split(name)[1]), _bare(declared)
    if not split(name)[1]:
        return False
    yearly_sum = unit == f"{said}/a"
    share = said == "frac" and unit in {"kW/kW", "kWh/kWh"}
    of_gas = said.replace("kg", "kgCO2e", 1) == unit
    return said == unit or yearly_sum or share or of_gas


def unknown(name: str) -> list[str]:
    """Return the words of a name that the glossary lacks."""
    if name in own_units() or name in words():
        return []
    head, tail = split(name)
    if head and not tail:
        return [w for w in head if w not in words()]
    return [w for w in head if w not in words()] + (["per"] if tail[-1:] == ["per"] else [])


def test_every_name_is_made_of_listed_words() -> None:
    """Proves: no field, column or indicator uses a word the glossary lacks. If ignored: readers meet private jargon."""
    missing = {where: lacking for where, name, _ in used() if (lacking := unknown(name))}
    assert missing == {}


def test_every_unit_is_the_one_in_the_name() -> None:
    """Proves: the declared unit of each field and column is the suffix of its name. If ignored: kW reads as kWh."""
    assert [(where, unit) for where, name, unit in used() if not agrees(name, unit)] == []


def test_the_glossary_has_no_dead_entries() -> None:
    """Proves: what the glossary lists is used somewhere. If ignored: it would describe an older product."""
    names = {name for _, name, _ in used()}
    seen = {part for name in names for part in name.split("_")}
    assert [w for w in sorted({*words(), *units()}) if w not in seen] == []
    assert [n for n in own_units() if n not in names] == []


def test_the_glossary_lists_each_name_once() -> None:
    """Proves: no word has two meanings by accident."""
    for heading in ("Unit suffixes", "Names with a unit of their own", "Words in names"):
        listed = [n for row in _rows(heading) for n in _names(row[0])]
        assert len(listed) == len(set(listed)), heading


@pytest.mark.parametrize("name", ["flux_capacity_kw", "supply_tmp_c", "capacity_mw", "capex_per"])
def test_a_made_up_name_is_refused(name: str) -> None:
    """Proves: the check refuses unknown words and units. If ignored: the tests above could not fail."""
    assert unknown(name)


@pytest.mark.parametrize(
    ("name", "unit"),
    [("capacity_kw", "kWh"), ("capacity", "kW"), ("supply_temp_k", "degC"), ("capex_per_kw", "currency/kWh")],
)
def test_a_wrong_unit_is_refused(name: str, unit: str) -> None:
    """Proves: a unit that contradicts the name is found, and so is a missing suffix."""
    assert not agrees(name, unit)


@pytest.mark.parametrize(
    ("name", "unit"),
    [("loss_a1_w_per_m2_k", "W/m2/K"), ("demand_per_kw_month", "currency/kW/month"), ("cooling_kwh", "kWh/a")],
)
def test_a_right_unit_is_accepted(name: str, unit: str) -> None:
    """Proves: compound units, prices and yearly sums are read as the glossary says."""
    assert agrees(name, unit)

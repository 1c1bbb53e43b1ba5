"""Contract of every registered kind: what holds for all of them, whoever wrote them."""

from __future__ import annotations

import csv
from dataclasses import replace
from itertools import product
from typing import get_args

import numpy as np
import pytest
from pydantic import ValidationError

from edsim.case.checks.meters import METER_FUELS
from edsim.case.describe import field_texts
from edsim.core.accounts import ACCOUNTS
from edsim.core.machines.catalogue import ESTIMATE, catalogue
from edsim.core.machines.one_output import OneOutput
from edsim.core.money import convert_money
from edsim.core.resources import data_path
from edsim.core.technology import IndividualMachine
from edsim.lp import Constraint, compile_model
from edsim.optimization.system import on_grid

MOST_ROWS_PER_STEP = 6
FIXED_ROWS = 4 * 365 + 50
"""Days that link the levels of a store over the year, and months."""
UNSIZED = {"ev_charging", "demand_response", "interruptible_load"}


def test_example_round_trips(kinds, kind):
    """Proves: an instance survives writing and reading. If ignored: a rerun of a stored case would differ."""
    cls = kinds[kind]
    example = cls.example()
    assert cls.model_validate(example.model_dump()) == example
    assert cls.model_validate_json(example.model_dump_json()) == example
    assert example.kind == kind


def test_defaults_carry_unit_and_source(kinds, kind):
    """Proves: every number has a unit, every default a source and year, money a price year.

    If ignored: a default of unknown origin or price level would enter a bankable study.
    """
    cls = kinds[kind]
    for name, field in cls.model_fields.items():
        extra = field.json_schema_extra or {}
        if field.annotation not in (float, float | None):
            continue
        assert field.description, f"{kind}.{name} has no description"
        assert extra.get("unit"), f"{kind}.{name} has no unit"
        if field.default in (None, 0.0) or field.is_required():
            continue
        source = extra.get("source")
        assert source, f"{kind}.{name} has no source"
        assert source["text"]
        assert 1990 <= source["year"] <= 2030, f"{kind}.{name} has no year"
        if "currency" in extra["unit"]:
            currency, year = extra["price"].split()
            assert len(currency) == 3, f"{kind}.{name} has no currency"
            assert 2000 <= int(year) <= 2030, f"{kind}.{name} has no price year"


def test_every_own_field_is_described(kinds, kind):
    """Proves: schema, pages and editors have a sentence for every field. If ignored: a user must read the code."""
    cls = kinds[kind]
    shared = {"kind", "id", "node", "label", "carriers", "quality"}
    texts = field_texts(cls)
    assert [n for n in cls.model_fields if n not in shared and not texts.get(n)] == []


def test_every_figure_is_read_at_its_source_or_openly_an_estimate():
    """Proves: rows without a source read say that they are estimates, with a range and a reason; no other row does.

    If ignored: a figure from memory would pass for a checked one.
    """
    with data_path("technologies", "catalogue.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({(r["technology"], r["parameter"]) for r in rows}) == len(rows)
    for row in rows:
        name = f"{row['technology']}.{row['parameter']}"
        estimate = row["source"].startswith(f"{ESTIMATE}: ")
        assert estimate == (row["verified"] == "no"), name
        assert "unverified" not in row["source"], name
        assert not estimate or (row["low"] and row["high"] and len(row["source"]) > len(ESTIMATE) + 15), name
        assert not row["low"] or float(row["low"]) <= float(row["value"]), name
        assert not row["high"] or float(row["value"]) <= float(row["high"]), name
        assert bool(row["currency"]) == ("currency" in row["unit"]), name


def test_every_price_can_be_brought_to_a_case():
    """Proves: currency and price year of every figure convert to pesos of 2024. If ignored: a case would not load."""
    for row in catalogue().values():
        if row.price:
            currency, year = row.price.split()
            assert convert_money(1.0, currency, int(year), "COP", 2024) > 100.0


def _rows_read(cls) -> set[tuple[str, str]]:
    """Return the rows of the catalogue that fields of a kind take a default from."""
    kind = cls.model_fields["kind"].default
    found = {(kind, name) for name in cls.model_fields}
    for field in cls.model_fields.values():
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        if by := extra.get("by"):
            choices = product(*(_values(cls, name) for name in by["fields"]))
            found |= {(by["technology"], "_".join((by["rows"], *choice))) for choice in choices}
        if varies := extra.get("varies"):
            found |= {(varies["technology"], f"{varies['rows']}_{value}") for value in _values(cls, varies["with"])}
    return found


def _values(cls, name: str) -> tuple[str, ...]:
    """Return what a field that a default goes by may hold: words of a list, or fuels of meters."""
    return METER_FUELS if name == "fuel" else get_args(cls.model_fields[name].annotation)


def test_every_row_of_the_catalogue_is_used(kinds):
    """Proves: the table holds no figure nobody reads. If ignored: a corrected row might change nothing."""
    assert set(catalogue()) - set().union(*map(_rows_read, kinds.values())) == set()


def test_has_titles_and_documentation(kinds, kind):
    """Proves: pages and reports have names in both languages and the file states range and sources."""
    import sys

    cls = kinds[kind]
    assert all(cls.title)
    assert cls.title[0] != cls.title[1]
    text = sys.modules[cls.__module__].__doc__
    assert "alid" in text, f"{kind}: valid range"
    assert "ource" in text or "atalogue" in text, f"{kind}: sources"


def test_unknown_field_is_refused(kinds, kind):
    """Proves: a typing error is an error. If ignored: a misspelt limit would silently be no limit."""
    with pytest.raises(ValidationError):
        kinds[kind].model_validate(kinds[kind].example().model_dump() | {"capacitiy_kw": 1.0})


def test_sizes_have_their_fields(kinds, model_kind):
    """Proves: every size can be bounded, marked existing and priced in the case."""
    cls = kinds[model_kind]
    assert cls.sizes or model_kind in UNSIZED
    for size in cls.sizes:
        for prefix in ("existing_", "min_", "max_"):
            assert f"{prefix}{size.name}" in cls.model_fields
        assert "currency" in cls.model_fields[size.capex].json_schema_extra["unit"]


def test_water_booked_is_the_water_of_the_tables(kinds, model_kind, surroundings, alone, day):
    """Proves: what a kind books on ``water_use`` is its ``water_m3_per_kwh`` times its output, at a main port.

    If ignored: a kind pays for water that no table shows, and the audit ends every run with it.
    """
    example, state = kinds[model_kind].example(), on_grid(surroundings(), day)
    _, _, ctx, ledger = alone([example], day, surroundings())
    stated = example.water_m3_per_kwh(state) if isinstance(example, OneOutput) else 0.0
    booked = [np.asarray(e.quantity).sum() for e in ledger.entries if e.account == "water_use"]
    assert sum(booked) == pytest.approx(float((stated * ctx.grid.weight * ctx.grid.step_h).sum()))
    assert not booked or any(p.variable == example.output and not p.factor for p in example.ports)


def test_ports_name_declared_variables(kinds, model_kind, surroundings, alone, day):
    """Proves: ports, sizes, output and level exist on the block and factors are prepared and not negative.

    If ignored: a port would fail only when a case uses it.
    """
    cls = kinds[model_kind]
    _, block, ctx, _ = alone([cls.example()], day, surroundings())
    names = [p.name for p in cls.ports]
    assert len(set(names)) == len(names)
    for port in cls.ports:
        assert hasattr(block, port.variable)
        if port.factor:
            factor = ctx.arrays[port.factor]
            assert factor.min() >= 0.0
            assert factor.shape in {(1,), (1, day.n)}
    for size in cls.sizes:
        assert hasattr(block, size.name)
    if cls.output:
        assert hasattr(block, cls.output)
    assert hasattr(block, getattr(cls, "level_variable", "I") or "I")


@pytest.mark.parametrize("weather", [(18.0, 12.0), (30.0, 25.4), (42.0, 24.0)])
def test_prepared_arrays_keep_their_shape(kinds, model_kind, surroundings, day, weather):
    """Proves: the arrays of a kind have the same names and shapes in any weather, and are finite.

    If ignored: instances of one kind could not share a block.
    """
    cls = kinds[model_kind]
    here = on_grid(surroundings(*weather), day)
    usual = on_grid(surroundings(), day)
    arrays, reference = cls.example().prepare(here), cls.example().prepare(usual)
    assert list(arrays) == list(reference)
    for key, value in arrays.items():
        assert np.shape(value) == np.shape(reference[key]), key
        assert np.shape(value) in {(), (day.n,)}, key
        assert np.isfinite(value).all(), key


def test_two_instances_share_one_block(kinds, model_kind, surroundings, alone, day):
    """Proves: rows and columns of two instances are twice those of one. If ignored: instances would be mixed up."""
    cls = kinds[model_kind]
    first = cls.example()
    second = first.model_copy(update={"id": f"{first.id}_2"})
    state = surroundings()
    for table in (state.pv_kw_per_kwp, state.irradiance_w_per_m2):
        if first.id in table:
            table[second.id] = table[first.id]
    if first.drawn_source:  # what two share of one source is a relation of both
        state.sources["another"] = state.sources[first.drawn_source]
        second = second.model_copy(update={"source": "another"})
    one = compile_model(alone([first], day, state)[0])
    two = compile_model(alone([first, second], day, state)[0])
    assert (two.num_rows, two.num_cols) == (2 * one.num_rows, 2 * one.num_cols)


def test_rows_grow_with_steps_and_all_rules_are_templates(kinds, model_kind, surroundings, alone, day):
    """Proves: few rows per step, every rule kept as one template, every column finite, every account known.

    If ignored: one rule expanded row by row makes the model a hundred times slower to build.
    """
    model, block, _, ledger = alone([kinds[model_kind].example()], day, surroundings())
    for constraint in block.component_objects(Constraint):
        assert constraint.template is not None, constraint.name
    lp = compile_model(model)
    assert lp.num_rows <= MOST_ROWS_PER_STEP * day.n + FIXED_ROWS
    assert np.isfinite(lp.col_lower).all()
    assert np.isfinite(lp.col_upper).all()
    assert {e.account for e in ledger.entries} <= set(ACCOUNTS)
    assert all(np.isfinite(e.quantity).all() and np.isfinite(e.price).all() for e in ledger.entries)


def test_zero_capacity_means_zero_flows(kinds, model_kind, surroundings, alone, day):
    """Proves: a machine of size 0 can do nothing. If ignored: an unbuilt machine could serve for free."""
    cls = kinds[model_kind]
    if not cls.sizes:
        assert model_kind in UNSIZED
        return
    nothing = {f"{limit}_{s.name}": 0.0 for s in cls.sizes for limit in ("min", "max")}
    spec = cls.example().model_copy(update=nothing)
    model, *_ = alone([spec], day, surroundings())
    assert compile_model(model).col_upper.max() == 0.0


def test_individual_machines_scale_with_demand(kinds, individual_kind, surroundings, day):
    """Proves: no demand, no fuel; twice the demand, twice everything (a bigger machine of the same kind).

    If ignored: BAU would have a size effect nobody asked for.
    """
    machine = kinds[individual_kind].example()
    assert isinstance(machine, IndividualMachine)
    assert machine.capex_per_size > 0.0
    state = on_grid(surroundings(), day)
    load = 100.0 + 50.0 * np.sin(np.arange(day.n))
    none, once, twice = (machine.operate(f * load, state) for f in (0.0, 1.0, 2.0))
    assert none.capacity_kw == 0.0
    assert all(np.allclose(v, 0.0) for v in none.inputs_kw.values())
    assert twice.capacity_kw == pytest.approx(2 * once.capacity_kw)
    for carrier, drawn in once.inputs_kw.items():
        assert drawn.shape == (day.n,)
        assert drawn.min() >= 0.0
        np.testing.assert_allclose(twice.inputs_kw[carrier], 2 * drawn)
    assert once.water_m3_per_h.shape == once.rejected_heat_kw.shape == (day.n,)


class Asked(dict):
    """A table of temperatures that remembers which carriers were looked up."""

    def __init__(self, table):
        super().__init__(table)
        self.carriers = set()

    def __getitem__(self, carrier):
        self.carriers.add(carrier)
        return super().__getitem__(carrier)


def test_levels_a_kind_needs_are_the_levels_it_looks_up(kinds, model_kind, surroundings, day):
    """Proves: the ports a kind names in ``needs_levels`` carry exactly the temperatures its physics reads.

    If ignored: `edsim check` would pass a case whose run stops for want of a temperature, or refuse one that runs.
    """
    spec = kinds[model_kind].example()
    state = on_grid(surroundings(), day)
    supply, back = Asked(state.supply_temp_c), Asked(state.return_temp_c)
    spec.prepare(replace(state, supply_temp_c=supply, return_temp_c=back))
    names = {p.name for p in spec.ports}
    assert set(spec.needs_levels) <= names
    needed = {spec.carrier_of(p) for p in spec.ports if p.name in spec.needs_levels and p.name not in spec.idle_ports()}
    assert supply.carriers | back.carriers == needed


def test_older_individual_machines_draw_more(kinds, individual_kind, surroundings, day):
    """Proves: consumption never falls with age. If ignored: frozen BAU would be flattered."""
    cls = kinds[individual_kind]
    if "age_a" not in cls.model_fields:
        assert individual_kind in {"electric_water_heater", "standby_generator"}
        return
    state = on_grid(surroundings(), day)
    load = np.full(day.n, 100.0)
    new, old = (cls.example().model_copy(update={"age_a": a}).operate(load, state) for a in (0.0, 15.0))
    assert sum(v.sum() for v in old.inputs_kw.values()) > sum(v.sum() for v in new.inputs_kw.values())


def test_rules_are_ordinary_pyomo(kinds, model_kind, surroundings, alone, day):
    """Proves: Pyomo's own row-by-row expansion of every rule gives the matrix of the fast path.

    If ignored: a rule could mean something else to the compiler than to Pyomo.
    """
    fast, *_ = alone([kinds[model_kind].example()], day, surroundings())
    slow, block, *_ = alone([kinds[model_kind].example()], day, surroundings())
    for constraint in block.component_objects(Constraint):
        constraint.expand()
    a, b = compile_model(fast), compile_model(slow)
    assert np.array_equal(a.row_lower, b.row_lower)
    assert np.array_equal(a.row_upper, b.row_upper)
    assert np.allclose(dense(a), dense(b), rtol=1e-12, atol=0.0)


def dense(lp):
    """Return the matrix of a small compiled model as a dense array."""
    out = np.zeros((lp.num_rows, lp.num_cols))
    np.add.at(out, (np.repeat(np.arange(lp.num_rows), np.diff(lp.indptr)), lp.indices), lp.data)
    return out

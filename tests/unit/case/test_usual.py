"""Values far from what is usual: the table covers the schema, machines by default are usual, and slips are named."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from edsim.case import load
from edsim.case.checks.usual import short, span_text, usual_of, usual_tree, within
from edsim.case.lazy_kinds import LazyKinds
from edsim.case.reflect import field_infos, field_kinds
from edsim.case.schema import Case
from edsim.case.shipped import shipped_rows
from edsim.case.wording.messages import HINTS
from edsim.core.errors import Finding

Faults = Callable[..., tuple[Finding, ...]]
KINDS = LazyKinds("edsim.technologies")
ROWS = shipped_rows("magnitudes", "usual.csv")
BOILERS = "  - {id: boilers,"
TANK = "  - {id: tank, kind: hot_water_store"


def _names(part: type, path: str) -> set[str]:
    """Return the dotted paths of all values a user may write below a part."""
    found: set[str] = set()
    for name, kind in field_kinds(part).items():
        here = f"{path}.{name}" if path else name
        if kind.model is not None and name != "technologies":
            stars = "" if kind.shape == "model" else ".*"
            found |= _names(kind.model, here + stars)
        else:
            found |= {here, f"{here}.*"}
    return found


def test_every_row_is_of_a_field_and_has_a_source() -> None:
    """Proves: a row whose field was renamed is found. If ignored: it never fires and a unit slip passes again."""
    fields = _names(Case, "")
    machines = {f"technologies.{k}.{name}" for k in KINDS for name in field_kinds(KINDS[k])}
    fields |= machines | {f"technologies.*.{m.rpartition('.')[2]}" for m in machines}
    archetype = {r["field"] for r in shipped_rows("archetypes", "archetypes.csv")}
    fields |= {f"{head}.{name}" for name in archetype for head in ("buildings.*.archetype", "measures.*.changes")}
    own = ("temp_c", "max_temp_change_k", "flow_m3_per_h", "heat_per_power")
    fields |= {f"sources.{r['kind']}.{name}" for r in shipped_rows("sources", "kinds.csv") for name in own}
    assert {r["field"] for r in ROWS} - fields == set()
    assert [r["field"] for r in ROWS if not r["source"] or not r["year"]] == []
    assert {r["hint"] for r in ROWS} - {"", *HINTS["en"]} == set()
    assert len({r["field"] for r in ROWS}) == len(ROWS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_defaults_of_machines_are_usual(kind: str) -> None:
    """Proves: who writes the default of a machine is not remarked. If ignored: sound cases are full of remarks."""
    odd = {}
    for name, info in field_infos(KINDS[kind]).items():
        usual = usual_of(["technologies", "probe", name], {("technologies", "probe"): kind})
        value = info.default
        judged = usual is not None and not usual.unit.startswith("USD") and not usual.per
        if judged and isinstance(value, int | float) and value and not within(float(value), (usual.low, usual.high)):
            odd[name] = (value, usual)
    assert odd == {}


def test_no_limits_are_upside_down() -> None:
    """Proves: every row lets something through."""
    assert [r["field"] for r in ROWS if float(r["low"] or "-inf") >= float(r["high"] or "inf")] == []
    assert "*" in usual_tree()["technologies"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "networks:",
            "measures: [{id: m, changes: {wwr_frac: 0.3}, capex_per_m2: 40000, lifetime_a: 15}]\nnetworks:",
            "W1890",
        ),
        ("    supply_temp_c: 6\n", "    supply_temp_c: 6\n    max_snap_m: 0.3\n", "is it in m, not in km"),
        ("    supply_temp_c: 6\n", "    supply_temp_c: 6\n    om_frac: 0.5\n", "shares are written 0 to 1"),
    ],
)
def test_a_slip_is_named(faults: Faults, base: str, old: str, new: str, words: str) -> None:
    """Proves: a value a factor of 1000 off in a field without limits is named. If ignored: it is in every result."""
    assert old in base
    found = [f.text() for f in faults(base.replace(old, new, 1))]
    assert any(words in text for text in found), found


def _slip(old: str, new: str) -> list[str]:
    """Return what is remarked of a shipped case of district heating with one edit."""
    folder = Path(__file__).parents[2] / "cases" / "bought_heat"
    text = (folder / "case.yaml").read_text(encoding="utf-8")
    assert old in text
    with tempfile.TemporaryDirectory() as made:
        shutil.copytree(folder, made, dirs_exist_ok=True)
        (Path(made) / "case.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
        return [f.text() for f in load(Path(made), KINDS).warnings]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("return_temp_c: 45", "return_temp_c: 12", "Rooms leave none colder"),
        (
            BOILERS,
            f"{TANK}, max_capacity_kwh: 20}}\n{BOILERS}",
            "is it in kWh, not in MWh",
        ),
        (BOILERS, f"{TANK}, loss_frac_per_h: 0.05}}\n{BOILERS}", "loss_frac_per_h"),
        ("ghg_kg_per_kwh: 0.202", "ghg_kg_per_kwh: 0.1825", "per kWh of higher heating value"),
        ("ghg_kg_per_kwh: 0.202", "ghg_kg_per_kwh: 0.2016", ""),
    ],
)
def test_a_slip_of_district_heating_is_named(old: str, new: str, words: str) -> None:
    """Proves: a spread as return, a tank in MWh, 5 % lost an hour and a gas factor of gross value are remarked.

    A factor of net value is not. If ignored: heat is lost or made cheap in silence, and gas is 10 % too clean.
    """
    said = _slip(old, new)
    assert any(words in text for text in said) if words else said == []


def test_figures_are_plain() -> None:
    """Proves: limits are written without powers of ten, however small."""
    assert (short(0.0000125), short(123456.0), short(0.5)) == ("0.0000125", "123456", "0.5")
    assert (span_text((1.0, 2.0)), span_text((1.0, float("inf")))) == ("1 – 2", "≥ 1")

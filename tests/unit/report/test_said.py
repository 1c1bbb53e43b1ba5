"""How the fields that a finding names are told."""

import re
from types import SimpleNamespace
from typing import Any

import pytest

from edsim.core.errors import Finding
from edsim.report.comparison.differences import by_name
from edsim.report.page import environment
from edsim.report.said import sentence
from edsim.studies.field_names import with_labels


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("set capex_per_kw, or capex_per_kw again", "set capex_per_kw (inversión por kW), or capex_per_kw again"),
        ("see finance.discount_rate_frac", "see finance.discount_rate_frac (tasa de descuento)"),
        ("la demanda 'hot_water' queda fuera", "la demanda 'hot_water' (agua caliente) queda fuera"),
        ("capex_per_kw (2.475 COP/kW)", "capex_per_kw (2.475 COP/kW)"),
        ("assumptions_table and hospital_a", "assumptions_table and hospital_a"),
        ("datos/capex_per_kw y capex_per_kw.csv", "datos/capex_per_kw y capex_per_kw.csv"),
    ],
)
def test_a_field_keeps_its_name_and_gets_its_label_once(text: str, told: str) -> None:
    """Proves: name as typed, label behind it once, files and names of the case untouched; English as it is.

    If ignored: who reads no English meets ``capex_per_kw`` in a sentence, or cannot find the field in the file.
    """
    assert with_labels(text, "es") == told
    assert with_labels(text, "en") == text


def test_a_warning_tells_its_fields_in_spanish() -> None:
    """Proves: the line of a finding has the labels, not its place. If ignored: paths would no longer be found."""
    found = Finding("W513", "x", field="bau.technologies.a.capex_per_kw", hint="set capex_per_kw", severity="warning")
    assert sentence(found, "es").count("inversión por kW") == 1
    assert "a.capex_per_kw:" in sentence(found, "es")


def test_names_of_fields_are_code_and_nothing_else_is() -> None:
    """Proves: text is escaped, fields are code, words, numbers and units are not. If ignored: markup of a case runs."""
    shown = environment().from_string("{{ x|code }}").render(x="<b> a.capex_per_kw & set cost_by_size, 5.3 kW/m2 W1.5")
    assert re.findall("<code>(.*?)</code>", shown) == ["a.capex_per_kw", "cost_by_size"]
    assert "&lt;b&gt;" in shown
    assert "&amp; set" in shown


def test_runs_are_told_by_their_cases_and_only_alike_ones_by_their_folders() -> None:
    """Proves: two cases by name, two runs of one case by folder. If ignored: paths head a table."""

    def run(name: str) -> Any:
        return SimpleNamespace(name=name)

    assert [n for n, _ in by_name([("s/runs/a-77", run("Lima")), ("s/runs/b-12", run("Quito"))])] == ["Lima", "Quito"]
    assert [n for n, _ in by_name([("s/one", run("Lima")), ("t/two", run("Lima"))])] == ["one", "two"]

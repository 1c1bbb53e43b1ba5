"""Figures and summaries for notebooks."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import plotly.graph_objects as go
import pytest

from edsim import plot
from edsim.appraisal.notebook import Tables
from edsim.appraisal.types import Appraisal
from edsim.core.money import convert_money

ROOT = Path(__file__).parents[3]
ONE_RUN = [n for n in plot.__all__ if n != "comparison_costs"]


@pytest.mark.medium
@pytest.mark.parametrize("name", ONE_RUN)
def test_every_helper_draws(appraisal: Appraisal, name: str) -> None:
    """Proves: each helper returns a figure plotly accepts, with data, in both languages."""
    draw = getattr(plot, name)
    figure = draw(appraisal)
    assert isinstance(figure, go.Figure)
    assert len(figure.data) >= 1
    spanish = draw(appraisal, lang="es")
    assert len(spanish.data) == len(figure.data)


def test_load_duration_falls(appraisal: Appraisal) -> None:
    """Proves: the curve starts at the yearly peak of the import and never rises."""
    import base64

    import numpy as np

    curve = plot.load_duration(appraisal).to_dict()["data"][0]["y"]
    values = np.frombuffer(base64.b64decode(curve["bdata"]), dtype="<f4") if isinstance(curve, dict) else curve
    assert len(values) > 100
    assert np.all(np.diff(np.asarray(values, dtype=float)) <= 1e-3)


def test_cost_stack_takes_only_known_columns(appraisal: Appraisal) -> None:
    assert plot.cost_stack(appraisal, "annual") is not None
    with pytest.raises(ValueError, match="not one of"):
        plot.cost_stack(appraisal, "price")


def test_runs_side_by_side(appraisal: Appraisal) -> None:
    figure = plot.comparison_costs({"a": appraisal, "b": appraisal})
    assert figure is not None
    assert len(figure.data[0].y) == 4
    other = dataclasses.replace(appraisal, currency="ARS")
    assert plot.comparison_costs({"a": appraisal, "b": other}) is None  # no rate of this currency is at hand


def test_costs_of_another_price_year_are_drawn_in_the_money_of_the_first(appraisal: Appraisal) -> None:
    """Proves: bars of 2020 money are brought to that of the first run. If ignored: inflation looks like a saving."""
    other = dataclasses.replace(appraisal, price_year=appraisal.price_year - 5)
    figure = plot.comparison_costs({"a": appraisal, "b": other})
    assert figure is not None
    money = appraisal.currency
    factor = convert_money(1.0, money, other.price_year, money, appraisal.price_year)
    assert factor > 1.05
    for trace in figure.data:
        now, before = trace.x[:2], trace.x[2:]
        assert list(before) == pytest.approx([factor * x for x in now])


def test_missing_data_give_none(appraisal: Appraisal) -> None:
    """Proves: a run without hours has no figure of hours, instead of an empty one."""
    bare = dataclasses.replace(appraisal, tables={"kpis": appraisal.tables["kpis"]})
    assert plot.network_map(bare) is None
    assert plot.cash_flow(bare) is None


def test_notebook_summary_is_short_and_inert(appraisal: Appraisal) -> None:
    """Proves: a notebook shows headline, indicators and certificate, every text escaped."""
    attacked = dataclasses.replace(appraisal, name="<script>x</script>", headline=("<img src=x onerror=y>",))
    page = attacked._repr_html_()
    assert "<script>" not in page
    assert "<img" not in page
    assert len(page) < 20_000
    labels = set(appraisal.tables["kpis"].query("id == 'life_cycle_cost'")["label"])
    assert any(label in page for label in labels)
    for certificate in appraisal.certificates.values():
        assert certificate.status in page
    assert isinstance(appraisal.tables, Tables)
    assert "kpis" in appraisal.tables._repr_html_()


def test_import_loads_no_heavy_library() -> None:
    """Proves: ``from edsim import plot`` is light until a figure is asked for."""
    code = "import sys\nfrom edsim import plot\nprint({'plotly', 'pandas', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "set()"

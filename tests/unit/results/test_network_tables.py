"""Rows of pipes by hand: what each trench exchanges, and the pair of pipes between two plants."""

from types import SimpleNamespace

import numpy as np
import pytest

from edsim.optimization.model.links import link_id
from edsim.optimization.types import Flow
from edsim.results.network_tables import pipes_table

YEAR = 8760


class Edges(SimpleNamespace):
    """Trenches of a network, as arrays."""

    def __len__(self) -> int:
        return len(self.length_m)


def _edges(loss_w: list[float]) -> Edges:
    numbers = {"length_m": 100.0, "dn": 80, "inner_diameter_mm": 82.5, "peak_kw": 300.0, "velocity_m_per_s": 1.2}
    numbers |= {"pressure_gradient_pa_per_m": 150.0, "capex_pipe": 20e3, "capex_civil": 50e3}
    columns = {name: np.full(len(loss_w), value) for name, value in numbers.items()}
    ends = {"from_node": ["plant", "a"], "to_node": ["a", "b"]}
    return Edges(**columns, **ends, gain_or_loss_w_at_design=np.array(loss_w))


def _link() -> SimpleNamespace:
    exchanged = np.where(np.arange(YEAR) < 100, 2.0, -1.0)
    figures = {"dn": [150], "inner_diameter_mm": [160.3], "velocity_m_per_s": [2.0], "capacity_kw": [100.0]}
    arrays = {name: np.array(values) for name, values in figures.items()}
    ends = {"from_plant": "north", "to_plant": "south", "length_m": 400.0}
    return SimpleNamespace(**ends, **arrays, gain_or_loss_kw=exchanged[None, :], capex=np.array([9e4]))


def _run(*links: SimpleNamespace, sent_kw: float = 0.0) -> SimpleNamespace:
    design = SimpleNamespace(
        id="net", edges=_edges([1000.0, 3000.0]), heat_gain_kw=np.full(YEAR, 2.0), links=links, nodes=()
    )
    sent = np.where(np.arange(YEAR) == 7, sent_kw, 0.0)
    flows = [
        Flow(link_id("net", link), "transport_link", "forward_sent", "north", "w", "in", "kW", sent) for link in links
    ]
    return SimpleNamespace(name="district", district=SimpleNamespace(designs=(design,)), flows=tuple(flows))


def test_trenches_share_the_exchange_of_the_year_as_at_design() -> None:
    """Proves: 1 and 3 kW at design share 17 520 kWh as 4 380 and 13 140. If ignored: pipes would not add up."""
    table = pipes_table([_run()])
    assert table["gain_or_loss_kwh"].tolist() == pytest.approx([4380.0, 13140.0])
    assert table["capex"].tolist() == [70e3, 70e3]


@pytest.mark.parametrize(("sent_kw", "velocity"), [(50.0, 1.0), (0.0, 0.0)])
def test_pipes_between_plants_flow_as_fast_as_they_carry(sent_kw: float, velocity: float) -> None:
    """Proves: half of 100 kW flows at half of 2 m/s, an idle pair stands; 100 h at 2 kW are 200 kWh."""
    row = pipes_table([_run(_link(), sent_kw=sent_kw)]).iloc[2]
    assert (row["peak_kw"], row["velocity_m_per_s"]) == (sent_kw, velocity)
    assert row["gain_or_loss_kwh"] == pytest.approx(200.0)
    assert (row["length_m"], row["dn"], row["capex"]) == (400.0, 150, 9e4)

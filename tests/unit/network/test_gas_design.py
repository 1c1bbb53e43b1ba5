"""Steam and compressed-air networks laid out, sized and checked over all hours."""

from dataclasses import replace

import numpy as np
import pytest

from edsim.core.errors import DataError
from edsim.core.steam import useful_kj_per_kg
from edsim.core.water import (
    latent_heat_kj_per_kg,
    saturated_vapor_density_kg_per_m3,
    saturation_pressure_pa,
    saturation_temp_c,
)
from edsim.network import GasRules, LengthOnlyTrench, NetworkTemperatures, PipeRules, design_network
from edsim.network.pipes.catalogue import load_catalogue
from edsim.network.pipes.friction import friction_factor, reynolds_number

STEAM = {
    "carrier": "steam",
    "temperatures": NetworkTemperatures(180.0, 90.0, 5.0, 0.0),
    "pipes": PipeRules("steam_steel", "moist_sand", local_loss_factor=1.0),
    "gas": GasRules(leakage_frac=0.02, condensate_return_frac=0.8),
}
AIR = {
    "carrier": "compressed_air",
    "temperatures": NetworkTemperatures(20.0, 20.0, 0.0, 0.0),
    "pipes": PipeRules("compressed_air_steel", "moist_sand", local_loss_factor=1.0),
    "gas": GasRules(pressure_bar=7.0, leakage_frac=0.1),
}


def _one_pipe(request_of, length_m, demand, **kind):
    """Return a request with a single building behind a single trench."""
    base = request_of(1, **kind, trenches=(LengthOnlyTrench("plant", "b0", length_m),))
    return replace(base, demand_kw=np.full((1, 8760), demand))


def _drop_pa(inlet_pa, flow_kg_per_s, pipe, gas):
    """Return the drop of isothermal flow: ``p1² - p2² = (f·L/d)·G²·p/ρ``; `pipe` is length, bore and roughness."""
    (length, bore, rough), (density, viscosity) = pipe, gas
    flux = flow_kg_per_s / (np.pi / 4.0 * bore**2)
    factor = friction_factor(reynolds_number(flow_kg_per_s, bore, np.asarray(viscosity)), rough / bore)
    return float(inlet_pa - np.sqrt(inlet_pa**2 - factor * length / bore * flux**2 * inlet_pa / density)[0])


def test_one_steam_pipe_by_hand(request_of):
    """Proves: pressure at the end of 400 m is that of the single-pipe formula, half of what condenses on the way.

    If ignored: consumers starve unseen, or a long line at low load seems to lose a fifth more pressure than it does.
    """
    design = design_network(_one_pipe(request_of, 400.0, 1500.0, **STEAM))
    catalogue = load_catalogue("steam_steel")
    row = int(np.flatnonzero(catalogue.dn == design.edges.dn[0])[0])
    pressure = saturation_pressure_pa(180.0)
    pipe = (np.array([400.0]), catalogue.inner_m[[row]], catalogue.roughness_m[[row]])
    gas = (float(saturated_vapor_density_kg_per_m3(180.0)), (80.4 + 0.407 * 180.0) * 1e-7)
    condensed = design.edges.gain_or_loss_w_at_design[0] / (1000.0 * float(latent_heat_kj_per_kg(180.0)))
    drop = _drop_pa(pressure, design.plant_flow_kg_per_s[:1] - 0.5 * condensed, pipe, gas)
    assert design.design_lift_kpa == pytest.approx(drop / 1000.0, rel=0.002)
    assert design.edges.dp_kpa[0] == pytest.approx(drop / 1000.0, rel=0.01)
    assert design.worst_supply_temp_c.min() == pytest.approx(
        float(saturation_temp_c(pressure - 1000.0 * design.design_lift_kpa)), abs=0.01
    )


def test_steam_losses_become_load(request_of):
    """Proves: mains condensate, trap losses and the condensate line add up to the extra load of every hour."""
    request = _one_pipe(request_of, 400.0, 1500.0, **STEAM)
    design = design_network(request)
    dry = design_network(replace(request, gas=GasRules(leakage_frac=0.0, condensate_return_frac=0.0)))
    main_w = dry.edges.gain_or_loss_w_at_design[0]
    ratio = useful_kj_per_kg(180.0, 90.0) / float(latent_heat_kj_per_kg(180.0))
    assert dry.heat_gain_kw[0] == pytest.approx(main_w / 1000.0 * ratio, rel=1e-9)
    traps = 1500.0 * 0.02 / 0.98
    line = design.heat_gain_kw[0] - dry.heat_gain_kw[0] - traps
    assert 0.0 < line < main_w / 1000.0
    assert design.pump_power_kw[0] == pytest.approx(
        0.8 * 1500.0 / useful_kj_per_kg(180.0, 90.0) / 965.3 * 150.0 / 0.7, rel=1e-3
    )


@pytest.mark.medium
def test_steam_pipes_keep_the_drop_and_the_velocity(request_of):
    """Proves: a tree keeps 10 % of the pressure at every consumer and hour, and the velocity of its series."""
    request = request_of(9, **STEAM)
    design = design_network(replace(request, demand_kw=4.0 * request.demand_kw))
    catalogue = load_catalogue("steam_steel")
    limit = dict(zip(catalogue.dn.tolist(), catalogue.max_velocity_m_per_s.tolist(), strict=True))
    assert all(
        v <= limit[dn] * 1.001 for v, dn in zip(design.edges.velocity_m_per_s, design.edges.dn.tolist(), strict=True)
    )
    assert design.design_lift_kpa <= 0.1 * float(saturation_pressure_pa(180.0)) / 1000.0
    assert design.lowest_pressure_bar < design.static_pressure_bar
    tight = design_network(replace(request, demand_kw=4.0 * request.demand_kw, gas=GasRules(max_drop_frac=0.005)))
    assert tight.design_lift_kpa <= 0.005 * float(saturation_pressure_pa(180.0)) / 1000.0
    assert tight.capex_pipe > design.capex_pipe


def test_one_air_pipe_by_hand(request_of):
    """Proves: drop and leakage of 300 m of air pipe equal the single-pipe formula; leaks flow in every hour."""
    design = design_network(_one_pipe(request_of, 300.0, 1200.0, **AIR))
    catalogue = load_catalogue("compressed_air_steel")
    row = int(np.flatnonzero(catalogue.dn == design.edges.dn[0])[0])
    pipe = (np.array([300.0]), catalogue.inner_m[[row]], catalogue.roughness_m[[row]])
    inlet = 1000.0 * design.design_lift_kpa + 1e5 * design.lowest_pressure_bar + 101_325.0
    by_sutherland = 1.716e-5 * (293.15 / 273.15) ** 1.5 * (273.15 + 110.4) / (293.15 + 110.4)
    flow = np.array([1200.0 * 1.2929 / 3600.0 / 0.9])
    drop = _drop_pa(inlet, flow, pipe, (inlet / (287.05 * 293.15), by_sutherland))
    assert design.design_lift_kpa == pytest.approx(drop / 1000.0, rel=1e-6)
    np.testing.assert_allclose(design.heat_gain_kw, 1200.0 / 9.0)
    assert design.static_pressure_bar == pytest.approx(7.0)
    assert design.pump_power_kw.sum() == 0.0


def test_leaks_do_not_sleep(request_of):
    """Proves: the leakage series is constant while demand swings. If ignored: night leakage is lost."""
    design = design_network(request_of(4, **AIR))
    assert np.ptp(design.heat_gain_kw) < 1e-9 * design.heat_gain_kw.max()
    assert np.ptp(design.plant_heat_kw) > 0.0


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({**STEAM, "pipes": PipeRules("steel_series1", "clay")}, "E404", "steam_steel"),
        ({**AIR, "pipes": PipeRules("steam_steel", "clay")}, "E404", "compressed_air_steel"),
        ({**STEAM, "temperatures": NetworkTemperatures(90.0, 40.0, 5.0, 0.0)}, "E404", "100 to 220"),
        ({**STEAM, "temperatures": NetworkTemperatures(180.0, 190.0, 5.0, 0.0)}, "E404", "condensate"),
        ({**AIR, "gas": GasRules(leakage_frac=0.9)}, "E403", "leakage"),
        ({**AIR, "gas": GasRules(pressure_bar=-1.0)}, "E403", "pressure_bar"),
        ({**AIR, "gas": GasRules(pressure_bar=30.0)}, "E422", "PN 16"),
        (
            {**AIR, "gas": GasRules(max_drop_frac=0.001), "trenches": (LengthOnlyTrench("plant", "b0", 1e8),)},
            "E451",
            "b0",
        ),
    ],
)
def test_faults_are_named(request_of, change, code, words):
    """Proves: each fault of a gas network ends in a finding with its code and a text that says what to do."""
    with pytest.raises(DataError) as caught:
        design_network(request_of(1, **change))
    assert code in {f.code for f in caught.value.findings}
    assert words in str(caught.value)


@pytest.mark.parametrize(("kind", "load"), [(STEAM, 1500.0), (AIR, 3000.0)])
def test_an_existing_gas_pipe_is_kept_where_it_is_wide_enough(request_of, kind, load):
    """Proves: a wide old pipe is free and stays, a narrow one is named, replaced and paid for as new.

    If ignored: a district with steam mains in the ground pays for them again.
    """
    request = _one_pipe(request_of, 400.0, load, **kind)
    new = design_network(request)
    sizes = load_catalogue(request.pipes.catalogue).dn
    wide, narrow = (
        design_network(replace(request, trenches=(LengthOnlyTrench("plant", "b0", 400.0, existing_dn=int(dn)),)))
        for dn in (sizes[sizes > new.edges.dn[0]][0], sizes[0])
    )
    assert wide.edges.dn[0] > new.edges.dn[0]
    assert wide.capex_pipe + wide.capex_civil == 0.0
    assert wide.design_lift_kpa < new.design_lift_kpa
    assert not wide.findings
    assert narrow.edges.dn[0] == new.edges.dn[0]
    assert narrow.capex_pipe == pytest.approx(new.capex_pipe)
    assert [f.code for f in narrow.findings] == ["W405"]

"""Primary energy, performance, peak and tower water on cases solved by hand."""

import numpy as np
import pytest

from edsim.core.errors import DataError
from edsim.core.timegrid import DAYS_PER_MONTH
from edsim.energy import (
    BillTerms,
    EnergyUse,
    Generation,
    WeightingFactors,
    bill_lines,
    coincident_peak_avoided,
    electricity_bill,
    load_factor,
    primary_energy,
    system_performance,
    tower_water,
)
from edsim.energy.efficient_district import STAGES, HeatMix
from edsim.energy.primary import Weighted

_FACTORS = {"grid_electricity": WeightingFactors(0.2, 2.0, 0.4)}


def test_other_uses_are_served_from_what_is_left() -> None:
    use = EnergyUse({}, [10.0, 10.0], (Generation("pv", [25.0, 5.0], WeightingFactors(1, 0)),), [5.0, 5.0])
    result = primary_energy(use, _FACTORS)
    assert (result.used_on_site_kwh, result.other_use_kwh, result.exported_kwh) == (15.0, 5.0, 10.0)
    assert result.grid_kwh == 5.0


def test_half_credit() -> None:
    use = EnergyUse({}, 0.0, (Generation("pv", 100.0, WeightingFactors(1, 0)),))
    full, half = primary_energy(use, _FACTORS), primary_energy(use, _FACTORS, k_exp=0.5)
    assert half.step_b.nren_kwh == pytest.approx(full.step_b.nren_kwh / 2)
    assert full.step_a.renewable_frac is None


def test_faults_are_named_together() -> None:
    with pytest.raises(DataError) as caught:
        primary_energy(EnergyUse({"coal": -1.0}, [1.0, 2.0], (), [1.0, 2.0, 3.0]), _FACTORS, k_exp=2.0)
    assert {f.code for f in caught.value.findings} == {"E740", "E741", "E742"}


def test_system_performance_by_hand() -> None:
    result = system_performance(5000.0, 1000.0)
    assert result is not None
    assert result.cop == pytest.approx(5.0)
    assert result.kw_per_tr == pytest.approx(0.70337, abs=1e-5)
    assert system_performance(0.0, 1.0) is None


def test_load_factor() -> None:
    assert load_factor([0.0, 50.0, 100.0]) == pytest.approx(0.5)
    assert load_factor([0.0, 0.0]) is None


def test_peak_counts_only_the_systems_hours() -> None:
    """Proves: what is saved outside the system's peak does not count. If ignored: 30 kW instead of 5."""
    system = np.array([1.0, 9.0, 8.0, 2.0])
    effect = coincident_peak_avoided(
        [40, 20, 20, 40], [10, 15, 15, 10], system, top_hours=2, peak_loss_frac=0.2, reserve_margin_frac=0.1
    )
    assert effect.coincident_kw == pytest.approx(5.0)
    assert effect.at_generation_kw == pytest.approx(5.0 / 0.8 * 1.1)
    assert effect.noncoincident_kw == pytest.approx(25.0)
    assert list(effect.hours) == [1, 2]
    with pytest.raises(DataError, match="E743"):
        coincident_peak_avoided([1.0], [1.0], [1.0], top_hours=2)


def test_tower_by_heat() -> None:
    water = tower_water(1e6, cycles=5.0, latent_frac=1.0, circulated_m3=1e5, drift_frac=2e-5)
    assert water.evaporation_m3 == pytest.approx(1481.5, abs=0.1)
    assert water.blowdown_m3 == pytest.approx(1481.5 / 4 - 2.0, abs=0.1)
    assert water.drift_m3 == pytest.approx(2.0)
    for bad in ({"cycles": 1.0}, {"latent_frac": 2.0}):
        with pytest.raises(DataError, match="E744"):
            tower_water(1.0, **bad)


def test_bill_with_time_of_use_demand_and_ratchet() -> None:
    """Proves: one peak in July is billed with 80 % all year. If ignored: eleven months of demand charge are missing."""
    load = np.full(8760, 10.0)
    load[4500] = 100.0
    price = np.tile(np.repeat([0.1, 0.2], 12), 365)
    terms = BillTerms(price, 5.0, ratchet_frac=0.8, fixed_per_month=7.0, export_per_kwh=0.05)
    bill = electricity_bill(load, terms, export_kw=1.0)
    assert bill.energy.sum() == pytest.approx(10 * 8760 * 0.15 + 90 * price[4500])
    assert bill.billed_kw == pytest.approx([80.0] * 6 + [100.0] + [80.0] * 5)
    assert bill.demand.sum() == pytest.approx(5 * (100 + 11 * 80))
    assert bill.export.sum() == pytest.approx(-438.0)
    assert bill.total == pytest.approx(bill.energy.sum() + 4900 + 84 - 438)
    assert not electricity_bill(load, terms).export.any(), "who exports nothing earns nothing"


def test_demand_is_billed_in_its_hours_only() -> None:
    """Proves: 50 kW outside the hours of a band are billed on all hours alone: 1 x 50 + 2 x 10 in January."""
    load, hours = np.full(8760, 10.0), np.ones(8760)
    load[0], hours[0] = 50.0, 0.0
    bill = electricity_bill(load, BillTerms(0.1, 1.0, demand_bands=((hours, 2.0),)))
    assert bill.demand == pytest.approx([70.0] + [30.0] * 11)
    assert bill.billed_kw == pytest.approx([50.0] + [10.0] * 11)
    with pytest.raises(DataError, match="E702"):
        electricity_bill([1.0], BillTerms(0.1))


def test_the_lines_of_a_bill_are_what_one_writes_by_hand() -> None:
    """Proves: January has 372 h at 0.1 and 372 at 0.2 of 10 kW, 50 kW of all hours, 10 of the band, 7 fixed, 744 sold.

    If ignored: a client holds its bill against a sum of the year and cannot tell price, energy and peak apart.
    """
    load, hours = np.full(8760, 10.0), np.ones(8760)
    load[0], hours[0] = 50.0, 0.0
    price = np.tile(np.repeat([0.1, 0.2], 12), 365)
    terms = BillTerms(price, 1.0, ((hours, 2.0),), 0.0, 7.0, 0.05)
    lines = bill_lines(load, terms, export_kw=1.0)
    january = [(x.item, x.quantity, x.unit, x.price, x.amount) for x in lines if x.month == 1]
    by_hand = [
        ("energy", 3760.0, "kWh", 0.1, 376.0), ("energy", 3720.0, "kWh", 0.2, 744.0), ("demand", 50.0, "kW", 1.0, 50.0),
        ("demand_band_1", 10.0, "kW", 2.0, 20.0), ("fixed", 1.0, "", 7.0, 7.0), ("export", 744.0, "kWh", -0.05, -37.2),
    ]  # fmt: skip
    assert [x[0] for x in january] == [x[0] for x in by_hand]
    for found, expected in zip(january, by_hand, strict=True):
        assert found[2] == expected[2]
        assert (found[1], found[3], found[4]) == pytest.approx((expected[1], expected[3], expected[4]))
    assert sum(x.amount for x in lines) == pytest.approx(electricity_bill(load, terms, export_kw=1.0).total)
    market = BillTerms(0.1 + 1e-5 * np.arange(8760.0))
    spot = bill_lines(load, market)
    assert len(spot) == 12, "a market has one line a month, at its mean price"
    assert sum(x.amount for x in spot) == pytest.approx(electricity_bill(load, market).total)


def test_exported_energy_is_credited_as_the_grid_energy_it_spares() -> None:
    """Proves: 100 kWh of sun exported weigh nothing in step A and -200 kWh, +80 kWh and -40 kg in step B, by hand.

    If ignored: exports could be charged instead of credited.
    """
    result = primary_energy(EnergyUse({}, 0.0, (Generation("pv", 100.0, WeightingFactors(1, 0)),)), _FACTORS)
    assert result.step_a == Weighted(0.0, 0.0, 0.0)
    assert result.step_b == Weighted(80.0, -200.0, -40.0)


def test_a_number_is_spread_over_the_steps_of_the_series_beside_it() -> None:
    """Proves: 100 kWh of plugs beside [80, 0] kWh of sun take 50 from the sun; 60 of 160 kWh are renewable."""
    sun = Generation("pv", [80.0, 0.0], WeightingFactors(1, 0))
    result = primary_energy(EnergyUse({}, 100.0, (sun,), 30.0), _FACTORS)
    assert (result.used_on_site_kwh, result.grid_kwh, result.other_use_kwh) == (50.0, 50.0, 15.0)
    own = primary_energy(EnergyUse({}, 100.0, (Generation("pv", [50.0, 0.0], WeightingFactors(1, 0)),)), _FACTORS)
    assert own.step_a.renewable_frac == pytest.approx(60.0 / 160.0)


def test_two_sources_of_one_name_are_both_checked() -> None:
    """Proves: the first of two sources called alike is checked too. If ignored: negative energy would enter."""
    twins = (Generation("pv", -1.0, WeightingFactors(1, 0)), Generation("pv", 1.0, WeightingFactors(1, 0)))
    with pytest.raises(DataError, match="E741"):
        primary_energy(EnergyUse({}, 1.0, twins), _FACTORS)


def test_one_negative_step_is_refused_wherever_it_stands() -> None:
    """Proves: 80 kWh and -1 kWh of sun are refused. If ignored: only a series without any energy would be looked at."""
    sun = Generation("pv", [80.0, -1.0], WeightingFactors(1, 0))
    with pytest.raises(DataError, match="E741"):
        primary_energy(EnergyUse({}, [50.0, 50.0], (sun,)), _FACTORS)


def test_tower_as_usual() -> None:
    """Proves: 1 GWh evaporates 1 259 m³ (85 % of it latent, 2.43 MJ/kg); drift counts as blow-down, not below 0."""
    assert tower_water(1e6).evaporation_m3 == pytest.approx(0.85e6 * 3.6 / 2.43 / 1000.0)
    assert tower_water(1e6).blowdown_m3 == pytest.approx(0.85e6 * 3.6 / 2.43 / 1000.0 / 4.0)
    drifting = tower_water(1e6, circulated_m3=1e6, drift_frac=0.01)
    assert (drifting.drift_m3, drifting.blowdown_m3) == (1e4, 0.0)
    assert tower_water(1e6, circulated_m3=1e6).drift_m3 == pytest.approx(20.0)


def test_stages_of_the_directive_follow_one_another() -> None:
    """Proves: each stage begins where the one before ends, the last has no end. If ignored: a year has two rules."""
    assert [s.first_year for s in STAGES[1:]] == [s.last_year + 1 for s in STAGES[:-1]]
    assert STAGES[-1].last_year == 0


@pytest.mark.parametrize(
    ("first_year", "least"),
    [
        (2026, {"renewable": 0.5, "waste": 0.5, "cogenerated": 0.5, "cogenerated_other": 0.5}),
        (2028, {"renewable": 0.5, "waste": 0.5, "cogenerated": 0.8}),
        (2035, {"renewable": 0.5, "waste": 0.5}),
        (2040, {"renewable": 0.75, "waste": 0.75}),
        (2045, {"renewable": 0.75, "waste": 0.75}),
        (2050, {"renewable": 1.0, "waste": 1.0}),
    ],
)
def test_heat_of_one_origin_is_efficient_from_the_limit_of_its_years(first_year: int, least: dict[str, float]) -> None:
    """Proves: heat of one origin suffices at its lowest limit of article 26, a percent less does not."""
    stage = next(s for s in STAGES if s.first_year == first_year)
    for origin, enough in least.items():
        assert stage.met_by(HeatMix(**{origin: enough}))
        assert not stage.met_by(HeatMix(**{origin: enough - 0.01}))


@pytest.mark.parametrize(
    ("first_year", "renewable", "cogenerated"), [(2028, 0.05, 0.45), (2035, 0.35, 0.45), (2040, 0.35, 0.60)]
)
def test_cogenerated_heat_counts_beside_a_least_share_of_renewable_heat(
    first_year: int, renewable: float, cogenerated: float
) -> None:
    """Proves: both limits of a mix hold: a percent less of either fails. If ignored: gas alone could be efficient."""
    stage = next(s for s in STAGES if s.first_year == first_year)
    assert stage.met_by(HeatMix(renewable=renewable, cogenerated=cogenerated))
    assert not stage.met_by(HeatMix(renewable=renewable - 0.01, cogenerated=cogenerated + 0.01))
    assert not stage.met_by(HeatMix(renewable=renewable, cogenerated=cogenerated - 0.01))


def test_a_load_factor_caps_every_demand_charge() -> None:
    """Proves: 100 kW in one hour of each day and 28 kW mean bill 28/0.56 = 50 kW; 60 kW flat bills its peak.

    GDMTH of Mexico by hand: capacity on the lesser of the peak from 18 to 22 h and Q/(24 d F.C.), distribution on the
    lesser of the peak of all hours and the same. If ignored: 100 kW billed twice in January.
    """
    hour, month = np.tile(np.arange(24), 365), np.repeat(np.arange(12), DAYS_PER_MONTH * 24)
    peaky = np.where(hour == 19, 100.0, (28.0 * 24 - 100.0) / 23)
    load = np.where(month == 0, peaky, 60.0)
    evening = ((hour >= 18) & (hour < 22)).astype(float)
    terms = BillTerms(1.0, 2.0, demand_bands=((evening, 10.0),), load_factor_frac=0.56)
    bill = electricity_bill(load, terms)
    assert bill.demand == pytest.approx([50 * 2 + 50 * 10, *[60 * 2 + 60 * 10] * 11])
    assert bill.billed_kw == pytest.approx([50.0, *[60.0] * 11])
    billed = {(x.month, x.item): x.quantity for x in bill_lines(load, terms)}
    assert (billed[1, "demand"], billed[1, "demand_band_1"]) == pytest.approx((50.0, 50.0))
    assert sum(x.amount for x in bill_lines(load, terms)) == pytest.approx(bill.total, rel=1e-12)


@pytest.mark.parametrize("terms", [{"ratchet_frac": 1.1}, {"ratchet_frac": -0.1}, {"load_factor_frac": 1.1}])
def test_shares_in_percent_are_refused(terms: dict[str, float]) -> None:
    """Proves: a ratchet of 80 % is 0.8. If ignored: 80 bills eighty times the peak."""
    with pytest.raises(DataError, match="E745"):
        electricity_bill(np.ones(8760), BillTerms(0.1, 5.0, **terms))


def test_a_cap_is_below_the_ratchet_too() -> None:
    """Proves: 200 kW in January, 30 kW else, ratchet 0.6: 120 kW a month, but a cap at 0.5 bills 60. Without: 120."""
    load = np.where(np.arange(8760) < 744, 200.0, 30.0)
    terms = BillTerms(0.0, 5.0, ratchet_frac=0.6, load_factor_frac=0.5)
    assert electricity_bill(load, terms).billed_kw == pytest.approx([200.0, *[60.0] * 11])


def test_a_load_factor_above_one_is_refused() -> None:
    with pytest.raises(DataError, match="load_factor_frac"):
        electricity_bill(np.ones(8760), BillTerms(0.1, 1.0, load_factor_frac=57.0))


def test_charges_by_country_in_the_how_to() -> None:
    """Proves: the sums of docs/how-to/case.md: Mexico's cap in April, Peru's excess of the other hours.

    If ignored: a reader who writes a tariff as the table says would not get the bill of the table.
    """
    hour, month = np.tile(np.arange(24), 365), np.repeat(np.arange(12), DAYS_PER_MONTH * 24)
    april = np.where(month == 3, (120000.0 - 400.0 - 500.0) / 718.0, 0.0)
    first = int(np.argmax(month == 3))
    april[first + 12], april[first + 20] = 500.0, 400.0
    terms = BillTerms(0.0, 105.0, demand_bands=((np.isin(hour, (20, 21)), 400.0),), load_factor_frac=0.57)
    assert electricity_bill(april, terms).demand[3] == pytest.approx(147_660, abs=1.0)
    load = np.where((hour >= 18) & (hour < 23), 80.0, 100.0)
    terms = BillTerms(0.0, 15.52, demand_bands=(((hour >= 18) & (hour < 23), 60.96),))
    assert electricity_bill(load, terms).demand == pytest.approx(76.48 * 80 + 15.52 * 20)

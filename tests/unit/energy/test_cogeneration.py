"""High-efficiency cogeneration and efficient district heating, by hand."""

import pytest

from edsim.energy.cogeneration import Cogeneration, references
from edsim.energy.efficient_district import STAGES, HeatMix


def test_saving_of_an_engine_by_hand() -> None:
    """Proves: 100 of gas to 40 of power and 45 of heat saves 1 - 1/(0.40/0.53 + 0.45/0.92) = 19.6 %.

    If ignored: heat of any engine counts as high-efficiency cogenerated heat.
    """
    engine = Cogeneration(100.0, 40.0, 45.0, 20.2, 2000.0)
    assert engine.saving_frac == pytest.approx(1.0 - 1.0 / (0.40 / 0.53 + 0.45 / 0.92))
    assert engine.is_high_efficiency


def test_power_without_use_of_heat_does_not_lend_its_saving_to_the_heat() -> None:
    """Proves: at 30 + 20 of 100, below 75 %, an engine's heat owns 0.75 x 20 = 15 of power and half of the fuel.

    1 - 50 / (20/0.92 + 15/0.53) is 0 %. If ignored: power that is not cogenerated counts.
    """
    engine = Cogeneration(100.0, 30.0, 20.0, 0.0, 2000.0)
    assert engine.with_heat == (15.0, 50.0)
    assert engine.saving_frac == pytest.approx(1.0 - 50.0 / (20.0 / 0.92 + 15.0 / 0.53))
    assert not engine.is_high_efficiency


def test_small_plants_need_any_saving_large_ones_a_tenth() -> None:
    """Proves: 5 % saved is enough for 900 kW and not for 1000 kW. If ignored: annex III (b) is not met."""
    year = (100.0, 30.0, 45.0, 20.2)
    assert 0.0 < Cogeneration(*year, 900.0).saving_frac < 0.1
    assert Cogeneration(*year, 900.0).is_high_efficiency
    assert not Cogeneration(*year, 1000.0).is_high_efficiency
    assert not Cogeneration(100.0, 30.0, 49.5, 20.2, 1000.0).is_high_efficiency  # 9.4 %
    assert Cogeneration(100.0, 30.0, 51.0, 20.2, 1000.0).is_high_efficiency  # 10.7 %


def test_too_much_carbon_is_no_high_efficiency() -> None:
    """Proves: coal at 0.341 kg/kWh and 85 % gives 0.40 kg per output, above 0.27; 0.28 is too much and 0.26 is not.

    If ignored: coal counts after 2027.
    """
    coal = Cogeneration(100.0, 25.0, 60.0, 34.1, 900.0, "back_pressure", "bituminous_coal")
    assert coal.saving_frac > 0.1
    assert not coal.is_high_efficiency
    assert not Cogeneration(100.0, 40.0, 45.0, 0.28 * 85.0, 900.0).is_high_efficiency
    assert Cogeneration(100.0, 40.0, 45.0, 0.26 * 85.0, 900.0).is_high_efficiency


def test_nothing_cogenerated_saves_nothing() -> None:
    """Proves: no heat, no power and no fuel end in no saving. If ignored: a division by zero."""
    for year in ((0.0, 0.0, 0.0), (100.0, 40.0, 0.0), (100.0, 0.0, 90.0)):
        assert not Cogeneration(*year, 0.0, 900.0).is_high_efficiency
    assert set(references()) >= {"natural_gas", "biogas", "biomass", "diesel"}


@pytest.mark.parametrize(
    ("mix", "met"),
    [
        (HeatMix(other=1.0), (0, 0, 0, 0, 0, 0)),
        (HeatMix(cogenerated_other=0.78, other=0.22), (1, 0, 0, 0, 0, 0)),
        (HeatMix(cogenerated=0.78, other=0.22), (1, 0, 0, 0, 0, 0)),
        (HeatMix(cogenerated=0.82, other=0.18), (1, 1, 0, 0, 0, 0)),
        (HeatMix(renewable=0.06, cogenerated=0.5, other=0.44), (1, 1, 0, 0, 0, 0)),
        (HeatMix(waste=0.36, cogenerated=0.46, other=0.18), (1, 0, 1, 0, 0, 0)),
        (HeatMix(waste=0.36, cogenerated=0.60, other=0.04), (1, 0, 1, 1, 0, 0)),
        (HeatMix(renewable=0.3, waste=0.3, other=0.4), (1, 1, 1, 0, 0, 0)),
        (HeatMix(renewable=0.5, waste=0.3, other=0.2), (1, 1, 1, 1, 1, 0)),
        (HeatMix(renewable=0.5, waste=0.5), (1, 1, 1, 1, 1, 1)),
    ],
)
def test_stages_of_the_directive(mix: HeatMix, met: tuple[int, ...]) -> None:
    """Proves: ten mixes at the edge of the criteria are efficient in the stages the directive says.

    Waste heat with cogeneration and nothing renewable fails 2028 to 2034 and passes later: the letter of the law.
    If ignored: a utility plans for aid it does not get.
    """
    assert tuple(int(bool(stage.met_by(mix))) for stage in STAGES) == met

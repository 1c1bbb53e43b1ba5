"""Units: exact factors, round trips and refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edsim.core.i18n import format_number, printable
from edsim.core.units import UnitError, allowed_units, convert, parse_number, parse_quantity, parse_unit


@pytest.mark.reference
@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1 TR", "kW", 3.5168528),  # 12 000 Btu/h
        ("12000 BTU/h", "kW", 3.5168528),
        ("1 TR-h", "kWh", 3.5168528),
        ("1 MMBtu", "kWh", 293.07107),  # NIST SP 811
        ("1 therm", "kWh", 29.307107),
        ("1 hp", "kW", 0.74569987),
        ("1 gal", "m3", 0.003785411784),
        ("1 kgal", "m3", 3.785411784),
        ("1 gpm", "m3/h", 0.2271247),
        ("1 psi", "bar", 0.0689475729),
        ("212 °F", "degC", 100.0),
        ("9 °F", "K", 5.0),
        ("300 K", "degC", 26.85),
        ("5 °C", "K", 5.0),
        ("2.5 MW", "kW", 2500.0),
        ("3.6 GJ", "kWh", 1000.0),
        ("8 %", "frac", 0.08),
        ("1200 mes", "a", 100.0),
        ("56.1 kgCO2/GJ", "kgCO2e/kWh LHV", 0.20196),
        ("1000 lbCO2/MWh", "kgCO2e/kWh", 0.45359237),
        ("1000 lb/MWh", "kgCO2e/kWh", 0.45359237),
        ("2 tons", "kW", 7.0337056),
        ("120 USD/kW/a", "currency/kW/month", 10.0),
        ("0.2 kPa/m", "Pa/m", 200.0),
        ("100 ft2", "m2", 9.290304),
        ("5", "kW", 5.0),
        ("1.5e3 W", "kW", 1.5),
        ("18 500 m2", "m2", 18500.0),
        ("1.234.567,5 kWh", "kWh", 1234567.5),
        ("1,2 MW", "kW", 1200.0),
        ("1 GW", "kW", 1e6),
        ("2 MWp", "kW", 2000.0),
        ("10 RT", "kW", 35.168528),
        ("1 MBH", "kW", 0.29307107),
        ("1 TWh", "kWh", 1e9),
        ("3600 J", "kWh", 1e-3),
        ("3600 kJ", "kWh", 1.0),
        ("36 MJ", "kWh", 10.0),
        ("3.6 TJ", "kWh", 1e6),
        ("1 kBTU", "kWh", 0.29307107),
        ("860 kcal", "kWh", 1.00018),
        ("1 Gcal", "kWh", 1163.0),
        ("2 day", "h", 48.0),
        ("90 min", "h", 1.5),
        ("7200 s", "h", 2.0),
        ("240 m3/day", "m3/h", 10.0),
        ("240 m3/d", "m3/h", 10.0),
        ("1 L/s", "m3/h", 3.6),
        ("100 cfm", "m3/h", 169.9010796),
        ("1 km", "m", 1000.0),
        ("40 cm", "m", 0.4),
        ("6 in", "mm", 152.4),
        ("10 ft", "m", 3.048),
        ("2 ha", "m2", 20000.0),
        ("1 km2", "m2", 1e6),
        ("5 cm2", "m2", 5e-4),
        ("1 ft3", "m3", 0.028316846592),
        ("1 t", "kg", 1000.0),
        ("1 lb", "kg", 0.45359237),
        ("250 kPa", "bar", 2.5),
        ("1 MPa", "bar", 10.0),
        ("1013.25 mbar", "bar", 1.01325),
        ("10 mH2O", "bar", 0.980665),
        ("1 tCO2e", "kgCO2e", 1000.0),
        ("1 gCO2e", "kgCO2e", 1e-3),
        ("1 rad", "deg", 57.29577951),
    ],
)
def test_factors_are_those_of_nist_and_si(text: str, unit: str, value: float) -> None:
    """Proves: the factors of NIST SP 811 and the SI brochure. If ignored: pint reads 300 TR as tera-gas-constants."""
    assert parse_quantity(text, unit, money=lambda amount, _currency, _year: amount) == pytest.approx(value, rel=1e-7)


@pytest.mark.parametrize(
    ("text", "unit", "reason"),
    [
        ("5 kW", "kWh", "wrong_unit"),
        ("5 kWh/a", "kW", "wrong_unit"),
        ("5 m3", "Nm3", "wrong_unit"),
        ("5 kg", "kgCO2e", "wrong_unit"),
        ("5 TRR", "kW", "unknown_unit"),
        ("5 m", "", "wrong_unit"),
        ("18,500 m2", "m2", "ambiguous"),
        ("0.2 USD/kWh", "currency/kWh", "currency"),
        ("$5", "currency", "currency"),
        ("0.2 kgCO2e/kWh HHV", "kgCO2e/kWh LHV", "heating_value"),
        ("1e309 W", "kW", "range"),
        ("nan", "kW", "number"),
        ("1,23,45", "kW", "number"),
        ("1.2.3", "kW", "number"),
        ("", "kW", "number"),
        ("9" * 500, "kW", "number"),
    ],
)
def test_each_refusal_has_its_reason(text: str, unit: str, reason: str) -> None:
    """Proves: each refusal has its reason. If ignored: a wrong unit is a silent factor."""
    with pytest.raises(UnitError) as raised:
        parse_quantity(text, unit)
    assert raised.value.reason == reason
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("18.500", ",", 18500.0),
        ("18,500", ",", 18.5),
        ("18.500", "", 18.5),
        ("18,500", ".", 18500.0),
        ("0,5", "?", 0.5),
    ],
)
def test_decimal_sign_of_a_file(text: str, decimal: str, value: float) -> None:
    """Proves: what the whole file shows decides. If ignored: 18.500 m2 of a Colombian sheet is a garage."""
    assert parse_number(text, decimal=decimal) == value


@pytest.mark.parametrize("unit", ["kW", "kWh", "m2", "frac", "degC", "currency/kWh", "m3/h", "K", "Pa/m"])
def test_offered_units_are_accepted(unit: str) -> None:
    """Proves: what a message offers works. If ignored: the hint leads to the next error."""
    assert allowed_units(unit)
    for offered in allowed_units(unit):
        assert isinstance(convert(1.0, offered, unit, money=lambda a, _c, _y: a), float)


_POWER = st.sampled_from(["W", "kW", "MW", "GW", "TR", "BTU/h", "hp", "MBH"])


@given(st.floats(1e-6, 1e9), _POWER, _POWER)
def test_round_trip(value: float, first: str, second: str) -> None:
    """Proves: there and back is the same value."""
    assert convert(convert(value, first, second), second, first) == pytest.approx(value, rel=1e-12)


@given(st.floats(-1e12, 1e12))
def test_python_numbers_are_read_as_they_are(value: float) -> None:
    """Proves: any float written by Python is read back exactly."""
    assert parse_number(repr(value)) == value


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_both_habits_agree(whole: int, cents: int) -> None:
    """Proves: 1.234,56 and 1,234.56 are one number."""
    english = f"{whole:,}.{cents:02d}"
    spanish = english.translate(str.maketrans(",.", ".,"))
    assert parse_number(english) == parse_number(spanish) == float(f"{whole}.{cents:02d}")


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    """Proves: no text raises anything but UnitError."""
    for unit in ("kW", "", "currency/kWh", "degC"):
        refusal = ""
        try:
            parse_quantity(text, unit, money=lambda a, _c, _y: a)
        except UnitError as error:
            refusal = str(error)
        assert refusal.isprintable()
    parse_unit(text)


@given(st.text())
def test_printable(text: str) -> None:
    """Proves: nothing that is not printable is left."""
    assert printable(text).isprintable()
    assert len(printable(text, 20)) <= 20


def test_numbers_in_both_languages() -> None:
    """Proves: 18.500,5 in Spanish, 18,500.5 in English."""
    assert (format_number(18500.5, "es", 1), format_number(18500.5, "en", 1)) == ("18.500,5", "18,500.5")


def test_a_mass_of_a_register_is_that_of_co2() -> None:
    """Proves: 0.597 t/MWh, 597 kg/MWh and 55.8 kg/GJ are factors of CO2; a mass elsewhere stays a mass.

    If ignored: the unit every register of emissions writes is refused.
    """
    for text, factor in (("0.597 t/MWh", 0.597), ("597 kg/MWh", 0.597), ("55.8 kg/GJ", 0.20088), ("597 g/kWh", 0.597)):
        assert abs(parse_quantity(text, "kgCO2e/kWh") - factor) < 1e-12
    with pytest.raises(UnitError):
        parse_quantity("1 kg/h", "kgCO2e/kWh")

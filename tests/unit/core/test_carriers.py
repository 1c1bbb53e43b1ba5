"""Levels of a carrier are known by their names."""

import pytest

from edsim.core.carriers import family, is_of


@pytest.mark.parametrize(
    ("carrier", "known"),
    [
        ("steam", "steam"),
        ("steam_high", "steam"),
        ("hot_water_of_the_hospital", "hot_water"),
        ("steamed_rice", "steamed_rice"),
        ("hot", "hot"),
        ("electricity", "electricity"),
    ],
)
def test_a_level_begins_with_its_carrier_and_an_underscore(carrier: str, known: str) -> None:
    """Proves: steam_high is steam, what only begins alike is not. If ignored: a carrier of others gets its physics."""
    assert family(carrier) == known
    assert is_of(carrier, "electricity", "steam") == (known in {"electricity", "steam"})

"""Kinds that share their fields take the defaults from their own rows of the catalogue."""

import pytest

from edsim.core.catalogue import catalogue
from edsim.core.individual_cooling import AirConditioner
from edsim.core.thermal_store import WaterTank


@pytest.mark.parametrize("kind_name", ["split_ac", "window_ac", "packaged_ac", "vrf", "chilled_water_store"])
def test_each_kind_has_its_own_rows(kinds, kind_name):
    """Proves: value, unit, price and source of every shared field are those of the row of the kind.

    If ignored: one kind's figures would stand for all, or a price would not be converted.
    """
    rows = {name: row for (of, name), row in catalogue().items() if of == kind_name}
    for name, row in rows.items():
        field = kinds[kind_name].model_fields[name]
        extra = field.json_schema_extra
        assert (field.default, extra["unit"], extra.get("price", "")) == (row.value, row.unit, row.price), name
        assert extra["source"]["text"] == row.source.text, name


def test_the_bases_keep_their_fields_open(kinds):
    """Proves: filling a kind leaves the base as it was. If ignored: the kind made first would fill the others."""
    assert {"split_ac", "hot_water_store"} <= set(kinds)
    assert all(base.model_fields["lifetime_a"].is_required() for base in (AirConditioner, WaterTank))

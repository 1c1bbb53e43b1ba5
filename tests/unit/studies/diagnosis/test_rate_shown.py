"""What `edsim explain` says of the exchange rate by which default prices are converted."""

from types import SimpleNamespace
from typing import Any

import pytest

from edsim.core.money import price_tables
from edsim.studies.diagnosis.values import values_at


@pytest.mark.parametrize(
    ("stated", "currency", "shown"), [(None, "COP", True), (4100.0, "COP", False), (None, "USD", False)]
)
def test_the_rate_of_the_table_is_shown_where_none_is_stated(stated: float | None, currency: str, shown: bool) -> None:
    """Proves: value, unit, source and year of the rate used. If ignored: "-", and no one can check a default price."""
    path = "exchange_rate_per_usd"
    case: Any = SimpleNamespace(
        exchange_rate_per_usd=stated, currency=currency, price_year=2024, provenance={path: "as the case says"},
        technologies=(), buildings=(), networks=(), tariffs=(), fuels=(), sources=(),
    )  # fmt: skip
    (value,) = values_at(case, path)
    if not shown:
        assert value.origin == "as the case says"
        return
    assert value.origin.value == pytest.approx(price_tables().fx_per_usd["COP"][2024])
    assert (value.origin.unit, value.origin.year, bool(value.origin.source)) == ("COP/USD", 2024, True)

"""Hours, days of the week and months as users write them."""

import pytest
from pydantic import BaseModel, ValidationError

from edsim.core.windows import Numbers


class _Window(BaseModel):
    hours: Numbers = ()


@pytest.mark.parametrize(
    ("given", "read"),
    [(6, (6,)), ("6", (6,)), ([6, 7], (6, 7)), ("6-8, 14", (6, 7, 8, 14)), ("22-23; 0-1", (22, 23, 0, 1))],
)
def test_a_number_alone_is_a_window_of_one(given: object, read: tuple[int, ...]) -> None:
    """Proves: `weekdays: 6` is Saturday, as the text "6" is. If ignored: one day wants a list."""
    assert _Window.model_validate({"hours": given}).hours == read


@pytest.mark.parametrize("given", [True, 6.5, "22-5", "noon", None])
def test_what_is_no_number_is_refused(given: object) -> None:
    """Proves: true, halves and words are no hours. If ignored: `hours: true` would be one o'clock."""
    with pytest.raises(ValidationError):
        _Window.model_validate({"hours": given})

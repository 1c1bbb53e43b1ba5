"""When energy that stays unserved is worth a remark."""

import numpy as np
import pytest

from edsim.optimization.types import Flow
from edsim.results.design_notes import unserved_findings


@pytest.mark.parametrize("kind", ["demand", "network"])
@pytest.mark.parametrize(("short_kw", "said"), [(1.77, True), (0.5e-3, False)])
def test_what_stays_unserved_is_said_down_to_a_millionth(short_kw, said, kind):
    """Proves: 1.77 kWh of 876 MWh in one hour are named with place and hour; half a Wh is noise, behind a network too.

    If ignored: a plant too small for its worst hour reads as one that serves all, or a remark says 0.00 kWh in 0 h.
    """
    load, missing = np.full(8760, 100.0), np.zeros(8760)
    missing[3154] = short_kw
    flows = [
        Flow("demand", kind, "demand", "plant", "electricity", "in", "kW", load),
        Flow("unserved", "unserved", "unserved", "plant", "electricity", "out", "kW", missing),
    ]
    found = unserved_findings("v", flows)
    assert [(f.code, f.got) for f in found] == ([("W516", "1.77 kWh in 1 h, most 1.77 kW (day 132, 10:00)")] * said)
    assert all("electricity at plant" in f.what for f in found)


def test_what_would_be_printed_as_nothing_is_not_said() -> None:
    """Proves: 0.04 Wh of 18 kWh a year are no remark. If ignored: "0.00 kWh in 7 h, most 0.00 kW"."""
    load, missing = np.full(8760, 0.002), np.zeros(8760)
    missing[:7] = 6e-6
    flows = [
        Flow("demand", "demand", "demand", "plant", "electricity", "in", "kW", load),
        Flow("unserved", "unserved", "unserved", "plant", "electricity", "out", "kW", missing),
    ]
    assert unserved_findings("v", flows) == []

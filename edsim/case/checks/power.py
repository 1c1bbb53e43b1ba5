"""Check that machines which draw electricity have it when neither sun shines nor wind blows."""

from __future__ import annotations

from collections.abc import Iterator

from edsim.case.checks.ids import ELECTRICITY, place_of
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault
from edsim.core.technology import IndividualMachine

_WEATHER_KINDS = frozenset({"pv", "wind_turbine"})


def check_power(case: Case) -> Iterator[Fault]:
    """Yield the remark of places whose electricity comes from sun and wind alone, with or without a store of it."""
    plant = [t for t in case.technologies if not isinstance(t, IndividualMachine) and t.node != "building"]
    stores = {t.node for t in plant if t.level_variable and any(t.carrier_of(p) == ELECTRICITY for p in t.ports)}
    drawing: dict[str, list[str]] = {}
    giving: dict[str, set[str]] = {}
    for t in (t for t in plant if not t.level_variable):
        for port in t.ports:
            if t.carrier_of(port) == ELECTRICITY and port.name not in t.idle_ports():
                if port.direction == "out":
                    giving.setdefault(t.node, set()).add(t.kind)
                else:
                    drawing.setdefault(t.node, []).append(t.id)
    for node, kinds in giving.items():
        users = drawing.get(node, [])
        if users and kinds <= _WEATHER_KINDS:
            path = f"technologies.{users[0]}"
            words = {"node": node, "users": ", ".join(dict.fromkeys(users))}
            code, hint = ("W1970", "dark_weeks") if node in stores else ("W1842", "steady_power")
            yield Fault(code, place_of(case, path), path, params=words, hint=hint)

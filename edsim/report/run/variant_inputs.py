"""What the main variant of a stored run sets other than the case it belongs to, read from the inputs kept with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from edsim.appraisal.types import Appraisal
from edsim.case.lazy_kinds import LazyKinds
from edsim.case.loading import load
from edsim.case.schema import Case
from edsim.case.variants import apply_scenario, apply_variant
from edsim.core.errors import EdsimError

Value = tuple[str, str]
"""Value as text, and its unit."""


@dataclass(frozen=True, slots=True)
class VariantInputs:
    """Values of a case as its main variant has them.

    Attributes
    ----------
    changed
        Paths the variant changes; ``technologies.ID`` for a machine it adds or takes away.
    values
        Path → value and unit in the variant; a machine has its kind at ``technologies.ID``.
    """

    changed: tuple[str, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)


def variant_inputs(run: Appraisal) -> VariantInputs:
    """Return what the main variant of a run changes; nothing where the case cannot be read any more."""
    if b"changes" not in run.inputs.get("case.yaml", b""):
        return VariantInputs()
    try:
        with TemporaryDirectory(prefix="edsim-inputs-") as place:
            for name, data in run.inputs.items():
                target = Path(place) / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
            case = load(Path(place), LazyKinds("edsim.technologies"))
            scenario = (run.manifest.get("options") or {}).get("scenario")
            case = apply_scenario(case, scenario) if scenario else case
            changed = apply_variant(case, run.main_variant)
    except EdsimError:
        return VariantInputs()
    before, after = _flat(case), _flat(changed)
    machines = {t.id for t in case.technologies} ^ {t.id for t in changed.technologies}
    moved = [p for p in {**before, **after} if before.get(p) != after.get(p) and _machine(p) not in machines]
    return VariantInputs((*(f"technologies.{m}" for m in sorted(machines)), *moved), after)


def _flat(case: Case) -> dict[str, Value]:
    kinds = {f"technologies.{t.id}": (t.kind, "") for t in case.technologies}
    return kinds | {path: (str(p.value), p.unit) for path, p in case.provenance.items()}


def _machine(path: str) -> str:
    """Return the machine a path belongs to, "" where it is of none."""
    first, *rest = path.split(".")
    return rest[0] if first == "technologies" and len(rest) > 1 else ""

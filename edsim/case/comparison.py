"""What variants may differ in, so that their difference from business-as-usual means something."""

from __future__ import annotations

from collections.abc import Mapping

from edsim.case.schema import Case
from edsim.core.errors import CaseError, Finding

_SAME_EVERYWHERE = ("currency", "price_year", "city", "finance", "emissions", "refrigerants", "weather", "milestones")
_OF_THE_PROJECT = {"connect", "connection_year", "bau", "bau_age_a", "bau_service_age_a", "tariff", "measures"}
"""Building fields a variant may change: they say how a building is served, not what it needs."""


def check_comparable(case: Case, cases: Mapping[str, Case]) -> None:
    """Refuse variants that would be compared on different terms, or that serve other buildings.

    Raises
    ------
    CaseError
        E177 a variant changes rates, factors or place; E178 it changes what buildings need; E179 two networks of a
        variant deliver the same service or carry the same carrier.
    """
    findings = []
    needs = [b.model_dump(exclude=_OF_THE_PROJECT) for b in case.buildings]
    for name, variant in cases.items():
        findings += [
            Finding(
                "E177",
                "variants must be compared on the same terms",
                field=f"variants.{name}.changes.{part}",
                got=f"another {part}",
                allowed="the values of the case",
                hint="make it a scenario: it then holds for business-as-usual too",
            )
            for part in _SAME_EVERYWHERE
            if getattr(variant, part) != getattr(case, part)
        ]
        if [b.model_dump(exclude=_OF_THE_PROJECT) for b in variant.buildings] != needs:
            findings.append(
                Finding(
                    "E178",
                    "variants must serve the same buildings with the same needs",
                    field=f"variants.{name}.changes.buildings",
                    allowed=f"changes of {', '.join(sorted(_OF_THE_PROJECT))}",
                    hint="use connect: never to leave a building out of the networks",
                )
            )
        for what in ("service", "carrier"):
            held = [getattr(n, what) for n in variant.networks]
            findings += [
                Finding(
                    "E179",
                    f"two networks with the same {what} are not computed by this version",
                    field="networks",
                    got=f"{what} {value} in {name}",
                    allowed=f"one network per {what}",
                )
                for value in sorted({v for v in held if held.count(v) > 1})
            ]
    if findings:
        raise CaseError.of(findings)

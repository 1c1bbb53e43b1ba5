"""Whether a grant pays more than what it is given for."""

from __future__ import annotations

from collections.abc import Iterator

from edsim.appraisal.costs import VariantCosts
from edsim.core.errors import Finding
from edsim.core.i18n import money_text
from edsim.results.variant import VariantRun


def grant_beyond_investment(run: VariantRun, costs: VariantCosts) -> Iterator[Finding]:
    """Yield a grant above all that a variant invests, at start and at later milestones.

    Parameters
    ----------
    run, costs
        A project variant and its costs.
    """
    case = run.district.case
    bought = [line for line in costs.flows.lines() if line.startswith("capex_")]
    invested = -float(costs.flows.select(line=bought).total()) if bought else 0.0
    if case.finance.grant > max(invested, 0.0):
        yield Finding(
            "W849",
            f"the grant is more than all that {run.name} invests: what is over counts as income of the project",
            field="finance.grant",
            got=money_text(case.finance.grant, case.currency),
            allowed=f"≤ {money_text(invested, case.currency)}",
            hint="check its digits and currency, or lower it to the share of the investment it may pay",
            severity="warning",
        )

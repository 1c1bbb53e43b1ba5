"""Blended finance: what public money buys, and the smallest grant that makes a project bankable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.arguments import as_vector, check_choice, reject
from edsim.finance.measures import Measure, check_rate, ratio, undefined
from edsim.finance.pro_formas import ProForma, pro_forma
from edsim.finance.project import Grant, ProjectInputs
from edsim.finance.time_value import npv

SourceKind = Literal[
    "grant",
    "output_grant",
    "ta_grant",
    "concessional_loan",
    "commercial_loan",
    "mezzanine",
    "municipal_bond",
    "green_bond",
    "first_loss",
    "equity",
    "connection_capital",
    "carbon_prepayment",
]


_TRIALS = 40
"""Grants tried between none and all that is to be financed."""
_ROUNDING = 1e-9  # a sculpted loan meets its cover ratio up to rounding


@dataclass(frozen=True, slots=True)
class FundingSource:
    """One line of the financing plan, senior first.

    Attributes
    ----------
    name, kind
        Label and kind.
    amount
        Currency.
    public
        Public or donor money (else private).
    subsidy
        Present value given away: the amount of a grant, amount x grant element of a loan, currency.
    """

    name: str
    kind: SourceKind
    amount: float
    public: bool
    subsidy: float = 0.0

    def __post_init__(self) -> None:
        check_choice(self.kind, get_args(SourceKind), f"{self.name}.kind")


@dataclass(frozen=True, slots=True)
class Leverage:
    """What the public money mobilizes.

    Attributes
    ----------
    total, public, private, grant
        Sums, currency; technical-assistance grants are in `grant` and `public`, not in `total`.
    total_per_grant, private_per_public
        Leverage ratios.
    subsidy_per_t, subsidy_per_tr
        Subsidy per tCO2e reduced and per TR installed, currency.
    """

    total: float
    public: float
    private: float
    grant: float
    total_per_grant: Measure
    private_per_public: Measure
    subsidy_per_t: Measure
    subsidy_per_tr: Measure


def leverage(sources: Sequence[FundingSource], *, reduction_t: float = 0.0, capacity_tr: float = 0.0) -> Leverage:
    """Return the leverage of a financing plan.

    Parameters
    ----------
    sources
        Financing plan.
    reduction_t
        Lifetime emission reduction, tCO2e.
    capacity_tr
        Cooling capacity, TR.
    """
    total = sum(s.amount for s in sources if s.kind != "ta_grant")
    public = sum(s.amount for s in sources if s.public)
    private = sum(s.amount for s in sources if not s.public)
    grant = sum(s.amount for s in sources if s.kind in {"grant", "output_grant", "ta_grant"})
    subsidy = sum(s.subsidy for s in sources)
    return Leverage(
        total=total,
        public=public,
        private=private,
        grant=grant,
        total_per_grant=ratio(total, grant, "no_grant", "total / grant"),
        private_per_public=ratio(private, public, "no_public_money", "private / public"),
        subsidy_per_t=ratio(subsidy, reduction_t, "no_reduction", "subsidy per tCO2e"),
        subsidy_per_tr=ratio(subsidy, capacity_tr, "no_capacity", "subsidy per TR"),
    )


@dataclass(frozen=True, slots=True)
class ViabilityGap:
    """Smallest capital grant that reaches all targets.

    Attributes
    ----------
    grant
        Currency; 0 when none is needed; undefined (``not_reached_by_full_grant``) when even the whole uses of
        funds are not enough.
    result
        Pro forma with that grant.
    binding
        The target that sets the grant: ``equity_irr`` or ``minimum_dscr``; empty when none is needed.
    """

    grant: Measure
    result: ProForma | None
    binding: str


def viability_gap(
    project: ProjectInputs, *, equity_irr: float | None = None, minimum_dscr: float | None = None
) -> ViabilityGap:
    """Return the smallest grant at which the owners earn `equity_irr` and every year reaches `minimum_dscr`.

    Loans, fees, depreciable basis and tax are computed anew for every grant tried. Loans that take a share of the
    uses fall with the grant: the share is of what is left to finance.

    Parameters
    ----------
    project
        Inputs without the grant.
    equity_irr
        Return the owners ask for, fraction per year.
    minimum_dscr
        Cover ratio the lenders ask for.
    """
    name = "viability gap grant"
    if equity_irr is not None:
        check_rate(equity_irr, "equity_irr")
    base = pro_forma(project)
    limit = sum(base.uses.values())
    top = max(0.999999 * limit - project.granted, 0.0)

    def at(grant: float) -> ProForma:
        share = max(0.0, 1.0 - grant / top) if top else 0.0
        tranches = tuple(
            t if t.share_of_uses is None else replace(t, share_of_uses=t.share_of_uses * share)
            for t in project.tranches
        )
        grants = (*project.grants, Grant(name, grant))
        return pro_forma(replace(project, grants=grants, tranches=tranches))

    def gaps(result: ProForma) -> dict[str, float]:
        held: dict[str, float] = {}
        if equity_irr is not None:
            held["equity_irr"] = npv(result.equity_cash_flow, equity_irr) / limit
        cover = result.minimum_dscr.value
        if minimum_dscr is not None:
            held["minimum_dscr"] = (cover - minimum_dscr + _ROUNDING) if cover is not None else _ROUNDING
        return held

    start = gaps(base)
    if not start:
        raise reject("E732", "give at least one target", "viability_gap", "none")
    if min(start.values()) >= -1e-12:
        return ViabilityGap(Measure(0.0, None, name), base, "")
    # A larger grant lowers the depreciable basis, so that the cover of the last small loan may fall again: look
    # for the first grant that reaches all targets, then narrow it down.
    tried = np.linspace(0.0, top, _TRIALS + 1)
    reached = next((k for k in range(1, _TRIALS + 1) if min(gaps(at(float(tried[k]))).values()) >= 0.0), None)
    if reached is None:
        return ViabilityGap(undefined("not_reached_by_full_grant", name), None, "")
    from scipy.optimize import brentq

    low, high = float(tried[reached - 1]), float(tried[reached])
    grant = float(brentq(lambda g: min(gaps(at(g)).values()), low, high, xtol=1e-10 * limit, rtol=1e-14))
    result = at(grant)
    held = gaps(result)
    return ViabilityGap(Measure(grant, None, name), result, min(held, key=lambda k: held[k]))


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A guarantee on a loan.

    Attributes
    ----------
    cover_frac
        Share of the balance covered.
    fee_rate
        Fee on the covered balance, fraction per year.
    loss_given_default
        Share lost at default.
    """

    cover_frac: float
    fee_rate: float
    loss_given_default: float

    def fees(self, balance: ArrayLike) -> NDArray[np.float64]:
        """Return the fee of each year on the balance at its start, currency."""
        return np.asarray(as_vector(balance, "balance") * self.cover_frac * self.fee_rate)

    def expected_calls(self, balance: ArrayLike, default_probability: ArrayLike) -> NDArray[np.float64]:
        """Return ``cover x LGD x PD_t x balance_t`` per year, currency."""
        probability = as_vector(default_probability, "default_probability")
        return np.asarray(as_vector(balance, "balance") * probability * self.cover_frac * self.loss_given_default)


@dataclass(frozen=True, slots=True)
class LayerLoss:
    """Loss of one layer of capital over many draws.

    Attributes
    ----------
    probability
        Share of draws in which the layer loses.
    expected_frac
        Mean loss over its size.
    """

    probability: float
    expected_frac: float


def layer_loss(losses: ArrayLike, attachment: float, detachment: float) -> LayerLoss:
    """Return the loss of the layer [A, D]: ``min(max(L - A, 0), D - A)`` in each draw.

    Parameters
    ----------
    losses : (draws,)
        Loss of the whole, currency or share.
    attachment, detachment
        Where the layer begins and ends, same unit.
    """
    if not detachment > attachment >= 0:
        raise reject("E732", "a layer ends above where it begins", "detachment", detachment, allowed=f"> {attachment}")
    taken = np.clip(as_vector(losses, "losses") - attachment, 0.0, detachment - attachment)
    return LayerLoss(float((taken > 0).mean()), float(taken.mean()) / (detachment - attachment))


def required_first_loss(losses: ArrayLike, size: float, expected_frac_max: float) -> float:
    """Return the smallest first loss [0, A] that keeps the expected loss of the senior layer [A, size] in limits."""
    from scipy.optimize import brentq

    drawn = as_vector(losses, "losses")

    def excess(attachment: float) -> float:
        return layer_loss(drawn, attachment, size).expected_frac - expected_frac_max

    if excess(0.0) <= 0:
        return 0.0
    return float(brentq(excess, 0.0, size * (1.0 - 1e-9), xtol=1e-12 * size))


def municipal_burden(
    debt_service: float, availability_payments: float, own_revenue: float, debt_stock: float, current_revenue: float
) -> Mapping[str, Measure]:
    """Return the indicators of a city's capacity to pay: service over own revenue, debt over current revenue.

    Parameters
    ----------
    debt_service, availability_payments
        Paid in the year on its loans and to the district, currency/a.
    own_revenue, current_revenue
        Revenue it raises itself, and all current revenue, currency/a; a measure is undefined where one is zero.
    debt_stock
        Owed, currency.
    """
    return {
        "service_to_own_revenue": ratio(debt_service + availability_payments, own_revenue, "no_revenue"),
        "debt_to_current_revenue": ratio(debt_stock, current_revenue, "no_revenue"),
    }

"""What the company sells: to whom, at which prices, on which terms."""

from __future__ import annotations

from dataclasses import dataclass

from edsim.finance import Contract, Customer, ProjectInputs, Tariff, with_tariff


@dataclass(frozen=True, slots=True)
class Offer:
    """Customers with the prices they pay and the terms common to them."""

    customers: tuple[Customer, ...]
    tariff: Tariff
    contract: Contract

    def sold_by(self, project: ProjectInputs) -> ProjectInputs:
        """Return a project with the revenue of its customers."""
        return with_tariff(project, self.customers, self.contract, self.tariff)

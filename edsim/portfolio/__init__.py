"""Many cases: run them on one machine or many, add them up, compare them, publish them.

=============  ==========================================================
step           module
=============  ==========================================================
what to run    `tasks`: every case and scenario under a folder, by content
where          `store`: finished runs, attempts, marks of what is running
one case       `child` (its process) under `supervise` (limits, watchdog)
all cases      `queue` (Dask) under `runs` (resume, quarantine);
               `status`, `freshness` of what is stored
add up         `facts`, `variants` → `money`, `harmonize` → `totals`, `choose`, `risk`
compare        `indicators` (frameworks, targets), `cities`
say            `analysis` (all of it), `publish` (page, workbook)
give away      `exchange` (IAMC, data package), `release` (anonymous,
               by the rules of `disclosure`)
=============  ==========================================================
"""

from typing import TYPE_CHECKING

from edsim.core.lazy import lazy_names

if TYPE_CHECKING:
    from edsim.portfolio.runs import PortfolioOutcome, run_portfolio
    from edsim.portfolio.status import StoreStatus, read_status
    from edsim.portfolio.tasks import PortfolioOptions

__all__ = ["PortfolioOptions", "PortfolioOutcome", "StoreStatus", "read_status", "run_portfolio"]

_HOMES = {
    "PortfolioOptions": "tasks",
    "PortfolioOutcome": "runs",
    "StoreStatus": "status",
    "read_status": "status",
    "run_portfolio": "runs",
}

__getattr__ = lazy_names(__name__, _HOMES)

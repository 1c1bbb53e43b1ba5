"""The cash-flow table: one long table from which every economic indicator is computed.

Nothing reads the dispatch of the plant directly; each amount of money is a row here.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.arguments import as_vector
from edsim.core.errors import DataError, Finding

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("case", "variant", "perspective", "party", "line", "year", "value", "currency", "price_basis")
"""Columns of the table, in order."""

Keys = str | Collection[str] | None


@dataclass(frozen=True, slots=True)
class CashFlow:
    """One row: an amount of money of one party in one year.

    Attributes
    ----------
    case, variant
        Case name and variant (``bau`` or a project variant).
    perspective
        Whose view: ``company``, ``customer``, ``city``, ``utility``, ``lender``, ``donor``, ``economy``.
    party
        The party within the perspective (``customer:hospital``, ``lender:senior``).
    line
        Cost or revenue line (``capex_plant``, ``energy_purchase``).
    year
        Year after the reference (0 = commissioning or financial close, construction negative).
    value
        Amount, currency; money out negative.
    currency
        ISO 4217 code.
    price_basis
        ``real 2025`` (constant prices of that year) or ``nominal``.
    """

    case: str
    variant: str
    perspective: str
    party: str
    line: str
    year: int
    value: float
    currency: str
    price_basis: str


@dataclass(frozen=True, slots=True, eq=False)
class CashFlows:
    """A long table of cash flows, one array per column (see :class:`CashFlow` for the columns).

    All rows share currency and price basis; mixing them is refused when tables are joined.
    """

    case: NDArray[np.str_]
    variant: NDArray[np.str_]
    perspective: NDArray[np.str_]
    party: NDArray[np.str_]
    line: NDArray[np.str_]
    year: NDArray[np.int64]
    value: NDArray[np.float64]
    currency: NDArray[np.str_]
    price_basis: NDArray[np.str_]

    def __post_init__(self) -> None:
        if len({len(getattr(self, c)) for c in COLUMNS}) > 1:
            raise ValueError("all columns need the same length")
        if len(self.value):
            as_vector(self.value, "cash_flows.value")
        for name, code in (("currency", "E706"), ("price_basis", "E707")):
            found = np.unique(getattr(self, name))
            if len(found) > 1:
                raise DataError.of(
                    [
                        Finding(
                            code,
                            f"one cash-flow table holds one {name.replace('_', ' ')}",
                            field=f"cash_flows.{name}",
                            got=", ".join(found),
                            hint="convert with edsim.core.money.convert_money or to_nominal first",
                        )
                    ]
                )

    @classmethod
    def of(cls, rows: Iterable[CashFlow]) -> "CashFlows":
        """Return the table of `rows`."""
        held = list(rows)
        text = [np.array([getattr(r, c) for r in held], dtype=np.str_) for c in COLUMNS]
        year = np.array([r.year for r in held], dtype=np.int64)
        value = np.array([r.value for r in held], dtype=float)
        return cls(text[0], text[1], text[2], text[3], text[4], year, value, text[7], text[8])

    @classmethod
    def concat(cls, tables: Sequence["CashFlows"]) -> "CashFlows":
        """Return the rows of all `tables` in order.

        Raises
        ------
        DataError
            E706 for mixed currencies, E707 for mixed price bases.
        """
        held = [t for t in tables if len(t)]
        if not held:
            return cls.of([])
        return cls(*(np.concatenate([getattr(t, c) for t in held]) for c in COLUMNS))

    def __len__(self) -> int:
        return len(self.value)

    @property
    def first_year(self) -> int:
        """First year: that of the first row, but never after year 0."""
        return min(0, int(self.year.min())) if len(self) else 0

    @property
    def last_year(self) -> int:
        """Year of the last row (0 for an empty table)."""
        return max(0, int(self.year.max())) if len(self) else 0

    def select(
        self,
        *,
        case: Keys = None,
        variant: Keys = None,
        perspective: Keys = None,
        party: Keys = None,
        line: Keys = None,
        year: int | Collection[int] | None = None,
    ) -> "CashFlows":
        """Return the rows that match every given key (a value or a collection of values)."""
        keep = np.ones(len(self), dtype=bool)
        keys = {"case": case, "variant": variant, "perspective": perspective, "party": party, "line": line}
        for name, wanted in keys.items():
            if wanted is not None:
                keep &= np.isin(getattr(self, name), [wanted] if isinstance(wanted, str) else list(wanted))
        if year is not None:
            keep &= np.isin(self.year, [year] if isinstance(year, int) else list(year))
        return self._take(keep)

    def without(self, line: Collection[str], year: Collection[int]) -> "CashFlows":
        """Return the table without the rows of these lines in these years."""
        return self._take(~(np.isin(self.line, list(line)) & np.isin(self.year, list(year))))

    def yearly(self, line: Keys = None, *, last_year: int | None = None) -> NDArray[np.float64]:
        """Return the sum per year, from :attr:`first_year` to `last_year` (default: the table's last), currency."""
        rows = self if line is None else self.select(line=line)
        end = self.last_year if last_year is None else last_year
        if len(rows) and int(rows.year.max()) > end:
            raise ValueError(f"rows after the last year asked for: {int(rows.year.max())} > {end}")
        counted = np.bincount(rows.year - self.first_year, weights=rows.value, minlength=end - self.first_year + 1)
        return np.asarray(counted, dtype=float)

    def lines(self) -> tuple[str, ...]:
        """Return the lines in order of first appearance."""
        return tuple(dict.fromkeys(str(x) for x in self.line))

    def parties(self) -> tuple[str, ...]:
        """Return the parties in order of first appearance."""
        return tuple(dict.fromkeys(str(x) for x in self.party))

    def total(self) -> float:
        """Return the undiscounted sum of all rows, currency."""
        return float(self.value.sum())

    def scaled(self, factor: float | NDArray[np.float64]) -> "CashFlows":
        """Return the table with every value multiplied by `factor` (a number, or one per row)."""
        return replace(self, value=self.value * factor)

    def to_nominal(self, inflation: float) -> "CashFlows":
        """Return the table in nominal money: real values times ``(1 + inflation)**year``."""
        if len(self) and str(self.price_basis[0]) == "nominal":
            raise ValueError("the table is nominal already")
        grown = self.value * (1.0 + inflation) ** self.year.astype(float)
        return replace(self, value=grown, price_basis=np.full(len(self), "nominal"))

    def relabeled(self, column: str, name: str) -> "CashFlows":
        """Return the table with one text column (``variant``, ``perspective``, ``party``, ...) set to `name`."""
        if column not in COLUMNS or column in {"year", "value"}:
            raise ValueError(f"not a text column: {column}")
        return CashFlows(*(self._columns() | {column: np.full(len(self), name)}).values())

    def minus(self, base: "CashFlows") -> "CashFlows":
        """Return project minus BAU: these rows and the negated ones of `base`, as variant ``this-minus-base``."""
        names = [str(t.variant[0]) if len(t) else "none" for t in (self, base)]
        return CashFlows.concat([self, base.scaled(-1.0)]).relabeled("variant", f"{names[0]}-minus-{names[1]}")

    def to_frame(self) -> "pd.DataFrame":
        """Return the table as a pandas data frame."""
        import pandas as pd

        return pd.DataFrame({c: getattr(self, c) for c in COLUMNS})

    def _columns(self) -> dict[str, Any]:
        return {c: getattr(self, c) for c in COLUMNS}

    def _take(self, keep: NDArray[np.bool_]) -> "CashFlows":
        return CashFlows(*(column[keep] for column in self._columns().values()))


def vector_of(cash_flow: CashFlows | ArrayLike, first_year: int | None = None) -> tuple[NDArray[np.float64], int]:
    """Return flows per year and the year of the first, from a table or from a list (whose first year is 0)."""
    if isinstance(cash_flow, CashFlows):
        if first_year is not None and first_year != cash_flow.first_year:
            raise ValueError("a cash-flow table brings its own first year")
        return cash_flow.yearly(), cash_flow.first_year
    return as_vector(cash_flow, "cash_flow"), first_year or 0

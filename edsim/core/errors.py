"""Errors that users see: one finding per fault, all findings at once, never a traceback.

Tree::

    EdsimError                 exit code 1 unless stated
    ├── CaseError              2  the case or its files are wrong (carries findings)
    ├── DataError              2  a data file or a function argument is wrong (carries findings)
    ├── InfeasibleError        3  no design can meet the limits (carries findings)
    └── SolverError            4  the solver stopped without a usable result
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar, Literal, Self

from edsim.core.i18n import printable


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or remark, with its place, what was found and what to do.

    Attributes
    ----------
    code
        Stable identifier (``E101``, ``W201``); every code has an entry in ``docs/reference/messages.md``.
    what
        One sentence: what is wrong.
    file, line, column
        Place in the user's files; ``line`` and ``column`` count from 1, 0 means unknown.
    field
        Dotted path of the value, as the user would write it (``technologies.chiller.max_capacity_kw``).
    got, allowed, hint
        The value found, what would be accepted, and what to do.
    severity
        ``error`` stops the run; ``warning`` is collected in the Appraisal.
    """

    code: str
    what: str
    file: str = ""
    line: int = 0
    column: int = 0
    field: str = ""
    got: str = ""
    allowed: str = ""
    hint: str = ""
    severity: Literal["error", "warning"] = "error"

    @property
    def where(self) -> str:
        """Return ``file:line:column`` as far as it is known."""
        parts = [self.file] if self.file else []
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)

    def text(self) -> str:
        """Return the finding as one line, safe to print: where · field · what · got · allowed · hint · code."""
        head = " ".join(
            p for p in (f"{self.where}:" if self.where else "", f"{self.field}:" if self.field else "") if p
        )
        tail = [self.what]
        if self.got:
            tail.append(f"got {self.got}")
        if self.allowed:
            tail.append(f"allowed: {self.allowed}")
        if self.hint:
            tail.append(self.hint)
        return printable(f"{head} {'; '.join(tail)} [{self.code}]".strip())

    def as_dict(self) -> dict[str, object]:
        """Return the finding as plain data for ``--json``."""
        return asdict(self) | {"where": self.where, "text": self.text()}


class EdsimError(Exception):
    """Root of all errors edsim raises on purpose."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.findings = tuple(findings)

    @classmethod
    def of(cls, findings: Sequence[Finding]) -> Self:
        """Return the error that carries `findings`, its message being their texts."""
        return cls("\n".join(f.text() for f in findings), findings)


class CaseError(EdsimError):
    """The case folder holds one or more faults."""

    exit_code: ClassVar[int] = 2


class DataError(EdsimError):
    """A data file, table or function argument is not usable."""

    exit_code: ClassVar[int] = 2


class InfeasibleError(EdsimError):
    """No design can serve the demand within the limits of the case."""

    exit_code: ClassVar[int] = 3


class SolverError(EdsimError):
    """The solver ended without a usable result (limit, numerical trouble, interruption)."""

    exit_code: ClassVar[int] = 4

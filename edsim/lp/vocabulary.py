"""The Pyomo words models are written in.

Drop-in replacements that behave like Pyomo's own and are fast to compile: `Constraint` and `Objective` keep the
template of their rule and expand to Pyomo rows only when something asks for a row; `Var` creates no element until one
is touched; `ArrayParam` and `bounded_var` read numpy arrays (both in `arrayed`).

A rule is called when the component is attached to a constructed block, as in Pyomo; a rule that needs index values
(branches, Python lookups, modulo, `Constraint.Skip` on a condition) is expanded row by row.
"""

import logging
from typing import Any

import numpy as np

from edsim.core.errors import DataError, Finding
from edsim.lp.templates import NotTemplatableError, Template, call_symbolically

# Pyomo ships no types:
# mypy: allow-subclassing-any
# ruff: noqa: I001 - Pyomo is imported after the version check in `templates`
import pyomo.core as pe
from pyomo.core.base.component import ActiveComponent
from pyomo.core.base.constraint import IndexedConstraint, ScalarConstraint
from pyomo.core.base.objective import ScalarObjective

Block = pe.Block
ConcreteModel = pe.ConcreteModel
Param = pe.Param
RangeSet = pe.RangeSet
Reals = pe.Reals
Set = pe.Set

logger = logging.getLogger(__name__)


class _Templated(ActiveComponent):
    """A component whose rows exist as a template until something asks for them.

    `_data`, Pyomo's dictionary of rows, is a property: its first reading expands the template, so any Pyomo writer or
    solver sees ordinary rows.
    """

    _template: Template | None = None
    _rows: dict[Any, Any]

    @property
    def template(self) -> Template | None:
        """Return the template; None once the rows have been expanded."""
        return self._template

    @property
    def _data(self) -> dict[Any, Any]:
        if self._template is not None:
            self.expand()
        return self._rows

    @_data.setter
    def _data(self, rows: dict[Any, Any]) -> None:
        self._rows = rows

    def expand(self) -> None:
        """Replace the template by ordinary Pyomo rows."""
        raise NotImplementedError

    def keep_template(self, rule: Any) -> bool:
        """Call the rule symbolically; return whether that worked."""
        if not hasattr(rule, "_fcn"):  # not a function: an expression, a mapping of rows …
            return False
        index_set = self.index_set() if self.is_indexed() else None
        try:
            template = call_symbolically(rule, self.parent_block(), index_set)
        except NotTemplatableError as exc:
            logger.debug("%s is expanded row by row: %s", self.name, exc)
            return False
        if template.expression is None or template.expression is pe.Constraint.Skip:
            return False
        self._template = template
        return True

    def _create_objects_for_deepcopy(self, memo: Any, component_list: Any) -> Any:
        template, self._template = self._template, None  # a clone keeps the template; copying must not expand it
        try:
            return super()._create_objects_for_deepcopy(memo, component_list)
        finally:
            self._template = template

    def activate(self) -> None:
        """Include the component in the model."""
        if self._template is None:
            super().activate()
        else:
            ActiveComponent.activate(self)

    def deactivate(self) -> None:
        """Leave the component out of the model."""
        if self._template is None:
            super().deactivate()
        else:
            ActiveComponent.deactivate(self)


class Constraint(pe.Constraint):
    """Pyomo's `Constraint`, kept as a template where the rule allows."""

    def __new__(cls, *args: Any, **_kwds: Any) -> Any:
        """Return the indexed or the scalar kind."""
        if cls is not Constraint:
            return super().__new__(cls)
        kind = _IndexedRows if args else _ScalarRow
        return kind.__new__(kind)


class _IndexedRows(_Templated, IndexedConstraint, Constraint):
    _constructed: bool

    def construct(self, data: Any = None) -> None:
        """Call the rule, symbolically if possible."""
        if self._constructed:
            return
        rule = self._rule
        if not hasattr(rule, "_fcn"):
            super().construct(data)
            return
        self._constructed = True
        for anonymous in self._anonymous_sets or ():
            anonymous.construct()
        if self.index_set().isfinite() and not self.keep_template(rule):
            self._add_rows()

    def expand(self) -> None:
        """Call the rule for every index."""
        self._template = None
        self._add_rows()
        if not self.active:
            self.deactivate()

    def _add_rows(self) -> None:
        block, rule = self.parent_block(), self._rule
        for index in self.index_set():
            row = _settled(rule(block, index), self, index)
            if row is not pe.Constraint.Skip:
                self._setitem_when_not_present(index, row)


class _ScalarRow(_Templated, ScalarConstraint, Constraint):
    _constructed: bool

    def construct(self, data: Any = None) -> None:
        """Call the rule, symbolically if possible."""
        if self._constructed:
            return
        if not hasattr(self._rule, "_fcn"):
            super().construct(data)
            return
        self._constructed = True
        if not self.keep_template(self._rule):
            self._add_row()

    def expand(self) -> None:
        """Call the rule for the one row."""
        self._template = None
        self._add_row()

    def _add_row(self) -> None:
        row = _settled(self._rule(self.parent_block(), None), self, None)
        if row is not pe.Constraint.Skip:
            self._setitem_when_not_present(None, row)


def _settled(row: Any, component: Any, index: Any) -> Any:
    """Return the row, with a comparison that is already true turned into a skip and a false one into an error."""
    if isinstance(row, (bool, np.bool_)):
        if row:
            return pe.Constraint.Skip
        raise trivially_false(component.name if index is None else f"{component.name}[{index}]")
    return row


def trivially_false(name: str, detail: str = "") -> DataError:
    """Return the error for a row without variables that cannot hold."""
    what = "the constraint has no variable and can never hold"
    error = DataError.of([Finding("E508", what, field=name, got=detail, hint="check the data it compares")])
    return DataError(error.message, error.findings)


class Objective(ScalarObjective):
    """Pyomo's scalar `Objective`, kept as a template where the rule allows."""

    _template: Template | None = None
    _constructed: bool

    @property
    def template(self) -> Template | None:
        """Return the template; None once Pyomo has asked for the expression."""
        return self._template

    @property
    def _args_(self) -> Any:
        if self._template is not None:
            self._template = None
            self.set_value(self.rule(self.parent_block(), None))
        return self._expression

    @_args_.setter
    def _args_(self, value: Any) -> None:
        self._template = None
        self._expression = value

    def __getstate__(self) -> Any:
        """Return the state for copying, without expanding the template."""
        template, self._template = self._template, None
        try:
            state = super().__getstate__()
        finally:
            self._template = template
        state[-1]["_template"] = template
        return state

    def construct(self, data: Any = None) -> None:
        """Call the rule, symbolically if possible."""
        if self._constructed:
            return
        rule = self.rule
        if not hasattr(rule, "_fcn"):
            super().construct(data)
            return
        try:
            template = call_symbolically(rule, self.parent_block(), None)
        except NotTemplatableError as exc:
            logger.debug("objective %s is expanded term by term: %s", self.name, exc)
            super().construct(data)
            return
        if template.expression is None:
            super().construct(data)
            return
        self._constructed = True
        self.set_value(0.0)
        self.set_sense(self._init_sense(self.parent_block(), None))
        self._template = template

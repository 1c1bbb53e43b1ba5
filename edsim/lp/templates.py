"""Call a Pyomo rule once with symbolic indices and keep the expression that comes back.

Pyomo can replace the values of an index set by placeholders (`IndexTemplate`) while a rule runs; ``sum(... for i in
block.I)`` then returns one symbolic sum. This module drives that mechanism with two corrections: a sum over an empty
Python list and a sum with a start value work, and a generator that mixes set indices with Python values is never
mistaken for a symbolic sum.

The mechanism is internal to Pyomo (it replaces `builtins.sum` while the rule runs), hence the pinned Pyomo range and
the lock: rules are called one at a time in a process.
"""

# Pyomo ships no types:
# mypy: allow-subclassing-any

from collections.abc import Callable
from contextlib import AbstractContextManager
from copy import deepcopy
from dataclasses import dataclass
from threading import RLock
from typing import Any

from edsim.core.errors import DataError, Finding

SUPPORTED_PYOMO = (6, 10)
_LOCK = RLock()


def require_pyomo() -> None:
    """Check that the installed Pyomo is of the range whose index templates this package reads.

    Raises
    ------
    DataError
        E500, naming the installed and the supported versions.
    """
    import pyomo

    version = str(pyomo.__version__)
    if tuple(int(p) for p in version.split(".")[:2]) != SUPPORTED_PYOMO:
        wanted = ".".join(map(str, SUPPORTED_PYOMO))
        raise DataError.of(
            [
                Finding(
                    "E500",
                    "this Pyomo version is not supported by the model compiler",
                    got=f"Pyomo {version}",
                    allowed=f"Pyomo {wanted}.x",
                    hint=f'install it with: pip install "pyomo=={wanted}.*"',
                )
            ]
        )


require_pyomo()

from pyomo.core.base.set import _FiniteSetMixin  # noqa: E402 - only after the version check
from pyomo.core.expr.template_expr import (  # noqa: E402 - same
    GetAttrExpression,
    GetItemExpression,
    IndexTemplate,
    TemplateSumExpression,
    _template_iter_context,
    _TemplateIterManager,
)


class NotTemplatableError(Exception):
    """The rule or expression cannot be kept as a template; the caller expands it row by row."""


@dataclass(frozen=True, slots=True)
class Template:
    """A rule's result with placeholders for its indices.

    Attributes
    ----------
    expression
        What the rule returned: a Pyomo expression, a tuple, a number or None.
    indices
        The placeholders, in the order of the index set.
    """

    expression: Any
    indices: tuple[IndexTemplate, ...]

    def __deepcopy__(self, memo: dict[int, Any]) -> "Template":
        """Return the template over the copied components; Pyomo's own copying cannot follow a symbolic sum."""
        return Template(_copied(self.expression, memo), self.indices)


def _copied(node: Any, memo: dict[int, Any]) -> Any:
    if isinstance(node, tuple):
        return tuple(_copied(n, memo) for n in node)
    if isinstance(node, IndexTemplate) or not hasattr(node, "is_expression_type"):
        return node
    if isinstance(node, TemplateSumExpression):
        inner = _copied(node._local_args_[0], memo)
        return TemplateSumExpression((inner,), node.template_iters())
    if node.is_expression_type() and not node.is_named_expression_type():
        return node.create_node_with_local_data(tuple(_copied(a, memo) for a in node.args))
    return deepcopy(node, memo)


class _Context(_template_iter_context):
    """Pyomo's template context with a complete replacement of `sum`."""

    def sum_template(self, iterable: Any, /, start: Any = 0) -> Any:
        """Return a symbolic sum where the generator runs over sets, else the plain sum."""
        plain = _TemplateIterManager.builtin_sum
        if not hasattr(iterable, "gi_frame"):
            return plain(iterable, start)
        before = len(self.cache)
        try:
            first = next(iterable)
        except StopIteration:
            return start
        taken = len(self.cache) - before
        if taken == 0:
            return plain(iterable, start + first)
        if not _runs_over_placeholders_only(iterable):
            msg = "a sum mixes set indices with Python values"
            raise NotTemplatableError(msg)
        symbolic = TemplateSumExpression((first,), self.npop_cache(taken))
        return symbolic if start.__class__ is int and start == 0 else start + symbolic


def _runs_over_placeholders_only(generator: Any) -> bool:
    """Return whether every loop variable of the generator holds a placeholder (or a tuple of them)."""
    frame = generator.gi_frame
    code = frame.f_code
    for name in (*code.co_varnames, *code.co_cellvars):
        if name == ".0" or name not in frame.f_locals:
            continue
        value = frame.f_locals[name]
        members = value if isinstance(value, tuple) else (value,)
        if not all(isinstance(m, IndexTemplate) for m in members):
            return False
    return True


def real_iteration() -> AbstractContextManager[Any]:
    """Return a context in which sets yield their members even while a rule is called symbolically."""
    paused: AbstractContextManager[Any] = _TemplateIterManager.pause()
    return paused


def call_symbolically(rule: Callable[[Any, Any], Any], block: Any, index_set: Any) -> Template:
    """Return the rule's result for placeholders instead of index values.

    Parameters
    ----------
    rule
        A Pyomo initializer, called as ``rule(block, index)``.
    block
        The block that owns the component.
    index_set
        Its index set, or None for a scalar component.

    Raises
    ------
    NotTemplatableError
        The rule needs index values: it branches on them, looks them up in a Python container, or loops over a set.
    """
    context = _Context()
    with _LOCK:
        try:
            with _TemplateIterManager.init(context, _FiniteSetMixin, GetItemExpression, GetAttrExpression):
                indices = _placeholders(context, index_set)
                argument = None if index_set is None else (indices[0] if len(indices) == 1 else indices)
                expression = rule(block, argument)
        except NotTemplatableError:
            raise
        except Exception as exc:  # whatever a rule raises on a placeholder, the row-by-row path decides
            raise NotTemplatableError(f"{type(exc).__name__}: {exc}") from exc
    if context.cache:
        msg = f"the rule loops over {context.cache[-1][0]._set}"  # noqa: SLF001 - placeholders have no public set
        raise NotTemplatableError(msg)
    return Template(expression, indices)


def _placeholders(context: _Context, index_set: Any) -> tuple[IndexTemplate, ...]:
    if index_set is None:
        return ()
    indices = next(iter(context.get_iter(index_set)))
    context.cache.pop()
    return indices if isinstance(indices, tuple) else (indices,)

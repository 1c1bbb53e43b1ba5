"""Options of a command as one value: a command of many options reads as one of a few."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_R = TypeVar("_R")


def gathered(name: str, into: type[DataclassInstance]) -> Callable[[Callable[..., _R]], Callable[..., _R]]:
    """Hand the options that are called like the fields of a dataclass to a command as one argument.

    Parameters
    ----------
    name
        Argument of the command.
    into
        The dataclass; every field has an option of its name.
    """

    def decorate(function: Callable[..., _R]) -> Callable[..., _R]:
        @wraps(function)
        def command(*arguments: object, **options: object) -> _R:
            values = {f.name: options.pop(f.name) for f in fields(into)}
            return function(*arguments, **options, **{name: into(**values)})

        return command

    return decorate

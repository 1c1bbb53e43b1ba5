"""Options of a command as one value: a command of many options reads as one of a few."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def gathering(groups: Mapping[str, type[DataclassInstance]]) -> type[click.Command]:
    """Return a kind of command that hands over options in groups.

    Parameters
    ----------
    groups
        Argument of the command → dataclass; every field of it has an option of its name.
    """

    class Gathering(click.Command):
        def invoke(self, ctx: click.Context) -> Any:
            """Run the command with the options of each group as one value."""
            given = ctx.params
            made = {name: into(**{f.name: given.pop(f.name) for f in fields(into)}) for name, into in groups.items()}
            given.update(made)
            return super().invoke(ctx)

    return Gathering

"""The ``edsim`` command: its subcommands, and how every error becomes a text and an exit code."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from edsim.cli.help_es import HelpContext, in_spanish
from edsim.cli.session import Session, show_error, show_json
from edsim.cli.words import word
from edsim.core.errors import EdsimError
from edsim.core.i18n import LANGUAGES, printable

_BUG, _INVALID, _INTERRUPTED = 1, 2, 130
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
"""Errors of a disk that takes no more, wherever they meet a run: no bug of edsim."""
COMMANDS = (
    "new",
    "check",
    "profiles",
    "network",
    "run",
    "explain",
    "sweep",
    "compare",
    "report",
    "portfolio",
    "serve",
    "technologies",
    "schema",
    "verify",
    "rerun",
    "migrate",
)
"""Subcommands in the order of a study; each is ``command`` in the module of its name under edsim.cli.commands."""


class _Commands(click.Group):
    """A group whose subcommands are imported when they are needed."""

    context_class = HelpContext

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"edsim.cli.commands.{cmd_name}").command
        for part in (command, *getattr(command, "commands", {}).values()):
            part.context_class = HelpContext
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            close = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            raise click.UsageError(f"{error.message}{hint}", ctx) from None


def _set_language(ctx: click.Context, param: click.Parameter, value: str) -> None:
    del param
    ctx.ensure_object(Session).lang = "es" if value == "es" else "en"


def _version(ctx: click.Context, param: click.Parameter, value: object) -> None:
    del param
    if value:
        from edsim import __version__

        click.echo(f"edsim {__version__}")
        ctx.exit()


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "EDSIM"},
    epilog="Example: edsim new my-district && edsim check my-district && edsim run my-district --out result",
)
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", is_eager=True, expose_value=False,
              callback=_set_language, help="Language of messages.")  # fmt: skip
@click.option("--debug", is_flag=True, help="Show the Python traceback of an internal error.")
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version.")
@click.pass_obj
def root(session: Session, *, debug: bool) -> None:
    """Feasibility of energy districts: cost, energy and emissions of a district against business-as-usual."""
    session.debug = debug


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    0 ok, 1 bug, 2 input, 3 infeasible, 4 solver, 5 part of a portfolio failed, 130 interrupted.
    """
    session = Session()
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    try:
        result = root.main(
            args=None if arguments is None else list(arguments), prog_name="edsim", standalone_mode=False, obj=session
        )
        code = result if isinstance(result, int) else 0
    except (click.Abort, KeyboardInterrupt):
        click.echo(word("interrupted", session.lang), err=True)
        code = _INTERRUPTED
    except click.ClickException as error:
        _show_usage(error, session)
        code = _INVALID
    except EdsimError as error:
        show_error(error, session)
        code = error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    except Exception as error:  # noqa: BLE001 - the last line of defense: every other error is a bug of ours
        full = no_room(error)
        if full is None:
            _show_bug(error, session)
        else:
            _show_usage(click.ClickException(full), session)
        code = _BUG if full is None else _INVALID
    return code


def no_room(error: Exception) -> str | None:
    """Return what could not be written or opened where a disk, a quota or a limit of the system ends it, else None."""
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return f"cannot open {error.filename}: {os.strerror(error.errno)}"
    if not isinstance(error, OSError) or error.errno not in _NO_ROOM:
        return None
    return f"cannot write {error.filename or tempfile.gettempdir()}: {os.strerror(error.errno)}"


def _usage_text(error: click.ClickException, session: Session) -> str:
    """Return what was wrong with the call; who gives --lang after a command is told where it goes."""
    text = error.format_message()
    if session.lang == "es":
        text = in_spanish(text)
    if not isinstance(error, click.NoSuchOption) or error.option_name != "--lang" or error.ctx is None:
        return text
    command = error.ctx.command_path.partition(" ")[2]
    return f"{text} {word('lang_first', session.lang).format(command=command)}"


def _show_usage(error: click.ClickException, session: Session) -> None:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return
    if session.as_json:
        show_json({"status": "error", "exit_code": _INVALID, "message": _usage_text(error, session), "findings": []})
        return
    click.echo(f"edsim: {printable(_usage_text(error, session))}", err=True)
    if isinstance(error, click.UsageError):
        path = error.ctx.command_path if error.ctx is not None else "edsim"
        click.echo(word("try_help", session.lang).format(command=path), err=True)


def _show_bug(error: Exception, session: Session) -> None:
    text = printable(f"{type(error).__name__}: {error}", 200)
    click.echo(f"edsim: {word('bug', session.lang).format(text=text)} [E900]", err=True)
    if session.debug:
        click.echo("".join(traceback.format_exception(error)), err=True)
    else:
        click.echo(word("debug_again", session.lang), err=True)

"""Ending of commands after a usage error or an interrupt, the same for all commands."""

import sys
from typing import Any, NoReturn, cast

import typer

from controller.cli.shared.help_text import VerbatimHelp
from controller.cli.shared.output import INTERRUPTED, has_json, json_is_asked, print_error

_UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[1])
"""Error for arguments that no command accepts."""


class RootCommand(VerbatimHelp):
    """Root command.

    With --json, usage errors and interrupts are one object on standard error; without, typer's output.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except _UsageError as error:
            return _end(error)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except _UsageError as error:
            _end(error)
        except KeyboardInterrupt:
            print_error("interrupted", ["stopped by the user"], INTERRUPTED, as_json=json_is_asked())
            raise typer.Exit(INTERRUPTED) from None


def _end(error: Any) -> NoReturn:
    """End with a usage error: as one object and typer.Exit, or as typer shows it."""
    parameters = error.ctx.command.params if error.ctx is not None else []
    if not (json_is_asked() or has_json(parameters, sys.argv[1:])):
        raise error
    print_error("usage", [error.format_message()], error.exit_code, as_json=True)
    raise typer.Exit(error.exit_code) from None

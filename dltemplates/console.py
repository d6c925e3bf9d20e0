"""The click groups behind `dltemplates` and behind every generated project's own commands.

They show our errors without a traceback (`--debug` shows it), suggest the nearest command, and end
with 130 on Ctrl-C.
"""

import re
import sys
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from typing import Any

import click

from dltemplates.errors import DltemplatesError, did_you_mean

_DEBUG = "dltemplates.debug"
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}


class Group(click.Group):
    """A command group that knows how to fail politely."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        unknown = not name.startswith("-") and self.get_command(ctx, name) is None
        if unknown and not ctx.resilient_parsing:  # as it is while a shell completes
            hint = did_you_mean(name, self.list_commands(ctx))
            raise click.UsageError(f"No such command {name!r}. {hint}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DltemplatesError as error:
            if ctx.meta.get(_DEBUG):
                raise
            click.secho("Error: ", fg="red", bold=True, nl=False, err=True)
            click.echo(error, err=True)
            ctx.exit(error.exit_code)
        except (KeyboardInterrupt, click.Abort):  # click's prompts turn the one into the other
            click.echo("\nStopped.", err=True)
            ctx.exit(130)


class LazyGroup(Group):
    """A group that imports the module of a command only once that command is wanted.

    Args:
        modules: By command name, the module whose `command` it is, in the order of the help.
    """

    def __init__(self, *args: Any, modules: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self._modules, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._modules:
            return super().get_command(ctx, cmd_name)
        command: click.Command = import_module(self._modules[cmd_name]).command
        return command


def _remember_debug(ctx: click.Context, _parameter: click.Parameter, value: bool) -> bool:
    if value:
        ctx.meta[_DEBUG] = True  # shared with the contexts of the groups above
    return value


class Duration(click.ParamType):  # type: ignore[type-arg]
    """A time such as `90s`, `10m`, `1.5h` or `1h30m`; a bare number counts seconds."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        if isinstance(value, (int, float)):
            return float(value)
        parts = re.findall(r"(\d+(?:\.\d+)?)([smh]?)", value)
        seconds = sum(float(number) * _SECONDS[unit] for number, unit in parts)
        if "".join(number + unit for number, unit in parts) != value or seconds <= 0.0:
            self.fail(f"Expected a time such as 90s, 10m or 1h30m, received {value!r}.", param, ctx)
        return seconds


_debug = partial(
    click.option,
    "--debug",
    is_flag=True,
    is_eager=True,
    callback=_remember_debug,
    help="Show the traceback of an error.",
)
debug_option = _debug()  # for a group, which gets an argument `debug`
debug_flag = _debug(expose_value=False)  # for a command, which gets none
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def on_terminal() -> bool:
    """Whether somebody can be asked; a stream that the caller closed is None."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def print_json(value: object) -> None:
    """Prints `value` as JSON in UTF-8, Korean and all, to standard output."""
    import json

    click.echo(json.dumps(value, ensure_ascii=False, indent=2).encode())

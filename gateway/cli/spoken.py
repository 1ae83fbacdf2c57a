"""Commands and options whose help is spoken in the language chosen, and the options every command takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from gateway.cli.words import LANGUAGES, catalogue, say

Function = Callable[..., Any]


def _said(key: str | None) -> str | None:
    return say(key) if key is not None and key in catalogue() else key


class Option(click.Option):
    """An option whose help is a key of words.json."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The two columns of the help page."""
        key, self.help = self.help, _said(self.help)
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = key


class _Spoken(click.Command):
    """Help, usage and headings in the language chosen."""

    def get_short_help_str(self, limit: int = 45) -> str:
        """One line for the list of commands."""
        return (_said(self.help) or "").split("\n", 1)[0]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command does."""
        formatter.write_paragraph()
        with formatter.indentation():
            for paragraph in (_said(self.help) or "").split("\n"):
                formatter.write_text(paragraph)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """How it is called."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=say("usage") + " ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Its own options, then the ones all commands share."""
        own: list[tuple[str, str]] = []
        shared: list[tuple[str, str]] = []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and not isinstance(param, click.Argument):
                (shared if param.name in _SHARED_NAMES else own).append(record)
        for heading, records in (("options", own), ("options_of_all", shared)):
            if records:
                with formatter.section(say(heading)):
                    formatter.write_dl(records)


class Command(_Spoken):
    """A command that takes the shared options besides its own."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.params += _shared()

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, spoken."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = say("option.help")
        return found


class Group(_Spoken, click.Group):
    """Several commands under one name."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.params += _shared()

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, spoken."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = say("option.help")
        return found

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Its options, and its commands."""
        _Spoken.format_options(self, ctx, formatter)
        rows = [(name, self.commands[name].get_short_help_str()) for name in self.list_commands(ctx)]
        with formatter.section(say("commands")):
            formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the work, not of the alphabet."""
        return list(self.commands)


def command(name: str) -> Callable[[Function], Command]:
    """Make a function a command; its help is the words of `help.<function's name>`."""

    def made(function: Function) -> Command:
        return click.command(name, cls=Command, help=f"help.{function.__name__}")(click.pass_obj(function))

    return made


def group(name: str) -> Group:
    """A name with commands under it; its help is the words of `help.<name>`."""
    return Group(name, help=f"help.{name}")


def option(*names: str, **settings: Any) -> Callable[[Function], Function]:
    """An option; `help` is a key of words.json."""
    return click.option(*names, cls=Option, **settings)


def keys_options(function: Function) -> Function:
    """Where the caller's certificate and key lie."""
    for made in (
        option("--passphrase-file", type=click.File("rb"), help="option.passphrase_file"),
        option("--key", "-k", type=_file(), help="option.key"),
        option("--certificate", "-c", type=_file(), help="option.certificate"),
    ):
        function = made(function)
    return function


def _file() -> click.Path:
    return click.Path(exists=True, dir_okay=False)


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Put a shared option where every command finds it; the innermost one given counts."""
    given = ctx.get_parameter_source(str(param.name))
    if given in (click.core.ParameterSource.COMMANDLINE, click.core.ParameterSource.ENVIRONMENT):
        setattr(ctx.obj.settings, str(param.name), value)


def _shared() -> list[click.Parameter]:
    kept: dict[str, Any] = {"expose_value": False, "callback": _keep}
    return [
        Option(["--json", "as_json"], is_flag=True, help="option.json", **kept),
        Option(["--lang"], type=click.Choice(LANGUAGES), envvar="SUNSHINE_LANG", help="option.lang", **kept),
        Option(["--url"], envvar="SUNSHINE_URL", metavar="URL", help="option.url", **kept),
        Option(["--account"], envvar="SUNSHINE_ACCOUNT", metavar="NAME", help="option.account", **kept),
        Option(["--patience"], type=click.FloatRange(0, 3600), metavar="SECONDS", help="option.patience", **kept),
        Option(["--request-id"], metavar="ID", help="option.request_id", **kept),
        Option(["--quiet", "-q"], is_flag=True, help="option.quiet", **kept),
    ]


_SHARED_NAMES = frozenset({"as_json", "lang", "url", "account", "patience", "request_id", "quiet", "help", "version"})

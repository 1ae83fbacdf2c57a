"""The program: its commands, and how each of them ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from gateway.cli import VERSION, words
from gateway.cli.bidding import replace, submit, withdraw
from gateway.cli.browsing import browse
from gateway.cli.calling import call
from gateway.cli.desk import Desk
from gateway.cli.downloading import download
from gateway.cli.drawing import draw
from gateway.cli.ending import INTERRUPTED, USAGE, Stop
from gateway.cli.registering import register
from gateway.cli.scoring import score
from gateway.cli.sealing import seal
from gateway.cli.signing import sign
from gateway.cli.signing_in import login, logout, whoami
from gateway.cli.spoken import Group, group
from gateway.cli.turning import prove_key, turn
from gateway.cli.verifying import verify
from services.protocol.reasons import ProtocolError
from services.protocol.reasons import say as say_reason


def program() -> Group:
    """`sunshine` with all its commands."""
    made = group("sunshine")
    version = click.version_option(VERSION, "--version", "-V", prog_name="sunshine", message="%(prog)s %(version)s",
                                   help=words.say("option.version"))  # fmt: skip
    version(made)
    for each in (login, whoami, logout, register, browse, download, seal, submit, replace, withdraw, prove_key, turn,
                 sign, draw, score, verify, call):  # fmt: skip
        made.add_command(each)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; answers the exit status (`gateway.cli.ending`)."""
    told = list(sys.argv[1:] if arguments is None else arguments)
    desk = Desk()
    desk.settings.as_json = "--json" in told
    desk.settings.lang = _language(told)
    words.choose(desk.settings.lang)
    try:
        status = program().main(told, prog_name="sunshine", standalone_mode=False, obj=desk)
        return status if isinstance(status, int) else 0
    except Stop as stop:
        desk.screen.fail(stop)
        return stop.status
    except ProtocolError as error:
        return _fail(desk, Stop(USAGE, error.code, say_reason(error.reason, words.language())))
    except click.UsageError as error:
        hint = words.say("usage_help", command=error.ctx.command_path if error.ctx else "sunshine")
        return _fail(desk, Stop(USAGE, "usage", f"{error.format_message()} — {hint}"))
    except (click.Abort, KeyboardInterrupt):
        return _fail(desk, Stop(INTERRUPTED, "interrupted", words.say("interrupted")))
    except (OSError, click.ClickException) as error:
        return _fail(desk, Stop(USAGE, "file_trouble", words.say("file_trouble", reason=error)))
    finally:
        desk.close()


def _fail(desk: Desk, stop: Stop) -> int:
    desk.screen.fail(stop)
    return stop.status


def _language(told: Sequence[str]) -> str:
    """The language asked for anywhere on the line: help and faults are told in it as well."""
    for place, argument in enumerate(told):
        if argument == "--lang" and place + 1 < len(told):
            return told[place + 1]
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
    return os.environ.get("SUNSHINE_LANG", "zh")

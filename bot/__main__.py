"""The command line: ``python -m bot …`` or ``citydays …``."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias, get_args

from bot.app import Role
from bot.cli import announce, ask, audit, content, outbox, questions, running, subscribers
from bot.polling import PollingFailed
from bot.reaching import StartError
from bot.services import SPEAKERS
from bot.settings import SendingSettings, Settings, SettingsError, StoreSettings, load
from bot.web import CannotListen
from data.model.documents import ContentError
from data.store.errors import StoreError

USAGE = 2
"""Exit code for what the person who started the program can mend."""
MENDABLE = (SettingsError, StoreError, ContentError, CannotListen, StartError, PollingFailed)

Action = Callable[[argparse.Namespace], int | None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; the exit code, 2 for what the user can mend."""
    options = parser().parse_args(arguments)
    try:
        code = options.action(options) or 0
        sys.stdout.flush()
        return code
    except MENDABLE as error:
        print(f"citydays: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read us, such as `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def parser() -> argparse.ArgumentParser:
    """All commands with their help."""
    top = argparse.ArgumentParser(
        prog="citydays",
        description="A Telegram bot about Azerbaijan's commemorations (az, en, ru).",
        epilog="Settings come from the environment or .env; the README lists them. "
        "`citydays COMMAND --help` tells about one command.",
    )
    top.add_argument("--version", action="version", version=f"citydays {version('citydays')}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _running(commands)
    _content(commands)
    _questions(commands)
    _ask(commands)
    _subscribers(commands)
    _outbox(commands)
    _audit(commands)
    return top


# the type has no public name
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse names no other


def _running(commands: Commands) -> None:
    run = commands.add_parser("run", help="run the bot; needs BOT_TOKEN")
    run.add_argument(
        "--role",
        choices=get_args(Role),
        default="all",
        help="of several on one database: web answers people, sender sends what nobody asked for",
    )
    run.set_defaults(action=lambda each: running.run(load(Settings), each.role))
    demo = commands.add_parser("demo", help="try the bot in a chat page on this machine, no token")
    demo.add_argument("--port", type=_port, default=8080, help="of the page (8080)")
    demo.set_defaults(action=lambda each: running.demo(load(StoreSettings), each.port))
    chat = commands.add_parser("chat", help="try the bot in this terminal, no token")
    chat.add_argument("--lang", default="en", help="language of the pretended client (en)")
    chat.set_defaults(action=lambda each: running.chat(load(StoreSettings), each.lang))


def _port(typed: str) -> int:
    """Raises ArgumentTypeError; uvloop would take the remainder of one that is too large."""
    if not typed.isdecimal() or not 0 < int(typed) < 65536:
        raise argparse.ArgumentTypeError(f"{typed} is no port; give one from 1 to 65535")
    return int(typed)


def _content(commands: Commands) -> None:
    """The content of the store: check it, change it, take it out."""
    group = commands.add_parser("content", help="check, import, export the content; its versions")
    kinds = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = kinds.add_parser("check", help="read content files and say what is wrong with them")
    check.add_argument(
        "folder", nargs="?", type=Path, help="of YAML files; else the packaged ones"
    )
    check.set_defaults(action=lambda each: content.check(each.folder))
    bring = kinds.add_parser("import", help="make files the content: a new version")
    bring.add_argument("path", nargs="?", type=Path, help="folder or file; else the packaged ones")
    bring.add_argument("--note", default="", help="why, for the list of versions")
    bring.set_defaults(action=lambda each: _stored(content.import_, each.path, each.note))
    export = kinds.add_parser("export", help="write the content as YAML files")
    export.add_argument("folder", type=Path)
    export.add_argument("--version", type=int, help="another than the newest")
    export.set_defaults(action=lambda each: _stored(content.export, each.folder, each.version))
    versions = kinds.add_parser("versions", help="list the versions, the newest last")
    versions.add_argument("--json", action="store_true", help="one object a line")
    versions.set_defaults(action=lambda each: _stored(content.versions, each.json))


def _questions(commands: Commands) -> None:
    listed = commands.add_parser("questions", help="list what was asked and found no answer")
    forms = listed.add_mutually_exclusive_group()
    for form in ("json", "csv"):
        forms.add_argument(f"--{form}", dest="form", action="store_const", const=form)
    listed.set_defaults(form="text", action=lambda each: _stored(questions.questions, each.form))


def _ask(commands: Commands) -> None:
    one = commands.add_parser("ask", help="answer a question, or a file of them; needs no token")
    one.add_argument("question", nargs="?", help="in Azerbaijani, English or Russian")
    one.add_argument("--lang", choices=sorted(SPEAKERS), help="of the chat; else the question's")
    one.add_argument("--context", help="the question before, which this one goes on from")
    one.add_argument(
        "--now", help="when it is asked, like 2025-11-21T10:00 in TIME_ZONE; else now"
    )
    one.add_argument("--json", action="store_true", help="one object with all that was found")
    one.add_argument("--jsonl", metavar="FILE", help="one question a line in, one answer out")
    one.set_defaults(action=lambda each: _asked(one, each))


def _asked(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    if (options.question is None) == (options.jsonl is None):
        parser.error("give either a question or --jsonl FILE")
    return ask.ask(load(StoreSettings), options)


def _subscribers(commands: Commands) -> None:
    """Who is told, and telling them."""
    group = commands.add_parser("subscribers", help="bring people in from another bot, or out")
    kinds = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    bring = kinds.add_parser("import", help="CSV with chat_id,language,zone,topics")
    bring.add_argument("file", type=Path)
    bring.set_defaults(action=lambda each: _import(each.file))
    export = kinds.add_parser("export", help="write such a file")
    export.add_argument("file", type=Path)
    export.set_defaults(action=lambda each: _stored(subscribers.export, each.file))
    tell = commands.add_parser("announce", help="tell many people something")
    tell.add_argument("--file", type=Path, required=True, help="YAML: texts, audience …")
    tell.add_argument("--at", type=datetime.fromisoformat, help="like 2026-11-24T10:00; else now")
    tell.add_argument("--dry-run", action="store_true", help="only tell how many it goes to")
    tell.add_argument("--yes", action="store_true", help="queue it without asking")
    tell.set_defaults(action=_announce)


def _import(file: Path) -> int:
    settings = load(StoreSettings)
    return asyncio.run(subscribers.import_(settings.database_url, file, settings.time_zone))


def _announce(options: argparse.Namespace) -> int:
    wish = announce.Wish(options.file, options.at, options.dry_run, options.yes)
    return asyncio.run(announce.announce(load(SendingSettings), wish))


def _outbox(commands: Commands) -> None:
    """What waits to be sent."""
    group = commands.add_parser("outbox", help="what waits to be sent; pause and resume it")
    kinds = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    status = kinds.add_parser("status", help="how many are sent, pending, uncertain …")
    status.add_argument("--json", action="store_true", help="for programs")
    status.set_defaults(action=lambda each: _stored(outbox.status, each.json))
    pause = kinds.add_parser("pause", help="send nothing until it is resumed")
    pause.set_defaults(action=lambda _: _stored(outbox.pause))
    resume = kinds.add_parser("resume", help="go on")
    resume.set_defaults(action=lambda _: _stored(outbox.resume))
    again = kinds.add_parser(
        "resend-uncertain", help="send again what may have got lost; some may get it twice"
    )
    again.set_defaults(action=lambda _: _stored(outbox.resend_uncertain))


def _audit(commands: Commands) -> None:
    log = commands.add_parser("audit", help="what those who run the bot have done")
    form = log.add_mutually_exclusive_group()
    form.add_argument("--json", dest="form", action="store_const", const="json", default="text")
    form.add_argument("--csv", dest="form", action="store_const", const="csv")
    log.set_defaults(action=lambda each: _stored(audit.audit, each.form))


def _stored(do: Callable[..., Coroutine[Any, Any, int]], *arguments: object) -> int:
    """A command that works on the store and nothing else."""
    settings = load(StoreSettings)
    return asyncio.run(do(settings.database_url, *arguments))


if __name__ == "__main__":
    sys.exit(main())

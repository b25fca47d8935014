"""The options and commands of the command line."""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from app import __version__
from app.domain.text.foreign_text import visible
from app.domain.text.messages import message, tr, translated
from app.settings.model import Settings

DESCRIPTION = message("Brings the positions of TWS or IB Gateway into your own SQLite file.")
FREE_WORDS = ("note", "tag")  # the commands whose words may begin with a dash
MAX_DIGITS = 18  # fits into a number of SQLite
EPILOG = message(
    "Without a command, the window opens. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 held."
)


class Formatter(argparse.HelpFormatter):
    """Avoids argparse's import of shutil, which it needs only for the width of the terminal."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=columns() - 2)  # as argparse does


def columns() -> int:
    """The terminal's width, found as shutil does."""
    named = os.environ.get("COLUMNS", "")
    if named.isdecimal() and int(named):
        return int(named)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (AttributeError, ValueError, OSError):  # no terminal, or no stdout at all
        return 80


def make_parser() -> argparse.ArgumentParser:
    """Every command takes the settings' options, which may be before or after it."""
    common = settings_options()
    parser = argparse.ArgumentParser(
        "position-sync",
        description=translated(DESCRIPTION),
        epilog=translated(EPILOG),
        parents=[common],
        formatter_class=Formatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    # Given `prog`, argparse need not format a help text to find it.
    verbs = parser.add_subparsers(dest="verb", metavar="COMMAND", prog=parser.prog)

    def verb(name: str, text: str) -> argparse.ArgumentParser:
        return verbs.add_parser(
            name, help=text, description=text, parents=[common], formatter_class=Formatter
        )

    sync = verb("sync", tr("one sync, without a window"))
    sync.add_argument(
        "--no-realized-pnl",
        action="store_true",
        help=tr("do not calculate realized P&L in this sync"),
    )
    sync.add_argument(
        "--dry-run", action="store_true", help=tr("write nothing, show what would change")
    )
    sync.add_argument(
        "--allow-mass-close",
        action="store_true",
        help=tr("close positions even if most vanished without a trade"),
    )
    add_formats(sync)
    watch = verb("watch", tr("stay connected and sync automatically, without a window"))
    watch.add_argument("--json-lines", action="store_true", help=tr("print each event as JSON"))
    serve = verb(
        "serve",
        tr("offer the HTTP API to other programs, stay connected and sync, without a window"),
    )
    port = Settings.__dataclass_fields__["api_port"]
    serve.add_argument("--api-port", default=argparse.SUPPRESS, metavar="N", help=help_text(port))
    add_formats(verb("status", tr("the last-sync status, and whether IBKR answers")))
    positions = verb("positions", tr("the stored positions"))
    positions.add_argument("--closed", action="store_true", help=tr("the closed ones instead"))
    add_formats(positions, csv=True)
    add_formats(
        verb("closes", tr("partial and full closes with their P&L and its source")), csv=True
    )
    note = verb("note", tr("show or write your note on a position"))
    add_position(note)
    note.add_argument("text", nargs="*", metavar="TEXT", help=tr("is added below the note"))
    writing = note.add_mutually_exclusive_group()
    writing.add_argument("--replace", action="store_true", help=tr("TEXT replaces the note"))
    writing.add_argument("--clear", action="store_true", help=tr("remove the note"))
    add_formats(note)
    tag = verb("tag", tr("show or change your tags of a position"))
    add_position(tag)
    tag.add_argument(
        "tags", nargs="*", metavar="TAG", help=tr("TAG or +TAG adds a tag, -TAG removes it")
    )
    tag.add_argument("--clear", action="store_true", help=tr("remove all tags first"))
    add_formats(tag)
    runs = verb("runs", tr("the runs, or one run with its changes"))
    runs.add_argument("run_id", nargs="?", type=run_number, metavar="ID", help=tr("a run's number"))
    add_formats(runs, csv=True)
    add_formats(verb("check", tr("compute all figures again from what IBKR reported, and compare")))
    undo = verb("undo", tr("undo the newest sync or import"))
    undo.add_argument(
        "run_id",
        nargs="?",
        type=run_number,
        metavar="ID",
        help=tr("only if this run is still the newest"),
    )
    add_formats(undo)
    flex = verb("import-flex", tr("import a Flex statement's executions, which replace estimates"))
    flex.add_argument("file", type=Path, metavar="FILE", help=tr("a Flex Query's XML file"))
    add_formats(flex)
    backup = verb("backup", tr("back up the database now"))
    backup.add_argument(
        "file",
        nargs="?",
        type=Path,
        metavar="FILE",
        help=tr("a new file (default: one in the backup folder)"),
    )
    add_formats(backup)
    restore = verb("restore", tr("replace the database by a backup; a backup of it is made first"))
    restore.add_argument(
        "file", type=Path, metavar="FILE", help=tr("a backup, or another database")
    )
    add_formats(restore)
    fetch = verb("fetch-flex", tr("fetch Flex statements from IBKR, and import them"))
    fetch.add_argument("--query", metavar="NAME", help=tr("this Flex Query only (default: all)"))
    fetch.add_argument(
        "--from", dest="first", type=day, metavar="D", help=tr("from this day on, as in 2026-01-31")
    )
    fetch.add_argument("--to", dest="last", type=day, metavar="D", help=tr("until this day"))
    add_formats(fetch)
    simulate = verb("simulate", tr("run the embedded simulated TWS as a server"))
    simulate.add_argument("--scenario", metavar="FILE", help=tr("a scenario (default: the demo's)"))
    simulate.add_argument(
        "--seed", type=whole_number, metavar="S", help=tr("make the market repeatable")
    )
    return parser


def add_position(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "position",
        nargs="?",
        metavar="POSITION",
        help=tr(
            "a symbol, a description as in 'AAPL 19 Dec 2026 200 C', or a contract id; without "
            "it, all notes and tags are listed"
        ),
    )
    parser.add_argument(
        "--con-id",
        type=whole_number,
        metavar="N",
        help=tr("the contract, where a symbol has several"),
    )


def with_words_first(argv: Sequence[str]) -> list[str]:
    """The arguments of `note` and `tag`, their words before their options.

    argparse would take "-TAG" for an option, which a space before it prevents, and would refuse
    words after an option.
    """
    verb = next((place for place, word in enumerate(argv) if word in FREE_WORDS), None)
    if verb is None:
        return list(argv)
    words: list[str] = []
    options: list[str] = []
    rest = iter(argv[verb + 1 :])
    for word in rest:
        if word == "--":
            words += (f" {each}" for each in rest)
        elif word == "-h" or word.startswith("--"):
            options.append(word)
            if takes_value(word):
                options += [value for value in [next(rest, None)] if value is not None]
        else:
            words.append(f" {word}" if word.startswith("-") else word)
    return [*argv[: verb + 1], *words, *options]


def takes_value(option: str) -> bool:
    """Also where the option is abbreviated, as argparse allows."""
    named = [f"--{one.name.replace('_', '-')}" for one in fields(Settings) if is_valued(one)]
    return any(name.startswith(option) for name in (*named, "--con-id"))


def is_valued(declared: Any) -> bool:
    return "option" in declared.metadata


def run_number(text: str) -> int:
    if not text.isdecimal() or len(text) > MAX_DIGITS:
        raise argparse.ArgumentTypeError(
            tr(
                "{text} is not a run's number; `position-sync runs` lists them",
                text=repr(visible(text)),
            )
        )
    return int(text)


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            tr("{text} is not a day, such as 2026-01-31", text=repr(visible(text)))
        ) from None


def whole_number(text: str) -> int:
    if not text.removeprefix("-").isdecimal() or len(text) > MAX_DIGITS:
        raise argparse.ArgumentTypeError(
            tr("{text} is not a whole number", text=repr(visible(text)))
        )
    return int(text)


def settings_options() -> argparse.ArgumentParser:
    """The settings that have an option; the others have only a variable and the settings file.

    An option that is not given is absent, so that the default of a command does not override it.
    """
    parser = argparse.ArgumentParser(
        add_help=False, argument_default=argparse.SUPPRESS, formatter_class=Formatter
    )
    group = parser.add_argument_group(tr("settings"))
    for declared in fields(Settings):
        option = f"--{declared.name.replace('_', '-')}"
        if is_valued(declared):
            metavar = declared.metadata["option"]
            group.add_argument(option, help=help_text(declared), metavar=metavar)
        elif declared.name == "demo":
            group.add_argument(option, help=help_text(declared), action="store_true")
    return parser


def help_text(declared: Any) -> str:
    text = declared.metadata["help"]
    if declared.default is None or isinstance(declared.default, bool) or "default" in text:
        return translated(text)
    # Translators: the help of an option of the command line
    return tr("{text} (default: {default})", text=text, default=declared.default)


def add_formats(parser: argparse.ArgumentParser, *, csv: bool = False) -> None:
    formats = parser.add_mutually_exclusive_group()
    formats.add_argument("--json", action="store_true", help=tr("print JSON"))
    if csv:
        formats.add_argument("--csv", action="store_true", help=tr("print CSV"))
        formats.add_argument("--xlsx", type=Path, metavar="FILE", help=tr("write an Excel file"))

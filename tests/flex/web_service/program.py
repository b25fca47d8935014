"""Runs the whole program with another Flex Web Service than IBKR's: `BASE COMMAND …`."""

import sys
from functools import partial

from app.__main__ import main
from app.cli import commands
from app.cli.fetch_flex import fetch_statements


def run(base: str, argv: list[str]) -> int:
    """The exit code of the command."""
    verbs = {
        "fetch-flex": partial(fetch_statements, base=base),
        "watch": partial(commands.watch, flex_base=base),
    }
    before, commands.VERBS = commands.VERBS, {**commands.VERBS, **verbs}
    try:
        return main(argv)
    finally:
        commands.VERBS = before


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], sys.argv[2:]))

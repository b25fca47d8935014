"""Runs the real program, in this process or another one, and keeps its output."""

import asyncio
import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.__main__ import main
from tests.end_to_end.scripted_tws import ScriptedTws

REPOSITORY = Path(__file__).parents[2]
EXIT_S = 30.0
# Not allowed in a sentence for a user.
PYTHONS_WORDS = (
    *("Errno", "list index", "invalid literal", "could not convert", "not enough values"),
    *(
        "codec",
        "NoneType",
        "Exception",
        "ValueError",
        "IndexError",
        "Expecting ",
        "__",
        "object at",
    ),
)


@dataclass(frozen=True)
class Said:
    """The result of one command: its exit code and its two streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Program:
    """Position Sync with one database and folders of its own.

    Attributes:
        timeout_s: what --timeout says.
    """

    def __init__(
        self,
        folder: Path,
        loop: asyncio.AbstractEventLoop,
        capsys: pytest.CaptureFixture[str],
        tws: ScriptedTws,
    ) -> None:
        self.folder = folder
        self.db = folder / "positions.sqlite"
        self.tws = tws
        self.timeout_s = 20.0
        self._loop = loop
        self._capsys = capsys

    def arguments(self, verb: str, *options: str) -> list[str]:
        where = ["--db", str(self.db), "--port", str(self.tws.port)]
        return [verb, *options, *where, "--timeout", str(self.timeout_s)]

    def run(self, verb: str, *options: str) -> Said:
        """Runs one command in this process, on its own loop, as a shell would."""
        return self.call(self.arguments(verb, *options))

    def call(self, argv: list[str]) -> Said:
        self.tws.wait_until_alone()  # or TWS would still hold the client id
        self._capsys.readouterr()
        with own_log_handlers():
            try:
                code = main(argv)
            except SystemExit as end:
                code = int(end.code or 0)
            finally:
                asyncio.set_event_loop(self._loop)
        streams = self._capsys.readouterr()
        return Said(code, streams.out, streams.err)

    def start(self, verb: str, *options: str, env: dict[str, str] | None = None) -> "Process":
        """Runs one command in a separate process."""
        return Process(self.arguments(verb, *options), self.environment() | (env or {}))

    def environment(self) -> dict[str, str]:
        """An empty environment with the test's folders, and without a display."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), **user_folders(self.folder)}

    # -- shorthands --

    def sync(self, *options: str, code: int = 0, note: str = "") -> Any:
        """Args: note: a part of the expected note of the run."""
        said = self.run("sync", "--json", *options)
        assert said.code == code, said
        if code == 0:
            assert note in said.err and bool(note) == bool(said.err)
        return said.json

    def read(self, verb: str, *options: str) -> Any:
        said = self.run(verb, "--json", *options)
        assert (said.code, said.err) == (0, ""), said
        return said.json

    def rows(self, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of these tables, as stored."""
        with closing(sqlite3.connect(self.db)) as database:
            return {
                table: database.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall()
                for table in tables
            }

    def execute(self, statement: str, *values: object) -> None:
        """Changes the file without the program."""
        with closing(sqlite3.connect(self.db)) as database, database:
            database.execute(statement, values)

    def integrity(self) -> str:
        with closing(sqlite3.connect(self.db)) as database:
            return str(database.execute("PRAGMA integrity_check").fetchone()[0])


class Process:
    """A started command."""

    def __init__(self, arguments: list[str], env: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "app", *arguments],
            cwd=REPOSITORY,
            env=env,
            text=True,
            encoding="utf-8",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def send(self, signal_: signal.Signals) -> None:
        self._process.send_signal(signal_)

    def line(self) -> str:
        """The next line that it prints."""
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def said(self) -> Said:
        """Waits for its end."""
        try:
            out, err = self._process.communicate(timeout=EXIT_S)
        finally:
            self._process.kill()
        return Said(self._process.returncode, out, err)


def user_folders(folder: Path) -> dict[str, str]:
    return {
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }


@contextmanager
def own_log_handlers() -> Iterator[None]:
    """Removes the handlers that `main` adds to the root logger."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        yield
    finally:
        for handler in [handler for handler in root.handlers if handler not in before]:
            root.removeHandler(handler)
            handler.close()
        root.setLevel(level)


def one_sentence(text: str) -> str:
    """The text, after checking that it is one readable line."""
    assert text.endswith("\n"), text
    line = text[:-1]
    assert line, "nothing was said"
    assert "\n" not in line, text
    assert line.endswith((".", "?", "!", ")")), line
    assert "Traceback" not in line
    assert "Error(" not in line
    assert not [words for words in PYTHONS_WORDS if words in line], line
    assert "Position Sync itself failed" not in line, line
    return line


def same(text: object, expected: str | None) -> bool:
    """Whether a figure of the JSON is this one: a string (or null), and equal as a number."""
    if expected is None or text is None:
        return expected is None and text is None
    assert isinstance(text, str), f"{text!r} is no string"
    assert "e" not in text.lower(), text
    return Decimal(text) == Decimal(expected)

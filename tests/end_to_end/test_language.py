"""Commands speak the reader's language to people; to programs and in the database, only English."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from gettext import NullTranslations

import pytest

from app.platform import language
from app.platform.language import SOURCE, use_language
from tests.end_to_end.driver import Program
from tests.end_to_end.holdings import LONG, SHORTED
from tests.end_to_end.scripted_tws import Contract, Held, ScriptedTws

LESS = Held(LONG.contract, "60", "150.0", "155.0", "9300.0", "300.0")
TEN = [Held(Contract(9000 + number, f"S{number}"), "10", "5.0", "6.0") for number in range(10)]
# What differs from one call to the next.
VARYING = re.compile(
    r"20\d\d-\d\d-\d\d[T ][\d:.]+(Z,\d+\.\d+|Z| UTC)"  # in CSV, the duration comes after it
    r"|\"(duration_s|last_sync_minutes_ago)\": [\d.e-]+"
)
READS = (
    ("status", "--json"), ("positions", "--json"), ("positions", "--csv"),
    ("positions", "--closed", "--json"), ("closes", "--json"), ("closes", "--csv"),
    ("runs", "--json"), ("runs", "--csv"), ("runs", "2", "--json"), ("check", "--json"),
    ("note", "--json"),
)  # fmt: skip

Speak = Callable[[str], None]


class Marked(NullTranslations):
    """What is translated stands in «»."""

    def gettext(self, message: str) -> str:
        return f"«{message}»"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"«{msgid1 if n == 1 else msgid2}»"

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002
        return f"«{message}»"


@pytest.fixture
def speak(monkeypatch: pytest.MonkeyPatch) -> Iterator[Speak]:
    """Chooses the language of the commands from now on; "ja" is the made-up one."""
    catalogues = {"ja": Marked()}
    monkeypatch.setattr(
        language, "catalogue", lambda name: catalogues.get(name, NullTranslations())
    )
    yield lambda name: monkeypatch.setenv("POSITION_SYNC_LANGUAGE", name)
    use_language(SOURCE)


def without_what_varies(text: str) -> str:
    return VARYING.sub("…", text)


def test_what_programs_read_is_the_same_in_every_language(
    speak: Speak, tws: ScriptedTws, program: Program
) -> None:
    said: dict[str, list[str]] = {}
    for name in (SOURCE, "ja"):
        speak(name)
        program.db = program.folder / f"{name}.sqlite"
        outs = []
        for held, options in (
            ([LONG, *TEN], ()),
            ([LESS, *TEN], ("--dry-run",)),
            ([LESS, *TEN], ()),  # no execution explains it
            ([LESS], ()),  # held
            ([LESS], ("--account", "U7654321")),  # refused
            ([LESS], ("--allow-mass-close",)),
        ):
            tws.held = held
            outs.append(program.run("sync", "--json", *options).out)
        outs += [program.run(*words).out for words in READS]
        program.execute("UPDATE position SET quantity = '61' WHERE con_id = 265598")
        outs.append(program.run("check", "--json").out)
        said[name] = [without_what_varies(out) for out in outs]
    assert said["ja"] == said[SOURCE]
    assert "vanished from TWS at once" in said["ja"][3]
    assert "does not manage the account U7654321" in said["ja"][4]


def test_history_and_database_are_english(speak: Speak, tws: ScriptedTws, program: Program) -> None:
    speak("ja")
    for held in ([LONG, SHORTED], [LESS, SHORTED], []):
        tws.held = held
        program.run("sync")
    program.run("sync", "--account", "U7654321")
    with closing(sqlite3.connect(program.db)) as database:
        dump = "\n".join(database.iterdump())
    assert "No execution explains it; the P&L is estimated" in dump
    assert "positions vanished from TWS at once" in dump
    assert "does not manage the chosen account" in dump
    assert "«" not in dump


def test_what_people_read_is_translated(speak: Speak, tws: ScriptedTws, program: Program) -> None:
    speak("ja")
    tws.held = [LONG, SHORTED]
    program.run("sync")
    tws.held = [LESS, SHORTED]
    synced = program.run("sync").out
    assert "«Synced {count} positions" not in synced  # its values are in it
    assert "«Synced 2 positions: 0 created, 2 updated, 0 closed (" in synced
    assert "«No execution explains these closes:»" in synced
    assert "«reduced»" in synced
    assert "«IBKR answers»" in program.run("status").out
    assert "«Last sync»" in program.run("status").out
    assert "«Account»" in program.run("positions").out
    assert "«estimate»" in program.run("closes").out
    assert "«success»" in program.run("runs").out
    checked = "«All figures match what IBKR reported: ««2 positions», «1 close» and «0 executions»»"
    assert program.run("check").out.startswith(checked)
    undone = program.run("undo")
    assert undone.out.startswith("«Run 2 («cli», ")
    refused = program.run("sync", "--account", "U7654321")
    assert refused.err.startswith("«TWS does not manage the account U7654321; it manages DU1.")
    assert program.run("runs", "9").err == "«There is no run 9. `position-sync runs` lists them.»\n"
    shown = program.call(["sync", "--help"]).out
    assert "«write nothing, show what would change»" in shown
    assert "«print JSON»" in shown
    tws.held = []
    assert program.run("sync").err.startswith("«2 positions vanished from TWS at once")


def test_a_number_that_is_none_is_refused_in_the_language(speak: Speak, program: Program) -> None:
    speak("ja")
    said = program.run("runs", "first")
    assert said.code == 2
    assert "«'first' is not a run's number; `position-sync runs` lists them»" in said.err


def test_minutes_are_no_count_that_a_catalogue_could_refuse(
    speak: Speak, tws: ScriptedTws, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """gettext warns of a plural whose number is not whole."""

    class Counting(NullTranslations):
        def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
            assert type(n) is int, msgid1
            return super().ngettext(msgid1, msgid2, n)

    speak("ja")
    monkeypatch.setattr(language, "catalogue", lambda _: Counting())
    tws.held = [LONG]
    program.run("sync")
    assert "min ago)" in program.run("status").out


def test_a_table_stays_aligned_where_letters_are_twice_as_wide(
    speak: Speak,
    tws: ScriptedTws,
    program: Program,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Wide(NullTranslations):
        def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002
            return {"Symbol": "銘柄"}.get(message, message)

    speak("ja")
    monkeypatch.setattr(language, "catalogue", lambda _: Wide())
    tws.held = [LONG]
    program.run("sync")
    headings, rule, row = program.run("positions").out.splitlines()
    at = rule.index("  ", rule.index("  ") + 1)  # where the second column ends
    assert row[:at].endswith("AAPL")
    assert headings[: at - 2].endswith("銘柄")  # two letters on four columns

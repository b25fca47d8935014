"""`note` and `tag`: which position is meant, what is written, and where it is shown again."""

import csv
import io
from pathlib import Path

import pytest

from tests.end_to_end.driver import Program
from tests.end_to_end.holdings import CALL, IN_TWO, LONG
from tests.end_to_end.scripted_tws import Held, ScriptedTws
from tests.export.reading import cells_of

OPTION = Held(CALL, "5", "250.65", "3.1", "1550.0", "296.75")


@pytest.fixture
def synced(tws: ScriptedTws, program: Program) -> Program:
    tws.held = [LONG, OPTION]
    program.sync()
    return program


def test_a_text_is_added_below_replaced_and_removed(synced: Program) -> None:
    said = synced.run("note", "AAPL", "Bought", "for the long term")
    assert (said.code, said.err) == (0, "")
    assert said.out == "AAPL in DU1\nBought for the long term\n"
    assert synced.run("note", "aapl", "Sell at 300").out.splitlines()[1:] == [
        "Bought for the long term",
        "Sell at 300",
    ]
    row = synced.read("note", "AAPL", "--replace", "Changed my mind")
    assert (row["account"], row["con_id"], row["symbol"]) == ("DU1", 265598, "AAPL")
    assert (row["note"], row["tags"]) == ("Changed my mind", [])
    assert row["created_at"] < row["changed_at"]
    assert synced.run("note", "AAPL").out == "AAPL in DU1\nChanged my mind\n"
    assert synced.run("note", "AAPL", "--clear").out == "AAPL in DU1\nNo note.\n"
    assert synced.read("note") == []


def test_tags_are_added_and_removed_in_one_command(synced: Program) -> None:
    synced.run("tag", "AAPL", "+core", "Long term", "hedge")
    said = synced.run("tag", "AAPL", "-HEDGE", "--json", "+swing", "-never")
    assert said.json["tags"] == ["core", "Long term", "swing"]
    assert synced.run("tag", "AAPL").out == "AAPL in DU1\nNo note.\nTags: core, Long term, swing\n"
    assert synced.read("tag", "AAPL", "--clear", "new")["tags"] == ["new"]


def test_the_words_may_stand_after_the_options_and_begin_with_a_dash(synced: Program) -> None:
    argv = ["--timeout", "5", "note", "AAPL", "--db", str(synced.db), "--acc", "DU1", "Down"]
    said = synced.call([*argv, "-5%", "--", "--today"])
    assert said.out == "AAPL in DU1\nDown -5% --today\n"


def test_positions_have_their_notes_in_json_csv_and_excel(synced: Program, tmp_path: Path) -> None:
    synced.run("note", "AAPL", "=HYPERLINK(1)")
    synced.run("tag", "AAPL", "long term", "core")
    noted, other = sorted(synced.read("positions"), key=lambda row: row["con_id"])
    assert (noted["note"], noted["tags"]) == ("=HYPERLINK(1)", ["core", "long term"])
    assert (other["note"], other["tags"]) == (None, [])
    said = synced.run("positions", "--csv")
    rows = {row["symbol"] + row["right"]: row for row in csv.DictReader(io.StringIO(said.out))}
    assert (rows["AAPL"]["note"], rows["AAPL"]["tags"]) == ("'=HYPERLINK(1)", "core, long term")
    assert (rows["AAPLC"]["note"], rows["AAPLC"]["tags"]) == ("", "")
    file = tmp_path / "p.xlsx"
    assert synced.run("positions", "--xlsx", str(file)).code == 0
    head, *lines = cells_of(file)
    stock = dict(zip(head, next(line for line in lines if 265598 in line), strict=True))
    assert (stock["note"], stock["tags"]) == ("=HYPERLINK(1)", "core, long term")


def test_a_full_name_is_enough_and_a_shared_symbol_is_not(
    tws: ScriptedTws, program: Program
) -> None:
    tws.held = [OPTION]
    program.sync()
    assert program.run("note", "AAPL", "By symbol").code == 0
    tws.held = [LONG, OPTION]
    program.sync()
    assert "By symbol" in program.run("note", "AAPL 18 dec 2099 200 C").out
    assert program.run("note", "AAPL").out == "AAPL in DU1\nNo note.\n"
    assert "By symbol" in program.run("note", "--con-id", str(CALL.con_id)).out


def test_several_positions_of_one_name_are_listed(tws: ScriptedTws, program: Program) -> None:
    tws.accounts = ["DU1", "DU2"]
    tws.held = list(IN_TWO)
    program.sync()
    said = program.run("note", "AAPL", "Which one?")
    assert (said.code, said.out) == (1, "")
    assert said.err.splitlines() == [
        "2 positions are called AAPL. Name one with --account or --con-id:",
        "  AAPL  --account DU1 --con-id 265598",
        "  AAPL  --account DU2 --con-id 265598",
    ]
    assert program.read("note") == []
    assert program.run("note", "AAPL", "--account", "DU2", "This one").code == 0
    (row,) = program.read("note")
    assert (row["account"], row["note"]) == ("DU2", "This one")


def test_a_closed_position_can_have_a_note_and_the_open_one_of_its_symbol_comes_first(
    tws: ScriptedTws, synced: Program
) -> None:
    tws.held = [LONG]
    synced.sync()
    assert synced.run("note", "AAPL 18 Dec 2099 200 C", "Closed").code == 0
    (closed,) = synced.read("positions", "--closed")
    assert closed["note"] == "Closed"
    listed = synced.run("note").out
    assert "closed" in listed
    assert "Closed" in listed


@pytest.mark.parametrize(
    ("verb", "words", "code", "sentence"),
    [
        ("note", ["NONE"], 1, "No stored position is called NONE."),
        ("note", ["AAPL", "--clear", "text"], 2, "--clear does not go with a text."),
        ("note", ["AAPL", "--replace"], 2, "--replace needs a text."),
        ("tag", ["--clear"], 2, "Name a position, as in `position-sync tag AAPL`."),
        ("tag", ["AAPL", "a,b"], 1, "The tag “a,b” contains a comma."),
        ("tag", ["AAPL", "+"], 1, "A tag must not be empty."),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    verb: str, words: list[str], code: int, sentence: str, synced: Program
) -> None:
    said = synced.run(verb, *words)
    assert (said.code, said.out) == (code, "")
    assert said.err.startswith(sentence)


def test_showing_notes_writes_nothing(synced: Program) -> None:
    before = synced.db.read_bytes()
    for words in (["note"], ["tag"], ["note", "AAPL"], ["tag", "AAPL", "--json"]):
        assert synced.run(*words).code == 0
    assert synced.db.read_bytes() == before

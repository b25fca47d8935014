"""What may be written about a position, and what an edit or a move makes of it."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.model.errors import NoteError
from app.domain.model.notes import (
    LONGEST_NOTE,
    MovedNotes,
    NotesEdit,
    PositionNotes,
    Tag,
    edited,
    with_moves,
)

FIRST = datetime(2026, 11, 20, 9, tzinfo=UTC)
HERE, THERE, ELSEWHERE = ("DU1", 1), ("DU2", 1), ("DU3", 1)


def at(minute: int) -> datetime:
    return FIRST + timedelta(minutes=minute)


def notes(text: str = "", *tags: str, minute: int = 0) -> PositionNotes:
    made = tuple(Tag(tag, at(minute)) for tag in tags)
    return PositionNotes(text, made, at(minute), at(minute))


def edit(before: PositionNotes | None, now: NotesEdit, **spellings: str) -> PositionNotes:
    return edited(before, now, at(5), spellings)


def test_a_text_replaces_or_is_added_below() -> None:
    first = edit(None, NotesEdit(text="  Hedge of MSFT \r\nuntil May "))
    assert (first.text, first.created_at) == ("Hedge of MSFT\nuntil May", at(5))
    added = edit(notes("Bought"), NotesEdit(added_text="Sell at 300"))
    assert (added.text, added.created_at, added.changed_at) == (
        "Bought\nSell at 300",
        at(0),
        at(5),
    )
    assert edit(added, NotesEdit(text="New")).text == "New"
    assert edit(notes("Bought", "core"), NotesEdit(text="")).tag_texts == ("core",)


def test_what_changes_nothing_leaves_the_times() -> None:
    before = notes("Bought", "core")
    for nothing in (
        NotesEdit(),
        NotesEdit(text="Bought "),
        NotesEdit(added_tags=("CORE",), removed_tags=("gone",)),
    ):
        assert edit(before, nothing) == before


def test_tags_are_trimmed_and_unique_whatever_their_case() -> None:
    made = edit(notes("", "Core"), NotesEdit(added_tags=(" long  term ", "CORE", "Straße")))
    assert made.tag_texts == ("Core", "long term", "Straße")
    assert [tag.created_at for tag in made.tags] == [at(0), at(5), at(5)]
    assert edit(made, NotesEdit(removed_tags=("STRASSE", "core"))).tag_texts == ("long term",)


def test_a_tag_in_use_keeps_its_spelling() -> None:
    assert edit(None, NotesEdit(added_tags=("HEDGE",)), hedge="Hedge").tag_texts == ("Hedge",)


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        (" ", "must not be empty"),
        ("a,b", "a comma"),
        ("x" * 33, "longer than 32"),
        ("a\x1b[31m", "invisible character"),
        ("a\u202eb", "invisible character"),
    ],
)
def test_what_is_no_tag_is_refused(tag: str, words: str) -> None:
    with pytest.raises(NoteError, match=words):
        edit(None, NotesEdit(added_tags=(tag,)))


def test_too_much_is_refused() -> None:
    assert len(edit(None, NotesEdit(text="x" * LONGEST_NOTE)).text) == LONGEST_NOTE
    with pytest.raises(NoteError, match="4,000"):
        edit(notes("x"), NotesEdit(added_text="x" * LONGEST_NOTE))
    with pytest.raises(NoteError, match="50 tags"):
        edit(None, NotesEdit(added_tags=tuple(f"t{n}" for n in range(51))))


def test_control_characters_are_left_out_of_a_text() -> None:
    assert edit(None, NotesEdit(text="a\x1b[31m\tb\ud800 👩‍🚀")).text == "a[31m\tb 👩‍🚀"


def test_a_moved_position_shows_the_notes_of_where_it_came_from() -> None:
    own = {HERE: notes("Bought", "core")}
    shown = with_moves(own, [MovedNotes(HERE, THERE, at(1)), MovedNotes(THERE, ELSEWHERE, at(2))])
    assert shown == dict.fromkeys((HERE, THERE, ELSEWHERE), own[HERE])


def test_notes_of_both_are_shown_until_they_are_edited() -> None:
    own = {HERE: notes("Bought", "core"), THERE: notes("Mine", "Core", "old")}
    moves = [MovedNotes(HERE, THERE, at(1))]
    shown = with_moves(own, moves)[THERE]
    assert (shown.text, shown.tag_texts) == ("Mine\nBought", ("Core", "old"))
    assert with_moves(own | {THERE: notes("Edited", minute=2)}, moves)[THERE].text == "Edited"
    assert THERE not in with_moves(own | {THERE: notes(minute=2)}, moves)


def test_there_and_back_says_nothing_twice() -> None:
    own = {HERE: notes("Bought", "core")}
    moves = [MovedNotes(HERE, THERE, at(1)), MovedNotes(THERE, HERE, at(2))]
    assert with_moves(own, moves) == {HERE: own[HERE], THERE: own[HERE]}


def test_an_identity_without_notes_is_not_listed() -> None:
    assert with_moves({HERE: notes()}, [MovedNotes(ELSEWHERE, THERE, at(1))]) == {}

"""Notes and tags stay with (account, con_id), whatever syncs, undo and restatement do."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from app.domain.model.errors import NoteError
from app.domain.model.notes import NotesEdit
from app.domain.model.positions import ChangeKind, Position
from app.store.queries.first_look import first_look
from app.store.reader import StoreReader
from app.store.store import SqliteStore
from tests.store.trading import (
    MSFT,
    at,
    dump,
    expect_derivable,
    fill,
    held,
    noon,
    rows,
    snapshot,
    synced,
)

AAPL_HERE, AAPL_THERE = ("DU1", 1), ("DU2", 1)
BOTH = ("DU1", "DU2")
HEDGE = NotesEdit(text="Hedge until May", added_tags=("core", "Long term"))


class Clock:
    """Each look is a second later, from nine on."""

    def __init__(self) -> None:
        self.minute = 0.0
        self._seconds = count(1)

    def __call__(self) -> datetime:
        return at(self.minute) + timedelta(seconds=next(self._seconds))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path / "p.sqlite", clock)
    with closing(asyncio.new_event_loop()) as loop:
        loop.run_until_complete(synced(store, snapshot(0, held(), held(MSFT))))
        yield store
        loop.run_until_complete(store.close())
    expect_derivable(store.path)


async def shown(store: SqliteStore) -> dict[tuple[str, int], tuple[str, tuple[str, ...]]]:
    """Identity -> text and tags of the open positions, as the window gets them."""
    return {
        one.identity: (one.notes.text, one.notes.tag_texts)
        for one in (await store.view()).positions
        if one.notes is not None
    }


async def test_an_edit_is_shown_with_the_position_wherever_it_is_read(store: SqliteStore) -> None:
    made = await store.edit_notes(AAPL_HERE, HEDGE)
    assert made is not None
    assert (made.text, made.tag_texts) == ("Hedge until May", ("core", "Long term"))
    view = await store.view()
    look = first_look(store.path, noon(), ())
    assert look is not None
    timeline = await store.timeline(1)
    past = await store.as_of(1)
    assert timeline is not None
    assert past is not None
    for positions in (
        view.positions,
        look.positions,
        await store.positions(),
        StoreReader(store.path).positions(),
        past.positions,
    ):
        assert [one.notes for one in positions] == [made, None]
    assert timeline.position.notes == made
    assert await store.notes() == {AAPL_HERE: made}


async def test_positions_stay_the_same_objects_until_their_notes_change(
    store: SqliteStore,
) -> None:
    async def positions() -> tuple[Position, ...]:
        return (await store.view()).positions

    await store.edit_notes(AAPL_HERE, HEDGE)
    first, second = await positions(), await positions()
    assert all(one is other for one, other in zip(first, second, strict=True))
    await store.edit_notes(AAPL_HERE, NotesEdit(removed_tags=("CORE",)))
    third = await positions()
    assert third[1] is first[1]
    assert third[0].notes is not None
    assert third[0].notes.tag_texts == ("Long term",)
    await synced(store, snapshot(1, held(price="13"), held(MSFT)))
    fourth = await positions()
    assert (fourth[0].market_price, fourth[0].notes) == (13, third[0].notes)
    await store.edit_notes(AAPL_HERE, NotesEdit(text="", removed_tags=("long term",)))
    assert [one.notes for one in await positions()] == [None, None]
    assert rows(store.path, "SELECT * FROM note UNION ALL SELECT * FROM tag") == []


async def test_syncs_undo_and_restatement_leave_notes_alone(store: SqliteStore) -> None:
    await store.edit_notes(AAPL_HERE, HEDGE)
    written = [line for line in dump(store.path) if '"note"' in line or '"tag"' in line]
    await synced(store, snapshot(1, held(quantity="40"), held(MSFT)))
    late = fill("e1.01", "-60", minute=0.5, commission="1", realized="59")
    report = await synced(store, snapshot(2, held(quantity="40"), held(MSFT), fills=[late]))
    assert ChangeKind.HEALED in {change.kind for change in report.changes}
    await store.undo()
    await synced(store, snapshot(3, held(quantity="40"), held(MSFT)))
    await store.undo()
    assert [line for line in dump(store.path) if '"note"' in line or '"tag"' in line] == written
    assert await shown(store) == {AAPL_HERE: ("Hedge until May", ("core", "Long term"))}


async def test_notes_outlast_a_close_and_can_be_written_after_it(store: SqliteStore) -> None:
    await store.edit_notes(AAPL_HERE, HEDGE)
    await synced(store, snapshot(1, held(MSFT)))
    (closed,) = await store.positions(closed=True)
    assert closed.notes is not None
    assert closed.notes.text == "Hedge until May"
    await store.edit_notes(AAPL_HERE, NotesEdit(added_text="Sold too early"))
    await synced(store, snapshot(2, held(quantity="5"), held(MSFT)))
    assert (await shown(store))[AAPL_HERE][0] == "Hedge until May\nSold too early"


async def test_a_position_that_moves_takes_its_notes_along(
    store: SqliteStore, clock: Clock
) -> None:
    await store.edit_notes(AAPL_HERE, HEDGE)
    there = held(account="DU2")
    report = await synced(store, snapshot(2, held(MSFT), there, accounts=BOTH))
    assert ChangeKind.MOVED in {change.kind for change in report.changes}
    assert await shown(store) == {AAPL_THERE: ("Hedge until May", ("core", "Long term"))}
    clock.minute = 3
    await store.edit_notes(AAPL_THERE, NotesEdit(text="Moved", removed_tags=("core",)))
    assert await shown(store) == {AAPL_THERE: ("Moved", ("Long term",))}
    emptied = await store.edit_notes(AAPL_THERE, NotesEdit(text="", removed_tags=("long term",)))
    assert emptied is None
    assert await shown(store) == {}, "what was removed there does not come back"
    assert (await store.notes())[AAPL_HERE].text == "Hedge until May"
    await store.undo()
    assert await shown(store) == {AAPL_HERE: ("Hedge until May", ("core", "Long term"))}


async def test_a_position_that_moves_into_another_brings_its_notes(store: SqliteStore) -> None:
    await synced(store, snapshot(1, held(), held(MSFT), held(quantity="7", account="DU2"),
                                 accounts=BOTH))  # fmt: skip
    await store.edit_notes(AAPL_HERE, HEDGE)
    await store.edit_notes(AAPL_THERE, NotesEdit(text="Seven"))
    await synced(store, snapshot(2, held(MSFT), held(quantity="107", account="DU2"),
                                 accounts=BOTH))  # fmt: skip
    text, tags = (await shown(store))[AAPL_THERE]
    assert (text, tags) == ("Seven\nHedge until May", ("core", "Long term"))


async def test_one_tag_has_one_spelling_in_all_positions(store: SqliteStore) -> None:
    await store.edit_notes(AAPL_HERE, NotesEdit(added_tags=("Core",)))
    await store.edit_notes(("DU1", 2), NotesEdit(added_tags=("CORE",)))
    assert {tags for _, tags in (await shown(store)).values()} == {("Core",)}


@pytest.mark.parametrize("identity", [("DU1", 99), ("DU9", 1)])
async def test_a_position_that_was_never_stored_is_refused(
    identity: tuple[str, int], store: SqliteStore
) -> None:
    with pytest.raises(NoteError, match=f"contract {identity[1]} in {identity[0]}"):
        await store.edit_notes(identity, HEDGE)
    assert await store.notes() == {}


async def test_a_refused_edit_changes_nothing(store: SqliteStore) -> None:
    await store.edit_notes(AAPL_HERE, HEDGE)
    before = dump(store.path)
    with pytest.raises(NoteError, match="a comma"):
        await store.edit_notes(AAPL_HERE, NotesEdit(text="Other", added_tags=("a,b",)))
    assert dump(store.path) == before


async def test_another_programs_edit_is_noticed(store: SqliteStore) -> None:
    await store.view()
    seen = await store.external_revision()
    other = SqliteStore(store.path)
    try:
        await other.edit_notes(AAPL_HERE, HEDGE)
    finally:
        await other.close()
    assert await store.external_revision() != seen
    assert await shown(store) == {AAPL_HERE: ("Hedge until May", ("core", "Long term"))}


async def test_two_programs_that_tag_at_once_lose_nothing(store: SqliteStore) -> None:
    other = SqliteStore(store.path)
    try:
        edits = [
            asyncio.gather(
                *(one.edit_notes(AAPL_HERE, NotesEdit(added_tags=(f"{name}{n}",)))
                  for n in range(5))
            )
            for name, one in (("a", store), ("b", other))
        ]  # fmt: skip
        await asyncio.gather(*edits)
    finally:
        await other.close()
    (_, tags), = (await shown(store)).values()  # fmt: skip
    assert tags == (*(f"a{n}" for n in range(5)), *(f"b{n}" for n in range(5)))

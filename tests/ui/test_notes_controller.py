"""The window's edits of notes are stored in order, and told."""

import asyncio
from pathlib import Path
from typing import Any

from app.domain.model.notes import NotesEdit
from app.store.store import SqliteStore
from app.ui.notes_controller import NotesController
from tests.store.trading import held, snapshot, synced

AAPL = ("DU1", 1)


class Heard:
    """What a controller has told, in order."""

    def __init__(self, controller: NotesController) -> None:
        self.told: list[tuple[Any, ...]] = []
        self._event = asyncio.Event()
        controller.saved.connect(self._take)
        controller.failed.connect(self._take)

    def _take(self, *what: Any) -> None:
        self.told.append(what)
        self._event.set()

    async def of(self, number: int) -> list[tuple[Any, ...]]:
        while len(self.told) < number:
            self._event.clear()
            await self._event.wait()
        return self.told


async def test_edits_are_stored_in_order_and_told(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "p.sqlite")
    await synced(store, snapshot(0, held()))
    controller = NotesController(store)
    heard = Heard(controller)
    controller.edit(AAPL, NotesEdit(text="First"))
    controller.edit(AAPL, NotesEdit(added_text="Second", added_tags=("core",)))
    controller.edit(AAPL, NotesEdit(added_tags=("a,b",)))
    controller.edit(("DU1", 99), NotesEdit(text="Nothing"))
    first, second, third, fourth = await heard.of(4)
    assert (first[0], first[1].text) == (AAPL, "First")
    assert (second[1].text, second[1].tag_texts) == ("First\nSecond", ("core",))
    assert third == (AAPL, "The tag “a,b” contains a comma. Add its parts as separate tags.")
    assert fourth[0] == ("DU1", 99)
    (shown_now,) = (await store.view()).positions
    assert shown_now.notes == second[1]
    await controller.shutdown()
    await store.close()


async def test_closing_the_window_waits_for_what_was_written(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "p.sqlite")
    await synced(store, snapshot(0, held()))
    controller = NotesController(store)
    controller.edit(AAPL, NotesEdit(text="Last words"))
    await controller.shutdown()
    controller.edit(AAPL, NotesEdit(text="Too late"))
    assert (await store.notes())[AAPL].text == "Last words"
    await store.close()

"""Undo from the window: it asks first, and is offered only if a sync can be undone."""

from dataclasses import replace

from PySide6.QtWidgets import QMessageBox

from app.domain.desktop.app_state import Phase, SyncState
from app.domain.model.runs import Trigger
from app.ui.style.formatting import Formats
from app.ui.sync.texts import status_text
from tests.ui.conftest import ENGLISH, Desk, until
from tests.ui.fakes import book, position, report

RUN = report().run


def asked(desk: Desk) -> QMessageBox:
    desk.window.window_actions.undo.trigger()
    (box,) = desk.window.findChildren(QMessageBox)
    return box


async def test_undo_can_be_chosen_only_where_a_run_can_be_taken_back(desk: Desk) -> None:
    await desk.load(book(position("AAPL")))
    assert not desk.window.window_actions.undo.isEnabled()
    await desk.load(replace(book(position("AAPL")), undoable=RUN))
    assert desk.window.window_actions.undo.isEnabled()


async def test_undo_asks_first_and_then_says_what_was_undone(desk: Desk) -> None:
    await desk.load(replace(book(position("AAPL")), undoable=RUN))
    box = asked(desk)
    assert box.text() == f"Undo the sync of {Formats(ENGLISH).time(RUN.started_at)}?"
    assert "0 created, 0 updated, 0 closed" in box.informativeText()
    next(b for b in box.buttons() if b.text() == "Undo").click()
    await until(lambda: bool(desk.service.undone))
    await desk.settled()
    assert "was undone. The next sync makes its changes again." in desk.window.status.message.text()


async def test_cancel_is_what_enter_presses_and_undoes_nothing(desk: Desk) -> None:
    await desk.load(replace(book(position("AAPL")), undoable=RUN))
    box = asked(desk)
    assert box.defaultButton().text() == "Cancel"
    box.defaultButton().click()
    assert desk.service.undone == []


async def test_undo_takes_back_the_run_that_it_named_even_if_a_newer_one_came(desk: Desk) -> None:
    await desk.load(replace(book(position("AAPL")), undoable=RUN))
    box = asked(desk)
    await desk.load(replace(book(position("MSFT")), undoable=replace(RUN, id=9)))
    next(b for b in box.buttons() if b.text() == "Undo").click()
    await until(lambda: bool(desk.service.undone))
    await desk.settled()
    assert desk.service.undone == [RUN.id]


async def test_an_import_is_named_as_one(desk: Desk) -> None:
    run = replace(RUN, trigger=Trigger.FLEX, note="U1: 40 new executions.")
    await desk.load(replace(book(position("AAPL")), undoable=run))
    box = asked(desk)
    assert box.text().startswith("Undo the import of ")
    assert "U1: 40 new executions." in box.informativeText()
    box.reject()


def test_an_undone_import_is_named_as_one_and_no_sync_brings_it_back() -> None:
    run = replace(RUN, trigger=Trigger.FLEX, note="U1: 40 new executions.")
    state = SyncState(phase=Phase.UNDONE, undone=run)
    formats = Formats(ENGLISH)
    text = status_text(state, formats)
    assert text == f"The import of {formats.time(run.started_at)} was undone."


async def test_during_an_undo_the_window_says_so_and_offers_no_cancel(desk: Desk) -> None:
    await desk.load(replace(book(position("AAPL")), undoable=RUN))
    window = desk.window
    told: list[tuple[str, str, bool, bool]] = []

    def note(state: SyncState) -> None:
        if state.phase is Phase.UNDOING:
            button = window.cancel_button
            said = window.status.message.text(), window.sync_button.text()
            told.append(
                (*said, window.window_actions.cancel.isEnabled(), button.isVisibleTo(window))
            )

    desk.controller.state_changed.connect(note)
    desk.controller.undo(RUN.id or 0)
    await until(lambda: desk.controller.state.phase is Phase.UNDONE)
    assert told == [("Undoing the last sync…", "Undoing…", False, False)]

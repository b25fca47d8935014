"""A Flex statement is imported from the File menu, and the window shows the outcome."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from app.domain.desktop.app_state import Phase
from app.domain.model.positions import Change, ChangeKind, Source
from app.domain.model.runs import Report, RunStatus, Trigger
from tests.ui.conftest import Desk, until
from tests.ui.fakes import book, position, report

NOTE = "U1234567, 1 Jan to 31 Oct 2026: 312 executions, 40 new, 5 positions corrected."
FILE = Path("statement.xml")


def imported(*changes: Change) -> Report:
    plain = report(None, *changes)
    return replace(plain, run=replace(plain.run, trigger=Trigger.FLEX, note=NOTE))


def failed(error: str) -> Report:
    plain = report(status=RunStatus.ERROR, error=error)
    return replace(plain, run=replace(plain.run, trigger=Trigger.FLEX))


def dialog(desk: Desk) -> QFileDialog:
    (found,) = desk.window.findChildren(QFileDialog)
    return found


async def test_the_file_menu_asks_for_an_xml_file_and_imports_it(desk: Desk) -> None:
    await desk.load(book(position("AAPL")))
    desk.window.window_actions.import_flex.trigger()
    asked = dialog(desk)
    assert asked.isVisible()
    assert asked.nameFilters()[0] == "Flex statements (*.xml)"
    asked.fileSelected.emit(str(FILE))
    asked.reject()
    await until(desk.service.finishable)
    assert desk.service.files == [FILE]
    await desk.finish(desk.store.content, imported())
    assert desk.window.status.message.text() == f"Imported {NOTE}"


async def test_while_an_import_runs_neither_a_sync_nor_another_import_begins(desk: Desk) -> None:
    window = desk.window
    desk.controller.import_statement(str(FILE))
    await until(desk.service.finishable)
    desk.controller.sync()
    desk.controller.import_statement("other.xml")
    assert not window.window_actions.sync.isEnabled()
    assert not window.window_actions.import_flex.isEnabled()
    assert (window.sync_button.isEnabled(), window.sync_button.text()) == (False, "Importing…")
    assert window.status.message.text() == "Importing the Flex statement… (Esc cancels)"
    await desk.finish(book(), imported())
    assert (desk.service.requests, desk.service.files) == ([], [FILE])
    assert window.window_actions.sync.isEnabled()
    assert window.sync_button.text() == "Sync"


async def test_restated_figures_are_in_the_table_and_marked(desk: Desk) -> None:
    before = position("AAPL", realized_pnl=Decimal(100), realized_source=Source.ESTIMATE)
    after = replace(before, realized_pnl=Decimal("98.5"), realized_source=Source.BROKER)
    await desk.load(book(before))
    desk.controller.import_statement(str(FILE))
    await desk.finish(book(after), imported(Change(ChangeKind.HEALED, before, after)))
    assert desk.controller.state.touched == {("DU1", 1)}
    assert desk.controller.state.stored.positions == (after,)


async def test_a_refused_file_shows_in_the_error_bar_and_can_be_tried_again(desk: Desk) -> None:
    await desk.load(book(position("AAPL")))
    bar = desk.window.positions.error_bar
    desk.controller.sync("DU2")
    await desk.finish(desk.store.content, report())
    desk.controller.import_statement(str(FILE))
    await desk.finish(desk.store.content, failed("statement.xml is not a Flex statement."))
    assert bar.isVisible()
    assert bar.text() == "statement.xml is not a Flex statement."
    assert "Run 8: Flex import" in bar.more()
    bar.retry.click()
    await until(desk.service.finishable)
    assert desk.service.files == [FILE, FILE]
    await desk.finish(desk.store.content, imported())
    assert not bar.isVisible()


async def test_a_sync_after_an_import_is_what_retry_repeats(desk: Desk) -> None:
    desk.controller.import_statement(str(FILE))
    await desk.finish(book(), imported())
    desk.controller.sync("DU2")
    await desk.finish(book(), report(status=RunStatus.ERROR, error="TWS is away."))
    desk.controller.retry()
    await desk.finish(book(), report())
    assert [request.account_id for request in desk.service.requests] == ["DU2", "DU2"]
    assert desk.service.files == [FILE]


async def test_an_import_can_be_cancelled(desk: Desk) -> None:
    desk.controller.import_statement(str(FILE))
    await until(desk.service.finishable)
    assert desk.window.window_actions.cancel.text() == "&Cancel import"
    desk.window.window_actions.cancel.trigger()
    await desk.settled()
    assert (desk.controller.state.phase, desk.service.cancelled) == (Phase.CANCELLED, 1)
    assert desk.window.status.message.text() == "Cancelled; nothing was changed."


async def test_a_long_note_does_not_widen_the_window_and_is_shown_in_full(desk: Desk) -> None:
    desk.window.resize(900, 600)
    width = desk.window.width()
    long = f"{NOTE} 12 of U9999999 left out: never synced into this database." + " And more." * 20
    plain = imported()
    desk.controller.import_statement(str(FILE))
    await desk.finish(book(), replace(plain, run=replace(plain.run, note=long)))
    assert desk.window.width() == width
    assert desk.window.status.message.toolTip() == f"Imported {long}"

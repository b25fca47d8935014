import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale, QPoint, QSettings, Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.domain.connection.profile import Mode
from app.domain.history.position_history import ActivitySummary
from app.domain.model.runs import Counts, Report, RunStatus
from app.ui.positions.columns import KEYS as COLUMN_KEYS
from app.ui.style.theme import DARK, LIGHT
from app.ui.table.core.layout import ColumnPlace, Filter
from app.ui.table.model import row_highlights
from tests.ui.conftest import Desk, delete, until
from tests.ui.fakes import NOW, book, closed, created, position, report

KEYS = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
FAILED = report(status=RunStatus.ERROR, error="Cannot reach TWS at 127.0.0.1:7497. Is it running?")


async def in_front(desk: Desk) -> None:
    """Keys reach the window only once it is the active one."""
    desk.window.activateWindow()
    await until(desk.window.isActiveWindow)


async def test_the_stored_positions_are_shown_with_their_time(desk: Desk) -> None:
    await desk.load(book(position("MSFT", number=1), position("AAPL", number=2)))
    assert desk.column("Symbol") == ["AAPL", "MSFT"]
    assert desk.window.positions.caption.text().startswith("2 positions · as of ")


async def test_f5_syncs_and_sync_is_disabled_only_while_it_runs(desk: Desk, qtbot: QtBot) -> None:
    await in_front(desk)
    qtbot.keyClick(desk.window, KEYS.Key_F5)
    await until(desk.service.finishable)
    assert not desk.window.window_actions.sync.isEnabled()
    assert desk.window.sync_button.text() == "Syncing…"
    assert desk.window.status.message.text() == "Syncing with TWS… (Esc cancels)"
    await desk.finish(book(), FAILED)
    assert desk.window.window_actions.sync.isEnabled()
    assert desk.window.sync_button.text() == "Sync"
    assert desk.window.sync_button.isEnabled()


async def test_escape_cancels_a_running_sync(desk: Desk, qtbot: QtBot) -> None:
    await in_front(desk)
    assert not desk.window.window_actions.cancel.isEnabled()
    desk.window.sync_button.click()
    await until(desk.service.finishable)
    qtbot.keyClick(desk.window, KEYS.Key_Escape)
    await desk.settled()
    assert desk.window.status.message.text() == "Cancelled; nothing was changed."
    assert desk.window.window_actions.sync.isEnabled()


async def test_the_status_bar_says_what_a_sync_did(desk: Desk) -> None:
    await desk.sync_to(book(position("AAPL")), report(Counts(3, 38, 1, 42)))
    assert desk.window.status.message.text() == (
        "Synced 42 positions: 3 created, 38 updated, 1 closed (0.4 s)"
    )


async def test_title_and_badge_name_the_trading_mode(desk: Desk) -> None:
    assert desk.window.windowTitle() == "Position Sync"
    desk.broker.connect(Mode.DEMO)
    assert desk.window.windowTitle() == "Position Sync — DEMO"
    assert desk.window.status.badge.text() == "DEMO"
    assert desk.window.status.connection.text() == "Connected"
    assert desk.window.sync_dock.values["TWS"].text() == "127.0.0.1:7497"
    assert desk.window.sync_dock.values["Live updates"].text() == "On"


async def test_the_age_of_the_last_sync_keeps_counting(desk: Desk, qtbot: QtBot) -> None:
    await desk.load(book(position("AAPL")))
    assert desk.window.sync_dock.values["When"].text() == "just now"
    desk.now += timedelta(minutes=2)
    qtbot.waitUntil(
        lambda: desk.window.sync_dock.values["When"].text() == "2 min ago", timeout=30_000
    )
    assert desk.window.status.age.text() == "Synced 2 min ago"


async def test_the_sync_dock_shows_the_figures_over_all_syncs(desk: Desk) -> None:
    await desk.load(book(position("AAPL")))
    values = desk.window.sync_dock.values
    names = ("Syncs", "Successful", "Failed", "Created", "Updated", "Closed", "Automatic")
    assert [values[name].text() for name in names] == ["7", "6", "1", "3", "12", "1", "2"]
    assert values["Result"].text() == "Successful"
    assert desk.window.sync_dock.error.text() == "TWS was away."


async def test_an_empty_store_says_what_to_do_first(desk: Desk) -> None:
    await desk.load()
    assert desk.window.positions.stack.currentWidget() is desk.window.positions.empty_state
    desk.window.positions.empty_state.button.click()
    await desk.finish(book(position("AAPL")), report())
    assert desk.window.positions.table.isVisible()


async def test_a_search_without_a_match_can_be_cleared(desk: Desk) -> None:
    await desk.load(book(position("AAPL")))
    desk.window.search_field.setText("zzz")
    page = desk.window.positions
    assert page.stack.currentWidget() is page.no_match
    assert page.caption.text().startswith("0 of 1 position")
    page.no_match.link.click()
    assert desk.window.search_field.text() == ""
    assert page.table.isVisible()


async def test_control_f_goes_to_the_search_and_escape_clears_it(desk: Desk, qtbot: QtBot) -> None:
    await in_front(desk)
    qtbot.keyClick(desk.window, KEYS.Key_F, CONTROL)
    field = desk.window.search_field
    assert field.hasFocus()
    qtbot.keyClicks(field, "aapl")
    desk.window.sync_button.click()
    await until(desk.service.finishable)
    qtbot.keyClick(field, KEYS.Key_Escape)
    assert field.text() == ""
    assert desk.service.cancelled == 0
    await desk.finish(book(), report())


async def test_the_chosen_account_narrows_table_and_summary_but_no_sync(
    desk: Desk, qtbot: QtBot
) -> None:
    await desk.load(book(position("AAPL"), position("SAP", account="DU2", number=2)))
    window = desk.window
    assert window.summary.headline.texts()[1] == "1,500.00"
    window.account_combo_box.setCurrentText("DU2")
    assert desk.column("Symbol") == ["SAP"]
    assert window.summary.headline.texts() == [
        "USD", "500.00", "—", "900.00", "+140.50", "—", "—", "—", "—", "—", "3",
    ]  # fmt: skip
    await in_front(desk)
    qtbot.keyClick(window, KEYS.Key_F5)
    await desk.finish(desk.store.content, report())
    window.window_actions.preview.trigger()
    await until(desk.service.finishable)
    assert [request.account_id for request in desk.service.requests] == ["All", "All"]
    await desk.finish(desk.store.content, report())
    assert window.account_combo_box.account() == "DU2"


async def test_an_action_of_its_own_syncs_only_the_account_that_it_names(desk: Desk) -> None:
    await desk.load(book(position("AAPL"), position("SAP", account="DU2", number=2)))
    window, only = desk.window, desk.window.window_actions.sync_only
    assert (only.isEnabled(), only.text()) == (False, "Sync &only one account")
    assert only.toolTip().startswith("Choose an account in the toolbar first")
    window.account_combo_box.setCurrentText("DU2")
    assert (only.isEnabled(), only.text()) == (True, "Sync &only DU2")
    only.trigger()
    await until(desk.service.finishable)
    assert desk.service.requests[0].account_id == "DU2"
    assert window.status.message.text() == "Syncing DU2 only with TWS… (Esc cancels)"
    assert not only.isEnabled()
    done = report(Counts(0, 1, 0, 1))
    done = replace(done, run=replace(done.run, account_id="DU2"))
    await desk.finish(desk.store.content, done)
    assert window.status.message.text() == (
        "Synced DU2 only, 1 position: 0 created, 1 updated, 0 closed (0.4 s)"
    )


async def test_an_account_that_vanishes_leaves_all_accounts_chosen(desk: Desk) -> None:
    both = book(position("AAPL"), position("SAP", account="DU2", number=2))
    await desk.load(both)
    desk.window.account_combo_box.setCurrentText("DU2")
    await desk.load(replace(both, accounts=("DU1",), positions=both.positions[:1]))
    assert desk.window.account_combo_box.account() == "All"
    assert desk.column("Symbol") == ["AAPL"]
    assert desk.window.summary.headline.texts()[1] == "1,500.00"
    assert not desk.window.window_actions.sync_only.isEnabled()


async def test_a_sync_shows_how_far_it_is_and_a_button_that_cancels_it(
    desk: Desk, qtbot: QtBot
) -> None:
    window, button = desk.window, desk.window.cancel_button
    assert not button.isVisible()
    chooser = window.account_combo_box.geometry()
    window.sync_button.click()
    await until(desk.service.finishable)
    assert button.isVisible()
    assert window.account_combo_box.geometry() == chooser
    assert window.sync_button.toolTip().startswith("A sync is under way")
    desk.broker.count(1200)
    assert window.status.message.text() == ("Syncing with TWS… 1,200 positions read (Esc cancels)")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    await desk.settled()
    desk.broker.count(None)
    assert window.status.message.text() == "Cancelled; nothing was changed."
    await until(lambda: not button.isVisible())
    assert window.sync_button.toolTip() == ("Update the database with the positions in TWS (F5)")


async def test_no_bar_moves_a_row_of_the_table(desk: Desk) -> None:
    rows = (position(f"S{number:03}", number=number) for number in range(1, 101))
    await desk.load(book(*rows))
    page, table = desk.window.positions, desk.window.positions.table
    table.verticalScrollBar().setValue(500)

    def places() -> tuple[object, ...]:
        QApplication.sendPostedEvents()
        corner = table.viewport().mapTo(desk.window, QPoint(0, 0))
        return corner, table.verticalScrollBar().value(), table.indexAt(QPoint(0, 0)).row()

    for _ in range(50):  # until all is laid out
        await asyncio.sleep(0)
    before = places()
    desk.window.sync_button.click()
    await until(desk.service.finishable)
    assert places() == before
    await desk.finish(desk.store.content, FAILED)
    assert page.error_bar.isVisible()
    assert places() == before
    page.error_bar.details.click()
    assert places() == before
    page.error_bar.dismiss.click()
    page.activity_bar.show_activity(ActivitySummary(NOW, 1))
    assert places() == before
    gone = report(status=RunStatus.HELD, held=(closed(position("S001")),))
    await desk.sync_to(desk.store.content, gone)
    assert page.held_bar.isVisible()
    assert places() == before


async def test_what_is_disabled_says_why(desk: Desk) -> None:
    actions = desk.window.window_actions
    assert actions.cancel.toolTip() == "No sync or import is under way"
    assert actions.undo.toolTip() == "There is no sync to undo"
    desk.window.sync_button.click()
    await until(desk.service.finishable)
    for action in (actions.sync, actions.preview, actions.undo, actions.import_flex):
        assert not action.isEnabled()
        assert action.toolTip().startswith("A sync is under way. ")
    await desk.finish(book(), report())
    assert actions.preview.toolTip().startswith("See what a sync would change")


async def test_the_summary_unfolds_the_currencies(desk: Desk) -> None:
    await desk.load(book(position("AAPL")))
    desk.window.account_combo_box.setCurrentText("DU1")
    desk.window.summary.toggle.click()
    lines = desk.window.summary.visible_lines()
    assert [line.texts()[0] for line in lines] == ["in EUR", "in USD"]
    assert lines[0].texts()[4] == "−20.50"


async def test_a_sync_keeps_selection_scroll_and_order(desk: Desk) -> None:
    many = [position(f"S{n:03}", number=n, market_value=Decimal(n)) for n in range(200)]
    await desk.load(book(*many))
    table = desk.window.positions.table
    desk.sort("market_value", is_descending=True)
    table.selectRow(100)
    table.verticalScrollBar().setValue(2000)
    top = desk.window.positions.model.value(table.rowAt(0)).id
    changed = [replace(held, market_value=Decimal(1000 - n)) for n, held in enumerate(many[:10])]
    await desk.sync_to(book(*changed, *many[10:]), report())
    model = desk.window.positions.model
    selected = table.selectionModel().selectedRows()
    assert [model.value(index.row()).id for index in selected] == [99]
    assert model.value(table.rowAt(0)).id == top
    assert desk.column("Symbol")[:2] == ["S000", "S001"]


async def test_touched_rows_are_marked_and_the_marks_fade(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_highlights, "HOLD_MS", 20)
    monkeypatch.setattr(row_highlights, "STEP_MS", 1)
    old, new = position("AAPL", number=1), position("MSFT", number=2)
    await desk.load(book(old))
    await desk.sync_to(book(old, new), report(Counts(1, 1, 0, 2), created(new)))
    model = desk.window.positions.model
    marked = [model.mark_strength(line) for line in model.lines]
    assert marked == [0, 1]
    desk.broker.connect()
    qtbot.waitUntil(lambda: not model.mark_strength(model.lines[1]), timeout=30_000)
    desk.broker.connect(Mode.LIVE)
    assert not model.mark_strength(model.lines[1])


async def test_a_first_sync_marks_nothing_since_everything_is_new(desk: Desk) -> None:
    new = position("AAPL")
    await desk.sync_to(book(new), report(Counts(1, 0, 0, 1), created(new)))
    model = desk.window.positions.model
    assert not model.mark_strength(model.lines[0])


async def test_an_error_stands_over_the_old_rows_until_it_is_retried(desk: Desk) -> None:
    await desk.load(book(position("AAPL")))
    await desk.sync_to(desk.store.content, FAILED)
    bar = desk.window.positions.error_bar
    assert bar.isVisible()
    assert bar.text() == FAILED.run.error
    assert desk.column("Symbol") == ["AAPL"]
    bar.retry.click()
    assert not bar.isVisible()
    await desk.finish(desk.store.content, report())
    assert len(desk.service.requests) == 2


async def test_the_details_of_an_error_unfold_and_can_be_copied(
    desk: Desk, expected_warnings: list[str]
) -> None:
    expected_warnings.append("a bug ended the sync")
    await desk.sync_to(book(), RuntimeError("a slip"))
    bar = desk.window.positions.error_bar
    assert not bar.copy.isVisible()
    bar.details.click()
    bar.copy.click()
    assert "RuntimeError: a slip" in QApplication.clipboard().text()
    bar.dismiss.click()
    assert not bar.isVisible()


def keep(desk: Desk) -> None:
    desk.window.positions.held_bar.keep.click()


def close_them(desk: Desk) -> None:
    desk.window.positions.held_bar.close_them.click()


def held_report() -> Report:
    held = (closed(position("AAPL", "7", number=1)), closed(position("MSFT", number=2)))
    return report(status=RunStatus.HELD, held=held)


async def test_a_held_sync_lists_what_it_would_close(desk: Desk) -> None:
    await desk.sync_to(book(position("AAPL")), held_report())
    bar = desk.window.positions.held_bar
    assert "no longer reports 2 positions" in bar.text()
    assert bar.more().splitlines() == ["DU1   AAPL   7", "DU1   MSFT   10"]


@pytest.mark.parametrize(("answer", "runs"), [(keep, 1), (close_them, 2)])
async def test_the_answer_to_a_held_sync_ends_the_question(
    desk: Desk, answer: Callable[[Desk], None], runs: int
) -> None:
    await desk.sync_to(book(position("AAPL")), held_report())
    answer(desk)
    assert not desk.window.positions.held_bar.isVisible()
    if runs == 2:
        await desk.finish(book(), report())
        assert desk.service.requests[1].confirmed == {("DU1", 1), ("DU1", 2)}
    assert len(desk.service.requests) == runs


async def test_the_selected_rows_are_copied_with_titles_and_exact_numbers(desk: Desk) -> None:
    held = position("AAPL", "-12345.5", market_price=None)
    await desk.load(book(held, position("MSFT", number=2)))
    page = desk.window.positions
    shown = (ColumnPlace(key) for key in ("symbol", "quantity", "market_price"))
    page.pane.set_layout(replace(page.model.layout, columns=tuple(shown)))
    page.table.selectRow(0)
    desk.window.window_actions.copy.trigger()
    assert QApplication.clipboard().text() == "Symbol\tQuantity\tMarket price\nAAPL\t-12345.5\t\n"


async def test_columns_and_size_are_restored_at_the_next_start(
    desk: Desk, settings: QSettings, qapp: QApplication
) -> None:
    page = desk.window.positions
    layout = page.model.layout.with_column("type", is_shown=False).with_width("symbol", 333)
    page.pane.set_layout(layout.with_filter(Filter("side", "long")))
    desk.window.sync_dock.close()
    desk.window.close()
    again = Desk(settings, book())
    table = again.window.positions.table
    assert table.isColumnHidden(COLUMN_KEYS.index("type"))
    assert table.columnWidth(COLUMN_KEYS.index("symbol")) >= 333
    assert again.window.positions.model.layout.filters == (Filter("side", "long"),)
    assert again.window.sync_dock.isHidden()
    again.window.close()
    delete(again.window, qapp)


async def test_the_sync_dock_is_hidden_in_a_narrow_window(desk: Desk) -> None:
    desk.window.resize(900, 700)
    assert desk.window.sync_dock.isHidden()
    desk.window.resize(1500, 700)
    assert desk.window.sync_dock.isVisible()


async def test_columns_are_hidden_and_shown_from_the_menu(desk: Desk) -> None:
    table, menu = desk.window.positions.table, desk.window.positions.pane.filters.columns
    menu.aboutToShow.emit()
    hide_type = next(act for act in menu.actions() if act.text() == "Type")
    assert hide_type.isChecked()
    hide_type.trigger()
    assert table.isColumnHidden(COLUMN_KEYS.index("type"))
    hide_type.trigger()
    assert not table.isColumnHidden(COLUMN_KEYS.index("type"))


async def test_the_about_box_leaves_the_sync_running(desk: Desk) -> None:
    desk.window.sync_button.click()
    await until(desk.service.finishable)
    desk.window.window_actions.about.trigger()
    box = desk.window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    await desk.finish(book(position("AAPL")), report())
    assert box.isVisible()
    assert desk.column("Symbol") == ["AAPL"]
    box.close()


async def test_closing_during_a_sync_cancels_it(desk: Desk, qtbot: QtBot) -> None:
    desk.window.sync_button.click()
    await until(desk.service.finishable)
    with qtbot.waitSignal(desk.window.closed, timeout=30_000):
        desk.window.close()
    await desk.controller.shutdown()
    assert desk.service.cancelled == 1


async def test_numbers_follow_the_systems_locale(settings: QSettings, qapp: QApplication) -> None:
    QLocale.setDefault(QLocale("de_DE"))
    try:
        again = Desk(settings, book(), locale=None)
        await again.load(book(position("AAPL", market_value=Decimal("-12345678.9"))))
        assert again.column("Market value") == ["−12.345.678,90"]
        again.window.close()
        delete(again.window, qapp)
    finally:
        QLocale.setDefault(QLocale("en_US"))


async def test_the_window_follows_the_system_to_the_dark_scheme(desk: Desk) -> None:
    desk.window.theme.on_scheme_changed(Qt.ColorScheme.Dark)
    assert QApplication.palette().window().color().name() == DARK.window
    desk.window.theme.on_scheme_changed(Qt.ColorScheme.Light)
    assert QApplication.palette().window().color().name() == LIGHT.window


async def test_what_can_be_focused_has_a_name_for_screen_readers(desk: Desk) -> None:
    await desk.load(book(position("AAPL")))
    window = desk.window
    for widget in (window.sync_button, window.account_combo_box, window.search_field,
                   window.positions.table, window.summary.toggle):  # fmt: skip
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert widget.accessibleName()
    assert isinstance(window.focusWidget(), QWidget)

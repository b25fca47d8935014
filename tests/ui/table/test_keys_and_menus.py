"""The keys act on what the user is at: the menu on the current row, Copy on selected text."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.domain.explain.model import ExplainedField
from app.domain.portfolio.broker_updates import LiveUpdates, PnlUpdate, PriceUpdate
from app.ui.explain.controller import ExplainController
from app.ui.explain.popover import ExplainPopover
from app.ui.history.change_columns import KEYS as CHANGE_KEYS
from app.ui.history.timeline_dialog import TimelineDialog
from app.ui.positions.columns import KEYS as POSITION_KEYS
from app.ui.positions.market_data_controller import MarketDataController
from tests.ui.conftest import Desk, PastDesk, delete, until
from tests.ui.explain.test_explain import Explainer, a_close
from tests.ui.fakes import NOW, book, position
from tests.ui.history.test_timeline import STORY

KEYS, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier
MANY = book(*(position(f"S{n:03}", number=n) for n in range(1, 101)))


def ask_menu_by_key(view: QAbstractItemView) -> QMenu:
    """As Qt does for the Menu key and Shift+F10: at a place that has nothing to do with the row."""
    place = view.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, view.mapToGlobal(place))
    QApplication.sendEvent(view, event)
    (menu,) = [menu for menu in view.findChildren(QMenu) if menu.isVisible()]
    return menu


def choose(menu: QMenu, text: str) -> None:
    (action,) = [action for action in menu.actions() if action.text() == text]
    assert action.isEnabled()
    action.trigger()
    menu.close()


async def test_the_menu_key_is_about_the_current_row_of_the_positions(
    desk: Desk, qtbot: QtBot
) -> None:
    await desk.load(MANY)
    table = desk.window.positions.table
    table.setCurrentIndex(table.model().index(80, POSITION_KEYS.index("quantity")))
    with qtbot.waitSignal(table.explain_wanted) as asked:
        choose(ask_menu_by_key(table), "&Explain this number")
    assert asked.args[0].instrument.symbol == "S081"
    assert asked.args[1] is ExplainedField.QUANTITY


async def test_shift_f10_opens_the_menu_of_the_current_row(desk: Desk, qtbot: QtBot) -> None:
    await desk.load(MANY)
    desk.window.activateWindow()
    await until(desk.window.isActiveWindow)
    table = desk.window.positions.table
    table.setFocus()
    table.setCurrentIndex(table.model().index(80, POSITION_KEYS.index("quantity")))
    qtbot.keyClick(table, KEYS.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    (menu,) = [menu for menu in table.findChildren(QMenu) if menu.isVisible()]
    with qtbot.waitSignal(table.explain_wanted) as asked:
        choose(menu, "&Explain this number")
    assert asked.args[0].instrument.symbol == "S081"


async def test_without_a_current_row_the_menu_key_offers_no_row(desk: Desk) -> None:
    await desk.load(MANY)
    menu = ask_menu_by_key(desk.window.positions.table)
    assert "&Timeline" not in [action.text() for action in menu.actions()]
    menu.close()


async def test_the_menu_key_is_about_the_current_run_change_and_close(
    past: PastDesk, qtbot: QtBot
) -> None:
    await past.take(*STORY)
    page = await past.open_history()
    page.table.selectRow(1)
    await past.answered()
    with qtbot.waitSignal(page.as_of_wanted) as asked:
        choose(ask_menu_by_key(page.table), "&Show positions as of this run")
    assert asked.args == [2]
    await past.answered()
    changes = page.details.table
    changes.selectRow(0)
    with qtbot.waitSignal(changes.timeline_wanted) as asked:
        choose(ask_menu_by_key(changes), "&Timeline")
    assert asked.args == [1]
    past.history.back_to_now()
    closed = (await past.open_closed()).table
    closed.setCurrentIndex(closed.model().index(0, 1))
    with qtbot.waitSignal(closed.timeline_wanted) as asked:
        choose(ask_menu_by_key(closed), "&Timeline")
    assert asked.args == [1]
    await past.answered()
    for dialog in past.window.findChildren(TimelineDialog):
        dialog.close()


@pytest.mark.parametrize(
    ("column", "title", "figure"),
    [
        ("quantity", "Quantity, USD", "10"),
        ("market_price", "Market price, USD", "123.4"),
        ("market_value", "Market value, USD", "1,234"),
        ("unrealized_pnl", "Unrealized P&L, USD", "234"),
        ("daily_pnl", "Daily P&L, USD", "-12.5"),
    ],
)
async def test_explain_is_about_the_very_figure_of_the_cell_as_it_is_now(
    desk: Desk, qapp: QApplication, column: str, title: str, figure: str
) -> None:
    explainer, live = Explainer(desk), MarketDataController(desk.broker)  # type: ignore[arg-type]
    live.updated.connect(desk.window.show_live)
    desk.broker.connect()
    await desk.load(book(position("AAPL")))
    later = NOW.replace(minute=1)
    price = PriceUpdate("DU1", 1, Decimal(10), Decimal("123.4"), Decimal(1234), Decimal(234), later)
    daily = PnlUpdate("DU1", 1, Decimal("-12.5"), None, None, None, later)
    desk.broker.push(LiveUpdates((price,), (daily,)))
    explainer.table.setCurrentIndex(explainer.table.model().index(0, POSITION_KEYS.index(column)))
    desk.window.window_actions.explain.trigger()
    popover = await explainer.shown()
    texts = popover.texts()
    assert texts[0] == title
    assert figure.replace("-", "−") in texts
    if column != "quantity":
        assert texts[-1] == f"Read from IBKR {desk.window.formats.exact_time(later)}"
    popover.close()
    delete(live, qapp)


async def test_a_realized_pnl_of_another_time_says_that_it_is(desk: Desk) -> None:
    explainer = Explainer(desk)
    explainer.store.closes = (a_close(),)
    then = position("AAPL", realized_pnl=Decimal(50), realized_source=a_close().stored.close.source)
    explainer.controller.explain(then, ExplainedField.REALIZED, QRect(10, 10, 50, 20))
    popover = await explainer.shown()
    texts = popover.texts()
    assert texts[texts.index("In the table") + 1] == "50"
    assert any("known at its time" in text for text in texts)
    popover.close()
    await until(lambda: explainer.popover() is None)


async def test_copy_takes_the_selected_text_of_a_label_and_else_the_rows(
    desk: Desk, qtbot: QtBot
) -> None:
    await desk.load(book(position("AAPL")))
    window = desk.window
    window.activateWindow()
    await until(window.isActiveWindow)
    window.positions.table.selectAll()  # whatever keys an earlier test has left pressed
    label = window.sync_dock.error
    label.setText("TWS was away.")
    label.setFocus()
    label.setSelection(0, 3)
    qtbot.keyClick(label, KEYS.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "TWS"
    value = window.sync_dock.values["Result"]
    value.setFocus()
    qtbot.keyClick(value, KEYS.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "Successful"
    window.search_field.setFocus()
    qtbot.keyClick(window.search_field, KEYS.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text().splitlines()[1].startswith("AAPL\t10\t")
    window.search_field.setText("AAP")
    window.search_field.selectAll()
    qtbot.keyClick(window.search_field, KEYS.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "AAP"


async def test_the_history_is_copied_as_it_stands_there(past: PastDesk) -> None:
    await past.take(*STORY)
    page = await past.open_history()
    past.window.activateWindow()
    await until(past.window.isActiveWindow)
    page.table.selectAll()
    page.table.setFocus()
    await until(page.table.hasFocus)
    past.window.window_actions.copy.trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:3] == ["Time", "Result", "Started by"]
    assert len(lines) == 1 + len(STORY)
    page.details.table.selectRow(0)
    page.details.table.setFocus()
    await until(page.details.table.hasFocus)
    past.window.window_actions.copy.trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:3] == ["Symbol", "Change", "Quantity"]
    assert lines[1].split("\t")[:3] == ["AAPL", "Closed", "150 → 0"]
    assert len(lines) == 2


def popovers(past: PastDesk) -> list[ExplainPopover]:
    found = past.window.findChildren(ExplainPopover)
    return [popover for popover in found if popover.isVisible()]


async def test_the_history_explains_a_run_and_what_it_changed(past: PastDesk) -> None:
    await past.take(*STORY)
    page = await past.open_history()
    explainer = ExplainController(past.kept, past.window.formats, past.window)
    page.explain_wanted.connect(explainer.explain_run)
    page.explain_change_wanted.connect(explainer.explain_change)
    past.window.activateWindow()
    await until(past.window.isActiveWindow)

    async def explained() -> list[str]:
        past.window.window_actions.explain.trigger()
        await until(lambda: bool(popovers(past)))
        (popover,) = popovers(past)
        texts = popover.texts()
        popover.close()
        await until(lambda: not popovers(past))
        return texts

    page.table.setFocus()
    assert (await explained())[0] == "Run 3"
    changes = page.details.table
    changes.setFocus()
    changes.setCurrentIndex(changes.model().index(0, CHANGE_KEYS.index("quantity")))
    texts = await explained()
    assert texts[0] == "Quantity"
    assert texts[3] == "150 + (−150) = 0"
    changes.setCurrentIndex(changes.model().index(0, CHANGE_KEYS.index("realized_pnl")))
    assert (await explained())[0] == "Realized P&L, USD"
    await explainer.shutdown()


async def test_what_is_equal_is_sorted_by_account_both_ways(desk: Desk) -> None:
    held = [
        position("AAPL", account=account, number=number)
        for number, account in enumerate(("DU3", "DU1", "DU2"), start=1)
    ]
    await desk.load(replace(book(*held), accounts=("DU1", "DU2", "DU3")))
    for column in ("symbol", "quantity", "currency"):
        for is_descending in (True, False):
            desk.sort(column, is_descending=is_descending)
            assert desk.column("Account") == ["DU1", "DU2", "DU3"]


async def test_sorting_shows_the_top_unless_a_row_is_selected(desk: Desk) -> None:
    await desk.load(MANY)
    table = desk.window.positions.table
    bar = table.verticalScrollBar()
    bar.setValue(bar.maximum())
    desk.sort("quantity", is_descending=True)
    assert bar.value() == 0
    table.selectRow(90)
    bar.setValue(0)
    desk.sort("symbol")
    await until(lambda: bar.value() > 0)
    chosen = table.selectionModel().selectedRows()[0]
    assert table.viewport().rect().contains(table.visualRect(chosen).center())

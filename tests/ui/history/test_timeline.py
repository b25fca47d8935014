"""A position's whole life: headline, chart, and every change."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.domain.history.position_history import HistoryEntry, Timeline
from app.domain.model.positions import ChangeKind, LastSync
from app.ui.charts.drawing.time_plots import TimelinePlot
from app.ui.history.timeline_dialog import TimelineDialog
from app.ui.style.formatting import Formats
from app.ui.style.theme import DARK, current_colours
from tests.store.trading import MSFT, at, fill, held, snapshot
from tests.ui.conftest import ENGLISH, WAIT_MS, PastDesk, until
from tests.ui.fakes import position
from tests.ui.history.test_page import table
from tests.ui.pixels import colours_of, picture

SOLD = fill("e1.01", "-150", minute=2.5, price="13", commission="1", realized="299")
STORY = (
    snapshot(1, held(), held(MSFT)),
    snapshot(2, held(quantity="150", cost="11"), held(MSFT)),
    snapshot(3, held(MSFT), fills=[SOLD]),
)


def dialogs(past: PastDesk) -> list[TimelineDialog]:
    return past.window.findChildren(TimelineDialog)


def menu_action(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text() == text)


async def test_a_change_leads_to_the_timeline_of_its_position(past: PastDesk, qtbot: QtBot) -> None:
    await past.take(*STORY)
    page = await past.open_history()
    changes = page.details.table
    changes.selectRow(0)
    qtbot.keyClick(changes, Qt.Key.Key_Return)
    await until(lambda: bool(dialogs(past)))
    (dialog,) = dialogs(past)
    assert dialog.isVisible()
    assert not dialog.isModal()
    assert dialog.windowTitle() == "Timeline — AAPL"
    assert dialog.values["Account"].text() == "DU1"
    assert dialog.values["Opened"].text().startswith("20 Nov 2026, ")
    assert dialog.values["Closed"].text().startswith("20 Nov 2026, ")
    assert dialog.values["Realized P&L"].text() == "+299.00 USD (IBKR's own figure)"
    titles = ("Change", "Quantity", "Average cost", "Realized P&L", "Run")
    assert table(dialog.steps, *titles) == [
        ["Created", "100", "10.00", "", "1"],
        ["Increased", "150", "11.00", "", "2"],
        ["Closed", "0", "11.00", "+299.00", "3"],
    ]
    dialog.close()


async def test_a_double_click_and_the_menu_lead_there_too(past: PastDesk, qtbot: QtBot) -> None:
    await past.take(*STORY)
    changes = (await past.open_history()).details.table
    place = changes.visualRect(changes.model().index(0, 1)).center()
    changes.doubleClicked.emit(changes.indexAt(place))
    await past.answered()
    with qtbot.waitSignal(changes.timeline_wanted, timeout=WAIT_MS) as asked:
        changes.customContextMenuRequested.emit(place)
        (menu,) = [menu for menu in changes.findChildren(QMenu) if menu.isVisible()]
        menu_action(menu, "&Timeline").trigger()
        menu.close()
    await past.answered()
    assert asked.args == [1]
    assert len(dialogs(past)) == 2
    for dialog in dialogs(past):
        dialog.close()


async def test_the_positions_table_opens_the_timeline_of_the_row_under_the_mouse(
    past: PastDesk,
) -> None:
    await past.take(*STORY[:2])
    positions = past.window.positions.table
    positions.selectRow(0)
    place = positions.visualRect(past.window.positions.model.index(1, 1)).center()
    positions.customContextMenuRequested.emit(place)
    menu = next(
        menu
        for menu in positions.findChildren(QMenu)
        if any(action.text() == "&Timeline" for action in menu.actions())
    )
    menu_action(menu, "&Timeline").trigger()
    menu.close()
    await past.answered()
    (dialog,) = dialogs(past)
    assert dialog.name.text() == "MSFT"
    assert dialog.values["Closed"].text() == "Still open"
    assert dialog.values["Realized P&L"].text() == "—"
    dialog.close()


async def test_no_timeline_is_offered_where_there_is_no_row(past: PastDesk) -> None:
    await past.take(STORY[0])
    positions = past.window.positions.table
    positions.customContextMenuRequested.emit(QPoint(5, positions.viewport().height() - 2))
    texts = [action.text() for menu in positions.findChildren(QMenu) for action in menu.actions()]
    assert "&Timeline" not in texts
    for menu in positions.findChildren(QMenu):
        menu.close()


async def test_the_menu_of_its_table_exports_the_changes(past: PastDesk, qtbot: QtBot) -> None:
    await past.take(*STORY[:2])
    past.history.show_timeline(1)
    await past.answered()
    (dialog,) = dialogs(past)
    with qtbot.waitSignal(past.window.history.export_wanted, timeout=WAIT_MS) as wanted:
        menu_action(dialog.table.menu_at(QPoint(5, 5)), "E&xport…").trigger()
    assert wanted.args is not None
    assert wanted.args[0].model is dialog.steps
    dialog.close()


async def test_the_menu_of_a_runs_changes_exports_them(past: PastDesk, qtbot: QtBot) -> None:
    await past.take(*STORY[:2])
    page = await past.open_history()
    changes = page.details.table
    with qtbot.waitSignal(past.window.history.export_wanted, timeout=WAIT_MS) as wanted:
        menu_action(changes.menu_at(QPoint(5, 5)), "E&xport…").trigger()
    assert wanted.args is not None
    assert wanted.args[0].model is changes.table


async def test_an_open_timeline_follows_the_window_into_the_dark(past: PastDesk) -> None:
    await past.take(STORY[0])
    past.history.show_timeline(1)
    await past.answered()
    (dialog,) = dialogs(past)
    past.window.theme.on_scheme_changed(Qt.ColorScheme.Dark)
    await until(lambda: DARK.gain in colours_of(picture(dialog.table)))
    past.window.theme.on_scheme_changed(Qt.ColorScheme.Light)
    dialog.close()


def step(minute: float, quantity: str, cost: str | None) -> HistoryEntry:
    amount = None if cost is None else Decimal(cost)
    return HistoryEntry(at(minute), 1, ChangeKind.UPDATED, Decimal(quantity), amount, None, None)


STORIES = {
    "one step": (step(1, "100", "10"),),
    "no step": (),
    "all at one moment": (step(1, "1", "1"), step(1, "0", "1")),
    "short": (step(1, "-3", "512.5"), step(2, "-1", "512.5"), step(3, "0", "512.5")),
    "no cost is known": (step(1, "5", None), step(9, "6", None)),
    "cost is known at last": (step(1, "5", None), step(9, "6", "3")),
    "huge": (step(1, "123456789012345678901234567890", "1E+25"), step(2, "1", "0.00000001")),
    "hardly another": (step(1, "1E+9", "100.0000000001"), step(2, "1000000000.0000001", "100")),
    "many": tuple(step(n, str(n % 7 - 3 or 5), str(10 + n % 5)) for n in range(1, 400)),
}


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark])
@pytest.mark.parametrize("steps", STORIES.values(), ids=STORIES)
def test_every_story_can_be_drawn(
    steps: tuple[HistoryEntry, ...], scheme: Qt.ColorScheme, qtbot: QtBot, past: PastDesk
) -> None:
    past.window.theme.on_scheme_changed(scheme)
    held_now = replace(position("AAPL"), last_sync=LastSync(at(500)))
    chart = TimelinePlot(Timeline(held_now, steps), Formats(ENGLISH))
    qtbot.addWidget(chart)
    chart.resize(640, 260)
    colours_seen = colours_of(chart.grab().toImage())
    back = current_colours().base
    past.window.theme.on_scheme_changed(Qt.ColorScheme.Light)
    assert back in colours_seen
    assert len(colours_seen) > 2  # axes at least
    assert chart.quantity.getData()[0].size == 2 * len(steps)
    assert len(chart.panels) == (2 if any(s.average_cost is not None for s in steps) else 1)
    assert chart.count() == len(steps)


def test_the_keys_walk_the_changes_and_read_them_out(qtbot: QtBot) -> None:
    held_now = replace(position("AAPL"), last_sync=LastSync(at(500)))
    chart = TimelinePlot(Timeline(held_now, STORIES["short"]), Formats(ENGLISH))
    qtbot.addWidget(chart)
    heard: list[str] = []
    chart.read.connect(heard.append)
    for key in (Qt.Key.Key_End, Qt.Key.Key_Home, Qt.Key.Key_Right):
        qtbot.keyClick(chart, key)
    assert [text.partition(": ")[2] for text in heard] == [
        "quantity 0, average cost 512.50",
        "quantity −3, average cost 512.50",
        "quantity −1, average cost 512.50",
    ]
    assert chart.accessibleDescription() == heard[-1]

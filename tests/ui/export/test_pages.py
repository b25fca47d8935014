"""What the tabs offer for an export, and that their layouts are kept."""

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from app.ui.closed import controller as closed_controller
from app.ui.history import controller as history_controller
from app.ui.table.model.exporting import table_content
from tests.store.trading import MSFT, fill, held, snapshot
from tests.ui.conftest import Desk, PastDesk, delete
from tests.ui.fakes import book

SOLD = snapshot(2, held(quantity="60"), fills=[fill("1.01", "-40", minute=2)])
GONE = snapshot(3, fills=[fill("2.01", "-60", minute=3)])


async def test_closed_positions_are_exported_beyond_what_was_read(
    past: PastDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closed_controller, "PAGE", 1)
    await past.take(snapshot(1, held(), held(MSFT)), SOLD, GONE)
    page = await past.open_closed()
    source = page.export_source()
    assert source.read_all is not None
    lines = await source.read_all(False)
    assert sorted(line.row.instrument.symbol for line in lines) == ["AAPL", "MSFT"]
    sheet = table_content(source.model, is_everything=False, values=lines).sheet(lambda _: None)
    assert len(sheet.rows) == 2
    past.window.search_field.setText("msft")
    await past.answered()
    assert len(await source.read_all(False)) == 1
    assert len(await source.read_all(True)) == 2


async def test_all_runs_are_exported_whatever_was_read(
    past: PastDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_controller, "PAGE", 2)
    await past.take(*(snapshot(n, held(quantity=f"{n}00")) for n in range(1, 6)))
    page = await past.open_history()
    source = page.export_source()
    assert source.read_all is not None
    assert [run.id for run in await source.read_all(True)] == [5, 4, 3, 2, 1]


async def test_layouts_of_closed_and_history_survive_a_restart(
    desk: Desk, settings: QSettings, qapp: QApplication
) -> None:
    closed, runs = desk.window.closed_page, desk.window.history.page
    closed.set_layout(closed.model.layout.with_column("account", is_shown=False))
    wanted = runs.model.layout.with_column("trigger", is_shown=False)
    runs.table.layout_wanted.emit(wanted)
    desk.window.close()
    again = Desk(settings, book())
    assert "account" not in again.window.closed_page.model.layout.keys
    assert again.window.history.page.model.layout == wanted
    again.window.close()
    delete(again.window, qapp)


async def test_the_view_menu_offers_the_columns_of_the_visible_tab(past: PastDesk) -> None:
    await past.take(snapshot(1, held(), held(MSFT)), SOLD, GONE)
    window = past.window
    menus = [action.menu() for action in window.menuBar().actions()]
    view = next(menu for menu in menus if menu.title() == "&View")
    columns = view.actions()[-1]
    assert columns.menu() is window.positions.column_menu
    closed = await past.open_closed()
    assert columns.menu() is closed.column_menu
    runs = await past.open_history()
    assert columns.menu() is runs.column_menu
    columns.menu().aboutToShow.emit()
    next(act for act in columns.menu().actions() if act.text() == "Trigger").trigger()
    assert "trigger" not in runs.model.layout.keys

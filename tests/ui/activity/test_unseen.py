"""The marks of what syncs changed: a restart keeps them until the user has seen them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QSettings, Qt
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from app.domain.history.unseen import SeenUntil, UnseenChanges
from app.ui.activity.unseen import UnseenController
from app.ui.main_window.window_settings import SEEN, WindowSettings
from tests.store.trading import MSFT, SAP, held, opened, snapshot, synced
from tests.ui.conftest import PastDesk, delete, until
from tests.ui.fakes import NOW

TOOLTIP = Qt.ItemDataRole.ToolTipRole
FIRST = snapshot(1, held(), held(MSFT), held(SAP))
SECOND = snapshot(2, held(quantity="150"), held(MSFT, quantity="90"), held(SAP))


class Windows:
    """One window after another over the same file."""

    def __init__(self, settings: QSettings, path: Path) -> None:
        self._settings = settings
        self._path = path
        self.desks: list[PastDesk] = []

    async def open(self) -> PastDesk:
        desk = PastDesk(self._settings, self._path)
        self.desks.append(desk)
        await desk.load()
        found: list[UnseenChanges] = []
        seen = WindowSettings(self._settings).seen_until
        reading = UnseenController(desk.kept, seen, parent=desk.window)
        reading.found.connect(desk.window.positions.restore_unseen)
        reading.found.connect(found.append)
        reading.start()
        await until(lambda: bool(found))
        await reading.shutdown()
        return desk


@pytest.fixture
def windows(
    qapp: QApplication, settings: QSettings, tmp_path: Path, loop: QEventLoop
) -> Iterator[Windows]:
    made = Windows(settings, tmp_path / "p.sqlite")
    yield made
    for desk in made.desks:
        loop.run_until_complete(desk.end())
        for part in (desk.window, desk.controller, desk.history):
            delete(part, qapp)


def marked(desk: PastDesk) -> list[str]:
    model = desk.window.positions.model
    return [model.text(row, 0) for row in model.shown_rows if model.is_marked(row)]


def click(desk: PastDesk, symbol: str) -> None:
    model = desk.window.positions.model
    place = [model.text(row, 0) for row in model.shown_rows].index(symbol)
    desk.window.positions.table.clicked.emit(QModelIndex(model.index(place, 0)))


async def test_what_was_synced_while_the_window_was_closed_is_marked(windows: Windows) -> None:
    desk = await windows.open()
    await synced(desk.kept, FIRST)
    again = await windows.open()
    assert marked(again) == [], "nothing was ever looked at"
    again.window.close()
    await synced(desk.kept, SECOND)
    later = await windows.open()
    assert marked(later) == ["AAPL", "MSFT"]
    assert later.cell(0, "quantity", TOOLTIP) == "100 → 150 since you last looked"


async def test_what_was_not_seen_stays_marked_over_restarts_and_what_was_does_not(
    windows: Windows,
) -> None:
    desk = await windows.open()
    await synced(desk.kept, FIRST)
    (await windows.open()).window.close()
    await synced(desk.kept, SECOND)
    second = await windows.open()
    click(second, "AAPL")
    second.window.close()
    third = await windows.open()
    assert marked(third) == ["MSFT"]
    third.window.close()
    await synced(desk.kept, snapshot(3, held(quantity="151"), held(MSFT, quantity="80"), held(SAP)))
    fourth = await windows.open()
    assert marked(fourth) == ["AAPL", "MSFT"]
    assert fourth.cell(0, "quantity", TOOLTIP) == "150 → 151 since you last looked"
    assert fourth.cell(1, "quantity", TOOLTIP) == "100 → 80 since you last looked"
    fourth.window.positions.table.all_seen.emit()
    fourth.window.close()
    assert marked(await windows.open()) == []


async def test_an_undone_sync_leaves_no_mark(windows: Windows) -> None:
    desk = await windows.open()
    await synced(desk.kept, FIRST)
    (await windows.open()).window.close()
    await synced(desk.kept, SECOND)
    (await windows.open()).window.close()
    await desk.kept.undo()
    assert marked(await windows.open()) == []


async def test_closed_positions_are_no_unseen_rows(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, FIRST)
        await synced(store, snapshot(2, held(MSFT), held(SAP)))
        found = await store.unseen_changes(SeenUntil(0))
        assert [change.identity[1] for change in found.changes] == [2, 3]
        assert found.run_id == 2


@pytest.mark.parametrize("text", ["", "7", "[]", '["x"]', "[1, 2]", "{}", "[1, [1]]"])
def test_settings_that_cannot_be_used_are_ignored(text: str, settings: QSettings) -> None:
    settings.setValue(SEEN, text)
    assert WindowSettings(settings).seen_until is None


def test_settings_name_no_account(settings: QSettings) -> None:
    WindowSettings(settings).save_last_opened(NOW, SeenUntil(7, ((3, 5), (4, 7))))
    assert settings.value(SEEN) == "[7, [3, 5], [4, 7]]"
    assert WindowSettings(settings).seen_until == SeenUntil(7, ((3, 5), (4, 7)))

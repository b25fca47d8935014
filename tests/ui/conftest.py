"""The real window and controllers over fakes, for the tests of the window."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QEvent, QLocale, QObject, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from qasync import QEventLoop

from app.domain.desktop.app_state import PortfolioView
from app.domain.model.runs import Report
from app.domain.model.snapshot import Snapshot
from app.ports import Broker, Store
from app.store.store import SqliteStore
from app.ui.closed.controller import ClosedController
from app.ui.closed.page import ClosedPage
from app.ui.history.controller import HistoryController
from app.ui.history.page import HistoryPage
from app.ui.main_window.window import MainWindow
from app.ui.positions.columns import KEYS, TITLES
from app.ui.sync.controller import SyncController
from app.ui.table.core.layout import SortKey
from tests.store.trading import noon, synced
from tests.ui.fakes import NOW, FakeBroker, FakeService, FakeStore

DISPLAY = Qt.ItemDataRole.DisplayRole
ENGLISH = QLocale("en_US")
WAIT_MS = 30_000  # at most, for what comes at once unless the computer is busy


class Desk:
    """A window with its controllers, and what a test does to them.

    Args:
        store: in place of a store in memory.
    """

    def __init__(
        self,
        settings: QSettings,
        content: PortfolioView,
        locale: QLocale | None = ENGLISH,
        store: Store | None = None,
        now: datetime = NOW,
    ) -> None:
        self.service, self.store, self.broker = FakeService(), FakeStore(content), FakeBroker()
        self.now = now
        self.controller = SyncController(
            self.service, store or cast(Store, self.store), cast(Broker, self.broker)
        )
        self.history = HistoryController(store or cast(Store, self.store))
        self.closed = ClosedController(store or cast(Store, self.store))
        self.window = MainWindow(
            settings,
            locale=locale,
            clock=lambda: self.now,
        )
        self.window.work_with(self.controller, self.history, self.closed)
        self.window.resize(1500, 800)
        self.window.show()

    async def load(self, content: PortfolioView | None = None) -> None:
        if content is not None:
            self.store.content = content
        published: list[object] = []
        self.controller.state_changed.connect(published.append)
        self.controller.start()
        await until(lambda: bool(published))
        self.controller.state_changed.disconnect(published.append)

    async def sync_to(self, content: PortfolioView, outcome: Report | Exception) -> None:
        """Runs a sync, from the click to its end."""
        self.window.window_actions.sync.trigger()
        await self.finish(content, outcome)

    async def finish(self, content: PortfolioView, outcome: Report | Exception) -> None:
        """Ends the running sync with this outcome."""
        await until(self.service.finishable)
        self.store.content = content
        self.service.finish(outcome)
        await self.settled()

    async def finished(self, outcome: Report) -> None:
        """Ends the running sync; the stored positions stay unchanged."""
        await self.finish(self.store.content, outcome)

    async def settled(self) -> None:
        """Waits until no sync runs, and its end is on the screen."""
        await until(lambda: not self.controller.state.phase.is_busy)

    def cell(self, row: int, key: str, role: Qt.ItemDataRole = DISPLAY) -> Any:
        """What the positions table has for a column of this key."""
        return self.window.positions.model.index(row, KEYS.index(key)).data(role)

    def tone(self, row: int, key: str) -> str:
        model = self.window.positions.model
        return model.tone(model.lines[row], KEYS.index(key))

    def sort(self, key: str, *, is_descending: bool = False) -> None:
        page = self.window.positions
        page.pane.set_layout(replace(page.model.layout, sort=(SortKey(key, is_descending),)))

    def column(self, title: str) -> list[str]:
        """A column's texts, from top to bottom."""
        model, column = self.window.positions.model, TITLES.index(title)
        return [model.index(row, column).data() for row in range(model.rowCount())]


class PastDesk(Desk):
    """A desk over a real store, to which a test writes syncs directly.

    Attributes:
        kept: the store on a file.
    """

    def __init__(self, settings: QSettings, path: Path) -> None:
        self.path = path
        self.kept = SqliteStore(path, noon)
        super().__init__(settings, PortfolioView(), store=self.kept, now=noon())

    async def take(self, *snapshots: Snapshot) -> None:
        """Syncs these snapshots into the store, and shows them in the window."""
        for snapshot in snapshots:
            await synced(self.kept, snapshot)
        await self.load()
        await self.answered()

    async def open_history(self) -> HistoryPage:
        self.window.tabs.setCurrentWidget(self.window.history.page)
        await self.answered()
        return self.window.history.page

    async def answered(self) -> None:
        """Waits until the store has answered all questions of the tabs."""
        await until(lambda: not (self.history.is_reading or self.closed.is_reading))

    async def open_closed(self) -> ClosedPage:
        self.window.tabs.setCurrentWidget(self.window.closed_page)
        await self.answered()
        return self.window.closed_page

    async def end(self) -> None:
        await self.controller.shutdown()
        await self.history.shutdown()
        await self.closed.shutdown()
        await self.kept.close()


async def until(is_so: Callable[[], bool]) -> None:
    """Lets the loop turn until the condition holds; the suite ends a test that hangs."""
    while not is_so():  # noqa: ASYNC110 - any condition, not one event
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def no_key_held(qapp: QApplication) -> Iterator[None]:  # noqa: ARG001
    """Qt remembers the modifiers of the last key that a test typed: with Shift held, selecting a
    row extends the selection in the next test."""
    yield
    if QGuiApplication.keyboardModifiers() != Qt.KeyboardModifier.NoModifier:
        QTest.keyRelease(QWidget(), Qt.Key.Key_Shift, Qt.KeyboardModifier.NoModifier)


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def desk(qapp: QApplication, settings: QSettings) -> Iterator[Desk]:
    made = Desk(settings, PortfolioView())
    yield made
    delete(made.window, qapp)
    delete(made.controller, qapp)
    delete(made.history, qapp)


def delete(thing: QObject, application: QApplication) -> None:
    """Now, not when some later test turns the event loop."""
    thing.deleteLater()
    application.sendPostedEvents(thing, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def past(
    qapp: QApplication, settings: QSettings, tmp_path: Path, loop: QEventLoop
) -> Iterator[PastDesk]:
    made = PastDesk(settings, tmp_path / "p.sqlite")
    yield made
    loop.run_until_complete(made.end())
    delete(made.window, qapp)
    delete(made.controller, qapp)
    delete(made.history, qapp)

"""A desk for the window's tests: the real controller and window over fakes."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QEvent, QLocale, QObject, QSettings
from PySide6.QtWidgets import QApplication

from app.domain.runs import Report
from app.domain.states import Book, Phase
from app.ports import Broker, Store
from app.ui.closed_controller import ClosedController
from app.ui.columns import TITLES
from app.ui.controller import SyncController
from app.ui.main_window import MainWindow
from tests.ui.fakes import NOW, FakeBroker, FakeService, FakeStore

ENGLISH = QLocale("en_US")


class Desk:
    """A window with its controller, and what a test does to them."""

    def __init__(
        self, settings: QSettings, content: Book, locale: QLocale | None = ENGLISH
    ) -> None:
        self.service, self.store, self.broker = FakeService(), FakeStore(content), FakeBroker()
        self.now: datetime = NOW
        self.controller = SyncController(
            self.service, cast(Store, self.store), cast(Broker, self.broker)
        )
        self.window = MainWindow(
            self.controller,
            settings,
            closed=ClosedController(cast(Store, self.store)),
            locale=locale,
            clock=lambda: self.now,
        )
        self.window.resize(1500, 800)
        self.window.show()

    async def load(self, content: Book | None = None) -> None:
        if content is not None:
            self.store.content = content
        published: list[object] = []
        self.controller.state_changed.connect(published.append)
        self.controller.start()
        await until(lambda: bool(published))
        self.controller.state_changed.disconnect(published.append)

    async def sync_to(self, content: Book, outcome: Report | Exception) -> None:
        """A sync, from the click to its end."""
        self.window.commands.sync.trigger()
        await self.finish(content, outcome)

    async def finish(self, content: Book, outcome: Report | Exception) -> None:
        """The running sync ends like this."""
        await until(self.service.finishable)
        self.store.content = content
        self.service.finish(outcome)
        await self.settled()

    async def settled(self) -> None:
        """No sync runs any more, and its end is on the screen."""
        await until(lambda: self.controller.state.phase is not Phase.SYNCING)

    def column(self, title: str) -> list[str]:
        """A column's texts, from top to bottom."""
        model, column = self.window.page.model, TITLES.index(title)
        return [model.index(row, column).data() for row in range(model.rowCount())]


async def until(is_so: Callable[[], bool]) -> None:
    """Lets the loop turn until it is so; the suite's own limit ends what never is."""
    while not is_so():  # noqa: ASYNC110 - any condition, not one event
        await asyncio.sleep(0)


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def desk(qapp: QApplication, settings: QSettings) -> Iterator[Desk]:
    made = Desk(settings, Book())
    yield made
    delete(made.window, qapp)
    delete(made.controller, qapp)


def delete(thing: QObject, application: QApplication) -> None:
    """Now, not when some later test turns the event loop."""
    thing.deleteLater()
    application.sendPostedEvents(thing, QEvent.Type.DeferredDelete.value)

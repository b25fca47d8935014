"""The window over a real store and the real client, with a Flex Web Service on the loopback."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from qasync import QEventLoop
from shiboken6 import isValid

from app.bootstrap import check_query
from app.contract.feed import EventFeed
from app.contract.json_rows import Row
from app.domain.connection.maintenance_windows import Region
from app.domain.fetching.queries import FlexQuery
from app.domain.text.redaction import Secret
from app.flex.reader import read_statement
from app.flex.web_service.client import FlexWebService
from app.flex.web_service.source import FlexStatementSource
from app.platform.credentials import Credentials, flex_secret_name
from app.ports import Broker
from app.settings.model import STATEMENTS, Settings
from app.store.store import SqliteStore
from app.sync.service import SyncService
from app.sync.statement_fetcher import StatementFetcher
from app.ui.closed.controller import ClosedController
from app.ui.connect.controller import ConnectController
from app.ui.history.controller import HistoryController
from app.ui.main_window.window import MainWindow
from app.ui.settings.dialog import SettingsDialog
from app.ui.statements.controller import FetchController
from app.ui.statements.page import StatementsPage
from app.ui.statements.services import StatementServices
from app.ui.statements.token_section import LOOKING
from app.ui.statements.window_part import FetchFeature
from app.ui.sync.controller import SyncController
from tests.domain.make import holding, snapshot, stock
from tests.flex.files import account_statement, document, trade
from tests.flex.web_service.conftest import Clock
from tests.flex.web_service.fake_service import TOKEN, FakeService, fake_service
from tests.sync.test_service import FakeBroker
from tests.ui import fakes
from tests.ui.conftest import ENGLISH, delete, until
from tests.ui.settings.test_dialog import FakeProber

EXACTLY = Qt.MatchFlag.MatchExactly
NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)
TRADES = FlexQuery("trades", "4711")
STATEMENT = document(
    account_statement(
        trade(dateTime="20261102;103015"), account="DU1", days=("20260101", "20261123")
    )
)


class FetchDesk:
    """The window with its fetches, and the settings dialog at their page.

    Attributes:
        ibkr: the service that is asked.
        waits: the client's clock, which passes only when it waits.
        events: what other programs are told.
        kept: the settings that the dialog saved.
    """

    def __init__(self, folder: Path, memory: QSettings, ibkr: FakeService) -> None:
        self.folder, self.ibkr, self.waits = folder, ibkr, Clock()
        self.base = ibkr.base
        self.now = NOW
        self.store = SqliteStore(folder / "p.sqlite", clock=lambda: self.now)
        broker = FakeBroker(snapshot(holding(1, instrument=stock(756733, "SPY"))))
        self.service = SyncService(broker, self.store, read_statement, clock=lambda: self.now)
        self.environment: dict[str, str] = {}
        self.credentials = Credentials(folder, self.environment, find_keyring=lambda: None)
        self.feed, self.events = EventFeed(), list[Row]()
        self.feed.follow(self.events.append)
        self.kept: list[Settings] = []
        self.settings = Settings(flex_queries=(TRADES,), flex_daily=False)
        self.window = MainWindow(memory, locale=ENGLISH, clock=lambda: self.now)
        self.sync = SyncController(self.service, self.store, cast(Broker, fakes.FakeBroker()))
        self.history = HistoryController(self.store)
        self.closed = ClosedController(self.store)
        self.window.work_with(self.sync, self.history, self.closed)
        self.prober = ConnectController(FakeProber())
        self.made = 0  # fetchers
        self.feature: FetchFeature | None = None
        self.dialog: SettingsDialog | None = None

    def fetcher(self) -> StatementFetcher:
        self.made += 1

        async def read_token(name: str) -> Secret | None:
            stored = await self.credentials.read(flex_secret_name(name))
            return None if stored is None else stored.secret

        service = FlexWebService(self.base, sleep=self.waits.sleep, clock=self.waits.read)
        source = FlexStatementSource(service, read_token)
        return StatementFetcher(
            source, self.service, self.store, check_query, clock=lambda: self.now
        )

    async def open(self, *, has_token: bool = True, **changes: object) -> FetchController:
        """Shows the window with these settings."""
        await self.store.open()
        if has_token:
            await self.credentials.store(flex_secret_name("default"), Secret(TOKEN))
        self.settings = replace(self.settings, **changes)  # type: ignore[arg-type]
        services = StatementServices(
            self.store, self.credentials, self.fetcher, Region.EUROPE, self.feed
        )
        self.feature = FetchFeature(services, self.window, self.sync, self.settings)
        self.window.resize(1500, 800)
        self.window.show()
        self.sync.start()
        self.sync.sync()
        await until(lambda: self.sync.state.report is not None)
        return self.feature.controller

    @property
    def controller(self) -> FetchController:
        assert self.feature is not None
        return self.feature.controller

    async def open_page(self) -> StatementsPage:
        """Waits until the page knows where the tokens are."""
        self.dialog = SettingsDialog(
            self.settings,
            self.keep,
            self.prober,
            usual_path="",
            fetches=self.controller,
            parent=self.window,
        )
        self.dialog.show_group(STATEMENTS)
        self.dialog.open()
        page = self.dialog.statements
        await until(lambda: not page.tokens.list.findItems(LOOKING, EXACTLY, 1))
        return page

    async def settled(self) -> None:
        """Waits until nothing is under way; Qt's events after a test would go on with it."""
        await until(lambda: all(is_tests_own(task) for task in asyncio.all_tasks()))

    def keep(self, settings: Settings) -> str:
        self.kept.append(settings)
        self.settings = settings
        self.controller.apply_settings(settings)
        return ""

    async def ended(self) -> None:
        """Waits until the fetch has ended, and the window shows what it brought."""
        await until(lambda: not self.controller.state.is_fetching)
        await until(lambda: self.controller.state.last is not None)

    async def end(self) -> None:
        if self.feature is not None:
            await self.controller.shutdown()
        for part in (self.sync, self.history, self.closed, self.prober):
            await part.shutdown()
        await self.store.close()


def is_tests_own(task: "asyncio.Task[object]") -> bool:
    """The program's tasks have names."""
    return task.get_name().startswith("Task-")


def answer(parent: QWidget, text: str) -> None:
    """Presses a button of the box that is open over the parent."""
    (box,) = (one for one in parent.findChildren(QMessageBox) if one.isVisible())
    next(button for button in box.buttons() if button.text() == text).click()


@pytest.fixture
def ibkr() -> Iterator[FakeService]:
    with fake_service() as service:
        yield service


@pytest.fixture
def desk(
    qapp: QApplication, settings: QSettings, tmp_path: Path, loop: QEventLoop, ibkr: FakeService
) -> Iterator[FetchDesk]:
    made = FetchDesk(tmp_path, settings, ibkr)
    yield made
    ibkr.released.set()
    loop.run_until_complete(made.end())
    if made.dialog is not None and isValid(made.dialog):
        delete(made.dialog, qapp)
    for part in (made.window, made.sync, made.history, made.closed, made.prober):
        delete(part, qapp)

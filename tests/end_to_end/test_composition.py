"""The window and its services with a simulated TWS: activity, writes of other programs,
automatic syncs, the log, diagnostics, the start at login."""

import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from app.bootstrap import Application
from app.broker.diagnosis import connection_test
from app.broker.simulator.server.server import SimulatedTws
from app.broker.tws_broker import Endpoint, TwsBroker
from app.contract.feed import EventFeed
from app.desktop.diagnostics import diagnostics, redacted
from app.domain.connection.maintenance_windows import Region
from app.domain.connection.profile import Connection
from app.domain.desktop.app_state import LinkStatus
from app.domain.fetching.queries import FlexQuery
from app.domain.model.errors import SettingsError
from app.domain.model.runs import Request, Trigger
from app.domain.text.redaction import Secret
from app.flex.reader import read_statement
from app.platform.credentials import Credentials, flex_secret_name
from app.platform.logs import RecentLines
from app.settings.model import Settings
from app.store.backup.service import SqliteBackups
from app.store.store import SqliteStore
from app.sync import backup_timer
from app.sync.service import SyncService
from app.ui.backup.backup_line import BackupLine
from app.ui.main_window.composition import Composition, Services
from app.ui.main_window.window import MainWindow
from app.ui.main_window.window_settings import WindowSettings
from app.ui.settings.controller import SettingsServices
from app.ui.settings.dialog import SettingsDialog
from app.ui.statements.services import StatementServices
from app.ui.support.help_actions import SupportServices
from app.ui.support.log_window import LogWindow
from tests.broker.broker_client import CLIENT_ID, FAST
from tests.broker.simulated import demo_market
from tests.end_to_end.test_burst import same_as_tws
from tests.flex.files import account_statement, document, trade
from tests.flex.web_service.fake_service import TOKEN, fake_service, text
from tests.ui.conftest import until

AUTOMATIC = Settings(sync_on_start=True, sync_on_trade=True, locale="en_US", clock="24h")


class SystemSwitch:
    """A setting of the system: the start at login, or the entry in the applications menu."""

    def __init__(self, is_on: bool | None = False) -> None:
        self.is_on = is_on
        self.error: SettingsError | None = None

    def get(self) -> bool | None:
        return self.is_on

    def switch(self, on: bool) -> None:
        if self.error is not None:
            raise self.error
        self.is_on = on


class Seen(Composition):
    """A composition that a test observes."""

    tws: SimulatedTws
    store: SqliteStore
    at_login: SystemSwitch
    in_menu: SystemSwitch

    async def triggers(self) -> list[Trigger]:
        return [run.trigger for run in reversed(await self.store.runs())]

    async def synced(self, times: int) -> None:
        await until(lambda: self.controller.state.stored.statistics.total_syncs >= times)


@asynccontextmanager
async def desk(
    folder: Path,
    settings: Settings,
    memory: QSettings,
    *,
    is_in_menu: bool | None = False,
    flex_base: str = "",
) -> AsyncIterator[Seen]:
    """Args: flex_base: the address of a Flex Web Service; empty for no statements."""
    tws = SimulatedTws(demo_market(), master_id=CLIENT_ID)
    await tws.start()
    store = SqliteStore(folder / "positions.sqlite")
    endpoint = Endpoint(tws.host, tws.port, CLIENT_ID, 5.0)
    broker = TwsBroker(endpoint, timing=FAST, rng=random.Random(1))
    service = SyncService(broker, store, read_statement)
    backups = SqliteBackups(store, between_runs=service.between_runs)
    parts = Application(service, store, broker, None, backups)
    connection = Connection(host=tws.host, port=tws.port, client_id=CLIENT_ID)
    made = replace(
        settings, host=tws.host, port=tws.port, client_id=CLIENT_ID, connections=(connection,)
    )
    recent, at_login, in_menu = RecentLines(), SystemSwitch(), SystemSwitch(is_in_menu)
    logging.getLogger().addHandler(recent)
    support = SupportServices(
        *(recent, diagnostics, redacted, lambda: bool(at_login.is_on), at_login.switch),
        *(in_menu.get, in_menu.switch),
    )

    async def follow(_: Settings) -> None:
        """The connection stays: it is the test's."""

    settings_services = SettingsServices(connection_test, lambda _: None, follow, lambda: False)
    credentials = Credentials(folder, {}, find_keyring=lambda: None)
    statements = StatementServices(
        store,
        credentials,
        lambda: parts.statement_fetcher(credentials, flex_base),
        Region.EUROPE,
        EventFeed(),
    )
    services = Services(
        *(parts.service, parts.store, parts.broker, parts.backups),
        statements if flex_base else None,
    )
    seen = Seen(
        services, made, settings_services, support, MainWindow(memory, account=made.account)
    )
    seen.tws, seen.store, seen.at_login, seen.in_menu = tws, store, at_login, in_menu
    try:
        seen.window.show()
        seen.start(is_first_run=False)
        yield seen
    finally:
        seen.window.close()
        await seen.shutdown()
        await backups.close()
        await broker.close()
        await store.close()
        await tws.stop()
        logging.getLogger().removeHandler(recent)
        seen.window.deleteLater()


@pytest.fixture
def memory(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


async def test_it_connects_syncs_at_the_start_once_and_follows_trades(
    tmp_path: Path, memory: QSettings
) -> None:
    async with desk(tmp_path, AUTOMATIC, memory) as d:
        await d.synced(1)
        assert d.window.status.connection.text() == "Connected"
        assert d.window.sync_dock.values["Mode"].text() == "PAPER"
        await until(lambda: d.window.sync_dock.values["Live updates"].text() == "On")
        d.tws.tick(trades=3)
        await d.synced(2)
        assert await same_as_tws(d.store, d.tws)
        assert await d.triggers() == [Trigger.STARTUP, Trigger.CALLBACK]
        assert d.window.sync_dock.values["Automatic"].text() == "1"


async def test_a_lost_connection_comes_back_and_what_was_missed_is_read(
    tmp_path: Path, memory: QSettings
) -> None:
    async with desk(tmp_path, AUTOMATIC, memory) as d:
        await d.synced(1)
        await d.tws.go_down()
        d.tws.drop_clients()
        await until(lambda: "trying again at" in d.window.status.connection.text())
        assert "Trying again at" in d.window.sync_dock.connection_problem.text()
        assert not d.window.positions.error_bar.isVisible()
        d.tws.market.random_trade()
        await d.tws.come_back()
        await d.synced(2)
        assert d.window.status.connection.text() == "Connected"
        assert await same_as_tws(d.store, d.tws)


async def test_saved_rules_apply_without_a_restart(tmp_path: Path, memory: QSettings) -> None:
    never = replace(AUTOMATIC, sync_on_start=False, sync_on_trade=False)
    async with desk(tmp_path, never, memory) as d:
        await until(lambda: d.controller.state.connection.callbacks_registered)
        d.tws.tick(trades=1)
        assert await d.triggers() == []
        assert d.settings.keep(replace(d.settings.settings, sync_on_trade=True)) == ""
        d.tws.tick(trades=1)
        await d.synced(1)
        assert await d.triggers() == [Trigger.CALLBACK]


async def test_another_programs_sync_is_shown_within_two_seconds(
    tmp_path: Path, memory: QSettings
) -> None:
    quiet = replace(AUTOMATIC, sync_on_start=False, sync_on_trade=False)
    async with desk(tmp_path, quiet, memory) as d:
        await until(lambda: d.controller.state.connection.link is LinkStatus.CONNECTED)
        other = SqliteStore(tmp_path / "positions.sqlite")
        broker = TwsBroker(Endpoint(d.tws.host, d.tws.port, 99, 5.0))
        await SyncService(broker, other, read_statement).run(Request(trigger=Trigger.CLI))
        at = datetime.now(UTC)
        await broker.close()
        await other.close()
        await until(lambda: d.window.positions.model.rowCount() == 18)
        assert datetime.now(UTC) - at < timedelta(seconds=2)
        assert not d.window.positions.activity_bar.isVisible()


async def test_the_window_shows_what_happened_since_it_was_last_open(
    tmp_path: Path, memory: QSettings
) -> None:
    looked = datetime.now(UTC) - timedelta(hours=9)
    WindowSettings(memory).save_last_opened(looked)
    async with desk(tmp_path, AUTOMATIC, memory) as d:
        await until(lambda: d.window.positions.activity_bar.isVisible())
        assert ": 18 opened" in d.window.positions.activity_bar.text()
        d.window.positions.activity_bar.dismiss.click()
        assert not d.window.positions.activity_bar.isVisible()
    assert WindowSettings(memory).last_opened > looked


async def test_the_log_and_the_diagnostics_hide_account_numbers(
    tmp_path: Path, memory: QSettings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with desk(tmp_path, AUTOMATIC, memory) as d:
        await d.synced(1)
        logging.getLogger("app.test").info("this is DU1234567 speaking")
        d.window.window_actions.log.trigger()
        d.window.window_actions.log.trigger()
        (log,) = (view for view in d.window.findChildren(LogWindow) if view.isVisible())
        assert "connection: connected, was connecting" in log.text.toPlainText()
        log.copy.click()
        copied = QGuiApplication.clipboard().text()
        assert "this is DU…67 speaking" in copied
        d.window.window_actions.diagnostics.trigger()
        text = QGuiApplication.clipboard().text()
        assert "link: connected" in text
        assert "this is DU…67 speaking" in text
        assert "DU1234567" not in text + copied
        assert "masked" in d.window.statusBar().currentMessage()
        log.close()


async def test_the_start_at_login_is_switched_and_a_failure_is_shown(
    tmp_path: Path, memory: QSettings
) -> None:
    async with desk(tmp_path, AUTOMATIC, memory) as d:
        action = d.window.window_actions.at_login
        assert not action.isChecked()
        action.trigger()
        assert d.at_login.is_on
        d.at_login.error = SettingsError("The start at login could not be changed.")
        action.trigger()
        assert action.isChecked()
        assert d.at_login.is_on


async def test_the_applications_menu_is_changed_and_a_failure_is_shown(
    tmp_path: Path, memory: QSettings
) -> None:
    async with desk(tmp_path, AUTOMATIC, memory) as d:
        action, line = d.window.window_actions.app_menu, d.window.statusBar()
        assert action.text() == "Add to the applications &menu"
        action.trigger()
        assert d.in_menu.is_on
        assert action.text() == "Remove from the applications &menu"
        assert line.currentMessage() == "Position Sync was added to your applications menu."
        d.in_menu.error = SettingsError("The applications menu could not be changed.")
        action.trigger()
        boxes = d.window.findChildren(QMessageBox)
        assert "The applications menu could not be changed." in [box.text() for box in boxes]
        assert action.text() == "Remove from the applications &menu"
        d.in_menu.error = None
        action.trigger()
        assert not d.in_menu.is_on
        assert action.text() == "Add to the applications &menu"


async def test_the_applications_menu_is_not_offered_where_it_cannot_be_changed(
    tmp_path: Path, memory: QSettings
) -> None:
    async with desk(tmp_path, AUTOMATIC, memory, is_in_menu=None) as d:
        assert not d.window.window_actions.app_menu.isVisible()


async def test_a_restored_backup_is_shown_and_syncs_go_on(
    tmp_path: Path, memory: QSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the weekly backup in the background to the next sync of the restored file."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(backup_timer, "FIRST_S", 0.01)
    monkeypatch.setattr(backup_timer, "EVERY_S", 0.01)
    async with desk(tmp_path, AUTOMATIC, memory) as d:
        await d.synced(1)
        backups = d.backups
        assert backups is not None
        await until(lambda: backups.state.newest is not None)
        d.tws.tick(trades=3)
        await d.synced(2)
        d.window.window_actions.restore.trigger()
        await until(lambda: backups.dialog is not None)
        assert backups.dialog is not None
        backups.dialog.restore.click()
        box = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox))
        next(b for b in box.buttons() if b.text() == "Restore").click()
        await until(lambda: d.controller.state.stored.statistics.total_syncs == 1)
        assert await d.triggers() == [Trigger.STARTUP]
        d.tws.tick(trades=1)
        await d.synced(2)
        assert await same_as_tws(d.store, d.tws)


async def test_the_settings_show_the_backups(tmp_path: Path, memory: QSettings) -> None:
    async with desk(tmp_path, AUTOMATIC, memory) as d:
        assert d.window.window_actions.restore.isVisible()
        d.settings.open_settings()
        (line,) = (w for w in QApplication.allWidgets() if isinstance(w, BackupLine))
        await until(lambda: line.newest.text() == "There is no backup yet.")
        line.window().close()


async def test_statements_are_fetched_daily_and_their_token_is_written_nowhere_else(
    tmp_path: Path, memory: QSettings, caplog: pytest.LogCaptureFixture
) -> None:
    """From the settings to the history; diagnostics, log and every file are looked through."""
    caplog.set_level(logging.DEBUG, "app")
    credentials = Credentials(tmp_path, {}, find_keyring=lambda: None)
    await credentials.store(flex_secret_name("default"), Secret(TOKEN))
    settings = replace(AUTOMATIC, flex_queries=(FlexQuery("trades", "4711"),))
    with fake_service() as ibkr:
        async with desk(tmp_path, settings, memory, flex_base=ibkr.base) as d:
            await d.synced(1)
            account = d.controller.state.stored.accounts[0]
            ibkr.statements(text(document(account_statement(trade(), account=account))))
            fetches = d.fetches
            assert fetches is not None
            await until(lambda: fetches.controller.state.last is not None)
            await until(lambda: d.window.sync_dock.values["Outcome"].text() != "—")
            d.window.window_actions.diagnostics.trigger()
            copied = QGuiApplication.clipboard().text()
            d.settings.open_statements()
            (dialog,) = d.window.findChildren(SettingsDialog)
            assert dialog.pages[dialog.tabs.currentIndex()] is dialog.statements
            dialog.close()
    assert TOKEN not in copied + caplog.text
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert [file.name for file in files if TOKEN.encode() in file.read_bytes()] == [
        "flex-token-default.secret"
    ]


async def test_without_the_service_there_is_no_action(tmp_path: Path, memory: QSettings) -> None:
    async with desk(tmp_path, AUTOMATIC, memory) as d:
        assert not d.window.window_actions.fetch.isVisible()
        assert d.fetches is None

"""Settings are applied to window, file, broker and log without a restart."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QDialog, QMessageBox
from pytestqt.qtbot import QtBot

from app.bootstrap import Application, start_application
from app.broker.diagnosis import connection_test
from app.broker.simulator.server.server import SimulatedTws
from app.desktop import window_session as program
from app.domain.connection.profile import Connection
from app.domain.desktop.app_state import LinkStatus, Phase
from app.domain.model.errors import SettingsError
from app.platform.desktop.desktop_entry import own_command
from app.settings.loader import load_settings
from app.settings.model import Settings
from app.settings.writer import save_settings
from app.ui.closed.controller import ClosedController
from app.ui.connect.dialog import ConnectDialog
from app.ui.history.controller import HistoryController
from app.ui.main_window.window import MainWindow
from app.ui.positions.columns import KEYS
from app.ui.settings.controller import SettingsController, SettingsServices
from app.ui.settings.dialog import BUTTON, SettingsDialog
from app.ui.style.theme import DARK, LIGHT, current_colours
from app.ui.sync.controller import SyncController
from tests.broker.diagnosis.test_connection_test import free_port
from tests.broker.simulated import simulated
from tests.ui.conftest import until

FIRST_PRICE = KEYS.index("market_price")


class Desk:
    """The program, in the test's process."""

    def __init__(self, parts: Application, settings: Settings, folder: Path, file: Path) -> None:
        self.parts, self.file = parts, file
        self.demos = 0
        self.save: Callable[[Settings], None] = lambda made: save_settings(made, file)
        self.controller = SyncController(parts.service, parts.store, parts.broker)
        memory = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        self.history = HistoryController(parts.store)
        self.closed = ClosedController(parts.store)
        self.window = MainWindow(memory, account=settings.account)
        self.window.work_with(self.controller, self.history, self.closed)
        services = SettingsServices(
            connection_test, lambda made: self.save(made), parts.apply_settings, self.start_demo
        )
        self.settings = SettingsController(self.window, self.controller, settings, services)
        self.window.resize(1500, 800)
        self.window.show()

    def start_demo(self) -> bool:
        self.demos += 1
        return True

    def dialog(self, kind: type) -> QDialog:
        (found,) = (one for one in self.window.findChildren(kind) if one.isVisible())
        return found

    async def synced(self) -> None:
        await until(lambda: self.controller.state.phase is Phase.SYNCED)

    def cell(self, row: int, column: int) -> str:
        model = self.window.positions.model
        return str(model.index(row, column).data())

    def from_file(self) -> Settings:
        return load_settings({}, {}, self.file)


@asynccontextmanager
async def desk(
    folder: Path, settings: Settings | None = None
) -> AsyncIterator[tuple[Desk, SimulatedTws]]:
    async with simulated() as (tws, _):
        base = settings or Settings(locale="en_US", clock="24h")
        connections = (replace(base.connections[0], port=tws.port), *base.connections[1:])
        made = replace(base, port=tws.port, db=folder / "positions.sqlite", connections=connections)
        async with start_application(made) as parts:
            one = Desk(parts, made, folder, folder / "settings.toml")
            try:
                yield one, tws
            finally:
                one.window.close()
                await one.settings.shutdown()
                await one.controller.shutdown()
                await one.history.shutdown()
                await one.closed.shutdown()
                one.window.deleteLater()


async def test_a_theme_is_applied_without_a_restart(tmp_path: Path) -> None:
    async with desk(tmp_path) as (d, _):
        d.controller.sync()
        await d.synced()
        before = d.cell(0, FIRST_PRICE)
        assert "." in before
        d.window.window_actions.settings.trigger()
        dialog = d.dialog(SettingsDialog)
        assert isinstance(dialog, SettingsDialog)
        look = dialog.pages[2].fields
        look["theme"].editor.enter("dark")
        look["locale"].editor.enter("de_DE")
        look["clock"].editor.enter("12h")
        dialog.buttons.button(BUTTON.Apply).click()
        assert current_colours() == DARK
        assert "," in d.cell(0, FIRST_PRICE)
        assert d.cell(0, FIRST_PRICE).replace(",", "x") == before.replace(".", "x")
        assert "," in d.window.summary.headline.figures[1].text()
        assert d.window.sync_dock.values["Duration"].text().count(",") == 1
        assert (
            "AM" in d.window.positions.caption.text() or "PM" in d.window.positions.caption.text()
        )
        assert d.from_file().locale == "de_DE"
        look["theme"].editor.enter("light")
        dialog.buttons.button(BUTTON.Ok).click()
        assert current_colours() == LIGHT
        d.settings.keep(replace(d.settings.settings, theme="system"))


async def test_rows_are_marked_or_not_as_the_settings_say(tmp_path: Path) -> None:
    async with desk(tmp_path) as (d, tws):
        d.controller.sync()
        await d.synced()
        marks = d.window.positions.model._marks
        for is_marking in (False, True):
            d.settings.keep(replace(d.settings.settings, mark_rows=is_marking))
            tws.tick(trades=2)
            d.controller.sync()
            await d.synced()
            assert bool(marks.rows) is is_marking


async def test_the_log_level_applies_at_once(tmp_path: Path) -> None:
    root = logging.getLogger()
    before = root.level
    try:
        async with desk(tmp_path) as (d, _):
            d.settings.keep(replace(d.settings.settings, log_level="debug"))
            await until(lambda: root.level == logging.DEBUG)
    finally:
        root.setLevel(before)


async def test_another_port_closes_the_connection_and_the_next_sync_goes_there(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as (d, tws), simulated() as (other, _):
        d.controller.sync()
        await d.synced()
        d.settings.keep(replace(d.settings.settings, port=other.port))
        await until(lambda: d.controller.state.connection.port == other.port)
        assert d.controller.state.connection.link is LinkStatus.OFFLINE
        assert d.window.status.connection.toolTip().endswith(f"127.0.0.1:{other.port}")
        await until(lambda: tws.sessions == ())
        d.controller.sync()
        await d.synced()
        assert other.sessions == (17,)


async def test_switching_goes_to_the_other_connection_and_remembers_both(tmp_path: Path) -> None:
    async with simulated() as (other, _):
        paper = Connection("paper", port=other.port, client_id=5, accounts=("DU7654321",))
        settings = Settings(locale="en_US", connections=(Connection(), paper))
        async with desk(tmp_path, settings) as (d, tws):
            menu = d.window.connection_menu
            assert [action.text() for action in menu.actions()] == [
                f"default   (127.0.0.1:{tws.port})",
                f"paper   (127.0.0.1:{other.port})",
            ]
            assert d.window.windowTitle() == "Position Sync"
            d.controller.sync()
            await d.synced()
            menu.actions()[1].trigger()
            assert menu.actions()[1].isChecked()
            assert d.window.account_combo_box.account() == "DU7654321"
            await until(lambda: d.controller.state.connection.port == other.port)
            assert d.window.windowTitle() == "Position Sync — PAPER"
            assert d.window.status.badge.text() == "PAPER"
            d.window.window_actions.sync.trigger()
            await d.synced()
            assert other.sessions == (5,)
            saved = d.from_file()
            assert (saved.connection, saved.port) == ("paper", other.port)
            assert saved.connections[0].accounts == ("DU1234567", "DU7654321")
            menu = d.window.connection_menu
            menu.actions()[0].trigger()
            await until(lambda: d.controller.state.connection.port == tws.port)
            assert d.window.account_combo_box.account() == "All"


async def test_the_accounts_of_another_connection_are_not_mixed_in(tmp_path: Path) -> None:
    live = Connection("live", port=4001, accounts=("U1",))
    async with desk(tmp_path, Settings(locale="en_US", connections=(Connection(), live))) as (d, _):
        d.controller.sync()
        await d.synced()
        assert d.window.positions.model.rowCount() == 18
        d.window.connection_menu.actions()[1].trigger()
        await until(lambda: d.controller.state.stored.portfolio.rows == ())
        assert d.window.positions.model.rowCount() == 0
        assert d.window.account_combo_box.account() == "U1"
        assert len(await d.parts.store.positions()) == 18
        d.window.connection_menu.actions()[0].trigger()
        await until(lambda: d.window.positions.model.rowCount() == 18)
        assert d.window.summary.headline.count.text() == "18"


async def test_an_account_that_two_connections_have_is_shown_at_both(tmp_path: Path) -> None:
    gateway = Connection("gateway", port=4001, accounts=("DU1234567", "DU7654321"))
    settings = Settings(locale="en_US", connections=(Connection(), gateway))
    async with desk(tmp_path, settings) as (d, _):
        d.controller.sync()
        await d.synced()
        await until(lambda: d.window.positions.model.rowCount() == 18)


async def test_an_error_of_one_connection_is_not_shown_for_the_other(tmp_path: Path) -> None:
    gone = Connection("gone", port=free_port())
    async with desk(tmp_path, Settings(locale="en_US", connections=(Connection(), gone))) as (d, _):
        d.window.connection_menu.actions()[1].trigger()
        d.window.window_actions.sync.trigger()
        await until(lambda: d.controller.state.phase is Phase.FAILED)
        assert d.window.positions.error_bar.isVisible()
        d.window.connection_menu.actions()[0].trigger()
        assert not d.window.positions.error_bar.isVisible()


async def test_use_this_connection_saves_it_and_syncs(tmp_path: Path) -> None:
    async with desk(tmp_path) as (d, tws):
        d.window.window_actions.connect_to.trigger()
        dialog = d.dialog(ConnectDialog)
        assert isinstance(dialog, ConnectDialog)
        await until(dialog.use.isEnabled)
        dialog.form.name.setCurrentText("paper")
        dialog.use.click()
        await d.synced()
        assert d.window.positions.model.rowCount() == 18
        assert d.window.windowTitle() == "Position Sync — PAPER"
        saved = d.from_file()
        assert (saved.connection, saved.port) == ("paper", tws.port)
        assert saved.connections[1].accounts == ("DU1234567", "DU7654321")


async def test_the_demo_replaces_the_window(tmp_path: Path) -> None:
    async with desk(tmp_path) as (d, _):
        d.settings.open_connect()
        dialog = d.dialog(ConnectDialog)
        assert isinstance(dialog, ConnectDialog)
        dialog.demo.click()
        assert d.demos == 1
        assert not d.window.isVisible()


async def test_a_switch_that_cannot_be_saved_says_why_and_changes_nothing(tmp_path: Path) -> None:
    def refuse(_: Settings) -> None:
        raise SettingsError("The settings file cannot be written (disk full).")

    settings = Settings(connections=(Connection(), Connection("live", port=4001)))
    async with desk(tmp_path, settings) as (d, tws):
        d.save = refuse
        menu = d.window.connection_menu
        menu.actions()[1].trigger()
        box = d.dialog(QMessageBox)
        assert isinstance(box, QMessageBox)
        assert box.text() == "The settings file cannot be written (disk full)."
        assert menu.actions()[0].isChecked()
        assert d.settings.settings.port == tws.port
        box.close()


async def test_ctrl_comma_opens_the_settings(tmp_path: Path, qtbot: QtBot) -> None:
    async with desk(tmp_path) as (d, _):
        d.window.activateWindow()
        await until(d.window.isActiveWindow)
        qtbot.keyClick(d.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
        d.dialog(SettingsDialog).close()


@pytest.mark.parametrize("name", ["POSITION_SYNC_DB", "POSITION_SYNC_PORT"])
def test_the_demo_starts_as_a_separate_process(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "7")
    process = program.demo_process()
    assert [process.program(), *process.arguments()] == [*own_command(), "--demo"]
    assert (Path(process.workingDirectory()) / "app" / "__main__.py").is_file()
    assert not process.processEnvironment().contains(name)


async def test_only_a_first_run_asks_for_a_connection_automatically(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.toml"
    monkeypatch.setattr(program, "settings_file", lambda: file)
    async with desk(tmp_path) as (d, _):
        d.save = lambda _: None
        store = d.parts.store
        assert await program.is_first_run(Settings(), store)
        assert not await program.is_first_run(Settings(demo=True), store)
        with_option = Settings(port=4002, overrides=(("port", "--port"),))
        assert not await program.is_first_run(with_option, store)
        file.touch()
        assert not await program.is_first_run(Settings(), store)
        file.unlink()
        d.controller.sync()
        await d.synced()
        assert not await program.is_first_run(Settings(), store)

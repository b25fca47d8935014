"""The window of the demo with everything behind it, in the test's process."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QObject, QSettings, Signal
from PySide6.QtWidgets import QApplication

from app.bootstrap import start_application
from app.desktop.window_session import WindowSession
from app.platform.crash_guard import CrashGuard
from app.platform.interrupts import Interrupts
from app.platform.logs import RecentLines
from app.settings.model import Settings
from app.ui.application import use_window_language
from app.ui.main_window.window import MainWindow
from tests.ui.conftest import until

Show = Callable[[Settings], AbstractAsyncContextManager[WindowSession]]


class Instance(QObject):
    """Another start of the program."""

    called = Signal()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The demo's, with all files in the test's folder."""
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    native, user = QSettings.Format.NativeFormat, QSettings.Scope.UserScope
    before = Path(QSettings(native, user, "a", "b").fileName()).parents[1]
    QSettings.setPath(native, user, str(tmp_path))
    yield Settings(demo=True, db=tmp_path / "positions.sqlite", sync_on_start=False, tray=False)
    QSettings.setPath(native, user, str(before))


@asynccontextmanager
async def shown(settings: Settings, application: QApplication) -> AsyncIterator[WindowSession]:
    """A window on the simulated TWS."""
    instance = Instance()
    window = MainWindow(database=settings.database)
    interrupts, guard = Interrupts(), CrashGuard(print)
    session = WindowSession(window, instance.called, interrupts, guard, RecentLines())
    async with start_application(settings) as running:
        task = asyncio.create_task(session.run(running, settings))
        await until(window.isVisible)
        try:
            yield session
        finally:
            session.window.quit()
            await task
            session.window.deleteLater()
            use_window_language(application, "en")
            QLocale.setDefault(QLocale.c())


@pytest.fixture
def show(qapp: QApplication) -> Show:
    """Shows the window with these settings."""
    return partial(shown, application=qapp)

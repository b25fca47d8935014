"""The tray: icon, menu, notifications, and the window that hides in it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.desktop.app_state import ConnectionState, LinkStatus, Phase, SyncState
from app.domain.model.runs import RunStatus
from app.settings.model import Settings
from app.ui.notifications.controller import HIDDEN_NOTICE, NotificationController
from app.ui.notifications.tray_icon import TrayIcon, tone_of
from tests.ui.conftest import Desk, delete
from tests.ui.fakes import book, closed, created, position, report


@dataclass
class Notices:
    """A desk whose window is not the active one, and what was notified."""

    desk: Desk
    notifier: NotificationController
    notices: list[tuple[str, str]]

    def apply_settings(self, **settings: object) -> None:
        self.notifier.apply_settings(Settings(**settings))  # type: ignore[arg-type]


@pytest.fixture
def notified(desk: Desk, qapp: QApplication) -> Iterator[Notices]:
    window = desk.window
    tray = TrayIcon(window.window_actions, window.formats, is_there=lambda: True)
    notifier = NotificationController(
        window, desk.controller, Settings(), tray, clock=lambda: desk.now
    )
    made = Notices(desk, notifier, [])
    tray.notified.connect(lambda title, text: made.notices.append((title, text)))
    window.hide()
    yield made
    notifier.end()
    delete(notifier, qapp)


async def test_a_sync_in_the_background_notifies_what_it_opened_and_closed(
    notified: Notices,
) -> None:
    await notified.desk.load(book(position("AAPL")))
    bought, sold = position("MSFT", number=2), position("SAP", number=3)
    await notified.desk.sync_to(newer(), report(None, created(bought), closed(sold)))
    assert notified.notices == [("Positions changed", "Opened: MSFT\nClosed: SAP")]


def newer(status: RunStatus = RunStatus.SUCCESS, error: str = "") -> object:
    """The book after the run with the next number."""
    made = book(position("AAPL"))
    last = replace(made.statistics.last_run, id=8, status=status, error=error or None)  # type: ignore[type-var]
    return replace(made, statistics=replace(made.statistics, last_run=last))


async def test_a_failure_is_notified_as_often_as_the_settings_say(notified: Notices) -> None:
    notified.apply_settings(notify_failed_after=1)
    await notified.desk.load(book(position("AAPL")))
    failed = newer(RunStatus.ERROR, "TWS is away.")
    await notified.desk.sync_to(failed, report(status=RunStatus.ERROR, error="TWS is away."))
    assert notified.notices == [("The sync failed", "TWS is away.")]


async def test_what_is_switched_off_is_not_notified(notified: Notices) -> None:
    notified.apply_settings(notify_changes=False)
    await notified.desk.load(book(position("AAPL")))
    await notified.desk.sync_to(newer(), report(None, created(position("MSFT", number=2))))
    assert notified.notices == []


async def test_there_is_no_notification_while_the_window_is_active(notified: Notices) -> None:
    window = notified.desk.window
    window.show()
    window.activateWindow()
    assert window.isActiveWindow()
    await notified.desk.load(book(position("AAPL")))
    await notified.desk.sync_to(newer(), report(None, created(position("MSFT", number=2))))
    assert notified.notices == []


def test_closing_hides_the_window_in_the_tray_and_quitting_ends_it(notified: Notices) -> None:
    window = notified.desk.window
    notified.apply_settings(tray=True, close_to_tray=True)
    ended: list[bool] = []
    window.closed.connect(lambda: ended.append(True))
    for _ in range(2):
        window.show()
        window.close()
        assert not window.isVisible()
    assert ended == []
    assert notified.notices == [HIDDEN_NOTICE], "said once"
    notified.notifier.tray.open_action.trigger()
    assert window.isVisible()
    window.window_actions.quit.trigger()
    assert ended == [True]


def test_without_a_tray_closing_ends_the_window(notified: Notices) -> None:
    notified.apply_settings(tray=False, close_to_tray=True)
    ended: list[bool] = []
    notified.desk.window.closed.connect(lambda: ended.append(True))
    notified.desk.window.close()
    assert ended == [True]


async def test_the_menu_says_how_the_last_sync_ended_and_syncs(notified: Notices) -> None:
    tray = notified.notifier.tray
    await notified.desk.load(book(position("AAPL")))
    assert tray.result.text() == "Successful"
    assert not tray.result.isEnabled()
    assert [action.text() for action in tray.menu.actions() if action.text()] == [
        "&Open Position Sync", "Successful", "&Sync", "S&ettings…", "&Quit",
    ]  # fmt: skip
    tray.menu.actions()[3].trigger()
    await notified.desk.finish(newer(), report())  # type: ignore[arg-type]
    assert tray.result.text().startswith("Synced ")


@pytest.mark.parametrize(
    ("state", "tone"),
    [
        (SyncState(), ""),
        (SyncState(Phase.SYNCING), "accent"),
        (SyncState(is_automatic=True), "accent"),
        (SyncState(Phase.FAILED, error="Gone."), "loss"),
        (SyncState(Phase.HELD), "warning"),
        (SyncState(connection=ConnectionState(LinkStatus.STALE)), "warning"),
        (SyncState(connection=ConnectionState(LinkStatus.CONNECTED)), ""),
    ],
)
def test_the_dot_on_the_icon_shows_the_status(state: SyncState, tone: str) -> None:
    assert tone_of(state) == tone

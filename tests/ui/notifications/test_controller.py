"""The tray: its icon, its menu, its notices, and the window that hides behind it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.desktop.app_state import ConnectionState, LinkStatus, Phase, SyncState
from app.domain.model.runs import RunStatus
from app.settings.model import Settings
from app.ui.notifications.controller import STAYS, NotificationController
from app.ui.notifications.tray_icon import Tray, tone_of
from tests.ui.conftest import Desk, delete
from tests.ui.fakes import book, closed, created, position, report


@dataclass
class Told:
    """A desk whose window is not the active one, and what was told."""

    desk: Desk
    notifier: NotificationController
    notices: list[tuple[str, str]]

    def follow(self, **settings: object) -> None:
        self.notifier.follow(Settings(**settings))  # type: ignore[arg-type]


@pytest.fixture
def told(desk: Desk, qapp: QApplication) -> Iterator[Told]:
    window = desk.window
    tray = Tray(window.commands, window.formats, window.theme.colours, is_there=lambda: True)
    notifier = NotificationController(
        window, desk.controller, Settings(), tray, clock=lambda: desk.now
    )
    made = Told(desk, notifier, [])
    tray.told.connect(lambda title, text: made.notices.append((title, text)))
    window.hide()
    yield made
    notifier.end()
    delete(notifier, qapp)


async def test_a_sync_in_the_background_tells_what_it_opened_and_closed(told: Told) -> None:
    await told.desk.load(book(position("AAPL")))
    bought, sold = position("MSFT", number=2), position("SAP", number=3)
    await told.desk.sync_to(newer(), report(None, created(bought), closed(sold)))
    assert told.notices == [("Positions changed", "Opened: MSFT\nClosed: SAP")]


def newer(status: RunStatus = RunStatus.SUCCESS, error: str = "") -> object:
    """The book after the run with the next number."""
    made = book(position("AAPL"))
    last = replace(made.statistics.last_run, id=8, status=status, error=error or None)  # type: ignore[type-var]
    return replace(made, statistics=replace(made.statistics, last_run=last))


async def test_a_failure_is_told_as_often_as_the_settings_say(told: Told) -> None:
    told.follow(notify_failed_after=1)
    await told.desk.load(book(position("AAPL")))
    failed = newer(RunStatus.ERROR, "TWS is away.")
    await told.desk.sync_to(failed, report(status=RunStatus.ERROR, error="TWS is away."))
    assert told.notices == [("The sync failed", "TWS is away.")]


async def test_what_is_switched_off_is_not_told(told: Told) -> None:
    told.follow(notify_changes=False)
    await told.desk.load(book(position("AAPL")))
    await told.desk.sync_to(newer(), report(None, created(position("MSFT", number=2))))
    assert told.notices == []


async def test_the_user_before_the_window_is_told_by_it_alone(told: Told) -> None:
    window = told.desk.window
    window.show()
    window.activateWindow()
    assert window.isActiveWindow()
    await told.desk.load(book(position("AAPL")))
    await told.desk.sync_to(newer(), report(None, created(position("MSFT", number=2))))
    assert told.notices == []


def test_closing_hides_the_window_in_the_tray_and_quitting_ends_it(told: Told) -> None:
    window = told.desk.window
    told.follow(tray=True, close_to_tray=True)
    ended: list[bool] = []
    window.closed.connect(lambda: ended.append(True))
    for _ in range(2):
        window.show()
        window.close()
        assert not window.isVisible()
    assert ended == []
    assert told.notices == [STAYS], "said once"
    told.notifier.tray.open_action.trigger()
    assert window.isVisible()
    window.commands.quit.trigger()
    assert ended == [True]


def test_without_a_tray_closing_ends_the_window(told: Told) -> None:
    told.follow(tray=False, close_to_tray=True)
    ended: list[bool] = []
    told.desk.window.closed.connect(lambda: ended.append(True))
    told.desk.window.close()
    assert ended == [True]


async def test_the_menu_says_how_the_last_sync_ended_and_syncs(told: Told) -> None:
    tray = told.notifier.tray
    await told.desk.load(book(position("AAPL")))
    assert tray.result.text() == "Successful"
    assert not tray.result.isEnabled()
    assert [action.text() for action in tray.menu.actions() if action.text()] == [
        "&Open Position Sync", "Successful", "&Sync", "S&ettings…", "&Quit",
    ]  # fmt: skip
    tray.menu.actions()[3].trigger()
    await told.desk.finish(newer(), report())  # type: ignore[arg-type]
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
def test_the_dot_on_the_icon_says_how_things_stand(state: SyncState, tone: str) -> None:
    assert tone_of(state) == tone

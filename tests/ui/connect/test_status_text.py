"""The status of the connection, in the status bar and the dock: calm, and with what comes next."""

from dataclasses import replace
from datetime import timedelta

from app.domain.connection.maintenance_windows import MaintenanceWindow
from app.domain.connection.profile import Mode
from app.domain.desktop.app_state import ConnectionState, LinkStatus
from app.ui.style.formatting import Formats
from tests.ui.conftest import ENGLISH, Desk
from tests.ui.fakes import NOW, book, position

FAILURE = "Cannot reach TWS at 127.0.0.1:7497. Is it running?"
RESET = MaintenanceWindow(
    "IBKR's nightly reset", NOW - timedelta(minutes=5), NOW + timedelta(minutes=40)
)
FORMATS = Formats(ENGLISH, "24h")


def clock(minutes: float = 0) -> str:
    return FORMATS.as_of(NOW + timedelta(minutes=minutes), NOW)


async def shown(desk: Desk) -> None:
    desk.window.formats.choose(ENGLISH, "24h")
    desk.broker.connection = ConnectionState(
        LinkStatus.CONNECTED, "127.0.0.1", 7497, Mode.LIVE, ("U1",), since=NOW
    )
    await desk.load(book(position("AAPL")))
    desk.broker.connect(Mode.LIVE)


async def test_a_lost_connection_says_when_it_is_tried_again_and_why(desk: Desk) -> None:
    await shown(desk)
    at = NOW + timedelta(seconds=12)
    desk.broker.lose(failure=FAILURE, next_try_at=at)
    status, panel = desk.window.status, desk.window.sync_dock
    assert status.connection.text() == f"Not connected; trying again at {FORMATS.second(at)}"
    assert status.connection.toolTip().endswith(f"127.0.0.1:7497\n{FAILURE}")
    assert panel.connection_problem.text() == f"{FAILURE} Trying again at {FORMATS.second(at)}."
    assert panel.connection_problem.isVisibleTo(panel)
    assert panel.values["Live updates"].text() == "Off"
    desk.broker.connect(Mode.LIVE)
    assert status.connection.text() == "Connected"
    assert not panel.connection_problem.isVisibleTo(panel)
    assert panel.values["Live updates"].text() == "On"


async def test_ibkrs_reset_is_shown_calmly_with_the_last_good_sync(desk: Desk) -> None:
    await shown(desk)
    desk.broker.lose(failure=FAILURE, next_try_at=NOW + timedelta(minutes=3), reset=RESET)
    status = desk.window.status
    assert status.connection.text() == (
        f"IBKR's nightly reset; last successful sync {clock()}; trying again at {clock(3)}"
    )
    assert status.connection.property("tone") == "off"
    assert status.age.text() == ""
    assert desk.window.sync_dock.connection_problem.text() == (
        f"IBKR's nightly reset, over by {clock(40)}. Last successful sync {clock()}. "
        f"Trying again at {clock(3)}."
    )


async def test_during_a_reset_a_new_attempt_does_not_change_the_sentence(desk: Desk) -> None:
    await shown(desk)
    desk.broker.lose(LinkStatus.CONNECTING, failure=FAILURE, reset=RESET)
    assert desk.window.status.connection.text() == (
        f"IBKR's nightly reset; last successful sync {clock()}"
    )


async def test_when_tws_loses_ibkr_the_data_is_marked_as_old(desk: Desk) -> None:
    await shown(desk)
    desk.broker.lose(LinkStatus.STALE, failure="x", since=NOW - timedelta(minutes=2))
    status, panel = desk.window.status, desk.window.sync_dock
    assert status.connection.text() == f"TWS not connected to IBKR; nothing new since {clock(-2)}"
    assert status.connection.property("tone") == "warning"
    assert panel.values["Status"].text() == "TWS not connected to IBKR"
    assert panel.connection_problem.text().startswith("TWS has lost its own connection to IBKR. ")


async def test_before_the_first_attempt_it_is_just_not_connected(desk: Desk) -> None:
    assert desk.window.status.connection.text() == "Not connected"
    assert not desk.window.sync_dock.connection_problem.isVisibleTo(desk.window.sync_dock)


async def test_title_and_badge_say_live_paper_or_demo(desk: Desk) -> None:
    for mode in (Mode.LIVE, Mode.PAPER, Mode.DEMO):
        desk.broker.show(replace(desk.broker.connection, link=LinkStatus.CONNECTED, mode=mode))
        assert desk.window.windowTitle() == f"Position Sync — {mode.name}"
        assert desk.window.status.badge.text() == mode.name
        desk.broker.lose(failure=FAILURE)
        assert desk.window.windowTitle() == f"Position Sync — {mode.name}"

"""What the user is told who looks elsewhere: each thing once, and nothing that was switched off."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from app.domain.connection.maintenance_windows import MaintenanceWindow
from app.domain.desktop.app_state import (
    ConnectionState,
    LinkStatus,
    Phase,
    PortfolioView,
    SyncState,
)
from app.domain.desktop.notifications import (
    Notification,
    NotificationPreferences,
    NotificationState,
    Topic,
    new_notifications,
)
from app.domain.model.positions import Change, ChangeKind, Close, LastSync, Position, Source
from app.domain.model.runs import Report, Run, RunStatus, Statistics, Trigger
from app.domain.portfolio.realized_totals import RealizedTotals
from tests.domain.make import stock

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ALL = NotificationPreferences()
HELD = Position("DU1", stock(), Decimal(10), None, NOW, LastSync(NOW))
GONE = replace(HELD, quantity=Decimal(0), closed_at=NOW)


def run(number: int, status: RunStatus = RunStatus.SUCCESS, error: str | None = None) -> Run:
    return Run(Trigger.CALLBACK, "All", NOW, 0.1, status, error=error, id=number)


def after(newest: Run, *changes: Change, phase: Phase = Phase.IDLE) -> SyncState:
    statistics = Statistics(last_run=newest)
    return SyncState(
        phase, stored=PortfolioView(statistics=statistics), report=Report(newest, changes)
    )


def notified(
    *states: SyncState, switches: NotificationPreferences = ALL, at: datetime = NOW
) -> list[Notification]:
    """Over these states, one after the other."""
    memory, found = NotificationState(), []
    for state in states:
        notices, memory = new_notifications(state, memory, switches, at)
        found += notices
    return found


def close(pnl: str | None, source: Source) -> Close:
    amount = None if pnl is None else Decimal(pnl)
    return Close(Decimal(10), None, None, amount, source, NOW, is_full_close=True)


def test_what_was_stored_before_the_start_gives_no_notification() -> None:
    assert notified(after(run(7), Change(ChangeKind.CREATED, None, HELD))) == []


def test_opened_and_closed_positions_come_in_one_notification_with_their_totals() -> None:
    closes = (
        close("12.5", Source.BROKER), close("3", Source.ESTIMATE), close(None, Source.UNKNOWN),
    )  # fmt: skip
    changes = (
        Change(ChangeKind.CREATED, None, HELD),
        Change(ChangeKind.CLOSED, HELD, GONE, closes),
        Change(ChangeKind.INCREASED, HELD, HELD),
    )
    state = after(run(8), *changes)
    (notice,) = notified(after(run(7)), state, state)
    name = HELD.instrument.description
    realized = {"USD": RealizedTotals(Decimal("12.5"), Decimal(3), closes=3, unknown=1)}
    assert notice == Notification(Topic.CHANGES, (name,), (name,), realized)


def test_failures_are_notified_at_the_third_in_a_row_and_only_then() -> None:
    failed = [after(run(n, RunStatus.ERROR, f"No {n}.")) for n in range(1, 9)]
    start = after(run(0))
    assert [n.reason for n in notified(start, *failed)] == ["No 3."]
    assert notified(start, *failed[:2], after(run(9)), *failed[2:4]) == []
    cancelled = after(run(9, RunStatus.CANCELLED))
    assert len(notified(start, *failed[:2], cancelled, failed[3])) == 1


def test_a_hold_is_notified_once_however_often_it_is_held_again() -> None:
    change = Change(ChangeKind.CLOSED, HELD, GONE)
    held = [
        replace(after(run(n, RunStatus.HELD), phase=Phase.HELD), held=(change,)) for n in (1, 2)
    ]
    assert [n.count for n in notified(after(run(0)), *held)] == [1]
    done = after(run(3), phase=Phase.SYNCED)
    assert len(notified(after(run(0)), *held, done, held[0])) == 2


def connection(
    link: LinkStatus, minutes: float, reset: MaintenanceWindow | None = None
) -> SyncState:
    since = NOW - timedelta(minutes=minutes)
    return SyncState(connection=ConnectionState(link, since=since, failure="Gone.", reset=reset))


def test_a_loss_is_notified_once_after_some_minutes_and_again_after_the_next_connection() -> None:
    up = connection(LinkStatus.CONNECTED, 60)
    young, old = connection(LinkStatus.OFFLINE, 4), connection(LinkStatus.OFFLINE, 6)
    assert notified(up, young) == []
    (notice,) = notified(up, old, connection(LinkStatus.CONNECTING, 0), old)
    assert (notice.topic, notice.reason) == (Topic.LOST, "Gone.")
    assert notice.since == NOW - timedelta(minutes=6)
    assert len(notified(up, old, up, old)) == 2
    assert notified(old) == [], "TWS was never there in this session"


def test_attempts_in_between_do_not_restart_the_wait() -> None:
    up, lost = connection(LinkStatus.CONNECTED, 60), connection(LinkStatus.OFFLINE, 0)
    _, memory = new_notifications(up, NotificationState(), ALL, NOW)
    _, memory = new_notifications(lost, memory, ALL, NOW)
    later = NOW + timedelta(minutes=6)
    notices, _ = new_notifications(connection(LinkStatus.CONNECTING, -6), memory, ALL, later)
    assert [notice.since for notice in notices] == [NOW]


def test_a_reset_of_ibkrs_is_no_loss_while_it_lasts() -> None:
    reset = MaintenanceWindow(
        "IBKR's nightly reset", NOW - timedelta(hours=1), NOW + timedelta(hours=1)
    )
    up = connection(LinkStatus.CONNECTED, 60)
    assert notified(up, connection(LinkStatus.OFFLINE, 30, reset)) == []
    assert (
        len(
            notified(
                up, connection(LinkStatus.OFFLINE, 30, reset), connection(LinkStatus.OFFLINE, 0)
            )
        )
        == 1
    )


def test_a_topic_that_is_switched_on_again_notifies_of_nothing_old() -> None:
    off = replace(ALL, topics=frozenset(Topic) - {Topic.LOST})
    up, old = connection(LinkStatus.CONNECTED, 60), connection(LinkStatus.OFFLINE, 6)
    _, memory = new_notifications(up, NotificationState(), off, NOW)
    notices, memory = new_notifications(old, memory, off, NOW)
    assert notices == ()
    assert new_notifications(old, memory, ALL, NOW)[0] == ()

"""Which notifications the user gets while away from the window, each once. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.desktop.app_state import ConnectionState, LinkStatus, Phase, SyncState
from app.domain.model.positions import Change, Identity
from app.domain.model.runs import Report, Run, RunStatus
from app.domain.portfolio.realized_totals import RealizedTotals, totals_by_currency


class Topic(StrEnum):
    """The topic of a notification; each can be switched off."""

    CHANGES = "changes"
    HELD = "held"
    FAILED = "failed"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class NotificationPreferences:
    """What the user wants to be notified of.

    Attributes:
        failed_after: number of failed syncs in a row.
        lost_after: time without a connection.
    """

    topics: frozenset[Topic] = frozenset(Topic)
    failed_after: int = 3
    lost_after: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Notification:
    """One notification.

    Attributes:
        opened, closed: descriptions of positions.
        realized: currency -> the totals of the closes.
        count: of positions held, or of failures in a row.
        reason: a sentence, or empty.
        since: when the connection was lost.
    """

    topic: Topic
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    realized: Mapping[str, RealizedTotals] = field(default_factory=dict)
    count: int = 0
    reason: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotificationState:
    """What has been seen and notified so far.

    Attributes:
        run_id: the newest run seen; None before the first.
        failures: failed syncs in a row, up to that run.
        held: the positions for whose held closes the user was notified.
        lost_since: when an established connection was lost; None while connected.
        is_loss_notified: the user was notified of this loss.
    """

    run_id: int | None = None
    failures: int = 0
    held: frozenset[Identity] = frozenset()
    was_connected: bool = False
    lost_since: datetime | None = None
    is_loss_notified: bool = False


def new_notifications(
    state: SyncState, known: NotificationState, preferences: NotificationPreferences, now: datetime
) -> tuple[tuple[Notification, ...], NotificationState]:
    """The new notifications, and what is known afterwards.

    A switched-off topic counts as notified, so that switching it on brings up nothing old.
    """
    new: list[Notification | None] = []
    run = state.stored.statistics.last_run
    if run is not None and run.id is not None:
        is_first_look, is_new_run = known.run_id is None, known.run_id != run.id
        if is_new_run:
            known = with_run(known, run)
        if is_new_run and not is_first_look:
            new += [
                change_notification(state.report, run),
                failure_notification(known, run, preferences),
            ]
    notification, known = held_notification(state, known)
    new.append(notification)
    notification, known = loss_notification(state.connection, known, preferences, now)
    new.append(notification)
    return tuple(each for each in new if each and each.topic in preferences.topics), known


def with_run(known: NotificationState, run: Run) -> NotificationState:
    failures = known.failures
    if run.status is RunStatus.ERROR:
        failures += 1
    elif run.status in (RunStatus.SUCCESS, RunStatus.HELD):
        failures = 0
    return replace(known, run_id=run.id, failures=failures)


def change_notification(report: Report | None, run: Run) -> Notification | None:
    """Positions that a sync of this window has opened or closed."""
    if report is None or report.run.id != run.id or not run.is_success:
        return None
    opened = tuple(name(c) for c in report.changes if c.before is None and c.after.is_open)
    closed = [c for c in report.changes if not c.after.is_open]
    if not opened and not closed:
        return None
    realized = totals_by_currency(
        (change.after.instrument.currency, close.source, close.realized_pnl, close.commission)
        for change in closed
        for close in change.closes
    )
    return Notification(Topic.CHANGES, opened, tuple(map(name, closed)), realized)


def name(change: Change) -> str:
    return change.after.instrument.description


def failure_notification(
    known: NotificationState, run: Run, preferences: NotificationPreferences
) -> Notification | None:
    """Only at the failure that reaches the limit, not at later ones of the same series."""
    if run.status is not RunStatus.ERROR or known.failures != preferences.failed_after:
        return None
    return Notification(Topic.FAILED, count=known.failures, reason=run.error or "")


def held_notification(
    state: SyncState, known: NotificationState
) -> tuple[Notification | None, NotificationState]:
    """A later sync held for the same positions gives no new notification."""
    if state.phase is Phase.SYNCED:
        return None, replace(known, held=frozenset())
    held = frozenset(change.after.identity for change in state.held)
    if state.phase is not Phase.HELD or held <= known.held:
        return None, known
    return Notification(Topic.HELD, count=len(held)), replace(known, held=held)


def loss_notification(
    connection: ConnectionState,
    known: NotificationState,
    preferences: NotificationPreferences,
    now: datetime,
) -> tuple[Notification | None, NotificationState]:
    """A loss does not count while one of IBKR's resets explains it."""
    if connection.link is LinkStatus.CONNECTED:
        return None, replace(known, was_connected=True, lost_since=None, is_loss_notified=False)
    if not known.was_connected:
        return None, known
    since = known.lost_since or connection.since or now
    known = replace(known, lost_since=since)
    if (
        known.is_loss_notified
        or connection.reset is not None
        or now - since < preferences.lost_after
    ):
        return None, known
    notification = Notification(Topic.LOST, reason=connection.failure, since=since)
    return notification, replace(known, is_loss_notified=True)

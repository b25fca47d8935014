"""The frozen states that the controller publishes and the views render."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from app.domain.connection.profile import Mode
from app.domain.model.runs import ALL_ACCOUNTS, Statistics
from app.domain.portfolio.summary import PortfolioSummary
from app.domain.text.messages import message

if TYPE_CHECKING:
    from app.domain.connection.maintenance_windows import MaintenanceWindow
    from app.domain.model.positions import Change, Identity, Position
    from app.domain.model.runs import Report, Run
    from app.domain.portfolio.balance_check import BalanceCheck

NOT_CONNECTED = message("Not connected")


class LinkStatus(StrEnum):
    """The status of the connection to TWS."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    STALE = "stale"  # connected to TWS, which has lost its own link to IBKR


@dataclass(frozen=True, slots=True)
class ConnectionState:
    """The connection to TWS: its endpoint and its status.

    Attributes:
        callbacks_registered: TWS pushes changes over this connection.
        since: when `link` became what it is; None before the first attempt.
        next_try_at: when the next attempt is due; None if none is planned.
        failure: why the last connection or attempt ended, as a sentence; empty once connected.
        heartbeat_at: when TWS last answered the heartbeat; None before the first answer.
        reset: IBKR's reset that explains the failure or the stale data; None if none does.
    """

    link: LinkStatus = LinkStatus.OFFLINE
    host: str = ""
    port: int = 0
    mode: Mode = Mode.UNKNOWN
    accounts: tuple[str, ...] = ()
    callbacks_registered: bool = False
    since: datetime | None = None
    next_try_at: datetime | None = None
    failure: str = ""
    heartbeat_at: datetime | None = None
    reset: MaintenanceWindow | None = None

    @property
    def status_text(self) -> str:
        """What is wrong, or which reset explains it; empty while all is well.

        "IBKR's nightly reset; trying again at 00:10", the time in the computer's own zone.
        """
        if self.link is LinkStatus.CONNECTED:
            return ""
        reason = self.reset.name if self.reset else self.failure or NOT_CONNECTED
        if self.next_try_at is None:
            return reason if self.failure else ""
        at = self.next_try_at.astimezone()
        clock = f"{at:%H:%M}" if self.reset else f"{at:%H:%M:%S}"
        return f"{reason.removesuffix('.')}; trying again at {clock}"


class Phase(StrEnum):
    """What the controller is doing, or how the last run ended."""

    IDLE = "idle"
    SYNCING = "syncing"
    IMPORTING = "importing"
    UNDOING = "undoing"
    RESTORING = "restoring"
    SYNCED = "synced"
    FAILED = "failed"
    HELD = "held"
    CANCELLED = "cancelled"
    PREVIEWED = "previewed"
    UNDONE = "undone"

    @property
    def is_busy(self) -> bool:
        """Something is under way; another run must wait."""
        return self.can_be_cancelled or self in (Phase.UNDOING, Phase.RESTORING)

    @property
    def can_be_cancelled(self) -> bool:
        """An undo is one short write."""
        return self in (Phase.SYNCING, Phase.IMPORTING)


@dataclass(frozen=True, slots=True)
class PortfolioView:
    """What the store holds for the window: one consistent read.

    Attributes:
        positions: the open positions, all accounts.
        accounts: every account the store has seen, in order.
        undoable: the run that can be undone; None if there is none.
        balance_checks: each account's newest comparison with IBKR's own figures.
    """

    positions: tuple[Position, ...] = ()
    accounts: tuple[str, ...] = ()
    portfolio: PortfolioSummary = field(default_factory=PortfolioSummary)
    statistics: Statistics = field(default_factory=Statistics)
    undoable: Run | None = None
    balance_checks: tuple[BalanceCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class SyncState:
    """Everything that the window shows, as one value.

    Attributes:
        stored: what the store holds, as last read.
        report: the last run of this session; None before the first.
        error: a sentence for the user; empty unless the phase is FAILED.
        detail: more about the error, for the Details button; may be empty.
        held: the closes that need the user's confirmation; empty unless the phase is HELD.
        preview: what a sync would do; None unless the phase is PREVIEWED.
        undone: the run that was undone; None unless the phase is UNDONE.
        is_automatic: an automatic sync is under way.
        account_id: the account of the current or the last run, or "All".
        fault: a sentence while a background task has stopped and will start again.
        positions_read: how many positions the current read has received; None between reads.
    """

    phase: Phase = Phase.IDLE
    connection: ConnectionState = field(default_factory=ConnectionState)
    stored: PortfolioView = field(default_factory=PortfolioView)
    report: Report | None = None
    error: str = ""
    detail: str = ""
    held: tuple[Change, ...] = ()
    preview: Report | None = None
    undone: Run | None = None
    is_automatic: bool = False
    account_id: str = ALL_ACCOUNTS
    fault: str = ""
    positions_read: int | None = None

    @property
    def touched(self) -> frozenset[Identity]:
        """The positions that the last run created or changed in quantity or cost."""
        report = self.report
        if report is None or not report.run.is_success or self.undone is not None:
            return frozenset()
        return frozenset(change.after.identity for change in report.changes)

"""Sync runs: their trigger, outcome, and statistics over all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from app.domain.text.messages import message_in

if TYPE_CHECKING:
    from app.domain.model.errors import AppError
    from app.domain.model.positions import Change, Identity
    from app.domain.model.snapshot import PreviewToken
    from app.domain.model.statements import ImportSummary

ALL_ACCOUNTS = "All"


class Trigger(StrEnum):
    """Who asked for a run."""

    MANUAL = "manual"
    CALLBACK = "callback"
    SCHEDULE = "schedule"
    STARTUP = "startup"
    CLI = "cli"
    API = "api"
    FLEX = "flex"


# What tables and sentences for people say for them.
TRIGGER_WORDS = {
    Trigger.MANUAL: message_in("trigger of a sync", "manual"),
    Trigger.CALLBACK: message_in("trigger of a sync", "automatic"),
    Trigger.SCHEDULE: message_in("trigger of a sync", "schedule"),
    Trigger.STARTUP: message_in("trigger of a sync", "startup"),
    Trigger.CLI: message_in("trigger of a sync", "cli"),
    Trigger.API: message_in("trigger of a sync", "api"),
    Trigger.FLEX: message_in("trigger of a sync", "flex"),
}


class RunStatus(StrEnum):
    SUCCESS = "success"
    ERROR = "error"
    HELD = "held"
    CANCELLED = "cancelled"
    UNDONE = "undone"


# What tables for people say for them.
STATUS_WORDS = {
    RunStatus.SUCCESS: message_in("status of a sync", "success"),
    RunStatus.ERROR: message_in("status of a sync", "error"),
    RunStatus.HELD: message_in("status of a sync", "held"),
    RunStatus.CANCELLED: message_in("status of a sync", "cancelled"),
    RunStatus.UNDONE: message_in("status of a sync", "undone"),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run did. Where it saw no day trades, created + updated = total_ibkr_positions."""

    positions_created: int = 0
    positions_updated: int = 0
    positions_closed: int = 0
    total_ibkr_positions: int = 0
    increased: int = 0
    reduced: int = 0
    reversed: int = 0
    adjusted: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """What a run was asked to do.

    Attributes:
        account_id: one account, or "All".
        calculate_pnl: False leaves the realized P&L of this run's closes out (source `skipped`).
        allow_mass_close: skips the mass-close guard.
        confirmed: the positions whose close the user has confirmed after a held run.
        dry_run: report what would change, write nothing.
        basis: apply exactly this dry run, or refuse; None for a sync with TWS's current data.
        mass_close_percent: the guard holds closes of more than this share of ten or more.
    """

    trigger: Trigger = Trigger.MANUAL
    account_id: str = ALL_ACCOUNTS
    calculate_pnl: bool = True
    allow_mass_close: bool = False
    confirmed: frozenset[Identity] = frozenset()
    dry_run: bool = False
    basis: PreviewToken | None = None
    mass_close_percent: int = 50


@dataclass(frozen=True, slots=True)
class Run:
    """One sync attempt, as stored.

    Attributes:
        id: the store's key; None if it could not be stored, or for a dry run.
        error: a sentence for the user; None for a success.
        undone_at: when the user undid it; None if not undone.
        note: further sentences for the user, or empty.
        taken_at: when its snapshot was taken; None if it stored none.
        calculate_pnl: as requested; False leaves its closes' realized P&L out.
    """

    trigger: Trigger
    account_id: str
    started_at: datetime
    duration_s: float
    status: RunStatus
    counts: Counts = field(default_factory=Counts)
    error: str | None = None
    id: int | None = None
    undone_at: datetime | None = None
    note: str = ""
    taken_at: datetime | None = None
    calculate_pnl: bool = True

    @property
    def is_success(self) -> bool:
        return self.status is RunStatus.SUCCESS


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a run, for its caller.

    Attributes:
        changes: what the run did; positions with only new prices are left out.
        held: the closes that need the user's confirmation; empty unless the run is held.
        unconfirmed: the positions that were closed without a fill as evidence.
        basis: the token to apply exactly this dry run; None otherwise.
        imported: what an import found; None for a sync.
        read_at: when TWS had sent all positions; None if it did not.
        failure: the expected error that ended the run; None if none did.
    """

    run: Run
    changes: tuple[Change, ...] = ()
    held: tuple[Change, ...] = ()
    unconfirmed: tuple[Identity, ...] = ()
    basis: PreviewToken | None = None
    imported: ImportSummary | None = None
    read_at: datetime | None = None
    failure: AppError | None = None


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures over all stored runs; derived from them, so they cannot drift."""

    total_syncs: int = 0
    successful_syncs: int = 0
    failed_syncs: int = 0
    positions_created: int = 0
    positions_updated: int = 0
    positions_closed: int = 0
    callback_triggers: int = 0
    last_error: str | None = None
    last_sync_time: datetime | None = None
    last_run: Run | None = None

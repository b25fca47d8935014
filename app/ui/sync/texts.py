"""The texts for a sync's state, counts and results. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from app.domain.connection.profile import Mode
from app.domain.desktop.app_state import ConnectionState, LinkStatus, Phase, SyncState
from app.domain.model.positions import Change
from app.domain.model.runs import ALL_ACCOUNTS, Counts, Run, RunStatus, Trigger
from app.ui.style.formatting import Formats

if TYPE_CHECKING:
    from app.domain.history.position_history import PositionsAsOf

TITLE = "Position Sync"
LINKS = {
    LinkStatus.OFFLINE: "Not connected",
    LinkStatus.CONNECTING: "Connecting…",
    LinkStatus.CONNECTED: "Connected",
    LinkStatus.STALE: "TWS lost IBKR",
}
MODES = {Mode.LIVE: "LIVE", Mode.PAPER: "PAPER", Mode.DEMO: "DEMO"}


def title(connection: ConnectionState) -> str:
    mode = MODES.get(connection.mode)
    return f"{TITLE} — {mode}" if mode else TITLE


def address(connection: ConnectionState) -> str:
    """ "127.0.0.1:7497"; empty while nothing is known."""
    return f"{connection.host}:{connection.port}" if connection.host else ""


def positions_text(count: int, formats: Formats) -> str:
    return f"{formats.count(count)} position{'' if count == 1 else 's'}"


def caption(shown: int, total: int, as_of: datetime | None, now: datetime, formats: Formats) -> str:
    """ "20 positions · as of 12:36", "3 of 20 positions · as of 12:36"."""
    text = positions_text(total, formats)
    if shown != total:
        text = f"{formats.count(shown)} of {text}"
    return text if as_of is None else f"{text} · as of {formats.as_of(as_of, now)}"


def past_caption(shown: int, total: int, past: PositionsAsOf, formats: Formats) -> str:
    """ "20 positions · as of 14 Nov 2026, 22:05 (run 123)"."""
    text = positions_text(total, formats)
    if shown != total:
        text = f"{formats.count(shown)} of {text}"
    return f"{text} · as of {formats.time(past.taken_at)} (run {past.run.id})"


def counts_text(counts: Counts, formats: Formats) -> str:
    """ "3 created, 38 updated, 1 closed"."""
    return (
        f"{formats.count(counts.positions_created)} created, "
        f"{formats.count(counts.positions_updated)} updated, "
        f"{formats.count(counts.positions_closed)} closed"
    )


def status_text(state: SyncState, formats: Formats) -> str:
    """The status bar's message."""
    if state.is_automatic and not state.phase.is_busy:
        return f"Syncing{scope(state.account_id)} automatically…{progress(state, formats)}"
    match state.phase:
        case Phase.SYNCING:
            what = f"Syncing{scope(state.account_id)} with TWS…{progress(state, formats)}"
            return f"{what} (Esc cancels)"
        case Phase.IMPORTING:
            return "Importing the Flex statement… (Esc cancels)"
        case Phase.UNDOING:
            return "Undoing the last sync…"
        case Phase.RESTORING:
            return "Restoring a backup…"
        case _ if state.fault:
            return state.fault
        case Phase.FAILED:
            return "The stored positions are unchanged." if state.stored.positions else ""
        case Phase.HELD:
            return "The sync waits for your decision; nothing was changed."
        case Phase.CANCELLED:
            return "Cancelled; nothing was changed."
        case Phase.PREVIEWED:
            return "Preview: nothing has been changed."
        case Phase.UNDONE if state.undone is not None:
            when = formats.time(state.undone.started_at)
            return f"The sync of {when} was undone. The next sync brings it back."
        case Phase.SYNCED if state.report is not None:
            run = state.report.run
            if run.trigger is Trigger.FLEX:
                return f"Imported {run.note}"
            total = positions_text(run.counts.total_ibkr_positions, formats)
            did = counts_text(run.counts, formats)
            only = f"{scope(run.account_id)}," if scope(run.account_id) else ""
            return f"Synced{only} {total}: {did} ({formats.seconds(run.duration_s)})"
    return ""


def scope(account_id: str) -> str:
    """ " DU1 only"; empty where all accounts are meant."""
    return "" if account_id == ALL_ACCOUNTS else f" {account_id} only"


def progress(state: SyncState, formats: Formats) -> str:
    """ " 120 positions read"; empty before the first one."""
    count = state.positions_read
    return f" {positions_text(count, formats)} read" if count else ""


def result_text(run: Run | None) -> str:
    """How the last run ended, in two words."""
    if run is None:
        return "Never synced"
    return {
        RunStatus.SUCCESS: "Successful",
        RunStatus.ERROR: "Failed",
        RunStatus.HELD: "Held for your decision",
        RunStatus.CANCELLED: "Cancelled",
        RunStatus.UNDONE: "Undone",
    }[run.status]


def held_text(count: int) -> str:
    what = "1 position" if count == 1 else f"{count} positions"
    are = "it is" if count == 1 else "they are"
    return (
        f"TWS no longer reports {what}, and no trade explains it. Nothing has been changed. "
        f"Look into TWS, and close only if {are} really gone."
    )


def run_detail(run: Run, connection: ConnectionState) -> str:
    """The details of a failed run for a bug report, with an ISO time."""
    whose = "all accounts" if run.account_id == ALL_ACCOUNTS else f"account {run.account_id}"
    number = "" if run.id is None else f" {run.id}"
    started = f"{run.started_at.astimezone():%Y-%m-%d %H:%M:%S %Z}"
    is_import = run.trigger is Trigger.FLEX
    what = "Flex import" if is_import else f"{run.trigger.value} sync of {whose}"
    lines = [
        f"{run.error}",
        "",
        f"Run{number}: {what}",
        f"Started {started}, ended after {run.duration_s:.1f} s",
    ]
    if not is_import:
        lines.append(f"{address(connection) or 'TWS'}: {LINKS[connection.link].lower()}")
    return "\n".join(lines)


def held_list(held: tuple[Change, ...], formats: Formats) -> str:
    """One line a position that would be closed."""
    return "\n".join(
        f"{change.after.account}   {change.after.instrument.description}   "
        f"{formats.quantity((change.before or change.after).quantity)}"
        for change in held
    )

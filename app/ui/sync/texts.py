"""The texts for a sync's state, counts and results. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from app.domain.connection.profile import Mode
from app.domain.desktop.app_state import ConnectionState, LinkStatus, Phase, SyncState
from app.domain.model.positions import Change
from app.domain.model.runs import ALL_ACCOUNTS, Counts, Run, RunStatus, Trigger
from app.domain.text.messages import message, message_in, tr, tr_plural, translated
from app.ui.style.formatting import Formats

if TYPE_CHECKING:
    from app.domain.history.position_history import PositionsAsOf

TITLE = "Position Sync"
LINKS = {
    LinkStatus.OFFLINE: message("Not connected"),
    LinkStatus.CONNECTING: message("Connecting…"),
    LinkStatus.CONNECTED: message("Connected"),
    LinkStatus.STALE: message("TWS not connected to IBKR"),
}
MODES = {
    Mode.LIVE: message_in("trading mode", "LIVE"),
    Mode.PAPER: message_in("trading mode", "PAPER"),
    Mode.DEMO: message_in("trading mode", "DEMO"),
}
RESULTS = {
    RunStatus.SUCCESS: message_in("result of a sync", "Successful"),
    RunStatus.ERROR: message_in("result of a sync", "Failed"),
    RunStatus.HELD: message("Held for your decision"),
    RunStatus.CANCELLED: message_in("result of a sync", "Cancelled"),
    RunStatus.UNDONE: message_in("result of a sync", "Undone"),
}


def title(connection: ConnectionState) -> str:
    mode = MODES.get(connection.mode)
    return f"{TITLE} — {translated(mode)}" if mode else TITLE


def address(connection: ConnectionState) -> str:
    """ "127.0.0.1:7497"; empty while nothing is known."""
    return f"{connection.host}:{connection.port}" if connection.host else ""


def positions_text(count: int, formats: Formats) -> str:
    return tr_plural("{count} position", "{count} positions", count, count=formats.count(count))


def caption(shown: int, total: int, as_of: datetime | None, now: datetime, formats: Formats) -> str:
    """ "20 positions · as of 12:36", "3 of 20 positions · as of 12:36"."""
    text = shown_text(shown, total, formats)
    if as_of is None:
        return text
    return tr("{positions} · as of {time}", positions=text, time=formats.as_of(as_of, now))


def past_caption(shown: int, total: int, past: PositionsAsOf, formats: Formats) -> str:
    """ "20 positions · as of 14 Nov 2026, 22:05 (run 123)"."""
    return tr(
        "{positions} · as of {time} (run {number})",
        positions=shown_text(shown, total, formats),
        time=formats.time(past.taken_at),
        number=past.run.id,
    )


def shown_text(shown: int, total: int, formats: Formats) -> str:
    if shown == total:
        return positions_text(total, formats)
    return tr_plural(
        "{shown} of {count} position",
        "{shown} of {count} positions",
        total,
        shown=formats.count(shown),
        count=formats.count(total),
    )


def counts_text(counts: Counts, formats: Formats) -> str:
    """ "3 created, 38 updated, 1 closed"."""
    return tr(
        "{created} created, {updated} updated, {closed} closed",
        created=formats.count(counts.positions_created),
        updated=formats.count(counts.positions_updated),
        closed=formats.count(counts.positions_closed),
    )


def status_text(state: SyncState, formats: Formats) -> str:
    """The status bar's message."""
    if state.is_automatic and not state.phase.is_busy:
        return automatic_text(state, formats)
    match state.phase:
        case Phase.SYNCING:
            return syncing_text(state, formats)
        case Phase.IMPORTING:
            return tr("Importing the Flex statement… (Esc cancels)")
        case Phase.UNDOING:
            return tr("Undoing the last sync…")
        case Phase.RESTORING:
            return tr("Restoring a backup…")
        case _ if state.fault:
            return translated(state.fault)
        case Phase.FAILED:
            return tr("The stored positions are unchanged.") if state.stored.positions else ""
        case Phase.HELD:
            return tr("The sync waits for your decision; nothing was changed.")
        case Phase.CANCELLED:
            return tr("Cancelled; nothing was changed.")
        case Phase.PREVIEWED:
            return tr("Preview: nothing has been changed.")
        case Phase.UNDONE if state.undone is not None:
            return undone_text(state.undone, formats)
        case Phase.SYNCED if state.report is not None:
            return synced_text(state.report.run, formats)
    return ""


def automatic_text(state: SyncState, formats: Formats) -> str:
    if state.account_id == ALL_ACCOUNTS:
        what = tr("Syncing automatically…")
    else:
        what = tr("Syncing {account} only automatically…", account=state.account_id)
    return in_line(what, progress(state, formats))


def syncing_text(state: SyncState, formats: Formats) -> str:
    if state.account_id == ALL_ACCOUNTS:
        what = tr("Syncing with TWS…")
    else:
        what = tr("Syncing {account} only with TWS…", account=state.account_id)
    return in_line(what, progress(state, formats), tr("(Esc cancels)"))


def progress(state: SyncState, formats: Formats) -> str:
    """ "120 positions read"; empty before the first one."""
    count = state.positions_read
    if not count:
        return ""
    return tr_plural(
        "{count} position read", "{count} positions read", count, count=formats.count(count)
    )


def in_line(*parts: str) -> str:
    return " ".join(filter(None, parts))


def undone_text(run: Run, formats: Formats) -> str:
    time = formats.time(run.started_at)
    if run.trigger is Trigger.FLEX:
        return tr("The import of {time} was undone.", time=time)
    return tr("The sync of {time} was undone. The next sync makes its changes again.", time=time)


def synced_text(run: Run, formats: Formats) -> str:
    """ "Synced 20 positions: 3 created, 17 updated, 0 closed (0.4 s)"."""
    if run.trigger is Trigger.FLEX:
        return tr("Imported {statement}", statement=run.note)
    total = run.counts.total_ibkr_positions
    count, changes = formats.count(total), counts_text(run.counts, formats)
    duration = formats.seconds(run.duration_s)
    if run.account_id == ALL_ACCOUNTS:
        return tr_plural(
            "Synced {count} position: {changes} ({duration})",
            "Synced {count} positions: {changes} ({duration})",
            total,
            count=count,
            changes=changes,
            duration=duration,
        )
    return tr_plural(
        "Synced {account} only, {count} position: {changes} ({duration})",
        "Synced {account} only, {count} positions: {changes} ({duration})",
        total,
        account=run.account_id,
        count=count,
        changes=changes,
        duration=duration,
    )


def result_text(run: Run | None) -> str:
    """How the last run ended, in two words."""
    return tr("Never synced") if run is None else translated(RESULTS[run.status])


def held_text(count: int) -> str:
    return tr_plural(
        "TWS no longer reports {count} position, and no trade explains it. Nothing has been "
        "changed. Check in TWS, and mark it as closed only if it is really gone.",
        "TWS no longer reports {count} positions, and no trade explains it. Nothing has been "
        "changed. Check in TWS, and mark them as closed only if they are really gone.",
        count,
    )


def run_detail(run: Run, connection: ConnectionState) -> str:
    """The details of a failed run for a bug report, in English and with an ISO time."""
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

"""The events that `watch` prints, one a line, as JSON or as a sentence. Pure."""

import json
from datetime import datetime

from app.cli.json_output import Row, money, run_row, timestamp
from app.cli.text_output import sync_sentence
from app.domain.desktop.app_state import ConnectionState, LinkStatus
from app.domain.desktop.backups import Backup
from app.domain.model.clock import utc_now
from app.domain.model.runs import Report, Request, RunStatus
from app.domain.text.foreign_text import visible

ENDS = {
    RunStatus.SUCCESS: "sync_finished",
    RunStatus.ERROR: "sync_failed",
    RunStatus.HELD: "sync_held",
    RunStatus.CANCELLED: "sync_cancelled",
}


def connection_event(before: ConnectionState, now: ConnectionState) -> Row | None:
    """The event for a new connection state; None if it is not worth one.

    Failed attempts to reconnect give one event for each reason, not one every minute of a night.
    """
    is_new = before.link is not now.link
    if now.link is LinkStatus.CONNECTED and is_new:
        return event("connected", host=now.host, port=now.port, mode=now.mode.value)
    if now.link is LinkStatus.STALE and is_new:
        return event("stale", reason=reason(now))
    if now.link is not LinkStatus.OFFLINE:
        return None
    if before.link in (LinkStatus.CONNECTED, LinkStatus.STALE):
        return event("disconnected", reason=reason(now))
    is_known = before.next_try_at is not None and reason(before) == reason(now)
    if now.next_try_at is None or is_known:
        return None
    return event("reconnecting", reason=reason(now), next_try_at=timestamp(now.next_try_at))


def reason(state: ConnectionState) -> str:
    return f"{state.reset.name}." if state.reset is not None else state.failure


def started_event(request: Request) -> Row:
    return event("sync_started", trigger=request.trigger.value)


def ended_event(report: Report) -> Row:
    """The run with its counts, and the closes that wait for the user's confirmation."""
    row = event(ENDS[report.run.status], **run_row(report.run))
    if report.held:
        row["held"] = [
            {
                "account": change.after.account,
                "con_id": change.after.instrument.con_id,
                "symbol": change.after.instrument.symbol,
                "quantity": money((change.before or change.after).quantity),
            }
            for change in report.held
        ]
    return row


def crash_event() -> Row:
    return event("sync_failed", error="Position Sync itself failed; its log file has the details.")


def fault_event(sentence: str) -> Row:
    """Args: sentence: empty when the part that stopped has started again."""
    return event("fault", error=sentence) if sentence else event("fault_over")


def backup_event(backup: Backup) -> Row:
    return event("backup_made", file=str(backup.path))


def backup_problem_event(sentence: str) -> Row:
    return event("backup_failed", error=sentence)


def event(name: str, **more: object) -> Row:
    return {"event": name, "at": timestamp(utc_now()), **more}


def as_line(row: Row) -> str:
    """ASCII only, so that the encoding of the output does not matter."""
    return json.dumps(row)


def as_text(row: Row) -> str:
    """ "2026-11-23 12:34:56  Connected to 127.0.0.1:7497 (paper)."."""
    at = datetime.fromisoformat(row["at"]).astimezone()
    return f"{at:%Y-%m-%d %H:%M:%S}  {visible(event_text(row))}"


def event_text(row: Row) -> str:
    match row["event"]:
        case "connected":
            return f"Connected to {row['host']}:{row['port']} ({row['mode']})."
        case "stale":
            return f"TWS has lost IBKR. {row['reason']}"
        case "disconnected":
            return f"Disconnected. {row['reason']}".strip()
        case "reconnecting":
            at = datetime.fromisoformat(row["next_try_at"]).astimezone()
            return f"Not connected. {row['reason']} Trying again at {at:%H:%M:%S}."
        case "sync_started":
            return f"Syncing ({row['trigger']})…"
        case "sync_finished":
            return f"{sync_sentence(row)}."
        case "backup_made":
            return f"Backup made: {row['file']}"
        case "fault_over":
            return "The part that stopped is running again."
        case _:
            return str(row["error"])

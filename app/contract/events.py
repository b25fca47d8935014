"""The events of a running program, as rows of JSON. Pure but for the clock."""

from collections.abc import Iterable, Sequence

from app.contract.json_rows import Row, money, run_row, timestamp
from app.domain.desktop.app_state import ConnectionState, LinkStatus
from app.domain.desktop.backups import Backup
from app.domain.fetching.report import FetchOutcome
from app.domain.model.clock import utc_now
from app.domain.model.positions import Change
from app.domain.model.runs import Report, Request, RunStatus
from app.domain.text.messages import message

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
    if state.reset is None:
        return state.failure
    # Translators: a sentence such as "IBKR's nightly reset."
    return message("{reset}.", reset=state.reset.name)


def started_event(request: Request) -> Row:
    return event("sync_started", trigger=request.trigger.value)


def ended_event(report: Report) -> Row:
    """The run with its counts, and the closes that wait for the user's confirmation."""
    row = event(ENDS[report.run.status], **run_row(report.run))
    if report.held:
        row["held"] = held_rows(report.held)
    return row


def held_rows(held: Iterable[Change]) -> list[Row]:
    """The closes that wait for the user's confirmation."""
    return [
        {
            "account": change.after.account,
            "con_id": change.after.instrument.con_id,
            "symbol": change.after.instrument.symbol,
            "quantity": money((change.before or change.after).quantity),
        }
        for change in held
    ]


def crash_event() -> Row:
    text = message("Position Sync itself failed; its log file has the details.")
    return event("sync_failed", error=text)


def fetch_started_event(query_names: Sequence[str]) -> Row:
    return event("fetch_started", queries=list(query_names))


def fetch_ended_event(outcome: FetchOutcome) -> Row:
    """One window of a fetch: the run that stored it, or the reason why there is none."""
    named = {"query": outcome.query.name}
    if outcome.days is not None:
        named |= {"from": f"{outcome.days.first}", "to": f"{outcome.days.last}"}
    if outcome.report is not None and outcome.report.run.is_success:
        run = outcome.report.run
        return event("fetch_finished", **named, **run_row(run), note=run.note)
    name = "fetch_finished" if outcome.is_success else "fetch_failed"
    return event(name, **named, error=outcome.error)


def token_expiry_event(sentence: str) -> Row:
    return event("token_expires", error=sentence)


def fault_event(sentence: str) -> Row:
    """Args: sentence: empty when the part that stopped has started again."""
    return event("fault", error=sentence) if sentence else event("fault_over")


def backup_event(backup: Backup) -> Row:
    return event("backup_made", file=str(backup.path))


def backup_problem_event(sentence: str) -> Row:
    return event("backup_failed", error=sentence)


def event(name: str, **more: object) -> Row:
    return {"event": name, "at": timestamp(utc_now()), **more}

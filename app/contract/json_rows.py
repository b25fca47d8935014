"""The rows of the JSON. Scripts rely on their keys and types. Pure."""

from __future__ import annotations  # the types' modules are heavy, and `status` needs none

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from app.domain.model.positions import Position, StoredChange, StoredClose
    from app.domain.model.runs import Report, Run, Statistics
    from app.domain.restatement.audit import Audit

Row = dict[str, Any]

# Counts of an import that only the run's note has, in words.
IN_NOTE = ("without_unit", "cancelled", "unmatched", "deposits")

POSITION_KEYS = (
    "account", "con_id", "symbol", "local_symbol", "sec_type", "currency", "exchange",
    "multiplier", "expiry", "strike", "right", "quantity", "average_cost", "market_price",
    "market_value", "unrealized_pnl", "realized_pnl", "realized_source", "opened_at", "closed_at",
    "last_synced_at", "note", "tags",
)  # fmt: skip
CLOSE_KEYS = (
    "account", "con_id", "symbol", "quantity_closed", "entry_price", "exit_price", "realized_pnl",
    "realized_pnl_pct", "source", "closed_at", "is_full_close", "run_id", "exec_ids",
)  # fmt: skip

RUN_KEYS = (
    "run_id", "trigger", "account_id", "started_at", "duration_s", "status", "error",
    "positions_created", "positions_updated", "positions_closed", "total_ibkr_positions",
)  # fmt: skip
CHANGED_FIGURES = ("quantity", "average_cost", "realized_pnl", "realized_source", "market_price")
# Of a table of changes: before.quantity, …, after.market_price.
FLAT_CHANGE_KEYS = (
    "account", "con_id", "symbol", "kind",
    *(f"before.{key}" for key in CHANGED_FIGURES), *(f"after.{key}" for key in CHANGED_FIGURES),
)  # fmt: skip

# The columns that are numbers; all others are text, much of it from IBKR.
NUMBER_KEYS = frozenset({
    "con_id", "multiplier", "strike", "quantity", "average_cost", "market_price", "market_value",
    "unrealized_pnl", "realized_pnl", "quantity_closed", "entry_price", "exit_price",
    "realized_pnl_pct", "run_id",
})  # fmt: skip


def money(value: Decimal | None) -> str | None:
    """Money and quantities are strings in JSON: exact, without exponent."""
    return None if value is None else format(value, "f")


def timestamp(value: datetime | None) -> str | None:
    """UTC to the millisecond: "2026-11-22T12:34:56.789Z"."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def audit_row(audit: Audit) -> Row:
    return {
        "ok": not audit.discrepancies,
        "identities": audit.identities,
        "positions": audit.positions,
        "closes": audit.closes,
        "executions": audit.fills,
        "discrepancies": [
            {
                "account": one.identity[0] if one.identity else None,
                "con_id": one.identity[1] if one.identity else None,
                "symbol": one.symbol or None,
                "what": one.what,
                "stored": one.stored,
                "derived": one.derived,
            }
            for one in audit.discrepancies
        ],
    }


def statistics_row(statistics: Statistics) -> Row:
    row = asdict(statistics)
    del row["last_sync_time"], row["last_run"]
    return row


def sync_row(report: Report, statistics: Statistics | None) -> Row:
    """`sync --json`. Args: statistics: None if they could not be read."""
    run = report.run
    return {
        "status": run.status.value,
        "success": run.status == "success",
        "account_id": run.account_id,
        **asdict(run.counts),
        "duration_s": round(run.duration_s, 3),
        "run_id": run.id,
        "error": run.error,
        "stats": None if statistics is None else statistics_row(statistics),
    }


def import_row(report: Report) -> Row:
    """`import-flex --json`."""
    from app.domain.model.statements import ImportSummary

    run, found = report.run, report.imported or ImportSummary()
    counts = asdict(found)
    for name in IN_NOTE:
        del counts[name]
    return {
        "status": run.status.value,
        "success": run.status == "success",
        "run_id": run.id,
        **counts,
        "accounts": list(found.accounts),
        "healed": len(report.changes),
        "error": run.error,
    }


def status_row(
    statistics: Statistics,
    *,
    enabled: bool,
    ibkr_connected: bool,
    callbacks_registered: bool,
    now: datetime,
) -> Row:
    """`status --json`. Callbacks are those of a running window or `watch`."""
    last = statistics.last_sync_time
    return {
        "status": "success",
        "enabled": enabled,
        "ibkr_connected": ibkr_connected,
        "last_sync_time": timestamp(last),
        "last_sync_minutes_ago": None
        if last is None
        else round((now - last).total_seconds() / 60, 1),
        "stats": statistics_row(statistics),
        "callbacks_registered": callbacks_registered,
    }


def position_row(position: Position) -> Row:
    instrument = position.instrument
    return {
        "account": position.account,
        "con_id": instrument.con_id,
        "symbol": instrument.symbol,
        "local_symbol": instrument.local_symbol,
        "sec_type": instrument.sec_type,
        "currency": instrument.currency,
        "exchange": instrument.exchange,
        "multiplier": money(instrument.multiplier),
        "expiry": instrument.expiry or None,
        "strike": money(instrument.strike),
        "right": instrument.right or None,
        "quantity": money(position.quantity),
        "average_cost": money(position.average_cost),
        "market_price": money(position.market_price),
        "market_value": money(position.market_value),
        "unrealized_pnl": money(position.unrealized_pnl),
        "realized_pnl": money(position.realized_pnl),
        "realized_source": position.realized_source,
        "opened_at": timestamp(position.opened_at),
        "closed_at": timestamp(position.closed_at),
        "last_synced_at": timestamp(position.last_synced_at),
        **notes_of(position),
    }


def notes_of(position: Position) -> Row:
    notes = position.notes
    if notes is None:
        return {"note": None, "tags": []}
    return {"note": notes.text or None, "tags": list(notes.tag_texts)}


def notes_row(position: Position) -> Row:
    """`note --json` and `tag --json`."""
    notes = position.notes
    return {
        "account": position.account,
        "con_id": position.instrument.con_id,
        "symbol": position.instrument.symbol,
        "description": position.instrument.description,
        **notes_of(position),
        "created_at": None if notes is None else timestamp(notes.created_at),
        "changed_at": None if notes is None else timestamp(notes.changed_at),
    }


def joined(key: str, values: list[str]) -> str:
    """A list in one cell: tags may have spaces, and no commas."""
    return (", " if key == "tags" else " ").join(values)


def close_row(stored: StoredClose) -> Row:
    close = stored.close
    return {
        "account": stored.account,
        "con_id": stored.instrument.con_id,
        "symbol": stored.instrument.symbol,
        "quantity_closed": money(close.quantity_closed),
        "entry_price": money(close.entry_price),
        "exit_price": money(close.exit_price),
        "realized_pnl": money(close.realized_pnl),
        "realized_pnl_pct": money(rounded(close.realized_pnl_pct)),
        "source": close.source.value,
        "closed_at": timestamp(close.closed_at),
        "is_full_close": close.is_full_close,
        "run_id": stored.run_id,
        "exec_ids": list(close.exec_ids),
    }


def run_row(run: Run) -> Row:
    return {
        "run_id": run.id,
        "trigger": run.trigger.value,
        "account_id": run.account_id,
        "started_at": timestamp(run.started_at),
        "duration_s": round(run.duration_s, 3),
        "status": run.status.value,
        "error": run.error,
        "positions_created": run.counts.positions_created,
        "positions_updated": run.counts.positions_updated,
        "positions_closed": run.counts.positions_closed,
        "total_ibkr_positions": run.counts.total_ibkr_positions,
    }


def run_with_changes_row(run: Run, changes: Iterable[StoredChange]) -> Row:
    """`runs ID --json`."""
    return run_row(run) | {"changes": [change_row(change) for change in changes]}


def change_row(change: StoredChange) -> Row:
    return {
        "account": change.account,
        "con_id": change.con_id,
        "symbol": change.symbol,
        "kind": change.kind.value,
        "before": change.before,
        "after": change.after,
    }


def flat_change_row(change: StoredChange) -> Row:
    """For a table: the figures before and after beside each other."""
    row = change_row(change)
    for name in ("before", "after"):
        figures = row.pop(name) or {}
        row |= {f"{name}.{key}": figures.get(key) for key in CHANGED_FIGURES}
    return row


def rounded(value: Decimal | None) -> Decimal | None:
    """To four places; the further digits of a percentage mean nothing."""
    return None if value is None else round(value, 4)

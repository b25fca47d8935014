"""The commands' output for people and spreadsheets: aligned tables, sentences and CSV."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.cli.json_output import NUMBER_KEYS, Row
from app.domain.model.instruments import Instrument, plain
from app.domain.model.positions import (
    ChangeKind,
    Close,
    Position,
    Source,
    StoredChange,
    StoredClose,
)
from app.domain.model.realized_pnl import realized_total
from app.domain.model.runs import Report
from app.domain.model.statements import counted
from app.domain.restatement.audit import Audit
from app.domain.text.foreign_text import no_formula, visible


def as_csv(rows: Sequence[Row], header: Sequence[str]) -> str:
    """Rows as CSV: lists joined by spaces, unknown values empty."""
    lines = [csv_line(header)]
    lines += [csv_line([csv_cell(key, row[key]) for key in header]) for row in rows]
    return "\n".join(lines)


def csv_line(cells: Iterable[object]) -> str:
    """One line without its line break.

    Python before 3.13 quotes only the line breaks of its own line ending; the default has both.
    """
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().removesuffix("\r\n")


def csv_cell(key: str, value: object) -> object:
    """A number unchanged; a text so that no spreadsheet takes it for a formula."""
    text = " ".join(value) if isinstance(value, list) else value
    return no_formula(text) if isinstance(text, str) and key not in NUMBER_KEYS else text


def as_table(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> str:
    """Rows as aligned text.

    Args:
        columns: key of a row -> heading; a heading that starts with ">" is right-aligned.
    """
    headings = [heading.lstrip(">") for heading in columns.values()]
    right = [heading.startswith(">") for heading in columns.values()]
    cells = [headings] + [[cell_text(row[key]) for key in columns] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(headings))]
    lines = []
    for line in cells:
        padded = [
            text.rjust(width) if is_right else text.ljust(width)
            for text, width, is_right in zip(line, widths, right, strict=True)
        ]
        lines.append("  ".join(padded).rstrip())
    lines.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(lines)


def cell_text(value: object) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return visible(str(value))


POSITION_COLUMNS = {
    "account": "Account",
    "description": "Symbol",
    "sec_type": "Type",
    "quantity": ">Quantity",
    "average_cost": ">Avg cost",
    "market_price": ">Price",
    "market_value": ">Value",
    "unrealized_pnl": ">Unrealized",
    "realized_pnl": ">Realized",
    "currency": "Cur",
}
CLOSE_COLUMNS = {
    "closed_at": "Closed",
    "account": "Account",
    "symbol": "Symbol",
    "quantity_closed": ">Quantity",
    "entry_price": ">Entry",
    "exit_price": ">Exit",
    "realized_pnl": ">Realized",
    "source": "Source",
    "is_full_close": "Full",
}
RUN_COLUMNS = {
    "run_id": ">Run",
    "started_at": "Started",
    "trigger": "Trigger",
    "account_id": "Account",
    "duration_s": ">Seconds",
    "status": "Status",
    "positions_created": ">Created",
    "positions_updated": ">Updated",
    "positions_closed": ">Closed",
    "total_ibkr_positions": ">At IBKR",
    "error": "Error",
}


CHANGE_COLUMNS = {
    "account": "Account",
    "symbol": "Symbol",
    "kind": "Change",
    "before": ">Before",
    "after": ">After",
    "realized": ">Realized",
}


RESTATED_COLUMNS = {
    "account": "Account",
    "symbol": "Symbol",
    "before": ">Realized before",
    "was": "Source",
    "after": ">Realized now",
    "source": "Source",
}


def restated_rows(report: Report) -> list[Row]:
    """A row for each position whose realized P&L has changed."""
    return [
        {
            "account": change.after.account,
            "symbol": change.after.instrument.description,
            "before": change.before.realized_pnl if change.before else None,
            "was": change.before.realized_source if change.before else None,
            "after": change.after.realized_pnl,
            "source": change.after.realized_source,
        }
        for change in report.changes
    ]


def change_rows(report: Report) -> list[Row]:
    return [
        {
            "account": change.after.account,
            "symbol": change.after.instrument.description,
            "kind": change.kind.value,
            "before": plain(change.before.quantity) if change.before else None,
            "after": plain(change.after.quantity),
            "realized": realized_total(change.closes)[0],
        }
        for change in report.changes
    ]


def stored_change_rows(changes: Iterable[StoredChange]) -> list[Row]:
    return [
        {
            "account": change.account,
            "symbol": change.description,
            "kind": change.kind.value,
            "before": (change.before or {}).get("quantity"),
            "after": change.after.get("quantity"),
            "realized": change.after.get("realized_pnl"),
        }
        for change in changes
    ]


def position_cells(position: Position) -> Row:
    """A row of the printed table: money to the cent, quantities unchanged."""
    return {
        "account": position.account,
        "description": position.instrument.description,
        "sec_type": position.instrument.sec_type,
        "quantity": plain(position.quantity),
        "average_cost": position.average_cost,
        "market_price": position.market_price,
        "market_value": position.market_value,
        "unrealized_pnl": position.unrealized_pnl,
        "realized_pnl": position.realized_pnl,
        "currency": position.instrument.currency,
    }


def close_cells(stored: StoredClose) -> Row:
    close = stored.close
    return {
        "closed_at": close.closed_at.astimezone().strftime("%Y-%m-%d %H:%M"),
        "account": stored.account,
        "symbol": stored.instrument.description,
        "quantity_closed": plain(close.quantity_closed),
        "entry_price": close.entry_price,
        "exit_price": close.exit_price,
        "realized_pnl": close.realized_pnl,
        "source": close.source.value,
        "is_full_close": "yes" if close.is_full_close else "part",
    }


def sync_sentence(report: Report) -> str:
    """ "Synced 42 positions: 3 created, 38 updated, 1 closed (0.4 s)"."""
    counts, run = report.run.counts, report.run
    return (
        f"Synced {counts.total_ibkr_positions} positions: {counts.positions_created} created, "
        f"{counts.positions_updated} updated, {counts.positions_closed} closed "
        f"({run.duration_s:.1f} s)"
    )


def unexplained_lines(report: Report) -> list[str]:
    """A line for each close that no execution explains: instrument, quantity and P&L."""
    return [
        f"{cell_text(change.after.account)}  {cell_text(change.after.instrument.description)}  "
        f"{plain(close.quantity_closed)}: {pnl_without_fill(close, change.after.instrument)}"
        for change in report.changes
        if change.kind is not ChangeKind.HEALED
        for close in change.closes
        if not close.fills
    ]


def pnl_without_fill(close: Close, instrument: Instrument) -> str:
    if close.source is Source.SKIPPED:
        return "P&L not calculated"
    if close.realized_pnl is None or close.exit_price is None:
        return "P&L unknown"
    realized, price = cell_text(close.realized_pnl), plain(close.exit_price)
    return f"P&L ≈ {realized} {instrument.currency} at {price}"


def audit_text(audit: Audit) -> str:
    """A line that counts what was compared, and a line for each discrepancy."""
    parts = (audit.positions, "position"), (audit.closes, "close"), (audit.fills, "execution")
    positions, closes, fills = (counted(number, what) for number, what in parts)
    compared = f"{positions}, {closes} and {fills}"
    if not audit.discrepancies:
        return f"Everything follows from its facts: {compared} compared."
    found = counted(len(audit.discrepancies), "figure")
    lines = [f"{found} not as the facts say; {compared} compared:"]
    for one in audit.discrepancies:
        whose = f"{one.symbol} in {one.identity[0]}: " if one.identity else ""
        lines.append(visible(f"{whose}{one.what}: stored {one.stored}, derived {one.derived}"))
    lines.append("Keep a copy of the file, then report this.")
    return "\n".join(lines)

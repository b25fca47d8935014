"""The commands' output for people and spreadsheets: aligned tables, sentences and CSV."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import TypeVar

from app.contract.json_rows import NUMBER_KEYS, Row, joined, timestamp
from app.domain.model.instruments import Instrument, plain
from app.domain.model.positions import (
    Change,
    ChangeKind,
    Close,
    Position,
    Source,
    StoredChange,
    StoredClose,
)
from app.domain.model.realized_pnl import realized_total
from app.domain.model.runs import Report, Run
from app.domain.model.statements import counted
from app.domain.restatement.audit import Audit
from app.domain.text.foreign_text import no_formula, visible
from app.export.text_files import csv_line

T = TypeVar("T")
# (heading, value of a cell) of each column; a heading with ">" is aligned to the right.
Columns = tuple[tuple[str, Callable[[T], object]], ...]


def as_csv(rows: Sequence[Row], header: Sequence[str]) -> str:
    """Rows as CSV: lists joined, unknown values empty."""
    lines = [csv_line(header)]
    lines += [csv_line([csv_cell(key, row[key]) for key in header]) for row in rows]
    return "\n".join(lines)


def csv_cell(key: str, value: object) -> object:
    """A number unchanged; a text so that no spreadsheet takes it for a formula."""
    text = joined(key, value) if isinstance(value, list) else value
    is_number = key.rpartition(".")[2] in NUMBER_KEYS
    return no_formula(text) if isinstance(text, str) and not is_number else text


def as_table(items: Iterable[T], columns: Columns[T]) -> str:
    """One line for each item, in aligned columns."""
    headings = [heading.lstrip(">") for heading, _ in columns]
    right = [heading.startswith(">") for heading, _ in columns]
    cells = [headings] + [[cell_text(value(item)) for _, value in columns] for item in items]
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
    """Money to the cent; everything else unchanged."""
    if value is None or value == "":
        return "—"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return visible(str(value))


POSITION_COLUMNS: Columns[Position] = (
    ("Account", lambda position: position.account),
    ("Symbol", lambda position: position.instrument.description),
    ("Type", lambda position: position.instrument.sec_type),
    (">Quantity", lambda position: plain(position.quantity)),
    (">Avg cost", lambda position: position.average_cost),
    (">Price", lambda position: position.market_price),
    (">Value", lambda position: position.market_value),
    (">Unrealized", lambda position: position.unrealized_pnl),
    (">Realized", lambda position: position.realized_pnl),
    ("Cur", lambda position: position.instrument.currency),
)
CLOSE_COLUMNS: Columns[StoredClose] = (
    ("Closed", lambda stored: stored.close.closed_at.astimezone().strftime("%Y-%m-%d %H:%M")),
    ("Account", lambda stored: stored.account),
    ("Symbol", lambda stored: stored.instrument.description),
    (">Quantity", lambda stored: plain(stored.close.quantity_closed)),
    (">Entry", lambda stored: stored.close.entry_price),
    (">Exit", lambda stored: stored.close.exit_price),
    (">Realized", lambda stored: stored.close.realized_pnl),
    ("Source", lambda stored: stored.close.source.value),
    ("Full", lambda stored: "yes" if stored.close.is_full_close else "part"),
)
RUN_COLUMNS: Columns[Run] = (
    (">Run", lambda run: run.id),
    ("Started", lambda run: timestamp(run.started_at)),
    ("Trigger", lambda run: run.trigger.value),
    ("Account", lambda run: run.account_id),
    (">Seconds", lambda run: round(run.duration_s, 3)),
    ("Status", lambda run: run.status.value),
    (">Created", lambda run: run.counts.positions_created),
    (">Updated", lambda run: run.counts.positions_updated),
    (">Closed", lambda run: run.counts.positions_closed),
    (">At IBKR", lambda run: run.counts.total_ibkr_positions),
    ("Error", lambda run: run.error),
)
CHANGE_COLUMNS: Columns[Change] = (
    ("Account", lambda change: change.after.account),
    ("Symbol", lambda change: change.after.instrument.description),
    ("Change", lambda change: change.kind.value),
    (">Before", lambda change: plain(change.before.quantity) if change.before else None),
    (">After", lambda change: plain(change.after.quantity)),
    (">Realized", lambda change: realized_total(change.closes)[0]),
)
STORED_CHANGE_COLUMNS: Columns[StoredChange] = (
    ("Account", lambda change: change.account),
    ("Symbol", lambda change: change.description),
    ("Change", lambda change: change.kind.value),
    (">Before", lambda change: (change.before or {}).get("quantity")),
    (">After", lambda change: change.after.get("quantity")),
    (">Realized", lambda change: change.after.get("realized_pnl")),
)
# For positions whose realized P&L has changed.
RESTATED_COLUMNS: Columns[Change] = (
    ("Account", lambda change: change.after.account),
    ("Symbol", lambda change: change.after.instrument.description),
    (">Realized before", lambda change: change.before.realized_pnl if change.before else None),
    ("Source", lambda change: change.before.realized_source if change.before else None),
    (">Realized now", lambda change: change.after.realized_pnl),
    ("Source", lambda change: change.after.realized_source),
)


def sync_sentence(run: Row) -> str:
    """ "Synced 42 positions: 3 created, 38 updated, 1 closed (0.4 s)". Args: run: `run_row`."""
    return (
        f"Synced {run['total_ibkr_positions']} positions: {run['positions_created']} created, "
        f"{run['positions_updated']} updated, {run['positions_closed']} closed "
        f"({run['duration_s']:.1f} s)"
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
    lines = [f"{found} different from the facts; {compared} compared:"]
    for one in audit.discrepancies:
        whose = f"{one.symbol} in {one.identity[0]}: " if one.identity else ""
        lines.append(visible(f"{whose}{one.what}: stored {one.stored}, derived {one.derived}"))
    lines.append("Keep a copy of the file, then report this.")
    return "\n".join(lines)


def import_text(report: Report) -> str:
    """What a stored statement has changed, and the run's note."""
    lines = [as_table(report.changes, RESTATED_COLUMNS)] if report.changes else []
    return "\n".join([*lines, visible(report.run.note)])

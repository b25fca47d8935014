"""The commands' output for people and spreadsheets: aligned tables, sentences and CSV."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import TypeVar

from app.contract.json_rows import NUMBER_KEYS, Row, joined, timestamp
from app.domain.model.amounts import count_text
from app.domain.model.instruments import Instrument, plain
from app.domain.model.positions import (
    CHANGE_WORDS,
    SOURCE_WORDS,
    Change,
    ChangeKind,
    Close,
    Position,
    Source,
    StoredChange,
    StoredClose,
)
from app.domain.model.realized_pnl import realized_total
from app.domain.model.runs import STATUS_WORDS, TRIGGER_WORDS, Report, Run
from app.domain.restatement.audit import Audit, Discrepancy
from app.domain.text.foreign_text import no_formula, padded, shown_width, visible
from app.domain.text.messages import (
    Message,
    message,
    message_in,
    message_plural,
    tr,
    tr_plural,
    translated,
)
from app.export.text_files import csv_line

T = TypeVar("T")
LEFT, RIGHT = False, True
# (heading, whether it is aligned to the right, value of a cell) of each column.
Columns = tuple[tuple[str, bool, Callable[[T], object]], ...]


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
    headings = [translated(heading) for heading, _, _ in columns]
    right = [is_right for _, is_right, _ in columns]
    cells = [headings] + [[cell_text(value(item)) for _, _, value in columns] for item in items]
    widths = [max(shown_width(line[i]) for line in cells) for i in range(len(headings))]
    lines = []
    for line in cells:
        row = zip(line, widths, right, strict=True)
        filled = [padded(text, width, is_right=is_right) for text, width, is_right in row]
        lines.append("  ".join(filled).rstrip())
    lines.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(lines)


def cell_text(value: object) -> str:
    """Money to the cent; everything else unchanged."""
    if value is None or value == "":
        return "—"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return visible(translated(value) if isinstance(value, str) else str(value))


ACCOUNT, SYMBOL = message_in("column", "Account"), message_in("column", "Symbol")
SOURCE, CHANGE = message_in("column", "Source"), message_in("column", "Change")
QUANTITY, REALIZED = message_in("column", "Quantity"), message_in("column", "Realized")
BEFORE, AFTER = message_in("column", "Before"), message_in("column", "After")
CLOSED = message_in("column", "Closed")
YES = message("yes")
# Translators: in the column "Full" of closes: a part of the position was closed
PART = message_in("column Full", "part")
POSITION_COLUMNS: Columns[Position] = (
    (ACCOUNT, LEFT, lambda position: position.account),
    (SYMBOL, LEFT, lambda position: position.instrument.description),
    (message_in("column", "Type"), LEFT, lambda position: position.instrument.sec_type),
    (QUANTITY, RIGHT, lambda position: plain(position.quantity)),
    (message_in("column", "Avg cost"), RIGHT, lambda position: position.average_cost),
    (message_in("column", "Price"), RIGHT, lambda position: position.market_price),
    (message_in("column", "Value"), RIGHT, lambda position: position.market_value),
    (message_in("column", "Unrealized"), RIGHT, lambda position: position.unrealized_pnl),
    (REALIZED, RIGHT, lambda position: position.realized_pnl),
    (message_in("column", "Cur"), LEFT, lambda position: position.instrument.currency),
)
CLOSE_COLUMNS: Columns[StoredClose] = (
    (CLOSED, LEFT, lambda stored: stored.close.closed_at.astimezone().strftime("%Y-%m-%d %H:%M")),
    (ACCOUNT, LEFT, lambda stored: stored.account),
    (SYMBOL, LEFT, lambda stored: stored.instrument.description),
    (QUANTITY, RIGHT, lambda stored: plain(stored.close.quantity_closed)),
    (message_in("column", "Entry"), RIGHT, lambda stored: stored.close.entry_price),
    (message_in("column", "Exit"), RIGHT, lambda stored: stored.close.exit_price),
    (REALIZED, RIGHT, lambda stored: stored.close.realized_pnl),
    (SOURCE, LEFT, lambda stored: SOURCE_WORDS[stored.close.source]),
    (
        message_in("column", "Full"),
        LEFT,
        lambda stored: YES if stored.close.is_full_close else PART,
    ),
)
RUN_COLUMNS: Columns[Run] = (
    (message_in("column", "Run"), RIGHT, lambda run: run.id),
    (message_in("column", "Started"), LEFT, lambda run: timestamp(run.started_at)),
    (message_in("column", "Trigger"), LEFT, lambda run: TRIGGER_WORDS[run.trigger]),
    (ACCOUNT, LEFT, lambda run: run.account_id),
    (message_in("column", "Seconds"), RIGHT, lambda run: round(run.duration_s, 3)),
    (message_in("column", "Status"), LEFT, lambda run: STATUS_WORDS[run.status]),
    (message_in("column", "Created"), RIGHT, lambda run: run.counts.positions_created),
    (message_in("column", "Updated"), RIGHT, lambda run: run.counts.positions_updated),
    (CLOSED, RIGHT, lambda run: run.counts.positions_closed),
    (message_in("column", "At IBKR"), RIGHT, lambda run: run.counts.total_ibkr_positions),
    (message_in("column", "Error"), LEFT, lambda run: run.error),
)
CHANGE_COLUMNS: Columns[Change] = (
    (ACCOUNT, LEFT, lambda change: change.after.account),
    (SYMBOL, LEFT, lambda change: change.after.instrument.description),
    (CHANGE, LEFT, lambda change: CHANGE_WORDS[change.kind]),
    (BEFORE, RIGHT, lambda change: plain(change.before.quantity) if change.before else None),
    (AFTER, RIGHT, lambda change: plain(change.after.quantity)),
    (REALIZED, RIGHT, lambda change: realized_total(change.closes)[0]),
)
STORED_CHANGE_COLUMNS: Columns[StoredChange] = (
    (ACCOUNT, LEFT, lambda change: change.account),
    (SYMBOL, LEFT, lambda change: change.description),
    (CHANGE, LEFT, lambda change: CHANGE_WORDS[change.kind]),
    (BEFORE, RIGHT, lambda change: (change.before or {}).get("quantity")),
    (AFTER, RIGHT, lambda change: change.after.get("quantity")),
    (REALIZED, RIGHT, lambda change: change.after.get("realized_pnl")),
)
# For positions whose realized P&L has changed.
RESTATED_COLUMNS: Columns[Change] = (
    (ACCOUNT, LEFT, lambda change: change.after.account),
    (SYMBOL, LEFT, lambda change: change.after.instrument.description),
    (
        message_in("column", "Realized before"),
        RIGHT,
        lambda change: change.before.realized_pnl if change.before else None,
    ),
    (SOURCE, LEFT, lambda change: source_word(change.before)),
    (message_in("column", "Realized now"), RIGHT, lambda change: change.after.realized_pnl),
    (SOURCE, LEFT, lambda change: source_word(change.after)),
)


def source_word(position: Position | None) -> str | None:
    source = None if position is None else position.realized_source
    return None if source is None else SOURCE_WORDS[source]


def sync_sentence(run: Row) -> str:
    """ "Synced 42 positions: 3 created, 38 updated, 1 closed (0.4 s)". Args: run: `run_row`."""
    count = run["total_ibkr_positions"]
    return tr_plural(
        "Synced {count} position: {created} created, {updated} updated, {closed} closed "
        "({seconds} s)",
        "Synced {count} positions: {created} created, {updated} updated, {closed} closed "
        "({seconds} s)",
        count,
        created=run["positions_created"],
        updated=run["positions_updated"],
        closed=run["positions_closed"],
        seconds=Decimal(f"{run['duration_s']:.1f}"),
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
        return tr("P&L not calculated")
    if close.realized_pnl is None or close.exit_price is None:
        return tr("P&L unknown")
    return tr(
        "P&L ≈ {amount} {currency} at {price}",
        amount=cell_text(close.realized_pnl),
        currency=instrument.currency,
        price=plain(close.exit_price),
    )


def audit_text(audit: Audit) -> str:
    """A line that counts what was compared, and a line for each discrepancy."""
    if not audit.discrepancies:
        return tr(
            "All figures match what IBKR reported: {checked} checked.", checked=checked(audit)
        )
    found = len(audit.discrepancies)
    head = tr_plural(
        "{count} figure does not match what IBKR reported; {checked} checked:",
        "{count} figures do not match what IBKR reported; {checked} checked:",
        found,
        count=count_text(found),
        checked=checked(audit),
    )
    lines = [visible(discrepancy_text(one)) for one in audit.discrepancies]
    return "\n".join([head, *lines, tr("Keep a copy of the file, then report this.")])


def checked(audit: Audit) -> Message:
    """ "18 positions, 4 closes and 22 executions"."""
    return message(
        "{positions}, {closes} and {executions}",
        positions=message_plural(
            "{count} position",
            "{count} positions",
            audit.positions,
            count=count_text(audit.positions),
        ),
        closes=message_plural(
            "{count} close", "{count} closes", audit.closes, count=count_text(audit.closes)
        ),
        executions=message_plural(
            "{count} execution", "{count} executions", audit.fills, count=count_text(audit.fills)
        ),
    )


def discrepancy_text(one: Discrepancy) -> str:
    text = message(
        "{what}: stored {stored}, derived {derived}",
        what=one.what,
        stored=one.stored,
        derived=one.derived,
    )
    if one.identity is None:
        return translated(text)
    # Translators: an instrument, its account, and what is wrong there
    return tr(
        "{instrument} in {account}: {difference}",
        instrument=one.symbol,
        account=one.identity[0],
        difference=text,
    )


def import_text(report: Report) -> str:
    """What a stored statement has changed, and the run's note."""
    lines = [as_table(report.changes, RESTATED_COLUMNS)] if report.changes else []
    return "\n".join([*lines, visible(translated(report.run.note))])

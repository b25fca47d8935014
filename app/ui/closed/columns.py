"""The columns of the closed positions, and what makes their table. Pure."""

from collections.abc import Callable
from decimal import Decimal
from operator import attrgetter
from typing import Any

from app.domain.history.closed_positions import ClosedPositionRow, ClosedSort
from app.domain.text.messages import message, message_in
from app.export.sheet import Kind
from app.ui.closed.parts import CLOSES, part_count, part_name, parts
from app.ui.closed.state import ClosedLine
from app.ui.closed.texts import (
    PARTIAL,
    average_note,
    closed_sentence,
    closed_text,
    closed_value,
    days_held,
    description,
    gain_tone,
    percent,
    percent_tone,
    price,
    realized_text,
    source_sentence,
    source_text,
)
from app.ui.positions.figures import first_line, note, tags
from app.ui.positions.tooltips import instrument_text
from app.ui.style.formatting import DASH, Formats
from app.ui.table.core.column import Column, PlainContext, TableSpec, default_columns
from app.ui.table.core.layout import SortKey, TableLayout
from app.ui.table.core.plain_columns import KINDS

ClosedColumn = Column[ClosedLine, PlainContext]
Write = Callable[[ClosedPositionRow, Formats], str]


def column(
    key: ClosedSort,
    title: str,
    value: Callable[[ClosedPositionRow], Any],
    write: Write,
    *,
    part: Write | None = None,
    tooltip: Write | None = None,
    **more: Any,
) -> ClosedColumn:
    """Args: key: what a click on the title sorts by. part: the text of one of several closes."""

    def text(line: ClosedLine, context: PlainContext) -> str:
        of = part if part is not None and line.is_part else write
        return of(line.row, context.formats)

    more = {"tone": lambda line, _: "muted" if line.is_part else "", **more}
    if tooltip is not None:
        more["tooltip"] = lambda line, context: tooltip(line.row, context.formats)
    return Column(key.value, title, lambda line, _: value(line.row), text, **more)


def word(
    key: ClosedSort, title: str, value: Callable[[ClosedPositionRow], str], **more: Any
) -> ClosedColumn:
    """What all closes of a position share, so that only the position shows it."""
    return column(key, title, value, lambda row, _: value(row) or DASH, part=nothing, **more)


def number(
    key: ClosedSort,
    title: str,
    value: Callable[[ClosedPositionRow], Decimal | None],
    write: Callable[[Formats, Decimal | None], str],
    *,
    unknown: str = "",
    note: Callable[[ClosedPositionRow], str] | None = None,
    **more: Any,
) -> ClosedColumn:
    """Args: unknown: why it shows a dash. note: the tooltip of a known figure."""

    def tooltip(row: ClosedPositionRow, _formats: Formats) -> str:
        if unknown and value(row) is None:
            return unknown
        return "" if note is None else note(row)

    more = {"tooltip": tooltip, "is_number": True, "kind": KINDS.get(write), **more}
    return column(key, title, value, lambda row, formats: write(formats, value(row)), **more)


def nothing(_row: ClosedPositionRow, _formats: Formats) -> str:
    return ""


COLUMNS: tuple[ClosedColumn, ...] = (
    column(
        *(ClosedSort.SYMBOL, message("Symbol"), description, lambda row, _: description(row)),
        description=message("The instrument; options with expiry, strike and right"),
        part=lambda row, _: part_name(row),
        tooltip=lambda row, _: instrument_text(row.instrument),
        width=16,
        is_hideable=False,
    ),
    column(
        *(ClosedSort.OPENED, message_in("time", "Opened"), attrgetter("opened_at")),
        lambda row, formats: formats.date(row.opened_at),
        part=nothing,
        tooltip=lambda row, formats: formats.exact_time(row.opened_at),
    ),
    column(
        *(ClosedSort.CLOSED, message_in("time", "Closed"), closed_value, closed_text),
        description=message(
            "The newest close; “{partial}” while part of the position is still held",
            partial=PARTIAL,
        ),
        tooltip=closed_sentence,
    ),
    number(
        *(ClosedSort.DAYS, message("Days"), days_held, Formats.quantity),
        description=message("Days from the opening to the newest close"),
        width=4,
    ),
    number(
        *(ClosedSort.QUANTITY, message("Quantity"), attrgetter("quantity"), Formats.quantity),
        description=message("Shares or contracts that were closed"),
    ),
    word(ClosedSort.CURRENCY, message("Currency"), attrgetter("instrument.currency"), width=5),
    number(
        *(ClosedSort.ENTRY, message_in("price", "Entry")),
        *(price(attrgetter("entry_price")), Formats.price),
        description=message("The average price it was opened at, per unit"),
        unknown=message("IBKR gave no average cost for this position"),
        note=average_note,
    ),
    number(
        *(ClosedSort.EXIT, message_in("price", "Exit")),
        *(price(attrgetter("exit_price")), Formats.price),
        description=message("The average price it was closed at, per unit"),
        unknown=message("No execution shows the price, and no market price was known"),
        note=average_note,
    ),
    number(
        *(ClosedSort.COMMISSION, message("Commission"), attrgetter("commission"), Formats.money),
        description=message("Of the executions that closed it"),
        unknown=message("Known only if executions with commission reports explain the close"),
    ),
    column(
        *(ClosedSort.REALIZED, message("Realized P&L"), attrgetter("realized_pnl"), realized_text),
        description=message("Profit or loss on what was closed"),
        tooltip=source_sentence,
        tone=gain_tone,
        kind=Kind.MONEY,
        is_number=True,
        width=12,
    ),
    number(
        *(ClosedSort.PERCENT, "%", percent, Formats.percent),
        description=message("Realized P&L ÷ the cost of what was closed"),
        unknown=message("Not known without the realized P&L and the cost"),
        tone=percent_tone,
        width=7,
    ),
    column(
        *(ClosedSort.SOURCE, message("Source"), source_text, lambda row, _: source_text(row)),
        description=message("Where the realized P&L comes from"),
        tooltip=source_sentence,
        badge=lambda line: line.row.source,
    ),
    word(
        *(ClosedSort.UNDERLYING, message("Underlying"), attrgetter("instrument.symbol")),
        description=message("What an option or future is based on; otherwise the symbol itself"),
        is_shown=False,
    ),
    word(ClosedSort.TYPE, message("Type"), attrgetter("instrument.type_name"), is_shown=False),
    word(
        *(ClosedSort.EXCHANGE, message("Exchange"), attrgetter("instrument.exchange")),
        is_shown=False,
    ),
    column(
        *(ClosedSort.CON_ID, message("Con ID"), attrgetter("instrument.con_id")),
        lambda row, _: str(row.instrument.con_id),
        description=message("IBKR's number for the contract"),
        part=nothing,
        is_number=True,
        is_shown=False,
    ),
    word(ClosedSort.ACCOUNT, message("Account"), attrgetter("account")),
    word(
        *(ClosedSort.TAGS, message("Tags"), tags),
        description=message("Your own tags"),
        is_shown=False,
    ),
    column(
        *(ClosedSort.NOTE, message("Note"), note, lambda row, _: first_line(note(row)) or DASH),
        description=message("Your own note; the tooltip shows all of it"),
        part=nothing,
        tooltip=lambda row, _: note(row),
        width=24,
        is_shown=False,
    ),
)
KEYS = tuple(column.key for column in COLUMNS)
TITLES = tuple(column.title for column in COLUMNS)


position_id = attrgetter("row.position_id")
SPEC: TableSpec[ClosedLine, PlainContext] = TableSpec(
    name="closed",
    columns=COLUMNS,
    key=position_id,
    tie_break=position_id,
    search_text=attrgetter("row.instrument.search_text"),
    parts=parts,
    part_count=part_count,
    exported_parts=CLOSES,
    default=TableLayout(
        default_columns(COLUMNS), (SortKey(ClosedSort.CLOSED, is_descending=True),)
    ),
)

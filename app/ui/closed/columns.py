"""The columns of the closed positions, and what makes their table. Pure."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from app.domain.history.closed_positions import ClosedPositionRow, ClosedSort
from app.domain.model.amounts import rounded
from app.domain.model.positions import Source
from app.export.sheet import Kind
from app.ui.closed.parts import CLOSES, part_count, part_name, parts
from app.ui.closed.state import ClosedLine
from app.ui.positions.figures import PERCENT, first_line, note, short_price, tags
from app.ui.positions.tooltips import REALIZED as SENTENCES
from app.ui.positions.tooltips import instrument_text
from app.ui.style.formatting import ALMOST, DASH, Formats
from app.ui.style.theme import GAIN_TONES
from app.ui.table.core.column import Column, PlainContext, TableSpec, default_columns
from app.ui.table.core.layout import SortKey, TableLayout
from app.ui.table.core.plain_columns import KINDS

ClosedColumn = Column[ClosedLine, PlainContext]
Write = Callable[[ClosedPositionRow, Formats], str]
OPEN = "open"
SOURCES = {
    Source.BROKER: "exact",
    Source.FILLS: "from fills",
    Source.ESTIMATE: f"{ALMOST} estimate",
    Source.UNKNOWN: "unknown",
    Source.SKIPPED: "skipped",
}


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


def description(row: ClosedPositionRow) -> str:
    return row.instrument.description


def closed_text(row: ClosedPositionRow, formats: Formats) -> str:
    """The time of its newest close that the filter includes."""
    return OPEN if row.closed_at is None else formats.time(row.last_close_at)


def closed_value(row: ClosedPositionRow) -> datetime | str:
    return OPEN if row.closed_at is None else row.last_close_at


def closed_sentence(row: ClosedPositionRow, formats: Formats) -> str:
    last = formats.exact_time(row.last_close_at)
    if row.closed_at is None:
        return f"Part of it is still held; these closes were until {last}"
    if row.closed_at > row.last_close_at:
        return f"{last}; the position was closed in full {formats.exact_time(row.closed_at)}"
    return last


def days_held(row: ClosedPositionRow) -> Decimal:
    """Local midnights from the opening to its newest close."""
    last, first = row.last_close_at.astimezone(), row.opened_at.astimezone()
    return Decimal((last.date() - first.date()).days)


def price(of: Callable[[ClosedPositionRow], Decimal | None]) -> Callable[..., Decimal | None]:
    def shortened(row: ClosedPositionRow) -> Decimal | None:
        found = of(row)
        return None if found is None else short_price(found)

    return shortened


def average_note(row: ClosedPositionRow) -> str:
    count = len(row.closes)
    return f"Average of {count} closes, by quantity" if count > 1 else ""


def realized_text(row: ClosedPositionRow, formats: Formats) -> str:
    realized = row.realized_pnl
    text = formats.gain(realized)
    return f"{ALMOST} {text}" if realized is not None and row.source is Source.ESTIMATE else text


def percent(row: ClosedPositionRow) -> Decimal | None:
    exact = row.realized_pnl_pct
    return None if exact is None else rounded(exact, PERCENT)


def gain_tone(line: ClosedLine, context: PlainContext) -> str:
    return GAIN_TONES[context.formats.tone(line.row.realized_pnl)]


def percent_tone(line: ClosedLine, context: PlainContext) -> str:
    return "" if line.row.realized_pnl_pct is None else gain_tone(line, context)


def source_text(row: ClosedPositionRow) -> str:
    return SOURCES[row.source]


def source_sentence(row: ClosedPositionRow, _formats: Formats) -> str:
    sentence = SENTENCES[row.source]
    if len({stored.close.source for stored in row.closes}) == 1:
        return sentence
    return f"The weakest of its {len(row.closes)} closes: {sentence[0].lower()}{sentence[1:]}"


COLUMNS: tuple[ClosedColumn, ...] = (
    column(
        *(ClosedSort.SYMBOL, "Symbol", description, lambda row, _: description(row)),
        description="The instrument; options with expiry, strike and right",
        part=lambda row, _: part_name(row),
        tooltip=lambda row, _: instrument_text(row.instrument),
        width=16,
        is_hideable=False,
    ),
    column(
        *(ClosedSort.OPENED, "Opened", attrgetter("opened_at")),
        lambda row, formats: formats.date(row.opened_at),
        part=nothing,
        tooltip=lambda row, formats: formats.exact_time(row.opened_at),
    ),
    column(
        *(ClosedSort.CLOSED, "Closed", closed_value, closed_text),
        description="The newest close; “open” while a part is still held",
        tooltip=closed_sentence,
    ),
    number(
        *(ClosedSort.DAYS, "Days", days_held, Formats.quantity),
        description="Days from the opening to the newest close",
        width=4,
    ),
    number(
        *(ClosedSort.QUANTITY, "Quantity", attrgetter("quantity"), Formats.quantity),
        description="Shares or contracts that were closed",
    ),
    word(ClosedSort.CURRENCY, "Currency", attrgetter("instrument.currency"), width=5),
    number(
        *(ClosedSort.ENTRY, "Entry", price(attrgetter("entry_price")), Formats.price),
        description="The average price it was opened at, per unit",
        unknown="IBKR gave no average cost for it",
        note=average_note,
    ),
    number(
        *(ClosedSort.EXIT, "Exit", price(attrgetter("exit_price")), Formats.price),
        description="The average price it was closed at, per unit",
        unknown="No execution tells the price, and no market price was known",
        note=average_note,
    ),
    number(
        *(ClosedSort.COMMISSION, "Commission", attrgetter("commission"), Formats.money),
        description="Of the executions that closed it",
        unknown="Known only where executions and their reports explain the close",
    ),
    column(
        *(ClosedSort.REALIZED, "Realized P&L", attrgetter("realized_pnl"), realized_text),
        description="Profit or loss of what was closed",
        tooltip=source_sentence,
        tone=gain_tone,
        kind=Kind.MONEY,
        is_number=True,
        width=12,
    ),
    number(
        *(ClosedSort.PERCENT, "%", percent, Formats.percent),
        description="Realized P&L ÷ the cost of what was closed",
        unknown="Not known without the realized P&L and the cost",
        tone=percent_tone,
        width=7,
    ),
    column(
        *(ClosedSort.SOURCE, "Source", source_text, lambda row, _: source_text(row)),
        description="Where the realized P&L comes from",
        tooltip=source_sentence,
        badge=lambda line: line.row.source,
    ),
    word(
        *(ClosedSort.UNDERLYING, "Underlying", attrgetter("instrument.symbol")),
        description="What an option or future is on; else the symbol itself",
        is_shown=False,
    ),
    word(ClosedSort.TYPE, "Type", attrgetter("instrument.type_name"), is_shown=False),
    word(ClosedSort.EXCHANGE, "Exchange", attrgetter("instrument.exchange"), is_shown=False),
    column(
        *(ClosedSort.CON_ID, "Con ID", attrgetter("instrument.con_id")),
        lambda row, _: str(row.instrument.con_id),
        description="IBKR's number of the contract",
        part=nothing,
        is_number=True,
        is_shown=False,
    ),
    word(ClosedSort.ACCOUNT, "Account", attrgetter("account")),
    word(ClosedSort.TAGS, "Tags", tags, description="Your own tags", is_shown=False),
    column(
        *(ClosedSort.NOTE, "Note", note, lambda row, _: first_line(note(row)) or DASH),
        description="Your own note; its tooltip has all of it",
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

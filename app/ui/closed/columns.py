"""The columns of the closed positions: what each shows, copies, and explains. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from app.domain.history.closed_positions import ClosedPositionRow, ClosedSort
from app.domain.model.positions import Source
from app.domain.text.foreign_text import for_clipboard
from app.ui.positions.tooltips import REALIZED as SENTENCES
from app.ui.positions.tooltips import instrument_text
from app.ui.style.formatting import ALMOST, Formats

OPEN = "open"
SOURCES = {
    Source.BROKER: "exact",
    Source.FILLS: "from fills",
    Source.ESTIMATE: f"{ALMOST} estimate",
    Source.UNKNOWN: "unknown",
    Source.SKIPPED: "skipped",
}


@dataclass(frozen=True, slots=True)
class ClosedColumn:
    """One column.

    Attributes:
        value: of a line, for copying; None if unknown.
        text: the cell's.
        part_text: the cell's text if the line is one of several closes of a position.
        sort: what a click on the title sorts by; None if it cannot be sorted.
    """

    title: str
    width: int
    value: Callable[[ClosedPositionRow], Any]
    text: Callable[[ClosedPositionRow, Formats], str]
    part_text: Callable[[ClosedPositionRow, Formats], str]
    sort: ClosedSort | None = None
    is_number: bool = False
    is_gain: bool = False


def empty(_line: ClosedPositionRow, _formats: Formats) -> str:
    return ""


def description(line: ClosedPositionRow) -> str:
    return line.instrument.description


def part_name(line: ClosedPositionRow, _formats: Formats) -> str:
    return "Final close" if line.closes[0].close.is_full_close else "Partial close"


def closed_text(line: ClosedPositionRow, formats: Formats) -> str:
    """The time of its newest close that the filter includes."""
    return OPEN if line.closed_at is None else formats.time(line.last_close_at)


def closed_value(line: ClosedPositionRow) -> datetime | str:
    return OPEN if line.closed_at is None else line.last_close_at


def days_held(line: ClosedPositionRow) -> Decimal:
    """Local midnights from the opening to its newest close."""
    last, first = line.last_close_at.astimezone(), line.opened_at.astimezone()
    return Decimal((last.date() - first.date()).days)


def realized_text(line: ClosedPositionRow, formats: Formats) -> str:
    realized = line.realized_pnl
    text = formats.gain(realized)
    is_estimate = realized is not None and line.source is Source.ESTIMATE
    return f"{ALMOST} {text}" if is_estimate else text


def source_text(line: ClosedPositionRow) -> str:
    return SOURCES[line.source]


def number(
    title: str,
    width: int,
    value: Callable[[ClosedPositionRow], Any],
    write: Callable[[Formats, Any], str],
    *,
    sort: ClosedSort | None = None,
    is_gain: bool = False,
) -> ClosedColumn:
    def text(line: ClosedPositionRow, formats: Formats) -> str:
        return write(formats, value(line))

    return ClosedColumn(title, width, value, text, text, sort, is_number=True, is_gain=is_gain)


COLUMNS = (
    ClosedColumn("Account", 112, attrgetter("account"), lambda line, _: line.account, empty),
    ClosedColumn(
        "Symbol", 164, description, lambda line, _: description(line), part_name, ClosedSort.SYMBOL
    ),
    ClosedColumn(
        "Opened",
        98,
        attrgetter("opened_at"),
        lambda line, formats: formats.date(line.opened_at),
        empty,
        ClosedSort.OPENED,
    ),
    ClosedColumn("Closed", 150, closed_value, closed_text, closed_text, ClosedSort.CLOSED),
    number("Days", 54, days_held, Formats.quantity),
    number("Quantity", 80, attrgetter("quantity"), Formats.quantity, sort=ClosedSort.QUANTITY),
    number("Entry", 84, attrgetter("entry_price"), Formats.price),
    number("Exit", 84, attrgetter("exit_price"), Formats.price),
    number("Commission", 96, attrgetter("commission"), Formats.money),
    ClosedColumn(
        "Realized P&L",
        120,
        attrgetter("realized_pnl"),
        realized_text,
        realized_text,
        ClosedSort.REALIZED,
        is_number=True,
        is_gain=True,
    ),
    number("%", 78, attrgetter("realized_pnl_pct"), Formats.percent, is_gain=True),
    ClosedColumn(
        "Currency",
        76,
        attrgetter("instrument.currency"),
        lambda line, _: line.instrument.currency,
        empty,
    ),
    ClosedColumn(
        "Source",
        112,
        source_text,
        lambda line, _: source_text(line),
        lambda line, _: source_text(line),
    ),
)
TITLES = tuple(column.title for column in COLUMNS)
(
    ACCOUNT, SYMBOL, OPENED, CLOSED, DAYS, QUANTITY, ENTRY, EXIT, COMMISSION, REALIZED, PERCENT,
    CURRENCY, SOURCE,
) = range(len(COLUMNS))  # fmt: skip
SORT_COLUMNS = {column.sort: n for n, column in enumerate(COLUMNS) if column.sort is not None}

# column -> why it shows a dash
UNKNOWN = {
    ENTRY: "IBKR gave no average cost for it",
    EXIT: "No execution tells the price, and no market price was known",
    COMMISSION: "Known only where executions and their reports explain the close",
    PERCENT: "Not known without the realized P&L and the cost",
}


def tooltip(line: ClosedPositionRow, column: int, formats: Formats) -> str:
    """Empty if there is nothing to add."""
    if column in (SOURCE, REALIZED):
        return source_sentence(line)
    if column == SYMBOL:
        return instrument_text(line.instrument)
    if column == OPENED:
        return formats.exact_time(line.opened_at)
    if column == CLOSED:
        return closed_sentence(line, formats)
    if column in UNKNOWN and COLUMNS[column].value(line) is None:
        return UNKNOWN[column]
    if column in (ENTRY, EXIT) and len(line.closes) > 1:
        return f"Average of {len(line.closes)} closes, by quantity"
    return ""


def closed_sentence(line: ClosedPositionRow, formats: Formats) -> str:
    last = formats.exact_time(line.last_close_at)
    if line.closed_at is None:
        return f"Part of it is still held; these closes were until {last}"
    if line.closed_at > line.last_close_at:
        return f"{last}; the position was closed in full {formats.exact_time(line.closed_at)}"
    return last


def source_sentence(line: ClosedPositionRow) -> str:
    sentence = SENTENCES[line.source]
    if len({stored.close.source for stored in line.closes}) == 1:
        return sentence
    return f"The weakest of its {len(line.closes)} closes: {sentence[0].lower()}{sentence[1:]}"


def tab_separated(lines: list[ClosedPositionRow], formats: Formats) -> str:
    """A line of titles, then one for each. Numbers are exact, unknown ones empty."""
    rows = ["\t".join(TITLES)]
    rows += ["\t".join(cell(column.value(line), formats) for column in COLUMNS) for line in lines]
    return "\n".join(rows) + "\n"


def cell(value: Decimal | datetime | str | None, formats: Formats) -> str:
    if isinstance(value, Decimal):
        return formats.plain(value)
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return for_clipboard(value or "")

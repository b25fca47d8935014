"""What the cells of a closed position say, and why. Pure."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from app.domain.history.closed_positions import ClosedPositionRow
from app.domain.model.amounts import rounded
from app.domain.model.positions import Source
from app.domain.text.messages import message, message_in, message_plural
from app.ui.closed.state import ClosedLine
from app.ui.positions.figures import PERCENT, short_price
from app.ui.positions.tooltips import REALIZED as SENTENCES
from app.ui.style.formatting import ALMOST, Formats
from app.ui.style.theme import GAIN_TONES
from app.ui.table.core.column import PlainContext

# Translators: instead of the time of a close, while a part of the position is still held.
PARTIAL = message_in("close", "Partial")
# Translators: the same where rows are copied for other programs.
OPEN = message_in("close", "open")  # in exports, which programs read
SOURCES = {
    # Translators: where a realized P&L comes from, in a badge.
    Source.BROKER: message_in("source", "exact"),
    Source.FILLS: message_in("source", "from fills"),
    Source.ESTIMATE: message_in("source", "≈ estimate"),
    Source.UNKNOWN: message_in("source", "unknown"),
    Source.SKIPPED: message_in("source", "skipped"),
}


def description(row: ClosedPositionRow) -> str:
    return row.instrument.description


def closed_text(row: ClosedPositionRow, formats: Formats) -> str:
    """The time of its newest close that the filter includes."""
    return PARTIAL if row.closed_at is None else formats.time(row.last_close_at)


def closed_value(row: ClosedPositionRow) -> datetime | str:
    return OPEN if row.closed_at is None else row.last_close_at


def closed_sentence(row: ClosedPositionRow, formats: Formats) -> str:
    last = formats.exact_time(row.last_close_at)
    if row.closed_at is None:
        return message("Part of it is still held; the newest of these closes: {time}", time=last)
    if row.closed_at > row.last_close_at:
        full = formats.exact_time(row.closed_at)
        return message("{time}; the position was closed in full: {full}", time=last, full=full)
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
    if count == 1:
        return ""
    return message_plural(
        "Average of {count} close, weighted by quantity",
        "Average of {count} closes, weighted by quantity",
        count,
    )


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
    return message_plural(
        "The least certain of its {count} close: {sentence}",
        "The least certain of its {count} closes: {sentence}",
        len(row.closes),
        sentence=sentence,
    )

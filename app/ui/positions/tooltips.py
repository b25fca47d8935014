"""The tooltips of cells: why a figure is missing, or where it comes from. Pure."""

from datetime import datetime

from app.domain.model.instruments import Instrument
from app.domain.model.positions import Position, Source
from app.ui.positions import columns
from app.ui.positions.columns import COLUMNS
from app.ui.style.formatting import Formats

# column -> why it shows a dash
UNKNOWN = {
    columns.AVERAGE_COST: "IBKR gave no average cost for this position",
    columns.MARKET_PRICE: "IBKR gave no price for this position",
    columns.MARKET_VALUE: "IBKR gave no market value for this position",
    columns.UNREALIZED: "IBKR gave no unrealized P&L for this position",
    columns.UNREALIZED_PCT: "Not known without the unrealized P&L and the average cost",
    columns.DAILY: "IBKR tells today's P&L while connected, for the first 50 positions",
}
NOT_KEPT = "The market prices of this run are not kept: of days past only the last run's are"
NOTHING_CLOSED = "Nothing of this position has been closed yet"
REALIZED = {
    Source.BROKER: "IBKR's own figure, net of commission",
    Source.FILLS: "Computed from the executions, net of commission; IBKR's report is not in yet",
    Source.ESTIMATE: (
        "An estimate at the last known market price: no execution tells at what price it was closed"
    ),
    Source.UNKNOWN: "Realized P&L is not known: no execution and no price for a part of it",
    Source.SKIPPED: "Realized P&L is not known: its calculation was switched off for a sync",
}


def tooltip(
    position: Position,
    column: int,
    formats: Formats,
    *,
    is_unpriced: bool = False,
    is_lost: bool = False,
) -> str:
    """Empty if there is nothing to add.

    Args:
        is_unpriced: a past position, of a run whose prices are not kept.
        is_lost: the connection that brings the figures is lost.
    """
    if is_unpriced and column in columns.LIVE:
        return NOT_KEPT
    if column == columns.REALIZED:
        source = position.realized_source
        return NOTHING_CLOSED if source is None else REALIZED[source]
    if column in UNKNOWN and COLUMNS[column].value(position) is None:
        return UNKNOWN[column]
    if column in columns.LIVE:
        at = position.daily_at if column == columns.DAILY else position.figures_at
        return freshness(position, at, formats, is_lost=is_lost)
    if column == columns.SYMBOL:
        return instrument_text(position.instrument)
    if column in (columns.OPENED, columns.LAST_SYNCED):
        return formats.exact_time(COLUMNS[column].value(position))
    return ""


def freshness(
    position: Position, pushed_at: datetime | None, formats: Formats, *, is_lost: bool
) -> str:
    """When a figure was last updated, and why it is not newer."""
    why = "; the connection that brings newer ones is lost" if is_lost else ""
    if pushed_at is None:
        return f"As of the sync {formats.exact_time(position.last_synced_at)}{why}"
    return f"As of {formats.exact_time(pushed_at)}{why}"


def instrument_text(held: Instrument) -> str:
    parts = [held.description, held.type_name, held.exchange, held.currency]
    if held.multiplier != 1:
        parts.append(f"× {held.multiplier.normalize():f}")
    if held.value_factor is not None:
        parts.append(f"worth {held.value_factor.normalize():f} each at a price of 1")
    if held.local_symbol and held.local_symbol != held.symbol:
        parts.append(held.local_symbol)
    return " · ".join(part for part in parts if part)

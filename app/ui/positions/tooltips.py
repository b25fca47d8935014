"""The tooltips of cells: why a figure is missing, or where it comes from. Pure."""

import operator
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from app.domain.model.instruments import Instrument
from app.domain.model.positions import Position, Source
from app.ui.positions.context import PositionsContext
from app.ui.style.formatting import Formats

# column -> why it shows a dash
UNKNOWN = {
    "average_cost": "IBKR gave no average cost for this position",
    "average_price": "IBKR gave no average cost for this position",
    "cost_basis": "IBKR gave no average cost for this position, or no rate to the base currency",
    "market_price": "IBKR gave no price for this position",
    "market_value": "IBKR gave no market value for this position",
    "unrealized_pnl": "IBKR gave no unrealized P&L for this position",
    "unrealized_pct": "Not known without the unrealized P&L and the average cost",
    "daily_pnl": "IBKR tells today's P&L while connected, for the first 50 positions",
    "net_pct": "Not known without the market value, its rate and the net liquidation value",
    "base_value": "Not known without the market value and a rate to the base currency",
    "base_pnl": "Not known without the unrealized P&L and a rate to the base currency",
    "days_to_expiry": "It has no expiry date",
}
NOT_KEPT = "The market prices of this run are not kept: of days past only the last run's are"
NOT_OF_THE_PAST = "Only for the positions of now; the timeline has every change"
NO_CHANGE_STORED = "No stored sync tells when its quantity or cost has changed"
NOTHING_CLOSED = "Nothing of this position has been closed yet"
NONE_CLOSED = "Nothing of these positions has been closed yet"
REALIZED = {
    Source.BROKER: "IBKR's own figure, net of commission",
    Source.FILLS: "Computed from the executions, net of commission; IBKR's report is not in yet",
    Source.ESTIMATE: (
        "An estimate at the last known market price: no execution tells at what price it was closed"
    ),
    Source.UNKNOWN: "Realized P&L is not known: no execution and no price for a part of it",
    Source.SKIPPED: "Realized P&L is not known: its calculation was switched off for a sync",
}
# figure -> how it is written, where a sync's change of it is shown until the user has seen it
MARKED: dict[str, Callable[[Formats, Decimal | None], str]] = {
    "quantity": Formats.quantity,
    "average_cost": Formats.price,
    "realized_pnl": Formats.gain,
}


def figure_tooltip(
    position: Position,
    context: PositionsContext,
    key: str,
    *,
    is_unknown: bool,
    is_live: bool,
    unknown: str,
) -> str:
    """Empty if there is nothing to add."""
    if is_live and position.account in context.unpriced:
        return NOT_KEPT
    if is_unknown:
        return unknown
    if is_live:
        at = position.daily_at if key == "daily_pnl" else position.figures_at
        return freshness(position, at, context)
    return before_text(position, context, key)


def before_text(position: Position, context: PositionsContext, key: str) -> str:
    """ "100 → 50", where a sync has changed the figure and the user has not seen it yet."""
    if key not in MARKED or position.identity not in context.unseen:
        return ""
    before = context.unseen[position.identity]
    if before is None:
        return "New since you last looked"
    old, new = figures(before, position, key)
    if old == new:
        return ""
    write = MARKED[key]
    return f"{write(context.formats, old)} → {write(context.formats, new)} since you last looked"


def is_changed(key: str) -> Callable[[Position, PositionsContext], bool]:
    """Whether a sync has changed this figure and the user has not seen it yet."""

    def changed(position: Position, context: PositionsContext) -> bool:
        before = context.unseen.get(position.identity)
        return before is not None and operator.ne(*figures(before, position, key))

    return changed


def figures(before: Position, after: Position, key: str) -> tuple[Decimal | None, Decimal | None]:
    return getattr(before, key), getattr(after, key)


def realized_tooltip(position: Position, context: PositionsContext) -> str:
    source = position.realized_source
    why = NOTHING_CLOSED if source is None else REALIZED[source]
    return "\n".join(filter(None, (before_text(position, context, "realized_pnl"), why)))


def group_tooltip(position: Position, context: PositionsContext) -> str:
    """What was divided by what, or why nothing was."""
    if position.account in context.unpriced:
        return NOT_KEPT
    whole = context.wholes.of(position, context)
    part = context.part_of(whole, position, position.market_value)
    if whole.amount is None or part is None:
        return whole.why
    write = context.formats.money
    return f"{write(part)} of the group's {write(whole.amount)} {whole.currency}"


def changed_tooltip(position: Position, context: PositionsContext) -> str:
    if context.changed is None:
        return NOT_OF_THE_PAST
    found = context.changed.get(position.identity)
    return NO_CHANGE_STORED if found is None else context.formats.exact_time(found)


def symbol_tooltip(position: Position, _context: PositionsContext) -> str:
    return instrument_text(position.instrument)


def freshness(position: Position, pushed_at: datetime | None, context: PositionsContext) -> str:
    """When a figure was last updated, and why it is not newer."""
    formats = context.formats
    why = "; the connection that brings newer ones is lost" if context.is_lost else ""
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

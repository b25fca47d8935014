"""The tooltips of cells: why a figure is missing, or where it comes from. Pure."""

import operator
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from app.domain.model.instruments import Instrument
from app.domain.model.positions import Position, Source
from app.domain.text.messages import joined, message
from app.ui.positions.context import PositionsContext
from app.ui.style.formatting import Formats

NO_COST = message("IBKR gave no average cost for this position")
# column -> why it shows a dash
UNKNOWN = {
    "average_cost": NO_COST,
    "average_price": NO_COST,
    "cost_basis": message(
        "IBKR gave no average cost for this position, or no rate to the base currency"
    ),
    "market_price": message("IBKR gave no price for this position"),
    "market_value": message("IBKR gave no market value for this position"),
    "unrealized_pnl": message("IBKR gave no unrealized P&L for this position"),
    "unrealized_pct": message("Not known without the unrealized P&L and the average cost"),
    "daily_pnl": message("IBKR sends daily P&L only while connected, for the first 50 positions"),
    "net_pct": message(
        "Not known without the market value, its rate and the net liquidation value"
    ),
    "base_value": message("Not known without the market value and a rate to the base currency"),
    "base_pnl": message("Not known without the unrealized P&L and a rate to the base currency"),
    "days_to_expiry": message("It has no expiry date"),
}
NOT_KEPT = message(
    "The market prices of this run were not kept: for past days, only those of the last run are"
)
NOT_OF_THE_PAST = message("Only for current positions; the timeline shows every change")
NO_CHANGE_STORED = message("No stored sync shows when its quantity or cost changed")
CONNECTION_LOST = message("the connection that brings newer figures is lost")
NOTHING_CLOSED = message("No part of this position has been closed yet")
NONE_CLOSED = message("No part of these positions has been closed yet")
REALIZED = {
    Source.BROKER: message("IBKR's own figure, net of commission"),
    Source.FILLS: message(
        "Computed from the executions, net of commission; IBKR's report is not in yet"
    ),
    Source.ESTIMATE: message(
        "Estimated at the last known market price: no execution shows the price of the close"
    ),
    Source.UNKNOWN: message(
        "Realized P&L is not known: part of it has neither an execution nor a price"
    ),
    Source.SKIPPED: message("Realized P&L is not known: its calculation was turned off for a sync"),
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
        return message("New since you last looked")
    old, new = figures(before, position, key)
    if old == new:
        return ""
    formats, write = context.formats, MARKED[key]
    # Translators: a figure before and after a sync, as in "100 → 50 since you last looked".
    return message(
        "{before} → {after} since you last looked",
        before=write(formats, old),
        after=write(formats, new),
    )


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
    return joined((before_text(position, context, "realized_pnl"), why), "\n")


def group_tooltip(position: Position, context: PositionsContext) -> str:
    """What was divided by what, or why nothing was."""
    if position.account in context.unpriced:
        return NOT_KEPT
    whole = context.wholes.of(position, context)
    part = context.part_of(whole, position, position.market_value)
    if whole.amount is None or part is None:
        return whole.why
    write = context.formats.money
    # Translators: two amounts in one currency, as in "2,000.00 of the group's 8,000.00 USD".
    return message(
        "{part} of the group's {whole} {currency}",
        part=write(part),
        whole=write(whole.amount),
        currency=whole.currency,
    )


def changed_tooltip(position: Position, context: PositionsContext) -> str:
    if context.changed is None:
        return NOT_OF_THE_PAST
    found = context.changed.get(position.identity)
    return NO_CHANGE_STORED if found is None else context.formats.exact_time(found)


def symbol_tooltip(position: Position, _context: PositionsContext) -> str:
    return instrument_text(position.instrument)


def freshness(position: Position, pushed_at: datetime | None, context: PositionsContext) -> str:
    """When a figure was last updated, and why it is not newer."""
    if pushed_at is None:
        time = context.formats.exact_time(position.last_synced_at)
        as_of = message("As of the sync {time}", time=time)
    else:
        as_of = message("As of {time}", time=context.formats.exact_time(pushed_at))
    return joined((as_of, CONNECTION_LOST), "; ") if context.is_lost else as_of


def instrument_text(held: Instrument) -> str:
    parts = [held.description, held.type_name, held.exchange, held.currency]
    if held.multiplier != 1:
        parts.append(f"× {held.multiplier.normalize():f}")
    if held.value_factor is not None:
        worth = f"{held.value_factor.normalize():f}"
        parts.append(message("worth {amount} each at a price of 1", amount=worth))
    if held.local_symbol and held.local_symbol != held.symbol:
        parts.append(held.local_symbol)
    return joined(parts, " · ")

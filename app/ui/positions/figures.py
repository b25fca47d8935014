"""The figures of a position that its columns show, beyond its own attributes. Pure."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from app.domain.model.amounts import ZERO, rounded
from app.domain.model.notes import PositionNotes
from app.domain.model.positions import Position, Source
from app.domain.text.foreign_text import ELLIPSIS
from app.ui.positions.context import HUNDRED, PositionsContext
from app.ui.style.formatting import ALMOST, DASH, Formats

MOST_DIGITS = 20  # of a price; a quotient that does not come out even has 28
PRICE = Decimal("1e-8")
PERCENT = Decimal("0.0001")  # a ratio's exact value would have 28 digits


def type_name(position: Position) -> str:
    return position.instrument.type_name


def description(position: Position) -> str:
    return position.instrument.description


class Noted(Protocol):
    """What the user can write notes about."""

    @property
    def notes(self) -> PositionNotes | None: ...


def tags(noted: Noted) -> str:
    return "" if noted.notes is None else ", ".join(noted.notes.tag_texts)


def note(noted: Noted) -> str:
    return "" if noted.notes is None else noted.notes.text


def first_line(text: str) -> str:
    """Of a longer text the first line, with a sign that there is more."""
    first, _, rest = text.partition("\n")
    return f"{first} {ELLIPSIS}" if rest else first


def instrument_order(position: Position) -> tuple[Any, ...]:
    """A symbol's stock first, then its derivatives by expiry, strike and right; then by account."""
    held = position.instrument
    named = held.symbol.casefold(), held.expiry, held.strike or ZERO, held.right
    return *named, position.account, held.con_id


def realized_text(position: Position, formats: Formats) -> str:
    text = formats.gain(position.realized_pnl)
    return f"{ALMOST} {text}" if is_estimate(position) else text


def realized_cell(position: Position, context: PositionsContext) -> str:
    text = context.formats.gain(context.money(position, position.realized_pnl))
    return f"{ALMOST} {text}" if is_estimate(position) else text


def is_estimate(position: Position) -> bool:
    return position.realized_source is Source.ESTIMATE and position.realized_pnl is not None


def percent(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return rounded(part / whole * HUNDRED, PERCENT) if part is not None and whole else None


def unrealized_pct(position: Position) -> Decimal | None:
    return percent(position.unrealized_pnl, absolute_cost(position))


def is_notional(position: Position) -> bool:
    """A future's value is notional: net liquidation has only its profit or loss."""
    return position.instrument.sec_type == "FUT"


def cost_basis(position: Position) -> Decimal | None:
    """What the position cost, by IBKR's average cost; negative where it was sold short."""
    cost = position.average_cost
    return None if cost is None else cost * position.quantity


def absolute_cost(position: Position) -> Decimal | None:
    cost = position.average_cost
    return None if cost is None else abs(cost * position.quantity)


def average_price(position: Position) -> Decimal | None:
    """The average cost per unit of the underlying, as prices are: without the multiplier."""
    cost, factor = position.average_cost, position.instrument.unit_value
    if cost is None or not factor:
        return None
    return short_price(cost / factor)


def short_price(price: Decimal) -> Decimal:
    """Without the digits of a quotient that does not come out even, which nobody knows."""
    return price if len(price.as_tuple().digits) < MOST_DIGITS else rounded(price, PRICE)


def is_nothing_closed(position: Position) -> bool:
    return position.realized_source is None


def changed_at(position: Position, context: PositionsContext) -> datetime | None:
    return None if context.changed is None else context.changed.get(position.identity)


def changed_text(position: Position, context: PositionsContext) -> str:
    found = changed_at(position, context)
    return DASH if found is None else context.formats.time(found)


def days_to_expiry(position: Position, context: PositionsContext) -> Decimal | None:
    expiry = position.instrument.expiry_date
    if expiry is None or context.today is None:
        return None
    return Decimal((expiry - context.today).days)


def of_net(position: Position, context: PositionsContext) -> Decimal | None:
    value = context.in_base(position, position.market_value)
    return percent(value, context.net.get(position.account))


def of_group(position: Position, context: PositionsContext) -> Decimal | None:
    whole = context.wholes.of(position, context)
    return percent(context.part_of(whole, position, position.market_value), whole.amount)

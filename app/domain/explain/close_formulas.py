"""The formula of a close's realized P&L, in words and with its numbers."""

from collections.abc import Sequence
from decimal import Decimal

from app.domain.explain.model import ExplainedClose, Number, NumberStyle, Text, unit_name
from app.domain.model.amounts import ZERO
from app.domain.model.positions import Close, EstimateBasis, Source
from app.domain.text.messages import Message, message, message_plural

# Within a formula.
PRICE_NAMES = {
    EstimateBasis.STRIKE: message("strike"),
    EstimateBasis.EXPIRY: message("value at expiry"),
    EstimateBasis.INTRINSIC: message("intrinsic value"),
}
MOST_TERMS = 6  # of a sum that is written out


def worked_out(explained: ExplainedClose) -> tuple[str, Text, Decimal | None]:
    """The formula in words, with its numbers, and its result."""
    source = explained.stored.close.source
    if source is Source.BROKER:
        return from_reports(explained)
    if explained.stored.close.basis is EstimateBasis.COST:
        return from_cost(explained)
    if source in (Source.FILLS, Source.ESTIMATE):
        return from_prices(explained)
    return "", (), None


def from_reports(explained: ExplainedClose) -> tuple[str, Text, Decimal | None]:
    reported = [used.fill.realized_pnl for used in explained.fills if used.fill is not None]
    known = [pnl for pnl in reported if pnl is not None]
    words = message("the sum of IBKR's realized P&L of its executions")
    if not known or len(known) < len(explained.fills):
        return words, (), None
    total = sum(known, ZERO)
    start = terms(known) if len(known) <= MOST_TERMS else (executions_text(len(known)),)
    return words, (*start, " = ", Number(total, NumberStyle.GAIN)), total


def from_prices(explained: ExplainedClose) -> tuple[str, Text, Decimal | None]:
    """Price times quantity; for a short position the difference is written the other way."""
    close, instrument = explained.stored.close, explained.stored.instrument
    unit, factor = instrument.unit_value, unit_name(instrument)
    cost, at = cost_each(close), close.exit_price
    if cost is None or at is None:
        return "", (), None
    proceeds: Text = (Number(at), " × ", Number(unit))
    is_long = was_long(explained, cost)
    numbers: Text = ("(", *proceeds, " − ", Number(cost), ") × ", Number(close.quantity_closed))
    if not is_long:
        numbers = ("(", Number(cost), " − ", *proceeds, ") × ", Number(close.quantity_closed))
    gain = (at * unit - cost) * close.quantity_closed * (1 if is_long else -1)
    is_net = close.source is Source.FILLS
    if is_net:
        paid = commission(explained)
        numbers, gain = (*numbers, " − ", Number(paid)), gain - paid
    words = price_formula(price_name(close), factor, is_long=is_long, is_net=is_net)
    return words, (*numbers, " = ", Number(gain, NumberStyle.GAIN)), gain


def price_name(close: Close) -> str:
    """What the close was computed with, within a formula."""
    if close.basis is not None:
        return PRICE_NAMES[close.basis]
    is_estimate = close.source is Source.ESTIMATE
    return message("last known price") if is_estimate else message("exit price")


def price_formula(price: str, factor: str, *, is_long: bool, is_net: bool) -> Message:
    """Args: is_net: the commission is subtracted."""
    if is_long and is_net:
        text = message(
            "({price} × {factor} − average cost) × quantity − commission",
            price=price,
            factor=factor,
        )
    elif is_long:
        text = message("({price} × {factor} − average cost) × quantity", price=price, factor=factor)
    elif is_net:
        text = message(
            "(average cost − {price} × {factor}) × quantity − commission",
            price=price,
            factor=factor,
        )
    else:
        text = message("(average cost − {price} × {factor}) × quantity", price=price, factor=factor)
    return text


def from_cost(explained: ExplainedClose) -> tuple[str, Text, Decimal | None]:
    """The cost moved into the underlying, less the cost of the close."""
    close, unit = explained.stored.close, explained.stored.instrument.unit_value
    if close.exit_price is None or close.cost is None or close.realized_pnl is None:
        return "", (), None
    moved = abs(close.exit_price * unit * close.quantity_closed)
    is_long = abs(moved - close.cost - close.realized_pnl) <= abs(
        close.cost - moved - close.realized_pnl
    )
    first, second = (moved, close.cost) if is_long else (close.cost, moved)
    words = (
        message("what went into the underlying's cost − cost")
        if is_long
        else message("cost − what went into the underlying's cost")
    )
    gain = first - second
    numbers: Text = (Number(first), " − ", Number(second), " = ", Number(gain, NumberStyle.GAIN))
    return words, numbers, gain


def executions_text(count: int) -> Message:
    return message_plural("{count} execution", "{count} executions", count)


def was_long(explained: ExplainedClose, cost: Decimal) -> bool:
    """By the executions; without any, by the sign that gives the stored figure."""
    for used in explained.fills:
        if used.fill is not None:
            return used.fill.quantity < 0
    close, unit = explained.stored.close, explained.stored.instrument.unit_value
    rise = ((close.exit_price or ZERO) * unit - cost) * close.quantity_closed
    return rise * (close.realized_pnl or ZERO) >= 0


def commission(explained: ExplainedClose) -> Decimal:
    """As the close was computed: of the executions whose commission is known."""
    if explained.stored.close.commission is not None:
        return explained.stored.close.commission
    return sum((used.commission or ZERO for used in explained.fills), ZERO)


def cost_each(close: Close) -> Decimal | None:
    """IBKR's average cost, of which a close keeps the product with the quantity."""
    if close.cost is None or close.entry_price is None:
        return None
    return (close.cost / close.quantity_closed).copy_sign(close.entry_price)


def terms(values: Sequence[Decimal]) -> Text:
    """ "1 + 2 − 3"."""
    parts: Text = (Number(values[0]),)
    for value in values[1:]:
        parts += (" − " if value < 0 else " + ", Number(abs(value)))
    return parts

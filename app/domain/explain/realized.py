"""Explains a realized P&L by its source's formula and numbers."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from app.domain.explain.model import (
    ExplainedClose,
    ExplainedField,
    ExplainedRow,
    Explanation,
    Number,
    NumberStyle,
    Text,
    difference,
    exact,
    unit_name,
    unit_rows,
)
from app.domain.model.amounts import ZERO, sum_if_known
from app.domain.model.positions import Close, EstimateBasis, Position, Source

SOURCES = {
    Source.BROKER: "IBKR's own",
    Source.FILLS: "computed from executions",
    Source.ESTIMATE: "estimated",
    Source.UNKNOWN: "not known",
    Source.SKIPPED: "not calculated",
}
NOTES = {
    Source.BROKER: "IBKR's realized P&L of an execution is net of commission.",
    Source.FILLS: "IBKR's own figure is not in for every execution.",
    Source.ESTIMATE: "No execution tells at what price it was closed: the last known price stands.",
    Source.UNKNOWN: "There is no price or no average cost to compute it from.",
    Source.SKIPPED: "The calculation of realized P&L was switched off for this sync.",
}
# Where an estimate comes from, if not from the last known price.
BASES = {
    EstimateBasis.STRIKE: (
        "An option on it was exercised or assigned, and no execution tells of it: the strike "
        "stands. A statement brings IBKR's own figure."
    ),
    EstimateBasis.COST: (
        "It was exercised or assigned, and no execution tells of it: what IBKR has moved into the "
        "cost of the underlying counts there, the rest here. A statement brings IBKR's own figure."
    ),
    EstimateBasis.EXPIRY: "It expired, and nothing says that it was worth anything: 0 stands.",
    EstimateBasis.INTRINSIC: (
        "It expired in the money, and nothing was delivered for it: the underlying's price less "
        "the strike, or the other way for a put, stands."
    ),
}
PRICE_NAMES = {
    EstimateBasis.STRIKE: "strike",
    EstimateBasis.EXPIRY: "value at expiry",
    EstimateBasis.INTRINSIC: "intrinsic value",
}
NOTHING_CLOSED = "Nothing of this position has been closed yet."
PART_UNKNOWN = "The sum is not known, because a part of it is not."
OTHER_TIME = "The table shows what was known at its time; this is what is known now."
MOST_TERMS = 6  # of a sum that is written out


def explain_close(explained: ExplainedClose) -> Explanation:
    """One close, by its source."""
    stored, close = explained.stored, explained.stored.close
    formula, numbers, computed = worked_out(explained)
    return Explanation(
        title=f"{ExplainedField.REALIZED.value}, {stored.instrument.currency}",
        subject=f"{stored.instrument.description} · {stored.account}",
        formula=formula,
        numbers=numbers,
        rows=(
            ExplainedRow(("Source",), (SOURCES[close.source],)),
            ExplainedRow(("Closed",), (close.closed_at,)),
            exact("Quantity closed", close.quantity_closed),
            *unit_rows(stored.instrument),
            exact("Average cost", cost_each(close)),
            ExplainedRow(("Entry price",), (Number(close.entry_price, NumberStyle.PRICE),)),
            ExplainedRow(("Exit price",), (Number(close.exit_price, NumberStyle.PRICE),)),
            exact("Commission", close.commission),
            *commission_rows(explained),
            exact("Realized P&L, stored", close.realized_pnl),
            *difference(close.realized_pnl, computed),
        ),
        note=BASES[close.basis] if close.basis else NOTES[close.source],
        fills=explained.fills,
        read_at=explained.read_at,
    )


def explain_realized(position: Position, closes: Sequence[ExplainedClose]) -> Explanation:
    """The sum of a position's closes; a single one is explained in full."""
    if closes:
        return compared(explain_closes(closes), position, closes)
    return Explanation(
        title=f"{ExplainedField.REALIZED.value}, {position.instrument.currency}",
        subject=f"{position.instrument.description} · {position.account}",
        note=NOTHING_CLOSED,
        read_at=position.last_synced_at,
    )


def compared(
    explanation: Explanation, position: Position, closes: Sequence[ExplainedClose]
) -> Explanation:
    """Adds the table's figure if it differs from the closes' sum: it is of the past, or a sync has
    been stored since."""
    if sum_if_known(each.stored.close.realized_pnl for each in closes) == position.realized_pnl:
        return explanation
    return replace(
        explanation,
        rows=(*explanation.rows, exact("In the table", position.realized_pnl)),
        note=f"{explanation.note} {OTHER_TIME}".strip(),
    )


def explain_closes(closes: Sequence[ExplainedClose]) -> Explanation:
    """The sum of some closes of one position, at least one; a single one in full."""
    if len(closes) == 1:
        return explain_close(closes[0])
    stored = closes[0].stored
    figures = [each.stored.close for each in closes]
    known = [close.realized_pnl for close in figures if close.realized_pnl is not None]
    total = sum_if_known(close.realized_pnl for close in figures)
    numbers: Text = ()
    if total is not None and len(known) <= MOST_TERMS:
        numbers = (*terms(known), " = ", Number(total, NumberStyle.GAIN))
    elif total is not None:
        numbers = (f"{len(known)} closes = ", Number(total, NumberStyle.GAIN))
    return Explanation(
        title=f"{ExplainedField.REALIZED.value}, {stored.instrument.currency}",
        subject=f"{stored.instrument.description} · {stored.account}",
        formula="the sum of its closes",
        numbers=numbers,
        rows=tuple(close_row(close) for close in figures),
        note=PART_UNKNOWN if total is None else "",
        fills=tuple(used for each in closes for used in each.fills),
        read_at=closes[-1].read_at,
    )


def close_row(close: Close) -> ExplainedRow:
    """Time, quantity and source of a close, with its realized P&L."""
    label = (close.closed_at, " · ", Number(close.quantity_closed), f" · {SOURCES[close.source]}")
    return ExplainedRow(label, (Number(close.realized_pnl, NumberStyle.GAIN),))


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
    words = "the sum of IBKR's realized P&L of its executions"
    if not known or len(known) < len(explained.fills):
        return words, (), None
    total = sum(known, ZERO)
    start = terms(known) if len(known) <= MOST_TERMS else (f"{len(known)} executions",)
    return words, (*start, " = ", Number(total, NumberStyle.GAIN)), total


def from_prices(explained: ExplainedClose) -> tuple[str, Text, Decimal | None]:
    """Price times quantity; for a short position the difference is written the other way."""
    close, instrument = explained.stored.close, explained.stored.instrument
    unit, factor = instrument.unit_value, unit_name(instrument)
    cost, at = cost_each(close), close.exit_price
    name = "last known price" if close.source is Source.ESTIMATE else "exit price"
    if close.basis is not None:
        name = PRICE_NAMES[close.basis]
    if cost is None or at is None:
        return "", (), None
    proceeds: Text = (Number(at), " × ", Number(unit))
    is_long = was_long(explained, cost)
    words = f"({name} × {factor} − average cost) × quantity"
    numbers: Text = ("(", *proceeds, " − ", Number(cost), ") × ", Number(close.quantity_closed))
    if not is_long:
        words = f"(average cost − {name} × {factor}) × quantity"
        numbers = ("(", Number(cost), " − ", *proceeds, ") × ", Number(close.quantity_closed))
    gain = (at * unit - cost) * close.quantity_closed * (1 if is_long else -1)
    if close.source is Source.FILLS:
        paid = commission(explained)
        words, numbers, gain = f"{words} − commission", (*numbers, " − ", Number(paid)), gain - paid
    return words, (*numbers, " = ", Number(gain, NumberStyle.GAIN)), gain


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
    words = ("what went into the underlying's cost", "cost")
    gain = first - second
    numbers: Text = (Number(first), " − ", Number(second), " = ", Number(gain, NumberStyle.GAIN))
    return " − ".join(words if is_long else reversed(words)), numbers, gain


def commission_rows(explained: ExplainedClose) -> tuple[ExplainedRow, ...]:
    """The commissions in other currencies, with their rates and the times of these."""
    currency = explained.stored.instrument.currency
    rows = []
    for used in explained.fills:
        fill = used.fill
        if fill is None or not fill.commission or fill.commission_currency in ("", currency):
            continue
        paid = (Number(fill.commission), f" {fill.commission_currency}")
        label = (f"Commission of {fill.exec_id}",)
        if fill.commission_rate is None:
            rows.append(ExplainedRow(label, (*paid, ", left out: no exchange rate is known")))
        elif fill.commission_rate_at is not None:
            rate = (" at ", Number(fill.commission_rate), f" {currency}, IBKR's rate of ")
            rows.append(ExplainedRow(label, (*paid, *rate, fill.commission_rate_at)))
    return tuple(rows)


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

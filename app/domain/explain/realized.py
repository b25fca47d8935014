"""Explains a realized P&L by its source's formula and numbers."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from app.domain.explain.close_formulas import MOST_TERMS, cost_each, terms, worked_out
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
    figure_title,
    unit_rows,
)
from app.domain.model.amounts import sum_if_known
from app.domain.model.positions import Close, EstimateBasis, Position, Source
from app.domain.text.messages import Message, joined, message, message_in, message_plural

SOURCES = {
    Source.BROKER: message("IBKR's own"),
    Source.FILLS: message("computed from executions"),
    Source.ESTIMATE: message("estimated"),
    Source.UNKNOWN: message("not known"),
    Source.SKIPPED: message("not calculated"),
}
NOTES = {
    Source.BROKER: message("IBKR's realized P&L of an execution is net of commission."),
    Source.FILLS: message("IBKR has not reported its own figure for every execution."),
    Source.ESTIMATE: message(
        "No execution shows the price of the close, so the last known price is used."
    ),
    Source.UNKNOWN: message("There is no price or no average cost to compute it from."),
    Source.SKIPPED: message("The calculation of realized P&L was turned off for this sync."),
}
# Where an estimate comes from, if not from the last known price.
BASES = {
    EstimateBasis.STRIKE: message(
        "An option on it was exercised or assigned, and no execution shows that, so the strike is "
        "used. A Flex statement brings IBKR's own figure."
    ),
    EstimateBasis.COST: message(
        "It was exercised or assigned, and no execution shows that. What IBKR has moved into the "
        "cost of the underlying counts there, the rest here. A Flex statement brings IBKR's own "
        "figure."
    ),
    EstimateBasis.EXPIRY: message(
        "It expired, and nothing shows that it was worth anything, so 0 is used."
    ),
    EstimateBasis.INTRINSIC: message(
        "It expired in the money, and nothing was delivered for it, so its intrinsic value is "
        "used: the underlying's price less the strike, or for a put the strike less that price."
    ),
}
NOTHING_CLOSED = message("No part of this position has been closed yet.")
PART_UNKNOWN = message("The sum is not known, because a part of it is not.")
OTHER_TIME = message("The table shows what was known at its time; this is what is known now.")
NO_RATE = message("not included: no exchange rate is known")


def explain_close(explained: ExplainedClose) -> Explanation:
    """One close, by its source."""
    stored, close = explained.stored, explained.stored.close
    formula, numbers, computed = worked_out(explained)
    return Explanation(
        title=figure_title(ExplainedField.REALIZED, stored.instrument.currency),
        subject=f"{stored.instrument.description} · {stored.account}",
        formula=formula,
        numbers=numbers,
        rows=(
            ExplainedRow((message("Source"),), (SOURCES[close.source],)),
            ExplainedRow((message_in("time", "Closed"),), (close.closed_at,)),
            exact(message("Quantity closed"), close.quantity_closed),
            *unit_rows(stored.instrument),
            exact(message("Average cost"), cost_each(close)),
            price_row(message("Entry price"), close.entry_price),
            price_row(message("Exit price"), close.exit_price),
            exact(message("Commission"), close.commission),
            *commission_rows(explained),
            exact(message("Realized P&L, stored"), close.realized_pnl),
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
        title=figure_title(ExplainedField.REALIZED, position.instrument.currency),
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
        rows=(*explanation.rows, exact(message("In the table"), position.realized_pnl)),
        note=joined((explanation.note, OTHER_TIME)),
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
        numbers = (closes_text(len(known)), " = ", Number(total, NumberStyle.GAIN))
    return Explanation(
        title=figure_title(ExplainedField.REALIZED, stored.instrument.currency),
        subject=f"{stored.instrument.description} · {stored.account}",
        formula=message("the sum of its closes"),
        numbers=numbers,
        rows=tuple(close_row(close) for close in figures),
        note=PART_UNKNOWN if total is None else "",
        fills=tuple(used for each in closes for used in each.fills),
        read_at=closes[-1].read_at,
    )


def closes_text(count: int) -> Message:
    return message_plural("{count} close", "{count} closes", count)


def price_row(label: str, price: Decimal | None) -> ExplainedRow:
    return ExplainedRow((label,), (Number(price, NumberStyle.PRICE),))


def close_row(close: Close) -> ExplainedRow:
    """Time, quantity and source of a close, with its realized P&L."""
    label = (close.closed_at, " · ", Number(close.quantity_closed), " · ", SOURCES[close.source])
    return ExplainedRow(label, (Number(close.realized_pnl, NumberStyle.GAIN),))


def commission_rows(explained: ExplainedClose) -> tuple[ExplainedRow, ...]:
    """The commissions in other currencies, with their rates and the times of these."""
    currency = explained.stored.instrument.currency
    rows: list[ExplainedRow] = []
    for used in explained.fills:
        fill = used.fill
        if fill is None or not fill.commission or fill.commission_currency in ("", currency):
            continue
        paid: Text = (Number(fill.commission), f" {fill.commission_currency}")
        label = message("Commission of {execution}", execution=fill.exec_id)
        if fill.commission_rate is None:
            rows.append(ExplainedRow((label,), (*paid, " · ", NO_RATE)))
        elif fill.commission_rate_at is not None:
            rows.append(ExplainedRow((label,), paid))
            rate = message(
                "IBKR's rate from {currency} to {base}",
                currency=fill.commission_currency,
                base=currency,
            )
            when = fill.commission_rate_at
            rows.append(ExplainedRow((rate,), (Number(fill.commission_rate), " · ", when)))
    return tuple(rows)

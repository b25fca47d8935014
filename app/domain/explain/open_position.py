"""Explains the figures of an open position by IBKR's values. Pure."""

from dataclasses import replace
from decimal import Decimal

from app.domain.explain.model import (
    ExplainedField,
    ExplainedRow,
    Explanation,
    Number,
    NumberStyle,
    Text,
    difference,
    exact,
    in_brackets,
    unit_name,
    unit_rows,
)
from app.domain.model.positions import Position

MISSING = "IBKR gave {what}, so there is nothing to compute."
DAILY = (
    "IBKR's own figure of its trading day, which Position Sync shows as it is pushed. It covers "
    "what was traded today too, so it is not a difference of the figures here."
)
NO_DAILY = "IBKR tells today's P&L while connected, for the first 50 positions."
NOTES = {
    "FUT": (
        "A future's market value is notional: net liquidation has only its P&L, as part of cash."
    ),
    "BOND": "A bond's price is in per cent of its face value.",
    "CASH": "A currency pair is part of the cash already.",
}


def explain(position: Position, field: ExplainedField) -> Explanation:
    """Args: field: any but the realized P&L, which needs the closes."""
    makers = {
        ExplainedField.QUANTITY: quantity,
        ExplainedField.AVERAGE_COST: average_cost,
        ExplainedField.MARKET_PRICE: market_price,
        ExplainedField.MARKET_VALUE: market_value,
        ExplainedField.UNREALIZED: unrealized,
        ExplainedField.UNREALIZED_PCT: unrealized_pct,
        ExplainedField.DAILY: daily,
    }
    return makers[field](position)


def quantity(held: Position) -> Explanation:
    return explanation(
        held,
        ExplainedField.QUANTITY,
        "",
        (),
        (
            exact("Quantity, IBKR's", held.quantity),
            exact("Multiplier", held.instrument.multiplier),
        ),
        "IBKR reports it; a short position's is negative.",
    )


def market_price(held: Position) -> Explanation:
    price = held.market_price
    return explanation(
        held,
        ExplainedField.MARKET_PRICE,
        "",
        (),
        (
            exact("Market price, IBKR's", price),
            exact("Quantity", held.quantity),
            exact("Multiplier", held.instrument.multiplier),
            exact("Market value, IBKR's", held.market_value),
        ),
        "IBKR gave no price for this position."
        if price is None
        else "IBKR's own price: as it pushes it while connected, otherwise that of the last sync.",
    )


def daily(held: Position) -> Explanation:
    figure = held.daily_pnl
    made = explanation(
        held,
        ExplainedField.DAILY,
        "",
        (),
        (
            exact("Daily P&L, IBKR's", figure),
            exact("Quantity", held.quantity),
            exact("Market value, IBKR's", held.market_value),
            exact("Unrealized P&L, IBKR's", held.unrealized_pnl),
        ),
        NO_DAILY if figure is None else DAILY,
    )
    return replace(made, read_at=held.daily_at)


def market_value(held: Position) -> Explanation:
    price, unit = held.market_price, held.instrument.unit_value
    product = None if price is None else price * held.quantity * unit
    return explanation(
        held,
        ExplainedField.MARKET_VALUE,
        f"price × quantity × {unit_name(held.instrument)}",
        () if product is None else product_text((price, held.quantity, unit), product),
        (
            exact("Market price, IBKR's", price),
            exact("Quantity", held.quantity),
            *unit_rows(held.instrument),
            exact("Market value, IBKR's", held.market_value),
            *difference(held.market_value, product),
        ),
        MISSING.format(what="no price") if price is None else "",
    )


def unrealized(held: Position) -> Explanation:
    value, cost = held.market_value, held.average_cost
    numbers: Text = ()
    computed = None
    if value is not None and cost is not None:
        computed = value - cost * held.quantity
        numbers = (
            *(Number(value), " − ", Number(cost), " × ", *in_brackets(held.quantity)),
            *(" = ", Number(computed, NumberStyle.GAIN)),
        )
    return explanation(
        held,
        ExplainedField.UNREALIZED,
        "market value − average cost × quantity",
        numbers,
        (
            exact("Market value, IBKR's", value),
            exact("Average cost, IBKR's", cost),
            exact("Quantity", held.quantity),
            *unit_rows(held.instrument),
            exact("Cost basis", basis(held)),
            exact("Unrealized P&L, IBKR's", held.unrealized_pnl),
            *difference(held.unrealized_pnl, computed),
        ),
        MISSING.format(what="no value or no average cost") if computed is None else "",
    )


def unrealized_pct(held: Position) -> Explanation:
    percent, cost = held.unrealized_pct, basis(held)
    numbers: Text = ()
    if percent is not None and cost is not None:
        numbers = (
            *(Number(held.unrealized_pnl), " ÷ ", Number(abs(cost)), " × 100 = "),
            Number(percent, NumberStyle.PERCENT),
        )
    return explanation(
        held,
        ExplainedField.UNREALIZED_PCT,
        "unrealized P&L ÷ cost basis × 100",
        numbers,
        (
            exact("Unrealized P&L, IBKR's", held.unrealized_pnl),
            exact("Average cost, IBKR's", held.average_cost),
            exact("Quantity", held.quantity),
            exact("Cost basis", cost),
        ),
        MISSING.format(what="no P&L or no average cost") if percent is None else "",
    )


def average_cost(held: Position) -> Explanation:
    cost, unit, paid = held.average_cost, held.instrument.unit_value, basis(held)
    each = None if cost is None or not unit else cost / unit
    numbers: Text = ()
    if cost is not None and paid is not None:
        numbers = (Number(cost), " × ", *in_brackets(held.quantity), " = ", Number(paid))
    return explanation(
        held,
        ExplainedField.AVERAGE_COST,
        "cost basis = average cost × quantity",
        numbers,
        (
            exact("Average cost, IBKR's", cost),
            exact("Quantity", held.quantity),
            *unit_rows(held.instrument),
            ExplainedRow(("Entry price, per unit",), (Number(each, NumberStyle.PRICE),)),
            exact("Cost basis", paid),
        ),
        "IBKR's average cost includes the multiplier and the commissions."
        if cost is not None
        else "IBKR gave no average cost for this position.",
    )


def explanation(
    held: Position,
    field: ExplainedField,
    formula: str,
    numbers: Text,
    rows: tuple[ExplainedRow, ...],
    note: str,
) -> Explanation:
    """Args: note: extended by a note for the type of the instrument."""
    about_type = NOTES.get(held.instrument.sec_type, "")
    return Explanation(
        title=f"{field.value}, {held.instrument.currency}",
        subject=f"{held.instrument.description} · {held.account}",
        formula=formula,
        numbers=numbers,
        rows=rows,
        note=" ".join(part for part in (note, about_type) if part),
        read_at=held.figures_at or held.last_synced_at,
    )


def basis(held: Position) -> Decimal | None:
    return None if held.average_cost is None else held.average_cost * held.quantity


def product_text(factors: tuple[Decimal | None, ...], product: Decimal) -> Text:
    parts: Text = ()
    for factor in factors:
        parts += ((" × ",) if parts else ()) + in_brackets(factor)
    return (*parts, " = ", Number(product))

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
    figure_title,
    in_brackets,
    unit_name,
    unit_rows,
)
from app.domain.model.positions import Position
from app.domain.text.messages import joined, message

NO_PRICE = message("IBKR gave no price, so there is nothing to compute.")
NO_VALUE_OR_COST = message(
    "IBKR gave no market value or no average cost, so there is nothing to compute."
)
NO_PNL_OR_COST = message(
    "IBKR gave no unrealized P&L or no average cost, so there is nothing to compute."
)
DAILY = message(
    "IBKR's own figure for its trading day, shown as IBKR sends it. It includes what was traded "
    "today, so it cannot be computed from the figures here."
)
NO_DAILY = message("IBKR sends daily P&L while connected, for the first 50 positions.")
NOTES = {
    "FUT": message(
        "A future's market value is notional: net liquidation includes only its P&L, as part of "
        "cash."
    ),
    "BOND": message("A bond's price is a percentage of its face value."),
    "CASH": message("A currency pair is already part of the cash."),
}
# the labels of IBKR's own values
IBKR_QUANTITY = message("IBKR's quantity")
IBKR_PRICE = message("IBKR's market price")
IBKR_VALUE = message("IBKR's market value")
IBKR_UNREALIZED = message("IBKR's unrealized P&L")
IBKR_COST = message("IBKR's average cost")
IBKR_DAILY = message("IBKR's daily P&L")
QUANTITY = message("Quantity")
MULTIPLIER = message("Multiplier")
COST_BASIS = message("Cost basis")


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
            exact(IBKR_QUANTITY, held.quantity),
            exact(MULTIPLIER, held.instrument.multiplier),
        ),
        message("As IBKR reports it; negative for a short position."),
    )


def market_price(held: Position) -> Explanation:
    price = held.market_price
    return explanation(
        held,
        ExplainedField.MARKET_PRICE,
        "",
        (),
        (
            exact(IBKR_PRICE, price),
            exact(QUANTITY, held.quantity),
            exact(MULTIPLIER, held.instrument.multiplier),
            exact(IBKR_VALUE, held.market_value),
        ),
        message("IBKR gave no price for this position.")
        if price is None
        else message(
            "IBKR's own price: the newest one while connected, otherwise that of the last sync."
        ),
    )


def daily(held: Position) -> Explanation:
    figure = held.daily_pnl
    made = explanation(
        held,
        ExplainedField.DAILY,
        "",
        (),
        (
            exact(IBKR_DAILY, figure),
            exact(QUANTITY, held.quantity),
            exact(IBKR_VALUE, held.market_value),
            exact(IBKR_UNREALIZED, held.unrealized_pnl),
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
        message("price × quantity × {factor}", factor=unit_name(held.instrument)),
        () if product is None else product_text((price, held.quantity, unit), product),
        (
            exact(IBKR_PRICE, price),
            exact(QUANTITY, held.quantity),
            *unit_rows(held.instrument),
            exact(IBKR_VALUE, held.market_value),
            *difference(held.market_value, product),
        ),
        NO_PRICE if price is None else "",
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
        message("market value − average cost × quantity"),
        numbers,
        (
            exact(IBKR_VALUE, value),
            exact(IBKR_COST, cost),
            exact(QUANTITY, held.quantity),
            *unit_rows(held.instrument),
            exact(COST_BASIS, basis(held)),
            exact(IBKR_UNREALIZED, held.unrealized_pnl),
            *difference(held.unrealized_pnl, computed),
        ),
        NO_VALUE_OR_COST if computed is None else "",
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
        message("unrealized P&L ÷ cost basis × 100"),
        numbers,
        (
            exact(IBKR_UNREALIZED, held.unrealized_pnl),
            exact(IBKR_COST, held.average_cost),
            exact(QUANTITY, held.quantity),
            exact(COST_BASIS, cost),
        ),
        NO_PNL_OR_COST if percent is None else "",
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
        message("cost basis = average cost × quantity"),
        numbers,
        (
            exact(IBKR_COST, cost),
            exact(QUANTITY, held.quantity),
            *unit_rows(held.instrument),
            ExplainedRow((message("Entry price, per unit"),), (Number(each, NumberStyle.PRICE),)),
            exact(COST_BASIS, paid),
        ),
        message("IBKR's average cost includes the multiplier and the commissions.")
        if cost is not None
        else message("IBKR gave no average cost for this position."),
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
        title=figure_title(field, held.instrument.currency),
        subject=f"{held.instrument.description} · {held.account}",
        formula=formula,
        numbers=numbers,
        rows=rows,
        note=joined((note, about_type)),
        read_at=held.figures_at or held.last_synced_at,
    )


def basis(held: Position) -> Decimal | None:
    return None if held.average_cost is None else held.average_cost * held.quantity


def product_text(factors: tuple[Decimal | None, ...], product: Decimal) -> Text:
    parts: Text = ()
    for factor in factors:
        parts += ((" × ",) if parts else ()) + in_brackets(factor)
    return (*parts, " = ", Number(product))

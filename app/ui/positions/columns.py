"""The columns of the positions table: what each shows, sorts by, sums and exports. Pure."""

from operator import attrgetter

from app.domain.explain.model import ExplainedField
from app.domain.text.messages import message
from app.ui.positions import tooltips
from app.ui.positions.column_makers import (
    MONEY,
    MoneyOf,
    PositionColumn,
    figure,
    in_base,
    money,
    number,
)
from app.ui.positions.describing_columns import DESCRIBING
from app.ui.positions.figures import (
    absolute_cost,
    average_price,
    cost_basis,
    description,
    instrument_order,
    is_nothing_closed,
    is_notional,
    of_group,
    of_net,
    realized_cell,
    unrealized_pct,
)
from app.ui.style.formatting import Formats
from app.ui.table.core.column import Column, Subtotal
from app.ui.table.core.plain_columns import word

NAMED_BY = (
    *("instrument.symbol", "instrument.expiry", "instrument.strike", "instrument.right"),
    *("instrument.sec_type", "instrument.currency"),
)

market_value: MoneyOf = attrgetter("market_value")
unrealized_pnl: MoneyOf = attrgetter("unrealized_pnl")
daily_pnl: MoneyOf = attrgetter("daily_pnl")

COLUMNS: tuple[PositionColumn, ...] = (
    Column(
        *("symbol", message("Symbol")),
        lambda position, _: description(position),
        lambda position, _: description(position),
        description=message("The instrument; options with expiry, strike and right"),
        order=lambda position, _: instrument_order(position)[:4],
        context=("unseen",),
        is_tie_break=True,
        tooltip=tooltips.symbol_tooltip,
        depends_on=NAMED_BY,
        width=16,
        is_hideable=False,
    ),
    figure(
        *("quantity", message("Quantity"), attrgetter("quantity"), Formats.quantity),
        description=message("Shares or contracts; negative for a short position"),
        depends_on=("quantity",),
        subtotal=Subtotal.QUANTITY,
    ),
    word(
        *("currency", message("Currency"), attrgetter("instrument.currency")),
        depends_on=("instrument.currency",),
        is_groupable=True,
        width=5,
    ),
    figure(
        *("market_price", message("Market price"), attrgetter("market_price"), Formats.price),
        description=message("IBKR's price; for an option, per share"),
        depends_on=("market_price",),
        is_live=True,
    ),
    figure(
        *("average_cost", message("Average cost"), attrgetter("average_cost"), Formats.price),
        description=message("IBKR's average cost per share or contract, multiplier included"),
        depends_on=("average_cost",),
    ),
    figure(
        *("average_price", message("Average price"), average_price, Formats.price),
        description=message("The average cost per unit, to compare with the market price"),
        depends_on=("average_cost", "instrument.multiplier", "instrument.value_factor"),
        is_shown=False,
    ),
    money(
        *("cost_basis", message("Cost basis"), cost_basis, ("quantity", "average_cost")),
        description=message("Average cost × quantity"),
        is_shown=False,
    ),
    money(
        *("market_value", message("Market value"), market_value, ("market_value",)),
        description=message("IBKR's value of the position; for a future, its notional value"),
        sum_note=(is_notional, message("Includes futures at their notional value")),
        is_live=True,
    ),
    money(
        *("unrealized_pnl", message("Unrealized P&L"), unrealized_pnl, ("unrealized_pnl",)),
        description=message("Profit or loss on what is still held, as IBKR reports it"),
        is_gain=True,
        is_live=True,
    ),
    figure(
        *("unrealized_pct", message("Unrealized %"), unrealized_pct, Formats.percent),
        description=message("Unrealized P&L ÷ cost basis"),
        depends_on=("quantity", "average_cost", "unrealized_pnl"),
        is_gain=True,
        is_live=True,
        subtotal=Subtotal.RATIO,
        ratio=(unrealized_pnl, absolute_cost),
    ),
    money(
        *("daily_pnl", message("Daily P&L"), daily_pnl, ("daily_pnl",)),
        description=message("Today's profit or loss, as IBKR sends it while connected"),
        is_gain=True,
        is_live=True,
    ),
    money(
        *("realized_pnl", message("Realized P&L"), attrgetter("realized_pnl")),
        ("realized_pnl", "realized_source"),
        description=message("Profit or loss on the part of this position that was closed"),
        nothing=(is_nothing_closed, tooltips.NONE_CLOSED),
        is_gain=True,
        text=realized_cell,
        tooltip=tooltips.realized_tooltip,
    ),
    number(
        *("net_pct", message("% of net liq."), of_net, Formats.share),
        description=message("Market value ÷ the account's net liquidation value"),
        depends_on=("market_value", "instrument.currency"),
        context=("net", *MONEY),
        is_live=True,
        is_shown=False,
    ),
    number(
        *("group_pct", message("% of group"), of_group, Formats.share),
        description=message("Market value ÷ the market value of its innermost group"),
        depends_on=("market_value", "instrument.currency"),
        context=("wholes", *MONEY),
        tooltip=tooltips.group_tooltip,
        is_live=True,
        is_shown=False,
    ),
    in_base(
        *("base_value", message("Value in base"), market_value, ("market_value",)),
        description=message("Market value in the account's base currency, at IBKR's rate"),
        is_live=True,
    ),
    in_base(
        *("base_pnl", message("P&L in base"), unrealized_pnl, ("unrealized_pnl",)),
        description=message("Unrealized P&L in the account's base currency, at IBKR's rate"),
        is_gain=True,
        is_live=True,
    ),
    *DESCRIBING,
)
KEYS = tuple(column.key for column in COLUMNS)
TITLES = tuple(column.title for column in COLUMNS)
# column -> the figure in it that can be explained
SUBJECTS = {
    "quantity": ExplainedField.QUANTITY,
    "average_cost": ExplainedField.AVERAGE_COST,
    "market_price": ExplainedField.MARKET_PRICE,
    "market_value": ExplainedField.MARKET_VALUE,
    "unrealized_pnl": ExplainedField.UNREALIZED,
    "unrealized_pct": ExplainedField.UNREALIZED_PCT,
    "daily_pnl": ExplainedField.DAILY,
    "realized_pnl": ExplainedField.REALIZED,
}

"""The columns of the positions table: what each shows, sorts by, sums and exports. Pure."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from app.domain.explain.model import ExplainedField
from app.domain.model.amounts import ZERO
from app.domain.model.instruments import expiry_text
from app.domain.model.positions import Position, Source
from app.export.sheet import Kind
from app.ui.positions import tooltips
from app.ui.positions.context import HUNDRED, PositionsContext
from app.ui.style.formatting import ALMOST, DASH, Formats
from app.ui.style.theme import GAIN_TONES
from app.ui.table.column import Column, Subtotal

PositionColumn = Column[Position, PositionsContext]
MoneyOf = Callable[[Position], Decimal | None]
PERCENT = Decimal("0.0001")  # a ratio's exact value would have 28 digits
NAMED_BY = (
    *("instrument.symbol", "instrument.expiry", "instrument.strike", "instrument.right"),
    *("instrument.sec_type", "instrument.currency"),
)
COST = ("quantity", "average_cost", *NAMED_BY)
MONEY = ("is_in_base", "rates", "base_currency")


# how a figure is written -> what it is to a spreadsheet
KINDS: dict[Callable[[Formats, Decimal | None], str], Kind] = {
    Formats.quantity: Kind.QUANTITY,
    Formats.price: Kind.PRICE,
    Formats.money: Kind.MONEY,
    Formats.gain: Kind.MONEY,
    Formats.percent: Kind.PERCENT,
    Formats.share: Kind.PERCENT,
}


def type_name(position: Position) -> str:
    return position.instrument.type_name


def description(position: Position) -> str:
    return position.instrument.description


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
    return (part / whole * HUNDRED).quantize(PERCENT) if part is not None and whole else None


def unrealized_pct(position: Position) -> Decimal | None:
    return percent(position.unrealized_pnl, absolute_cost(position))


def cost_basis(position: Position) -> Decimal | None:
    """What the position cost, by IBKR's average cost; negative where it was sold short."""
    cost = position.average_cost
    return None if cost is None else cost * position.quantity


def absolute_cost(position: Position) -> Decimal | None:
    cost = cost_basis(position)
    return None if cost is None else abs(cost)


def average_price(position: Position) -> Decimal | None:
    """The average cost per unit of the underlying, as prices are: without the multiplier."""
    cost, factor = position.average_cost, position.instrument.unit_value
    if cost is None or not factor:
        return None
    price = cost / factor
    return price if len(price.as_tuple().digits) < 20 else price.quantize(Decimal("1e-8"))


def realized_amount(position: Position) -> Decimal | None:
    """Zero while nothing has been closed: there is nothing to know then."""
    return ZERO if position.realized_source is None else position.realized_pnl


def days_to_expiry(position: Position, context: PositionsContext) -> Decimal | None:
    expiry = position.instrument.expiry_date
    if expiry is None or context.today is None:
        return None
    return Decimal((expiry - context.today).days)


def word(
    key: str,
    title: str,
    value: Callable[[Position], str],
    depends_on: tuple[str, ...],
    **more: Any,
) -> PositionColumn:
    return Column(
        *(key, title),
        lambda position, _: value(position),
        lambda position, _: value(position) or DASH,
        depends_on=depends_on,
        **more,
    )


def time(
    key: str,
    title: str,
    value: Callable[[Position], datetime],
    write: Callable[[Formats, datetime], str],
    **more: Any,
) -> PositionColumn:
    return Column(
        *(key, title),
        lambda position, _: value(position),
        lambda position, context: write(context.formats, value(position)),
        tooltip=lambda position, context: context.formats.exact_time(value(position)),
        **more,
    )


def number(
    key: str,
    title: str,
    value: Callable[[Position, PositionsContext], Decimal | None],
    write: Callable[[Formats, Decimal | None], str],
    **more: Any,
) -> PositionColumn:
    """Args: more: `is_gain` colours it by its sign."""
    tone = None
    if more.pop("is_gain", False):

        def tone(position: Position, context: PositionsContext) -> str:
            return GAIN_TONES[context.formats.tone(value(position, context))]

    is_live = more.get("is_live", False)
    unknown = tooltips.UNKNOWN.get(key, "")

    def tooltip(position: Position, context: PositionsContext) -> str:
        found = value(position, context)
        return tooltips.figure_tooltip(
            *(position, context, key), is_unknown=found is None, is_live=is_live, unknown=unknown
        )

    more = {
        "text": lambda position, context: write(context.formats, value(position, context)),
        "tone": tone,
        "tooltip": tooltip,
        "is_changed": tooltips.is_changed(key) if key in tooltips.MARKED else None,
        "kind": KINDS.get(write),
        **more,
    }
    return Column(key, title, value, is_number=True, **more)


def figure(
    key: str,
    title: str,
    value: MoneyOf,
    write: Callable[[Formats, Decimal | None], str],
    **more: Any,
) -> PositionColumn:
    """A figure that is no amount of money: quantities, prices per unit."""
    return number(key, title, lambda position, _: value(position), write, **more)


def money(
    key: str,
    title: str,
    value: MoneyOf,
    depends_on: tuple[str, ...],
    *,
    amount: MoneyOf | None = None,
    **more: Any,
) -> PositionColumn:
    """An amount in the position's currency, or in the base currency if that is shown."""
    return number(
        *(key, title),
        lambda position, context: context.money(position, value(position)),
        Formats.gain if more.get("is_gain") else Formats.money,
        depends_on=depends_on,
        context=MONEY,
        is_money=True,
        subtotal=Subtotal.MONEY,
        amount=amount or value,
        **more,
    )


def in_base(key: str, title: str, value: MoneyOf, depends_on: tuple[str, ...], **more: Any) -> Any:
    """An amount in the account's base currency, whatever the others are shown in."""
    return number(
        *(key, title),
        lambda position, context: context.in_base(position, value(position)),
        Formats.gain if more.get("is_gain") else Formats.money,
        depends_on=(*depends_on, "instrument.currency"),
        context=MONEY,
        is_shown=False,
        **more,
    )


def of_net(position: Position, context: PositionsContext) -> Decimal | None:
    value = context.in_base(position, position.market_value)
    return percent(value, context.net.get(position.account))


market_value: MoneyOf = attrgetter("market_value")
unrealized_pnl: MoneyOf = attrgetter("unrealized_pnl")
daily_pnl: MoneyOf = attrgetter("daily_pnl")

COLUMNS: tuple[PositionColumn, ...] = (
    Column(
        *("symbol", "Symbol"),
        lambda position, _: description(position),
        lambda position, _: description(position),
        description="The instrument; options with expiry, strike and right",
        order=lambda position, _: instrument_order(position)[:4],
        is_tie_break=True,
        tooltip=tooltips.symbol_tooltip,
        depends_on=NAMED_BY,
        width=16,
        is_hideable=False,
    ),
    figure(
        *("quantity", "Quantity", attrgetter("quantity"), Formats.quantity),
        description="Shares or contracts; negative where sold short",
        depends_on=("quantity",),
        subtotal=Subtotal.QUANTITY,
    ),
    word(
        *("currency", "Currency", attrgetter("instrument.currency"), ("instrument.currency",)),
        is_groupable=True,
        width=5,
    ),
    figure(
        *("market_price", "Market price", attrgetter("market_price"), Formats.price),
        description="IBKR's price; for an option per share",
        depends_on=("market_price",),
        is_live=True,
    ),
    figure(
        *("average_cost", "Average cost", attrgetter("average_cost"), Formats.price),
        description="IBKR's average cost per share or contract, multiplier included",
        depends_on=("average_cost",),
    ),
    figure(
        *("average_price", "Average price", average_price, Formats.price),
        description="The average cost per unit, to compare with the market price",
        depends_on=("average_cost", "instrument.multiplier", "instrument.value_factor"),
        is_shown=False,
    ),
    money(
        *("cost_basis", "Cost basis", cost_basis, ("quantity", "average_cost")),
        description="Average cost × quantity",
        is_shown=False,
    ),
    money(
        *("market_value", "Market value", market_value, ("market_value",)),
        description="What IBKR values the position at",
        is_live=True,
    ),
    money(
        *("unrealized_pnl", "Unrealized P&L", unrealized_pnl, ("unrealized_pnl",)),
        description="Profit or loss of what is still held, as IBKR gives it",
        is_gain=True,
        is_live=True,
    ),
    figure(
        *("unrealized_pct", "Unrealized %", unrealized_pct, Formats.percent),
        description="Unrealized P&L ÷ cost basis",
        depends_on=("quantity", "average_cost", "unrealized_pnl"),
        is_gain=True,
        is_live=True,
        subtotal=Subtotal.RATIO,
        ratio=(unrealized_pnl, absolute_cost),
    ),
    money(
        *("daily_pnl", "Day's P&L", daily_pnl, ("daily_pnl",)),
        description="Today's profit or loss, as IBKR pushes it while connected",
        is_gain=True,
        is_live=True,
    ),
    money(
        *("realized_pnl", "Realized P&L", attrgetter("realized_pnl")),
        ("realized_pnl", "realized_source"),
        description="Profit or loss of what was closed of this position",
        amount=realized_amount,
        is_gain=True,
        text=realized_cell,
        tooltip=tooltips.realized_tooltip,
    ),
    number(
        *("net_pct", "% of net liq.", of_net, Formats.share),
        description="Market value ÷ the account's net liquidation value",
        depends_on=("market_value", "instrument.currency"),
        context=("net", *MONEY),
        is_live=True,
        is_shown=False,
    ),
    in_base(
        *("base_value", "Value in base", market_value, ("market_value",)),
        description="Market value in the account's base currency, with IBKR's rate",
        is_live=True,
    ),
    in_base(
        *("base_pnl", "P&L in base", unrealized_pnl, ("unrealized_pnl",)),
        description="Unrealized P&L in the account's base currency, with IBKR's rate",
        is_gain=True,
        is_live=True,
    ),
    word(
        *("type", "Type", type_name, ("instrument.sec_type",)),
        is_groupable=True,
    ),
    word(
        *("underlying", "Underlying", attrgetter("instrument.symbol"), ("instrument.symbol",)),
        description="What an option or future is on; else the symbol itself",
        is_groupable=True,
        is_shown=False,
    ),
    Column(
        *("expiry", "Expiry"),
        lambda position, _: position.instrument.expiry or None,
        lambda position, _: expiry_text(position.instrument.expiry) or DASH,
        kind=Kind.DATE,
        depends_on=("instrument.expiry",),
        is_groupable=True,
        is_shown=False,
    ),
    number(
        *("days_to_expiry", "Days to expiry", days_to_expiry, Formats.quantity),
        description="Days until the last trading day; negative once it has passed",
        depends_on=("instrument.expiry",),
        context=("today",),
        is_shown=False,
    ),
    figure(
        *("multiplier", "Multiplier", attrgetter("instrument.multiplier"), Formats.quantity),
        description="Units of the underlying in one contract",
        depends_on=("instrument.multiplier",),
        is_shown=False,
    ),
    word(
        *("exchange", "Exchange", attrgetter("instrument.exchange"), ("instrument.exchange",)),
        is_shown=False,
    ),
    Column(
        *("con_id", "Con ID"),
        lambda position, _: position.instrument.con_id,
        lambda position, _: str(position.instrument.con_id),
        description="IBKR's number of the contract",
        is_number=True,
        is_shown=False,
    ),
    time("opened_at", "Opened", attrgetter("opened_at"), Formats.date, depends_on=("opened_at",)),
    time(
        *("last_synced_at", "Last synced", attrgetter("last_synced_at"), Formats.time),
        context=("synced",),
    ),
    word("account", "Account", attrgetter("account"), (), is_groupable=True),
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

"""The columns of the positions table: what each shows, sorts by and exports. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from app.domain.explain.model import ExplainedField
from app.domain.model.amounts import ZERO
from app.domain.model.positions import Position, Source
from app.ui.style.formatting import ALMOST, DASH, Formats

Value = str | Decimal | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        width: the initial one, in device-independent pixels.
        value: of a position; None where it is not known.
        text: the cell's.
        order: the sort key, None only where `value` is; without it, `value` is the sort key.
        is_number: right-aligned.
        is_gain: red or green by its sign.
    """

    title: str
    width: int
    value: Callable[[Position], Any]
    text: Callable[[Position, Formats], str]
    order: Callable[[Position], Any] | None = None
    is_number: bool = False
    is_gain: bool = False

    @property
    def sort_by(self) -> Callable[[Position], Any]:
        return self.order or self.value


def type_name(position: Position) -> str:
    return position.instrument.type_name


def description(position: Position) -> str:
    return position.instrument.description


def instrument_order(position: Position) -> tuple[str, str, Decimal, str]:
    """A symbol's stock first, then its derivatives by expiry, strike and right."""
    held = position.instrument
    return held.symbol.casefold(), held.expiry, held.strike or ZERO, held.right


def realized_text(position: Position, formats: Formats) -> str:
    text = formats.gain(position.realized_pnl)
    return f"{ALMOST} {text}" if is_estimate(position) else text


def is_estimate(position: Position) -> bool:
    return position.realized_source is Source.ESTIMATE and position.realized_pnl is not None


def unrealized_pct(position: Position) -> Decimal | None:
    return position.unrealized_pct


def text_column(title: str, width: int, value: Callable[[Position], str]) -> Column:
    return Column(title, width, value, lambda position, _: value(position) or DASH)


def time_column(
    title: str,
    width: int,
    value: Callable[[Position], datetime],
    write: Callable[[Formats, datetime], str],
) -> Column:
    return Column(title, width, value, lambda position, formats: write(formats, value(position)))


def number_column(
    title: str,
    width: int,
    value: Callable[[Position], Any],
    write: Callable[[Formats, Any], str],
    *,
    is_gain: bool = False,
) -> Column:
    return Column(
        title,
        width,
        value,
        lambda position, formats: write(formats, value(position)),
        is_number=True,
        is_gain=is_gain,
    )


COLUMNS = (
    text_column("Account", 104, attrgetter("account")),
    Column("Symbol", 176, description, lambda p, _: description(p), order=instrument_order),
    text_column("Type", 90, type_name),
    number_column("Quantity", 108, attrgetter("quantity"), Formats.quantity),
    number_column("Average cost", 100, attrgetter("average_cost"), Formats.price),
    number_column("Market price", 100, attrgetter("market_price"), Formats.price),
    number_column("Market value", 116, attrgetter("market_value"), Formats.money),
    number_column("Unrealized P&L", 120, attrgetter("unrealized_pnl"), Formats.gain, is_gain=True),
    number_column("Unrealized %", 108, unrealized_pct, Formats.percent, is_gain=True),
    number_column("Day's P&L", 104, attrgetter("daily_pnl"), Formats.gain, is_gain=True),
    Column(
        "Realized P&L",
        124,
        attrgetter("realized_pnl"),
        realized_text,
        is_number=True,
        is_gain=True,
    ),
    text_column("Currency", 84, attrgetter("instrument.currency")),
    time_column("Opened", 104, attrgetter("opened_at"), Formats.date),
    time_column("Last synced", 148, attrgetter("last_synced_at"), Formats.time),
)
TITLES = tuple(column.title for column in COLUMNS)
(
    ACCOUNT, SYMBOL, TYPE, QUANTITY, AVERAGE_COST, MARKET_PRICE, MARKET_VALUE, UNREALIZED,
    UNREALIZED_PCT, DAILY, REALIZED, CURRENCY, OPENED, LAST_SYNCED,
) = range(len(COLUMNS))  # fmt: skip
# What IBKR pushes while connected.
LIVE = frozenset({MARKET_PRICE, MARKET_VALUE, UNREALIZED, UNREALIZED_PCT, DAILY})
# column -> the figure in it that can be explained
SUBJECTS = {
    QUANTITY: ExplainedField.QUANTITY,
    AVERAGE_COST: ExplainedField.AVERAGE_COST,
    MARKET_PRICE: ExplainedField.MARKET_PRICE,
    MARKET_VALUE: ExplainedField.MARKET_VALUE,
    UNREALIZED: ExplainedField.UNREALIZED,
    UNREALIZED_PCT: ExplainedField.UNREALIZED_PCT,
    DAILY: ExplainedField.DAILY,
    REALIZED: ExplainedField.REALIZED,
}

"""The tables below the charts: each row is what one bar, tile or point shows. Pure."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, TypeVar

from app.domain.charts.allocation import Share
from app.domain.charts.paid import Payer
from app.domain.charts.ranges import BarLength
from app.domain.charts.realized import RealizedBar
from app.domain.charts.value import ValuePoint
from app.domain.charts.value_gains import DayGain
from app.domain.text.messages import message, message_in, translated
from app.export.sheet import Kind
from app.ui.charts.sections.column_makers import (
    amount,
    count,
    currency_column,
    money,
    sums_columns,
)
from app.ui.charts.texts import period_text
from app.ui.style.formatting import Formats
from app.ui.style.theme import GAIN_TONES
from app.ui.table.core.column import Column, PlainContext, TableSpec, default_columns
from app.ui.table.core.layout import TableLayout
from app.ui.table.core.plain_columns import figure, time, word

R = TypeVar("R")
SIDES = {False: message("Long"), True: message("Short")}  # whether it is short


@dataclass(frozen=True, slots=True)
class RealizedRow:
    """Attributes:
    total: of all that is known up to and with this period.
    """

    bar: RealizedBar
    total: Decimal
    currency: str
    length: BarLength


@dataclass(frozen=True, slots=True)
class ShareRow:
    share: Share
    weight: Decimal | None
    currency: str
    title: str


@dataclass(frozen=True, slots=True)
class PayerRow:
    payer: Payer
    currency: str


@dataclass(frozen=True, slots=True)
class ValueRow:
    """Attributes:
    day: the gain of the point's day; None for a point that is not its day's last.
    """

    point: ValuePoint
    day: DayGain | None
    currency: str

    @property
    def source(self) -> str:
        return message("Derived") if self.point.is_derived else message("Reported")


REALIZED: tuple[Column[RealizedRow, PlainContext], ...] = (
    Column(
        *("period", message("Period")),
        lambda row, _: row.bar.start,
        lambda row, context: period_text(row.bar, row.length, context.formats),
        description=message("When it was closed, in this computer's time zone"),
        kind=Kind.DATE,
        width=14,
        is_hideable=False,
    ),
    *sums_columns(attrgetter("bar.sums")),
    amount(
        *("total", message("Running total"), attrgetter("total")),
        message("Of all periods up to this one"),
    ),
    currency_column(),
)
ALLOCATION: tuple[Column[ShareRow, PlainContext], ...] = (
    word(
        *("name", message("Name"), attrgetter("share.name")),
        text=lambda row, _: row.title,
        description=message("What the positions are grouped by"),
        width=18,
        is_hideable=False,
    ),
    word(
        *("side", message("Side"), lambda row: SIDES[row.share.is_short]),
        text=lambda row, _: translated(SIDES[row.share.is_short]),
        description=message("Long and short positions are never netted"),
        width=7,
    ),
    money(
        *("value", message("Market value"), attrgetter("share.value")),
        message("Negative for short positions"),
    ),
    figure(
        *("weight", message_in("column", "Share"), attrgetter("weight"), Formats.share),
        description=message("Of long plus short, both counted as positive"),
        kind=Kind.PERCENT,
        width=9,
    ),
    amount(
        *("unrealized", message("Unrealized P&L"), attrgetter("share.unrealized")),
        message("Of these positions"),
    ),
    figure(
        *("performance", message("Unrealized %"), attrgetter("share.performance"), Formats.percent),
        description=message("Unrealized P&L in per cent of the cost"),
        tone=lambda row, context: GAIN_TONES[context.formats.tone(row.share.performance)],
        kind=Kind.PERCENT,
        width=11,
    ),
    count(
        *("positions", message("Positions"), attrgetter("share.positions")),
        message("The number of positions"),
    ),
    currency_column(),
)
PAID: tuple[Column[PayerRow, PlainContext], ...] = (
    word(
        *("underlying", message("Underlying"), attrgetter("payer.underlying")),
        description=message("The symbol, with its options and futures"),
        width=14,
        is_hideable=False,
    ),
    amount(
        *("total", message("Total"), attrgetter("payer.total")),
        message("Realized plus unrealized P&L"),
    ),
    *sums_columns(attrgetter("payer.realized")),
    amount(
        *("unrealized", message("Unrealized P&L"), attrgetter("payer.unrealized")),
        message("Of the positions that are still open"),
    ),
    count(
        *("positions", message_in("column", "Open"), attrgetter("payer.positions")),
        message("Open positions"),
    ),
    count(
        *("unknown_positions", message("Open, unknown"), attrgetter("payer.unknown")),
        message("Open positions without a figure or an exchange rate"),
    ),
    currency_column(),
)
VALUE: tuple[Column[ValueRow, PlainContext], ...] = (
    time(
        *("time", message("Time"), attrgetter("point.at")),
        description=message("When TWS was read"),
        is_hideable=False,
    ),
    money(
        *("net_liquidation", message("Net liquidation"), attrgetter("point.net_liquidation")),
        message("As reported by IBKR"),
    ),
    money(
        *("market_value", message("Market value"), attrgetter("point.market_value")),
        message("Of all positions"),
    ),
    money("cash", message("Cash"), attrgetter("point.cash"), message("As reported by IBKR")),
    amount(
        *("unrealized", message("Unrealized P&L"), attrgetter("point.unrealized")),
        message("Of open positions"),
    ),
    amount(
        *("deposited", message("Deposited"), lambda row: row.day and row.day.deposited),
        message("Deposits less withdrawals since the day before; unknown without a statement"),
    ),
    amount(
        *("gain", message("Gain"), lambda row: row.day and row.day.gain),
        message("Change of net liquidation since the day before, without deposits and withdrawals"),
    ),
    amount(
        *("total_gain", message("Total gain"), lambda row: row.day and row.day.total),
        message("Of all days up to this one whose gain is known"),
    ),
    word(
        *("source", message("Source"), attrgetter("source")),
        text=lambda row, _: translated(row.source),
        description=message("Reported by IBKR, or derived: quantities × prices of a sync"),
        width=10,
    ),
    currency_column(),
)


def spec(
    name: str,
    columns: tuple[Column[R, PlainContext], ...],
    key: Callable[[R], Hashable],
    order: Callable[[R], Any],
    text: Callable[[R], str],
) -> TableSpec[R, PlainContext]:
    return TableSpec(
        name=name,
        columns=columns,
        key=key,
        tie_break=order,
        search_text=text,
        default=TableLayout(default_columns(columns)),
    )


def newest_first(start: date | datetime) -> float:
    return -start.timestamp() if isinstance(start, datetime) else -float(start.toordinal())


REALIZED_SPEC = spec(
    *("realized", REALIZED, attrgetter("bar.start", "currency")),
    lambda row: newest_first(row.bar.start),
    lambda row: row.bar.start.isoformat(),
)
ALLOCATION_SPEC = spec(
    *("allocation", ALLOCATION, attrgetter("share.name", "share.is_short")),
    lambda row: (row.share.is_short, bool(row.share.lumped), -abs(row.share.value), row.share.name),
    lambda row: row.title.casefold(),
)
PAID_SPEC = spec(
    *("what_paid", PAID, attrgetter("payer.underlying")),
    attrgetter("payer.order"),
    lambda row: row.payer.underlying.casefold(),
)
VALUE_SPEC = spec(
    *("value", VALUE, attrgetter("point.at")),
    lambda row: newest_first(row.point.at),
    lambda _: "",
)

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
from app.domain.charts.realized import RealizedBar, RealizedSums
from app.domain.charts.value import ValuePoint
from app.domain.charts.value_gains import DayGain
from app.export.sheet import Kind
from app.ui.charts.texts import period_text
from app.ui.style.formatting import Formats
from app.ui.style.theme import GAIN_TONES
from app.ui.table.core.column import Column, PlainContext, TableSpec, default_columns
from app.ui.table.core.layout import TableLayout
from app.ui.table.core.plain_columns import MUTED, figure, time, word

R = TypeVar("R")


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
        return "Derived" if self.point.is_derived else "Reported"


def amount(
    key: str, title: str, of: Callable[[R], Decimal | None], description: str, **more: Any
) -> Column[R, PlainContext]:
    """A gain or loss."""
    return figure(
        *(key, title, of, Formats.gain),
        description=description,
        tone=lambda row, context: GAIN_TONES[context.formats.tone(of(row))],
        kind=Kind.MONEY,
        width=12,
        **more,
    )


def money(
    key: str, title: str, of: Callable[[R], Decimal | None], description: str, **more: Any
) -> Column[R, PlainContext]:
    return figure(
        *(key, title, of, Formats.money), description=description, kind=Kind.MONEY, width=12, **more
    )


def count(
    key: str, title: str, of: Callable[[R], int], description: str
) -> Column[R, PlainContext]:
    return figure(
        *(key, title, of, Formats.count),
        description=description,
        tone=lambda row, _: "" if of(row) else MUTED,
        width=8,
    )


def currency_column() -> Column[Any, PlainContext]:
    return word(
        *("currency", "Currency", attrgetter("currency")),
        description="What all amounts of the row are in",
        width=8,
    )


def sums_columns(of: Callable[[R], RealizedSums]) -> tuple[Column[R, PlainContext], ...]:
    """Of realized P&L."""
    return (
        amount("realized", "Realized P&L", lambda r: of(r).net, "Exact and estimated together"),
        amount("exact", "Exact", lambda r: of(r).totals.exact, "From IBKR or the executions"),
        amount("estimated", "Estimated", lambda r: of(r).totals.estimated, "Estimates, marked ≈"),
        money(
            *("commission", "Commission", lambda r: of(r).totals.commission),
            "Of the closing executions, where it is known; realized P&L is net of it",
        ),
        amount("gross", "Gross", lambda r: of(r).gross, "Realized P&L before that commission"),
        count("closes", "Closes", lambda r: of(r).totals.closes, "Partial closes count too"),
        count("unknown", "Unknown", lambda r: of(r).totals.unknown, "Closes without a figure"),
        count("no_rate", "No rate", lambda r: of(r).lacking, "Closes left out: no exchange rate"),
    )


REALIZED: tuple[Column[RealizedRow, PlainContext], ...] = (
    Column(
        *("period", "Period"),
        lambda row, _: row.bar.start,
        lambda row, context: period_text(row.bar, row.length, context.formats),
        description="When it was closed, by this computer's calendar",
        kind=Kind.DATE,
        width=14,
        is_hideable=False,
    ),
    *sums_columns(attrgetter("bar.sums")),
    amount("total", "Running total", attrgetter("total"), "Of all periods up to this one"),
    currency_column(),
)
ALLOCATION: tuple[Column[ShareRow, PlainContext], ...] = (
    word(
        *("name", "Name", attrgetter("title")),
        description="What the positions have in common",
        width=18,
        is_hideable=False,
    ),
    word(
        *("side", "Side", lambda row: "Short" if row.share.is_short else "Long"),
        description="Long and short positions are never netted",
        width=7,
    ),
    money("value", "Market value", attrgetter("share.value"), "Negative for short positions"),
    figure(
        *("weight", "Share", attrgetter("weight"), Formats.share),
        description="Of long plus short, both counted as positive",
        kind=Kind.PERCENT,
        width=9,
    ),
    amount("unrealized", "Unrealized P&L", attrgetter("share.unrealized"), "Of these positions"),
    figure(
        *("performance", "Unrealized %", attrgetter("share.performance"), Formats.percent),
        description="Unrealized P&L in per cent of the cost",
        tone=lambda row, context: GAIN_TONES[context.formats.tone(row.share.performance)],
        kind=Kind.PERCENT,
        width=11,
    ),
    count("positions", "Positions", attrgetter("share.positions"), "How many they are"),
    currency_column(),
)
PAID: tuple[Column[PayerRow, PlainContext], ...] = (
    word(
        *("underlying", "Underlying", attrgetter("payer.underlying")),
        description="The symbol, with the options on it",
        width=14,
        is_hideable=False,
    ),
    amount("total", "Total", attrgetter("payer.total"), "Realized plus unrealized P&L"),
    *sums_columns(attrgetter("payer.realized")),
    amount("unrealized", "Unrealized P&L", attrgetter("payer.unrealized"), "Of what is still open"),
    count("positions", "Open", attrgetter("payer.positions"), "Open positions"),
    count(
        "unknown_positions",
        "Open, unknown",
        attrgetter("payer.unknown"),
        "Open positions without a figure or a rate",
    ),
    currency_column(),
)
VALUE: tuple[Column[ValueRow, PlainContext], ...] = (
    time(
        *("time", "Time", attrgetter("point.at")),
        description="When TWS was read",
        is_hideable=False,
    ),
    money(
        "net_liquidation", "Net liquidation", attrgetter("point.net_liquidation"), "As IBKR has it"
    ),
    money("market_value", "Market value", attrgetter("point.market_value"), "Of all positions"),
    money("cash", "Cash", attrgetter("point.cash"), "As IBKR has it"),
    amount("unrealized", "Unrealized P&L", attrgetter("point.unrealized"), "Of open positions"),
    amount(
        *("deposited", "Deposited", lambda row: row.day and row.day.deposited),
        "Since the day before, less what was withdrawn; unknown where no statement tells",
    ),
    amount(
        *("gain", "Gain", lambda row: row.day and row.day.gain),
        "Change of net liquidation since the day before, without what was deposited",
    ),
    amount(
        *("total_gain", "Total gain", lambda row: row.day and row.day.total),
        "Of the days whose gain is known",
    ),
    word(
        *("source", "Source", attrgetter("source")),
        description="Reported by IBKR, or derived: quantities × prices of a sync",
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
    lambda row: (row.share.is_short, bool(row.share.lumped), -abs(row.share.value), row.title),
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

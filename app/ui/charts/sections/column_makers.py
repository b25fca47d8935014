"""Makes the columns that the tables below the charts have in common. Pure."""

from collections.abc import Callable
from decimal import Decimal
from operator import attrgetter
from typing import Any, TypeVar

from app.domain.charts.realized import RealizedSums
from app.domain.text.messages import message
from app.export.sheet import Kind
from app.ui.style.formatting import Formats
from app.ui.style.theme import GAIN_TONES
from app.ui.table.core.column import Column, PlainContext
from app.ui.table.core.plain_columns import MUTED, figure, word

R = TypeVar("R")


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
        *("currency", message("Currency"), attrgetter("currency")),
        description=message("The currency of all amounts in the row"),
        width=8,
    )


def sums_columns(of: Callable[[R], RealizedSums]) -> tuple[Column[R, PlainContext], ...]:
    """Of realized P&L."""
    return (
        amount(
            *("realized", message("Realized P&L"), lambda r: of(r).net),
            message("Exact and estimated together"),
        ),
        amount(
            *("exact", message("Exact"), lambda r: of(r).totals.exact),
            message("From IBKR or the executions"),
        ),
        amount(
            *("estimated", message("Estimated"), lambda r: of(r).totals.estimated),
            message("Estimates, marked ≈"),
        ),
        money(
            *("commission", message("Commission"), lambda r: of(r).totals.commission),
            message("Of the closing executions, as far as known; realized P&L is net of it"),
        ),
        amount(
            *("gross", message("Gross"), lambda r: of(r).gross),
            message("Realized P&L before commission"),
        ),
        count(
            *("closes", message("Closes"), lambda r: of(r).totals.closes),
            message("Partial closes count too"),
        ),
        count(
            *("unknown", message("Unknown"), lambda r: of(r).totals.unknown),
            message("Closes whose P&L is unknown"),
        ),
        count(
            *("no_rate", message("No rate"), lambda r: of(r).lacking),
            message("Closes left out: no exchange rate"),
        ),
    )

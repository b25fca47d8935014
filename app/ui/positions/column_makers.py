"""Makes the columns of positions: words, times, figures, amounts. Pure."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.domain.model.positions import Position
from app.export.sheet import Kind
from app.ui.positions import tooltips
from app.ui.positions.context import PositionsContext
from app.ui.style.formatting import DASH, Formats
from app.ui.style.theme import GAIN_TONES
from app.ui.table.core.column import Column, Subtotal

PositionColumn = Column[Position, PositionsContext]
MoneyOf = Callable[[Position], Decimal | None]
MONEY = ("is_in_base", "rates", "base_currency")  # of the context
# how a figure is written -> what it is to a spreadsheet
KINDS: dict[Callable[[Formats, Decimal | None], str], Kind] = {
    Formats.quantity: Kind.QUANTITY,
    Formats.price: Kind.PRICE,
    Formats.money: Kind.MONEY,
    Formats.gain: Kind.MONEY,
    Formats.percent: Kind.PERCENT,
    Formats.share: Kind.PERCENT,
}


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
        amount=value,
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

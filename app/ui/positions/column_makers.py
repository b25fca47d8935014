"""Makes the figures among the columns of positions, with the reasons for their dashes. Pure."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.domain.model.positions import Position
from app.ui.positions import tooltips
from app.ui.positions.context import PositionsContext
from app.ui.style.formatting import Formats
from app.ui.style.theme import GAIN_TONES
from app.ui.table.core.column import Column, Subtotal
from app.ui.table.core.plain_columns import KINDS

PositionColumn = Column[Position, PositionsContext]
MoneyOf = Callable[[Position], Decimal | None]
MONEY = ("is_in_base", "rates", "base_currency")  # of the context


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
        is_in_base=True,
        context=MONEY,
        is_shown=False,
        **more,
    )

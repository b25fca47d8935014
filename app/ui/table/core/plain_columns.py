"""Makes the columns that need only the formats beside a row: words, times, figures. Pure."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from app.domain.text.messages import message
from app.export.sheet import Kind
from app.ui.style.formatting import DASH, Formats
from app.ui.table.core.column import Column, TableContext

R = TypeVar("R")
MUTED = "muted"
# how a figure is written -> what it is to a spreadsheet
KINDS: dict[Callable[[Formats, Any], str], Kind] = {
    Formats.quantity: Kind.QUANTITY,
    Formats.price: Kind.PRICE,
    Formats.money: Kind.MONEY,
    Formats.gain: Kind.MONEY,
    Formats.percent: Kind.PERCENT,
    Formats.share: Kind.PERCENT,
}


def word(key: str, title: str, of: Callable[[R], str], **more: Any) -> Column[R, Any]:
    """A text, or a dash; sorted without regard to capitals."""
    more = {
        "text": lambda row, _: of(row) or DASH,
        "order": lambda row, _: of(row).casefold(),
        **more,
    }
    return Column(key, title, lambda row, _: of(row), **more)


def note(of: Callable[[R], str]) -> Column[R, Any]:
    """Sentences, whole in the tooltip; such a column takes the spare width."""
    return word(
        *("note", message("Note"), of),
        text=lambda row, _: of(row),
        description=message("Further details"),
        tone=lambda *_: MUTED,
        tooltip=lambda row, _: of(row),
        width=16,
    )


def time(
    key: str,
    title: str,
    of: Callable[[R], datetime | None],
    write: Callable[[Formats, datetime], str] = Formats.time,
    **more: Any,
) -> Column[R, Any]:
    """Day and time, to the second in the tooltip. Args: write: a method of `Formats`."""

    def text(row: R, context: TableContext) -> str:
        found = of(row)
        return DASH if found is None else write(context.formats, found)

    def tooltip(row: R, context: TableContext) -> str:
        found = of(row)
        return "" if found is None else context.formats.exact_time(found)

    more = {"tooltip": tooltip, "width": 18, **more}
    return Column(key, title, lambda row, _: of(row), text, **more)


def figure(
    key: str,
    title: str,
    of: Callable[[R], Decimal | int | None],
    write: Callable[[Formats, Any], str],
    **more: Any,
) -> Column[R, Any]:
    """A number. Args: write: a method of `Formats`."""
    more = {
        "text": lambda row, context: write(context.formats, of(row)),
        "kind": KINDS.get(write),
        **more,
    }
    return Column(key, title, lambda row, _: of(row), is_number=True, **more)

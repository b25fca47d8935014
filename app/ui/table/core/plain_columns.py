"""Makes the columns of tables whose texts need only the formats. Pure."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from app.ui.style.formatting import DASH, Formats
from app.ui.table.core.column import Column, PlainContext

R = TypeVar("R")
MUTED = "muted"


def word(key: str, title: str, of: Callable[[R], str], **more: Any) -> Column[R, PlainContext]:
    """A text; sorted without regard to capitals."""
    return Column(
        *(key, title),
        lambda row, _: of(row),
        lambda row, _: of(row),
        **{"order": lambda row, _: of(row).casefold(), **more},
    )


def note(of: Callable[[R], str]) -> Column[R, PlainContext]:
    """Sentences, whole in the tooltip; such a column takes the spare width."""
    return word(
        *("note", "Note", of),
        description="What else there is to say",
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
) -> Column[R, PlainContext]:
    """Day and time, to the second in the tooltip. Args: write: a method of `Formats`."""

    def text(row: R, context: PlainContext) -> str:
        found = of(row)
        return DASH if found is None else write(context.formats, found)

    def tooltip(row: R, context: PlainContext) -> str:
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
) -> Column[R, PlainContext]:
    """A number. Args: write: a method of `Formats`."""
    return Column(
        *(key, title),
        lambda row, _: of(row),
        **{"text": lambda row, context: write(context.formats, of(row)), **more},
        is_number=True,
    )

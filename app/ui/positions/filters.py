"""The kinds of filters of the positions table. Pure."""

from collections.abc import Callable, Iterable

from app.domain.model.instruments import TYPES
from app.domain.model.positions import Position
from app.domain.text.messages import message
from app.ui.positions.context import PositionsContext
from app.ui.positions.figures import days_to_expiry, type_name
from app.ui.table.core.column import FilterKind

PositionFilter = FilterKind[Position, PositionsContext]
Choices = tuple[tuple[str, str], ...]
SIDES = (("long", message("Long")), ("short", message("Short")))
RESULTS = (("winners", message("Winners")), ("losers", message("Losers")))
DAYS = (
    ("7", message("Expiring within 7 days")),
    ("30", message("Within 30 days")),
    ("90", message("Within 90 days")),
)
CHANGED = (("changed", message("Changed since you last looked")),)


def by_text(
    key: str,
    title: str,
    of: Callable[[Position], str],
    shown: Callable[[str, PositionsContext], str] = lambda value, _: value,
) -> PositionFilter:
    """Only positions of one text, such as an account's; no choice where all have the same."""

    def choices(positions: Iterable[Position], _context: PositionsContext) -> Choices:
        texts = sorted({of(position) for position in positions})
        return tuple((text, text) for text in texts) if len(texts) > 1 else ()

    return FilterKind(
        *(key, title),
        lambda position, value, _: of(position) == value,
        choices,
        shown,
    )


def type_title(value: str, _context: PositionsContext) -> str:
    """The type's text, to be translated; a stored layout has only its English words."""
    return next((name for name in TYPES.values() if name == value), value)


def of_choices(
    key: str,
    title: str,
    choices: Choices,
    accepts: Callable[[Position, str, PositionsContext], bool],
) -> PositionFilter:
    texts = dict(choices)
    return FilterKind(
        *(key, title, accepts), lambda _, __: choices, lambda value, _: texts.get(value, value)
    )


def has_tag(position: Position, tag: str, _context: PositionsContext) -> bool:
    return position.notes is not None and tag in position.notes.tag_texts


def tag_choices(positions: Iterable[Position], _context: PositionsContext) -> Choices:
    texts = {tag for one in positions if one.notes is not None for tag in one.notes.tag_texts}
    return tuple((text, text) for text in sorted(texts, key=str.casefold))


def is_on_side(position: Position, side: str, _context: PositionsContext) -> bool:
    return position.quantity > 0 if side == "long" else position.quantity < 0


def has_result(position: Position, result: str, _context: PositionsContext) -> bool:
    """An unknown P&L is neither."""
    pnl = position.unrealized_pnl
    return pnl is not None and (pnl > 0 if result == "winners" else pnl < 0)


def expires_within(position: Position, days: str, context: PositionsContext) -> bool:
    """What expired in the past is included until a sync has closed it."""
    left = days_to_expiry(position, context)
    return left is not None and days.isdecimal() and left <= int(days)


def is_changed(position: Position, _value: str, context: PositionsContext) -> bool:
    return position.identity in context.unseen


FILTERS: tuple[PositionFilter, ...] = (
    by_text("account", message("Account"), lambda position: position.account),
    by_text("type", message("Type"), type_name, type_title),
    by_text("currency", message("Currency"), lambda position: position.instrument.currency),
    by_text("underlying", message("Underlying"), lambda position: position.instrument.symbol),
    FilterKind(  # chosen in a chart: a menu of all instruments would be as long as the table
        *("instrument", message("Instrument")),
        lambda position, value, _: position.instrument.description == value,
        lambda _, __: (),
        lambda value, _: value,
    ),
    of_choices("side", message("Long or short"), SIDES, is_on_side),
    of_choices("result", message("Winners or losers"), RESULTS, has_result),
    of_choices("expiring", message("Expiring"), DAYS, expires_within),
    FilterKind("tag", message("Tag"), has_tag, tag_choices, lambda value, _: value),
    of_choices("changed", message("Changed"), CHANGED, is_changed),
)

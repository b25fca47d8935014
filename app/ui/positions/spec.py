"""What makes the positions table: its columns, filters and order, and the default layout. Pure."""

from collections.abc import Callable
from dataclasses import replace
from operator import attrgetter

from app.domain.model.positions import Position
from app.ui.positions.columns import COLUMNS
from app.ui.positions.context import PositionsContext
from app.ui.positions.figures import instrument_order
from app.ui.positions.filters import FILTERS
from app.ui.table.core.column import MoneyKey, TableSpec, default_columns
from app.ui.table.core.layout import SortKey, TableLayout
from app.ui.table.core.shares import Wholes

identity_of = attrgetter("account", "instrument.con_id")  # faster than `Position.identity`
money_key_of: Callable[[Position], MoneyKey] = attrgetter("account", "instrument.currency")


def search_text(position: Position) -> str:
    own = "" if position.notes is None else position.notes.search_text
    return f"{position.account.casefold()} {position.instrument.search_text} {own}"


def is_same(old: Position, new: Position) -> bool:
    """A position that was opened again is another one."""
    return old.id == new.id


def is_unseen(position: Position, context: PositionsContext) -> bool:
    return bool(context.unseen) and position.identity in context.unseen


def with_wholes(context: PositionsContext, wholes: Wholes[Position]) -> PositionsContext:
    return replace(context, wholes=wholes)


SPEC: TableSpec[Position, PositionsContext] = TableSpec(
    name="positions",
    columns=COLUMNS,
    key=identity_of,
    tie_break=instrument_order,
    search_text=search_text,
    is_same=is_same,
    money_key=money_key_of,
    instrument=attrgetter("instrument.con_id"),
    filters=FILTERS,
    share_of="market_value",
    with_wholes=with_wholes,
    is_unseen=is_unseen,
    default=TableLayout(default_columns(COLUMNS), (SortKey("symbol"),)),
)

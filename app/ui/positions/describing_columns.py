"""The columns that describe a position: instrument, times, account, the trader's notes. Pure."""

from operator import attrgetter

from app.domain.model.instruments import expiry_text
from app.domain.text.messages import message
from app.export.sheet import Kind
from app.ui.positions import tooltips
from app.ui.positions.column_makers import PositionColumn, figure, number
from app.ui.positions.figures import (
    changed_at,
    changed_text,
    days_to_expiry,
    first_line,
    note,
    tags,
    type_name,
)
from app.ui.style.formatting import DASH, Formats
from app.ui.table.core.column import Column
from app.ui.table.core.plain_columns import time, word

DESCRIBING: tuple[PositionColumn, ...] = (
    word(
        *("type", message("Type"), type_name),
        depends_on=("instrument.sec_type",),
        is_groupable=True,
    ),
    word(
        *("underlying", message("Underlying"), attrgetter("instrument.symbol")),
        depends_on=("instrument.symbol",),
        description=message("What an option or future is based on; otherwise the symbol itself"),
        is_groupable=True,
        is_shown=False,
    ),
    Column(
        *("expiry", message("Expiry")),
        lambda position, _: position.instrument.expiry or None,
        lambda position, _: expiry_text(position.instrument.expiry) or DASH,
        tooltip=lambda position, _: (
            "" if position.instrument.expiry else tooltips.UNKNOWN["days_to_expiry"]
        ),
        kind=Kind.DATE,
        depends_on=("instrument.expiry",),
        is_groupable=True,
        is_shown=False,
    ),
    number(
        *("days_to_expiry", message("Days to expiry"), days_to_expiry, Formats.quantity),
        description=message("Days until the last trading day; negative once it has passed"),
        depends_on=("instrument.expiry",),
        context=("today",),
        is_shown=False,
    ),
    figure(
        *(
            "multiplier",
            message("Multiplier"),
            attrgetter("instrument.multiplier"),
            Formats.quantity,
        ),
        description=message("Units of the underlying in one contract"),
        depends_on=("instrument.multiplier",),
        is_shown=False,
    ),
    word(
        *("exchange", message("Exchange"), attrgetter("instrument.exchange")),
        depends_on=("instrument.exchange",),
        is_shown=False,
    ),
    Column(
        *("con_id", message("Con ID")),
        lambda position, _: position.instrument.con_id,
        lambda position, _: str(position.instrument.con_id),
        description=message("IBKR's number for the contract"),
        is_number=True,
        is_shown=False,
    ),
    time(
        *("opened_at", message("Opened"), attrgetter("opened_at"), Formats.date),
        depends_on=("opened_at",),
        width=10,
    ),
    Column(
        *("changed_at", message("Changed at"), changed_at, changed_text),
        description=message("When a sync last found a different quantity or cost"),
        tooltip=tooltips.changed_tooltip,
        kind=Kind.TIME,
        context=("changed",),
        is_shown=False,
    ),
    time(
        *("last_synced_at", message("Last synced"), attrgetter("last_synced_at")),
        context=("synced",),
        width=10,
    ),
    word("account", message("Account"), attrgetter("account"), is_groupable=True),
    Column(
        *("tags", message("Tags")),
        lambda position, _: tags(position) or None,
        lambda position, _: tags(position) or DASH,
        description=message("Your own tags"),
        order=lambda position, _: tags(position).casefold() or None,
        depends_on=("notes",),
        is_groupable=True,
        is_shown=False,
    ),
    Column(
        *("note", message("Note")),
        lambda position, _: note(position) or None,
        lambda position, _: first_line(note(position)) or DASH,
        description=message("Your own note; the tooltip shows all of it"),
        order=lambda position, _: note(position).casefold() or None,
        tooltip=lambda position, _: note(position),
        depends_on=("notes",),
        width=24,
        is_shown=False,
    ),
)

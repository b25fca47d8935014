"""The columns of the executions behind a figure. Pure."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from app.domain.explain.model import AllocatedFill
from app.domain.model.snapshot import Fill
from app.domain.text.messages import message, translated
from app.ui.style.formatting import Formats
from app.ui.table.core.column import Column, PlainContext, TableSpec, default_columns
from app.ui.table.core.layout import TableLayout
from app.ui.table.core.plain_columns import figure, time, word


def of_fill(name: str) -> Callable[[AllocatedFill], Any]:
    """An attribute of the execution; None if it is not stored."""
    return lambda used: None if used.fill is None else getattr(used.fill, name)


def current_id(used: AllocatedFill) -> str:
    """A later correction has another one than is stored with the close."""
    fill: Fill | None = used.fill
    return used.exec_id if fill is None else fill.exec_id


def used_text(used: AllocatedFill, context: PlainContext) -> str:
    """ "4 of 8", or only "8" where all of it was used."""
    part = context.formats.quantity(used.quantity)
    if used.fill is None:
        return part
    whole = context.formats.quantity(abs(used.fill.quantity))
    if part == whole:
        return part
    # Translators: quantities, as in "4 of 8".
    return message("{part} of {whole}", part=part, whole=whole)


COLUMNS: tuple[Column[AllocatedFill, PlainContext], ...] = (
    word(
        *("execution", message("Execution"), current_id),
        description=message("IBKR's number for the execution"),
        tooltip=lambda used, _: current_id(used),
        is_hideable=False,
    ),
    time(
        *("time", message("Time"), of_fill("time")),
        write=Formats.exact_time,
        description=message("When it was executed"),
    ),
    figure(
        *("price", message("Price"), of_fill("price"), Formats.quantity),
        description=message("Per share or contract"),
        width=6,
    ),
    figure(
        *("used", message("Used"), attrgetter("quantity"), Formats.quantity),
        text=used_text,
        description=message("The part that was used for this close, and of how much"),
        width=6,
    ),
    figure(
        *("commission", message("Commission"), attrgetter("commission"), Formats.quantity),
        description=message("The share of the part that was used"),
        width=6,
    ),
    figure(
        *("realized_pnl", message("IBKR's realized"), of_fill("realized_pnl"), Formats.gain),
        description=message("What IBKR reports for the whole execution"),
        width=6,
    ),
)

EXECUTIONS: TableSpec[AllocatedFill, PlainContext] = TableSpec(
    name="executions",
    columns=COLUMNS,
    key=id,  # they are shown once
    tie_break=lambda _: 0,  # as they come
    search_text=current_id,
    default=TableLayout(default_columns(COLUMNS)),
)


def fill_lines(fills: tuple[AllocatedFill, ...], formats: Formats) -> list[tuple[str, ...]]:
    """Titles and cells as shown."""
    context = PlainContext(formats)
    cells = [tuple(translated(column.text(used, context)) for column in COLUMNS) for used in fills]
    return [tuple(translated(column.title) for column in COLUMNS), *cells]

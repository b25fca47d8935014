"""The columns of the table of what happened to positions. Pure."""

from collections.abc import Callable
from decimal import Decimal
from operator import attrgetter

from app.domain.explain.model import ExplainedField
from app.domain.explain.titles import CHANGE_TITLES
from app.domain.model.positions import ChangeKind, Source
from app.domain.text.messages import message
from app.ui.history.change_rows import ChangeFigures, ChangeRow
from app.ui.positions.tooltips import REALIZED
from app.ui.style.formatting import ALMOST, DASH, Formats
from app.ui.style.theme import GAIN_TONES
from app.ui.table.core.column import Column, PlainContext, TableSpec, default_columns
from app.ui.table.core.layout import TableLayout
from app.ui.table.core.plain_columns import MUTED, figure, note, word

ChangeColumn = Column[ChangeRow, PlainContext]
ARROW = "→"
TONES = {
    ChangeKind.CREATED: "gain",
    ChangeKind.UPDATED: "muted",
    ChangeKind.INCREASED: "gain",
    ChangeKind.REDUCED: "warning",
    ChangeKind.ADJUSTED: "accent",
    ChangeKind.CLOSED: "loss",
    ChangeKind.REVERSED: "demo",
    ChangeKind.EXPIRED: "loss",
    ChangeKind.EXERCISED: "loss",
    ChangeKind.ASSIGNED: "loss",
    ChangeKind.MOVED: "accent",
    ChangeKind.HEALED: "accent",
}


def step(
    key: str,
    title: str,
    of: Callable[[ChangeFigures], Decimal | None],
    write: Callable[[Formats, Decimal | None], str],
    description: str,
) -> ChangeColumn:
    """ "100 → 50"; grey and without an arrow if unchanged. Its value is the one after."""

    def is_same(row: ChangeRow) -> bool:
        return row.before is not None and of(row.before) == of(row.after)

    def text(row: ChangeRow, context: PlainContext) -> str:
        after = write(context.formats, of(row.after))
        if row.before is None or is_same(row):
            return after
        return f"{write(context.formats, of(row.before))} {ARROW} {after}"

    return figure(
        *(key, title, lambda row: of(row.after), write),
        text=text,
        description=description,
        tone=lambda row, _: MUTED if is_same(row) else "",
        width=14,
    )


def realized_text(pnl: Decimal | None, source: Source | None, formats: Formats) -> str:
    """Empty if nothing of the position was ever closed."""
    if source is None:
        return ""
    text = formats.gain(pnl)
    return f"{ALMOST} {text}" if source is Source.ESTIMATE and pnl is not None else text


def realized_tooltip(source: Source | None) -> str:
    return "" if source is None else REALIZED[source]


def was_realized(row: ChangeRow) -> bool:
    return row.before is not None and row.before.realized_source is not None


def is_realized_same(row: ChangeRow) -> bool:
    """What was realized before is as it was."""
    before, after = row.before, row.after
    was = None if before is None else (before.realized_pnl, before.realized_source)
    return was_realized(row) and was == (after.realized_pnl, after.realized_source)


def realized_step(row: ChangeRow, context: PlainContext) -> str:
    texts = [
        realized_text(figures.realized_pnl, figures.realized_source, context.formats)
        for figures in (row.before, row.after)
        if figures is not None
    ]
    is_step = was_realized(row) and row.after.realized_source and not is_realized_same(row)
    return f" {ARROW} ".join(texts) if is_step else texts[-1]


def realized_tone(row: ChangeRow, context: PlainContext) -> str:
    if is_realized_same(row):
        return MUTED
    return GAIN_TONES[context.formats.tone(row.after.realized_pnl)]


COLUMNS: tuple[ChangeColumn, ...] = (
    word(
        *("symbol", message("Symbol"), lambda row: row.description or DASH),
        description=message("The instrument; options with expiry, strike and right"),
        width=20,
        is_hideable=False,
    ),
    word(
        *("change", message("Change"), lambda row: CHANGE_TITLES[row.kind]),
        description=message("What happened to the position"),
        tone=lambda row, _: TONES[row.kind],
        is_groupable=True,
    ),
    step(
        *("quantity", message("Quantity"), attrgetter("quantity"), Formats.quantity),
        message("Shares or contracts, before and after"),
    ),
    step(
        *("average_cost", message("Average cost"), attrgetter("average_cost"), Formats.price),
        message("IBKR's average cost per share or contract, before and after"),
    ),
    figure(
        *("realized_pnl", message("Realized P&L"), attrgetter("after.realized_pnl"), Formats.gain),
        text=realized_step,
        description=message("Profit or loss on what was closed of the position, before and after"),
        tone=realized_tone,
        tooltip=lambda row, _: realized_tooltip(row.after.realized_source),
        width=18,
    ),
    word("account", message("Account"), attrgetter("account"), is_groupable=True),
    note(attrgetter("note")),
)
KEYS = tuple(column.key for column in COLUMNS)
# column -> the figure in it that can be explained
SUBJECTS = {
    "quantity": ExplainedField.QUANTITY,
    "average_cost": ExplainedField.AVERAGE_COST,
    "realized_pnl": ExplainedField.REALIZED,
}

CHANGES: TableSpec[ChangeRow, PlainContext] = TableSpec(
    name="changes",
    columns=COLUMNS,
    key=attrgetter("number"),
    tie_break=attrgetter("number"),
    search_text=lambda row: f"{row.account} {row.description}".casefold(),
    stretched="note",
    default=TableLayout(default_columns(COLUMNS)),
)

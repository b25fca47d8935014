"""The pane's tables: executions and closes; each as high as its rows, up to a few."""

from operator import attrgetter

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence

from app.domain.model.snapshot import Booking, Fill
from app.domain.text.messages import message, tr, translated
from app.ui.closed.columns import COLUMNS as CLOSED_COLUMNS
from app.ui.closed.parts import CLOSES as CLOSE_PARTS
from app.ui.closed.state import ClosedLine
from app.ui.style.formatting import DASH, Formats
from app.ui.table.core.column import Column, PlainContext, TableSpec, default_columns
from app.ui.table.core.layout import TableLayout
from app.ui.table.core.plain_columns import figure, time, word
from app.ui.table.view.fast_table_view import FastTableView

MOST_ROWS = 8
EDGES = 2  # pixels, above the header and below the rows
BOOKINGS = {
    Booking.ASSIGNED: message("Assigned"),
    Booking.EXERCISED: message("Exercised"),
    Booking.EXPIRED: message("Expired"),
    Booking.OTHER: message("Booked"),
}
BOUGHT, SOLD = message("Bought"), message("Sold")
# of the table of closed positions: what differs between the closes of one position
OF_A_CLOSE = ("closed", "quantity", "entry", "exit", "commission", "realized", "percent", "source")


def side(fill: Fill) -> str:
    if fill.booking is not None:
        return BOOKINGS[fill.booking]
    return BOUGHT if fill.quantity > 0 else SOLD


def commission_text(fill: Fill, context: PlainContext) -> str:
    """With its currency where that is not the instrument's."""
    text, currency = context.formats.quantity(fill.commission), fill.commission_currency
    is_own = not currency or currency == fill.instrument.currency or fill.commission is None
    return text if is_own else f"{text} {currency}"


EXECUTION_COLUMNS: tuple[Column[Fill, PlainContext], ...] = (
    time(
        *("time", message("Time"), attrgetter("time")),
        description=message("When it was executed"),
        is_hideable=False,
    ),
    word(
        *("side", message("Side"), side),
        text=lambda fill, _: translated(side(fill)),
        description=message("Bought or sold; what IBKR booked without a trade"),
    ),
    figure(
        *("quantity", message("Quantity"), attrgetter("quantity"), Formats.quantity),
        description=message("Shares or contracts; negative where sold"),
        width=6,
    ),
    figure(
        *("price", message("Price"), attrgetter("price"), Formats.quantity),
        description=message("Per share, or per unit of a contract"),
        width=6,
    ),
    figure(
        *("commission", message("Commission"), attrgetter("commission"), Formats.quantity),
        text=commission_text,
        description=message("Of the whole execution"),
        tooltip=lambda fill, _: tr("No commission report yet") if fill.commission is None else "",
        width=6,
    ),
    figure(
        *("realized_pnl", message("IBKR's realized"), attrgetter("realized_pnl"), Formats.gain),
        description=message("What IBKR reports for the whole execution"),
        tooltip=lambda fill, _: tr("IBKR has not reported it") if fill.realized_pnl is None else "",
        width=6,
    ),
    word(
        *("execution", message("Execution"), lambda fill: fill.exec_id or DASH),
        description=message("IBKR's execution ID"),
        tooltip=lambda fill, _: fill.exec_id,
    ),
)
POSITION_EXECUTIONS: TableSpec[Fill, PlainContext] = TableSpec(
    name="position executions",
    columns=EXECUTION_COLUMNS,
    key=attrgetter("key"),
    tie_break=lambda fill: (fill.time, fill.exec_id),
    search_text=attrgetter("exec_id"),
    default=TableLayout(default_columns(EXECUTION_COLUMNS)),
)

CLOSE_COLUMNS = (
    CLOSE_PARTS.kind,
    *(column for column in CLOSED_COLUMNS if column.key in OF_A_CLOSE),
)
POSITION_CLOSES: TableSpec[ClosedLine, PlainContext] = TableSpec(
    name="position closes",
    columns=CLOSE_COLUMNS,
    key=lambda line: line.row.closes[0].id,
    tie_break=lambda line: (line.row.last_close_at, line.row.closes[0].id),
    search_text=lambda _: "",
    default=TableLayout(default_columns(CLOSE_COLUMNS)),
)


class HeightByRows(QObject):
    """Makes a table as high as its rows, up to a few: the area around it scrolls. And lets the
    table itself copy while it has the focus, which the window's Copy would do for the page."""

    def __init__(self, table: FastTableView) -> None:
        super().__init__(table)
        self._table = table
        for signal in (table.table.relisted, table.table.modelReset, table.table.shown):
            signal.connect(self.fit)
        table.horizontalScrollBar().rangeChanged.connect(self.fit)
        table.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.Show):
            self.fit()
        elif (
            kind == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Copy)
        ):
            event.accept()
            return True
        return False

    @Slot()
    def fit(self) -> None:
        table = self._table
        rows = min(max(table.table.rowCount(), 1), MOST_ROWS)
        height = table.header.sizeHint().height() + EDGES
        height += rows * table.verticalHeader().defaultSectionSize()
        bar = table.horizontalScrollBar()
        if bar.maximum() > bar.minimum():
            height += bar.sizeHint().height()
        if height != table.minimumHeight():
            table.setFixedHeight(height)

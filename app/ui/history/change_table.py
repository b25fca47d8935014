"""The table of what happened to positions: of a stored run, or of a dry run."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.explain.model import ExplainedField
from app.domain.model.positions import ChangeKind, Source
from app.ui.history.change_rows import ChangeFigures, ChangeRow
from app.ui.positions.tooltips import REALIZED
from app.ui.style.formatting import ALMOST, DASH, Formats
from app.ui.style.theme import GAIN_TONES, Colours
from app.ui.table.fast_table_view import FastTableView
from app.ui.table.text_model import Cell, TextColumn, TextModel
from app.ui.table.view_setup import EXPLAIN_KEY, NO_NUMBER, cell_on_desktop
from app.ui.widgets.enabling import enable

ARROW = "→"
KINDS = {
    ChangeKind.CREATED: ("Created", "gain"),
    ChangeKind.UPDATED: ("Updated", "muted"),
    ChangeKind.INCREASED: ("Increased", "gain"),
    ChangeKind.REDUCED: ("Reduced", "warning"),
    ChangeKind.ADJUSTED: ("Adjusted", "accent"),
    ChangeKind.CLOSED: ("Closed", "loss"),
    ChangeKind.REVERSED: ("Reversed", "demo"),
    ChangeKind.EXPIRED: ("Expired", "loss"),
    ChangeKind.EXERCISED: ("Exercised", "loss"),
    ChangeKind.ASSIGNED: ("Assigned", "loss"),
    ChangeKind.MOVED: ("Moved", "accent"),
    ChangeKind.HEALED: ("Healed", "accent"),
}
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def step_cell(
    line: ChangeRow, figure: Callable[[ChangeFigures], Decimal | None], write: Callable[..., str]
) -> Cell:
    """ "100 → 50"; grey and without an arrow if unchanged."""
    after = figure(line.after)
    if line.before is None:
        return Cell(write(after))
    before = figure(line.before)
    if before == after:
        return Cell(write(after), "muted")
    return Cell(f"{write(before)} {ARROW} {write(after)}")


def realized_text(figures: ChangeFigures, formats: Formats) -> str:
    text = formats.gain(figures.realized_pnl)
    is_estimate = figures.realized_source is Source.ESTIMATE and figures.realized_pnl is not None
    return f"{ALMOST} {text}" if is_estimate else text


def realized_cell(line: ChangeRow, formats: Formats) -> Cell:
    """Empty if nothing of the position was ever closed."""
    after, before = line.after, line.before
    if after.realized_source is None:
        return Cell("")
    tip = REALIZED[after.realized_source]
    text = realized_text(after, formats)
    if before is None or before.realized_source is None:
        return Cell(text, GAIN_TONES[formats.tone(after.realized_pnl)], tip)
    was = (before.realized_pnl, before.realized_source)
    if was == (after.realized_pnl, after.realized_source):
        return Cell(text, "muted", tip)
    text = f"{realized_text(before, formats)} {ARROW} {text}"
    return Cell(text, GAIN_TONES[formats.tone(after.realized_pnl)], tip)


COLUMNS: tuple[TextColumn[ChangeRow], ...] = (
    TextColumn("Account", 96, lambda line, _: Cell(line.account)),
    TextColumn("Symbol", 178, lambda line, _: Cell(line.description or DASH)),
    TextColumn("Change", 92, lambda line, _: Cell(*KINDS[line.kind])),
    TextColumn(
        "Quantity",
        130,
        lambda line, formats: step_cell(line, lambda f: f.quantity, formats.quantity),
        is_number=True,
    ),
    TextColumn(
        "Average cost",
        158,
        lambda line, formats: step_cell(line, lambda f: f.average_cost, formats.price),
        is_number=True,
    ),
    TextColumn("Realized P&L", 180, realized_cell, is_number=True),
    TextColumn("Note", 200, lambda line, _: Cell(line.note, "muted", line.note)),
)


# column -> the figure in it that can be explained
SUBJECTS = {3: ExplainedField.QUANTITY, 4: ExplainedField.AVERAGE_COST, 5: ExplainedField.REALIZED}
REALIZED_AT = 5


class ChangesTable(FastTableView):
    """Rows are `ChangeRow`s (see change_rows.py).

    Signals:
        timeline_wanted(int): show the timeline of the position with this id.
        explain_wanted(int, ExplainedField, QRect): explain a figure of this row; the rectangle is
            its cell in desktop coordinates.
    """

    timeline_wanted = Signal(int)
    explain_wanted = Signal(int, object, QRect)

    def __init__(self, formats: Formats, colours: Colours, parent: QWidget | None = None) -> None:
        self.lines = TextModel(COLUMNS, formats, colours)
        super().__init__(self.lines, "Changes", parent)
        self.lines.setParent(self)
        self.set_widths(self.lines.widths)
        self.set_colours(colours)
        self.doubleClicked.connect(self._ask_timeline)

    def show_lines(self, lines: Sequence[ChangeRow]) -> None:
        self.lines.show(lines)
        self.scrollToTop()

    def set_colours(self, colours: Colours) -> None:
        self.lines.set_colours(colours)
        super().set_colours(colours)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and self.currentIndex().isValid():
            self._ask_timeline(self.currentIndex())
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _ask_timeline(self, index: QModelIndex) -> None:
        position_id = self.lines.rows[index.row()].position_id
        if position_id is not None:
            self.timeline_wanted.emit(position_id)

    def explain(self) -> None:
        """Explains the current cell's figure, or the realized P&L if the cell has none."""
        index = self.currentIndex()
        if index.isValid():
            self._explain(
                index if index.column() in SUBJECTS else index.siblingAtColumn(REALIZED_AT)
            )

    def fill_menu(self, menu: QMenu, index: QModelIndex) -> None:
        position_id = self.lines.rows[index.row()].position_id
        explain = menu.addAction(
            "&Explain this number", partial(self._explain_place, QPersistentModelIndex(index))
        )
        explain.setShortcut(QKeySequence(EXPLAIN_KEY))
        enable(explain, index.column() in SUBJECTS, NO_NUMBER)
        timeline = menu.addAction("&Timeline", lambda: self.timeline_wanted.emit(position_id))
        enable(timeline, position_id is not None, "The run that made this position was undone")

    def _explain_place(self, place: QPersistentModelIndex) -> None:
        if place.isValid():
            self._explain(self.lines.index(place.row(), place.column()))

    def _explain(self, index: QModelIndex) -> None:
        if index.isValid():
            self.scrollTo(index)
            cell = cell_on_desktop(self, index)
            self.explain_wanted.emit(index.row(), SUBJECTS[index.column()], cell)

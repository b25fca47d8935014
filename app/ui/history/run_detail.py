"""What one run did: its headline, why it failed, and its changes."""

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.explain.model import ExplainedField
from app.domain.explain.titles import account_text
from app.domain.model.positions import StoredChange
from app.domain.model.runs import Run, Trigger
from app.domain.text.messages import message, tr, tr_plural, translated
from app.ui.history.change_rows import ChangeRow, rows_of_stored
from app.ui.history.change_table import ChangesTable
from app.ui.history.runs_columns import reason, result_text, trigger_text
from app.ui.history.runs_table import NO_POSITIONS
from app.ui.style.formatting import Formats
from app.ui.table.arranging.saved_layouts import SavedLayouts
from app.ui.widgets.enabling import enable
from app.ui.widgets.plain_text import PlainLabel

NO_CHANGES = message("This run changed no quantity and no cost: it only updated prices.")
NO_CORRECTION = message("This statement corrected no position.")
NOTHING_STORED = message("This run changed nothing.")


class RunDetail(QWidget):
    """The details of one run, below the runs or beside them.

    Args:
        saved: where the layout of its changes is stored; None for nowhere.

    Signals:
        as_of_wanted(int): show the positions as of the run with this id.
        explain_wanted(StoredChange, Run, ExplainedField, QRect): explain a figure of a change; the
            rectangle is its cell in desktop coordinates.
    """

    as_of_wanted = Signal(int)
    explain_wanted = Signal(object, object, object, QRect)

    def __init__(
        self, formats: Formats, saved: SavedLayouts | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._formats = formats
        self._run: Run | None = None
        self._changes: tuple[StoredChange, ...] = ()
        self.title = PlainLabel()
        self.title.setObjectName("runTitle")
        self.title.setAccessibleName(tr("Selected run"))
        self.reason = PlainLabel()
        self.reason.setObjectName("quiet")
        self.reason.setWordWrap(True)
        self.reason.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.as_of = QPushButton(tr("Show positions as of this run"))
        self.as_of.setObjectName("plainButton")
        self.as_of.clicked.connect(self._ask_as_of)
        self.table = ChangesTable(formats, saved)
        self.table.explain_wanted.connect(self._ask_explanation)
        self.nothing = PlainLabel()
        self.nothing.setObjectName("emptySteps")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setWordWrap(True)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.nothing)
        self.stack.addWidget(self.table)
        self._arrange()

    def _arrange(self) -> None:
        line = QHBoxLayout()
        line.addWidget(self.title, 1)
        line.addWidget(self.as_of)
        head = QVBoxLayout()
        head.setContentsMargins(14, 8, 14, 6)
        head.setSpacing(2)
        head.addLayout(line)
        head.addWidget(self.reason)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.stack, 1)

    def render_run(self, run: Run | None, changes: tuple[StoredChange, ...]) -> None:
        if run is self._run and changes is self._changes:
            return
        self._run, self._changes = run, changes
        self._render_headline()
        self.reason.setText("" if run is None else translated(reason(run)))
        self.reason.setVisible(bool(self.reason.text()))
        can_show = run is not None and run.is_success and run.taken_at is not None
        enable(self.as_of, can_show, NO_POSITIONS)
        self.nothing.setText(translated(nothing_text(run)))
        self.table.show_changes(rows_of_stored(changes))
        self.stack.setCurrentWidget(self.table if changes else self.nothing)

    def reformat(self) -> None:
        """Formats everything again."""
        self._render_headline()
        self.table.table.reformat()

    def _render_headline(self) -> None:
        run = self._run
        text = "" if run is None else headline(run, len(self._changes), self._formats)
        self.title.setText(text)

    @Slot(object, object, QRect)
    def _ask_explanation(self, row: ChangeRow, subject: ExplainedField, cell: QRect) -> None:
        if self._run is not None:
            self.explain_wanted.emit(self._changes[row.number], self._run, subject, cell)

    @Slot()
    def _ask_as_of(self) -> None:
        if self._run is not None and self._run.id is not None:
            self.as_of_wanted.emit(self._run.id)


def nothing_text(run: Run | None) -> str:
    if run is None:
        return ""
    if not run.is_success:
        return NOTHING_STORED
    return NO_CORRECTION if run.trigger is Trigger.FLEX else NO_CHANGES


def headline(run: Run, changes: int, formats: Formats) -> str:
    """ "Run 123 · 14 Nov 2026, 22:05 · Manual · All accounts · 3 changes"."""
    parts = [
        tr("Run {number}", number=run.id),
        formats.time(run.started_at),
        translated(trigger_text(run)),
        translated(account_text(run)),
    ]
    if not run.is_success:
        parts.append(translated(result_text(run, formats)))
    if changes:
        count = formats.count(changes)
        parts.append(tr_plural("{count} change", "{count} changes", changes, count=count))
    return " · ".join(parts)

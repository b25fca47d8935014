"""Asks which days, and of which query, to fetch again or for the first time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from PySide6.QtCore import QDate, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QVBoxLayout,
    QWidget,
)

from app.domain.fetching.plan import DayRange, last_day
from app.domain.fetching.queries import FlexQuery, QueryKind
from app.ui.closed.filter_bar import chosen_day, date_field
from app.ui.statements.state import history_text
from app.ui.style.formatting import Formats
from app.ui.widgets.plain_text import PlainLabel

BUTTON = QDialogButtonBox.StandardButton
YEAR = timedelta(days=364)  # one statement


class FetchHistoryDialog(QDialog):
    """Deletes itself when it is closed.

    Args:
        queries: those that can be fetched.

    Signals:
        chosen(tuple[FlexQuery, ...], DayRange): it was accepted.
    """

    chosen = Signal(object, object)

    def __init__(
        self,
        queries: Sequence[FlexQuery],
        formats: Formats,
        now: datetime,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Fetch history")
        self._queries = tuple(queries)
        self._now = now
        self.query = QComboBox()
        if len(queries) > 1:
            self.query.addItem("All that are switched on", self._queries)
        for query in queries:
            self.query.addItem(query.name, (query,))
        newest = self._newest()
        self.first = date_field("First day", newest - YEAR, formats)
        self.last = date_field("Last day", newest, formats)
        self.note = PlainLabel()
        self.note.setObjectName("quiet")
        self.note.setWordWrap(True)
        self.buttons = QDialogButtonBox(BUTTON.Ok | BUTTON.Cancel)
        self.buttons.button(BUTTON.Ok).setText("Fetch")
        self._arrange()
        self.query.currentIndexChanged.connect(self._limit)
        self.first.dateChanged.connect(self._render)
        self.last.dateChanged.connect(self._render)
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        self._limit()

    def _arrange(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.query.setAccessibleName("Flex Query")
        form.addRow("Flex &Query", self.query)
        form.addRow("F&irst day", self.first)
        form.addRow("&Last day", self.last)
        self.note.setMinimumHeight(3 * self.fontMetrics().lineSpacing())
        self.note.setMinimumWidth(46 * self.fontMetrics().averageCharWidth())
        self.note.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addLayout(form)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)

    def chosen_queries(self) -> tuple[FlexQuery, ...]:
        return tuple(self.query.currentData())

    def days(self) -> DayRange:
        return DayRange(chosen_day(self.first), chosen_day(self.last))

    def _newest(self) -> date:
        kinds = {query.kind for query in self.chosen_queries()}
        kind = QueryKind.CONFIRMATIONS if QueryKind.CONFIRMATIONS in kinds else QueryKind.ACTIVITY
        return last_day(kind, self._now)

    @Slot()
    def _limit(self) -> None:
        """IBKR has no statement of later days."""
        newest = self._newest()
        for field in (self.first, self.last):
            field.setMaximumDate(QDate(newest.year, newest.month, newest.day))
        self._render()

    @Slot()
    def _render(self) -> None:
        self.last.setMinimumDate(self.first.date())
        self.note.setText(history_text(self.days(), len(self.chosen_queries())))

    @Slot()
    def _accept(self) -> None:
        self.chosen.emit(self.chosen_queries(), self.days())
        self.accept()

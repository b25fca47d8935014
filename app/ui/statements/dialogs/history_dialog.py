"""Asks which days, and of which query, to fetch again or for the first time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from PySide6.QtCore import QDate, Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from app.domain.fetching.plan import DayRange, last_day
from app.domain.fetching.queries import FlexQuery, QueryKind
from app.domain.text.messages import tr
from app.ui.closed.filter_bar import chosen_day, date_field
from app.ui.statements.dialogs.form_dialog import BUTTON, FormDialog
from app.ui.statements.state import history_text
from app.ui.style.formatting import Formats

YEAR = timedelta(days=364)  # one statement
LETTERS = 46  # of the note's width


class FetchHistoryDialog(FormDialog):
    """Asks for the days, within those that IBKR has.

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
        super().__init__(tr("Fetch history"), BUTTON.Ok, parent)
        self._queries = tuple(queries)
        self._formats, self._now = formats, now
        self.query = QComboBox()
        if len(queries) > 1:
            self.query.addItem(tr("All that are switched on"), self._queries)
        for query in queries:
            self.query.addItem(query.name, (query,))
        newest = self._newest()
        self.first = date_field(tr("First day"), newest - YEAR, formats)
        self.last = date_field(tr("Last day"), newest, formats)
        self.accept_button.setText(tr("Fetch"))
        self.query.setAccessibleName(tr("Flex Query"))
        self.form.addRow(tr("Flex &Query"), self.query)
        self.form.addRow(tr("F&irst day"), self.first)
        self.form.addRow(tr("&Last day"), self.last)
        self.note.setMinimumWidth(LETTERS * self.fontMetrics().averageCharWidth())
        self.arrange(note_lines=5)
        self.query.currentIndexChanged.connect(self._limit)
        self.first.dateChanged.connect(self._render)
        self.last.dateChanged.connect(self._render)
        self.buttons.accepted.connect(self._accept)
        self._limit()

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
        text = history_text(self.days(), len(self.chosen_queries()), self._formats)
        self.note.setText(text)

    @Slot()
    def _accept(self) -> None:
        self.chosen.emit(self.chosen_queries(), self.days())
        self.accept()

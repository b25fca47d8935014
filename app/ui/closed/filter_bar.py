"""The bar above the closed positions: period and source, and the caption on the right."""

from datetime import date, datetime

from PySide6.QtCore import QDate, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDateEdit, QHBoxLayout, QWidget

from app.domain.model.positions import Source
from app.ui.closed.periods import ClosedPeriod, days, midnight
from app.ui.style.formatting import DAY, Formats
from app.ui.widgets.plain_text import PlainLabel

SOURCES = (
    ("All sources", None),
    ("Exact, from IBKR", Source.BROKER),
    ("From fills", Source.FILLS),
    ("Estimates", Source.ESTIMATE),
    ("Unknown", Source.UNKNOWN),
    ("Skipped", Source.SKIPPED),
)


class ClosedFilters(QWidget):
    """The choices of period and source.

    Signals:
        changed(): something else was chosen.
    """

    changed = Signal()

    def __init__(self, formats: Formats, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._chosen_days: tuple[date, date] | None = None  # by a chart
        self.period = choice("Period", "When it was closed")
        for period in ClosedPeriod:
            self.period.addItem(period.value, period)
        self.source = choice("Source", "Where the realized P&L comes from")
        for text, source in SOURCES:
            self.source.addItem(text, source)
        today = now.astimezone().date()
        self.first = date_field("From", today.replace(day=1), formats)
        self.last = date_field("To", today, formats)
        self.last.setMinimumDate(self.first.date())
        self.between = PlainLabel("–")
        self.between.setObjectName("quiet")
        self.caption = PlainLabel()
        self.caption.setObjectName("caption")
        self._arrange()
        self._show_dates()
        self.period.currentIndexChanged.connect(self._show_dates)
        self.first.dateChanged.connect(self.last.setMinimumDate)
        for signal in (
            self.period.currentIndexChanged,
            self.source.currentIndexChanged,
            self.first.dateChanged,
            self.last.dateChanged,
        ):
            signal.connect(self.changed)

    def _arrange(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 2, 14, 8)
        layout.setSpacing(8)
        for part in (self.period, self.first, self.between, self.last, self.source):
            layout.addWidget(part)
        layout.addStretch(1)
        layout.addWidget(self.caption)

    def times(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        """The chosen period: its start and its exclusive end, UTC; None for no limit."""
        first, end = days(
            ClosedPeriod(self.period.currentData()),
            now.astimezone().date(),
            first_weekday=self._formats.first_weekday(),
            chosen=(chosen_day(self.first), chosen_day(self.last)),
        )
        return midnight(first), midnight(end)

    def chosen_source(self) -> Source | None:
        source = self.source.currentData()
        return None if source is None else Source(source)

    def choose_days(self, first: date, last: date) -> None:
        """Lists only what was closed on these days."""
        self.blockSignals(True)
        self.period.setCurrentIndex(self.period.findData(ClosedPeriod.CUSTOM))
        self.first.setDate(QDate(first.year, first.month, first.day))
        self.last.setDate(QDate(last.year, last.month, last.day))
        self.blockSignals(False)
        self._chosen_days = first, last
        self.changed.emit()

    def forget_days(self) -> None:
        """Lists all again, if it is still what `choose_days` has chosen."""
        shown = chosen_day(self.first), chosen_day(self.last)
        is_custom = ClosedPeriod(self.period.currentData()) is ClosedPeriod.CUSTOM
        if self._chosen_days is not None and is_custom and shown == self._chosen_days:
            self.period.setCurrentIndex(0)
        self._chosen_days = None

    def reformat(self) -> None:
        """Formats the dates again."""
        for field in (self.first, self.last):
            write_days(field, self._formats)

    @Slot()
    def clear(self) -> None:
        self.period.setCurrentIndex(0)
        self.source.setCurrentIndex(0)

    @Slot()
    def _show_dates(self) -> None:
        is_custom = ClosedPeriod(self.period.currentData()) is ClosedPeriod.CUSTOM
        for part in (self.first, self.between, self.last):
            part.setVisible(is_custom)


def choice(name: str, tooltip: str) -> QComboBox:
    made = QComboBox()
    made.setObjectName("choice")
    made.setAccessibleName(name)
    made.setToolTip(tooltip)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return made


def date_field(name: str, day: date, formats: Formats) -> QDateEdit:
    made = QDateEdit(QDate(day.year, day.month, day.day))
    made.setObjectName("dateField")
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setCalendarPopup(True)
    write_days(made, formats)
    return made


def write_days(field: QDateEdit, formats: Formats) -> None:
    field.setLocale(formats.locale)
    field.setDisplayFormat(DAY)


def chosen_day(field: QDateEdit) -> date:
    day = field.date()
    return date(day.year(), day.month(), day.day())

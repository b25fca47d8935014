"""The bar above the closed positions: period and source, and the caption on the right."""

from collections.abc import Sequence
from datetime import date, datetime

from PySide6.QtCore import QDate, QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDateEdit, QHBoxLayout, QToolButton, QWidget

from app.domain.model.positions import Source
from app.domain.text.messages import message, tr, tr_in, translated
from app.ui.closed.periods import PERIODS, ClosedPeriod, days, midnight
from app.ui.style.formatting import DAY, Formats
from app.ui.style.icons import icon
from app.ui.style.theme import current_colours
from app.ui.widgets.plain_text import PlainLabel

SOURCES = (
    (message("All sources"), None),
    (message("Exact, from IBKR"), Source.BROKER),
    (message("From fills"), Source.FILLS),
    (message("Estimates"), Source.ESTIMATE),
    (message("Unknown"), Source.UNKNOWN),
    (message("Skipped"), Source.SKIPPED),
)

ALL_TAGS = message("All tags")


class ClosedFilters(QWidget):
    """The choices of period, source and tag.

    Signals:
        changed(): something else was chosen.
        chart_filter_removed(): what a chart has chosen is not chosen any more.
    """

    changed = Signal()
    chart_filter_removed = Signal()

    def __init__(self, formats: Formats, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._chosen_days: tuple[date, date] | None = None  # by a chart
        self.period = choice(tr("Period"), tr("When it was closed"))
        for period in ClosedPeriod:
            self.period.addItem(translated(PERIODS[period]), period)
        self.source = choice(tr("Source"), tr("Where the realized P&L comes from"))
        for text, source in SOURCES:
            self.source.addItem(translated(text), source)
        self.tag = choice(tr("Tag"), tr("Your own tags"))
        self.tag.addItem(translated(ALL_TAGS), "")
        self.tag.hide()
        today = now.astimezone().date()
        self.first = date_field(tr_in("date", "From"), today.replace(day=1), formats)
        self.last = date_field(tr_in("date", "To"), today, formats)
        self.last.setMinimumDate(self.first.date())
        self.between = PlainLabel("–")
        self.between.setObjectName("quiet")
        self.by_chart = QToolButton()
        self.by_chart.setObjectName("chip")
        self.by_chart.setText(tr("Filtered by chart"))
        self.by_chart.setAccessibleName(tr("Remove the chart's filter"))
        self.by_chart.setToolTip(tr("Click to remove"))
        self.by_chart.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.by_chart.hide()
        self.caption = PlainLabel()
        self.caption.setObjectName("caption")
        self._arrange()
        self._show_dates()
        self.by_chart.clicked.connect(self.forget_days)
        self.period.currentIndexChanged.connect(self._show_dates)
        self.first.dateChanged.connect(self.last.setMinimumDate)
        for signal in (
            self.period.currentIndexChanged,
            self.source.currentIndexChanged,
            self.tag.currentIndexChanged,
            self.first.dateChanged,
            self.last.dateChanged,
        ):
            signal.connect(self._on_changed)

    @property
    def _dates(self) -> tuple[QWidget, ...]:
        return self.period, self.first, self.between, self.last

    def _arrange(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 2, 14, 8)
        layout.setSpacing(8)
        for part in (self.by_chart, *self._dates, self.source, self.tag):
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

    def chosen_tag(self) -> str:
        """Empty for all."""
        return str(self.tag.currentData())

    def show_tags(self, tags: Sequence[str]) -> None:
        """Offers these; a chosen one stays offered while it is chosen."""
        chosen = self.chosen_tag()
        wanted = ["", *tags, *([chosen] if chosen and chosen not in tags else [])]
        if wanted != [self.tag.itemData(number) for number in range(self.tag.count())]:
            self.tag.blockSignals(True)
            self.tag.clear()
            for tag in wanted:
                self.tag.addItem(tag or translated(ALL_TAGS), tag)
            self.tag.setCurrentIndex(wanted.index(chosen))
            self.tag.blockSignals(False)
        self.tag.setVisible(len(wanted) > 1)

    def choose_days(self, first: date, last: date) -> None:
        """Lists only what was closed on these days."""
        self._chosen_days = None
        self.blockSignals(True)
        self.period.setCurrentIndex(self.period.findData(ClosedPeriod.CUSTOM))
        self.first.setDate(QDate(first.year, first.month, first.day))
        self.last.setDate(QDate(last.year, last.month, last.day))
        self.blockSignals(False)
        self._chosen_days = first, last
        self.by_chart.setIcon(icon("close", current_colours().muted))
        self.by_chart.show()
        self.changed.emit()

    @Slot()
    def forget_days(self) -> None:
        """Lists all again, if it is still what `choose_days` has chosen."""
        if self._chosen_days is not None:
            self.period.setCurrentIndex(0)

    @Slot()
    def _on_changed(self) -> None:
        """Another choice of days than the chart's takes its place."""
        is_custom = ClosedPeriod(self.period.currentData()) is ClosedPeriod.CUSTOM
        shown = (chosen_day(self.first), chosen_day(self.last)) if is_custom else None
        was_by_chart = self._chosen_days is not None
        if self._chosen_days is not None and shown != self._chosen_days:
            self._chosen_days = None
            self.by_chart.hide()
        self.changed.emit()
        if was_by_chart and self._chosen_days is None:
            self.chart_filter_removed.emit()

    def reformat(self) -> None:
        """Formats the dates again."""
        for field in (self.first, self.last):
            write_days(field, self._formats)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and not self.by_chart.isHidden():
            self.by_chart.setIcon(icon("close", current_colours().muted))

    @Slot()
    def clear(self) -> None:
        self.period.setCurrentIndex(0)
        self.source.setCurrentIndex(0)
        self.tag.setCurrentIndex(0)

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

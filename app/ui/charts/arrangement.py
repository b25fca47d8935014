"""How the page is arranged: the chart above, calendar and table below, in the user's sizes."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QLayout,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.text.messages import tr
from app.ui.charts.sections.section import Section, scrollable

CHART, LOWER = 62, 38  # parts of the height, until the user has chosen others
LEAST_LINES = 15  # of text, that chart and table are high together
PAGE, TABLE = "page", "table"  # what is remembered


class Remembered(Protocol):
    """Where the sizes of the charts' page are stored."""

    def chart_state(self, name: str) -> QByteArray: ...

    def save_chart_state(self, name: str, state: QByteArray) -> None: ...


class ChartSplitter(QSplitter):
    """Takes what room there is, but never less than a chart and a few rows need."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        self.setMinimumHeight(LEAST_LINES * self.fontMetrics().height())


class ChartsArrangement(QObject):
    """Owns the splitters and the switch of the table.

    Args:
        remembered: None for nowhere.

    Signals:
        changed(): the table was shown or hidden.
    """

    changed = Signal()

    def __init__(
        self, sections: list[Section], remembered: Remembered | None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._remembered = remembered
        self._sections = sections
        self._is_sized: set[str] = set()
        self.charts, self.lower = QStackedWidget(), QStackedWidget()
        self.splitter = ChartSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.table_switch = QToolButton()
        self.table_switch.setObjectName("plainSwitch")
        self.table_switch.setText(tr("Table"))
        self.table_switch.setToolTip(tr("Show the chart's figures as a table"))
        self.table_switch.setAccessibleName(tr("Table of the chart's figures"))
        self.table_switch.setCheckable(True)
        self.table_switch.setChecked(bytes(self._state(TABLE).data()) != b"0")
        for section in sections:
            self.charts.addWidget(section.view)
            self.lower.addWidget(section.lower)
            for name, splitter in self._splitters(section):
                splitter.splitterMoved.connect(partial(self._keep, name, splitter))
        for part, share in ((self.charts, CHART), (self.lower, LOWER)):
            self.splitter.addWidget(part)
            self.splitter.setStretchFactor(self.splitter.count() - 1, share)
        self.splitter.splitterMoved.connect(partial(self._keep, PAGE, self.splitter))
        self.table_switch.toggled.connect(self._on_switched)

    def fill(
        self, page: QWidget, top: QLayout, above: Sequence[QWidget], *, below: QWidget
    ) -> None:
        """Lays out the page: what is above the charts, the charts, what is below them."""
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(6)
        column.addLayout(top)
        for part in above:
            column.addWidget(part)
        column.addWidget(self.splitter, 1)
        column.addWidget(below)
        outer = QVBoxLayout(page)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrollable(body))  # with large letters in a low window, no figure is cut

    def _splitters(self, section: Section) -> tuple[tuple[str, QSplitter], ...]:
        name = section.model.spec.name
        return (f"{name}/charts", section.splitter), (f"{name}/lower", section.lower)

    def show_section(self, section: Section) -> None:
        self.charts.setCurrentWidget(section.view)
        self.lower.setCurrentWidget(section.lower)
        has_table = self.table_switch.isChecked() and bool(section.rows)
        section.table.setVisible(has_table)
        self.lower.setVisible(has_table or (section.has_beside and section.is_drawn))
        for name, splitter in ((PAGE, self.splitter), *self._splitters(section)):
            if name not in self._is_sized and splitter.count() > 1 and splitter.isVisible():
                self._is_sized.add(name)
                self._size(name, splitter, section)

    def _size(self, name: str, splitter: QSplitter, section: Section) -> None:
        if splitter.restoreState(self._state(name)):
            return
        if splitter is self.splitter:
            height = splitter.height()
            splitter.setSizes([height * CHART // 100, height * LOWER // 100])
        elif splitter is section.lower:
            wanted = section.charts[-1].sizeHint().width()
            splitter.setSizes([wanted, max(splitter.width() - wanted, 1)])

    def _state(self, name: str) -> QByteArray:
        return QByteArray() if self._remembered is None else self._remembered.chart_state(name)

    def _keep(self, name: str, splitter: QSplitter, *_where: int) -> None:
        if self._remembered is not None:
            self._remembered.save_chart_state(name, splitter.saveState())

    @Slot(bool)
    def _on_switched(self, is_shown: bool) -> None:
        if self._remembered is not None:
            self._remembered.save_chart_state(TABLE, QByteArray(b"1" if is_shown else b"0"))
        self.changed.emit()

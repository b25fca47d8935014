"""The totals of what a table shows, below it, under the same columns."""

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.domain.text.messages import tr, translated
from app.ui.style.theme import Colours, current_colours
from app.ui.table.view.fast_table_view import FastTableView
from app.ui.table.view.painted_table_view import ROW_PADDING
from app.ui.widgets.plain_text import plain_tooltip


class TotalsLine(QWidget):
    """One line, always in sight; it scrolls sideways with the table."""

    def __init__(self, view: FastTableView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.set_colours(current_colours())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Totals of the rows shown"))
        model, header = view.table, view.header
        for changed in (model.relisted, model.dataChanged, model.shown, model.summed):
            changed.connect(self.update)
        for moved in (header.sectionResized, header.sectionMoved, header.geometriesChanged):
            moved.connect(self.update)
        view.horizontalScrollBar().valueChanged.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().height() + ROW_PADDING)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def set_colours(self, colours: Colours) -> None:
        self._back, self._line = QColor(colours.base), QColor(colours.line)
        self.update()

    def title(self) -> str:
        formats = self._view.table.context.formats
        count = len(self._view.table.shown_rows)
        return tr("Total ({count})", count=formats.count(count))

    def texts(self) -> dict[str, str]:
        """column -> what is shown; for tests and screen readers."""
        model = self._view.table
        numbers = self._view.header.visible_sections()
        found = {model.spec.columns[n].key: model.subtotal(model.total, n).text for n in numbers}
        return {key: text for key, text in found.items() if text}

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._back)
        painter.setPen(self._line)
        painter.drawLine(0, 0, self.width(), 0)
        places = self._view.places(QRect(0, 0, self.width(), self.height()))
        if self._view.widths.fit_totals(self._view.places(self._view.everywhere())):
            places = self._view.places(self.rect())
        frozen = self._view.header.frozen
        model, height = self._view.table, self.height()
        for place in places:
            if place.column == frozen:
                painter.fillRect(0, 1, place.width, height - 1, self._back)
            self._view.painting.paint_group(
                *(painter, model.total, [place], 0, height), title=self.title()
            )
        painter.end()

    def event(self, event: QEvent) -> bool:
        """The tooltip of a sum gives it by currency."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            for place in reversed(self._view.places(self.rect())):
                if place.left <= event.pos().x() < place.left + place.width:
                    cell = self._view.table.subtotal(self._view.table.total, place.column)
                    QToolTip.showText(
                        event.globalPos(), plain_tooltip(translated(cell.tooltip)), self
                    )
                    return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.set_colours(current_colours())
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()

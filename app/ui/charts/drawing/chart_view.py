"""What all charts have in common: a current point that mouse and keys move, and its read-out."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.charts.drawing.palette import chart_colours
from app.ui.style.theme import figures_font

PAGE = 10  # points
NOWHERE = -1


class ChartView(QWidget):
    """Shows points; one of them may be current.

    Args:
        name: what a screen reader calls the chart.

    Attributes:
        current: the number of the current point; `NOWHERE` for none.
        sentence: what the chart shows, for screen readers.

    Signals:
        read(str): the read-out of the point that is current now; empty for none.
        picked(int): a point was clicked, or Enter pressed on it.
    """

    read = Signal(str)
    picked = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.current = NOWHERE
        self.sentence = ""
        self.colours = chart_colours()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._is_built = False  # until then the subclass has nothing to restyle
        self.setFont(figures_font(self.font()))
        self._is_built = True

    def count(self) -> int:
        """How many points there are to walk."""
        raise NotImplementedError

    def read_out(self, number: int) -> str:
        """A point in words and figures."""
        raise NotImplementedError

    def paint_picture(self, painter: QPainter, size: QSize) -> None:
        """All of the chart as it is shown, without a current point."""
        raise NotImplementedError

    def restyle(self) -> None:
        """Colours or font are others now; the subclass has its own to do."""
        self.colours = chart_colours()
        self.update()

    def on_current(self) -> None:
        """Another point is current now; the subclass marks it."""
        self.update()

    def describe(self, sentence: str) -> None:
        self.sentence = sentence
        self._tell()

    def go_to(self, number: int) -> None:
        """Makes a point current, or none."""
        number = number if 0 <= number < self.count() else NOWHERE
        if number != self.current:
            self.current = number
            self.on_current()
            self._tell()
            self.read.emit(self.read_out(number) if number != NOWHERE else "")

    def _tell(self) -> None:
        point = self.read_out(self.current) if 0 <= self.current < self.count() else ""
        self.setAccessibleDescription("\n".join(filter(None, (point, self.sentence))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = event.key(), self.count() - 1
        places = {
            Qt.Key.Key_Left: self.current - 1 if self.current > 0 else max(self.current, 0),
            Qt.Key.Key_Right: min(self.current + 1, last),
            Qt.Key.Key_PageUp: max(self.current - PAGE, 0),
            Qt.Key.Key_PageDown: min(self.current + PAGE, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        places[Qt.Key.Key_Up] = places[Qt.Key.Key_Left]
        places[Qt.Key.Key_Down] = places[Qt.Key.Key_Right]
        if key in places and last >= 0:
            self.go_to(places[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current != NOWHERE:
            self.picked.emit(self.current)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        kinds = QEvent.Type.StyleChange, QEvent.Type.FontChange
        if self._is_built and event.type() in kinds:
            self.restyle()

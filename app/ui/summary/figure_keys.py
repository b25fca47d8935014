"""The summary's figures by keyboard: Tab reaches one of them, the arrow keys the others."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QScrollArea, QWidget

from app.ui.summary.figure_cell import FigureCell, FigureNumber

FOCUS = Qt.FocusPolicy
Rows = Sequence[Sequence[FigureNumber]]


class FigureKeys(QObject):
    """One stop of the Tab key for all figures: where the user was last.

    Args:
        scroll: the area that the figures are in.
        after: what Tab reaches next.
    """

    def __init__(self, scroll: QScrollArea, after: QWidget) -> None:
        super().__init__(scroll)
        self._scroll, self._after = scroll, after
        self._rows: Rows = ()
        self._known: set[FigureNumber] = set()
        self._stop: FigureNumber | None = None

    def follow(self, rows: Sequence[Sequence[FigureCell]]) -> None:
        """Args: rows: the figures that are shown, as they are on the screen."""
        self._rows = [[cell.number for cell in row] for row in rows]
        numbers = [number for row in self._rows for number in row]
        for number in numbers:
            if number not in self._known:
                self._known.add(number)
                number.entered.connect(self._on_entered)
                number.step_wanted.connect(self._step)
        if numbers and self._stop not in numbers:
            self._set_stop(numbers[0])

    @Slot()
    def _on_entered(self) -> None:
        number = self.sender()
        assert isinstance(number, FigureNumber)
        self._set_stop(number)
        self._scroll.ensureWidgetVisible(number, 0, 0)

    @Slot(Qt.Key)
    def _step(self, key: Qt.Key) -> None:
        if self._stop is not None:
            is_mirrored = self._scroll.layoutDirection() is Qt.LayoutDirection.RightToLeft
            there = number_there(self._rows, self._stop, key, is_mirrored=is_mirrored)
            there.setFocus(Qt.FocusReason.TabFocusReason)

    def _set_stop(self, number: FigureNumber) -> None:
        if number is not self._stop:
            if self._stop is not None:
                self._stop.setFocusPolicy(FOCUS.ClickFocus)
            self._stop = number
            number.setFocusPolicy(FOCUS.StrongFocus)
            QWidget.setTabOrder(number, self._after)


def number_there(rows: Rows, now: FigureNumber, key: Qt.Key, *, is_mirrored: bool) -> FigureNumber:
    """Where a key leads from a number; that number itself where there is none farther on.

    Args:
        is_mirrored: the rows run from right to left.
    """
    every = [number for row in rows for number in row]
    if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
        return every[0 if key == Qt.Key.Key_Home else -1]
    if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
        step = 1 if (key == Qt.Key.Key_Right) is not is_mirrored else -1
        return every[min(max(every.index(now) + step, 0), len(every) - 1)]
    row = next(number for number, row in enumerate(rows) if now in row)
    column = rows[row].index(now)
    there = rows[min(max(row + (1 if key == Qt.Key.Key_Down else -1), 0), len(rows) - 1)]
    return there[min(column, len(there) - 1)]

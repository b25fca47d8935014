"""Which rows are highlighted as just created or changed, and how strongly, until that fades."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.ui.style.roles import BACKGROUND
from app.ui.table.core.rows import Line

MARK_ROLES = [BACKGROUND]
HOLD_MS = 2500
STEP_MS = 80
STEPS = 12


class RowHighlights(QObject):
    """The highlighted rows and their strength.

    Attributes:
        rows: the highlighted ones.
        strength: from 1 for a new mark down to 0.

    Signals:
        stepped(frozenset[Line]): these rows' marks are new, weaker or gone.
    """

    stepped = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: frozenset[Line] = frozenset()
        self.strength = 0.0
        self._left = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._fade)

    def mark(self, rows: Iterable[Line]) -> None:
        """Marks these rows, and only these."""
        before, self.rows = self.rows, frozenset(rows)
        self.strength, self._left = 1.0, STEPS
        self._timer.start(HOLD_MS)
        self.stepped.emit(before | self.rows)

    @Slot()
    def _fade(self) -> None:
        self._timer.setInterval(STEP_MS)
        self._left -= 1
        self.strength = self._left / STEPS
        rows = self.rows
        if self._left <= 0:
            self._timer.stop()
            self.rows = frozenset()
        self.stepped.emit(rows)

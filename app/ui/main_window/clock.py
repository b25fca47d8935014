"""Notices midnight, so that what is shown as today's does not become yesterday's."""

from datetime import date, datetime

from PySide6.QtCore import QObject, Signal


class Clock(QObject):
    """Follows the calendar of this computer.

    Signals:
        day_began(): another day than at the last tick.
    """

    day_began = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._day: date | None = None

    def tick(self, now: datetime) -> None:
        last, self._day = self._day, now.astimezone().date()
        if last not in (None, self._day):
            self.day_began.emit()

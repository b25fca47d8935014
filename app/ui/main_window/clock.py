"""The window's clock: a tick a second, and midnight."""

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import QObject, QTimer, Signal, Slot

TICK_MS = 1000


class Clock(QObject):
    """Ticks every second once started, and whenever `tick` is called.

    Args:
        now: the time, aware.

    Signals:
        ticked(datetime): a second has passed, or what is shown has changed.
        day_began(): the local date has changed since the last tick.
    """

    ticked = Signal(object)
    day_began = Signal()

    def __init__(self, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.now = now
        self._day: date | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    @Slot()
    def tick(self) -> None:
        now = self.now()
        last, self._day = self._day, now.astimezone().date()
        if last not in (None, self._day):
            self.day_began.emit()
        self.ticked.emit(now)

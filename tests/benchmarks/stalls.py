"""How long the window could not answer: the lateness of a timer that should ring every 5 ms."""

from time import perf_counter, thread_time
from types import TracebackType

from PySide6.QtCore import QObject, Qt, QTimer

EVERY_MS = 5


class Stalls:
    """Measures while it is entered.

    Attributes:
        longest_ms, all_ms: how late the timer rang, at the worst and each time.
        busiest_ms: the most that the loop's own thread worked between two rings, which other
            programs on a busy machine do not change.
    """

    def __init__(self) -> None:
        self.all_ms: list[float] = []
        self._owner = QObject()
        self._timer = QTimer(self._owner)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._ring)
        self._last = self._last_busy = 0.0
        self.busiest_ms = 0.0

    @property
    def longest_ms(self) -> float:
        return max(self.all_ms, default=0.0)

    async def __aenter__(self) -> "Stalls":
        self._last, self._last_busy = perf_counter(), thread_time()
        self._timer.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ring()
        self._timer.stop()

    def _ring(self) -> None:
        now = perf_counter()
        self.all_ms.append(max(0.0, (now - self._last) * 1000 - EVERY_MS))
        self._last = now
        busy = thread_time()
        self.busiest_ms = max(self.busiest_ms, (busy - self._last_busy) * 1000)
        self._last_busy = busy

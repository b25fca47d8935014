"""Runs long work on the UI's thread in slices, so that the window stays responsive."""

from collections.abc import Generator
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Slot

Work = Generator[None, None, None]
OVER = object()
SLICE_S = 0.002  # and a step more: together below the 5 ms that nobody notices


def paced(work: Work) -> Work:
    """The same work, with a pause only after SLICE_S: short steps, but nowhere many slices."""
    begun = perf_counter()
    for _ in work:
        if perf_counter() - begun >= SLICE_S:
            yield
            begun = perf_counter()


class TimeSlicer(QObject):
    """Runs one generator at a time, its first slice at once.

    Work that never yields is finished when `begin` returns.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work: Work | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._continue)

    @property
    def is_busy(self) -> bool:
        return self._work is not None

    def begin(self, work: Work) -> None:
        """Finishes the current work first."""
        self.finish()
        self._work = work
        self._continue()

    def finish(self) -> None:
        """Runs all remaining slices now."""
        while self._work is not None:
            self._run_slice()

    @Slot()
    def _continue(self) -> None:
        self._run_slice()
        if self._work is not None:
            self._timer.start(0)

    def _run_slice(self) -> None:
        work, self._work = self._work, None
        if work is not None and next(work, OVER) is not OVER:
            self._work = work

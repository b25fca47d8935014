"""What the environment must hold for the app to survive."""

import sys

from PySide6.QtCore import QObject, QTimer


def test_qt_takes_no_reference_from_none() -> None:
    """PySide6 6.12.0 takes one at every call that returns nothing; on Python 3.11 the process
    then aborts after some thousand calls. Later versions of Python count none for None."""
    parent = QObject()
    timer = QTimer(parent)
    before = sys.getrefcount(None)
    for _ in range(1_000):
        timer.setInterval(1_000)
    assert abs(sys.getrefcount(None) - before) < 500

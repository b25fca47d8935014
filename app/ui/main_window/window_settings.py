"""Keeps the window's geometry, panels and columns from one start to the next."""

import contextlib
import hashlib
import os
import sys
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QHeaderView, QMainWindow

from app.platform.private_files import create_private
from app.ui.positions.columns import COLUMNS

GEOMETRY = "window/geometry"
LAYOUT = "window/layout"
HEADER = f"table/columns-{len(COLUMNS)}"  # another set of columns starts anew
UNFOLDED = "summary/unfolded"
LAST_OPENED = "window/lookedAt"


class WindowSettings:
    """Reads and writes QSettings; a value that cannot be used changes nothing.

    Args:
        database: whose positions the window shows. What was news in one is not in another, so
            each has its own time of the last look; None for a window without a file.
    """

    def __init__(self, settings: QSettings, database: Path | None = None) -> None:
        self._settings = settings
        self._last_opened_key = (
            LAST_OPENED if database is None else f"{LAST_OPENED}/{database_key(database)}"
        )
        if sys.platform.startswith("linux"):  # elsewhere it is the system's own store
            with contextlib.suppress(OSError):
                # Qt would make it, and its folder, for others to read; it keeps the mode it finds.
                create_private(Path(settings.fileName()))

    def restore(self, window: QMainWindow, header: QHeaderView) -> bool:
        """Returns whether there was a geometry to restore."""
        header.restoreState(self._bytes(HEADER))
        window.restoreState(self._bytes(LAYOUT))
        return window.restoreGeometry(self._bytes(GEOMETRY))

    def save(self, window: QMainWindow, header: QHeaderView) -> None:
        self._settings.setValue(GEOMETRY, window.saveGeometry())
        self._settings.setValue(LAYOUT, window.saveState())
        self._settings.setValue(HEADER, header.saveState())
        self._settings.sync()

    @property
    def is_unfolded(self) -> bool:
        return self._settings.value(UNFOLDED, False) in (True, "true")

    @property
    def last_opened(self) -> datetime | None:
        """When the window was last open, UTC; None where it never was."""
        try:
            found = datetime.fromisoformat(str(self._settings.value(self._last_opened_key, "")))
        except ValueError:
            return None
        return found if found.tzinfo else None

    def save_last_opened(self, now: datetime) -> None:
        self._settings.setValue(self._last_opened_key, now.isoformat())
        self._settings.sync()

    def save_unfolded(self, is_unfolded: bool) -> None:
        self._settings.setValue(UNFOLDED, is_unfolded)

    def _bytes(self, key: str) -> QByteArray:
        value = self._settings.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()


def database_key(database: Path) -> str:
    """The same for the same file, however its path is written; no path stands in the settings."""
    return hashlib.sha256(os.path.normcase(database.resolve()).encode()).hexdigest()[:16]

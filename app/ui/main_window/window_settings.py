"""Saves and restores the window's geometry, panels and layouts of tables."""

import contextlib
import hashlib
import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow

from app.domain.history.unseen import SeenUntil
from app.platform.private_files import create_private
from app.ui.table.arranging.saved_layouts import SavedLayouts
from app.ui.table.core.column import TableSpec

GEOMETRY = "window/geometry"
LAYOUT = "window/layout"
UNFOLDED = "summary/unfolded"
DETAIL = "window/detail"
WARNED_OF = "synchronisedFolders"
LAST_OPENED = "window/lookedAt"
SEEN = "window/seen"
CHARTS = "charts"


class WindowSettings:
    """Reads and writes QSettings; ignores values that cannot be used.

    Args:
        database: whose positions the window shows; each has its own time of the last opening.
            None for a window without a file.
    """

    def __init__(self, settings: QSettings, database: Path | None = None) -> None:
        self._settings = settings
        of_file = "" if database is None else f"/{database_key(database)}"
        self._last_opened_key = f"{LAST_OPENED}{of_file}"
        self._seen_key = f"{SEEN}{of_file}"
        if sys.platform.startswith("linux"):  # on other systems it is no file
            with contextlib.suppress(OSError):
                # Qt would create file and folder readable by others, but keeps an existing mode.
                create_private(Path(settings.fileName()))

    def restore(self, window: QMainWindow) -> bool:
        """Returns whether there was a geometry to restore."""
        window.restoreState(self._bytes(LAYOUT))
        return window.restoreGeometry(self._bytes(GEOMETRY))

    def save(self, window: QMainWindow) -> None:
        self._settings.setValue(GEOMETRY, window.saveGeometry())
        self._settings.setValue(LAYOUT, window.saveState())
        self._settings.sync()

    @property
    def is_unfolded(self) -> bool:
        return self._settings.value(UNFOLDED, False) in (True, "true")

    @property
    def last_opened(self) -> datetime | None:
        """When the window was last open, UTC; None if never."""
        try:
            found = datetime.fromisoformat(str(self._settings.value(self._last_opened_key, "")))
        except ValueError:
            return None
        return found if found.tzinfo else None

    def save_last_opened(self, now: datetime, seen: SeenUntil | None = None) -> None:
        """Args: seen: what the user has seen; None leaves what is stored as it is. It goes by the
        store's numbers: no account is in the settings."""
        if seen is not None:
            self._settings.setValue(self._seen_key, json.dumps([seen.run_id, *seen.unseen]))
        self._settings.setValue(self._last_opened_key, now.isoformat())
        self._settings.sync()

    @property
    def seen_until(self) -> SeenUntil | None:
        """What the user had seen when the window was last closed; None if it is not known."""
        try:
            run_id, *pairs = json.loads(str(self._settings.value(self._seen_key, "null")))
            return SeenUntil(int(run_id), tuple((int(one), int(run)) for one, run in pairs))
        except (TypeError, ValueError):
            return None

    def note_warned_of(self, folder: Path) -> bool:
        """Remembers that the user was warned of this folder; False if that was so before."""
        key = f"{WARNED_OF}/{database_key(folder)}"
        if self._settings.value(key, False) in (True, "true"):
            return False
        self._settings.setValue(key, True)
        self._settings.sync()
        return True

    def save_unfolded(self, is_unfolded: bool) -> None:
        self._settings.setValue(UNFOLDED, is_unfolded)

    @property
    def detail(self) -> str:
        """How the pane of details is arranged, as it was kept; empty for never."""
        return str(self._settings.value(DETAIL, ""))

    def keep_detail(self, layout: str) -> None:
        self._settings.setValue(DETAIL, layout)

    def chart_state(self, name: str) -> QByteArray:
        """What the charts' page remembers under a name; empty for nothing."""
        return self._bytes(f"{CHARTS}/{name}")

    def save_chart_state(self, name: str, state: QByteArray) -> None:
        self._settings.setValue(f"{CHARTS}/{name}", state)

    def layouts_of(self, spec: TableSpec[Any, Any]) -> SavedLayouts:
        """Where the layouts of a table are stored."""
        return SavedLayouts(self._settings, spec)

    def _bytes(self, key: str) -> QByteArray:
        value = self._settings.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()


def database_key(database: Path) -> str:
    """A hash of the resolved path, so that no path is stored in the settings."""
    return hashlib.sha256(os.path.normcase(database.resolve()).encode()).hexdigest()[:16]

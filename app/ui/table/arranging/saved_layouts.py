"""Layouts under names, and the one in use, as JSON in the window's settings."""

import json
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSettings

from app.domain.text.messages import message
from app.ui.table.core.column import TableSpec
from app.ui.table.core.layout import TableLayout, read_layout

# Translators: the layout of a table before anyone changes it.
DEFAULT_NAME = message("Default")
LONGEST_NAME = 60


class SavedLayouts:
    """The layouts of one table; what cannot be read is ignored.

    "Default" is the spec's own: it can be chosen, but neither changed nor deleted.
    """

    def __init__(self, settings: QSettings, spec: TableSpec[Any, Any]) -> None:
        self._settings = settings
        self._spec = spec
        self._key = f"tables/{spec.name}"

    @property
    def in_use(self) -> TableLayout:
        """As the user left it."""
        return self._read(self._value("layout")) or self._spec.default

    def keep(self, layout: TableLayout) -> None:
        """Stores the layout in use."""
        self._settings.setValue(f"{self._key}/layout", json.dumps(layout.as_json()))

    @property
    def names(self) -> tuple[str, ...]:
        """In alphabetical order, without "Default"."""
        return tuple(sorted(self._all(), key=str.casefold))

    def load(self, name: str) -> TableLayout:
        """The default where there is none of this name."""
        return self._read(self._all().get(name)) or self._spec.default

    def save(self, name: str, layout: TableLayout) -> str:
        """Stores or replaces the layout; returns the name that it got: cut and trimmed.

        Raises:
            ValueError: the name is empty, or "Default".
        """
        name = name.strip()[:LONGEST_NAME].strip()
        if not name or name.casefold() == DEFAULT_NAME.casefold():
            raise ValueError(name)
        self._write(self._all() | {name: layout.as_json()})
        return name

    def rename(self, old: str, new: str) -> str:
        """Raises: ValueError: see `save`."""
        name = self.save(new, self.load(old))
        if name != old:
            self.delete(old)
        return name

    def delete(self, name: str) -> None:
        self._write({each: layout for each, layout in self._all().items() if each != name})

    def _all(self) -> dict[str, Any]:
        """name -> the layout's JSON document"""
        found = self._value("saved")
        named = found.items() if isinstance(found, dict) else ()
        return {name: layout for name, layout in named if name != DEFAULT_NAME}

    def _write(self, layouts: dict[str, Any]) -> None:
        self._settings.setValue(f"{self._key}/saved", json.dumps(layouts))

    def _value(self, part: str) -> object:
        try:
            return json.loads(str(self._settings.value(f"{self._key}/{part}", "null")))
        except ValueError:
            return None

    def _read(self, document: object) -> TableLayout | None:
        if document is None:
            return None
        spec = self._spec
        columns = [column.key for column in spec.columns]
        return read_layout(document, spec.default, columns, [kind.key for kind in spec.filters])


# Gives where the layouts of a table are stored.
LayoutsOf = Callable[[TableSpec[Any, Any]], SavedLayouts]

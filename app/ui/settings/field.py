"""One setting in the dialog: label, editor, unit, and below them a fault or its source."""

from dataclasses import Field
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app.domain.text.messages import tr, translated
from app.settings.model import Settings
from app.settings.validation import checked, validation_message
from app.ui.settings.editors import PathEditor, SwitchEditor, editor_of
from app.ui.style.sizes import scaled
from app.ui.style.theme import set_tone
from app.ui.widgets.plain_text import PlainLabel

LABEL_WIDTH = 180  # at the usual font


class SettingField(QObject):
    """Built from the declaration; checks as the user types.

    Signals:
        changed(): the entry has changed.
    """

    changed = Signal()

    def __init__(self, declared: "Field[Any]", usual_path: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = declared.name
        self.needs: str = declared.metadata.get("needs", "")
        self._default = declared.default
        self._source = ""  # where it is set, if not in the file
        self.editor = editor_of(declared, usual_path)
        self.editor.setAccessibleName(translated(declared.metadata["label"]))
        self.editor.setToolTip(sentence(translated(declared.metadata["help"])))
        is_switch = isinstance(self.editor, SwitchEditor)
        self.label = PlainLabel("" if is_switch else translated(declared.metadata["label"]))
        self.label.setBuddy(self.editor)
        self.unit = PlainLabel(translated(declared.metadata.get("unit", "")))
        self.unit.setObjectName("quiet")
        self.note = PlainLabel()
        self.note.setObjectName("fieldReason")
        self.note.setWordWrap(True)
        self.note.hide()
        self.editor.changed.connect(self._check)
        self.fit_to_font()

    def fit_to_font(self) -> None:
        self.label.setMinimumWidth(scaled(self.label, LABEL_WIDTH))
        self.editor.fit_to_font()

    def add_to(self, grid: QGridLayout) -> None:
        """Adds two rows to the grid: the editor, and the note."""
        line = grid.rowCount()
        box = QHBoxLayout()
        box.setSpacing(8)
        box.addWidget(self.editor)
        if self.unit.text():
            box.addWidget(self.unit)
        if not isinstance(self.editor, PathEditor):
            box.addStretch(1)
        grid.addWidget(self.label, line, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addLayout(box, line, 1)
        grid.addWidget(self.note, line + 1, 1)

    def show_settings(self, settings: Settings) -> None:
        self._source = dict(settings.overrides).get(self.name, "")
        self.editor.enter(getattr(settings, self.name))
        self.editor.setEnabled(not self._source)
        self._check()

    def reset(self) -> None:
        if not self._source:
            self.editor.enter(self._default)

    def enable(self, is_of_use: bool) -> None:
        """Args: is_of_use: the setting that it depends on is on."""
        self.editor.setEnabled(is_of_use and not self._source)
        self.label.setEnabled(is_of_use)
        self.unit.setEnabled(is_of_use)

    def fault(self) -> str:
        """Why the entry is invalid; empty if it is valid."""
        if self._source or (self._default is None and not self.editor.entry().strip()):
            return ""
        return validation_message(self.name, self.editor.entry())

    def is_on(self) -> bool:
        return not self.fault() and bool(self._value())

    def filled(self) -> dict[str, Any]:
        """setting -> value; empty if the entry is invalid or set elsewhere."""
        return {} if self._source or self.fault() else {self.name: self._value()}

    def _value(self) -> Any:
        entry = self.editor.entry().strip()
        return None if self._default is None and not entry else checked(self.name, entry, self.name)

    @Slot()
    def _check(self) -> None:
        reason = self.fault()
        if self._source:
            self.note.setText(tr("Set by {source}", source=self._source))
        else:
            self.note.setText(translated(reason))
        set_tone(self.note, "loss" if reason else "")
        self.note.setVisible(bool(self.note.text()))
        self.changed.emit()


def sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"

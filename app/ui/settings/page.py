"""One page of the settings dialog: the fields of one group."""

from dataclasses import fields, replace
from typing import Any

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.domain.text.messages import message, translated
from app.settings.model import AUTOMATION, STORAGE, SYNCING, Settings
from app.ui.settings.field import SettingField
from app.ui.widgets.plain_text import PlainLabel

GAP = 14  # between labels and editors
# group -> a remark below its fields
REMARKS: dict[str, str] = {
    STORAGE: message("A different database file is used from the next start on."),
    AUTOMATION: message(
        "Only programs on this computer can connect, and only with the token. Anyone who has it "
        "can read your positions and start syncs."
    ),
    SYNCING: message("With the same time in From and Until, scheduled syncs run all day."),
}


class SettingsPage(QWidget):
    """Shows the declared settings of a group, in their order.

    Signals:
        changed(): an entry has changed.
    """

    changed = Signal()

    def __init__(self, group: str, usual_path: str = "") -> None:
        super().__init__()
        self.group = group
        self.fields: dict[str, SettingField] = {}
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(22, 18, 22, 14)
        self.column.setSpacing(10)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        self.column.addLayout(self._grid)
        for declared in fields(Settings):
            if declared.metadata.get("group") == group:
                field = SettingField(declared, usual_path, self)
                field.add_to(self._grid)
                field.changed.connect(self._on_field_changed)
                self.fields[declared.name] = field
        if group in REMARKS:
            remark = PlainLabel(translated(REMARKS[group]))
            remark.setObjectName("quiet")
            remark.setWordWrap(True)
            self.column.addWidget(remark)
        self.column.addStretch(1)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            for field in self.fields.values():
                field.fit_to_font()

    def add_below_fields(self, part: QWidget) -> None:
        self.column.insertWidget(1, part)

    def show_settings(self, settings: Settings) -> None:
        for field in self.fields.values():
            field.show_settings(settings)

    def filled(self, settings: Settings) -> Settings:
        """The settings with this page's entries; invalid entries are ignored."""
        values: dict[str, Any] = {}
        for field in self.fields.values():
            values |= field.filled()
        return replace(settings, **values)

    def is_valid(self) -> bool:
        return not any(field.fault() for field in self.fields.values())

    @Slot()
    def reset(self) -> None:
        for field in self.fields.values():
            field.reset()

    @Slot()
    def _on_field_changed(self) -> None:
        for field in self.fields.values():
            if field.needs in self.fields:
                field.enable(self.fields[field.needs].is_on())
        self.changed.emit()

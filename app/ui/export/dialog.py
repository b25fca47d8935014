"""The questions before an export: which rows, which format, which file."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import QStandardPaths, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.text.messages import message, tr, translated
from app.export.writing import Format
from app.ui.widgets.plain_text import PlainLabel

FILTERS = {
    Format.EXCEL: message("Excel workbook (*.xlsx)"),
    Format.CSV: message("Comma-separated values (*.csv)"),
    Format.JSON: message("JSON (*.json)"),
}


class ExportDialog(QDialog):
    """Asks which rows to write, then where to.

    Args:
        name: the suggested file's, without a suffix.
        notes: format's suffix -> what such a file has of the rows, in a sentence; may be empty.

    Signals:
        wanted(bool, Path, Format): whether all rows and columns; the file; how to write it.
    """

    wanted = Signal(bool, object, object)

    def __init__(
        self,
        name: str,
        parent: QWidget | None = None,
        notes: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._name = name
        self.shown = QRadioButton(tr("&What is shown: these rows and columns, in this order"))
        self.everything = QRadioButton(tr("&All rows and columns"))
        self.shown.setChecked(True)
        self.formats = {each: QRadioButton(translated(text)) for each, text in FILTERS.items()}
        self.formats[Format.EXCEL].setChecked(True)
        self._notes = notes
        self.note = PlainLabel()
        self.note.setObjectName("quiet")
        self.note.setWordWrap(True)
        self.note.setVisible(bool(notes))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go_on = self.buttons.addButton(tr("&Save as…"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._arrange()
        self._show_note()
        self.buttons.accepted.connect(self.ask_where)
        self.buttons.rejected.connect(self.reject)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        for title, choices in (
            (tr("Rows"), (self.shown, self.everything)),
            (tr("Format"), tuple(self.formats.values())),
        ):
            column.addWidget(PlainLabel(title))
            group = QButtonGroup(self)
            for choice in choices:
                group.addButton(choice)
                column.addWidget(choice)
            group.buttonToggled.connect(self._show_note)
        column.addWidget(self.note)
        column.addWidget(self.buttons)

    @Slot()
    def _show_note(self) -> None:
        """Says what a file of the chosen format has."""
        self.note.setText(self._notes.get(self.format().value, ""))

    def format(self) -> Format:
        return next(each for each, button in self.formats.items() if button.isChecked())

    @Slot()
    def ask_where(self) -> QFileDialog:
        """Opens the save dialog; the suffix that is typed there decides over the choice here."""
        documents = QStandardPaths.StandardLocation.DocumentsLocation
        folder = QStandardPaths.writableLocation(documents) or str(Path.home())
        chosen = self.format()
        dialog = QFileDialog(self, tr("Export"), folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(map(translated, FILTERS.values())))
        dialog.selectNameFilter(translated(FILTERS[chosen]))
        dialog.setDefaultSuffix(chosen.value)
        dialog.selectFile(f"{self._name}.{chosen.value}")
        dialog.filterSelected.connect(lambda text: dialog.setDefaultSuffix(format_of_filter(text)))
        dialog.fileSelected.connect(self._finish)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    @Slot(str)
    def _finish(self, name: str) -> None:
        path = Path(name)
        self.wanted.emit(self.everything.isChecked(), path, format_of(path, self.format()))
        self.accept()


def format_of(path: Path, otherwise: Format) -> Format:
    """By the suffix, if that is one of ours."""
    suffix = path.suffix.casefold().removeprefix(".")
    return next((each for each in Format if each.value == suffix), otherwise)


def format_of_filter(text: str) -> Format:
    """Args: text: as the dialog shows it."""
    found = (each for each, name in FILTERS.items() if translated(name) == text)
    return next(found, Format.EXCEL)
